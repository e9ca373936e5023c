"""Reads tar archives, plain or packed with gzip, bzip2, xz or zstd."""

import bz2
import gzip
import importlib
import lzma
import tarfile
from collections.abc import Iterator
from contextlib import ExitStack
from typing import IO, Any, Final

from headrace.unpacking.kinds import Fault, Kind, UnpackError
from headrace.unpacking.meter import Meter
from headrace.unpacking.target import PIECE, Target

_BLOCK: Final = 512
_MOST_AT_ONCE: Final = 4 << 20
"""Bytes of one header, at most: it is read as a whole."""
ZSTD_LIBRARIES: Final = ("compression.zstd", "backports.zstd")
"""The one of Python 3.14, and what stands for it before."""


def read_tar(file: IO[bytes], target: Target, kind: Kind) -> None:
    """Extract all of it. Raises UnpackError, and what tarfile and the decompressors do for one that is damaged."""
    with ExitStack() as stack:
        unpacked = file if kind is Kind.TAR else stack.enter_context(_unpacked(file, kind))
        stream = _Stream(unpacked, target.meter)
        archive = tarfile.TarFile(fileobj=stream)  # type: ignore[arg-type] # what it needs of a file
        while (entry := archive.next()) is not None:
            archive.members.clear()  # type: ignore[attr-defined] # it would keep them all
            _extract(archive, entry, target)
            target.meter.tell(file.tell() / max(1, target.meter.size))
        if not stream.has_ended:
            raise UnpackError(Fault.DAMAGED)
        stream.drain()


def _unpacked(file: IO[bytes], kind: Kind) -> Any:
    if kind is Kind.TAR_GZ:
        return gzip.GzipFile(fileobj=file)
    if kind is Kind.TAR_BZ2:
        return bz2.BZ2File(file)
    return lzma.LZMAFile(file) if kind is Kind.TAR_XZ else _zstd().ZstdFile(file)


def _zstd() -> Any:
    for name in ZSTD_LIBRARIES:
        try:
            return importlib.import_module(name)
        except ImportError:
            continue
    raise UnpackError(Fault.LIBRARY, "backports.zstd")


class _Stream:
    """What tarfile reads from: forward only, never much at once, and all of it counted."""

    def __init__(self, file: IO[bytes], meter: Meter) -> None:
        self._file, self._meter = file, meter
        self._position = 0
        self.has_ended = False
        """Whether the last block was the empty one that ends an archive."""

    def read(self, count: int = -1) -> bytes:
        if not 0 <= count <= _MOST_AT_ONCE:
            raise UnpackError(Fault.DAMAGED)
        data = self._file.read(count)
        self._position += len(data)
        self._meter.reads(len(data))
        self.has_ended = len(data) == _BLOCK and not any(data)
        return data

    def tell(self) -> int:
        return self._position

    def seek(self, position: int, whence: int = 0) -> int:
        if whence or position < self._position:
            raise UnpackError(Fault.DAMAGED)
        while self._position < position:
            if not self.read(min(PIECE, position - self._position)):
                break
        return self._position

    def drain(self) -> None:
        """Read what is behind the end, and the checksum behind that."""
        while data := self._file.read(PIECE):
            self._meter.reads(len(data))


def _extract(archive: tarfile.TarFile, entry: tarfile.TarInfo, target: Target) -> None:
    if entry.size < 0:
        raise UnpackError(Fault.DAMAGED)
    if entry.isdir():
        target.folder(entry.name)
    elif entry.islnk():
        target.copy(entry.name, entry.linkname)
    elif entry.isreg():
        target.file(entry.name, _pieces(archive, entry), is_program=bool(entry.mode & 0o100))
    else:
        target.leave_out()


def _pieces(archive: tarfile.TarFile, entry: tarfile.TarInfo) -> Iterator[bytes]:
    source, read = archive.extractfile(entry), 0
    if source is None:
        raise UnpackError(Fault.DAMAGED)
    while piece := source.read(min(PIECE, entry.size - read)) if read < entry.size else b"":
        read += len(piece)
        yield piece
    if read != entry.size:
        raise UnpackError(Fault.DAMAGED)
