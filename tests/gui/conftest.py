"""Fixtures of the window's tests: a theme, a fake manager, a window over them."""

from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest
from headrace.manager import DownloadManager
from headrace.settings import Settings
from headrace_gui.background import Background
from headrace_gui.icons import IconSet
from headrace_gui.language import Language
from headrace_gui.main_window import MainWindow
from headrace_gui.preferences import PreferenceKeeper
from headrace_gui.theme import Theme
from headrace_gui.window_memory import WindowMemory
from PySide6.QtCore import QEvent, QLocale
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from shiboken6 import delete

from tests.support.add_stage import AddStage
from tests.support.fake_manager import FakeManager
from tests.support.settings_stage import Scene


@pytest.fixture(scope="session", autouse=True)
def english(qapp: QApplication) -> None:
    """Speak English, whatever the machine speaks: its plural forms are a translation like any other."""
    Language(qapp).use("en")


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
    return MainWindow(cast(DownloadManager, manager), theme, IconSet(), WindowMemory(file), PreferenceKeeper(file))


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


@pytest.fixture(name="stage")
def add_stage(qtbot: QtBot, manager: FakeManager, theme: Theme, tmp_path: Path) -> Iterator[AddStage]:
    """Return what adds downloads, without a window."""
    stage = AddStage(manager, theme, tmp_path)
    qtbot.addWidget(stage.parent)
    yield stage
    if stage.adding.dialog is not None:
        stage.adding.dialog.reject()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


@pytest.fixture
def scene(qtbot: QtBot, manager: FakeManager, theme: Theme, tmp_path: Path) -> Iterator[Scene]:
    theme.reduced_motion = True
    scene = Scene(manager, theme, tmp_path, Background())
    with qtbot.waitExposed(scene.dialog):
        scene.dialog.show()
    yield scene
    theme.reduced_motion = False
    scene.dialog.close()
    theme.changed.disconnect()  # it lives a little longer than what it tints
    delete(scene.dialog)  # at once: the next theme would style it all again
