"""Free space, asked before the first byte."""

import shutil
from pathlib import Path

from headrace.disk.failures import disk_faults
from headrace.errors import DownloadError
from headrace.states import Failure, FailureReason

RESERVE = 16 << 20
"""Bytes left free on a disk for everybody else, our database included."""


def require_room(folder: Path, size: int | None) -> None:
    """Raise DownloadError DISK_FULL, with the bytes that are missing, unless `size` more bytes fit into `folder`."""
    if not size:
        return
    with disk_faults():
        free = shutil.disk_usage(folder).free
    if free < size + RESERVE:
        raise DownloadError(Failure(FailureReason.DISK_FULL, needed_bytes=size + RESERVE - free))
