"""Calls that differ between systems, each behind one function with the same promise everywhere."""

import ctypes
import errno
import os
import sys
from pathlib import Path

OPEN_FLAGS: int = (
    os.O_RDWR
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_BINARY", 0)
    | getattr(os, "O_NOINHERIT", 0)
)
"""Flags for a file of our own: read and write, never through a link, never inherited, never translated."""

ONE_OFFSET_PER_FILE = sys.platform == "win32"
"""Whether writes at an offset move a position that all threads share."""
CLOSE_BEFORE_RENAME = sys.platform == "win32"
"""Whether an open file cannot be renamed."""

_SYNC_FILE_RANGE_WRITE = 2
_NO_LINKS = {errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK, errno.EINVAL}
_NOT_ALLOCATED = {errno.EOPNOTSUPP, errno.ENOSYS, errno.EINVAL}


def write_at(descriptor: int, data: memoryview, offset: int) -> None:
    """Write all of `data` at `offset`, in as many calls as needed. Raises OSError. On Windows one thread at a time."""
    if sys.platform == "win32":
        os.lseek(descriptor, offset, os.SEEK_SET)
        while data:
            data = data[os.write(descriptor, data) :]
        return
    while data:
        written = os.pwrite(descriptor, data, offset)
        data, offset = data[written:], offset + written


def read_at(descriptor: int, size: int, offset: int) -> bytes:
    """Read up to `size` bytes at `offset`; fewer at the end of the file. Raises OSError."""
    if sys.platform == "win32":
        os.lseek(descriptor, offset, os.SEEK_SET)
        return os.read(descriptor, size)
    return os.pread(descriptor, size, offset)


def flush_data(descriptor: int) -> None:
    """Return when all written bytes are on the medium. Raises OSError: then none of them may be believed."""
    if sys.platform == "linux":
        os.fdatasync(descriptor)
    elif sys.platform == "darwin":
        import fcntl  # noqa: PLC0415 - not there on Windows

        fcntl.fcntl(descriptor, fcntl.F_FULLFSYNC)
    else:
        os.fsync(descriptor)


def start_flush(descriptor: int) -> None:
    """Let the system begin to write what is waiting, where it can be asked to; nothing is promised, nothing raised."""
    if sys.platform == "linux":
        call = getattr(ctypes.CDLL(None), "sync_file_range", None)
        if call is not None:
            call.argtypes = (ctypes.c_int, ctypes.c_int64, ctypes.c_int64, ctypes.c_uint)
            call(descriptor, 0, 0, _SYNC_FILE_RANGE_WRITE)


def flush_folder(folder: Path) -> None:
    """Return when the names in `folder` are on the medium, where the system can be asked for that. Raises OSError."""
    if sys.platform == "win32":
        return  # NTFS journals names by itself and cannot be asked
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP, errno.EBADF):
            raise
    finally:
        os.close(descriptor)


def allocate(descriptor: int, size: int) -> None:
    """Make the file `size` bytes long with room for all of them where the filesystem can promise it. Raises OSError.

    Not posix_fallocate: where the filesystem cannot allocate, glibc writes into every block of the file instead.
    """
    if sys.platform == "linux" and size:
        fallocate = ctypes.CDLL(None, use_errno=True).fallocate
        fallocate.argtypes = (ctypes.c_int, ctypes.c_int, ctypes.c_int64, ctypes.c_int64)
        if fallocate(descriptor, 0, 0, size) == 0:
            return
        code = ctypes.get_errno()
        if code not in _NOT_ALLOCATED:
            raise OSError(code, os.strerror(code))
    os.ftruncate(descriptor, size)


def open_up(descriptor: int) -> None:
    """Give a file that only its owner could read the mode of any new file: 0666 less the umask. Raises OSError."""
    if sys.platform != "win32":
        os.fchmod(descriptor, _file_mode())


def _file_mode() -> int:
    """Return the mode a new file of this process gets; asking os.umask would change it for all threads."""
    if sys.platform == "linux":
        for line in Path("/proc/self/status").read_text(encoding="ascii", errors="replace").splitlines():
            if line.startswith("Umask:"):
                return 0o666 & ~int(line.split()[1], 8)
    return 0o644


def publish_new(part: Path, final: Path) -> None:
    """Give `part` the name `final` in one step. Raises FileExistsError, and changes nothing, if `final` exists."""
    if sys.platform == "win32":
        part.rename(final)  # refuses an existing name there
        return
    try:
        os.link(part, final, follow_symlinks=False)
    except OSError as error:
        if isinstance(error, FileExistsError) or error.errno not in _NO_LINKS:
            raise
        _publish_without_links(part, final)
    else:
        part.unlink()


def _publish_without_links(part: Path, final: Path) -> None:
    """Claim the name with an empty file of our own, then replace that: the way for filesystems without hard links."""
    os.close(os.open(final, OPEN_FLAGS | os.O_CREAT | os.O_EXCL, 0o600))
    try:
        part.replace(final)
    except OSError:
        final.unlink()
        raise
