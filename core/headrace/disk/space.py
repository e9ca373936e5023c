"""Free space, asked before the first byte."""

import shutil
import sys
from pathlib import Path

from headrace.disk.failures import disk_faults
from headrace.errors import DownloadError
from headrace.states import Failure, FailureReason

RESERVE = 16 << 20
"""Bytes left free on a disk for everybody else, our database included."""


def free_space(folder: Path) -> int:
    """Return the bytes this user may still write into `folder`. Raises DownloadError.

    A filesystem that does not know its own size, as some network and user-space ones, counts as endless.
    """
    with disk_faults():
        usage = shutil.disk_usage(folder)
    return usage.free if usage.total else sys.maxsize


def require_room(folder: Path, size: int | None) -> None:
    """Raise DownloadError DISK_FULL, with the bytes that are missing, unless `size` more bytes fit into `folder`."""
    if not size:
        return
    free = free_space(folder)
    if free < size + RESERVE:
        raise DownloadError(Failure(FailureReason.DISK_FULL, needed_bytes=size + RESERVE - free))
