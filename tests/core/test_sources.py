"""The addresses of one download: which is picked, which rests, which is left."""

from threading import Barrier, Thread

import pytest
from headrace.transfer.retry import BACKOFF_FIRST, BACKOFF_LIMIT, PROGRESS_RESETS_BUDGET
from headrace.transfer.sources import DIFFERS, FAILURES_LIMIT, SOURCE_LIMIT, Source, Sources
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

MIB = 1 << 20
ONE, TWO, THREE, FOUR = (f"http://{name}.test/f" for name in ("one", "two", "three", "four"))


def picked(sources: Sources, now: float = 0.0) -> Source:
    source = sources.pick(now)
    assert source is not None
    return source


def begun(sources: Sources, now: float = 0.0) -> Source:
    source = picked(sources, now)
    sources.begin(source)
    return source


def measured(sources: Sources, **speeds: int) -> None:
    """Prove and measure sources by the first part of their hosts, in bytes per second."""
    for source in sources.all:
        name = source.address.split("/")[2].removesuffix(".test")
        if name in speeds:
            sources.prove(source)
            sources.begin(source)
            sources.end(source, speeds[name], 1.0)


def test_the_primary_is_first_and_then_each_mirror_in_turn() -> None:
    sources = Sources(ONE, [TWO, THREE])
    first = begun(sources)
    sources.prove(first)
    assert [first.address, *(begun(sources).address for _ in range(2))] == [ONE, TWO, THREE]


def test_while_none_is_proven_the_first_that_has_not_failed_says_what_the_file_is() -> None:
    sources = Sources(ONE, [TWO, THREE])
    measured(sources, one=500, two=9000)
    sources.forget_proofs()
    assert [begun(sources).address for _ in range(3)] == [ONE, ONE, ONE]
    sources.fail(sources.primary, 10.0, fatal=False)
    assert sources.pick(10.0) is sources.all[1]
    sources.fail(sources.all[1], 10.0, fatal=False)
    assert sources.pick(10.0) is sources.all[2]


def test_a_proven_primary_keeps_half_of_the_connections_while_mirrors_are_tried() -> None:
    sources = Sources(ONE, [TWO, THREE, FOUR, "http://five.test/f"])
    sources.prove(begun(sources))
    assert [begun(sources).address for _ in range(5)] == [TWO, THREE, ONE, FOUR, ONE]


def test_every_mirror_is_measured_before_any_is_chosen_for_its_speed() -> None:
    sources = Sources(ONE, [TWO, THREE, FOUR])
    sources.prove(sources.primary)
    seen = []
    for _ in range(4):
        sources.begin(sources.primary)
        source = begun(sources)
        seen.append(source.address)
        sources.end(source, MIB, 1.0)
        sources.prove(source)
    assert seen[:3] == [TWO, THREE, FOUR]


def test_the_next_connection_goes_where_it_promises_most() -> None:
    sources = Sources(ONE, [TWO, THREE])
    measured(sources, one=4 * MIB, two=9 * MIB, three=2 * MIB)
    # 9, then 9/2 against 4, then 4 against 9/3, then 3 against 4/2, then 9/4 against 2
    assert [begun(sources).address for _ in range(5)] == [TWO, TWO, ONE, TWO, TWO]


def test_a_proven_address_goes_before_a_faster_one_that_is_not() -> None:
    sources = Sources(ONE, [TWO])
    measured(sources, one=MIB)
    sources.begin(sources.all[1])
    sources.end(sources.all[1], 100 * MIB, 1.0)
    assert begun(sources).address == ONE
    sources.prove(sources.all[1])
    assert begun(sources).address == TWO


def test_a_speed_is_that_of_all_connections_and_follows_changes() -> None:
    assert Sources(ONE).primary.speed is None
    sources = Sources(ONE)
    source = sources.primary
    sources.begin(source)
    sources.begin(source)
    sources.measure(source, MIB, 1.0)
    assert source.speed == 2 * MIB
    for _ in range(20):
        sources.measure(source, 4 * MIB, 1.0)
    assert source.speed == pytest.approx(8 * MIB, rel=0.01)


def test_a_connection_that_brought_nothing_measures_nothing() -> None:
    sources = Sources(ONE, [TWO, THREE])
    sources.prove(begun(sources))
    for _ in range(2):
        source = begun(sources)
        sources.end(source, 0, 5.0)
        assert source.speed is None
    assert [source.tries for source in sources.all] == [1, 1, 1]


def test_a_failure_is_a_pause_that_doubles_up_to_a_limit() -> None:
    sources, now, pauses = Sources(ONE), 1000.0, []
    for _ in range(9):
        sources.fail(sources.primary, now, fatal=False)
        pause = sources.wait(now)
        assert pause is not None
        pauses.append(pause)
        assert (sources.pick(now), sources.usable(now)) == (None, 0)
        now += pause
        assert sources.pick(now) is sources.primary
    assert pauses == [min(BACKOFF_LIMIT, BACKOFF_FIRST * 2.0**power) for power in range(9)]


