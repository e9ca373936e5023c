"""The map of one file: which stretch is on disk, which is missing, who works where. Pure arithmetic."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from headrace.claims import SegmentClaim

BLOCK = 1 << 20
"""Bytes to which plans align the borders between segments."""


@dataclass(slots=True)
class Segment:
    """Bytes [start, end) of the file, of which [start, position) are written. `end` None: until the server ends."""

    start: int
    position: int
    end: int | None
    taken: bool = False

    @property
    def remaining(self) -> int | None:
        """Bytes still missing, None where the end is unknown."""
        return None if self.end is None else self.end - self.position

    @property
    def done(self) -> bool:
        """Whether nothing is missing."""
        return self.position == self.end


class SegmentMap:
    """Segments that tile [0, total) without gap or overlap, in order. The owner serialises access."""

    def __init__(self, total: int | None, segments: Iterable[Segment]) -> None:
        self.total = total
        self.segments = list(segments)
        _check(total, self.segments)

    @classmethod
    def plan(cls, total: int | None, connections: int = 1) -> "SegmentMap":
        """Tile a new file for `connections` workers, borders on blocks; one open segment for an unknown length."""
        if total is None:
            return cls(None, [Segment(0, 0, None)])
        blocks = -(-total // BLOCK)
        count = max(1, min(connections, blocks))
        borders = [min(total, blocks * place // count * BLOCK) for place in range(count + 1)]
        return cls(total, [Segment(start, start, end) for start, end in pairwise(borders)])

    @classmethod
    def restore(cls, total: int | None, claims: Iterable[SegmentClaim]) -> "SegmentMap":
        """Rebuild a map from stored claims. Raise ValueError where they do not tile the file."""
        return cls(total, [Segment(claim.start, claim.position, claim.end) for claim in claims])

    def take(self) -> Segment | None:
        """Hand out the first unfinished segment nobody works on, None where there is none."""
        for segment in self.segments:
            if not segment.taken and not segment.done:
                segment.taken = True
                return segment
        return None

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

    @property
    def received(self) -> int:
        """Bytes written."""
        return sum(segment.position - segment.start for segment in self.segments)

    @property
    def complete(self) -> bool:
        """Whether the length is known and every byte of it is written."""
        return self.total is not None and all(segment.done for segment in self.segments)

    def claims(self) -> tuple[SegmentClaim, ...]:
        """Return the map as stored."""
        return tuple(SegmentClaim(part.start, part.position, part.end) for part in self.segments)


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
