"""Digests of the blocks of a part file: what the database says is on disk, it also says what it must hash to.

Pure. xxh3-128 runs at tens of GB/s, so every byte is digested as it passes; it shows every accident of disk, memory
and crash, while forgeries are the business of checksums.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence

from xxhash import xxh3_128

from headrace.claims import SegmentClaim

BLOCK = 1 << 20
"""Bytes of a block: plans align the borders between segments to it."""

Read = Callable[[int, int], memoryview]
"""Read (offset, size) bytes of the part file. Raises DownloadError where they are not there."""


class BlockMeter:
    """Digests the bytes of one segment in order. The owner serialises access."""

    def __init__(self, position: int) -> None:
        """Begin at `position`; where that is inside a block, feed the block's earlier bytes with `prime`."""
        self._position = position
        self._hash = xxh3_128()

    def prime(self, data: memoryview) -> None:
        """Take in the bytes between the last border and the position."""
        self._hash.update(data)

    def update(self, data: memoryview) -> list[tuple[int, bytes]]:
        """Take in the next bytes; return number and digest of each block they finish."""
        finished = []
        while len(data):
            room = BLOCK - self._position % BLOCK
            part, data = data[:room], data[room:]
            self._hash.update(part)
            self._position += len(part)
            if self._position % BLOCK == 0:
                finished.append((self._position // BLOCK - 1, self._hash.digest()))
                self._hash = xxh3_128()
        return finished

    def tail(self) -> bytes:
        """Return the digest of what came since the last border; empty at a border."""
        return self._hash.digest() if self._position % BLOCK else b""


def digest(data: memoryview) -> bytes:
    """Return the digest of one block or a part of one."""
    return xxh3_128(data).digest()


def bad_stretches(
    claims: Iterable[SegmentClaim],
    digests: Mapping[int, bytes],
    read: Read,
    *,
    everything: bool,
    within: Sequence[tuple[int, int]] | None = None,
) -> list[tuple[int, int]]:
    """Return the claimed stretches [start, end) whose bytes on disk are not those that were written.

    Without `everything` only the last block of each segment is read: enough where size and times are as they were left.
    With `within` only what touches those stretches is. `read` may raise for a stretch that is gone: that one is bad.
    """
    return [
        stretch
        for claim in claims
        for stretch, wanted in _stretches(claim, digests, everything=everything)
        if _touches(stretch, within) and not _is_good(stretch, wanted, read)
    ]


def _stretches(
    claim: SegmentClaim, digests: Mapping[int, bytes], *, everything: bool
) -> list[tuple[tuple[int, int], bytes | None]]:
    first, last = claim.start // BLOCK, claim.position // BLOCK
    if not everything:
        first = last if claim.position % BLOCK else max(first, last - 1)
    found: list[tuple[tuple[int, int], bytes | None]] = [
        ((block * BLOCK, (block + 1) * BLOCK), digests.get(block)) for block in range(first, last)
    ]
    if claim.position % BLOCK:
        found.append(((last * BLOCK, claim.position), claim.tail or None))
    return found


def _touches(stretch: tuple[int, int], others: Sequence[tuple[int, int]] | None) -> bool:
    return others is None or any(low < stretch[1] and stretch[0] < high for low, high in others)


def _is_good(stretch: tuple[int, int], wanted: bytes | None, read: Read) -> bool:
    start, end = stretch
    if wanted is None:
        return False
    data = read(start, end - start)
    return len(data) == end - start and digest(data) == wanted
