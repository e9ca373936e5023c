"""Local days: which one a moment belongs to, also where a day has 23 or 25 hours. Pure."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta, tzinfo
from typing import Final

MOST_DAYS: Final = 36_500
_STEP: Final = 900
"""Seconds: no day of any time zone of our time begins but on a whole quarter of an hour of Unix time."""


def day_of(moment: float, zone: tzinfo | None = None) -> date:
    """Return the day of a moment in Unix seconds, in `zone`, None being that of this computer."""
    return datetime.fromtimestamp(moment, zone).date()


def days_between(first: date, last: date) -> Iterator[date]:
    """Yield every day from `first` to `last`, both included."""
    for number in range((last - first).days + 1):
        yield first + timedelta(days=number)


def week_of(day: date) -> date:
    """Return the Monday of the week of a day (ISO 8601)."""
    return day - timedelta(days=day.weekday())


def month_of(day: date) -> date:
    """Return the first of the month of a day."""
    return day.replace(day=1)


def check_days(days: int | None) -> None:
    """Raise ValueError, with a sentence, where the history cannot be kept for so many days; None is for ever."""
    if days is not None and not (type(days) is int and 0 <= days <= MOST_DAYS):
        raise ValueError(
            f"setting history_days must be from 0 to {MOST_DAYS}, or null to keep all for ever, not {days!r}"
        )


class DayClock:
    """Tells the day of moments that follow one another closely, for next to nothing. One thread at a time."""

    def __init__(self, zone: tzinfo | None = None) -> None:
        self._zone = zone
        self._step: int | None = None
        self._day = date.min

    def day(self, moment: float) -> date:
        """Return the day of a moment in Unix seconds; a clock that was put back is followed."""
        step = int(moment // _STEP)
        if step != self._step:
            self._step, self._day = step, day_of(moment, self._zone)
        return self._day
