"""Leaving others room: a line with one queue, on which this one and somebody else fetch."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from headrace.leaving_room import LEAST, TARGET, LeavingRoom
from hypothesis import given
from hypothesis import strategies as st

CAPACITY = 1_000_000.0
BASE = 0.03
DEEP = 500_000.0
"""Bytes that wait at most before packets are lost: half a second."""


@dataclass
class Line:
    """Bytes of two who fetch wait in one queue; the other one takes what it can, as TCP does, where it is there."""

    queue: float = 0.0
    other: float = 0.0

    def second(self, wanted: float, *, other: bool) -> tuple[float, float]:
        """Let a second pass; return what came to us, and how long a handshake took in the end."""
        self.other = min(CAPACITY, max(self.other * 1.5, 100_000.0)) if other else 0.0
        ours = 0.0
        for _ in range(10):
            arriving = (wanted + self.other) / 10
            share = wanted / max(wanted + self.other, 1.0)
            self.queue = min(self.queue + arriving, DEEP)
            leaving = min(self.queue, CAPACITY / 10)
            self.queue -= leaving
            ours += leaving * share
        if self.queue > 0.9 * DEEP:
            self.other /= 2  # it lost packets
        return ours, BASE + self.queue / CAPACITY


def run(line: Line, room: LeavingRoom, seconds: range, *, other: Callable[[int], bool]) -> list[tuple[float, float]]:
    """Return what came and how long a handshake took, second by second."""
    found = []
    for second in seconds:
        came, handshake = line.second(min(room.limit or 3e6, 3e6), other=other(second))
        room.hear(float(second), handshake, came)
        found.append((came, handshake))
    return found


def test_alone_it_uses_the_line_and_keeps_answers_quick() -> None:
    line, room = Line(), LeavingRoom()
    seconds = run(line, room, range(120), other=lambda _: False)[40:]
    assert sum(came for came, _ in seconds) / len(seconds) > 0.8 * CAPACITY
    assert sum(handshake for _, handshake in seconds) / len(seconds) < BASE + 3 * TARGET


def test_who_else_comes_gets_most_of_it_and_it_comes_back_when_they_are_gone() -> None:
    line, room = Line(), LeavingRoom()
    room.hear(-1.0, BASE, 0.0)
    run(line, room, range(60), other=lambda _: False)
    with_other = run(line, room, range(60, 120), other=lambda _: True)[30:]
    assert sum(came for came, _ in with_other) / len(with_other) < 0.15 * CAPACITY
    alone = run(line, room, range(120, 200), other=lambda _: False)[40:]
    assert sum(came for came, _ in alone) / len(alone) > 0.8 * CAPACITY


def test_one_late_answer_is_no_reason() -> None:
    room, limits = LeavingRoom(), list[int]()
    for second, seconds in enumerate([0.03, 0.03, 0.03, 0.9, 0.03, 0.03]):
        limits.append(room.hear(float(second), seconds, 5e6))
    assert limits == sorted(limits)


def test_what_binds_nobody_stays_near_what_comes() -> None:
    """So that a sudden hunger does not fill the line at once."""
    room = LeavingRoom()
    for second in range(100):
        room.hear(float(second), BASE, 1e6)
    assert room.limit == 1_500_000


def test_a_longer_way_becomes_the_usual_one_after_a_while() -> None:
    room = LeavingRoom()
    for second in range(0, 900, 5):
        room.hear(float(second), 0.02 if second < 25 else 0.12, 1e6)
    assert room.limit is not None
    assert room.limit > 1_000_000


def test_elsewhere_it_begins_anew() -> None:
    room = LeavingRoom()
    for second in range(10):
        room.hear(float(second), 0.02 if second < 5 else 0.5, 1e6)
    room.forget()
    assert room.limit is None
    limits = [room.hear(float(second), 0.5, 1e6) for second in range(10, 40)]
    assert limits == sorted(limits), "as slow as it is, that is the line there"


@given(st.lists(st.tuples(st.floats(0.0001, 5.0), st.floats(0.0, 1e9)), max_size=60))
def test_a_limit_is_never_less_than_the_least(samples: list[tuple[float, float]]) -> None:
    room = LeavingRoom()
    for second, (seconds, goodput) in enumerate(samples):
        assert room.hear(float(second), seconds, goodput) >= LEAST


@pytest.mark.parametrize("goodput", [0.0, 10.0])
def test_what_hardly_moves_is_not_stopped(goodput: float) -> None:
    room = LeavingRoom()
    for second in range(20):
        room.hear(float(second), 0.01 if second < 5 else 1.0, goodput)
    assert room.limit == LEAST
