"""The settings dialog over a fake manager and a real file of preferences, and the hands of a person on it."""

from pathlib import Path
from typing import Any, cast

from headrace.manager import DownloadManager
from headrace.profile import Profile
from headrace_gui.background import Background
from headrace_gui.dialogs.settings_dialog import Computer, SettingsDialog
from headrace_gui.icons import IconSet
from headrace_gui.preferences import PreferenceKeeper
from headrace_gui.settings_pages.deed_row import DeedRow
from headrace_gui.settings_pages.entries import ENTRIES
from headrace_gui.settings_pages.entry import Page
from headrace_gui.settings_pages.row import SettingRow
from headrace_gui.theme import Theme
from PySide6.QtCore import QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from tests.support.fake_manager import FakeManager


class FakeAutostart:
    """The desktop's list in memory; refuses where `trouble` is set."""

    def __init__(self) -> None:
        self.on, self.trouble = False, False

    def is_enabled(self) -> bool:
        return self.on

    def set_enabled(self, wanted: bool) -> None:
        if self.trouble:
            raise OSError("read-only")
        self.on = wanted


class Scene:
    """A dialog over a fake manager and a real file of preferences."""

    def __init__(self, manager: FakeManager, theme: Theme, folder: Path, background: Background) -> None:
        self.manager, self.file, self.theme = manager, folder / "window.ini", theme
        self.keeper = PreferenceKeeper(self.file)
        self.autostart = FakeAutostart()
        computer = Computer(Profile(folder), self.autostart, background)
        self.dialog = SettingsDialog(cast(DownloadManager, manager), self.keeper, theme, IconSet(), computer)

    def row(self, key: str) -> SettingRow:
        """Turn to the page of a setting and return its row."""
        page = next(entry.page for entry in ENTRIES if entry.key == key)
        self.dialog.show_page(page)
        for _ in range(3):  # a page that is not laid out yet has all its rows in what is seen, too low to be clicked
            QApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest.value)
        row = next(row for row in self.dialog.pages.view(page).rows() if row.entry.key == key)
        assert isinstance(row, SettingRow)
        return row

    def control(self, key: str, kind: type[Any]) -> Any:
        control = self.row(key).control
        assert isinstance(control, kind)
        return control

    def saved(self, name: str) -> Any:
        """Return what a program that starts now would find."""
        self.keeper._file.sync()
        return getattr(PreferenceKeeper(self.file).now, name)


def click(widget: QWidget) -> None:
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton)


def expect(qtbot: QtBot, row: SettingRow, fault: str) -> None:
    qtbot.waitUntil(lambda: row.words.complaint.text() == fault, timeout=3000)


def write(field: Any, text: str) -> None:
    """Type over what is in a line edit."""
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, text)


def deed(scene: Scene, key: str) -> DeedRow:
    rows = scene.dialog.pages.view(Page.ADVANCED).rows()
    return next(row for row in rows if isinstance(row, DeedRow) and row.entry.key == key)
