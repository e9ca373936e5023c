"""The map of one file: which stretch is on disk, which is missing, who works where. Pure arithmetic."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from headrace.claims import SegmentClaim
from headrace.transfer.blocks import BLOCK, BlockMeter

LEAST_SPLIT = 2 * BLOCK
"""Bytes that must be missing of a segment for it to be divided: one block is always left to whoever works on it."""


@dataclass(slots=True, eq=False)
class Segment:
    """Bytes [start, end) of the file, of which [start, position) are written. `end` None: until the server ends."""

    start: int
    position: int
    end: int | None
    taken: bool = False
    sure: tuple[int, bytes] | None = None
    """Position and tail to be claimed while what came since waits for its proof; the segment stays whole meanwhile."""
    meter: BlockMeter = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self.meter = BlockMeter(self.position)

    @property
    def remaining(self) -> int | None:
        """Bytes still missing, None where the end is unknown."""
        return None if self.end is None else self.end - self.position

    @property
    def done(self) -> bool:
        """Whether nothing is missing, and nothing waits for its proof."""
        return self.position == self.end and self.sure is None


class SegmentMap:
    """Segments that tile [0, total) without gap or overlap, in order. The owner serialises access."""

    def __init__(self, total: int | None, segments: Iterable[Segment]) -> None:
        self.total = total
        self.segments = list(segments)
        _check(total, self.segments)

    @classmethod
    def plan(cls, total: int | None) -> "SegmentMap":
        """Begin a new file: one segment, divided later as connections are added."""
        return cls(total, [Segment(0, 0, total)])

    @classmethod
    def restore(
        cls, total: int | None, claims: Iterable[SegmentClaim], bad: Sequence[tuple[int, int]] = ()
    ) -> "SegmentMap":
        """Rebuild a map from stored claims, `bad` stretches missing again. Raise ValueError if they do not tile."""
        whole = cls(total, [Segment(claim.start, claim.position, claim.end) for claim in claims])
        segments = [piece for segment in whole.segments for piece in _without(segment, bad)]
        return cls(total, segments) if bad else whole

    def take(self) -> Segment | None:
        """Hand out the first unfinished segment nobody works on, None where there is none."""
        for segment in self.segments:
            if not segment.taken and not segment.done:
                segment.taken = True
                return segment
        return None

    def take_at(self, offset: int) -> Segment | None:
        """Hand out the free and empty segment that begins at `offset`, None where there is none."""
        for segment in self.segments:
            if segment.position == segment.start == offset and not segment.taken and not segment.done:
                segment.taken = True
                return segment
        return None

    def divide(self, segment: Segment, share: float) -> Segment | None:
        """Cut off the last `share` (0 to 1) of what is missing of `segment`, on a block border; None for too little.

        The first block behind the position stays: whoever works on the segment may be writing it at this moment.
        """
        if segment.end is None or segment.sure is not None or segment.end - segment.position < LEAST_SPLIT:
            return None
        first = -(-segment.position // BLOCK) + 1
        wanted = round((segment.end - (segment.end - segment.position) * share) / BLOCK)
        border = max(first, wanted) * BLOCK
        if border >= segment.end:
            return None
        cut = Segment(border, border, segment.end, taken=True)
        segment.end = border
        self.segments.insert(self.segments.index(segment) + 1, cut)
        return cut

    def lose(self, stretches: Sequence[tuple[int, int]]) -> None:
        """Call written `stretches` (borders on blocks, or the end of the file) missing. Nobody may be working."""
        self.segments = [piece for segment in self.segments for piece in _without(segment, stretches)]
        _check(self.total, self.segments)

    def advance(self, segment: Segment, count: int) -> None:
        """Note `count` more bytes of `segment` as written. Raise ValueError past its end."""
        if segment.end is not None and segment.position + count > segment.end:
            raise ValueError("more bytes written than the segment holds")
        segment.position += count

    def close_open_end(self, total: int | None = None) -> None:
        """Fix an unknown length: at `total` bytes, or at what was received once the server ended the body."""
        last = self.segments[-1]
        if last.end is None:
            end = last.position if total is None else total
            if end < last.position:
                raise ValueError("the file is shorter than what was received of it")
            last.end = self.total = end

    def written(self, start: int, end: int) -> list[tuple[int, int]]:
        """Return the parts of [start, end) that are written, in order."""
        found = []
        for segment in self.segments:
            low, high = max(start, segment.start), min(end, segment.position)
            if low < high:
                found.append((low, high))
        return found

    @property
    def front(self) -> int:
        """Bytes from the first on that are written without a hole."""
        for segment in self.segments:
            if not segment.done:
                return segment.position
        return self.total or 0

    @property
    def first_stretch(self) -> tuple[int, int]:
        """Written bytes [start, end): those from the first on, or the first others; empty for none."""
        front = self.front
        others = ((one.start, one.position) for one in self.segments if one.position > one.start and not front)
        return next(others, (0, front))

    @property
    def received(self) -> int:
        """Bytes written."""
        return sum(segment.position - segment.start for segment in self.segments)

    @property
    def complete(self) -> bool:
        """Whether the length is known and every byte of it is written."""
        return self.total is not None and all(segment.done for segment in self.segments)

    def claims(self) -> tuple[SegmentClaim, ...]:
        """Return the map as stored: finished segments become one with what follows them."""
        found: list[SegmentClaim] = []
        for part in self.segments:
            start = part.start
            if found and found[-1].position == found[-1].end:
                start = found.pop().start
            position, tail = part.sure or (part.position, part.meter.tail())
            found.append(SegmentClaim(start, position, part.end, tail))
        return tuple(found)


def time_left(segment: Segment | None, speed: float) -> float:
    """Return the seconds until a segment is done at `speed` bytes/s; 0 where there is none, or no end to it."""
    return 0.0 if segment is None or segment.remaining is None else segment.remaining / max(1.0, speed)


def _without(segment: Segment, bad: Sequence[tuple[int, int]]) -> list[Segment]:
    """Divide `segment` so that the `bad` stretches of its written part are missing."""
    own = _joined(
        (max(low, segment.start), high) for low, high in bad if low < segment.position and high > segment.start
    )
    if not own:
        return [segment]
    pieces, start = [], segment.start
    for low, high in own:
        if high >= segment.position:  # nothing good follows: what is missing begins here
            if low > start:
                pieces.append(Segment(start, low, low))
            pieces.append(Segment(low, low, segment.end))
            return pieces
        if low > start:
            pieces.append(Segment(start, low, low))
        pieces.append(Segment(low, low, high))
        start = high
    pieces.append(Segment(start, segment.position, segment.end))
    return pieces


def _joined(stretches: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Make one of stretches that touch, in order."""
    found: list[tuple[int, int]] = []
    for low, high in sorted(stretches):
        if found and low <= found[-1][1]:
            first, last = found.pop()
            found.append((first, max(high, last)))
        else:
            found.append((low, high))
    return found


def _check(total: int | None, segments: list[Segment]) -> None:
    border: int | None = 0
    for segment in segments:
        if segment.start != border or segment.position < segment.start:
            raise ValueError("segments leave a gap or overlap")
        if segment.end is not None and segment.position > segment.end:
            raise ValueError("a segment is written past its end")
        border = segment.end
    if not segments or border != total:
        raise ValueError("segments do not cover the file")
