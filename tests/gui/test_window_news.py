"""What the engine tells, where it is shown: troubles in the bar, actions of the chosen, room on the disk."""

from pathlib import Path
from threading import Event

import pytest
from headrace.leaving_room import Yielding
from headrace.settings import Settings
from headrace.states import DownloadState, Failure, FailureReason
from headrace_gui import window_news
from headrace_gui.action_table import Act
from headrace_gui.desktop.free_space import FolderRoom
from headrace_gui.main_window import MainWindow
from PySide6.QtWidgets import QToolButton
from pytestqt.qtbot import QtBot

from tests.support.fake_manager import FakeManager, make_snapshot

_S, _R = DownloadState, FailureReason
PROFILE = "Headrace cannot save to its profile folder."


def close_message(window: MainWindow) -> None:
    button = window.message_bar.findChild(QToolButton)
    assert button is not None
    button.click()


@pytest.mark.parametrize(
    ("reason", "is_saving"),
    [
        (_R.DISK_FULL, True),
        (_R.NO_PERMISSION, True),
        (_R.DISK_ERROR, True),
        (_R.NOT_TRASHED, False),
        (_R.LIST_RESTORED, False),
        (_R.INTERNAL, False),
    ],
)
def test_the_profile_is_blamed_for_what_cannot_be_saved_alone(
    window: MainWindow, manager: FakeManager, reason: FailureReason, *, is_saving: bool
) -> None:
    manager.trouble.emit(Failure(reason, "what is known"))
    assert window.message_bar.text().startswith(PROFILE) is is_saving
    assert window.message_bar.text().endswith("(what is known)")


def test_messages_wait_for_one_another(window: MainWindow, manager: FakeManager) -> None:
    window.show_message("The settings were put aside.")
    manager.trouble.emit(Failure(_R.LIST_RESTORED, "the copy"))
    manager.trouble.emit(Failure(_R.NOT_TRASHED, "a.zip"))
    manager.trouble.emit(Failure(_R.NOT_TRASHED, "b.zip"))
    seen = []
    while not window.message_bar.isHidden():
        seen.append(window.message_bar.text())
        assert window.message_bar.accessibleName() == seen[-1]
        close_message(window)
    assert seen[0] == "The settings were put aside."
    assert [text.rpartition(" (")[2] for text in seen[1:]] == ["the copy)", "b.zip)"]
    window.show_message("again")
    assert (window.message_bar.text(), window.message_bar.isHidden()) == ("again", False)


def test_actions_follow_a_file_that_is_found_gone(window: MainWindow, manager: FakeManager) -> None:
    manager.put(make_snapshot("a.zip", id="a", state=_S.COMPLETED))
    window.table.choose(["a"])
    verify, again = window.actions_of[Act.VERIFY], window.actions_of[Act.FETCH_AGAIN]
    assert (verify.isEnabled(), again.isEnabled()) == (True, False)
    manager.change("a", is_missing=True)
    assert (verify.isEnabled(), again.isEnabled()) == (False, True)


def test_actions_follow_another_failure(window: MainWindow, manager: FakeManager) -> None:
    manager.put(make_snapshot("a.zip", id="a", state=_S.FAILED, failure=Failure(_R.STALLED)))
    window.table.choose(["a"])
    assert not window.actions_of[Act.ALLOW].isEnabled()
    manager.change("a", failure=Failure(_R.PRIVATE_REDIRECT))
    assert window.actions_of[Act.ALLOW].isEnabled()


def test_progress_alone_refreshes_no_action(qtbot: QtBot, window: MainWindow, manager: FakeManager) -> None:
    manager.put(make_snapshot("a.zip", id="a", state=_S.DOWNLOADING, total=100))
    window.table.choose(["a"])
    with qtbot.assertNotEmitted(window.news.choice_changed):
        manager.change("a", received=50, speed=7.0)


class Disks:
    """Answers at once, save for one folder that hangs until it is let go."""

    def __init__(self, hanging: Path) -> None:
        self.asked: list[Path] = []
        self.free = Event()
        self._hanging = hanging

    def room(self, folder: Path) -> FolderRoom:
        self.asked.append(folder)
        if folder == self._hanging:
            self.free.wait(20)
        return FolderRoom(10**9, exists=True)


def test_a_disk_that_hangs_is_asked_once_and_another_folder_at_once(
    qtbot: QtBot, window: MainWindow, manager: FakeManager, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[Path] = []
    monkeypatch.setattr(window.status, "show_room", lambda folder, _room: shown.append(folder))
    gone, here = Path("/gone"), Path("/here")
    disks = Disks(gone)
    monkeypatch.setattr(window_news, "folder_room", disks.room)
    manager.apply_settings(Settings(download_folder=gone))
    for _ in range(3):
        window.news.room_timer.timeout.emit()
    qtbot.waitUntil(lambda: gone in disks.asked)
    manager.apply_settings(Settings(download_folder=here))
    qtbot.waitUntil(lambda: here in shown)
    disks.free.set()
    window.news.ask_room()
    qtbot.waitUntil(lambda: shown.count(here) == 2)
    assert disks.asked == [gone, here, here]
    assert gone not in shown, "it is the room of another folder by now"


def test_the_status_bar_says_that_others_are_left_room_and_why(window: MainWindow, manager: FakeManager) -> None:
    label = window.status._limit
    manager.yields = Yielding(1_200_000, 0.022, 0.18)
    window.news.take_totals(manager.totals())
    assert label.text().replace("\N{NO-BREAK SPACE}", " ") == "Leaving room: 1.2 MB/s"
    assert "answers took 180 ms, and 22 ms when it was free" in label.toolTip()
    assert label.isVisible()
    window.resize(window.minimumSize())
    assert label.isVisible(), "it comes before the room on the disk"
    manager.yields = None
    window.news.take_totals(manager.totals())
    assert (label.text(), label.toolTip()) == ("No limit", "")