def test_connections_that_fail_together_are_one_failure() -> None:
    sources = Sources(ONE, [TWO])
    measured(sources, one=MIB, two=MIB)
    for delay in range(8):
        sources.fail(sources.all[1], 100.0 + delay / 10, fatal=False)
    assert (sources.all[1].failures, sources.all[1].dropped) == (1, None)


def test_real_progress_forgives_earlier_failures() -> None:
    sources = Sources(ONE)
    sources.fail(sources.primary, 0.0, fatal=False)
    sources.begin(sources.primary)
    sources.end(sources.primary, PROGRESS_RESETS_BUDGET - 1, 1.0)
    assert sources.primary.failures == 1
    sources.begin(sources.primary)
    sources.end(sources.primary, PROGRESS_RESETS_BUDGET, 1.0)
    assert sources.primary.failures == 0


def failing(sources: Sources, source: Source, times: int) -> None:
    for number in range(times):
        sources.fail(source, number * 2 * BACKOFF_LIMIT, fatal=False)


def test_a_mirror_that_fails_again_and_again_is_dropped_while_another_works() -> None:
    sources = Sources(ONE, [TWO])
    measured(sources, one=MIB)
    failing(sources, sources.all[1], FAILURES_LIMIT - 1)
    assert not sources.only_one
    sources.fail(sources.all[1], 1e6, fatal=False)
    assert sources.all[1].dropped == f"it failed {FAILURES_LIMIT} times"
    assert sources.only_one


def test_nothing_is_dropped_while_nothing_works() -> None:
    sources = Sources(ONE, [TWO])
    for source in sources.all:
        failing(sources, source, 50)
    assert [source.dropped for source in sources.all] == [None, None]


def test_the_primary_is_never_dropped_for_temporary_failures() -> None:
    sources = Sources(ONE, [TWO])
    measured(sources, two=MIB)
    failing(sources, sources.primary, 50)
    assert sources.primary.dropped is None


@pytest.mark.parametrize("index", [0, 1])
def test_a_fatal_failure_drops_at_once(index: int) -> None:
    sources = Sources(ONE, [TWO])
    source = sources.all[index]
    sources.fail(source, 0.0, fatal=True)
    assert source.dropped == "it cannot be used"
    assert picked(sources).address == [TWO, ONE][index]


def test_what_is_dropped_stays_so_with_its_first_reason() -> None:
    sources = Sources(ONE, [TWO])
    sources.drop(sources.all[1], "another file")
    sources.drop(sources.all[1], "later")
    sources.fail(sources.all[1], 0.0, fatal=True)
    sources.add([TWO])
    assert [source.dropped for source in sources.all] == [None, "another file"]


def test_when_all_are_dropped_there_is_nothing_to_wait_for() -> None:
    sources = Sources(ONE)
    sources.drop(sources.primary, "x")
    assert (sources.pick(0.0), sources.wait(0.0), sources.usable(0.0), sources.only_one) == (None, None, 0, True)


def test_addresses_found_later_are_tried_and_known_ones_are_not_taken_twice() -> None:
    sources = Sources(ONE, [ONE, TWO, TWO])
    sources.all[1].resolved = THREE
    sources.add([TWO, THREE, FOUR, FOUR])
    assert [source.address for source in sources.all] == [ONE, TWO, FOUR]
    assert not sources.only_one
    measured(sources, one=MIB, two=MIB)
    assert begun(sources).address == FOUR


def test_there_is_a_limit_to_addresses() -> None:
    sources = Sources(ONE, (f"http://h.test/{number}" for number in range(SOURCE_LIMIT + 5)))
    assert len(sources.all) == SOURCE_LIMIT


def test_secrets_are_not_in_the_repr() -> None:
    sources = Sources("http://u:s3cret@h.test/f")
    sources.primary.resolved = "http://h.test/f?token=s3cret"
    assert "s3cret" not in repr(sources.primary)


