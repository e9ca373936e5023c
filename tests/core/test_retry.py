"""How long to wait before the next attempt."""

import pytest
from headrace.net.headers import RETRY_AFTER_LIMIT
from headrace.transfer.retry import BACKOFF_FIRST, BACKOFF_LIMIT, WAIT_LIMIT, retry_is_due, retry_wait
from hypothesis import given
from hypothesis import strategies as st

ATTEMPTS = st.integers(1, 1_000_000)
CHANCES = st.floats(0, 1, exclude_max=True)
ASKED = st.one_of(st.none(), st.floats(0, RETRY_AFTER_LIMIT))


@given(ATTEMPTS, ASKED, CHANCES)
def test_a_wait_is_within_bounds_and_never_shorter_than_asked(attempt: int, asked: float | None, chance: float) -> None:
    wait = retry_wait(attempt, asked, chance)
    assert max(BACKOFF_FIRST, asked or 0.0) <= wait <= max(BACKOFF_LIMIT, asked or 0.0) <= WAIT_LIMIT


@given(ATTEMPTS, CHANCES)
def test_the_ceiling_never_falls(attempt: int, chance: float) -> None:
    assert retry_wait(attempt, None, chance) <= retry_wait(attempt + 1, None, chance)


@given(ATTEMPTS, CHANCES, CHANCES)
def test_chance_spreads_waits_up_to_the_ceiling(attempt: int, low: float, high: float) -> None:
    waits = [retry_wait(attempt, None, chance) for chance in sorted((low, high))]
    assert BACKOFF_FIRST == retry_wait(attempt, None, 0.0) <= waits[0] <= waits[1]


@pytest.mark.parametrize(
    ("attempt", "asked", "chance", "wait"),
    [
        (1, None, 0.99, 1.0),
        (2, None, 0.0, 1.0),
        (2, None, 0.5, 1.5),
        (3, None, 0.5, 2.5),
        (6, None, 0.5, 16.5),
        (7, None, 0.5, 30.5),
        (10**9, None, 0.5, 30.5),
        (1, 2.0, 0.5, 2.0),
        (7, 2.0, 0.5, 30.5),
        (1, 0.0, 0.5, 1.0),
        (1, float(RETRY_AFTER_LIMIT), 0.5, 21_600.0),
    ],
)
def test_waits(attempt: int, asked: float | None, chance: float, wait: float) -> None:
    assert retry_wait(attempt, asked, chance) == pytest.approx(wait)


@pytest.mark.parametrize(
    ("retry_at", "due"),
    [
        (None, True),
        (1000.0, True),
        (999.0, True),
        (1001.0, False),
        (1000.0 + WAIT_LIMIT, False),
        (1001.0 + WAIT_LIMIT, True),
        (1000.0 + 10 * 366 * 86400, True),
        (-1.0, True),
    ],
)
def test_an_appointment_is_due_in_time_and_when_a_clock_was_set_back(retry_at: float | None, due: bool) -> None:
    assert retry_is_due(retry_at, 1000.0) is due


@given(ATTEMPTS, ASKED, CHANCES, st.floats(0, 1e10))
def test_an_appointment_just_made_is_kept_and_comes(
    attempt: int, asked: float | None, chance: float, now: float
) -> None:
    wait = retry_wait(attempt, asked, chance)
    assert not retry_is_due(now + wait, now)
    assert retry_is_due(now + wait, now + wait)
