"""Reads 7z archives, by py7zr where that is installed."""

import importlib
import os
import struct
from collections.abc import Callable, Collection
from typing import IO, Any, Final

from headrace.unpacking.kinds import Fault, UnpackError
from headrace.unpacking.places import parts_of
from headrace.unpacking.target import Target

LIBRARY: Final = "py7zr"
_SIGNATURE: Final = b"7z\xbc\xaf\x27\x1c"
_MOST_HEADER: Final = 32 << 20
"""Bytes of the list of files, at most: it is read as a whole."""


def read_seven_zip(file: IO[bytes], target: Target) -> None:
    """Extract all of it. Raises UnpackError, and what py7zr does for one that is damaged."""
    library = _library()
    _require_short_list(file, target.meter.size)
    try:
        archive = library.SevenZipFile(file)
    except library.PasswordRequired:
        raise UnpackError(Fault.LOCKED) from None
    with archive:
        if archive.needs_password():
            raise UnpackError(Fault.LOCKED)
        _extract(archive, target, library)


def _library() -> Any:
    try:
        return importlib.import_module(LIBRARY)
    except ImportError:
        raise UnpackError(Fault.LIBRARY, LIBRARY) from None


def _require_short_list(file: IO[bytes], size: int) -> None:
    head = file.read(32)
    file.seek(0)
    if len(head) < 32 or head[:6] != _SIGNATURE:
        raise UnpackError(Fault.DAMAGED)
    offset, length = struct.unpack_from("<QQ", head, 12)
    if length > _MOST_HEADER:
        raise UnpackError(Fault.MANY)
    if 32 + offset + length > size:
        raise UnpackError(Fault.DAMAGED)


def _extract(archive: Any, target: Target, library: Any) -> None:
    entries = list(archive.files)
    for entry in entries:
        parts_of(entry.filename)  # raises for one that leads out, before anything is written
    files = [entry for entry in entries if entry.is_file]
    total = sum(entry.uncompressed for entry in files)
    target.meter.declare(total)
    for entry in entries:
        if entry.is_directory:
            target.folder(entry.filename)
        elif not entry.is_file:
            target.leave_out()
    programs = {entry.filename for entry in files if (entry.posix_mode or 0) & 0o100}
    factory = _Factory(target, programs, total)
    try:
        archive.extract(targets=[entry.filename for entry in files], factory=factory)
    except library.UnsupportedCompressionMethodError:
        raise UnpackError(Fault.METHOD) from None
    finally:
        factory.close()
    if target.files < len(files):
        raise UnpackError(Fault.DAMAGED)


class _Factory:
    """What py7zr asks for a file to write to: its WriterFactory. One is written after the other."""

    def __init__(self, target: Target, programs: Collection[str], total: int) -> None:
        self._target, self._programs, self._total = target, programs, total
        self._newest: _Writer | None = None
        self._written = 0

    def create(self, filename: str) -> "_Writer":
        self.close()
        self._newest = _Writer(self._target.open(filename, is_program=filename in self._programs), self._note)
        return self._newest

    def close(self) -> None:
        """Close the newest file, where something went wrong in it."""
        if self._newest is not None:
            self._newest.close()

    def _note(self, count: int) -> None:
        self._target.meter.writes(count)
        self._written += count
        self._target.meter.tell(self._written / max(1, self._total))


class _Writer:
    """A file that is written from its beginning to its end: py7zr's Py7zIO."""

    def __init__(self, descriptor: int, note: Callable[[int], None]) -> None:
        self._descriptor: int | None = descriptor
        self._note = note
        self._size = 0

    def write(self, data: bytes | bytearray) -> int:
        self._note(len(data))
        left = memoryview(data)
        while self._descriptor is not None and left:
            left = left[os.write(self._descriptor, left) :]
        self._size += len(data)
        return len(data)

    def read(self, _size: int | None = None) -> bytes:
        return b""

    def seek(self, _offset: int, _whence: int = 0) -> int:
        return 0

    def flush(self) -> None:
        """Keep nothing back."""

    def size(self) -> int:
        return self._size

    def close(self) -> None:
        """Be done with it; saying so twice changes nothing."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None
