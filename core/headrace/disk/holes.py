"""Holes: stretches of a file to which nothing was ever written, as far as the filesystem tells."""

import os


def holes(descriptor: int, size: int) -> list[tuple[int, int]]:
    """Return the stretches [start, end) of the first `size` bytes that were never written; empty where it is not told.

    Some filesystems call written zeros a hole too: a hole is a suspicion, not a proof. Raises OSError.
    """
    seek_hole, seek_data = getattr(os, "SEEK_HOLE", None), getattr(os, "SEEK_DATA", None)
    if seek_hole is None or seek_data is None:
        return []
    found, offset = [], 0
    while offset < size:
        start = os.lseek(descriptor, offset, seek_hole)
        if start >= size:
            break
        offset = _next_data(descriptor, start, size, seek_data)
        found.append((start, offset))
    return found


def _next_data(descriptor: int, start: int, size: int, seek_data: int) -> int:
    try:
        return min(size, os.lseek(descriptor, start, seek_data))
    except OSError:  # ENXIO: no data behind
        return size
