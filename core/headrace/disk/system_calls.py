"""Calls that differ between systems, each behind one function with the same promise everywhere."""

import ctypes
import errno
import os
import secrets
import struct
import sys
import tempfile
from contextlib import suppress
from functools import cache
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
_FALLOC_FL_KEEP_SIZE = 1
_F_PREALLOCATE, _F_ALLOCATEALL, _F_PEOFPOSMODE = 42, 4, 3
_NO_SUCH_CALL = {errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS}
_STATUS_SIZE = 1 << 10
"""Bytes of a process's status that hold its umask, the second line of it."""
_NO_MORE_FILES = {errno.EMFILE, errno.ENFILE}
_NOT_SUPPORTED = _NO_SUCH_CALL | {errno.EINVAL}


@cache
def libc() -> ctypes.CDLL:
    """Return the C library of this process, which keeps errno; not on Windows."""
    return ctypes.CDLL(None, use_errno=True)


def give_back_memory() -> None:
    """Return to the system what was freed: the GNU library keeps it, in pieces, for each thread; others do not."""
    trim = getattr(libc(), "malloc_trim", None) if sys.platform == "linux" else None
    if trim is not None:
        trim(0)


def write_at(descriptor: int, data: memoryview, offset: int) -> None:
    """Write all of `data` at `offset`, in as many calls as needed. Raises OSError. On Windows one thread at a time."""
    while data:
        written = _write_some(descriptor, data, offset)
        if not written:
            raise OSError(errno.EIO, "the disk takes no byte and does not say why")
        data, offset = data[written:], offset + written


def _write_some(descriptor: int, data: memoryview, offset: int) -> int:
    if sys.platform == "win32":
        os.lseek(descriptor, offset, os.SEEK_SET)
        return os.write(descriptor, data)
    return os.pwrite(descriptor, data, offset)


def read_at(descriptor: int, size: int, offset: int) -> bytes:
    """Read up to `size` bytes at `offset`; fewer at the end of the file. Raises OSError."""
    if sys.platform == "win32":
        os.lseek(descriptor, offset, os.SEEK_SET)
        return os.read(descriptor, size)
    return os.pread(descriptor, size, offset)


def flush_data(descriptor: int) -> None:
    """Return when all written bytes are on the medium, where the filesystem can be asked for that.

    Raises OSError: then none of them may be believed, and asking again proves nothing.
    """
    try:
        _flush(descriptor)
    except OSError as error:
        if error.errno not in _NOT_SUPPORTED:
            raise


def _flush(descriptor: int) -> None:
    if sys.platform == "linux":
        os.fdatasync(descriptor)
    elif sys.platform == "darwin":
        import fcntl  # noqa: PLC0415 - not there on Windows

        try:
            fcntl.fcntl(descriptor, fcntl.F_FULLFSYNC)
        except OSError as error:  # network shares and foreign filesystems know only the ordinary call
            if error.errno not in {*_NOT_SUPPORTED, errno.ENOTTY}:
                raise
            os.fsync(descriptor)
    else:
        os.fsync(descriptor)


def start_flush(descriptor: int) -> None:
    """Let the system begin to write what is waiting, where it can be asked to; nothing is promised, nothing raised."""
    if sys.platform == "linux":
        call = getattr(libc(), "sync_file_range", None)
        if call is not None:
            call.argtypes = (ctypes.c_int, ctypes.c_int64, ctypes.c_int64, ctypes.c_uint)
            call(descriptor, 0, 0, _SYNC_FILE_RANGE_WRITE)


def allocate(descriptor: int, size: int) -> bool:
    """Set room aside for `size` bytes and return whether the filesystem could promise it. Raises OSError.

    The file gets that size too, but on FAT: there the room alone is taken, for growing would write zeros all through.
    """
    if size and sys.platform != "win32":
        if _reserve(descriptor, size):
            return True
        if sys.platform == "linux" and _fallocate(descriptor, _FALLOC_FL_KEEP_SIZE, size):
            return True
    try:
        os.ftruncate(descriptor, size)
    except OSError as error:
        if error.errno not in _NO_SUCH_CALL:
            raise  # elsewhere the file grows as it is written
    return not size or sys.platform == "win32"


def _reserve(descriptor: int, size: int) -> bool:
    """Make the file `size` bytes long, all of them set aside; change nothing and return False where that is unknown."""
    if sys.platform == "linux":
        return _fallocate(descriptor, 0, size)
    elif sys.platform == "darwin":  # noqa: RET505 - a checker of types reads the branches of one `if` apart
        import fcntl  # noqa: PLC0415 - not there on Windows

        wish = struct.pack("=Iiqqq", _F_ALLOCATEALL, _F_PEOFPOSMODE, 0, size, 0)
        try:
            fcntl.fcntl(descriptor, _F_PREALLOCATE, wish)
        except OSError as error:
            if error.errno not in {*_NOT_SUPPORTED, errno.ENOTTY}:
                raise
            return False
        os.ftruncate(descriptor, size)
        return True
    else:
        return False


