"""What a connection is doing, from the marks that its thread leaves."""

import pytest
from headrace.details import ConnectionState
from headrace.exchanges import ExchangeLog
from headrace.transfer.line import Line

C = ConnectionState


class Clock:
    """The time by which lines are marked, moved by hand."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr("headrace.transfer.line.monotonic", clock)
    return clock


@pytest.fixture
def line(clock: Clock) -> Line:
    """Return a line that has just begun to receive."""
    line = Line(ExchangeLog())
    line.ask(7, 500)
    line.wire.asked()
    line.accept()
    return line


def spend(line: Line, clock: Clock, *, reading: float, holding: float, times: int = 10) -> None:
    """Let pieces come, each read and then held for so many seconds."""
    for _ in range(times):
        clock.now += reading
        line.hold()
        clock.now += holding
        line.go_on()


def test_the_states_of_a_request(clock: Clock) -> None:
    line = Line(ExchangeLog())
    assert (line.number, line.start) == (0, None)
    line.ask(3, 500)
    assert (line.number, line.start, line.state(clock.now, ending=False)) == (3, 500, C.CONNECTING)
    line.wire.asked()
    assert line.state(clock.now, ending=False) is C.WAITING
    line.accept()
    assert line.state(clock.now, ending=False) is C.RECEIVING
    assert line.state(clock.now, ending=True) is C.ENDING
    line.end()
    assert (line.number, line.start, line.receiving) == (3, None, False)


@pytest.mark.parametrize(
    ("reading", "holding", "state"),
    [(0.01, 0.001, C.RECEIVING), (0.001, 0.01, C.HELD), (0.02, 0.019, C.RECEIVING), (0.019, 0.021, C.HELD)],
)
def test_held_is_what_holds_for_more_than_half_of_the_time(
    line: Line, clock: Clock, reading: float, holding: float, state: ConnectionState
) -> None:
    spend(line, clock, reading=reading, holding=holding)
    assert line.state(clock.now, ending=False) is state


def test_a_write_that_does_not_end_is_seen_at_once(line: Line, clock: Clock) -> None:
    spend(line, clock, reading=0.1, holding=0.0)
    assert line.state(clock.now, ending=False) is C.RECEIVING
    line.hold()
    clock.now += 0.2
    assert line.state(clock.now, ending=False) is C.HELD
    line.go_on()
    clock.now += 0.2
    assert line.state(clock.now, ending=False) is C.RECEIVING


def test_a_look_too_soon_after_another_says_the_same(line: Line, clock: Clock) -> None:
    spend(line, clock, reading=0.0, holding=0.02)
    assert line.state(clock.now, ending=False) is C.HELD
    clock.now += 0.05
    assert line.state(clock.now, ending=False) is C.HELD


def test_another_answer_begins_afresh(line: Line, clock: Clock) -> None:
    spend(line, clock, reading=0.0, holding=0.1)
    assert line.state(clock.now, ending=False) is C.HELD
    line.hold()
    line.end()
    line.ask(7, 900)
    clock.now += 50.0
    line.accept()
    clock.now += 0.2
    assert line.state(clock.now, ending=False) is C.RECEIVING
