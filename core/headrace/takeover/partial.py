"""What another program left of a download: which bytes of a file it says it has, and of what. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

Stretch = tuple[int, int]
"""Bytes [start, end)."""


class Program(Enum):
    """Who left it."""

    ARIA2 = "aria2"
    CHROMIUM = "chromium"
    FIREFOX = "firefox"
    PERSEPOLIS = "persepolis"
    OTHER = "other"
    """One that writes from the first byte on and keeps no notes, such as curl and wget."""


@dataclass(frozen=True, slots=True)
class Partial:
    """An unfinished file. Nothing of it is believed before its bytes were compared with the server's."""

    path: Path
    """The file that has the bytes."""
    program: Program
    stretches: tuple[Stretch, ...]
    """What is said to be there, in order."""
    name: str
    """What the finished file was to be called."""
    total: int | None = None
    """Bytes of the finished file, None where nobody says."""
    addresses: tuple[str, ...] = ()
    """Where it came from, the one that was asked for first; most programs do not say."""
    etag: str | None = None
    """The strong tag all of it came with (RFC 9110 section 8.8.3), None where none is known."""
    last_modified: str | None = None
    beside: Path | None = None
    """What the program keeps beside it for this download alone: its notes, or an empty file that holds the name."""

    @property
    def received(self) -> int:
        """Bytes that are said to be there."""
        return sum(end - start for start, end in self.stretches)


def joined(stretches: Iterable[Stretch], size: int) -> tuple[Stretch, ...]:
    """Return stretches in order, those that touch or overlap as one, and nothing behind `size` bytes."""
    found: list[Stretch] = []
    for start, end in sorted((start, min(end, size)) for start, end in stretches if start < min(end, size)):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return tuple(found)
