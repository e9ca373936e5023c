"""Speeds: measured (RateEstimator) and held (RateLimiter). `now` is always an argument, in seconds."""

import math
from collections.abc import Hashable
from heapq import heapify, heappop, heappush
from itertools import count
from threading import Lock

_SMOOTHING = 2.0
"""Seconds over which a change of speed shows by two thirds."""
_SHORTEST = 0.05
"""Seconds between readings that tell a speed: over less, the first burst of a download looks like a flood."""
_CREDIT = 0.05
"""Seconds of credit a limiter keeps over an idle time: enough for late wake-ups, too little to be seen."""
_AHEAD = 0.03
"""Seconds' worth of bytes that all connections together take before they wait."""
_LEAST_AHEAD = 0.001
"""Seconds' worth of bytes in one piece at least: a thousand pieces a second are work enough."""
_LAG = 0.02
"""Seconds' worth of bytes by which a download may be late and still get its share."""
_DEBT = 1.0
"""Seconds after a change of rate for which what was taken before is waited for."""
_REMEMBERED = 5.0
"""Seconds for which a connection that takes nothing counts as one that will."""
_SHORTEST_WAIT = 0.0005
"""Seconds; a shorter wait would mostly be the cost of waking up."""


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


class Share:
    """One download's standing with a limiter: all its connections together count as one. Belongs to that limiter."""

    __slots__ = ("end", "waiting")

    def __init__(self) -> None:
        self.end = 0
        """Virtual bytes up to which this download is booked."""
        self.waiting = 0
        """Bookings not granted yet."""


class Booking:
    """Bytes that were taken and must be waited for. Belongs to the limiter that made it."""

    __slots__ = ("granted", "number", "share", "size", "start")

    def __init__(self, share: Share, size: int, start: int, number: int) -> None:
        self.share = share
        self.size = size
        self.start = start
        self.number = number
        self.granted = False

    def __lt__(self, other: "Booking") -> bool:
        return (self.start, self.number) < (other.start, other.number)


class RateLimiter:
    """Paces any number of threads to `rate` bytes/s in all; None paces nobody. Thread-safe, never sleeps itself.

    Bytes are booked after they were taken and granted at the rate. Downloads are granted the same number of bytes
    while each has some booked, whatever the number of their connections: every booking gets a start on a scale of
    virtual bytes, where it follows what its own download booked before, and the least start is granted first
    (start-time fair queueing). So a change of rate serves what is booked at the new one.
    """

    def __init__(self, rate: int | None = None) -> None:
        self._lock = Lock()
        self._rate = rate
        self._now: float | None = None
        self._credit = 0.0
        """Bytes due by now and granted to nobody yet."""
        self._waiting: list[Booking] = []
        """A heap, the next to be granted first."""
        self._owed = 0
        """Bytes of all that wait."""
        self._downloads = 0
        """Downloads that have some booking waiting."""
        self._reached = 0
        """Start of the latest granted booking."""
        self._numbers = count()
        self._forgive_at: float | None = None
        self._seen: dict[Hashable, float] = {}
        """When each connection last took or booked, the latest last."""

    @property
    def rate(self) -> int | None:
        """Bytes per second in force."""
        return self._rate

    def change(self, rate: int | None, now: float) -> None:
        """Put another rate in force at once, also for what is booked already."""
        with self._lock:
            if rate == self._rate:
                return
            self._pass_time(now)
            self._rate = rate
            self._forgive_at = now + _DEBT
            self._credit = 0.0 if rate is None else min(self._credit, _CREDIT * rate)
            self._grant()

    def book(self, share: Share, size: int, who: Hashable, now: float) -> Booking:
        """Book `size` bytes that connection `who` of a download has taken, for `delay` to be asked for."""
        with self._lock:
            self._pass_time(now)
            self._note(who, now)
            lag = 0 if self._rate is None else int(_LAG * self._rate)
            booking = Booking(share, size, max(share.end, self._reached - lag), next(self._numbers))
            share.end = booking.start + size
            self._downloads += not share.waiting
            share.waiting += 1
            self._owed += size
            heappush(self._waiting, booking)
            self._grant()
            return booking

    def delay(self, booking: Booking, now: float) -> float:
        """Return 0.0 once the bytes are granted, else seconds after which to ask again: about when they will be."""
        with self._lock:
            self._pass_time(now)
            if booking.granted or self._rate is None:
                return 0.0
            own = max(0, booking.start - self._reached) + booking.size
            ahead = min(self._owed, own * self._downloads)
            return max(_SHORTEST_WAIT, (ahead - self._credit) / self._rate)

    def piece(self, wanted: int, who: Hashable, now: float) -> int:
        """Return how many of `wanted` bytes connection `who` may take at once, so that all together stay smooth."""
        rate = self._rate
        if rate is None:
            return wanted
        with self._lock:
            self._note(who, now)
            share = max(rate * _AHEAD / len(self._seen), rate * _LEAST_AHEAD)
        return max(1, min(wanted, int(share)))

    def _note(self, who: Hashable, now: float) -> None:
        """Count a connection as one of those that share the rate, for a while."""
        self._seen.pop(who, None)
        self._seen[who] = now
        while (oldest := next(iter(self._seen))) != who and now - self._seen[oldest] > _REMEMBERED:
            del self._seen[oldest]

    def _pass_time(self, now: float) -> None:
        before, self._now = self._now, now if self._now is None else max(now, self._now)
        if before is not None and self._rate is not None:
            self._credit += max(0.0, now - before) * self._rate
        if self._forgive_at is not None and now >= self._forgive_at:
            self._forgive()
        self._grant()

    def _grant(self) -> None:
        """Grant what the credit pays for, in the order of the starts; keep little of it where nobody waits."""
        waiting = self._waiting
        while waiting and (self._rate is None or self._credit >= waiting[0].size):
            booking = heappop(waiting)
            booking.granted = True
            self._reached = max(self._reached, booking.start)
            self._owed -= booking.size
            self._credit -= booking.size
            booking.share.waiting -= 1
            self._downloads -= not booking.share.waiting
        if self._rate is None:
            self._credit = 0.0
        elif not waiting:
            self._credit = min(self._credit, _CREDIT * self._rate)

    def _forgive(self) -> None:
        """Let no download stand still for pieces taken at a much higher rate than this one."""
        self._forgive_at = None
        if self._rate is None:
            return
        most = max(1, int(self._rate * _AHEAD))
        bookings = sorted(self._waiting)
        for booking in bookings:
            booking.share.end = self._reached
            booking.size = min(booking.size, most)
        for booking in bookings:
            booking.start = booking.share.end
            booking.share.end += booking.size
        heapify(bookings)
        self._waiting = bookings
        self._owed = sum(booking.size for booking in bookings)
