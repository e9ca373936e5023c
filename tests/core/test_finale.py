"""What happens when all is done: never while something runs, once, and never after somebody stopped it."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest
from headrace.finale import COUNTDOWN, Deed, Finale, checked_deed
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

D = Deed


def counting(finale: Finale, now: float = 0.0) -> Finale:
    """Return it with work that came to its end at `now`."""
    finale.look(now, is_busy=True)
    finale.progress()
    finale.look(now, is_busy=False)
    return finale


def fired(finale: Finale, start: float, seconds: float) -> list[tuple[float, Deed]]:
    """Tick twice a second; return when which deed was due."""
    times = [start + step / 2 for step in range(int(seconds * 2) + 1)]
    return [(now, deed) for now in times if (deed := finale.tick(now)) is not None]


def test_the_deed_is_due_a_minute_after_the_last_download() -> None:
    finale = Finale()
    finale.choose(D.SLEEP)
    counting(finale, 100.0)
    assert finale.left == COUNTDOWN
    assert fired(finale, 100.0, 500) == [(160.0, D.SLEEP)]
    assert finale.deed is D.NOTHING, "it was for this time alone"


def test_what_is_set_happens_each_time() -> None:
    finale = Finale(D.LOG_OUT)
    assert fired(counting(finale), 0.0, 90) == [(60.0, D.LOG_OUT)]
    assert fired(counting(finale, 1000.0), 1000.0, 90) == [(1060.0, D.LOG_OUT)]


@pytest.mark.parametrize("once", [D.NOTHING, D.QUIT])
def test_a_choice_stands_before_the_setting_for_one_time(once: Deed) -> None:
    finale = Finale(D.SLEEP)
    finale.choose(once)
    assert [deed for _, deed in fired(counting(finale), 0.0, 90)] == [one for one in [once] if one is not D.NOTHING]
    assert [deed for _, deed in fired(counting(finale, 200.0), 200.0, 90)] == [D.SLEEP]


def test_nothing_happens_where_nothing_ran() -> None:
    finale = Finale(D.SHUT_DOWN)
    finale.look(0.0, is_busy=False)
    finale.choose(D.SHUT_DOWN)
    finale.look(1.0, is_busy=False)
    assert finale.left is None
    assert fired(finale, 0.0, 120) == []


def test_what_somebody_paused_is_not_done() -> None:
    finale = Finale(D.SHUT_DOWN)
    finale.look(0.0, is_busy=True)
    finale.progress()
    finale.interrupt()
    finale.look(1.0, is_busy=False)
    assert finale.left is None


def test_what_finishes_beside_a_paused_one_is() -> None:
    finale = Finale(D.SHUT_DOWN)
    finale.look(0.0, is_busy=True)
    finale.interrupt()
    finale.progress()
    finale.look(1.0, is_busy=False)
    assert finale.left == COUNTDOWN


def test_new_work_ends_the_countdown_and_the_deed_waits_for_it() -> None:
    finale = Finale()
    finale.choose(D.HIBERNATE)
    counting(finale)
    finale.look(30.0, is_busy=True)
    assert (finale.left, finale.deed) == (None, D.HIBERNATE)
    assert fired(finale, 30.0, 100) == []
    assert [deed for _, deed in fired(counting(finale, 200.0), 200.0, 100)] == [D.HIBERNATE]


def test_a_stop_is_for_this_time() -> None:
    finale = Finale(D.SLEEP)
    counting(finale)
    finale.stop()
    assert fired(finale, 0.0, 100) == []
    assert finale.deed is D.SLEEP
    assert [deed for _, deed in fired(counting(finale, 200.0), 200.0, 100)] == [D.SLEEP]


def test_another_deed_may_be_chosen_while_it_counts() -> None:
    finale = Finale(D.SHUT_DOWN)
    counting(finale)
    finale.choose(D.SLEEP)
    assert fired(finale, 0.0, 100) == [(60.0, D.SLEEP)]


@pytest.mark.parametrize("calm", [lambda one: one.choose(D.NOTHING), lambda one: one.follow(D.NOTHING)])
def test_nothing_chosen_while_it_counts_ends_it(calm: object) -> None:
    assert callable(calm)
    finale = counting(Finale(D.SHUT_DOWN))
    calm(finale)
    assert fired(finale, 0.0, 100) == []


def test_time_that_a_machine_slept_is_not_counted() -> None:
    finale = counting(Finale(D.SHUT_DOWN))
    assert finale.tick(1.0) is None
    assert finale.tick(7200.0) is None, "whoever wakes it has time to stop it"
    assert finale.left == COUNTDOWN - 3.0


def test_it_may_be_had_at_once() -> None:
    finale = counting(Finale(D.SHUT_DOWN))
    finale.hasten()
    assert finale.tick(0.5) is D.SHUT_DOWN
    finale.hasten()
    assert finale.tick(1.0) is None


def test_a_deed_that_there_is_not_is_named_with_those_there_are() -> None:
    assert checked_deed("shut-down") == "shut-down"
    with pytest.raises(ValueError, match="one of nothing, sleep, hibernate, shut-down, restart, log-out, quit"):
        checked_deed("explode")


@dataclass
class World:
    """Downloads as a person has them: by name, whether each runs or waits."""

    running: set[int] = field(default_factory=set)
    now: float = 0.0


class Evenings(RuleBasedStateMachine):
    """Whatever happens in whatever order."""

    def __init__(self) -> None:
        super().__init__()
        self.finale, self.world = Finale(), World()
        self.is_stopped = False
        """Whether somebody stopped it since anything ran."""
        self.has_ended_by_itself = False
        self.fired: list[Deed] = []
        self.counted = 0.0

    def _look(self) -> None:
        self.finale.look(self.world.now, is_busy=bool(self.world.running))

    @rule(which=st.integers(0, 3))
    def add(self, which: int) -> None:
        self.world.running.add(which)
        self.finale.progress()
        self.is_stopped, self.has_ended_by_itself = False, False
        self.fired.clear()
        self._look()
        assert self.finale.left is None

    @rule(which=st.integers(0, 3))
    def end(self, which: int) -> None:
        if which in self.world.running:
            self.world.running.discard(which)
            self.finale.progress()
            self.has_ended_by_itself, self.counted = not self.world.running, 0.0
            self._look()

    @rule(which=st.integers(0, 3))
    def pause(self, which: int) -> None:
        if which in self.world.running:
            self.world.running.discard(which)
            self.finale.interrupt()
            self._look()

    @rule(deed=st.sampled_from(Deed))
    def choose(self, deed: Deed) -> None:
        self.finale.choose(deed)

    @rule(deed=st.sampled_from(Deed))
    def set_always(self, deed: Deed) -> None:
        self.finale.follow(deed)

    @rule()
    def stop(self) -> None:
        self.finale.stop()
        self.is_stopped = not self.world.running

    @rule(seconds=st.sampled_from([0.0, 0.5, 1.0, 5.0, 61.0]), times=st.integers(1, 140))
    def tick(self, seconds: float, times: int) -> None:
        for _ in range(times):
            self.world.now += seconds
            self.counted += min(seconds, 2.0)
            expected = self.finale.deed
            deed = self.finale.tick(self.world.now)
            if deed is not None:
                self.fired.append(deed)
                assert deed is expected
                assert deed is not D.NOTHING
                assert not self.world.running, "something runs"
                assert self.has_ended_by_itself, "somebody paused it"
                assert not self.is_stopped, "somebody stopped it"
                assert self.counted >= COUNTDOWN, "there was no time to stop it"

    @invariant()
    def it_fires_once(self) -> None:
        assert len(self.fired) <= 1

    @precondition(lambda self: bool(self.world.running))
    @invariant()
    def nothing_is_counted_while_something_runs(self) -> None:
        assert self.finale.left is None


TestEvenings = Evenings.TestCase


@given(st.lists(st.floats(0.0, 1.0), max_size=200))
def test_however_it_ticks_a_minute_is_a_minute(steps: Sequence[float]) -> None:
    finale, now = counting(Finale(D.SLEEP)), 0.0
    for step in steps:
        now += step
        fired_now = finale.tick(now) is not None
        assert fired_now is (finale.left is None)
        if fired_now:
            assert now >= COUNTDOWN - 1e-6
            return
    assert now < COUNTDOWN + 1e-6
