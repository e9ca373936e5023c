"""Names given to finished files: never over another file unasked, and in one step where the system has one."""

import ctypes
import errno
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from itertools import count
from pathlib import Path
from stat import S_ISREG
from time import sleep
from typing import Final

from headrace.disk.failures import disk_failure
from headrace.disk.file_names import NAME_BYTES, numbered
from headrace.disk.folder import Folder
from headrace.disk.system_calls import OPEN_FLAGS, libc
from headrace.errors import DownloadError
from headrace.states import FailureReason

PAUSES: Final = (0.2, 0.4, 0.8)
"""Seconds between tries at a file that somebody else, a virus scanner mostly, holds for a moment."""

_HELD: Final = {errno.EACCES, errno.EPERM, errno.EBUSY, errno.ETXTBSY}
_NO_SUCH_CALL: Final = {errno.EINVAL, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EPERM}
_NO_LINKS: Final = _NO_SUCH_CALL | {errno.EMLINK, errno.EXDEV}


def patiently(call: Callable[[], None]) -> None:
    """Do `call`; where the file is held by somebody, again after each of PAUSES. Raises OSError."""
    for pause in PAUSES:
        try:
            call()
        except OSError as error:
            if error.errno not in _HELD:
                raise
            sleep(pause)
        else:
            return
    call()


def publish_new(folder: Folder, part: str, final: str, into: Folder | None = None) -> None:
    """Give `part` the name `final`, in another folder where one is given.

    Raises FileExistsError, and changes nothing, if `final` exists; else OSError, EXDEV for a folder on another disk.
    """
    if sys.platform == "win32":
        folder.rename(part, final, into)  # refuses an existing name there
        return
    try:
        rename_exclusively(folder, part, final, into)
    except OSError as error:
        if isinstance(error, FileExistsError) or error.errno not in _NO_SUCH_CALL:
            raise
        _publish_by_link(folder, part, final, into or folder)


def rename_exclusively(folder: Folder, old: str, new: str, into: Folder | None = None) -> None:
    """Rename in one step that fails where `new` exists. Raises OSError, ENOSYS where there is no such call."""
    name, flag = ("renameatx_np", 4) if sys.platform == "darwin" else ("renameat2", 1)
    call = getattr(libc(), name, None)
    if call is None:
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS))
    call.argtypes = (ctypes.c_int, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_uint)
    there = into or folder
    if call(folder.descriptor, os.fsencode(old), there.descriptor, os.fsencode(new), flag) != 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))


def _publish_by_link(folder: Folder, part: str, final: str, into: Folder) -> None:
    """Give the file its second name, then take the first away."""
    try:
        folder.link(part, final, into)
    except OSError as error:
        if isinstance(error, FileExistsError) or error.errno not in _NO_LINKS:
            raise
        _publish_by_claim(folder, part, final, into)
    else:
        _or_free(into, final, partial(folder.unlink, part))


def _publish_by_claim(folder: Folder, part: str, final: str, into: Folder) -> None:
    """Claim the name with an empty file of our own, then replace that: the way for filesystems without hard links."""
    os.close(into.open(final, OPEN_FLAGS | os.O_CREAT | os.O_EXCL))
    _or_free(into, final, partial(folder.replace, part, final, into))


def _or_free(folder: Folder, final: str, call: Callable[[], None]) -> None:
    """Do `call`; where it fails take the name `final` away again, so that a second try finds it free."""
    try:
        call()
    except OSError:
        with suppress(OSError):
            folder.unlink(final)
        raise


def set_aside(path: Path, suffix: str = ".bad") -> Path:
    """Keep a part file, closed before, for inspection under a free name: NAME.bad or a numbered one; return that.

    Raises DownloadError, PART_FILE_CHANGED where there is no file of that name.
    """
    try:
        with Folder(path.parent) as folder:
            if not S_ISREG(folder.lstat(path.name).st_mode):
                raise DownloadError.of(FailureReason.PART_FILE_CHANGED, "not a file")
            aside = _renamed(folder, path.name, suffix)
            folder.flush()
    except OSError as error:
        if isinstance(error, FileNotFoundError) and path.parent.is_dir():
            raise DownloadError.of(FailureReason.PART_FILE_CHANGED, "missing") from error
        raise DownloadError(disk_failure(error)) from error
    return path.with_name(aside)


def _renamed(folder: Folder, name: str, suffix: str) -> str:
    for candidate in _free_names(name + suffix):
        with suppress(FileExistsError):
            patiently(partial(publish_new, folder, name, candidate))
            return candidate
    raise AssertionError("numbers never end")


def _free_names(name: str) -> Iterator[str]:
    if len(os.fsencode(name)) <= NAME_BYTES:
        yield name
    for number in count(2):
        yield numbered(name, number)
