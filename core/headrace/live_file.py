"""A file that others write: read in order as far as it has come, under whatever name it has at the moment."""

import os
import stat
import sys
from dataclasses import dataclass, replace
from enum import Enum
from pathlib import Path
from typing import Final

from headrace.details import DownloadDetails
from headrace.disk.system_calls import read_at
from headrace.live_lines import LOOKED_AT
from headrace.snapshots import DownloadSnapshot, SegmentSnapshot
from headrace.states import DownloadState
from headrace.transfer.live_text import header_charset

_FLAGS: Final = (
    os.O_RDONLY
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_NONBLOCK", 0)  # a pipe that took the file's name must not hold the thread
    | getattr(os, "O_BINARY", 0)
    | getattr(os, "O_NOINHERIT", 0)
)
_HELD_OPEN: Final = sys.platform != "win32"
"""Whether the file may stay open: on Windows it could then not be renamed."""


@dataclass(frozen=True, slots=True)
class LiveSource:
    """Where the bytes of a download are at the moment."""

    path: Path | None
    """None where there is no file (yet, or any more)."""
    front: int | None
    """Bytes from the beginning without a gap; None for all there are."""
    is_complete: bool = False
    """Whether no more will come."""
    is_recording: bool = False
    """Whether another file continues this one."""
    charset: str | None = None
    """What the server said."""


NOWHERE: Final = LiveSource(None, 0)
"""No file: what was read stays, and nothing more is."""


def source_of(snapshot: DownloadSnapshot, details: DownloadDetails | None) -> LiveSource:
    """Return where to read what has come of a download."""
    charset = header_charset(details.content_type) if details else None
    if snapshot.state is DownloadState.COMPLETED:
        return LiveSource(snapshot.path, None, is_complete=True, charset=charset)
    if details is None or details.part_path is None:
        return replace(NOWHERE, charset=charset)
    front = None if snapshot.is_recording else front_of(details.segments)
    return LiveSource(details.part_path, front, is_recording=snapshot.is_recording, charset=charset)


def front_of(segments: tuple[SegmentSnapshot, ...]) -> int:
    """Return how many bytes from the beginning are there without a gap."""
    front = 0
    for segment in sorted(segments, key=lambda one: one.start):
        if segment.start > front:
            break
        front = max(front, segment.position)
        if segment.end is None or segment.position < segment.end:
            break
    return front


class Turn(Enum):
    """What a look at the file showed."""

    SAME = "same"
    ANEW = "anew"
    """Other bytes stand where some were read already."""
    NEXT = "next"
    """A recording goes on in another file."""


class LiveFile:
    """Reads one download's file. One thread; raises OSError. What was read is compared with what is there later."""

    def __init__(self) -> None:
        self.position = 0
        """Where the next byte is read."""
        self.front = 0
        """How far it may be read."""
        self.head = b""
        """The first bytes of the file."""
        self._tail = b""
        self._descriptor: int | None = None
        self._path: Path | None = None
        self._identity: tuple[int, int] | None = None

    @property
    def remaining(self) -> int:
        """Bytes that can be read now."""
        return max(0, self.front - self.position)

    def look(self, source: LiveSource) -> Turn:
        """Take in where the bytes are now. Raises OSError, FileNotFoundError where there is none any more."""
        if source.path is None:
            return Turn.SAME
        before = self._identity
        descriptor = self._open(source.path)
        facts = os.fstat(descriptor)
        self._identity = facts.st_dev, facts.st_ino
        front = facts.st_size if source.front is None else min(source.front, facts.st_size)
        turn = Turn.SAME
        if before is not None and not self._is_same(descriptor, front, is_one=self._identity == before):
            turn = Turn.NEXT if source.is_recording else Turn.ANEW
            self.start(0)
            self.head = b""
        self.front = front
        if len(self.head) < min(front, LOOKED_AT):
            self.head = read_at(descriptor, min(front, LOOKED_AT), 0)
        self._rest()
        return turn

    def start(self, position: int) -> None:
        """Read on from there."""
        self.position, self._tail = position, b""

    def read(self, size: int) -> bytes:
        """Read what comes next, in order; nothing where there is nothing yet."""
        size = min(size, self.remaining)
        if not size or self._path is None:
            return b""
        descriptor = self._open(self._path) if self._descriptor is None else self._descriptor
        data = read_at(descriptor, size, self.position)
        self.position += len(data)
        self._tail = (self._tail + data[-LOOKED_AT:])[-LOOKED_AT:]
        self._rest()
        return data

    def leftover(self, source: LiveSource) -> bool:
        """Let the rest of a piece be read that a recording has left behind; say whether there may be any."""
        if not source.is_recording or self._descriptor is None or source.path == self._path:
            return False
        self.front = os.fstat(self._descriptor).st_size
        return self.remaining > 0

    def close(self) -> None:
        """Let go of the file."""
        if self._descriptor is not None:
            os.close(self._descriptor)
        self._descriptor = None

    def _open(self, path: Path) -> int:
        """Return a descriptor for the file that has this name now: the one in use, where it is still that."""
        if self._descriptor is not None:
            named, held = path.stat(), os.fstat(self._descriptor)
            if (named.st_dev, named.st_ino) == (held.st_dev, held.st_ino):
                self._path = path
                return self._descriptor
        descriptor = os.open(path, _FLAGS)
        self.close()
        self._descriptor, self._path = descriptor, path
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            self.close()
            raise FileNotFoundError(str(path))
        return descriptor

    def _rest(self) -> None:
        if not _HELD_OPEN:
            self.close()

    def _is_same(self, descriptor: int, front: int, *, is_one: bool) -> bool:
        """Tell whether what was read is still what is there; of bytes that are fetched again, as far as they are."""
        known = self.head[: min(front, len(self.head))]
        if read_at(descriptor, len(known), 0) != known:
            return False
        if front < self.position:
            return is_one
        return read_at(descriptor, len(self._tail), self.position - len(self._tail)) == self._tail
