"""Speeds: measured (RateEstimator) and held (RateLimiter). `now` is always an argument, in seconds."""

import math
from threading import Lock

_SMOOTHING = 2.0
"""Seconds over which a change of speed shows by two thirds."""
_SHORTEST = 0.05
"""Seconds between readings that tell a speed: over less, the first burst of a download looks like a flood."""
_BURST = 0.05
"""Seconds of credit a limiter keeps over an idle time: enough for late wake-ups, too little to be seen."""


class RateEstimator:
    """A smoothed speed, fed with a growing byte count: the mean at first, exponential later. One thread at a time."""

    def __init__(self, now: float, received: int) -> None:
        self._began = self._now = now
        self._received = received
        self.speed: float | None = None
        """Bytes per second, None before two readings."""

    def update(self, now: float, received: int) -> None:
        """Take a reading; one that comes too soon after the last is ignored, a count that fell starts afresh."""
        elapsed = now - self._now
        if elapsed < _SHORTEST:
            return
        current = max(0, received - self._received) / elapsed
        weight = max(1.0 - math.exp(-elapsed / _SMOOTHING), elapsed / (now - self._began))
        self.speed = (self.speed or 0.0) + (current - (self.speed or 0.0)) * weight
        self._now, self._received = now, received

    def time_left(self, missing: int | None) -> float | None:
        """Return seconds until `missing` bytes have come at this speed, None where that cannot be told."""
        if missing is None or not self.speed or self.speed < 1.0:
            return None
        return missing / self.speed


class RateLimiter:
    """Paces any number of threads to `rate` bytes/s in all; None paces nobody. Thread-safe, never sleeps itself.

    Bytes are booked in one row and fall due at the rate, so a change of rate serves what is booked at the new one.
    """

    def __init__(self, rate: int | None = None) -> None:
        self._lock = Lock()
        self._rate = rate
        self._now = 0.0
        self._booked = 0.0
        """Bytes ever booked."""
        self._due = 0.0
        """Bytes ever due, at `_now`; beyond `_booked` by the credit of an idle time at most."""

    @property
    def rate(self) -> int | None:
        """Bytes per second in force."""
        return self._rate

    def change(self, rate: int | None, now: float) -> None:
        """Put another rate in force at once, also for what is booked already."""
        with self._lock:
            self._pass_time(now)
            self._rate = rate

    def reserve(self, count: int, now: float) -> float:
        """Book `count` bytes and return the place in the row that `delay` asks for."""
        with self._lock:
            self._pass_time(now)
            self._booked += count
            return self._booked

    def delay(self, place: float, now: float) -> float:
        """Return the seconds until `place` is due if the rate stays: ask again from time to time, for it may not."""
        with self._lock:
            self._pass_time(now)
            return 0.0 if self._rate is None else max(0.0, (place - self._due) / self._rate)

    def piece(self, wanted: int) -> int:
        """Return how many bytes to take at once, so that a slow limit flows in tenths of a second."""
        rate = self._rate
        return wanted if rate is None else max(1, min(wanted, rate // 10))

    def _pass_time(self, now: float) -> None:
        elapsed, self._now = max(0.0, now - self._now), max(now, self._now)
        if self._rate is None:
            self._due = self._booked
        else:
            self._due = min(self._due + elapsed * self._rate, self._booked + _BURST * self._rate)
