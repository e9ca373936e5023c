"""What is done when all is done: the list followed, the time counted, the machine asked, the program ended before."""

from dataclasses import replace
from time import time
from typing import Any, cast

import pytest
from headrace.day import Circumstances, wall_clock
from headrace.finale import Deed
from headrace.manager import DownloadManager
from headrace.queue_options import QueueOptions
from headrace.states import DownloadState
from headrace.story import StoryEntry, StoryKind
from headrace_gui.desktop.all_done import AllDone, Farewell, Standing
from pytestqt.qtbot import QtBot

from tests.support.fake_manager import FakeManager, make_snapshot
from tests.support.made_up_deeds import MadeUpDeeds

_S, _K = DownloadState, StoryKind
_DATA: dict[StoryKind, tuple[Any, ...]] = {
    _K.STARTED: (1,),
    _K.FINISHED: (5, 1.0),
    _K.FAILED: (1, None, ""),
    _K.PAUSED: (0,),
    _K.REMOVED: (),
}


class Evening:
    """One download, one machine, and a clock that is moved by hand."""

    def __init__(self, manager: FakeManager, deeds: MadeUpDeeds) -> None:
        self.manager, self.deeds, self.farewell = manager, deeds, Farewell(lambda: deeds)
        self.now, self.quits, self.works = 0.0, 0, False
        self.told: list[Standing] = []
        self.refused: list[tuple[Deed, str]] = []
        manager.put(make_snapshot("a", id="a", state=_S.PAUSED))
        self.all_done = AllDone(
            cast(DownloadManager, manager),
            self.farewell,
            self._quit,
            clock=lambda: self.now,
        )
        self.all_done.wait_for(lambda: self.works)
        self.all_done.changed.connect(self.told.append)
        self.all_done.refused.connect(lambda deed, why: self.refused.append((deed, why)))

    def _quit(self) -> None:
        self.quits += 1

    def happens(self, kind: StoryKind, state: DownloadState, **changes: Any) -> None:
        """Have the download tell its story and change its state, as the engine does: in this order."""
        self.manager.stories_grew.emit([("a", StoryEntry.of(0.0, kind, *_DATA[kind]))])
        self.manager.change("a", state=state, **changes)

    def run(self) -> None:
        self.happens(_K.STARTED, _S.DOWNLOADING)

    def finish(self) -> None:
        self.happens(_K.FINISHED, _S.COMPLETED)

    def wait(self, seconds: float) -> None:
        """Let time go by."""
        for _ in range(round(seconds * 2)):
            self.now += 0.5
            self.all_done.tick()


@pytest.fixture
def evening(qtbot: QtBot, manager: FakeManager) -> Evening:
    return Evening(manager, MadeUpDeeds())


def test_a_minute_after_the_last_the_machine_sleeps(qtbot: QtBot, evening: Evening) -> None:
    evening.all_done.choose(Deed.SLEEP)
    evening.run()
    evening.wait(100)
    assert evening.deeds.done == []
    evening.finish()
    assert evening.all_done.standing == Standing(Deed.SLEEP, 60)
    assert evening.all_done.timer.isActive()
    evening.wait(59.5)
    assert evening.deeds.done == []
    evening.wait(0.5)
    qtbot.waitUntil(lambda: evening.deeds.done == [Deed.SLEEP])
    assert evening.quits == 0, "it goes on when the machine wakes"
    assert evening.all_done.standing == Standing(Deed.NOTHING, None)
    assert not evening.all_done.timer.isActive()


def test_before_the_machine_ends_the_program_does_in_order(qtbot: QtBot, evening: Evening) -> None:
    evening.all_done.choose(Deed.SHUT_DOWN)
    evening.run()
    evening.finish()
    evening.wait(60)
    qtbot.waitUntil(lambda: evening.quits == 1)
    assert evening.deeds.done == [], "only when everything is saved"
    evening.farewell.say()
    assert evening.deeds.done == [Deed.SHUT_DOWN]


