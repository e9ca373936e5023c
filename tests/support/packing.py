"""Packed bodies that are the same in every process, as names of tests must be."""

import gzip


def gzipped(data: bytes, level: int = 9) -> bytes:
    """Return `data` as gzip packs it, without the time of day."""
    return gzip.compress(data, level, mtime=0)
