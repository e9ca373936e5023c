"""The rules in force: found by address, and whose turn it is where a host is asked with pauses."""

import threading
from collections.abc import Callable

import pytest
from headrace.errors import StoppedError
from headrace.host_book import HostBook
from headrace.host_rules import HostRule
from hypothesis import given
from hypothesis import strategies as st

ADDRESS = "https://example.org/file"


class Clock:
    """A clock that waiting turns on."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now

    def wait(self, seconds: float) -> None:
        self.now += seconds


def test_rules_are_found_by_address_and_by_what_hosts_are_called() -> None:
    book = HostBook([HostRule("example.org"), HostRule("*.example.net:8080")])
    found = [book.of(address) for address in (ADDRESS, f"{ADDRESS}?x=https://else.example/", "https://else.example/")]
    assert [rule and rule.host for rule in found] == ["example.org", "example.org", None]
    by_host = book.of_host("a.example.net:8080")
    assert by_host is not None
    assert by_host is book.named("*.example.net:8080") is book.of("http://a.example.net:8080/")
    assert [book.of_host("a.example.net"), book.of("nonsense"), book.of_host("a:b:c")] == [None, None, None]


def test_other_rules_hold_at_once() -> None:
    book = HostBook([HostRule("example.org", limit=1)])
    assert book.of(ADDRESS) == HostRule("example.org", limit=1)
    book.follow([HostRule("example.org", limit=2)])
    assert book.of(ADDRESS) == HostRule("example.org", limit=2)
    book.follow([])
    assert book.of(ADDRESS) is None


@given(st.lists(st.floats(0, 3), min_size=1, max_size=8), st.floats(0.01, 5))
def test_requests_go_out_with_the_pause_between_them_and_not_later(idle: list[float], pause: float) -> None:
    clock = Clock()
    book = HostBook([HostRule("*.example.org", pause=pause)], clock)
    sent: list[float] = []
    for number, seconds in enumerate(idle):
        clock.now += seconds
        asked = clock.now
        book.await_turn(f"https://{'www.' * (number % 2)}example.org/", clock.wait)
        due = asked if not sent else max(asked, sent[-1] + pause)
        assert clock.now == pytest.approx(due, abs=0.002)
        sent.append(clock.now)


def test_hosts_without_a_pause_are_not_waited_for() -> None:
    clock = Clock()
    book = HostBook([HostRule("example.org", limit=5)], clock)
    for _ in range(3):
        book.await_turn(ADDRESS, clock.wait)
        book.await_turn("https://else.example/", clock.wait)
    assert clock.now == 1000.0


def waiting_for(book: HostBook, wait: Callable[[float], object]) -> None:
    book.await_turn(ADDRESS, wait)


def test_who_is_stopped_takes_no_turn_from_others() -> None:
    clock = Clock()
    book = HostBook([HostRule("example.org", pause=60)], clock)
    book.await_turn(ADDRESS, clock.wait)

    def stop(_seconds: float) -> None:
        raise StoppedError

    for _ in range(3):
        with pytest.raises(StoppedError):
            waiting_for(book, stop)
    book.await_turn(ADDRESS, clock.wait)
    assert clock.now == pytest.approx(1060, abs=0.01)


@pytest.mark.parametrize("rules", [[], [HostRule("example.org")], [HostRule("example.org", pause=1)]])
def test_a_pause_that_becomes_shorter_lets_waiters_go(rules: list[HostRule]) -> None:
    clock = Clock()
    book = HostBook([HostRule("example.org", pause=3600)], clock)
    book.await_turn(ADDRESS, clock.wait)
    told: list[float] = []

    def wait(seconds: float) -> None:
        told.append(seconds)
        clock.wait(seconds)
        book.follow(rules)

    book.await_turn(ADDRESS, wait)
    assert clock.now <= 1001.6
    assert max(told) <= 0.25


def test_first_come_first_served() -> None:
    book, order = HostBook([HostRule("example.org", pause=0.05)]), list[int]()
    book.await_turn(ADDRESS, lambda _: None)
    begun = [threading.Event() for _ in range(4)]

    def ask(number: int) -> None:
        def wait(seconds: float) -> None:
            begun[number].set()
            threading.Event().wait(seconds)

        book.await_turn(ADDRESS, wait)
        order.append(number)

    threads = []
    for number, event in enumerate(begun):
        threads.append(threading.Thread(target=ask, args=(number,)))
        threads[-1].start()
        event.wait(0.04)
    for thread in threads:
        thread.join(5)
    assert sorted(order) == [0, 1, 2, 3]
    assert order[0] == 0
