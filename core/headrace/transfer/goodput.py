"""Goodput: what one number of connections brings, from readings of the bytes received. Pure; times in seconds."""

from dataclasses import dataclass
from typing import Final, Self

_NEWEST: Final = 0.3
"""Seconds in which it shows whether more comes by itself, from this number of readings on."""
_FEW: Final = 3
_EBB: Final = 0.5
_MOST_READINGS: Final = 100
_SETTLE: Final = 0.25
"""Seconds after a change of connections that tell nothing yet."""
_CLEAR_WINDOW: Final = 0.5
"""Seconds after which a gain is believed that no noise could feign."""
_RISING: Final = 1.1
"""How much more the later half of a window brings while TCP still finds its speed."""
_RAMP: Final = 3.0
"""Seconds for which the end of that is waited for."""
WINDOW: Final = 0.75
"""Seconds over which a goodput is measured at least, unless it is clear."""
LONG_WINDOW: Final = 2.0
"""Seconds after which even a doubtful gain is decided on."""

Reading = tuple[float, int]
"""Seconds, and bytes received by then."""


@dataclass(frozen=True, slots=True)
class Course:
    """What one number of connections brought from its beginning on, which may be a burst."""

    span: float
    """Seconds."""
    count: int
    """Bytes."""
    early: float
    """Bytes/s in the earlier half."""
    late: float
    """Bytes/s in the later half."""

    @classmethod
    def of(cls, readings: list[Reading]) -> Self:
        """Take readings, the earliest first."""
        if not readings:
            return cls(0.0, 0, 0.0, 0.0)
        start, end = readings[0], readings[-1]
        half = (start[0] + end[0]) / 2
        middle = min(readings[1:-1], key=lambda one: abs(one[0] - half), default=start)
        early = _between(start, middle) if len(readings) >= _FEW else _between(start, end)
        return cls(end[0] - start[0], end[1] - start[1], early, _between(middle, end))

    @property
    def mean(self) -> float:
        """Bytes/s over all of it."""
        return self.count / self.span if self.span else 0.0

    @property
    def ebbs(self) -> bool:
        """Whether most of it came at once, and then little."""
        return self.late < _EBB * self.early

    @property
    def rises(self) -> bool:
        """Whether the later half brought more than the earlier one."""
        return self.late > _RISING * self.early

    @property
    def steady(self) -> float:
        """Bytes/s as they will be, as far as can be told."""
        return self.late if self.ebbs else max(self.mean, self.late)

    def by(self, span: float) -> float:
        """Return the bytes that had come after so many seconds, or would have if it had gone on like that."""
        if span <= self.span:
            return self.mean * span
        return self.count + min(self.mean, self.late) * (span - self.span)


class Goodput:
    """Measures what one number of connections brings."""

    def __init__(self) -> None:
        self._began = 0.0
        self._readings: list[Reading] = []
        """Those that are settled."""
        self._all: list[Reading] = []

    def begin(self, now: float, last: Reading | None = None) -> None:
        """Measure anew: what was until `last`, or now, tells nothing of what comes."""
        self._began = now
        self._readings, self._all = [], [] if last is None else [last]

    def take(self, now: float, received: int) -> None:
        """Take a reading. A count that fell begins anew."""
        if self._all and received < self._all[-1][1]:
            self.begin(now)
        self._all.append((now, received))
        if now - self._began >= _SETTLE:
            self._readings.append((now, received))
        self._keep(LONG_WINDOW)
        while len(self._all) > _MOST_READINGS or now - self._all[0][0] > LONG_WINDOW:
            del self._all[0]

    def course(self) -> Course:
        """Return what came from the beginning on, in the last seconds."""
        return Course.of(self._all)

    def lately(self) -> Course:
        """Return what came in the newest readings."""
        newest = sum(self._all[-1][0] - one[0] <= _NEWEST for one in self._all)
        return Course.of(self._all[-max(_FEW, newest) :])

    def rises_still(self) -> bool:
        """Say whether more comes by itself, as far as the newest readings tell; of too few that is not known."""
        return len(self._all) < _FEW or self.lately().rises

    @property
    def pauses(self) -> bool:
        """Whether nothing came since the reading before the newest."""
        return len(self._all) > 1 and self._all[-1][1] == self._all[-2][1]

    @property
    def span(self) -> float:
        """Seconds between the first and the last reading."""
        return self._readings[-1][0] - self._readings[0][0] if self._readings else 0.0

    def settled(self, now: float) -> float | None:
        """Return bytes/s over the whole window, None while it is too short or still rising by itself."""
        if self.span < _CLEAR_WINDOW:
            return None
        if self._rising() and now - self._began < _RAMP:
            self._keep(WINDOW)
            return None
        return self.recent(self.span)

    def recent(self, seconds: float) -> float:
        """Return bytes/s over the last so many seconds, or over the window where that is shorter."""
        return _between(*self._ends(self._readings[-1][0] - seconds, self._readings[-1][0]))

    def _rising(self) -> bool:
        first, last = self._readings[0][0], self._readings[-1][0]
        middle = (first + last) / 2
        return _between(*self._ends(middle, last)) > _RISING * _between(*self._ends(first, middle))

    def _ends(self, since: float, until: float) -> tuple[Reading, Reading]:
        """Return the last reading at `since` or before, the first one where none is so old, and that of `until`."""
        start = next((one for one in reversed(self._readings) if one[0] <= since), self._readings[0])
        end = next((one for one in self._readings if one[0] >= until), self._readings[-1])
        return start, end

    def _keep(self, seconds: float) -> None:
        while len(self._readings) > 2 and self._readings[-1][0] - self._readings[1][0] >= seconds:
            del self._readings[0]


def _between(start: Reading, end: Reading) -> float:
    return (end[1] - start[1]) / (end[0] - start[0]) if end[0] > start[0] else 0.0
