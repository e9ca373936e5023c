"""How fast one connection is, and for how long it has crawled."""

import pytest
from headrace.transfer.pace import Pace
from hypothesis import given
from hypothesis import strategies as st

LOWEST = 1000


def read(pace: Pace, readings: list[tuple[float, int]]) -> None:
    for now, received in readings:
        pace.update(now, received)


def test_a_speed_is_unknown_before_two_readings() -> None:
    pace = Pace(10.0)
    assert pace.speed is None
    pace.update(10.01, 50_000)  # the first burst tells nothing
    assert pace.speed is None


@given(st.integers(1, 1 << 30), st.floats(0.1, 2.0), st.integers(1, 40))
def test_a_steady_connection_has_its_speed(rate: int, step: float, count: int) -> None:
    pace = Pace(5.0)
    read(pace, [(5.0 + number * step, round(number * step * rate)) for number in range(1, count + 1)])
    assert pace.speed == pytest.approx(rate, rel=0.01, abs=1 / step)


def test_a_speed_follows_a_change_within_seconds() -> None:
    pace = Pace(0.0)
    read(pace, [(0.25 * number, 250_000 * number) for number in range(1, 41)])
    assert pace.speed == pytest.approx(1_000_000, rel=0.01)
    read(pace, [(10.0 + 0.25 * number, 10_000_000) for number in range(1, 41)])
    assert pace.speed is not None
    assert pace.speed < 20_000


def test_a_connection_that_brings_nothing_is_slow_from_its_beginning() -> None:
    pace = Pace(100.0)
    for now in (100.25, 130.0, 160.0):
        pace.update(now, 0)
        assert pace.slow_for(now, LOWEST) == now - 100.0


def test_one_reading_fast_enough_begins_the_count_anew() -> None:
    pace = Pace(0.0)
    pace.update(50.0, 100)
    assert pace.slow_for(50.0, LOWEST) == 50.0
    pace.update(59.0, 59_000)  # the mean since the beginning is now what it must be
    assert pace.slow_for(59.0, LOWEST) == 0.0
    pace.update(70.0, 59_100)
    assert pace.slow_for(70.0, LOWEST) == 11.0


@given(st.integers(LOWEST, 1 << 40), st.integers(1, 400))
def test_a_connection_fast_enough_is_never_slow_for_more_than_a_moment(rate: int, count: int) -> None:
    pace = Pace(0.0)
    for number in range(4, count + 4):
        now = 0.25 * number
        pace.update(now, -(-number * rate // 4))
        assert pace.slow_for(now, LOWEST) <= 1.0


@given(st.integers(0, LOWEST - 1), st.integers(1, 400))
def test_a_connection_that_trickles_is_slow_the_whole_time(rate: int, count: int) -> None:
    pace = Pace(0.0)
    for number in range(4, count + 4):
        now = 0.25 * number
        pace.update(now, number * rate // 4)
        assert pace.slow_for(now, LOWEST) == now


def test_bytes_before_a_lull_are_no_credit_for_long() -> None:
    """A burst at the beginning is noted, and the lull after it counted from there."""
    pace = Pace(0.0)
    pace.update(1.0, 100 * LOWEST)
    assert pace.slow_for(1.0, LOWEST) == 0.0
    for now in (10.0, 62.0):
        pace.update(now, 100 * LOWEST)
        assert pace.slow_for(now, LOWEST) == now - 1.0


def test_within_the_first_second_nobody_is_called_fast_for_a_few_bytes() -> None:
    pace = Pace(0.0)
    pace.update(0.1, LOWEST // 2)
    assert pace.slow_for(0.1, LOWEST) == pytest.approx(0.1)


def test_without_a_reading_it_is_slow_since_its_beginning() -> None:
    assert Pace(3.0).slow_for(5.0, LOWEST) == 2.0
