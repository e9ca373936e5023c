"""Seeded bodies: any range of a file of any size, without keeping the file, such that a misplaced piece shows.

The bytes come from one random base of prime length per seed. Each block of 1 MiB begins at its own hashed place in the
base, so no shift, whether by a block, a page or a segment, maps the body onto itself. Reading is copying: GB/s.
"""

import hashlib
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

BLOCK = 1 << 20
_PRIME = BLOCK + 7


@lru_cache(maxsize=16)
def _base(seed: int) -> memoryview:
    """Return the base of `seed`, long enough to read one block from any place in it."""
    once = hashlib.shake_128(f"headrace body {seed}".encode()).digest(_PRIME)
    return memoryview(once + once)


@lru_cache(maxsize=1 << 16)
def _place(seed: int, block: int) -> int:
    hashed = hashlib.blake2b(f"{seed}:{block}".encode(), digest_size=8).digest()
    return int.from_bytes(hashed, "big") % _PRIME


def pieces(seed: int, start: int, end: int) -> Iterator[memoryview]:
    """Yield bytes [start, end) of the body of `seed` in pieces of at most BLOCK, without copying."""
    while start < end:
        block, inside = divmod(start, BLOCK)
        size = min(end - start, BLOCK - inside)
        place = _place(seed, block) + inside
        if place >= _PRIME:
            place -= _PRIME
        yield _base(seed)[place : place + size]
        start += size


def body(seed: int, start: int, end: int) -> bytes:
    """Return bytes [start, end) of the body of `seed`."""
    return b"".join(pieces(seed, start, end))


@lru_cache(maxsize=256)
def digest(seed: int, size: int) -> str:
    """Return the SHA-256 of the first `size` bytes of the body of `seed`, in lower-case hex."""
    hasher = hashlib.sha256()
    for piece in pieces(seed, 0, size):
        hasher.update(piece)
    return hasher.hexdigest()


def first_difference(path: Path, seed: int, size: int) -> str | None:
    """Say where the file at `path` departs from the body of `seed`; None where every one of `size` bytes is right."""
    offset = 0
    with path.open("rb") as stream:
        for piece in pieces(seed, 0, size):
            found = stream.read(len(piece))
            if found != piece:
                return _difference(found, bytes(piece), offset)
            offset += len(piece)
        surplus = len(stream.read())
    return f"{surplus} bytes behind the end at {size}" if surplus else None


def _difference(found: bytes, wanted: bytes, offset: int) -> str:
    same = next((i for i, (a, b) in enumerate(zip(found, wanted, strict=False)) if a != b), len(found))
    what = "ends" if same == len(found) else "is wrong"
    return f"the file {what} at byte {offset + same}"
