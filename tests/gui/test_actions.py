"""Actions: what can be done with which downloads, keys without clashes, menus without strays."""

from collections import Counter
from dataclasses import replace

import pytest
from headrace.states import DownloadState, Failure, FailureReason
from headrace_gui.action_table import CONTEXT_MENU, ENTRIES, MENU_BAR, OVERFLOW_MENU, Act
from headrace_gui.actions import allowable, endable, pausable, possible, resumable
from PySide6.QtGui import QKeySequence

from tests.support.fake_manager import make_snapshot

_S = DownloadState
ALWAYS = {Act.REMOVE, Act.TRASH, Act.DELETE, Act.SHOW, Act.COPY, Act.PROPERTIES, Act.RELOCATE, Act.SORT, Act.WATCH}
LINE = {Act.MOVE_UP, Act.MOVE_DOWN, Act.TOP, Act.BOTTOM, Act.COOKIES}
ONE = ALWAYS | {Act.RENAME, Act.HOST_RULES}


@pytest.mark.parametrize(
    ("states", "acts"),
    [
        ([], set()),
        ([_S.QUEUED], ONE | LINE | {Act.READDRESS, Act.START_NOW} | {Act.PAUSE, Act.TOGGLE}),
        ([_S.CONNECTING], ONE | LINE | {Act.PAUSE, Act.TOGGLE}),
        ([_S.DOWNLOADING], ONE | LINE | {Act.PAUSE, Act.TOGGLE}),
        ([_S.FINISHING], ONE | LINE | {Act.PAUSE, Act.TOGGLE}),
        ([_S.RETRY_WAIT], ONE | LINE | {Act.READDRESS, Act.START_NOW} | {Act.PAUSE, Act.RESUME, Act.TOGGLE}),
        ([_S.PAUSED], ONE | LINE | {Act.READDRESS, Act.START_NOW} | {Act.RESUME, Act.TOGGLE}),
        ([_S.FAILED], ONE | LINE | {Act.READDRESS} | {Act.RESUME, Act.TOGGLE}),
        ([_S.COMPLETED], ONE | {Act.OPEN, Act.VERIFY}),
        ([_S.COMPLETED, _S.PAUSED], ALWAYS | LINE | {Act.START_NOW, Act.RESUME, Act.TOGGLE, Act.VERIFY}),
    ],
)
def test_possible(states: list[DownloadState], acts: set[Act]) -> None:
    assert possible([make_snapshot(state=state) for state in states]) == acts


def test_what_is_being_verified_can_be_paused() -> None:
    done = make_snapshot(state=DownloadState.COMPLETED)
    verifying = replace(done, is_verifying=True)
    assert Act.PAUSE not in possible([done])
    assert {Act.PAUSE, Act.TOGGLE} <= possible([done, verifying])
    assert pausable([done, verifying]) == [verifying.id]


def test_pausable_and_resumable_pick_by_state() -> None:
    snapshots = [make_snapshot(id=state.name, state=state) for state in DownloadState]
    assert pausable(snapshots) == ["QUEUED", "CONNECTING", "DOWNLOADING", "RETRY_WAIT", "FINISHING"]
    assert resumable(snapshots) == ["RETRY_WAIT", "PAUSED", "FAILED"]


def test_what_a_person_may_allow_is_offered_where_it_failed() -> None:
    refused = make_snapshot(id="a", state=_S.FAILED, failure=Failure(FailureReason.NOT_THE_FILE))
    gone = make_snapshot(id="b", state=_S.FAILED, failure=Failure(FailureReason.NOT_FOUND))
    waiting = make_snapshot(id="c", state=_S.RETRY_WAIT, failure=Failure(FailureReason.NOT_THE_FILE))
    assert allowable([refused, gone, waiting]) == ["a"]
    assert Act.ALLOW in possible([refused])
    assert Act.ALLOW not in possible([gone])


def test_a_recording_can_be_ended_until_it_is_done() -> None:
    running = make_snapshot(id="a", state=_S.DOWNLOADING, is_recording=True)
    done = make_snapshot(id="b", state=_S.COMPLETED, is_recording=True)
    assert endable([running, done, make_snapshot(state=_S.DOWNLOADING)]) == ["a"]
    assert Act.END in possible([running])
    assert Act.END not in possible([done])


def test_a_recording_cannot_be_watched() -> None:
    recording = make_snapshot(id="a", state=_S.DOWNLOADING, is_recording=True)
    assert Act.WATCH not in possible([recording, make_snapshot()])
    assert Act.WATCH in possible([make_snapshot(), make_snapshot(state=_S.COMPLETED)])


def test_no_key_has_two_meanings() -> None:
    keys = Counter(QKeySequence(key).toString() for entry in ENTRIES.values() for key in entry.keys)
    assert [key for key, times in keys.items() if times > 1] == []


def test_menus_hold_known_actions_and_the_menu_bar_nearly_all() -> None:
    in_bar = {act for acts in MENU_BAR.values() for act in acts if act}
    assert set(ENTRIES) == set(Act)
    assert set(Act) - in_bar == {Act.TOGGLE}
    assert {act for act in (*CONTEXT_MENU, *OVERFLOW_MENU) if act} <= in_bar
