"""Rules in a real window over a real engine and a real server: written, previewed, obeyed, applied to what is there."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from headrace.manager import DownloadManager
from headrace.probing import Prober
from headrace.profile import Profile
from headrace.settings import Settings
from headrace.states import DownloadState
from headrace_gui.action_table import Act
from headrace_gui.dialogs.settings_dialog import Computer, SettingsDialog
from headrace_gui.dialogs.sort_dialog import SortDialog
from headrace_gui.icons import IconSet
from headrace_gui.main_window import MainWindow
from headrace_gui.preferences import PreferenceKeeper
from headrace_gui.settings_pages.entry import Page
from headrace_gui.settings_pages.rules_field import RulesField
from headrace_gui.theme import Theme
from headrace_gui.window_memory import WindowMemory
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from tests.support import seeded
from tests.support.add_stage import dialog_behind
from tests.support.faulty_server import FaultyServer
from tests.support.replies import Resource
from tests.support.settings_stage import click, write

SIZE = 300_001


@pytest.fixture
def manager(qtbot: QtBot, profile: Profile, tmp_path: Path) -> Iterator[DownloadManager]:
    manager = DownloadManager(profile, Settings(tmp_path / "target"))
    qtbot.waitUntil(lambda: manager.is_loaded)
    yield manager
    assert manager.shut_down()


@pytest.fixture
def window(qtbot: QtBot, manager: DownloadManager, theme: Theme, tmp_path: Path) -> MainWindow:
    file = tmp_path / "window.ini"
    habits = WindowMemory(file), PreferenceKeeper(file)
    window = MainWindow(manager, theme, IconSet(), *habits, asker=lambda: Prober(manager.settings, manager.net_context))
    qtbot.addWidget(window)
    with qtbot.waitExposed(window):
        window.show()
    return window


def write_rule(qtbot: QtBot, window: MainWindow, manager: DownloadManager, theme: Theme) -> None:
    """Make one in the settings, as a person does."""
    computer = Computer(manager._profile, None, window.background)
    dialog = SettingsDialog(manager, PreferenceKeeper(computer.profile.window), theme, IconSet(), computer)
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.show_page(Page.RULES)
    (field,) = dialog.pages.findChildren(RulesField)
    click(field.add_button)
    editor = field.lines[0].editor
    assert editor is not None
    click(next(button for kind, button in editor.kinds.items() if kind.value == "video"))
    write(editor.edits["folder"], "Videos/{host}")
    write(editor.edits["name"], "x-{name}")
    editor.settle()
    write(field.test, "https://h.example/a.mkv")
    qtbot.waitUntil(lambda: "x-a.mkv (Rule 1)" in field.result.text())
    dialog.close()


def test_a_rule_from_its_page_to_the_file(
    qtbot: QtBot, window: MainWindow, manager: DownloadManager, theme: Theme, plain_server: FaultyServer, tmp_path: Path
) -> None:
    videos = tmp_path / "target" / "Videos" / "127.0.0.1"
    before = plain_server.file(SIZE, "/before.mkv", 2)
    window.adding.add_at_once([before])
    qtbot.waitUntil(lambda: [one.state for one in manager.snapshots()] == [DownloadState.COMPLETED], timeout=20_000)
    write_rule(qtbot, window, manager, theme)

    address = plain_server.add(Resource("/get", size=SIZE, disposition='attachment; filename="film.mkv"'))
    dialog = dialog_behind(window.adding.open([address]))
    qtbot.waitUntil(lambda: dialog._model.shown_folder(dialog._model.candidate(0)) != "", timeout=20_000)
    assert dialog._model.target(dialog._model.candidate(0)) == videos / "x-film.mkv"
    click(dialog._now)
    qtbot.waitUntil((videos / "x-film.mkv").exists, timeout=20_000)
    qtbot.waitUntil(lambda: manager.totals().finished == 2, timeout=20_000)
    assert seeded.first_difference(videos / "x-film.mkv", 1, SIZE) is None

    window.table.selectAll()
    window.actions_of[Act.SORT].trigger()
    (sort,) = window.findChildren(SortDialog)
    qtbot.waitUntil(lambda: sort._is_ready)
    assert sort._lines.stringList() == ["before.mkv → Videos/127.0.0.1"]
    confirm = sort.findChild(QPushButton, "primary")
    assert isinstance(confirm, QPushButton)
    click(confirm)
    qtbot.waitUntil((videos / "before.mkv").exists, timeout=20_000)
    assert seeded.first_difference(videos / "before.mkv", 2, SIZE) is None
    qtbot.waitUntil(lambda: {one.folder for one in manager.snapshots()} == {videos}, timeout=20_000)
    window.actions_of[Act.UNDO].trigger()
    qtbot.waitUntil((tmp_path / "target" / "before.mkv").exists, timeout=20_000)
