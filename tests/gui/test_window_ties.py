"""What ties parts of the window together: sidebar and queues, looks and preferences, settings, desktop, tray."""

import sys
from pathlib import Path
from typing import cast

import pytest
from headrace.filters import Category
from headrace.manager import DownloadManager
from headrace.profile import Profile
from headrace.settings import Settings
from headrace.states import DownloadState, Failure, FailureReason
from headrace_gui.action_table import Act
from headrace_gui.desktop.system_look import Look as SystemFacts
from headrace_gui.desktop.system_look import SystemLook
from headrace_gui.details.drawer import DetailsDrawer
from headrace_gui.details.facts import FactKind
from headrace_gui.dialogs.settings_dialog import SettingsDialog
from headrace_gui.dialogs.shortcuts_dialog import ShortcutsDialog, sections_of_keys
from headrace_gui.icons import IconSet
from headrace_gui.language import Language
from headrace_gui.look import Look
from headrace_gui.main_window import MainWindow
from headrace_gui.preferences import Motion, PreferenceKeeper, Scheme
from headrace_gui.settings_opening import SettingsOpening
from headrace_gui.sidebar_commands import QueueNameDialog
from headrace_gui.theme import Theme
from headrace_gui.units import size
from headrace_gui.window_memory import WindowMemory
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from tests.support.fake_manager import FakeManager, make_snapshot

_S = DownloadState


def queue_dialog(window: MainWindow) -> QueueNameDialog:
    return window.findChildren(QueueNameDialog)[-1]


def queues_of(manager: FakeManager) -> list[str]:
    return list(manager.settings.queues)


def test_a_queue_is_added_renamed_held_and_removed(window: MainWindow, manager: FakeManager) -> None:
    window.sidebar.queue_add_wanted.emit()
    dialog = queue_dialog(window)
    assert not dialog.confirm()
    assert dialog.problem() == "Write a name for the queue."
    dialog.name.setText("Night")
    assert dialog.confirm()
    assert queues_of(manager) == ["Night"]
    manager.put(make_snapshot("a.zip", id="a", state=_S.QUEUED, queue="Night"))
    window.sidebar.queue_rename_wanted.emit("Night")
    dialog = queue_dialog(window)
    dialog.name.setText("Evening")
    assert dialog.confirm()
    assert queues_of(manager) == ["Evening"]
    assert manager.snapshots()[0].queue == "Evening"
    window.sidebar.queue_hold_wanted.emit("Evening", True)
    assert manager.settings.held_queues == ("Evening",)
    window.sidebar.queue_remove_wanted.emit("Evening")
    assert queues_of(manager) == []
    assert manager.snapshots()[0].queue == ""
    assert window.toasts.texts() == ["Removed the queue Evening"]
    window.actions_of[Act.UNDO].trigger()
    assert queues_of(manager) == ["Evening"]
    assert manager.snapshots()[0].queue == "Evening"


def test_rows_dropped_on_the_sidebar_are_put_there(window: MainWindow, manager: FakeManager) -> None:
    manager.put(make_snapshot("a.zip", id="a"), make_snapshot("b.zip", id="b"))
    window.sidebar.dropped_on_category.emit(["a", "b"], Category.VIDEO)
    assert [each.category for each in manager.snapshots()] == ["video", "video"]
    window.sidebar.dropped_on_queue.emit(["a"], "")
    assert window.toasts.texts() == ["2 downloads moved to Video", "1 download moved to Main queue"]


@pytest.fixture
def keeper(tmp_path: Path) -> PreferenceKeeper:
    """Return fresh preferences in a file of their own."""
    return PreferenceKeeper(tmp_path / "window.ini")


