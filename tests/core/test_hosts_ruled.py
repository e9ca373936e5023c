"""The memory of hosts: rules over their connections, and what is kept, shown and forgotten."""

from functools import partial

from headrace.host_rules import HostRule
from headrace.net.interrupt import Interrupt
from headrace.transfer.hosts import HostMemory, Slot
from hypothesis import given
from hypothesis import strategies as st

from tests.core.test_hosts import HOST, OTHER, Clock, in_thread
from tests.support.processes import wait_until

# By rules.


def test_a_rule_says_how_many_connections_all_its_hosts_have_together() -> None:
    hosts = HostMemory(2)
    hosts.follow([HostRule("*.example.org", connections=3)])
    held = [hosts.try_slot(f"{name}.example.org") for name in "abc"]
    assert None not in held
    assert [hosts.try_slot("a.example.org"), hosts.try_slot("d.example.org:8080")] == [None, None]
    assert (hosts.in_use("a.example.org"), hosts.in_use("else.example")) == (3, 0)
    other = [hosts.try_slot("else.example") for _ in range(3)]
    assert [slot is None for slot in other] == [False, False, True]
    for slot in (*held, *other):
        if slot is not None:
            slot.release()
    assert [hosts.in_use(host) for host in ("b.example.org", "else.example")] == [0, 0]


def test_a_rule_that_allows_more_lets_waiters_in_and_one_that_allows_fewer_tells_as_many_to_go() -> None:
    hosts, got = HostMemory(16), list[Slot]()
    hosts.follow([HostRule(HOST, connections=1)])
    held = hosts.slot(HOST, Interrupt())
    threads = [in_thread(lambda: got.append(hosts.slot(HOST, Interrupt()))) for _ in range(3)]
    wait_until(lambda: hosts.waiting(HOST) == 3, "all wait")
    assert not hosts.gives_way(held)
    hosts.follow([HostRule(HOST, connections=4)])
    for thread in threads:
        thread.join(5)
    assert hosts.in_use(HOST) == 4
    hosts.follow([HostRule(HOST, connections=2)])
    told = [slot for slot in (held, *got) if hosts.gives_way(slot)]
    assert len(told) == 2
    assert not any(hosts.gives_way(slot) for slot in (held, *got))
    for slot in told:
        slot.release()
    assert (hosts.in_use(HOST), hosts.try_slot(HOST)) == (2, None)
    hosts.follow([])
    assert hosts.try_slot(HOST) is not None


def test_who_waits_keeps_its_place_when_rules_change() -> None:
    hosts, order = HostMemory(1), list[str]()
    held = [hosts.slot(host, Interrupt()) for host in ("a.example", "b.a.example")]

    def wait(host: str) -> None:
        slot = hosts.slot(host, Interrupt())
        order.append(host)
        slot.release()

    threads = []
    for number, host in enumerate(("b.a.example", "a.example")):
        threads.append(in_thread(partial(wait, host)))
        wait_until(lambda host=host: hosts.waiting(host) == 1, f"{number} waits")  # type: ignore[misc]
    hosts.follow([HostRule("*.a.example", connections=1)])
    assert (hosts.waiting("a.example"), hosts.in_use("b.a.example"), order) == (2, 2, [])
    for slot in held:
        slot.release()
    for thread in threads:
        thread.join(5)
    assert order == ["b.a.example", "a.example"]
    assert hosts.in_use("a.example") == 0


STEPS = st.sampled_from(["a.x", "b.x", "c", "release", "more", "fewer", "none"])


@given(st.lists(STEPS, max_size=60))
def test_no_rule_loses_count_of_connections(steps: list[str]) -> None:
    hosts, held = HostMemory(3), list[Slot]()
    rules = {"more": [HostRule("*.x", connections=5)], "fewer": [HostRule("*.x", connections=1)], "none": []}
    for step in steps:
        if step in rules:
            hosts.follow(rules[step])
        elif step == "release" and held:
            held.pop(0).release()
        elif step != "release":
            slot = hosts.try_slot(step)
            held += [slot] if slot else []
    hosts.follow([])
    assert [hosts.in_use(host) for host in ("a.x", "b.x", "c")] == [
        sum(slot.host == host for slot in held) for host in ("a.x", "b.x", "c")
    ]


# To be shown, kept, and forgotten.


def test_all_that_was_found_out_outlives_the_process() -> None:
    clock = Clock()
    hosts = HostMemory(clock=clock, wall=lambda: 5000.0 + clock.now)
    hosts.learn(HOST, 6)
    hosts.refused(HOST, 8, clock.now)
    hosts.told_to_wait(HOST, 120.0)
    hosts.told_to_wait(OTHER, None)
    hosts.ranges_failed(HOST)
    (note,) = hosts.news()
    assert (note.retry_until, note.ceiling_now(6599.0), note.ceiling_now(6600.0)) == (6120.0, 4, None)
    assert (note.ranges_fail_now(9599.0), note.ranges_fail_now(9600.0)) == (True, False)
    later = Clock()
    later.now = 7.0  # another process counts from elsewhere
    other = HostMemory(clock=later, wall=lambda: 6300.0 + later.now - 7.0)
    other.restore([note])
    assert other.notes() == [note]
    assert (other.ceiling(HOST, later.now), other.ranges_fail(HOST), other.useful(HOST)) == (4, True, 6)
    later.now += 300
    assert (other.ceiling(HOST, later.now), other.ranges_fail(HOST)) == (None, True)


def test_what_is_forgotten_is_known_no_more() -> None:
    hosts = HostMemory()
    for host in (HOST, OTHER, "third"):
        hosts.learn(host, 3)
    assert hosts.forget([HOST, "never seen"]) == [HOST]
    assert (hosts.useful(HOST), [note.host for note in hosts.news()]) == (None, [OTHER, "third"])
    assert hosts.forget() == [OTHER, "third"]
    assert (hosts.notes(), hosts.news()) == ([], [])


def test_a_host_that_is_asked_again_was_seen() -> None:
    clock = Clock()
    hosts = HostMemory(clock=clock, wall=clock)
    hosts.asked(HOST)
    assert hosts.notes() == []
    hosts.learn(HOST, 3)
    hosts.news()
    for later, news in ((1.0, 0), (60.0, 1)):
        clock.now += later
        hosts.asked(HOST)
        assert len(hosts.news()) == news
    assert hosts.notes()[0].seen_at == clock.now
