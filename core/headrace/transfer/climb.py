"""Climb: how many connections one download should have, found out by trying. Pure: `now` is an argument, in seconds."""

from typing import Final

_SETTLE: Final = 0.25
"""Seconds after a change of connections that tell nothing yet."""
_CLEAR_WINDOW: Final = 0.5
"""Seconds after which a gain is believed that no noise could feign."""
_WINDOW: Final = 0.75
"""Seconds over which a goodput is measured at least otherwise."""
_LONG_WINDOW: Final = 2.0
"""Seconds after which even a doubtful gain is decided on."""
_RISING: Final = 1.1
"""How much more the later half of a window brings while TCP still finds its speed."""
_RAMP: Final = 3.0
"""Seconds for which the end of that is waited for."""
_GAIN: Final = 1.1
_CLEAR_GAIN: Final = 1.35
_CLEAR_LOSS: Final = 0.95
_REST: Final = 30.0
"""Seconds from an addition that did not help to the next."""
_FALL: Final = 2 / 3
_FALL_SECONDS: Final = 2.0
_SLOWLY: Final = 0.02
"""Weight of a reading in the usual goodput: some ten seconds until a change shows."""
_BRIEF: Final = 1.0
"""Seconds for which a connection may be missing while it goes on to its next stretch."""
_UNMET: Final = 2.0
"""Seconds after which connections that could not be had are done without."""
_UNMET_REST: Final = 5.0
_LEAST_SECONDS: Final = 2.0
_LEAST_BYTES: Final = 4 << 20


class Climb:
    """Adds connections to one download while the goodput of all together rises by a tenth or more, else steps back.

    Fed with a growing count of bytes about four times a second; goodputs are bytes/s. One thread at a time.
    """

    def __init__(self, limit: int, start: int = 1) -> None:
        self._allowed = limit
        self.limit = max(1, limit)
        """Connections at most; lowered for good by `refuse`."""
        self.wanted = min(max(1, start), self.limit)
        """Connections there should be, as far as was found out."""
        self.best = self.wanted
        """Connections that were useful."""
        self.proven = False
        """Whether `best` was found by a comparison, and is worth remembering."""
        self.limited = False
        """Set from outside while a speed limit is what slows the download: nothing is added then."""
        self._before: int | None = None
        """Connections before the addition that is being tried, None while none is."""
        self._base = 0.0
        """Goodput before that addition; while none is tried, the usual one."""
        self._rest_until = float("-inf")
        self._low_since: float | None = None
        self._astray_since: float | None = None
        """Since when there are not as many connections as wanted."""
        self._met = False
        self._goodput = _Goodput()

    def allow(self, limit: int) -> None:
        """Heed another bound from now on; what the server bears is found out again."""
        if limit != self._allowed:
            self._allowed, self.limit = limit, max(1, limit)
            self.best = min(self.best, self.limit)
            if self.wanted > self.limit:
                self._before = None
                self._want(self.limit)

    def step(self, now: float, received: int, active: int, remaining: int | None) -> int:
        """Take in the bytes received and the connections there are; return how many there should be.

        `remaining` is the number of bytes still missing, None where it is unknown. Where a further connection would
        not pay any more, or not yet, that is at most the number there is.
        """
        if self.limited:
            self._before = self._low_since = None
            self._goodput.begin(now)
        elif self._as_wanted(now, active):
            self._goodput.take(now, received)
            self._decide(now, remaining)
        worth_more = not self.limited and remaining is not None and remaining >= _LEAST_BYTES
        return self.wanted if worth_more else min(self.wanted, max(1, active))

    def refuse(self, active: int) -> None:
        """Take note that the server bears `active` connections and no more."""
        self.limit = min(self.limit, max(1, active))
        self.best = min(self.best, self.limit)
        if self.wanted > self.limit:
            self._want(self.limit)
        if self._before is not None and self._before >= self.wanted:
            self._before = None

    # -- the connections there are -----------------------------------------------------------------------------

    def _want(self, count: int) -> None:
        self.wanted, self._met = count, False
        self._astray_since = self._low_since = None

    def _as_wanted(self, now: float, active: int) -> bool:
        """Say whether there are as many connections as wanted, and so whether their goodput tells something."""
        if active == self.wanted:
            self._astray_since = None
            if not self._met:
                self._met = True
                self._goodput.begin(now)
            return True
        if self._astray_since is None:
            self._astray_since = now
        astray = now - self._astray_since
        if self._met and astray < _BRIEF:
            return True
        self._met = False
        if self._before is not None and active < self.wanted and astray >= _UNMET:
            self._do_without(now, active, self._before)
        return False

    def _do_without(self, now: float, active: int, before: int) -> None:
        """Try as many of the wanted connections as could be had; where that is none, try again some time later."""
        self._want(max(active, before))
        if self.wanted == before:
            self._before, self._rest_until = None, now + _UNMET_REST

    # -- what they bring ---------------------------------------------------------------------------------------

    def _decide(self, now: float, remaining: int | None) -> None:
        speed = self._goodput.settled(now)
        if speed is None:
            return
        if self._before is None:
            self._watch(speed, now)
        elif self._is_clear(speed):
            self._judge(speed, now, self._before)
        if self._before is None and self._may_add(speed, now, remaining):
            self._before, self._base = self.wanted, speed
            self._want(min(self.limit, 2 * self.wanted))

    def _is_clear(self, speed: float) -> bool:
        """Say whether it has been measured for long enough to tell a gain, or the lack of one, from noise."""
        span = self._goodput.span
        clear = speed >= _CLEAR_GAIN * self._base or (speed < _CLEAR_LOSS * self._base and span >= _WINDOW)
        return clear or span >= _LONG_WINDOW

    def _judge(self, speed: float, now: float, before: int) -> None:
        """Keep an addition that helped; undo one that did not, and rest."""
        self._before, self.proven = None, True
        if speed >= _GAIN * self._base and speed > 0:
            self.best, self._base = self.wanted, speed
        else:
            self.best, self._rest_until = before, now + _REST
            self._want(before)

    def _watch(self, speed: float, now: float) -> None:
        """Know the usual goodput, and end the rest where it has fallen."""
        recent = self._goodput.recent(_WINDOW)
        if recent >= _FALL * self._base:
            self._low_since = None
            self._base += (speed - self._base) * (_SLOWLY if self._base else 1.0)
        elif self._low_since is None:
            self._low_since = now
        elif now - self._low_since >= _FALL_SECONDS:
            self._low_since, self._base, self._rest_until = None, recent, float("-inf")

    def _may_add(self, speed: float, now: float, remaining: int | None) -> bool:
        if self.wanted >= self.limit or now < self._rest_until or self._goodput.span < _WINDOW or speed <= 0:
            return False
        return remaining is not None and remaining >= max(_LEAST_BYTES, _LEAST_SECONDS * speed)


