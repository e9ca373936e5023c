"""Sums of entries and bytes of days brought together. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date

from headrace.days import month_of, week_of
from headrace.history import Figure, Period


def with_traffic(figures: Iterable[Figure], days: Mapping[date, int], period: Period) -> list[Figure]:
    """Return sums of days, weeks or months with what came in each from the network, the latest first.

    That counts on the day it came, and what failed or is not finished yet counts too, so that some have no entry.
    """
    came = Counter[str]()
    for day, size in days.items():
        came[first_day(day, period).isoformat()] += size
    found = {one.key: replace(one, came=came.get(one.key)) for one in figures}
    for key, size in came.items():
        found.setdefault(key, Figure(key, 0, 0, 0.0, size))
    return [found[key] for key in sorted(found, reverse=True)]


def first_day(day: date, period: Period) -> date:
    """Return the day after which the sum is called that a day is in."""
    return {Period.WEEK: week_of, Period.MONTH: month_of}.get(period, _same)(day)


def _same(day: date) -> date:
    return day
