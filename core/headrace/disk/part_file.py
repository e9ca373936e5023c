"""The growing file: made beside the final one, written at any offset, checked for being itself, published whole."""

import errno
import os
import stat
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from threading import Lock
from typing import Final

from headrace.disk.failures import disk_failure, disk_faults
from headrace.disk.folder import Folder
from headrace.disk.holes import holes
from headrace.disk.open_file import OpenFile
from headrace.disk.origin import Origin, set_marks
from headrace.disk.renaming import patiently, publish_new
from headrace.disk.space import require_room
from headrace.disk.system_calls import (
    CLOSE_BEFORE_RENAME,
    ONE_OFFSET_PER_FILE,
    OPEN_FLAGS,
    allocate,
    flush_data,
    new_file_mode,
    open_up,
    read_at,
    set_modified,
    start_flush,
    write_at,
)
from headrace.errors import DownloadError
from headrace.states import Failure, FailureReason

_READ_SIZE: Final = 1 << 20
_START_FLUSH: Final = 32 << 20
"""Bytes written after which the disk is set to work, so that the flush at the end has little left to wait for."""
_PLANTED: Final = {errno.ELOOP, errno.EISDIR}
"""What opening says where a link or a folder took the file's place in the last moment."""
_REFUSALS: Final = {FailureReason.DISK_FULL, FailureReason.FILE_TOO_LARGE, FailureReason.NO_PERMISSION}
"""What a write says that says nothing against the writes before it."""
_FIRST_STAMP: Final = 315_532_800.0
"""The beginning of 1980, in Unix seconds: what is said to be older is a clock that was never set."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What a part file is, to be compared with what was claimed of it."""

    device: int
    inode: int
    size: int
    mtime_ns: int


