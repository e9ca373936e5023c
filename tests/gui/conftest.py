"""Fixtures of the window's tests: a theme, a fake manager, a window over them."""

from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest
from headrace.manager import DownloadManager
from headrace.settings import Settings
from headrace_gui.icons import IconSet
from headrace_gui.main_window import MainWindow
from headrace_gui.theme import Theme
from headrace_gui.window_memory import WindowMemory
from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.support.fake_manager import FakeManager

OFFSCREEN_COMPLAINTS = "This plugin does not support"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let the offscreen platform say what it cannot do; any other warning of Qt fails the test."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.qt_log_ignore(OFFSCREEN_COMPLAINTS, extend=True))


@pytest.fixture(autouse=True)
def british_locale() -> Iterator[None]:
    """Write numbers and times the same on every machine."""
    before = QLocale()
    QLocale.setDefault(QLocale(QLocale.Language.English, QLocale.Country.UnitedKingdom))
    yield
    QLocale.setDefault(before)


@pytest.fixture
def theme(qapp: QApplication) -> Iterator[Theme]:
    """Return the light theme."""
    theme = Theme(qapp)
    yield theme
    theme.setParent(None)
    theme.deleteLater()


@pytest.fixture
def manager(qapp: QApplication, tmp_path: Path) -> FakeManager:
    """Return a manager without an engine."""
    return FakeManager(Settings(download_folder=tmp_path))


@pytest.fixture
def window_file(tmp_path: Path) -> Path:
    """Return where the window's habits are kept."""
    return tmp_path / "window.ini"


def make_window(manager: FakeManager, theme: Theme, file: Path) -> MainWindow:
    """Return a window, not yet shown."""
    return MainWindow(cast(DownloadManager, manager), theme, IconSet(), WindowMemory(file))


@pytest.fixture
def window(qtbot: QtBot, manager: FakeManager, theme: Theme, window_file: Path) -> MainWindow:
    """Return a shown window whose manager has loaded an empty list."""
    window = make_window(manager, theme, window_file)
    qtbot.addWidget(window)
    window.resize(1180, 760)
    with qtbot.waitExposed(window):
        window.show()
    manager.loaded.emit()
    return window
