"""Climb: how many connections one download should have, found out by trying. Pure: `now` is an argument, in seconds."""

from typing import Final

from headrace.transfer.goodput import LONG_WINDOW, WINDOW, Course, Goodput

_QUICK_WINDOW: Final = 0.09
"""Seconds after which, at the beginning, a gain is believed that is about as large as the addition; see `begin`."""
_QUICK_GAIN: Final = 0.7
"""The part of what the addition could bring at most, from which on it is."""
_FULL_GAIN: Final = 0.85
_LEAP: Final = 4
"""How many times as many there are tried next where the last two steps brought all they could."""
_LEAP_FROM: Final = 4
_TRIMMED: Final = 0.6
"""The part of what a leap could bring at most, below which half the leap will do."""
_FAST: Final = 125e6
"""Bytes/s of one connection that is hardly held back by its server: there is no hurry to have another."""
_LEAST_SECONDS_ON_THE_WAY: Final = 0.5
_GUSH: Final = 1 << 20
"""Bytes that a server which then pauses must have sent at once: after less it may have nothing more to send."""
_GAIN: Final = 1.1
_PLAIN_GAIN: Final = 1.5
"""What those that were added in a hurry must bring in the long run, where they could bring twice as much."""
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
        self._doubted = False
        """Whether the base was measured over so little time that it may have been a burst."""
        self._low_since: float | None = None
        self._astray_since: float | None = None
        """Since when there are not as many connections as wanted."""
        self._waiting_since: float | None = None
        """Since when there are as many as wanted, some of them not answered yet."""
        self._met = False
        self._quick = True
        """Whether nothing was in vain so far: an addition that shows at once what it brings is followed by another."""
        self._quick_window = _QUICK_WINDOW
        self._hurried: list[tuple[int, float]] = []
        """Connections that were added to in a hurry, and the bytes/s from which on that was right."""
        self._gain = 0.0
        """What the last addition brought, as a part of what it could at most; 0 before the first."""
        self._course = Course(0.0, 0, 0.0, 0.0)
        """What came before the addition that is being tried."""
        self._last: tuple[float, int] | None = None
        self._goodput = Goodput()

    def begin(self, now: float, received: int, latency: float) -> None:
        """Say when the first answer came, after how many seconds, and how many bytes there were: before any `step`.

        Over less time than an answer takes, what a connection brings comes in gushes and is no measure.
        """
        self._last, self._quick_window = (now, received), max(_QUICK_WINDOW, latency)

    def allow(self, limit: int) -> None:
        """Heed another bound from now on; what the server bears is found out again."""
        if limit != self._allowed:
            self._allowed, self.limit = limit, max(1, limit)
            self.best = min(self.best, self.limit)
            if self.wanted > self.limit:
                self._before = None
                self._want(self.limit)

    def step(self, now: float, received: int, active: int, remaining: int | None, pending: int = 0) -> int:
        """Take in the bytes received and the connections there are; return how many there should be.

        `remaining` is the number of bytes still missing, None where it is unknown; `pending` is how many of the active
        connections have not been answered yet. Where a further connection would
        not pay any more, or not yet, that is at most the number there is.
        """
        if self.limited:
            self._before = self._low_since = None
            self._goodput.begin(now)
        elif self._as_wanted(now, active, pending):
            self._goodput.take(now, received)
            if self._quick:
                self._hurry(remaining)
            if self._met:
                self._decide(now, remaining)
        self._last = (now, received)
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
        self._astray_since = self._low_since = self._waiting_since = None

    def _as_wanted(self, now: float, active: int, pending: int) -> bool:
        """Say whether there are as many connections as wanted, and so whether their goodput tells something."""
        if active == self.wanted:
            self._astray_since = None
            return self._met or self._meet(now, pending)
        if self._astray_since is None:
            self._astray_since = now
        astray = now - self._astray_since
        if self._met and astray < _BRIEF:
            return True
        self._met = False
        if self._before is not None and active < self.wanted and astray >= _UNMET:
            self._do_without(now, active, self._before)
        return False

    def _meet(self, now: float, pending: int) -> bool:
        """Begin to measure once all have been answered, or have had the time for it."""
        if self._waiting_since is None:
            self._waiting_since = now
        if pending and now - self._waiting_since < _UNMET:
            return False
        self._met = True
        self._goodput.begin(now, self._last)
        return True

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
            self._try(2, speed)

    def _try(self, times: int, speed: float) -> None:
        self._course = self._goodput.lately()
        self._before, self._base = self.wanted, speed
        self._want(min(self.limit, times * self.wanted))

    def _hurry(self, remaining: int | None) -> None:
        """Decide at once what is as plain at the beginning of a download as on a server that limits each connection."""
        course = self._goodput.course()
        if course.span < self._quick_window:
            return
        if self._before is not None:
            gain = self._part_gained(course, self._before)
            if gain < _QUICK_GAIN:
                return
            plain = min(1.0, self.wanted / (2 * self._before)) * _PLAIN_GAIN
            self._hurried.append((self._before, plain * self._base))
            self._before, self.proven = None, True
            self.best, self._base, self._gain = self.wanted, self._goodput.lately().steady, gain
        if self._may_hurry(course, remaining):
            leap = self._gain >= _FULL_GAIN and self.wanted == _LEAP_FROM
            self._try(_LEAP if leap else 2, self._goodput.lately().steady)
            if not self._gain and self._course.ebbs:  # what a server sends at once to begin with is no measure
                span, late = self._course.span, self._course.late
                self._course = Course(span, round(late * span), late, late)

    def _part_gained(self, course: Course, before: int) -> float:
        """Return what the addition brought by now, as a part of what it could at most; at least 0."""
        was = self._course.by(course.span)
        more = self.wanted / before
        return course.count / (was * more) if was > 0 else float(course.count > 0)

    def _may_hurry(self, course: Course, remaining: int | None) -> bool:
        if self.wanted >= self.limit or not course.count or course.mean > _FAST * self.wanted:
            return False
        if self._gain < _FULL_GAIN and self._goodput.rises_still():
            return False
        if self._goodput.pauses and course.count < _GUSH:
            return False
        seconds = _LEAST_SECONDS_ON_THE_WAY if self._gain else _LEAST_SECONDS
        return remaining is not None and remaining >= max(_LEAST_BYTES, seconds * max(course.mean, course.early))

    def _is_clear(self, speed: float) -> bool:
        """Say whether it has been measured for long enough to tell a gain, or the lack of one, from noise."""
        span = self._goodput.span
        clear = speed >= _CLEAR_GAIN * self._base or (speed < _CLEAR_LOSS * self._base and span >= WINDOW)
        return clear or span >= LONG_WINDOW

    def _judge(self, speed: float, now: float, before: int) -> None:
        """Keep an addition that helped, or as much of it as did; undo one that did not, and rest."""
        self._before, self.proven = None, True
        useful, rest = before, _REST
        if speed >= (_CLEAR_GAIN if self._quick else _GAIN) * self._base and speed > 0:
            leapt_too_far = self.wanted > 2 * before and speed < _TRIMMED * self._base * self.wanted / before
            useful = 2 * before if leapt_too_far else self.wanted
            self._base = speed
        elif useful > (enough := self._enough(speed, before)):
            useful, self._base = enough, speed
        elif speed >= _GAIN * self._base:
            rest = WINDOW  # perhaps: tried again from a goodput that is measured for as long as is due
        self._hurried = []
        self.best = useful
        if useful < self.wanted:
            self._rest_until, self._doubted, self._quick = now + rest, self._quick, False
            self._want(useful)

    def _enough(self, speed: float, count: int) -> int:
        """Return how many connections had about `speed` already, where some of `count` were added in a hurry.

        What noise passes for a gain in a tenth of a second is none in the long run.
        """
        return next((few for few, plain in self._hurried if speed < plain), count)

    def _watch(self, speed: float, now: float) -> None:
        """Know the usual goodput, and end the rest where it has fallen."""
        if self._goodput.span >= LONG_WINDOW:
            self._hurried = []
        recent = self._goodput.recent(WINDOW)
        if self._doubted and self._goodput.span >= WINDOW:
            self._doubted = False
            if recent < _FALL * self._base:
                self._base, self._rest_until = recent, float("-inf")
        if recent >= _FALL * self._base:
            self._low_since = None
            self._base += (speed - self._base) * (_SLOWLY if self._base else 1.0)
        elif self._low_since is None:
            self._low_since = now
        elif now - self._low_since >= _FALL_SECONDS:
            self._low_since, self._base, self._rest_until = None, recent, float("-inf")

    def _may_add(self, speed: float, now: float, remaining: int | None) -> bool:
        if self.wanted >= self.limit or now < self._rest_until or self._goodput.span < WINDOW or speed <= 0:
            return False
        return remaining is not None and remaining >= max(_LEAST_BYTES, _LEAST_SECONDS * speed)
