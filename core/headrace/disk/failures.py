"""From what the disk raised to a numbered reason: one table."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from headrace.errors import DownloadError
from headrace.states import Failure, FailureReason

_R = FailureReason
_BY_NUMBER = {
    errno.ENOSPC: _R.DISK_FULL,
    errno.EDQUOT: _R.DISK_FULL,
    errno.EFBIG: _R.FILE_TOO_LARGE,
    errno.EACCES: _R.NO_PERMISSION,
    errno.EPERM: _R.NO_PERMISSION,
    errno.EROFS: _R.NO_PERMISSION,
    errno.ENOENT: _R.FOLDER_MISSING,
    errno.ENOTDIR: _R.FOLDER_MISSING,
    errno.EEXIST: _R.FILE_EXISTS,
    errno.EISDIR: _R.FILE_EXISTS,  # a folder where a file was to be replaced
    errno.ENOTEMPTY: _R.FILE_EXISTS,
    errno.EMFILE: _R.TOO_MANY_OPEN_FILES,
    errno.ENFILE: _R.TOO_MANY_OPEN_FILES,
    errno.ENODEV: _R.OTHER_DISK,
    errno.ENXIO: _R.OTHER_DISK,
    errno.ESTALE: _R.OTHER_DISK,  # a network share that was made anew
    errno.ENOTCONN: _R.OTHER_DISK,  # a user-space filesystem whose program is gone
    errno.EHOSTDOWN: _R.OTHER_DISK,
}
_BY_WINDOWS_NUMBER = {
    21: _R.OTHER_DISK,  # ERROR_NOT_READY
    39: _R.DISK_FULL,  # ERROR_HANDLE_DISK_FULL
    55: _R.OTHER_DISK,  # ERROR_DEV_NOT_EXIST
    64: _R.OTHER_DISK,  # ERROR_NETNAME_DELETED
    223: _R.FILE_TOO_LARGE,  # ERROR_FILE_TOO_LARGE
    1167: _R.OTHER_DISK,  # ERROR_DEVICE_NOT_CONNECTED
    1295: _R.DISK_FULL,  # ERROR_DISK_QUOTA_EXCEEDED
}
"""What the C library's numbers call something else, or nothing at all."""


def disk_failure(error: OSError) -> Failure:
    """Return the failure for an OSError that a file call raised."""
    of_windows = _BY_WINDOWS_NUMBER.get(getattr(error, "winerror", None) or 0)
    reason = of_windows or _BY_NUMBER.get(error.errno or 0, _R.DISK_ERROR)
    return Failure(reason, error.strerror or type(error).__name__)


@contextmanager
def disk_faults() -> Iterator[None]:
    """Turn every OSError of the block into a DownloadError."""
    try:
        yield
    except OSError as error:
        raise DownloadError(disk_failure(error)) from error