class _Goodput:
    """Measures what one number of connections brings."""

    def __init__(self) -> None:
        self._began = 0.0
        self._readings: list[tuple[float, int]] = []

    def begin(self, now: float) -> None:
        """Measure anew: what was until now tells nothing of what comes."""
        self._began = now
        self._readings = []

    def take(self, now: float, received: int) -> None:
        """Take a reading. A count that fell begins anew."""
        if self._readings and received < self._readings[-1][1]:
            self.begin(now)
        if now - self._began >= _SETTLE:
            self._readings.append((now, received))
        self._keep(_LONG_WINDOW)

    @property
    def span(self) -> float:
        """Seconds between the first and the last reading."""
        return self._readings[-1][0] - self._readings[0][0] if self._readings else 0.0

    def settled(self, now: float) -> float | None:
        """Return bytes/s over the whole window, None while it is too short or still rising by itself."""
        if self.span < _CLEAR_WINDOW:
            return None
        if self._rising() and now - self._began < _RAMP:
            self._keep(_WINDOW)
            return None
        return self.recent(self.span)

    def recent(self, seconds: float) -> float:
        """Return bytes/s over the last so many seconds, or over the window where that is shorter."""
        return _between(*self._ends(self._readings[-1][0] - seconds, self._readings[-1][0]))

    def _rising(self) -> bool:
        first, last = self._readings[0][0], self._readings[-1][0]
        middle = (first + last) / 2
        return _between(*self._ends(middle, last)) > _RISING * _between(*self._ends(first, middle))

    def _ends(self, since: float, until: float) -> tuple[tuple[float, int], tuple[float, int]]:
        """Return the last reading at `since` or before, the first one where none is so old, and that of `until`."""
        start = next((one for one in reversed(self._readings) if one[0] <= since), self._readings[0])
        end = next((one for one in self._readings if one[0] >= until), self._readings[-1])
        return start, end

    def _keep(self, seconds: float) -> None:
        while len(self._readings) > 2 and self._readings[-1][0] - self._readings[1][0] >= seconds:
            del self._readings[0]


def _between(start: tuple[float, int], end: tuple[float, int]) -> float:
    return (end[1] - start[1]) / (end[0] - start[0]) if end[0] > start[0] else 0.0
