"""Sorting by the rules: what would move is shown first, is moved, and is brought back."""

from dataclasses import replace
from pathlib import Path

import pytest
from headrace.rules import Rule
from headrace.states import DownloadState
from headrace_gui.action_table import Act
from headrace_gui.dialogs.sort_dialog import SortDialog
from headrace_gui.main_window import MainWindow
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from tests.support.fake_manager import FakeManager, make_snapshot

HERE, VIDEOS = Path("/home/ann/Downloads"), Path("/home/ann/Downloads/Videos")


@pytest.fixture
def manager(manager: FakeManager) -> FakeManager:
    settings = replace(manager.settings, download_folder=HERE, rules=(Rule(categories=("video",), folder="Videos"),))
    manager.apply_settings(settings)
    manager.put(
        make_snapshot("a.mkv", id="a", folder=HERE, state=DownloadState.COMPLETED),
        make_snapshot("b.mkv", id="b", folder=VIDEOS, state=DownloadState.PAUSED),
        make_snapshot("c.txt", id="c", folder=Path("/else"), state=DownloadState.PAUSED),
    )
    return manager


def opened(qtbot: QtBot, window: MainWindow, *ids: str) -> SortDialog:
    window.table.choose(ids)
    window.actions_of[Act.SORT].trigger()
    dialog = window.findChildren(SortDialog)[-1]
    qtbot.waitUntil(lambda: dialog._is_ready)
    return dialog


def confirm(dialog: SortDialog) -> None:
    dialog.findChild(QPushButton, "primary").click()  # type: ignore[union-attr]  # every small dialog has one


def test_what_moves_is_shown_moved_and_brought_back(qtbot: QtBot, window: MainWindow, manager: FakeManager) -> None:
    dialog = opened(qtbot, window, "a", "b", "c")
    assert dialog._lines.stringList() == ["a.mkv → Videos", f"c.txt → {HERE}"]
    confirm(dialog)
    assert manager.calls[-2:] == [("relocate", (["a"], VIDEOS)), ("relocate", (["c"], HERE))]
    assert "Moving 2 downloads" in window.toasts.texts()
    window.actions_of[Act.UNDO].trigger()
    assert manager.calls[-2:] == [("relocate", (["a"], HERE)), ("relocate", (["c"], Path("/else")))]


def test_what_is_where_it_should_be_does_not_move(qtbot: QtBot, window: MainWindow, manager: FakeManager) -> None:
    dialog = opened(qtbot, window, "b")
    assert dialog.problem() == "All of it is where the rules want it."
    assert not dialog.confirm()
    assert "relocate" not in dict(manager.calls)


def test_without_rules_it_says_so(qtbot: QtBot, window: MainWindow, manager: FakeManager) -> None:
    manager.apply_settings(replace(manager.settings, rules=()))
    assert opened(qtbot, window, "a").problem() == "There are no rules yet. Make some in the settings."


def test_of_very_many_some_are_shown(qtbot: QtBot, window: MainWindow, manager: FakeManager) -> None:
    manager.put(*(make_snapshot(f"{number}.mkv", id=f"n{number}", folder=HERE) for number in range(502)))
    dialog = opened(qtbot, window, *(f"n{number}" for number in range(502)))
    assert dialog._lines.rowCount() == 501
    assert dialog._lines.stringList()[-1] == "and 2 more"
