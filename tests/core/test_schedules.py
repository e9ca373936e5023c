"""Hours of the week by the clock on the wall, over changes of the clock in zones that have them."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from headrace.schedules import DAYS, Span, WallClock, WeekHours, next_change
from hypothesis import given
from hypothesis import strategies as st

SPANS = st.builds(
    lambda days, start, length: Span(tuple(sorted(days)), start, start + length),
    st.sets(st.integers(0, 6), min_size=1),
    st.integers(0, 1439),
    st.integers(1, 1440),
)
HOURS = st.lists(SPANS, max_size=4, unique=True).map(lambda spans: WeekHours(tuple(spans)))
ZONES = st.sampled_from(["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata"])
MOMENTS = st.integers(*(int(datetime(year, 1, 1, tzinfo=UTC).timestamp()) for year in (2026, 2027)))


def wall_in(zone: str) -> WallClock:
    """Return what a clock on a wall in `zone` shows."""
    place = ZoneInfo(zone)
    return lambda at: datetime.fromtimestamp(at, place).replace(tzinfo=None)


def unix(zone: str, text: str, *, again: bool = False) -> float:
    """Return the Unix time at which the wall shows this; the second one where it does twice and `again` is said."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=int(again)).timestamp()


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("", ""),
        ("22:00-06:00", "22:00-06:00"),
        ("daily 8:30 - 9:15", "08:30-09:15"),
        ("Mon - Fri 22:00-06:00 ; SAT sun 00:00-24:00", "mon-fri 22:00-06:00, sat sun 00:00-24:00"),
        ("fri-mon 10:00-11:00", "mon fri-sun 10:00-11:00"),
        ("mon wed 10:00-10:00", "mon wed 10:00-10:00"),
        ("mon 10:00-11:00,,mon 10:00-11:00", "mon 10:00-11:00"),
    ],
)
def test_hours_are_read_as_people_write_them(text: str, canonical: str) -> None:
    hours = WeekHours.parse(text)
    assert str(hours) == canonical
    assert WeekHours.parse(canonical) == hours


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("always", "written such as"),
        ("mon", "written such as"),
        ("mon 10:00", "written such as"),
        ("mon 25:00-26:00", "no time 25:00"),
        ("mon 10:60-11:00", "no time 10:60"),
        ("mon 24:00-01:00", "begin at"),
        ("monday 10:00-11:00", "days are"),
        ("mon-xyz 10:00-11:00", "days are"),
        (", ".join(f"mon 00:{n % 60:02}-0{n // 60 + 1}:00" for n in range(31)), "at most 30"),
    ],
)
def test_what_are_no_hours_is_refused_with_a_sentence(text: str, word: str) -> None:
    with pytest.raises(ValueError, match=word):
        WeekHours.parse(text)


@given(HOURS)
def test_what_is_written_is_read_again(hours: WeekHours) -> None:
    assert WeekHours.parse(str(hours)) == hours


def test_a_span_over_midnight_belongs_to_the_day_it_begins_on() -> None:
    hours = WeekHours.parse("sun 22:00-06:00")
    sunday = datetime(2026, 3, 1)  # noqa: DTZ001 - a wall has no zone
    inside = [hours.contains(sunday + timedelta(hours=hour)) for hour in range(48)]
    assert [hour for hour in range(48) if inside[hour]] == list(range(22, 30))


def test_without_any_it_is_always_and_never_changes() -> None:
    assert WeekHours().contains(datetime(2026, 3, 1))  # noqa: DTZ001 - as above
    assert next_change(WeekHours(), 0.0, wall_in("Europe/Berlin")) is None
    assert next_change(WeekHours.parse("00:00-24:00"), 0.0, wall_in("Europe/Berlin")) is None


SPRING, AUTUMN = "Europe/Berlin", "America/New_York"


