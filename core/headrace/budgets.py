"""Data budgets: how much of one is used up, until when it counts, and what will have come by then. Pure."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Final, NamedTuple

PERIODS: Final = ("day", "week", "month")
EVERYWHERE, METERED = "everywhere", "metered"
PLACES: Final = (EVERYWHERE, METERED)
"""In which networks bytes count: in all, or in those that the system calls metered."""
_FORECAST_FROM: Final = 0.05
"""The part of a period that must be over before its end can be told."""


class Period(NamedTuple):
    """From `first` to before `end`, whole local days."""

    first: date
    end: date


class Standing(NamedTuple):
    """How a budget stands; bytes."""

    used: int
    budget: int
    end: date
    """The first day on which it is whole again."""
    forecast: int | None
    """What will have come by then if it goes on like that; None in the first hours."""

    @property
    def is_spent(self) -> bool:
        """Whether nothing is left."""
        return self.used >= self.budget


def period_of(kind: str, today: date, first_day: int = 1) -> Period:
    """Return the period that a day is in: weeks begin on Monday, months on `first_day`, from 1 to 28."""
    if kind == "day":
        return Period(today, today + timedelta(days=1))
    if kind == "week":
        monday = today - timedelta(days=today.weekday())
        return Period(monday, monday + timedelta(days=7))
    first = today.replace(day=first_day)
    if first > today:
        first = _month(first, -1)
    return Period(first, _month(first, 1))


def _month(day: date, step: int) -> date:
    number = day.year * 12 + day.month - 1 + step
    return day.replace(year=number // 12, month=number % 12 + 1)


def standing(budget: int, period: Period, days: Mapping[date, int], now: datetime) -> Standing:
    """Return how a budget stands by the clock on the wall, after the bytes of each local day."""
    used = sum(size for day, size in days.items() if period.first <= day < period.end)
    first, end = (datetime.combine(day, time()) for day in period)
    over = (now.replace(tzinfo=None) - first) / (end - first)
    forecast = max(used, round(used / over)) if over >= _FORECAST_FROM else None
    return Standing(used, budget, period.end, forecast)