class PartFile:
    """An open part file. Writes may come from several threads; every method raises DownloadError on a disk fault.

    After a failed flush the file is not trusted any more: it and every write raise that failure again, until it is
    taken up anew, for a system reports lost bytes only once. After a failed write nothing more is written; the flush
    tells whether what was written before is on the medium, unless the disk itself is what failed.
    """

    def __init__(self, path: Path, descriptor: int, folder_device: int | None = None) -> None:
        """Take over an open descriptor; `folder_device` is where its folder is, as far as known."""
        self.path = path
        self.reserved = True
        """Whether the disk set room aside for all bytes that were asked for; not asked again when it is taken up."""
        self._file = OpenFile(descriptor)
        self._position: AbstractContextManager[object] = Lock() if ONE_OFFSET_PER_FILE else nullcontext()
        self._broken: Failure | None = None
        self._refused: Failure | None = None
        self._folder_flushed = False
        self._modified: float | None = None
        self._waiting = 0
        found = os.fstat(descriptor)
        self.device, self.inode = found.st_dev, found.st_ino
        self._folder_device = folder_device
        self._least = found.st_size

    @classmethod
    def create(cls, path: Path, size: int | None) -> "PartFile":
        """Make a new part file with room for `size` bytes in an existing folder; a leftover of its name is replaced.

        Raises DownloadError: DISK_FULL before anything is made, FILE_EXISTS where a folder or a device has the name.
        """
        with disk_faults(), Folder(path.parent) as folder:
            _remove_leftover(folder, path.name)
            require_room(path.parent, size)
            folder_device = folder.device()
            descriptor = folder.open(path.name, OPEN_FLAGS | os.O_CREAT | os.O_EXCL)
            try:
                part = cls(path, descriptor, folder_device)
                part._allocate(size or 0)
            except BaseException:
                os.close(descriptor)
                with suppress(OSError):
                    folder.unlink(path.name)  # what was allocated of it would keep the disk full
                raise
        return part

    @classmethod
    def reopen(cls, path: Path, device: int) -> "PartFile":
        """Open an earlier part file, whatever is in it: any regular file of one name.

        Raises DownloadError PART_FILE_CHANGED if there is none, FOLDER_MISSING if its folder is gone, OTHER_DISK if
        there is none and the folder is not on `device`, where the file was, any more.
        """
        try:
            with Folder(path.parent) as folder:
                named = folder.lstat(path.name)
                _require_alone(named, (named.st_dev, named.st_ino))
                folder_device = folder.device()
                descriptor = folder.open(path.name, OPEN_FLAGS)
                try:
                    part = cls(path, descriptor, folder_device)
                except BaseException:
                    os.close(descriptor)
                    raise
        except (FileNotFoundError, NotADirectoryError) as error:
            raise _gone(path, device) from error
        except OSError as error:
            if error.errno in _PLANTED:
                raise DownloadError.of(FailureReason.PART_FILE_CHANGED, "swapped") from error
            raise DownloadError(disk_failure(error)) from error
        try:
            _require_alone(named, (part.device, part.inode))
        except DownloadError:
            part.close()
            raise
        return part

    def _allocate(self, size: int) -> None:
        with self._file as descriptor:
            self.reserved = allocate(descriptor, size)
            self._least = os.fstat(descriptor).st_size

    def facts(self) -> Facts:
        """Return what the open file is at this moment."""
        with disk_faults(), self._file as descriptor:
            found = os.fstat(descriptor)
        return Facts(found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns)

    def cut(self, size: int) -> None:
        """Cut off what is behind the first `size` bytes; a shorter file is left as it is, for `check_in_place`."""
        self._least = min(self._least, size)
        with disk_faults(), self._file as descriptor:
            if os.fstat(descriptor).st_size > size:
                os.ftruncate(descriptor, size)

    def write_at(self, data: memoryview, offset: int) -> None:
        """Write all of `data` at `offset` bytes."""
        if (known := self._broken or self._refused) is not None:
            raise DownloadError(known)
        try:
            with self._file as descriptor:
                with self._position:
                    write_at(descriptor, data, offset)
                self._waiting += len(data)
                if self._waiting >= _START_FLUSH:
                    self._waiting = 0
                    start_flush(descriptor)
        except OSError as error:
            failure = disk_failure(error)
            if failure.reason not in _REFUSALS:
                raise self._distrusted(error) from error
            self._refused = failure
            raise DownloadError(failure) from error
        self._least = max(self._least, offset + len(data))

    def read(self, offset: int, size: int) -> memoryview:
        """Read exactly `size` bytes at `offset`. Raises DownloadError PART_FILE_CHANGED where the file is shorter."""
        pieces: list[bytes] = []
        while size:
            with disk_faults(), self._file as descriptor, self._position:
                piece = read_at(descriptor, size, offset)
            if not piece:
                raise DownloadError.of(FailureReason.PART_FILE_CHANGED, "shorter than written")
            pieces.append(piece)
            offset, size = offset + len(piece), size - len(piece)
        return memoryview(pieces[0] if len(pieces) == 1 else b"".join(pieces))

    def pieces(self, size: int) -> Iterator[memoryview]:
        """Read the first `size` bytes back in pieces."""
        for offset in range(0, size, _READ_SIZE):
            yield self.read(offset, min(_READ_SIZE, size - offset))

    def holes(self, size: int) -> list[tuple[int, int]]:
        """Return stretches of the first `size` bytes to which nothing was written, flushed before; none where unknown.

        What cannot be asked is no fault of the disk.
        """
        with suppress(OSError), self._file as descriptor, self._position:
            return holes(descriptor, size)
        return []

    def flush(self) -> None:
        """Return when all written bytes, and the file's name, are on the medium.

        Raises DownloadError also where somebody deleted the file meanwhile, or made it shorter.
        """
        if self._broken is not None:
            raise DownloadError(self._broken)
        least = self._least
        try:
            with self._file as descriptor:
                flush_data(descriptor)
                found = os.fstat(descriptor)
            if found.st_nlink == 0:
                raise _gone(self.path, self._folder_device)
            if found.st_size < least:
                raise DownloadError.of(FailureReason.PART_FILE_CHANGED, "shortened")
            if not self._folder_flushed:
                self._flush_folder()
        except OSError as error:
            raise self._distrusted(error) from error

    def _flush_folder(self) -> None:
        with Folder(self.path.parent) as folder:
            folder.flush()
        self._folder_flushed = True

    def _distrusted(self, error: OSError) -> DownloadError:
        """Remember the failure, unless it says nothing of this file: the folder could not be opened for its flush."""
        failure = disk_failure(error)
        if failure.reason is not FailureReason.TOO_MANY_OPEN_FILES:
            self._broken = self._broken or failure
        return DownloadError(failure)

    def check_in_place(self, size: int) -> None:
        """Raise DownloadError unless the name still leads to this file, alone, with exactly `size` bytes."""
        found = self.facts()
        try:
            named = self.path.lstat()
        except (FileNotFoundError, NotADirectoryError) as error:
            raise _gone(self.path, self._folder_device) from error
        except OSError as error:
            raise DownloadError(disk_failure(error)) from error
        _require_alone(named, (self.device, self.inode))
        if found.size != size:
            raise DownloadError.of(FailureReason.SIZE_MISMATCH, f"{found.size} bytes instead of {size}")

    def dress(self, modified: float | None, origin: Origin | None) -> bool:
        """Before publishing: set the server's time stamp (Unix seconds) and the marks of the file's origin.

        Returns whether the marks could be set, or none were wanted. No failure of either is ever raised.
        """
        marked = origin is None
        with suppress(OSError), self._file as descriptor:
            marked = origin is None or set_marks(self.path, descriptor, origin)
            if modified is not None and _FIRST_STAMP <= modified <= time.time():
                self._modified = modified
                set_modified(self.path, descriptor, modified)
        return marked

    def publish(self, final: Path, *, overwrite: bool) -> None:
        """Give the file its final name, in the same folder, and see that the medium knows it.

        Raises FileExistsError, and changes nothing, if that name exists and must stay. Waits up to 1.4 s where somebody
        else holds the file. What is published is this file: one put in its place is left there.
        """
        if final.parent != self.path.parent:
            raise DownloadError.of(FailureReason.INTERNAL, "a file is published where its part is")
        try:
            # before the folder is opened: one free descriptor is enough for either
            mode = 0 if CLOSE_BEFORE_RENAME else new_file_mode()
            with Folder(final.parent) as folder:
                self._make_ready(folder, mode)
                rename = folder.replace if overwrite else partial(publish_new, folder)
                patiently(partial(rename, self.path.name, final.name))
                folder.flush()
        except FileExistsError:
            raise
        except OSError as error:
            raise DownloadError(disk_failure(error)) from error

    def _make_ready(self, folder: Folder, mode: int) -> None:
        try:
            named = folder.lstat(self.path.name)
        except FileNotFoundError as error:
            raise _gone(self.path, self._folder_device) from error
        _require_alone(named, (self.device, self.inode))
        if CLOSE_BEFORE_RENAME:
            self.close()
            self._stamp_again()
        else:
            with self._file as descriptor:
                open_up(descriptor, mode)

    def _stamp_again(self) -> None:
        """Set the time stamp once more: closing the handle that wrote set another one."""
        if self._modified is not None:
            with suppress(OSError):
                os.utime(self.path, (self._modified, self._modified))

    def close(self) -> None:
        """Close the file; nothing is flushed. Twice does no harm. A write under way is let end before."""
        self._file.close()

    @property
    def closed(self) -> bool:
        """Whether `close` was called."""
        return self._file.closed