@pytest.mark.parametrize(
    ("zone", "hours", "now", "change"),
    [
        # no change of the clock
        ("Europe/Berlin", "22:00-06:00", ("2026-06-01T12:00:00", False), ("2026-06-01T22:00:00", False)),
        ("Europe/Berlin", "22:00-06:00", ("2026-06-01T22:00:00", False), ("2026-06-02T06:00:00", False)),
        ("Europe/Berlin", "wed 01:00-02:00", ("2026-06-04T12:00:00", False), ("2026-06-10T01:00:00", False)),
        # forward: Berlin shows 03:00 behind 01:59:59 on 2026-03-29, New York on 2026-03-08
        ("Europe/Berlin", "22:00-06:00", ("2026-03-28T22:00:00", False), ("2026-03-29T06:00:00", False)),
        ("Europe/Berlin", "02:15-02:45", ("2026-03-28T12:00:00", False), ("2026-03-30T02:15:00", False)),
        ("Europe/Berlin", "02:30-04:00", ("2026-03-28T12:00:00", False), ("2026-03-29T03:00:00", False)),
        ("Europe/Berlin", "01:00-02:30", ("2026-03-29T01:30:00", False), ("2026-03-29T03:00:00", False)),
        ("America/New_York", "02:30-04:00", ("2026-03-07T12:00:00", False), ("2026-03-08T03:00:00", False)),
        ("America/New_York", "sun 02:00-03:00", ("2026-03-07T12:00:00", False), ("2026-03-15T02:00:00", False)),
        # back: Berlin shows 02:00 again behind 02:59:59 on 2026-10-25, New York 01:00 on 2026-11-01
        ("Europe/Berlin", "22:00-06:00", ("2026-10-24T22:00:00", False), ("2026-10-25T06:00:00", False)),
        ("Europe/Berlin", "02:30-04:00", ("2026-10-24T12:00:00", False), ("2026-10-25T02:30:00", False)),
        ("Europe/Berlin", "02:30-04:00", ("2026-10-25T02:45:00", False), ("2026-10-25T02:00:00", True)),
        ("Europe/Berlin", "02:30-04:00", ("2026-10-25T02:10:00", True), ("2026-10-25T02:30:00", True)),
        ("Europe/Berlin", "02:30-04:00", ("2026-10-25T02:30:00", True), ("2026-10-25T04:00:00", False)),
        ("America/New_York", "00:00-01:30", ("2026-11-01T01:00:00", False), ("2026-11-01T01:30:00", False)),
        ("America/New_York", "00:00-01:30", ("2026-11-01T01:45:00", False), ("2026-11-01T01:00:00", True)),
    ],
)
def test_changes_of_the_clock_are_followed(
    zone: str, hours: str, now: tuple[str, bool], change: tuple[str, bool]
) -> None:
    found = next_change(WeekHours.parse(hours), unix(zone, now[0], again=now[1]), wall_in(zone))
    assert found == unix(zone, change[0], again=change[1])


def test_a_whole_night_has_seven_nine_or_eight_hours() -> None:
    """What a person set as eight hours is as long as the night is by the wall."""
    lengths = []
    for day in ("2026-03-28", "2026-10-24", "2026-06-01"):
        began = unix("Europe/Berlin", f"{day}T22:00:00")
        ended = next_change(WeekHours.parse("22:00-06:00"), began, wall_in("Europe/Berlin"))
        assert ended is not None
        lengths.append((ended - began) / 3600)
    assert lengths == [7, 9, 8]


@given(HOURS, ZONES, MOMENTS)
def test_between_now_and_the_next_change_nothing_changes(hours: WeekHours, zone: str, now: int) -> None:
    wall_at = wall_in(zone)
    state, change = hours.contains(wall_at(now)), next_change(hours, now, wall_at)
    end = now + 8 * 86400 if change is None else int(change)
    assert all(hours.contains(wall_at(at)) is state for at in range(now, end, 60))
    if change is not None:
        assert hours.contains(wall_at(change - 1)) is state
        assert hours.contains(wall_at(change)) is not state


def test_days_are_named_as_the_calendar_has_them() -> None:
    assert [day[:2] for day in DAYS] == ["mo", "tu", "we", "th", "fr", "sa", "su"]
    assert WeekHours.parse("tue 00:00-00:01").contains(datetime(2026, 3, 3))  # noqa: DTZ001 - as above
