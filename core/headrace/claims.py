"""What the database says is on disk: written only after the bytes themselves are safe."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SegmentClaim:
    """Bytes [start, position) are on disk; [position, end) are still missing. An end of None is not known yet."""

    start: int
    position: int
    end: int | None
    tail: bytes = b""
    """Digest of the bytes from the last block border to `position`; empty where that is a border."""


@dataclass(frozen=True, slots=True)
class Claims:
    """All that a later attempt needs to continue a part file, and to notice that it is another one.

    The digests of finished blocks are kept beside the claims, and are read only when an attempt begins.
    """

    part_name: str
    device: int
    inode: int
    total: int | None
    validator: str | None
    """The strong validator (RFC 9110 section 8.8.1) all claimed bytes came with; None asks for a proof by overlap."""
    segments: tuple[SegmentClaim, ...]
    publishing_as: str | None = None
    """The final name about to be given to the part file, so that a crash in between can be told from a loss."""
    hint: str | None = None
    """What the server said of the version without being bound by it: ETag and date. None forbids a resume by it."""
    base: str | None = None
    """The address validator and hint came from; None for the download's own."""
    mtime_ns: int | None = None
    """When the part file was last written, in nanoseconds, if an attempt ended in order; None while one runs."""
    generation: int = 1
    """Counts the versions of the file that were begun: each has a part file of its own."""
    earlier: tuple[str, ...] = ()
    """Part files of earlier generations, kept until the new one is proven."""
    joins: tuple[int, ...] = ()
    """Offsets where answers meet that did not name their version: to be proven before the file is published."""

    @property
    def received(self) -> int:
        """Claimed bytes."""
        return sum(segment.position - segment.start for segment in self.segments)

    @property
    def complete(self) -> bool:
        """Whether every byte of a known length is claimed."""
        return self.total is not None and self.received == self.total


def claimed_ends(claims: Claims | None, stretches: Iterable[tuple[int, int]]) -> list[int]:
    """Return up to which offset each of `stretches` (start, end of its written part; in order) is claimed."""
    segments = claims.segments if claims else ()
    ends, at = [], 0
    for start, position in stretches:
        while at + 1 < len(segments) and segments[at + 1].start <= start:
            at += 1
        ends.append(max(start, min(position, segments[at].position)) if segments else start)
    return ends
