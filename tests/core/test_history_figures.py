"""Sums of entries and bytes of days, brought together."""

from collections import Counter
from datetime import date

from headrace.history import Figure, Period
from headrace.history_figures import first_day, with_traffic
from hypothesis import given
from hypothesis import strategies as st

DAYS = st.dates(date(2025, 12, 1), date(2026, 3, 1))


@given(
    st.dictionaries(DAYS, st.integers(1, 1 << 40), max_size=40),
    st.dictionaries(DAYS, st.integers(0, 50), max_size=40),
    st.sampled_from([Period.DAY, Period.WEEK, Period.MONTH]),
)
def test_no_byte_and_no_file_is_lost_between_them(
    came: dict[date, int], files: dict[date, int], period: Period
) -> None:
    counts = Counter[str]()
    for day, count in files.items():
        counts[first_day(day, period).isoformat()] += count
    figures = [Figure(key, count, 10 * count, 1.0) for key, count in counts.items()]
    found = with_traffic(figures, came, period)
    assert sum(one.came or 0 for one in found) == sum(came.values())
    assert sum(one.files for one in found) == sum(files.values())
    assert [one.key for one in found] == sorted({one.key for one in found}, reverse=True)
    wanted = {first_day(day, period) for day in (*came, *files)}
    assert {date.fromisoformat(one.key) for one in found} == wanted


def test_what_is_shown_is_what_came_where_that_was_counted() -> None:
    day = date(2026, 5, 4)
    old, new = Figure("2026-05-03", 1, 500, 2.0), Figure("2026-05-04", 1, 500, 2.0)
    latest, before = with_traffic([old, new], {day: 900}, Period.DAY)
    assert (latest.shown, latest.speed) == (900, 250)
    assert (before.shown, before.came) == (500, None)