def test_threads_do_not_lose_connections() -> None:
    sources, start = Sources(ONE, [TWO]), Barrier(4)

    def work() -> None:
        start.wait()
        for _ in range(500):
            source = begun(sources)
            sources.add([f"http://h.test/{source.tries % 20}"])
            sources.end(source, MIB, 0.1)

    threads = [Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(source.active for source in sources.all) == 0
    assert sum(source.tries for source in sources.all) == 2000
    assert len({source.address for source in sources.all}) == len(sources.all)


@given(st.lists(st.integers(1, 100), min_size=1, max_size=6), st.integers(1, 40))
def test_connections_spread_so_that_none_would_gain_by_moving(speeds: list[int], connections: int) -> None:
    addresses = [f"http://h{number}.test/f" for number in range(len(speeds))]
    sources = Sources(addresses[0], addresses[1:])
    measured(sources, **{f"h{number}": speed * MIB for number, speed in enumerate(speeds)})
    for _ in range(connections):
        begun(sources)
    shares = [(source.speed or 0.0, source.active) for source in sources.all]
    assert sum(active for _, active in shares) == connections
    best_elsewhere = max(speed / (active + 1) for speed, active in shares)
    assert all(speed / active >= best_elsewhere for speed, active in shares if active)


class SourcesMachine(RuleBasedStateMachine):
    """Anything that may happen to sources, in any order; the promises hold after each step."""

    @initialize(mirrors=st.lists(st.sampled_from([TWO, THREE, FOUR]), max_size=4))
    def create(self, mirrors: list[str]) -> None:
        self.sources = Sources(ONE, mirrors)
        self.now = 0.0
        self.running: list[Source] = []
        self.dropped: dict[int, str] = {}
        self.fatal: set[int] = set()

    @rule(seconds=st.floats(0.0, 100.0))
    def let_time_pass(self, seconds: float) -> None:
        self.now += seconds

    @rule()
    def connect(self) -> None:
        source = self.sources.pick(self.now)
        assert (source is None) == (self.sources.usable(self.now) == 0)
        assert (source is not None) == (self.sources.wait(self.now) == 0.0)
        if source is not None:
            assert source.dropped is None
            assert source.paused_until <= self.now
            self.sources.begin(source)
            self.running.append(source)

    @precondition(lambda self: self.running)
    @rule(data=st.data(), count=st.integers(0, 4 * MIB), seconds=st.floats(0.0, 30.0))
    def disconnect(self, data: st.DataObject, count: int, seconds: float) -> None:
        self.sources.end(self._taken(data), count, seconds)

    @precondition(lambda self: self.running)
    @rule(data=st.data(), count=st.integers(0, 4 * MIB), fatal=st.booleans())
    def break_off(self, data: st.DataObject, count: int, fatal: bool) -> None:
        source = self._taken(data)
        self.sources.end(source, count, 1.0)
        self.sources.fail(source, self.now, fatal=fatal)
        if fatal:
            self.fatal.add(id(source))
        assert fatal or source.dropped or self.now < source.paused_until <= self.now + BACKOFF_LIMIT

    @precondition(lambda self: self.running)
    @rule(data=st.data())
    def prove(self, data: st.DataObject) -> None:
        self.sources.prove(data.draw(st.sampled_from(self.running)))

    @rule(data=st.data())
    def drop(self, data: st.DataObject) -> None:
        source = data.draw(st.sampled_from(self.sources.all[1:] or self.sources.all))
        self.sources.drop(source, "another file")
        self.fatal.add(id(source))

    @rule(mirrors=st.lists(st.sampled_from([ONE, TWO, THREE, FOUR]), max_size=4))
    def find_mirrors(self, mirrors: list[str]) -> None:
        before = self.sources.all
        self.sources.add(mirrors)
        assert self.sources.all[: len(before)] == before

    def _taken(self, data: st.DataObject) -> Source:
        return self.running.pop(data.draw(st.integers(0, len(self.running) - 1)))

    @invariant()
    def counts_are_right(self) -> None:
        for source in self.sources.all:
            assert source.active == sum(one is source for one in self.running)
            assert source.speed is None or source.speed > 0.0

    @invariant()
    def addresses_are_there_once_and_the_primary_is_first(self) -> None:
        addresses = [source.address for source in self.sources.all]
        assert addresses[0] == ONE
        assert len(set(addresses)) == len(addresses)

    @invariant()
    def what_is_dropped_stays_so_and_the_primary_only_for_good_reason(self) -> None:
        for source in self.sources.all:
            if id(source) in self.dropped:
                assert source.dropped == self.dropped[id(source)]
            if source.dropped is not None:
                self.dropped[id(source)] = source.dropped
        primary = self.sources.primary
        assert primary.dropped is None or id(primary) in self.fatal
        assert any(source.dropped is not None for source in self.sources.all) == bool(self.dropped)

    @invariant()
    def temporary_failures_never_take_the_last_address(self) -> None:
        if len(self.fatal) < len(self.sources.all):
            assert any(source.dropped is None for source in self.sources.all)
            assert self.sources.wait(self.now) is not None


TestSourcesMachine = SourcesMachine.TestCase


def test_without_a_liar_those_that_only_differed_from_it_have_another_chance() -> None:
    sources = Sources(ONE, [TWO, THREE])
    liar, honest, failed = sources.all
    sources.drop(honest, DIFFERS)
    sources.drop(failed, "it failed 5 times")
    assert (sources.another(liar), sources.another(honest)) == (False, True)
    assert sources.begin_without(liar)
    assert [source.dropped is None for source in sources.all] == [False, True, False]
    assert picked(sources) is honest
    assert not sources.begin_without(honest)
    assert sources.wait(0.0) is None