def _remove_leftover(folder: Folder, name: str) -> None:
    """Free the name, which holds the download's id: a link goes itself, what it leads to stays."""
    try:
        found = folder.lstat(name)
    except FileNotFoundError:
        return
    if not (stat.S_ISREG(found.st_mode) or stat.S_ISLNK(found.st_mode)):
        raise DownloadError.of(FailureReason.FILE_EXISTS, name)
    folder.unlink(name)


def _require_alone(named: os.stat_result, identity: tuple[int, int]) -> None:
    """Raise DownloadError unless what a name leads to is a file, that one, and has no other name."""
    if not stat.S_ISREG(named.st_mode) or (named.st_dev, named.st_ino) != identity:
        raise DownloadError.of(FailureReason.PART_FILE_CHANGED, "swapped")
    if named.st_nlink != 1:
        raise DownloadError.of(FailureReason.PART_FILE_CHANGED, "linked")


def _gone(path: Path, device: int | None) -> DownloadError:
    """Say what is gone: the file, its folder, or the disk both were on, which may come back."""
    try:
        found = path.parent.stat()
    except (FileNotFoundError, NotADirectoryError):
        return DownloadError.of(FailureReason.FOLDER_MISSING)
    except OSError as error:
        return DownloadError(disk_failure(error))
    if not stat.S_ISDIR(found.st_mode):
        return DownloadError.of(FailureReason.FOLDER_MISSING)
    if device not in (None, found.st_dev):
        return DownloadError.of(FailureReason.OTHER_DISK)
    return DownloadError.of(FailureReason.PART_FILE_CHANGED, "missing")
