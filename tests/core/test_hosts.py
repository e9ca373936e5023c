"""The memory of hosts: how many connections there are, who waits, and what was found out."""

import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from functools import partial

import pytest
from headrace.errors import StoppedError
from headrace.host_notes import HostNote
from headrace.net.interrupt import Interrupt
from headrace.transfer.hosts import HostMemory, Slot
from hypothesis import given
from hypothesis import strategies as st

from tests.support.processes import wait_until

HOST, OTHER = "example.org:443", "example.net:80"


class Clock:
    """A clock that the test turns."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def in_thread(task: Callable[[], object]) -> threading.Thread:
    thread = threading.Thread(target=task)
    thread.start()
    return thread


def filled(hosts: HostMemory) -> list[Slot]:
    """Take all connections to HOST."""
    return [hosts.slot(HOST, Interrupt()) for _ in range(hosts.per_host)]


# Connections.


def test_slots_up_to_the_cap_cost_no_wait_and_hosts_are_apart() -> None:
    hosts = HostMemory(2)
    slots = filled(hosts)
    assert (hosts.in_use(HOST), hosts.in_use(OTHER), hosts.waiting(HOST)) == (2, 0, 0)
    assert hosts.try_slot(HOST) is None
    other = hosts.try_slot(OTHER)
    assert other is not None
    for slot in [*slots, other]:
        slot.release()
    assert (hosts.in_use(HOST), hosts.in_use(OTHER)) == (0, 0)


def test_a_slot_is_released_once_however_often_that_is_called() -> None:
    hosts = HostMemory(3)
    kept, slot = hosts.slot(HOST, Interrupt()), hosts.slot(HOST, Interrupt())
    with slot:
        assert hosts.in_use(HOST) == 2
    slot.release()
    slot.release()
    assert hosts.in_use(HOST) == 1
    kept.release()


def test_first_come_first_served() -> None:
    hosts, order, threads = HostMemory(1), list[int](), []
    (held,) = filled(hosts)

    def wait(number: int) -> None:
        with hosts.slot(HOST, Interrupt()):
            order.append(number)

    def waits(number: int) -> bool:
        return hosts.waiting(HOST) == number

    for number in range(5):
        threads.append(in_thread(partial(wait, number)))
        wait_until(partial(waits, number + 1), "one more waits")
    assert hosts.try_slot(HOST) is None
    held.release()
    for thread in threads:
        thread.join(5)
    assert order == [0, 1, 2, 3, 4]
    assert (hosts.in_use(HOST), hosts.waiting(HOST)) == (0, 0)


def test_a_further_connection_steps_back_behind_those_who_wait() -> None:
    hosts = HostMemory(1)
    (held,) = filled(hosts)
    got: list[Slot] = []
    thread = in_thread(lambda: got.append(hosts.slot(HOST, Interrupt())))
    wait_until(lambda: hosts.waiting(HOST) == 1, "it waits")
    held.release()
    thread.join(5)
    assert (hosts.try_slot(HOST), len(got)) == (None, 1)
    got[0].release()


def test_a_stop_ends_the_wait_at_once_and_leaves_the_row() -> None:
    hosts, interrupt, ended = HostMemory(1), Interrupt(), list[float]()
    (held,) = filled(hosts)

    def wait() -> None:
        with pytest.raises(StoppedError):
            hosts.slot(HOST, interrupt)
        ended.append(time.monotonic())

    thread = in_thread(wait)
    wait_until(lambda: hosts.waiting(HOST) == 1, "it waits")
    began = time.monotonic()
    interrupt.stop()
    thread.join(5)
    assert ended[0] - began < 0.1
    assert hosts.waiting(HOST) == 0
    held.release()
    hosts.slot(HOST, Interrupt()).release()
    assert hosts.in_use(HOST) == 0


def test_who_is_stopped_already_gets_none() -> None:
    hosts, interrupt = HostMemory(), Interrupt()
    interrupt.stop()
    with pytest.raises(StoppedError):
        hosts.slot(HOST, interrupt)
    assert (hosts.in_use(HOST), hosts.waiting(HOST)) == (0, 0)


def test_a_stop_in_the_moment_of_the_grant_loses_no_slot() -> None:
    for _ in range(200):
        hosts, interrupt, got = HostMemory(1), Interrupt(), list[Slot]()
        (held,) = filled(hosts)

        def wait(hosts: HostMemory = hosts, interrupt: Interrupt = interrupt, got: list[Slot] = got) -> None:
            with suppress(StoppedError):
                got.append(hosts.slot(HOST, interrupt))

        waiter, stopper = in_thread(wait), in_thread(interrupt.stop)
        held.release()
        waiter.join(5)
        stopper.join(5)
        assert hosts.in_use(HOST) == len(got)
        assert hosts.waiting(HOST) == 0


def test_a_higher_cap_lets_waiters_in_at_once_and_a_lower_one_ends_nothing() -> None:
    hosts, got = HostMemory(1), list[Slot]()
    (held,) = filled(hosts)
    threads = [in_thread(lambda: got.append(hosts.slot(HOST, Interrupt()))) for _ in range(2)]
    wait_until(lambda: hosts.waiting(HOST) == 2, "both wait")
    hosts.per_host = 3
    for thread in threads:
        thread.join(5)
    hosts.per_host = 2
    assert (hosts.in_use(HOST), len(got)) == (3, 2)
    got[0].release()
    assert hosts.try_slot(HOST) is None
    got[1].release()
    held.release()


def test_two_hundred_downloads_of_eight_connections_never_exceed_the_cap() -> None:
    hosts, active, worst = HostMemory(6), Counter[str](), Counter[str]()
    lock, seen = threading.Lock(), []

    def connect(host: str) -> None:
        with lock:
            active[host] += 1
            worst[host] = max(worst[host], active[host])
            seen.append(hosts.in_use(host) <= 6)
        time.sleep(0.0002)
        with lock:
            active[host] -= 1

    def download(host: str) -> None:
        with hosts.slot(host, Interrupt()):
            connect(host)
            further = [slot for slot in (hosts.try_slot(host) for _ in range(7)) if slot is not None]
            for slot in further:
                with slot:
                    connect(host)

    threads = [in_thread(partial(download, (HOST, OTHER)[n % 2])) for n in range(200)]
    for thread in threads:
        thread.join(20)
    assert not any(thread.is_alive() for thread in threads)
    assert all(seen)
    assert len(seen) >= 200
    assert 1 < max(worst.values()) <= 6
    assert [hosts.in_use(host) for host in (HOST, OTHER)] == [0, 0]


# What was found out.


def test_what_helped_is_remembered() -> None:
    hosts = HostMemory()
    assert hosts.useful(HOST) is None
    hosts.learn(HOST, 8)
    hosts.learn(OTHER, 0)
    assert (hosts.useful(HOST), hosts.useful(OTHER)) == (8, 1)


@pytest.mark.parametrize(
    ("refusals", "asked_at", "ceiling"),
    [
        ([], 0, None),
        ([(0, 8)], 0, 4),
        ([(0, 8)], 599.9, 4),
        ([(0, 8)], 600, None),
        ([(0, 1)], 0, 1),
        ([(0, 0)], 0, 1),
        ([(0, 3)], 0, 1),
        ([(0, 8), (1, 8), (4.9, 4)], 5, 4),
        ([(0, 8), (5, 4)], 5, 2),
        ([(0, 8), (5, 16)], 5, 4),
        ([(0, 8), (5, 4)], 604, 2),
        ([(0, 8), (600, 16)], 600, 8),
    ],
)
def test_a_refusal_halves_the_ceiling_for_ten_minutes(
    refusals: list[tuple[float, int]], asked_at: float, ceiling: int | None
) -> None:
    hosts = HostMemory()
    for now, active in refusals:
        hosts.refused(HOST, active, now)
    assert hosts.ceiling(HOST, asked_at) == ceiling
    assert hosts.ceiling(OTHER, asked_at) is None


def test_a_ceiling_binds_further_connections_alone() -> None:
    clock = Clock()
    hosts = HostMemory(16, clock)
    hosts.refused(HOST, 4, clock.now)
    slots = [hosts.slot(HOST, Interrupt()), hosts.try_slot(HOST)]
    assert None not in slots
    assert hosts.try_slot(HOST) is None
    slots.append(hosts.slot(HOST, Interrupt()))
    assert hosts.in_use(HOST) == 3
    clock.now += 600
    slots.append(hosts.try_slot(HOST))
    assert None not in slots
    for slot in slots:
        assert slot is not None
        slot.release()


def test_tags_rotate_after_two_strikes() -> None:
    hosts = HostMemory()
    found = []
    for _ in range(3):
        found.append(hosts.tags_rotate(HOST))
        hosts.tag_differed(HOST)
    assert (found, hosts.tags_rotate(OTHER)) == ([False, False, True], False)


def test_ranges_fail_after_one_strike_for_an_hour() -> None:
    clock = Clock()
    hosts = HostMemory(clock=clock)
    before = hosts.ranges_fail(HOST)
    hosts.ranges_failed(HOST)
    found = []
    for later in (0, 3599, 1):
        clock.now += later
        found.append(hosts.ranges_fail(HOST))
    assert (before, found, hosts.ranges_fail(OTHER)) == (False, [True, True, False], False)


# Beyond the life of the process.


def test_notes_say_what_lasts_and_restoring_overrides_nothing_newer() -> None:
    clock = Clock()
    hosts = HostMemory(clock=clock, wall=lambda: 1000.0 + clock.now)
    hosts.learn("a:1", 8)
    hosts.refused("b:1", 8, clock.now)
    hosts.tag_differed("c:1")
    for _ in range(2):
        hosts.tag_differed("d:1")
    notes, now = hosts.notes(), 1000.0 + clock.now
    refused = HostNote("b:1", ceiling=4, refused_at=now, seen_at=now)
    assert notes == [HostNote("a:1", 8, seen_at=now), refused, HostNote("d:1", None, rotating=True, seen_at=now)]
    other = HostMemory()
    other.learn("a:1", 2)
    other.restore(notes)
    assert (other.useful("a:1"), other.tags_rotate("d:1"), other.useful("d:1")) == (2, True, None)
    assert [note.host for note in other.notes()] == ["b:1", "d:1", "a:1"]


@pytest.mark.parametrize("restored", [False, True])
def test_the_thousand_newest_hosts_are_kept(restored: bool) -> None:
    hosts = HostMemory()
    if restored:
        hosts.restore([HostNote(f"{number}:1", 2) for number in range(1500)])
    for number in range(1500):
        hosts.learn(f"{number}:1", 2)
    hosts.learn("500:1", 4)
    hosts.learn("new:1", 4)
    notes = hosts.notes()
    assert len(notes) == 1000
    assert [note.host for note in notes[-2:]] == ["500:1", "new:1"]
    assert hosts.useful("499:1") is None


@given(st.lists(st.tuples(st.sampled_from("abc"), st.booleans()), max_size=60), st.integers(1, 4))
def test_slots_are_counted_right_whatever_the_order(steps: list[tuple[str, bool]], most: int) -> None:
    hosts, held = HostMemory(most), list[Slot]()
    for host, take in steps:
        if take:
            slot = hosts.try_slot(host)
            assert (slot is None) == (sum(one.host == host for one in held) >= most)
            held += [slot] if slot else []
        elif held:
            held.pop(0).release()
    assert [hosts.in_use(host) for host in "abc"] == [sum(one.host == host for one in held) for host in "abc"]
