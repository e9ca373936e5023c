"""Reads zip archives."""

import struct
import zipfile
from collections.abc import Iterator
from itertools import pairwise
from stat import S_IFMT, S_ISDIR, S_ISREG
from typing import IO, Final

from headrace.unpacking.kinds import Fault, UnpackError
from headrace.unpacking.target import PIECE, Target

_ENCRYPTED: Final = 0x1
_METHODS: Final = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA}
_UNIX: Final = 3
_DIRECTORY_BYTES: Final = 64 << 20
"""Bytes of the list of files, at most: it is read as a whole."""
_END, _END_BYTES, _COMMENT_BYTES = b"PK\x05\x06", 22, 65_535
_LOCAL_BYTES: Final = 30


def read_zip(file: IO[bytes], target: Target) -> None:
    """Extract all of it. Raises UnpackError, and what zipfile does for one that is damaged."""
    _require_short_list(file, target.meter.size)
    with zipfile.ZipFile(file) as archive:
        entries = archive.infolist()
        _judge(entries, archive.start_dir)
        target.meter.declare(sum(entry.file_size for entry in entries))
        total = sum(entry.compress_size for entry in entries) or 1
        done = 0
        for entry in entries:
            _extract(archive, entry, target)
            done += entry.compress_size
            target.meter.tell(done / total)


def _require_short_list(file: IO[bytes], size: int) -> None:
    """Raise UnpackError MANY where the list of files is longer than anybody's."""
    file.seek(max(0, size - _END_BYTES - _COMMENT_BYTES))
    tail = file.read()
    found = tail.rfind(_END)
    if found < 0 or len(tail) - found < _END_BYTES:
        raise UnpackError(Fault.DAMAGED)
    (length,) = struct.unpack_from("<I", tail, found + 12)
    if length == 0xFFFF_FFFF:  # zip64, whose record is right before
        record = tail.rfind(b"PK\x06\x06", 0, found)
        length = struct.unpack_from("<Q", tail, record + 40)[0] if 0 <= record <= len(tail) - 56 else size
    if length > _DIRECTORY_BYTES:
        raise UnpackError(Fault.MANY)


def _judge(entries: list[zipfile.ZipInfo], end: int) -> None:
    """Raise UnpackError for what must not even be begun."""
    if any(entry.flag_bits & _ENCRYPTED for entry in entries):
        raise UnpackError(Fault.LOCKED)
    if any(entry.compress_type not in _METHODS for entry in entries):
        raise UnpackError(Fault.METHOD)
    spans = sorted((entry.header_offset, entry.compress_size) for entry in entries)
    starts = [start for start, _ in spans] + [end]
    if any(start + _LOCAL_BYTES + size > following for (start, size), (_, following) in _beside(spans, starts)):
        raise UnpackError(Fault.OVERLAPS)


def _beside(spans: list[tuple[int, int]], starts: list[int]) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    """Yield each entry with its own start and that of the next, or of the list of files."""
    return zip(spans, pairwise(starts), strict=True)


def _extract(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, target: Target) -> None:
    mode = entry.external_attr >> 16 if entry.create_system == _UNIX else 0
    if entry.is_dir() or S_ISDIR(mode):
        target.folder(entry.filename)
    elif S_IFMT(mode) and not S_ISREG(mode):
        target.leave_out()
    else:
        with archive.open(entry) as source:
            target.file(entry.filename, _pieces(source, entry.file_size), is_program=bool(mode & 0o100))


def _pieces(source: IO[bytes], size: int) -> Iterator[bytes]:
    read = 0
    while piece := source.read(PIECE):
        read += len(piece)
        yield piece
    if read != size:
        raise UnpackError(Fault.DAMAGED)
