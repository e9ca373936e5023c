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
}


def disk_failure(error: OSError) -> Failure:
    """Return the failure for an OSError that a file call raised."""
    return Failure(_BY_NUMBER.get(error.errno or 0, _R.DISK_ERROR), error.strerror or type(error).__name__)


@contextmanager
def disk_faults() -> Iterator[None]:
    """Turn every OSError of the block into a DownloadError."""
    try:
        yield
    except OSError as error:
        raise DownloadError(disk_failure(error)) from error
