"""Data budgets: periods by the calendar, what is used, and what will have come in the end."""

from datetime import date, datetime, timedelta

import pytest
from headrace.budgets import PERIODS, period_of, standing
from hypothesis import given
from hypothesis import strategies as st

DAYS = st.dates(date(2000, 1, 1), date(2100, 12, 31))


@pytest.mark.parametrize(
    ("kind", "first_day", "today", "first", "end"),
    [
        ("day", 1, (2026, 11, 23), (2026, 11, 23), (2026, 11, 24)),
        ("day", 1, (2026, 12, 31), (2026, 12, 31), (2027, 1, 1)),
        ("week", 1, (2026, 11, 23), (2026, 11, 23), (2026, 11, 30)),
        ("week", 1, (2026, 11, 29), (2026, 11, 23), (2026, 11, 30)),
        ("month", 1, (2026, 12, 31), (2026, 12, 1), (2027, 1, 1)),
        ("month", 15, (2026, 1, 14), (2025, 12, 15), (2026, 1, 15)),
        ("month", 15, (2026, 1, 15), (2026, 1, 15), (2026, 2, 15)),
        ("month", 28, (2026, 3, 1), (2026, 2, 28), (2026, 3, 28)),
    ],
)
def test_periods_go_by_the_calendar(
    kind: str, first_day: int, today: tuple[int, int, int], first: tuple[int, int, int], end: tuple[int, int, int]
) -> None:
    assert period_of(kind, date(*today), first_day) == (date(*first), date(*end))


@given(st.sampled_from(PERIODS), DAYS, st.integers(1, 28))
def test_each_day_is_in_one_period_and_they_follow_each_other(kind: str, today: date, first_day: int) -> None:
    period = period_of(kind, today, first_day)
    assert period.first <= today < period.end
    assert period_of(kind, period.end - timedelta(days=1), first_day) == period
    assert period_of(kind, period.end, first_day).first == period.end


def test_what_came_in_the_period_counts_and_nothing_else() -> None:
    days = {date(2026, 10, 31): 900, date(2026, 11, 1): 5, date(2026, 11, 23): 7, date(2026, 12, 1): 900}
    found = standing(12, period_of("month", date(2026, 11, 23)), days, datetime(2026, 11, 23, 12))  # noqa: DTZ001
    assert (found.used, found.is_spent, found.end) == (12, True, date(2026, 12, 1))
    assert not found._replace(used=11).is_spent


@pytest.mark.parametrize(
    ("now", "forecast"),
    [((2026, 11, 1, 6), None), ((2026, 11, 16, 0), 200), ((2026, 11, 30, 23, 59), 100)],
)
def test_the_forecast_goes_on_as_it_went(now: tuple[int, ...], forecast: int | None) -> None:
    days = {date(2026, 11, 1): 100}
    assert standing(1000, period_of("month", date(2026, 11, 1)), days, datetime(*now)).forecast == forecast  # type: ignore[arg-type] # noqa: DTZ001 - a wall has no zone
