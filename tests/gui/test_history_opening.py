"""The history opened from the window, and what the window keeps of private downloads."""

from pathlib import Path
from typing import cast

from headrace.manager import DownloadManager
from headrace_gui.action_table import Act
from headrace_gui.history.history_dialog import HistoryDialog
from headrace_gui.history_opening import HistoryOpening
from headrace_gui.icons import IconSet
from headrace_gui.main_window import MainWindow
from headrace_gui.preferences import PreferenceKeeper
from headrace_gui.theme import Theme
from headrace_gui.window_memory import WindowMemory
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from tests.support.fake_manager import FakeManager, make_snapshot
from tests.support.remembering import make_entry


def test_ctrl_h_opens_it_once_and_again_after_it_was_closed(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> None:
    manager, theme = FakeManager(), Theme(qapp)
    manager.history.put(make_entry())
    file = tmp_path / "window.ini"
    parts = (theme, IconSet(), WindowMemory(file), PreferenceKeeper(file))
    window = MainWindow(cast(DownloadManager, manager), *parts)
    qtbot.addWidget(window)
    opening = HistoryOpening(window, cast(DownloadManager, manager), theme, parts[1])
    window.show()
    action = window.actions_of[Act.HISTORY]
    assert [key.toString() for key in action.shortcuts()] == ["Ctrl+H"]
    action.trigger()
    (dialog,) = window.findChildren(HistoryDialog)
    action.trigger()
    assert window.findChildren(HistoryDialog) == [dialog]
    assert dialog.isVisible()
    dialog.close()
    qtbot.waitUntil(lambda: not isValid(dialog))
    opening.open()
    assert len(window.findChildren(HistoryDialog)) == 1


def test_lists_that_are_exported_hold_nothing_private(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> None:
    manager, file = FakeManager(), tmp_path / "window.ini"
    parts = (Theme(qapp), IconSet(), WindowMemory(file), PreferenceKeeper(file))
    window = MainWindow(cast(DownloadManager, manager), *parts)
    qtbot.addWidget(window)
    manager.put(make_snapshot("open.iso"), make_snapshot("secret.iso", is_private=True))
    target = tmp_path / "list.txt"
    window.files.export(target, "text")
    qtbot.waitUntil(lambda: target.exists() and "open.iso" in target.read_text(encoding="utf-8"))
    assert "secret" not in target.read_text(encoding="utf-8")
    assert window.model.status_text(manager.snapshots()[1]).startswith("Private")
    qtbot.waitUntil(lambda: any("list.txt" in text for text in window.toasts.texts()))