def test_quitting_asks_no_system(evening: Evening) -> None:
    evening.all_done.choose(Deed.QUIT)
    evening.run()
    evening.finish()
    evening.wait(60)
    evening.farewell.say()
    assert (evening.quits, evening.deeds.done) == (1, [])


def test_what_cannot_be_done_ends_nothing(qtbot: QtBot, evening: Evening) -> None:
    evening.all_done.choose(Deed.HIBERNATE)
    evening.all_done.choose(Deed.RESTART)
    evening.run()
    evening.finish()
    evening.wait(60)
    qtbot.waitUntil(lambda: bool(evening.refused))
    assert evening.refused[0][0] is Deed.RESTART
    assert (evening.quits, evening.farewell.deed) == (0, Deed.NOTHING)


def test_a_refusal_is_told(qtbot: QtBot, manager: FakeManager) -> None:
    evening = Evening(manager, MadeUpDeeds(refuses="not tonight"))
    evening.all_done.choose(Deed.SLEEP)
    evening.run()
    evening.finish()
    evening.all_done.hasten()
    qtbot.waitUntil(lambda: evening.refused == [(Deed.SLEEP, "not tonight")])
    evening.farewell.deed = Deed.SHUT_DOWN
    evening.farewell.say()  # logged: there is nobody left to be told


@pytest.mark.parametrize(
    ("kind", "state"), [(_K.PAUSED, _S.PAUSED), (_K.REMOVED, _S.PAUSED)], ids=["paused", "removed"]
)
def test_what_somebody_stops_is_not_done(evening: Evening, kind: StoryKind, state: DownloadState) -> None:
    evening.all_done.choose(Deed.SLEEP)
    evening.run()
    evening.happens(kind, state)
    assert evening.all_done.standing == Standing(Deed.SLEEP, None)


def test_a_failure_is_an_end_as_well(evening: Evening) -> None:
    evening.all_done.choose(Deed.SLEEP)
    evening.run()
    evening.happens(_K.FAILED, _S.FAILED)
    assert evening.all_done.standing.left == 60


def test_one_that_came_and_went_between_two_looks_counts(evening: Evening) -> None:
    evening.all_done.choose(Deed.SLEEP)
    started, finished = (StoryEntry.of(0.0, kind, *_DATA[kind]) for kind in (_K.STARTED, _K.FINISHED))
    evening.manager.stories_grew.emit([("a", started), ("a", finished)])
    evening.manager.change("a", state=_S.COMPLETED)
    assert evening.all_done.standing.left == 60


@pytest.mark.parametrize(
    ("changes", "waited_for"),
    [
        ({"state": _S.QUEUED}, True),
        ({"state": _S.QUEUED, "queue": "night"}, False),
        ({"state": _S.RETRY_WAIT, "retry_at": 60.0}, True),
        ({"state": _S.RETRY_WAIT, "retry_at": 6 * 3600.0}, False),
        ({"state": _S.PAUSED}, False),
        ({"state": _S.FAILED}, False),
    ],
)
def test_what_is_waited_for(evening: Evening, changes: dict[str, Any], waited_for: bool) -> None:
    settings = replace(evening.manager.settings, queues=("night",), held_queues=("night",))
    evening.manager.apply_settings(settings)
    if "retry_at" in changes:
        changes = {**changes, "retry_at": time() + changes["retry_at"]}
    evening.manager.put(make_snapshot("b", id="b", **changes))
    evening.all_done.choose(Deed.SLEEP)
    evening.run()
    evening.finish()
    assert (evening.all_done.standing.left is None) is waited_for


@pytest.mark.parametrize(
    ("opens_in", "waited_for"),
    [(2, True), (20, True), (30, False)],
)
def test_a_queue_whose_hours_begin_within_a_day_is_waited_for(
    evening: Evening, opens_in: int, waited_for: bool
) -> None:
    """In hours, from the whole one now."""
    begin = wall_clock(time() + opens_in * 3600.0)
    hours = f"{begin:%a %H}:00-{begin:%H}:59"
    options = (QueueOptions("night", hours=hours),)
    evening.manager.apply_settings(replace(evening.manager.settings, queues=("night",), queue_options=options))
    evening.manager.put(make_snapshot("b", id="b", state=_S.QUEUED, queue="night"))
    evening.all_done.choose(Deed.SLEEP)
    evening.run()
    evening.finish()
    assert (evening.all_done.standing.left is None) is waited_for
    evening.manager.change("b", at_once=True)
    assert evening.all_done.standing.left is None, "what was started regardless of the hours is waited for"


