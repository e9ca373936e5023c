"""When handshakes are timed: a second apart, three on a calm line, at once where one is to be confirmed."""

from headrace.probe_pace import CALM, CALM_AFTER, EAGER, FLAT, ProbePace
from hypothesis import given
from hypothesis import strategies as st

FREE = (0.0, 1e6, 2_000_000)
"""An answer as quick as ever, and half of what is allowed."""


def calm() -> ProbePace:
    pace = ProbePace()
    for second in range(round(CALM_AFTER) + 1):
        pace.hear(float(second), *FREE)
    return pace


def test_it_lets_up_after_half_a_minute() -> None:
    pace = ProbePace()
    paces = []
    for second in range(40):
        pace.hear(float(second), *FREE)
        paces.append(pace.seconds)
    assert paces == [EAGER] * 30 + [CALM] * 10


def test_what_is_slow_on_a_calm_line_is_asked_again_at_once_and_then_each_second() -> None:
    pace = calm()
    pace.hear(40.0, 0.2, 1e6, 2_000_000)
    assert pace.seconds == 0.0
    pace.hear(40.1, *FREE)
    assert pace.seconds == EAGER, "it was a packet that was late, and one is careful for a while"


def test_a_speed_that_changes_is_told_from_one_that_wavers() -> None:
    pace = calm()
    assert [pace.differs(speed) for speed in (1e6, 0.8e6, 1.2e6, 0.7e6, 1.3e6, 0.0)] == [False] * 3 + [True] * 3


def test_it_begins_anew() -> None:
    pace = calm()
    pace.unsettle()
    assert pace.seconds == EAGER
    pace.hear(50.0, *FREE)
    assert pace.seconds == EAGER


HEARD = st.tuples(st.floats(0.0, 1.0), st.floats(0.0, 1e9), st.integers(0, 10**9))


@given(st.lists(st.tuples(st.floats(0.1, 40.0), HEARD), max_size=60))
def test_it_is_calm_only_after_half_a_minute_of_quick_answers_below_the_limit(
    heard: list[tuple[float, tuple[float, float, int]]],
) -> None:
    pace, now, since = ProbePace(), 0.0, None
    for wait, (waiting, goodput, limit) in heard:
        now += wait
        pace.hear(now, waiting, goodput, limit)
        quick = waiting <= FLAT and goodput < 0.8 * limit
        since = (now if since is None else since) if quick else None
        assert pace.is_calm is (since is not None and now - since >= CALM_AFTER and goodput > 0.0)