def _fallocate(descriptor: int, mode: int, size: int) -> bool:
    """Not posix_fallocate: where the filesystem cannot allocate, glibc writes into every block of the file instead."""
    call = getattr(libc(), "fallocate", None)
    if call is None:
        return False
    call.argtypes = (ctypes.c_int, ctypes.c_int, ctypes.c_int64, ctypes.c_int64)
    while call(descriptor, mode, 0, size) != 0:
        code = ctypes.get_errno()
        if code in _NOT_SUPPORTED:
            return False
        if code != errno.EINTR:
            raise OSError(code, os.strerror(code))
    return True


def set_modified(path: Path, descriptor: int, modified: float) -> None:
    """Set when an open file was modified, in Unix seconds; the time of the last access stays. Raises OSError."""
    accessed = os.fstat(descriptor).st_atime_ns
    times = (accessed, round(modified * 1_000_000) * 1000)  # nanoseconds; a float is exact to microseconds
    os.utime(path if sys.platform == "win32" else descriptor, ns=times)


def open_up(descriptor: int, mode: int) -> None:
    """Give a file that only its owner could read this mode. Raises OSError.

    A filesystem that keeps no modes is forgiven.
    """
    if sys.platform != "win32":
        try:
            os.fchmod(descriptor, mode)
        except OSError as error:
            if error.errno not in _NOT_SUPPORTED | {errno.EPERM}:
                raise


def new_file_mode() -> int:
    """Return the mode a new file of this process gets: 0666 less the umask. Raises OSError without free descriptors.

    To ask os.umask would change it for all threads.
    """
    if sys.platform == "linux":
        try:
            with open("/proc/self/status", "rb", buffering=0) as status:  # noqa: PTH123 - for every file: no Path, no text
                _, named, rest = (status.read(_STATUS_SIZE) or b"").partition(b"\nUmask:")
        except OSError as error:
            if error.errno in _NO_MORE_FILES:
                raise  # it is known in a moment: a guess might open the file to others
            named = rest = b""  # no /proc in this sandbox
        if named:
            return 0o666 & ~int(rest.split(None, 1)[0], 8)
    return _mode_of_a_new_file()


def _mode_of_a_new_file() -> int:
    """Make an empty file among the temporary ones, look at its mode and delete it."""
    try:
        scratch = Path(tempfile.gettempdir(), f".headrace-{secrets.token_hex(8)}")
        descriptor = os.open(scratch, OPEN_FLAGS | os.O_CREAT | os.O_EXCL, 0o666)
    except OSError as error:
        if error.errno in _NO_MORE_FILES:
            raise
        return 0o644
    try:
        return os.fstat(descriptor).st_mode & 0o666
    finally:
        os.close(descriptor)
        scratch.unlink(missing_ok=True)


def has_descriptors(count: int) -> bool:
    """Say whether the process may open `count` more files right now: libraries abort it where they find none."""
    left = _descriptors_left()
    return left >= count if left is not None else _may_open(count)


def _descriptors_left() -> int | None:
    """Return how many more files the process may open, None where the system does not tell: Linux before 6.2, others.

    One call in the place of two for each: whoever starts many threads asks before each of them.
    """
    if sys.platform != "linux":
        return None
    import resource  # noqa: PLC0415 - not there on Windows

    try:
        opened = os.stat("/proc/self/fd").st_size  # noqa: PTH116 - a Path is made anew each time
    except OSError:
        return None
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    return limit - opened if opened and limit != resource.RLIM_INFINITY else None


def _may_open(count: int) -> bool:
    """Open so many, and close them again."""
    opened: list[int] = []
    try:
        for _ in range(count):
            opened.append(os.open(os.devnull, os.O_RDONLY | getattr(os, "O_CLOEXEC", 0)))  # noqa: PERF401 - one by one
    except OSError as error:
        if error.errno not in _NO_MORE_FILES:
            raise
        return False
    finally:
        for descriptor in opened:
            os.close(descriptor)
    return True


def has_writer(descriptor: int) -> bool:
    """Say whether a file that is open to be read here is open to be written anywhere; False where nobody can tell.

    Linux lends a lease for reading to nobody as long as there is a writer. One that comes in that moment has this
    process told by a signal, which must be one that ends nothing.
    """
    if sys.platform != "linux":
        return False
    import fcntl  # noqa: PLC0415 - not there on Windows
    import signal  # noqa: PLC0415 - for this alone

    try:
        fcntl.fcntl(descriptor, fcntl.F_SETSIG, signal.SIGURG)
        fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_RDLCK)
    except OSError as error:
        return error.errno == errno.EAGAIN
    with suppress(OSError):
        fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_UNLCK)
    return False
