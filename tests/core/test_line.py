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


class Body:
    """A body of which nothing came yet."""

    arrived = 0


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


def test_a_piece_that_is_held_for_long_stands_still(line: Line, clock: Clock) -> None:
    spend(line, clock, reading=0.0, holding=0.05)
    assert not line.stands_still(clock.now)
    line.hold()
    assert not line.stands_still(clock.now + 0.05)
    assert line.stands_still(clock.now + 0.15)
    line.go_on()
    assert not line.stands_still(clock.now + 0.15)


def test_what_came_is_counted_over_all_answers(clock: Clock) -> None:
    line, body = Line(ExchangeLog()), Body()
    for before in (0, 300):
        line.ask(1, 0)
        line.accept(body)
        body.arrived = 100
        assert (line.came_before, line.arrived) == (before, before + 100)
        body.arrived = 300
        line.end()
        assert (line.came_before, line.arrived) == (before + 300, before + 300)
        body = Body()
    line.ask(1, 0)
    line.accept()
    assert line.arrived == 600, "a body that is not given is not counted"
