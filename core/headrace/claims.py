"""What the database says is on disk: written only after the bytes themselves are safe."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SegmentClaim:
    """Bytes [start, position) are on disk; [position, end) are still missing. An end of None is not known yet."""

    start: int
    position: int
    end: int | None


@dataclass(frozen=True, slots=True)
class Claims:
    """All that a later attempt needs to continue a part file, and to notice that it is another one."""

    part_name: str
    device: int
    inode: int
    total: int | None
    validator: str | None
    """The strong validator (RFC 9110 section 8.8.1) all claimed bytes came with; None forbids a resume."""
    segments: tuple[SegmentClaim, ...]
    publishing_as: str | None = None
    """The final name about to be given to the part file, so that a crash in between can be told from a loss."""

    @property
    def received(self) -> int:
        """Claimed bytes."""
        return sum(segment.position - segment.start for segment in self.segments)

    @property
    def complete(self) -> bool:
        """Whether every byte of a known length is claimed."""
        return self.total is not None and self.received == self.total
