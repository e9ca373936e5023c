"""How fast a download was: seconds for the last minutes, averages for all its life, in bounded room. Pure."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from math import ceil, floor
from typing import Final

_LONGEST_STEP: Final = 2.0
"""Seconds between two readings beyond which nothing is said about the time between them."""
_FINE: Final = (1.0, 600)
_COARSE: Final = (5.0, 360)
"""Seconds of one step and number of steps: ten minutes in seconds, half an hour in five seconds."""
_WHOLE: Final = 600
"""Steps of the whole life, at most; beyond, two become one."""


@dataclass(frozen=True, slots=True)
class Curve:
    """Average bytes per second, step by step; None where nothing ran. Times in seconds of the caller's clock."""

    start: float
    step: float
    rates: Sequence[float | None]

    @property
    def end(self) -> float:
        """The end of the last step."""
        return self.start + self.step * len(self.rates)

    def rate_at(self, when: float) -> float | None:
        """Return the rate at a time; None where nothing ran or nothing is known."""
        place = floor((when - self.start) / self.step)
        return self.rates[place] if 0 <= place < len(self.rates) else None

    @property
    def top(self) -> float:
        """The highest rate, 0.0 where there is none."""
        return max((rate for rate in self.rates if rate is not None), default=0.0)


class _Ring:
    """The newest steps of one length; the last is still being filled."""

    def __init__(self, step: float, steps: int) -> None:
        self._step = step
        self._rates: deque[float | None] = deque(maxlen=steps)
        self._at = 0
        self._sum, self._count = 0.0, 0

    def add(self, now: float, rate: float) -> None:
        at = floor(now / self._step)
        if not self._rates or at > self._at:
            self._open(at)
        self._sum += rate
        self._count += 1
        self._rates[-1] = self._sum / self._count

    def _open(self, at: int) -> None:
        gap = at - self._at - 1 if self._rates else 0
        self._rates.extend([None] * min(gap, self._rates.maxlen or gap))
        self._rates.append(None)
        self._at, self._sum, self._count = at, 0.0, 0

    def curve(self, seconds: float) -> Curve:
        wanted = min(len(self._rates), ceil(seconds / self._step) + 1)
        rates = tuple(islice(self._rates, len(self._rates) - wanted, None))
        return Curve((self._at + 1 - wanted) * self._step, self._step, rates)


class _Life:
    """All the time something ran, in steps that grow with it."""

    def __init__(self) -> None:
        self._step = 1.0
        self._rates: list[float] = []
        self._bytes, self._seconds = 0.0, 0.0

    def add(self, seconds: float, rate: float) -> None:
        while seconds > 0.0:
            part = min(seconds, self._step - self._seconds)
            self._bytes += part * rate
            self._seconds += part
            seconds -= part
            if self._seconds >= self._step:
                self._end_step()

    def _end_step(self) -> None:
        self._rates.append(self._bytes / self._seconds)
        self._bytes, self._seconds = 0.0, 0.0
        if len(self._rates) >= _WHOLE:
            self._halve()

    def _halve(self) -> None:
        pairs = zip(self._rates[::2], self._rates[1::2], strict=True)
        self._rates = [(one + other) / 2 for one, other in pairs]
        self._step *= 2

    def curve(self) -> Curve:
        rest = (self._bytes / self._seconds,) if self._seconds else ()
        return Curve(0.0, self._step, (*self._rates, *rest))


class SpeedHistory:
    """Readings of one download; takes a few microseconds each, and at most some thousand numbers of room."""

    def __init__(self) -> None:
        self._fine, self._coarse, self._life = _Ring(*_FINE), _Ring(*_COARSE), _Life()
        self._last: float | None = None
        self.active = 0.0
        """Seconds in which it ran, as far as they were seen."""
        self.top = 0.0
        """The highest rate of all readings."""

    @property
    def last(self) -> float | None:
        """When the newest reading came; None before the first."""
        return self._last

    def add(self, now: float, rate: float) -> None:
        """Take in a reading of bytes per second; one from before the last is left out."""
        since = None if self._last is None else now - self._last
        if since is not None and since < 0:
            return
        if since is not None and since <= _LONGEST_STEP:
            self.active += since
            self._life.add(since, rate)
        self._fine.add(now, rate)
        self._coarse.add(now, rate)
        self.top = max(self.top, rate)
        self._last = now

    def recent(self, seconds: float) -> Curve:
        """Return what is known of so many seconds before the last reading, half an hour at most."""
        step, steps = _FINE
        return (self._fine if seconds <= step * steps else self._coarse).curve(seconds)

    def whole(self) -> Curve:
        """Return the whole life: its times count from 0 and leave pauses out."""
        return self._life.curve()
