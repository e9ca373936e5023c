"""Watching from the window: what the dialog asks for, what rows, toasts and notifications say."""

import pytest
from headrace.states import DownloadState, Failure, FailureReason
from headrace.story import StoryEntry, StoryKind
from headrace.watches import DAY, HOUR, MINUTE, LookOutcome, Watch
from headrace_gui import words
from headrace_gui.action_table import Act
from headrace_gui.desktop.news import News
from headrace_gui.desktop.notes import finished_note
from headrace_gui.dialogs.watch_dialog import WatchDialog
from headrace_gui.failure_words import reason_words
from headrace_gui.main_window import MainWindow
from headrace_gui.version_toasts import VersionToasts
from PySide6.QtWidgets import QPushButton

from tests.support.fake_manager import FakeManager, make_snapshot

_S = DownloadState
NOON = 1_700_000_000.0


@pytest.fixture
def one(window: MainWindow, manager: FakeManager) -> str:
    """Return the id of a finished download that is chosen."""
    manager.put(make_snapshot("data.csv", id="one", state=_S.COMPLETED, total=9, received=9))
    window.table.choose(["one"])
    manager.calls.clear()
    return "one"


def opened(window: MainWindow) -> WatchDialog:
    window.actions_of[Act.WATCH].trigger()
    return window.findChildren(WatchDialog)[-1]


def press(dialog: WatchDialog, text: str) -> None:
    (button,) = [each for each in dialog.findChildren(QPushButton) if each.text().replace("&", "") == text]
    button.click()


def test_it_asks_how_often_and_how_many(window: MainWindow, manager: FakeManager, one: str) -> None:
    dialog = opened(window)
    assert (dialog.number.value(), dialog.unit.currentData(), dialog.keep.value()) == (1, DAY, 5)
    dialog.unit.setCurrentIndex(dialog.unit.findData(MINUTE))
    dialog.number.setValue(90)
    dialog.keep.setValue(0)
    assert dialog.keep.text() == "All"
    press(dialog, "Watch")
    assert manager.calls == [("watch", ([one], 90 * MINUTE, None))]
    assert not dialog.isVisible()


def test_it_shows_what_is_watched_and_has_it_looked_at_or_let_go(
    window: MainWindow, manager: FakeManager, one: str
) -> None:
    manager.change(one, watch=Watch(one, 6 * HOUR, 10, NOON + HOUR, NOON, versions=("b",), outcome=LookOutcome.SAME))
    dialog = opened(window)
    assert (dialog.number.value(), dialog.unit.currentData(), dialog.keep.value()) == (6, HOUR, 10)
    press(dialog, "Look now")
    press(opened(window), "Stop watching")
    assert manager.calls == [("look", [one]), ("stop_watching", [one])]
    assert manager.watching.of(one) is None


def test_an_interval_of_no_whole_minutes_is_shown_in_minutes(
    window: MainWindow, manager: FakeManager, one: str
) -> None:
    manager.change(one, watch=Watch(one, 90, None))
    dialog = opened(window)
    assert (dialog.number.value(), dialog.unit.currentData(), dialog.keep.value()) == (1, MINUTE, 0)


def test_no_interval_is_longer_than_a_watch_may_have(window: MainWindow, one: str) -> None:
    dialog = opened(window)
    for row in range(dialog.unit.count()):
        dialog.unit.setCurrentIndex(row)
        dialog.number.setValue(10**9)
        Watch("a", dialog.number.value() * dialog.unit.currentData())


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({}, "watched"),
        ({"looked_at": NOON, "outcome": LookOutcome.SAME}, "watched: no change, "),
        ({"looked_at": NOON, "outcome": LookOutcome.SAME_BYTES}, "watched: no change, "),
        ({"looked_at": NOON, "outcome": LookOutcome.NEW}, "watched: new version, "),
        (
            {"looked_at": NOON, "failure": Failure(FailureReason.GONE), "outcome": LookOutcome.FAILED},
            f"watched: {reason_words(FailureReason.GONE).what}",
        ),
        ({"looked_at": NOON, "coming": "b"}, "watched: a change, being fetched"),
    ],
)
def test_rows_say_what_the_last_look_found(facts: dict[str, object], said: str) -> None:
    snapshot = make_snapshot(state=_S.COMPLETED, watch=Watch("a", **facts))  # type: ignore[arg-type]
    assert words.status(snapshot, NOON).startswith(f"Finished, length checked · {said}")


def test_what_may_be_a_version_says_so() -> None:
    assert "changed version of a watched file" in words.status(make_snapshot(version_of="a"), NOON)


def test_a_version_is_news_once_it_is_one(window: MainWindow, manager: FakeManager) -> None:
    told: list[str] = []
    news = News(manager, [], manager)
    news.finished.connect(lambda found: told.extend(each.id for each in found))
    news.failed.connect(lambda found: told.extend(each.id for each in found))
    manager.put(*(make_snapshot(id=key, state=_S.DOWNLOADING, version_of="one") for key in ("new", "same", "bad")))
    manager.change_many({key: {"state": _S.COMPLETED} for key in ("new", "same")})
    manager.change("bad", state=_S.FAILED, failure=Failure(FailureReason.GONE))
    assert told == []
    manager.remove(["same"])
    manager.change("new", version_of=None, watch=Watch("new", changes=1))
    assert told == ["new"]
    found = manager.snapshot("new")
    assert found is not None
    assert finished_note([found]).title == "A new version has arrived"
    assert finished_note([make_snapshot(watch=Watch("a"))]).title == "Download finished"


def test_a_toast_tells_of_a_version(window: MainWindow, manager: FakeManager, one: str) -> None:
    toasts = VersionToasts(window, manager)  # type: ignore[arg-type]  # the fake has its face
    entry = StoryEntry.of(NOON, StoryKind.NEW_VERSION, "data.csv")
    manager.stories_grew.emit([(one, StoryEntry.of(NOON, StoryKind.PAUSED, 0)), ("gone", entry)])
    assert window.toasts.texts() == []
    manager.stories_grew.emit([(one, entry)])
    assert window.toasts.texts() == ["A new version of data.csv has arrived"]
    assert toasts.parent() is window
