"""The file as blocks of 1 MiB, gathered into as many cells as a picture has room for. Pure arithmetic."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Final, NamedTuple

from headrace.snapshots import SegmentSnapshot

BLOCK: Final = 1 << 20
"""Bytes of a block: borders between connections and digests lie on blocks."""
LEVELS: Final = 8
"""Steps in which a cell that holds several blocks fills up."""

Span = tuple[int, int]


class Counts(NamedTuple):
    """How many whole blocks are in which state; each block is in one."""

    blocks: int
    verified: int
    on_disk: int
    """Written, and not yet flushed and vouched for by a digest."""
    arriving: int
    missing: int


class Look(NamedTuple):
    """How a cell is drawn: filled to so many LEVELS, and whether a connection works in it."""

    verified: int
    written: int
    """Verified ones among them."""
    arriving: bool = False


_EMPTY: Final = Look(0, 0)
_FULL: Final = Look(LEVELS, LEVELS)


@dataclass(frozen=True, slots=True)
class CellMap:
    """Bytes by cell: each cell stands for as many blocks as its neighbours, or one more."""

    blocks: int
    """Blocks of the whole file, or as far as it has come where its length is unknown."""
    sizes: Sequence[int]
    verified: Sequence[int]
    written: Sequence[int]
    """Bytes on disk, verified ones among them."""
    arriving: frozenset[int]
    """Cells in which a connection works."""

    def __len__(self) -> int:
        return len(self.sizes)

    def blocks_of(self, cell: int) -> range:
        """Return the blocks, counted from 0, that a cell stands for."""
        return range(cell * self.blocks // len(self), (cell + 1) * self.blocks // len(self))

    def looks(self) -> list[Look]:
        """Return what to draw, cell by cell."""
        found = [
            _EMPTY if not written else _FULL if verified == size else _look(verified, written, size)
            for verified, written, size in zip(self.verified, self.written, self.sizes, strict=True)
        ]
        for cell in self.arriving:
            found[cell] = found[cell]._replace(arriving=True)
        return found


def _look(verified: int, written: int, size: int) -> Look:
    return Look(_level(verified, size), _level(written, size))


def blocks_in(length: int) -> int:
    """Return the number of blocks in so many bytes."""
    return -(-length // BLOCK)


def length_of(segments: Iterable[SegmentSnapshot], total: int | None) -> int:
    """Return the bytes a map covers: the file's; without a known end what came, the block that arrives included."""
    if total is not None:
        return total
    reached = max((max(each.position, each.end or 0) for each in segments), default=0)
    growing = any(each.connected and each.end is None for each in segments)
    return (reached // BLOCK + 1) * BLOCK if growing else reached


def cells(segments: Sequence[SegmentSnapshot], total: int | None, count: int) -> CellMap:
    """Spread the bytes of `segments` over `count` cells, fewer where there are not so many blocks.

    Takes time by segments and cells, whatever the file's size. Where `total` is None the map covers what came.
    """
    length = length_of(segments, total)
    blocks = blocks_in(length)
    count = min(count, blocks)
    if count <= 0:
        return CellMap(blocks, (), (), (), frozenset())
    borders = [cell * blocks // count * BLOCK for cell in range(count)] + [length]
    sizes = [after - before for before, after in pairwise(borders)]
    verified = _spread(_verified(segments, length), borders, sizes)
    written = _spread(_written(segments, length), borders, sizes)
    arriving = {((block + 1) * count - 1) // blocks for block in _arriving(segments, length)}
    return CellMap(blocks, sizes, verified, written, frozenset(arriving))


def count_blocks(segments: Sequence[SegmentSnapshot], total: int | None) -> Counts:
    """Count whole blocks by state; a block of which a part came is missing still, unless it arrives now."""
    length = length_of(segments, total)
    blocks = blocks_in(length)
    verified = _whole_blocks(_verified(segments, length), length)
    written = _whole_blocks(_written(segments, length), length)
    arriving = min(len(_arriving(segments, length)), blocks - written)
    return Counts(blocks, verified, written - verified, arriving, blocks - written - arriving)


def _written(segments: Iterable[SegmentSnapshot], length: int) -> list[Span]:
    """Return what is on disk of a file's `length` bytes: more may be there where it became smaller on the server."""
    return [(each.start, min(each.position, length)) for each in segments if each.start < length]


def _verified(segments: Iterable[SegmentSnapshot], length: int) -> list[Span]:
    vouched = (each for each in segments if each.claimed is not None and each.start < length)
    return [(each.start, min(each.claimed or 0, each.position, length)) for each in vouched]


def _arriving(segments: Iterable[SegmentSnapshot], length: int) -> set[int]:
    """Return the blocks that connections are at."""
    at = ((each.position, each.end) for each in segments if each.connected)
    return {position // BLOCK for position, end in at if position != end and position < length}


def _spread(spans: Iterable[Span], borders: list[int], sizes: list[int]) -> list[int]:
    """Return how many bytes of `spans`, which do not overlap, lie in each cell."""
    count, blocks = len(sizes), blocks_in(borders[-1])
    parts, steps = [0] * count, [0] * (count + 1)
    for start, end in spans:
        if start < end:
            first = ((start // BLOCK + 1) * count - 1) // blocks
            last = (((end - 1) // BLOCK + 1) * count - 1) // blocks
            if first == last:
                parts[first] += end - start
            else:
                parts[first] += borders[first + 1] - start
                parts[last] += end - borders[last]
                steps[first + 1] += 1
                steps[last] -= 1
    return [size if whole else part for part, whole, size in zip(parts, accumulate(steps), sizes, strict=False)]


def _whole_blocks(spans: Iterable[Span], length: int) -> int:
    """Count blocks that lie wholly in spans, of which touching ones are one; the file's end ends its last block."""
    found, begin, reached = 0, 0, 0
    for start, end in sorted(spans):
        if start > reached:
            found += max(0, reached // BLOCK + -begin // BLOCK)  # the first block is rounded up, the last one down
            begin = start
        reached = max(reached, end)
    last = blocks_in(reached) if reached == length else reached // BLOCK
    return found + max(0, last + -begin // BLOCK)


def _level(amount: int, size: int) -> int:
    """Return the step that `amount` of `size` fills: 0 for nothing alone, LEVELS for all of it alone."""
    return LEVELS if amount == size else amount and 1 + amount * (LEVELS - 1) // size
