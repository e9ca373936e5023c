"""What tells of sleep and of other networks, and which connections are then given up."""

import socket
from functools import partial
from time import monotonic

import pytest
from headrace.net.uplink import own_addresses
from headrace.transfer.distrust import SIGN_OF_LIFE, Distrust
from headrace.upheaval import Upheaval, sleepless

HOME, AWAY, NONE = frozenset({"192.168.7.2"}), frozenset({"10.8.0.6"}), frozenset[str]()

LOOKS: list[tuple[str, list[tuple[float, frozenset[str]]], list[bool]]] = [
    ("nothing happens", [(0.0, HOME), (0.2, HOME), (1.3, HOME), (2.4, HOME)], [False] * 4),
    ("a look comes late", [(0.0, HOME), (4.9, HOME), (5.1, HOME)], [False] * 3),
    ("sleep", [(0.0, HOME), (0.2, HOME), (3600.0, HOME), (3600.2, HOME)], [False, False, True, False]),
    ("another network", [(0.0, HOME), (1.1, AWAY), (2.2, AWAY), (3.3, HOME)], [False, True, False, True]),
    ("the cable is pulled, and put in", [(0.0, HOME), (1.1, NONE), (2.2, HOME)], [False, True, True]),
    ("both at once are one", [(0.0, HOME), (99.0, AWAY), (99.2, AWAY), (100.4, AWAY)], [False, True, False, False]),
    ("asked once in a second", [(0.0, HOME), (0.2, AWAY), (0.4, AWAY), (1.0, AWAY)], [False, False, False, True]),
    ("a clock set back", [(9.0, HOME), (1.0, HOME), (1.2, HOME), (9.1, HOME)], [False, False, False, True]),
]


@pytest.mark.parametrize(("case", "looks", "expected"), LOOKS, ids=[case for case, _, _ in LOOKS])
def test_what_is_seen(case: str, looks: list[tuple[float, frozenset[str]]], expected: list[bool]) -> None:
    upheaval = Upheaval()
    assert [upheaval.seen(now, partial(frozenset[str], there)) for now, there in looks] == expected, case


def test_after_a_rest_nothing_is_compared() -> None:
    upheaval = Upheaval()
    assert not upheaval.seen(0.0, lambda: HOME)
    upheaval.rest()
    assert not upheaval.seen(3600.0, lambda: AWAY)
    assert not upheaval.seen(3601.0, lambda: AWAY)


def test_the_clock_goes_on_like_any_other() -> None:
    before, usual = sleepless(), monotonic()
    after = sleepless()
    assert before <= after <= before + (monotonic() - usual) + 1.0


def test_own_addresses_are_of_this_machine() -> None:
    for address in own_addresses():
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        with socket.socket(family, socket.SOCK_DGRAM) as own:
            own.bind((address, 0))
    assert own_addresses() == own_addresses()


def test_a_machine_without_a_network_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    def unreachable(*_: object) -> None:
        raise OSError(101, "Network is unreachable")

    monkeypatch.setattr(socket.socket, "connect", unreachable)
    assert own_addresses() == NONE


def test_the_dead_are_those_that_bring_nothing() -> None:
    doubt: Distrust[str] = Distrust()
    assert doubt.dead({"a": 1}, 0.0) == []
    doubt.begin({"alive": 10, "dead": 20, "ended": 30}, 100.0)
    assert doubt.dead({"alive": 10, "dead": 20, "new": 0}, 101.0) == []
    assert doubt.dead({"alive": 11, "dead": 20, "new": 0}, 102.0) == []
    assert doubt.dead({"alive": 11, "dead": 20, "new": 0}, 100.0 + SIGN_OF_LIFE) == ["dead"]
    assert doubt.dead({"alive": 11, "dead": 20, "new": 0}, 200.0) == []