def test_preferences_reach_theme_units_and_motion(qapp: QApplication, theme: Theme, keeper: PreferenceKeeper) -> None:
    system = SystemLook()
    Look(theme, Language(qapp), keeper, system)
    keeper.change(scheme=Scheme.DARK, accent="#7A3FF2", binary_units=True, motion=Motion.REDUCED)
    assert (theme.is_dark, theme.reduced_motion) == (True, True)
    assert theme.tokens.accent != Theme(qapp).tokens.accent
    assert size(1024 * 1024) == "1.0\N{NO-BREAK SPACE}MiB"
    keeper.change(scheme=Scheme.LIGHT, accent="", binary_units=False, motion=Motion.SYSTEM)
    assert (theme.is_dark, theme.reduced_motion) == (False, False)
    system.take(SystemFacts(accent="#c4232b", reduced_motion=True, high_contrast=True))
    assert theme.reduced_motion
    assert theme.tokens.accent == "#C4232B"
    assert theme.tokens.secondary != "#5B6678"
    system.take(SystemFacts())
    keeper.change(motion=Motion.FULL)
    assert not theme.reduced_motion


@pytest.mark.parametrize("stored", ["red", "darkred", "#12", "#GGGGGG", "#1570EF80", "@Invalid()"])
def test_an_accent_that_is_no_colour_is_as_if_there_were_none(
    qapp: QApplication, theme: Theme, tmp_path: Path, stored: str
) -> None:
    file = tmp_path / "stored.ini"
    file.write_text(f"[preferences]\naccent={stored}\nbinary_units=true\n")
    keeper = PreferenceKeeper(file)
    assert (keeper.now.accent, keeper.now.binary_units) == ("", True)
    usual = theme.tokens
    Look(theme, Language(qapp), keeper, SystemLook())
    assert theme.tokens == usual
    keeper.change(binary_units=False)


def test_the_settings_are_opened_once_and_again(
    qtbot: QtBot, window: MainWindow, manager: FakeManager, theme: Theme, keeper: PreferenceKeeper, tmp_path: Path
) -> None:
    opening = SettingsOpening(window, cast(DownloadManager, manager), keeper, theme, IconSet(), Profile(tmp_path))
    opening.open()
    opening.open()
    qtbot.waitUntil(lambda: any(each.isVisible() for each in window.findChildren(SettingsDialog)))
    (dialog,) = window.findChildren(SettingsDialog)
    opening.open()
    assert window.findChildren(SettingsDialog) == [dialog]
    with qtbot.waitSignal(dialog.destroyed):
        dialog.close()
    opening.open()
    qtbot.waitUntil(lambda: any(each.isVisible() for each in window.findChildren(SettingsDialog)))
    window.findChildren(SettingsDialog)[-1].close()


