"""How fast a download was over all the time in which bytes were coming. Pure: `now` is in monotonic seconds."""

from collections.abc import Iterable
from typing import Final

_SHORTEST: Final = 0.05
"""Seconds that tell a speed: over less, the first burst of a download looks like a flood."""


def average_speed(seconds: float, count: float) -> float | None:
    """Return bytes per second; None where that is too short to tell."""
    return count / seconds if seconds >= _SHORTEST else None


def average_speeds(seconds: Iterable[float], counts: Iterable[float]) -> list[float | None]:
    """Return the same for many."""
    pairs = zip(seconds, counts, strict=True)
    return [count / second if second >= _SHORTEST else None for second, count in pairs]


class Activity:
    """Seconds in which bytes were coming, and how many came then; neither ever falls."""

    __slots__ = ("_received", "_since", "count", "seconds")

    def __init__(self, seconds: float, count: int) -> None:
        self.seconds = seconds
        self.count = count
        self._since: float | None = None
        self._received: int | None = None

    def begin(self, now: float, received: int) -> None:
        """Be told that bytes come from now on, beyond the `received` ones."""
        self.pass_time(now)
        self._since = now
        if self._received is None:
            self._received = received
        else:
            self.count_to(received)

    def pass_time(self, now: float) -> None:
        """Count the time up to `now`, if bytes are coming."""
        if self._since is not None:
            self.seconds += max(0.0, now - self._since)
            self._since = now

    def count_to(self, received: int) -> None:
        """Count what came since the last reading; a count that fell starts afresh."""
        if self._received is not None:
            self.count += max(0, received - self._received)
            self._received = received

    def pause(self, now: float) -> None:
        """Be told that no bytes are coming any more."""
        self.pass_time(now)
        self._since = None

    def forget(self) -> None:
        """Be told that another attempt begins: what it finds is not what it brings."""
        self._received = None