@pytest.mark.parametrize(
    ("seconds", "waited_for"),
    [(600.0, True), (20 * 3600.0, False)],
)
def test_a_spent_budget_is_waited_for_if_it_is_whole_again_soon(
    evening: Evening, seconds: float, waited_for: bool
) -> None:
    evening.manager.circumstances = Circumstances(spent_until=time() + seconds)
    evening.manager.put(make_snapshot("b", id="b", state=_S.QUEUED))
    evening.all_done.choose(Deed.SLEEP)
    evening.run()
    evening.finish()
    assert (evening.all_done.standing.left is None) is waited_for


def test_a_network_that_is_metered_no_more_ends_the_countdown(evening: Evening) -> None:
    evening.manager.apply_settings(replace(evening.manager.settings, hold_metered=True))
    evening.manager.circumstances = Circumstances(metered=True)
    evening.manager.put(make_snapshot("b", id="b", state=_S.QUEUED))
    evening.all_done.choose(Deed.SLEEP)
    evening.run()
    evening.finish()
    assert evening.all_done.standing.left == 60
    evening.manager.circumstances = Circumstances()
    evening.manager.holds_changed.emit(evening.manager.holds)
    assert evening.all_done.standing.left is None


def test_other_work_is_waited_for(evening: Evening) -> None:
    evening.all_done.choose(Deed.SLEEP)
    evening.run()
    evening.works = True
    evening.finish()
    assert evening.all_done.standing.left is None
    evening.works = False
    evening.all_done.look()
    assert evening.all_done.standing.left == 60


def test_new_work_ends_the_countdown(evening: Evening) -> None:
    evening.all_done.choose(Deed.SLEEP)
    evening.run()
    evening.finish()
    evening.wait(30)
    evening.run()
    assert evening.all_done.standing == Standing(Deed.SLEEP, None)
    assert not evening.all_done.timer.isActive()


def test_work_that_comes_at_the_last_moment_is_done_first(evening: Evening) -> None:
    evening.all_done.choose(Deed.SHUT_DOWN)
    evening.run()
    evening.all_done._end(Deed.SHUT_DOWN)
    assert (evening.quits, evening.all_done.standing) == (0, Standing(Deed.SHUT_DOWN, None))


def test_it_can_be_stopped(evening: Evening) -> None:
    evening.all_done.choose(Deed.SHUT_DOWN)
    evening.run()
    evening.finish()
    evening.all_done.stop()
    evening.wait(100)
    assert (evening.quits, evening.all_done.standing) == (0, Standing(Deed.NOTHING, None))


def test_what_is_set_stands_for_ever(evening: Evening) -> None:
    evening.all_done.choose(Deed.SLEEP, always=True)
    assert evening.manager.settings.when_done == "sleep"
    evening.manager.apply_settings(replace(evening.manager.settings, when_done="quit"))
    evening.all_done.stop()
    assert evening.all_done.standing.deed is Deed.QUIT


def test_each_second_is_told_once(evening: Evening) -> None:
    evening.all_done.choose(Deed.SLEEP)
    evening.run()
    evening.finish()
    evening.told.clear()
    evening.wait(5)
    assert len(evening.told) in (5, 6)
    assert len({standing.left for standing in evening.told}) == len(evening.told)


def test_the_machine_is_asked_beside_the_window(evening: Evening) -> None:
    asked = evening.all_done.able().result(10)
    assert asked == {Deed.NOTHING, Deed.QUIT, Deed.SLEEP, Deed.SHUT_DOWN}
    assert evening.all_done.facts() == {"deed": "nothing", "seconds_left": None}