@pytest.mark.skipif(sys.platform == "win32", reason="starts with the session by its registry there")
def test_a_profile_chosen_by_the_environment_is_what_starts_with_the_session(
    qtbot: QtBot,
    window: MainWindow,
    manager: FakeManager,
    theme: Theme,
    keeper: PreferenceKeeper,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME"):
        monkeypatch.setenv(name, str(tmp_path / "home"))
    monkeypatch.setenv("HEADRACE_PROFILE", str(tmp_path))
    opening = SettingsOpening(window, cast(DownloadManager, manager), keeper, theme, IconSet(), Profile(tmp_path))
    opening.open()
    qtbot.waitUntil(lambda: any(each.isVisible() for each in window.findChildren(SettingsDialog)))
    (dialog,) = window.findChildren(SettingsDialog)
    assert not (tmp_path / "home").exists()
    dialog.values.put({"autostart": True})
    qtbot.waitUntil(lambda: any(path.is_file() and path.read_text() for path in tmp_path.glob("home/**/*")))
    (entry,) = [path for path in tmp_path.glob("home/**/*") if path.is_file()]
    assert str(tmp_path) in entry.read_text()
    dialog.close()


class Tray:
    """Takes the window as often as it is told to."""

    def __init__(self, *, takes: bool) -> None:
        self._takes = takes

    def takes(self, event: QCloseEvent) -> bool:
        event.ignore()
        return self._takes


def test_a_window_taken_by_the_tray_lives_on_until_it_is_quit(qtbot: QtBot, window: MainWindow) -> None:
    window.presence = Tray(takes=True)
    with qtbot.assertNotEmitted(window.closed):
        assert not window.close()
    window.hide()
    with qtbot.waitSignal(window.closed):
        window.actions_of[Act.QUIT].trigger()


def test_the_sheet_of_keys_holds_every_key_there_is(qtbot: QtBot, window: MainWindow) -> None:
    sections = dict(sections_of_keys())
    assert {"File", "Edit", "View", "Download", "Help", "Everywhere"} == set(sections)
    assert ("Rename", "F2") in sections["Download"]
    assert ("Pause or resume", "Space") in sections["Download"]
    window.actions_of[Act.SHORTCUTS].trigger()
    (sheet,) = window.findChildren(ShortcutsDialog)
    shown = {label.text() for label in sheet.findChildren(QLabel)}
    assert {key for keys in sections.values() for _, key in keys} <= shown


def test_one_line_rows_are_a_preference(window: MainWindow, manager: FakeManager) -> None:
    told = [window.table.is_compact]
    window.actions_of[Act.COMPACT].trigger()
    told.append(window.table.is_compact)
    assert told == [False, True]
    assert window._keeper.now.one_line_rows


def test_other_units_reach_the_drawer(
    qtbot: QtBot, manager: FakeManager, theme: Theme, qapp: QApplication, keeper: PreferenceKeeper, tmp_path: Path
) -> None:
    Look(theme, Language(qapp), keeper, SystemLook())  # before the window, as when the program starts
    memory = WindowMemory(tmp_path / "window.ini")
    window = MainWindow(cast(DownloadManager, manager), theme, IconSet(), memory, keeper)
    qtbot.addWidget(window)
    with qtbot.waitExposed(window):
        window.show()
    manager.put(make_snapshot("a.zip", id="a", state=_S.COMPLETED, total=8 << 20, received=8 << 20))
    window.table.choose(["a"])
    window.dock.set_open(True)
    drawer = window.dock.drawer
    assert isinstance(drawer, DetailsDrawer)
    qtbot.waitUntil(drawer.isVisible)
    keeper.change(binary_units=True)
    shown = drawer.overview.form.text_of(FactKind.SIZE)
    keeper.change(binary_units=False)
    assert shown == "8.0\N{NO-BREAK SPACE}MiB"
    assert drawer.overview.form.text_of(FactKind.SIZE) == "8.4\N{NO-BREAK SPACE}MB"


def test_the_drawer_shows_what_is_chosen(qtbot: QtBot, window: MainWindow, manager: FakeManager) -> None:
    manager.put(make_snapshot("a.zip", id="a", state=_S.PAUSED))
    window.table.choose(["a"])
    details = window.actions_of[Act.DETAILS]
    with qtbot.waitSignal(window.dock.open_changed) as opened:
        details.trigger()
    assert opened.args == [True]
    qtbot.waitUntil(window.dock.drawer.isVisible)
    window.dock.set_open(False)
    assert not details.isChecked()
    assert not window.dock.drawer.isVisible()


def test_removing_with_files_goes_through_the_trash_and_clearing_keeps_files(
    window: MainWindow, manager: FakeManager
) -> None:
    manager.put(make_snapshot("a.zip", id="a", state=_S.COMPLETED), make_snapshot("b.zip", id="b", state=_S.COMPLETED))
    window.table.choose(["a"])
    window.actions_of[Act.TRASH].trigger()
    assert manager.calls[-1] == ("delete", ["a"])
    assert window.toasts.texts() == ["Moved a.zip to the trash"]
    window.actions_of[Act.CLEAR_FINISHED].trigger()
    assert window.toasts.texts()[-1] == "Removed 1 download"
    assert manager.snapshots() == []


def test_settings_of_queues_reach_the_sidebar(window: MainWindow, manager: FakeManager) -> None:
    manager.apply_settings(Settings(queues=("Night",), held_queues=("Night",)))
    window.sidebar.choose("Night")
    assert window.sidebar.chosen_group() == "Night"
    assert window.model.filter.queue == "Night"


def test_a_trash_that_takes_nothing_is_told_without_blaming_the_profile(
    window: MainWindow, manager: FakeManager
) -> None:
    manager.trouble.emit(Failure(FailureReason.NOT_TRASHED, "a.zip"))
    assert window.message_bar.text().startswith("File cannot be moved to the trash.")
    assert window.message_bar.text().endswith("(a.zip)")
