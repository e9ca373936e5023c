"""Throttle: holds the connections of one download to all limits that are in force."""

from collections import deque
from collections.abc import Sequence
from threading import get_ident
from time import monotonic
from typing import Protocol

from headrace.transfer.host_limits import HostLimits
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
    """One for each running job, over the limiters that bind it, and over those of the hosts its connections lead to.

    Any number of connections, each in a thread of its own.

    With other downloads at the same limiter it gets the same share as each of them, however many connections it has.
    """

    def __init__(self, limiters: Sequence[RateLimiter], hosts: HostLimits | None = None) -> None:
        self._limiters, self._hosts = tuple(limiters), hosts
        self._shares: dict[RateLimiter, Share] = {limiter: Share() for limiter in limiters}
        self._waits: deque[float] = deque(maxlen=_WAITS)
        """When the latest waits ended."""

    @property
    def limited(self) -> bool:
        """Whether a limit is what slows this download: more connections would bring nothing."""
        waits = self._waits
        bound = any(limiter.rate is not None for limiter in tuple(self._shares))
        return bound and len(waits) == _WAITS and monotonic() - waits[0] < _FRESH

    def piece(self, wanted: int, address: str = "") -> int:
        """Return how many of `wanted` bytes this thread's connection may take at once from `address`; at least 1."""
        for limiter in self._binding(address):
            if limiter.rate is not None:
                wanted = limiter.piece(wanted, get_ident(), monotonic())
        return wanted

    def pace(self, size: int, interrupt: Stoppable, address: str = "") -> None:
        """Return when `size` bytes from `address`, taken and written by this thread, are due by every limit.

        Raises StoppedError.
        """
        limiters = self._binding(address)
        if any(limiter.rate is not None for limiter in limiters):
            self._wait(size, interrupt, limiters)

    def _binding(self, address: str) -> tuple[RateLimiter, ...]:
        """Return what binds a connection to an address; the share of this download in each is there then."""
        own = None if self._hosts is None or not address else self._hosts.of(address)
        if own is None:
            return self._limiters
        if own not in self._shares:
            self._shares.setdefault(own, Share())
        return (*self._limiters, own)

    def _wait(self, size: int, interrupt: Stoppable, limiters: tuple[RateLimiter, ...]) -> None:
        now, who = monotonic(), get_ident()
        booked = [(limiter, limiter.book(self._shares[limiter], size, who, now)) for limiter in limiters]
        while delay := max(limiter.delay(booking, now) for limiter, booking in booked):
            interrupt.wait(min(delay, _PATIENCE))
            now = monotonic()
            self._waits.append(now)
