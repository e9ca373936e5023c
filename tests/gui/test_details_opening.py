"""The drawer makes its pages in steps: the one in sight when it is opened, the others while it is in sight."""

from pathlib import Path
from typing import cast

from headrace.manager import DownloadManager
from headrace_gui.background import Background
from headrace_gui.details.drawer import DetailsDrawer
from headrace_gui.details.facts import FactKind
from headrace_gui.icons import IconSet
from headrace_gui.memory import Memory
from headrace_gui.theme import Theme
from PySide6.QtCore import QSize
from pytestqt.qtbot import QtBot

from tests.support.fake_manager import FakeManager, make_snapshot

JOB = make_snapshot("a.iso", id="a")
SIZE = QSize(800, 240)


def make_drawer(qtbot: QtBot, theme: Theme, folder: Path) -> DetailsDrawer:
    manager = FakeManager()
    manager.put(JOB)
    part = Memory(folder / "window.ini").part("details")
    drawer = DetailsDrawer(cast(DownloadManager, manager), theme, IconSet(), Background(), part)
    qtbot.addWidget(drawer)
    drawer.show_selection([JOB])
    return drawer


def made(drawer: DetailsDrawer) -> list[bool]:
    return [tab.widget is not None for tab in drawer._tabs]


def test_the_page_in_sight_is_made_and_filled_before_it_is_shown(qtbot: QtBot, theme: Theme, tmp_path: Path) -> None:
    drawer = make_drawer(qtbot, theme, tmp_path)
    steps = drawer.preparing(SIZE)
    next(steps)
    assert made(drawer) == [True] + 5 * [False]
    for _ in steps:
        pass
    assert drawer.overview.form.text_of(FactKind.FOLDER) == str(JOB.folder)
    assert made(drawer) == [True] + 5 * [False]
    assert list(drawer.preparing(SIZE)) == []


def test_the_other_pages_are_made_while_the_drawer_is_in_sight(qtbot: QtBot, theme: Theme, tmp_path: Path) -> None:
    drawer = make_drawer(qtbot, theme, tmp_path)
    drawer._ahead.setInterval(1)
    qtbot.wait(20)
    assert made(drawer) == 6 * [False]
    with qtbot.waitExposed(drawer):
        drawer.show()
    assert drawer._stack.currentWidget() is drawer._tabs[0].widget
    qtbot.waitUntil(lambda: all(made(drawer)))
    assert drawer._stack.currentWidget() is drawer._tabs[0].widget
    page = drawer._tabs[4].widget
    drawer.open_tab(4)
    assert drawer._stack.currentWidget() is page
    drawer.hide()
    assert not drawer._ahead.isActive()
