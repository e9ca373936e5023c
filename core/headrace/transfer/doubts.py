"""Joins for which nobody vouches yet: places where bytes of two answers meet that may be of two versions of the file.

They arise where an answer does not name its version, though the server was bound to one (RFC 9110 section 15.3.7.3),
and end when the bytes on both sides were compared with the server's. Until then no file is published.
"""

from collections.abc import Iterable
from threading import Lock


class Doubts:
    """Offsets of such joins. Thread-safe."""

    def __init__(self, offsets: Iterable[int] = ()) -> None:
        self._lock = Lock()
        self._offsets = set(offsets)

    def add(self, offset: int) -> None:
        """Doubt the join at `offset`; the beginning of the file is none."""
        if offset:
            with self._lock:
                self._offsets.add(offset)

    def end(self, offset: int) -> None:
        """Call the join at `offset` proven."""
        with self._lock:
            self._offsets.discard(offset)

    def clear(self) -> None:
        """Call all of them proven, or forget them with the bytes they joined."""
        with self._lock:
            self._offsets.clear()

    def __contains__(self, offset: int) -> bool:
        with self._lock:
            return offset in self._offsets

    def offsets(self) -> tuple[int, ...]:
        """Return them all, in order."""
        with self._lock:
            return tuple(sorted(self._offsets))
