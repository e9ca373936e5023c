"""Actions that are offered only where they mean something: allow what was refused, end a recording."""

from headrace.states import DownloadState, Failure, FailureReason
from headrace_gui.action_table import Act
from headrace_gui.main_window import MainWindow

from tests.support.fake_manager import FakeManager, make_snapshot


def test_what_was_refused_is_allowed_and_tried_again(window: MainWindow, manager: FakeManager) -> None:
    page = Failure(FailureReason.NOT_THE_FILE, "a web page")
    manager.put(make_snapshot("setup.exe", id="page", state=DownloadState.FAILED, failure=page))
    assert not window.actions_of[Act.ALLOW].isVisible()
    window.table.selectAll()
    assert window.actions_of[Act.ALLOW].isVisible()
    window.actions_of[Act.ALLOW].trigger()
    assert manager.calls[-1] == ("allow", ["page"])
    assert not window.actions_of[Act.ALLOW].isVisible()


def test_a_recording_is_ended_and_kept(window: MainWindow, manager: FakeManager) -> None:
    manager.put(make_snapshot("radio.mp3", id="radio", state=DownloadState.DOWNLOADING, is_recording=True))
    window.table.selectAll()
    assert window.actions_of[Act.END].isVisible()
    window.actions_of[Act.END].trigger()
    assert manager.calls[-1] == ("end", ["radio"])
    assert not window.actions_of[Act.END].isEnabled()
