"""The growing file: made beside the final one, written at any offset, checked for being itself, published whole."""

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import nullcontext, suppress
from pathlib import Path
from threading import Lock

from headrace.disk.failures import disk_failure, disk_faults
from headrace.disk.space import require_room
from headrace.disk.system_calls import (
    CLOSE_BEFORE_RENAME,
    ONE_OFFSET_PER_FILE,
    OPEN_FLAGS,
    allocate,
    flush_data,
    flush_folder,
    open_up,
    publish_new,
    read_at,
    start_flush,
    write_at,
)
from headrace.errors import DownloadError
from headrace.states import FailureReason

_READ_SIZE = 1 << 20
_START_FLUSH = 32 << 20
"""Bytes written after which the disk is set to work, so that the flush at the end has little left to wait for."""
_NOT_THE_FILE = {errno.ENOENT, errno.ENOTDIR, errno.ELOOP, errno.EISDIR}
"""What opening says where no file of ours is: nothing, or a link or a folder in its place."""


class PartFile:
    """An open part file. Writes may come from several threads; every method raises DownloadError on a disk fault."""

    def __init__(self, path: Path, descriptor: int) -> None:
        self.path = path
        self._descriptor = descriptor
        self._seek_lock = Lock()
        self._folder_flushed = False
        facts = os.fstat(descriptor)
        self.device, self.inode = facts.st_dev, facts.st_ino
        self._least = facts.st_size
        self._waiting = 0

    @classmethod
    def create(cls, path: Path, size: int | None) -> "PartFile":
        """Make a new part file of `size` bytes in an existing folder; a leftover of the same download is replaced."""
        with disk_faults():
            path.unlink(missing_ok=True)  # the name holds the download's id: nobody else's
        require_room(path.parent, size)
        with disk_faults():
            part = cls(path, os.open(path, OPEN_FLAGS | os.O_CREAT | os.O_EXCL, 0o600))
        try:
            with disk_faults():
                allocate(part._descriptor, size or 0)
            part._least = size or 0
        except DownloadError:
            part.close()
            with suppress(OSError):
                path.unlink()  # what was allocated of it would keep the disk full
            raise
        return part

    @classmethod
    def reopen(cls, path: Path, device: int, inode: int, least_size: int) -> "PartFile":
        """Open an earlier part file.

        Raises DownloadError PART_FILE_CHANGED if it is gone, another or shorter, FOLDER_MISSING if its folder is gone.
        """
        try:
            part = cls(path, os.open(path, OPEN_FLAGS))
        except OSError as error:
            if error.errno in _NOT_THE_FILE:
                raise _gone(path) from error
            raise DownloadError(disk_failure(error)) from error
        facts = os.fstat(part._descriptor)
        same = (part.device, part.inode) == (device, inode) and stat.S_ISREG(facts.st_mode)
        if not same or facts.st_nlink != 1 or facts.st_size < least_size:
            part.close()
            raise DownloadError.of(FailureReason.PART_FILE_CHANGED, "altered")
        return part

    def cut(self, size: int) -> None:
        """Cut off what is behind the first `size` bytes; a shorter file is left as it is, for `check_in_place`."""
        with disk_faults():
            if os.fstat(self._descriptor).st_size > size:
                os.ftruncate(self._descriptor, size)
        self._least = min(self._least, size)

    def write_at(self, data: memoryview, offset: int) -> None:
        """Write all of `data` at `offset` bytes."""
        with disk_faults(), self._seek_lock if ONE_OFFSET_PER_FILE else nullcontext():
            write_at(self._descriptor, data, offset)
        self._waiting += len(data)
        if self._waiting >= _START_FLUSH:
            self._waiting = 0
            start_flush(self._descriptor)

    def pieces(self, size: int) -> Iterator[memoryview]:
        """Read the first `size` bytes back in pieces."""
        offset = 0
        while offset < size:
            with disk_faults(), self._seek_lock:
                piece = read_at(self._descriptor, min(_READ_SIZE, size - offset), offset)
            if not piece:
                raise DownloadError.of(FailureReason.PART_FILE_CHANGED, "shorter than written")
            offset += len(piece)
            yield memoryview(piece)

    def flush(self) -> None:
        """Return when all written bytes, and the file's name, are on the medium.

        Raises DownloadError also where somebody deleted the file meanwhile, or made it shorter.
        """
        with disk_faults():
            flush_data(self._descriptor)
            facts = os.fstat(self._descriptor)
            if facts.st_nlink == 0:
                raise _gone(self.path)
            if facts.st_size < self._least:
                raise DownloadError.of(FailureReason.PART_FILE_CHANGED, "shortened")
            if not self._folder_flushed:
                flush_folder(self.path.parent)
                self._folder_flushed = True

    def check_in_place(self, size: int) -> None:
        """Raise DownloadError unless the name still leads to this file, alone, with exactly `size` bytes."""
        with disk_faults():
            mine = os.fstat(self._descriptor)
        try:
            named = self.path.lstat()
        except (FileNotFoundError, NotADirectoryError) as error:
            raise _gone(self.path) from error
        if (named.st_dev, named.st_ino) != (mine.st_dev, mine.st_ino) or mine.st_nlink != 1:
            raise DownloadError.of(FailureReason.PART_FILE_CHANGED, "swapped")
        if mine.st_size != size:
            raise DownloadError.of(FailureReason.SIZE_MISMATCH, f"{mine.st_size} bytes instead of {size}")

    def publish(self, final: Path, *, overwrite: bool) -> None:
        """Give the file its final name. Raises FileExistsError, and changes nothing, if that exists and stays."""
        try:
            open_up(self._descriptor)
            if CLOSE_BEFORE_RENAME:
                self.close()
            if overwrite:
                self.path.replace(final)
            else:
                publish_new(self.path, final)
        except FileExistsError:
            raise
        except OSError as error:
            raise DownloadError(disk_failure(error)) from error
        with disk_faults():
            flush_folder(final.parent)

    def close(self) -> None:
        """Close the file; nothing is flushed. Twice does no harm."""
        if self._descriptor >= 0:
            descriptor, self._descriptor = self._descriptor, -1
            os.close(descriptor)

    @property
    def closed(self) -> bool:
        """Whether `close` was called."""
        return self._descriptor < 0


def _gone(path: Path) -> DownloadError:
    """Say what is gone: the file, or its folder, which may come back with the disk it is on."""
    if path.parent.is_dir():
        return DownloadError.of(FailureReason.PART_FILE_CHANGED, "missing")
    return DownloadError.of(FailureReason.FOLDER_MISSING)
