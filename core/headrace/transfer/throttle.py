"""Throttle: holds the connections of one download to all limits that are in force."""

from collections import deque
from collections.abc import Sequence
from threading import get_ident
from time import monotonic
from typing import Protocol

from headrace.transfer.rate import RateLimiter, Share

_PATIENCE = 0.25
"""Seconds after which a thread held by a limit looks whether that limit has changed."""
_WAITS = 4
_FRESH = 1.5
"""Seconds within which so many waits tell that a limit is what slows a download."""


class Stoppable(Protocol):
    """What ends the wait of a connection."""

    def check(self) -> None:
        """Raise StoppedError once stopped."""

    def wait(self, seconds: float) -> None:
        """Wait; raise StoppedError as soon as stopped."""


class Throttle:
    """One for each running job, over the limiters that bind it. Any number of connections, each in a thread of its own.

    With other downloads at the same limiter it gets the same share as each of them, however many connections it has.
    """

    def __init__(self, limiters: Sequence[RateLimiter]) -> None:
        self._limiters = tuple((limiter, Share()) for limiter in limiters)
        self._waits: deque[float] = deque(maxlen=_WAITS)
        """When the latest waits ended."""

    @property
    def limited(self) -> bool:
        """Whether a limit is what slows this download: more connections would bring nothing."""
        waits = self._waits
        bound = any(limiter.rate is not None for limiter, _ in self._limiters)
        return bound and len(waits) == _WAITS and monotonic() - waits[0] < _FRESH

    def piece(self, wanted: int) -> int:
        """Return how many of `wanted` bytes this thread's connection may take at once; at least 1."""
        for limiter, _ in self._limiters:
            if limiter.rate is not None:
                wanted = limiter.piece(wanted, get_ident(), monotonic())
        return wanted

    def pace(self, size: int, interrupt: Stoppable) -> None:
        """Return when `size` bytes, taken and written by this thread, are due by every limit. Raises StoppedError."""
        for limiter, _ in self._limiters:
            if limiter.rate is not None:
                self._wait(size, interrupt)
                return

    def _wait(self, size: int, interrupt: Stoppable) -> None:
        now, who = monotonic(), get_ident()
        booked = [(limiter, limiter.book(share, size, who, now)) for limiter, share in self._limiters]
        while delay := max(limiter.delay(booking, now) for limiter, booking in booked):
            interrupt.wait(min(delay, _PATIENCE))
            now = monotonic()
            self._waits.append(now)
