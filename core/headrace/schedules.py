"""Hours of the week at which something is to be done, as people name them: by the clock on the wall. Pure."""

import re
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from math import ceil
from typing import Final, NamedTuple

DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
SPANS_AT_MOST: Final = 30
_DAY: Final = 24 * 60
_WEEK: Final = 7 * _DAY
_STEP: Final = 900
"""Seconds that a look into the future goes on by at most: clocks change by multiples of it."""
_FAR: Final = 8 * 24 * 3600
_SPAN: Final = re.compile(r"(?P<days>[a-z][a-z\s-]*)?(?P<start>[0-9]{1,2}:[0-9]{2})\s*-\s*(?P<end>[0-9]{1,2}:[0-9]{2})")

WallClock = Callable[[float], datetime]
"""Tells what a clock on the wall shows at a Unix time; whether it names a zone does not matter."""


class Span(NamedTuple):
    """From `start` to before `end`, in minutes of the day, on each of `days` (0 is Monday); it may reach the next."""

    days: tuple[int, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class WeekHours:
    """Spans of the week. Without any it is always."""

    spans: tuple[Span, ...] = ()

    @classmethod
    def parse(cls, text: str) -> "WeekHours":
        """Read such as "mon-fri 22:00-06:00, sat sun 00:00-24:00"; "" is always. Raises ValueError with a sentence."""
        parts = [part.strip().casefold() for part in re.split("[,;]", text)]
        spans = tuple(dict.fromkeys(_span(part) for part in parts if part))
        if len(spans) > SPANS_AT_MOST:
            raise ValueError(f"hours have at most {SPANS_AT_MOST} spans, not {len(spans)}")
        return cls(spans)

    def __str__(self) -> str:
        return ", ".join(f"{_days_text(span.days)}{_time_text(span.start)}-{_end_text(span)}" for span in self.spans)

    def contains(self, wall: datetime) -> bool:
        """Say whether a moment is in them, by what the clock on the wall shows."""
        return self.covers(_minute(wall))

    def covers(self, minute: int) -> bool:
        """Say whether a minute of the week is in them; 0 is the first of Monday."""
        return not self.spans or any(
            (minute - day * _DAY - span.start) % _WEEK < span.end - span.start
            for span in self.spans
            for day in span.days
        )

    def borders(self) -> list[int]:
        """Return the minutes of the week at which a span begins or ends, rising."""
        edges = {(day * _DAY + edge) % _WEEK for span in self.spans for day in span.days for edge in span[1:]}
        return sorted(edges)


def next_change(hours: WeekHours, now: float, wall_at: WallClock) -> float | None:
    """Return the Unix time after `now` at which the hours begin or end next, to the second; None for never.

    Where clocks are put forward, hours that the wall does not show do not come; where back, they may come twice.
    """
    borders = hours.borders()
    before = hours.contains(wall_at(now))
    at, end = ceil(now), ceil(now) + _FAR
    if hours.contains(wall_at(at)) is not before:
        return float(at)
    while borders and at < end:
        later = at + min(_STEP, _to_border(borders, wall_at(at)))
        if hours.contains(wall_at(later)) is not before:
            return float(_first(at, later, lambda second: hours.contains(wall_at(second)) is not before))
        at = later
    return None


def _first(low: int, high: int, is_so: Callable[[int], bool]) -> int:
    """Return the first second for which it is so: after `low`, `high` at the latest."""
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if is_so(middle) else (middle, high)
    return high


def _to_border(borders: list[int], wall: datetime) -> int:
    """Return the seconds that the clock on the wall must go on until the next border."""
    second = _minute(wall) * 60 + wall.second
    place = bisect_right(borders, second // 60)
    border = borders[place] if place < len(borders) else borders[0] + _WEEK
    return border * 60 - second


def _minute(wall: datetime) -> int:
    return wall.weekday() * _DAY + wall.hour * 60 + wall.minute


def _span(text: str) -> Span:
    found = _SPAN.fullmatch(text)
    if found is None:
        raise ValueError(f"hours are written such as 'mon-fri 22:00-06:00', not {text[:40]!r}")
    start, end = _time(found["start"]), _time(found["end"])
    if start == _DAY:
        raise ValueError("hours begin at 23:59 at the latest")
    return Span(_days(found["days"] or "daily"), start, end if end > start else end + _DAY)


def _time(text: str) -> int:
    hour, minute = map(int, text.split(":"))
    if minute > 59 or hour * 60 + minute > _DAY:
        raise ValueError(f"there is no time {text}; they go from 00:00 to 24:00")
    return hour * 60 + minute


def _days(text: str) -> tuple[int, ...]:
    found: set[int] = set()
    for word in re.sub(r"\s*-\s*", "-", text).split():
        first, dash, last = word.partition("-")
        if word == "daily":
            found |= set(range(7))
        elif first in DAYS and (not dash or last in DAYS):
            begin, end = DAYS.index(first), DAYS.index(last if dash else first)
            found |= {day % 7 for day in range(begin, (end if end >= begin else end + 7) + 1)}
        else:
            raise ValueError(f"days are {', '.join(DAYS)} or such as mon-fri, not {word[:40]!r}")
    return tuple(sorted(found))


def _days_text(days: tuple[int, ...]) -> str:
    if len(days) == 7:
        return ""
    runs: list[list[int]] = []
    for day in days:
        if runs and day == runs[-1][-1] + 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    words = [[DAYS[day] for day in run] for run in runs]
    return " ".join("-".join((run[0], run[-1])) if len(run) > 2 else " ".join(run) for run in words) + " "


def _time_text(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _end_text(span: Span) -> str:
    return _time_text(span.end if span.end <= _DAY else span.end - _DAY)
