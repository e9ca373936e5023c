"""The drawer: follows the choice, asks only while it is seen, remembers where it stood."""

from pathlib import Path
from typing import cast

import pytest
from headrace.details import ConnectionSnapshot, ConnectionState, DownloadDetails
from headrace.manager import DownloadManager
from headrace.snapshots import SegmentSnapshot
from headrace.states import DownloadState
from headrace_gui.background import Background
from headrace_gui.details.connection_model import ConnectionColumn
from headrace_gui.details.drawer import DetailsDrawer
from headrace_gui.details.drawer_dock import DrawerDock
from headrace_gui.details.facts import FactKind
from headrace_gui.details.habits import Place, read_habits
from headrace_gui.icons import IconSet
from headrace_gui.memory import Memory
from headrace_gui.texts import retell
from headrace_gui.theme import Theme
from headrace_gui.units import use_binary
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QListWidget, QWidget
from pytestqt.qtbot import QtBot

from tests.support.fake_manager import FakeManager, make_details, make_snapshot

_S = DownloadState
MB = 1_000_000
BLOCK = 1 << 20
JOB = make_snapshot(
    "a.iso", id="a", state=_S.DOWNLOADING, total=8 * BLOCK, received=6 * BLOCK, claimed=4 * BLOCK, speed=5.0 * MB
)
OTHER = make_snapshot("b.iso", id="b", state=_S.PAUSED, total=10 * MB, received=2 * MB)
DONE = make_snapshot("c.iso", id="c", state=_S.COMPLETED, total=30 * MB, received=30 * MB)
SEGMENTS = (
    SegmentSnapshot(0, 4 * BLOCK, 4 * BLOCK, connected=False, claimed=4 * BLOCK),
    SegmentSnapshot(4 * BLOCK, 6 * BLOCK, 8 * BLOCK, connected=True, claimed=4 * BLOCK),
)
LINE = ConnectionSnapshot(1, "example.org:443", 4 * BLOCK, 6 * BLOCK, 8 * BLOCK, 5.0 * MB, ConnectionState.RECEIVING)


class Asked(FakeManager):
    """Counts how often details were asked for."""

    asked = 0

    def details(self, download_id: str) -> DownloadDetails | None:
        self.asked += 1
        return super().details(download_id)


@pytest.fixture
def asked(qapp: QApplication) -> Asked:
    manager = Asked()
    manager.put(JOB, OTHER, DONE)
    manager.details_of["a"] = make_details(JOB, segments=SEGMENTS, connections=(LINE,), validator='"v"')
    return manager


@pytest.fixture
def memory(tmp_path: Path) -> Memory:
    return Memory(tmp_path / "window.ini")


def make_drawer(manager: FakeManager, theme: Theme, memory: Memory) -> DetailsDrawer:
    part = memory.part("details")
    return DetailsDrawer(cast(DownloadManager, manager), theme, IconSet(), Background(), part)


@pytest.fixture
def drawer(qtbot: QtBot, asked: Asked, theme: Theme, memory: Memory) -> DetailsDrawer:
    drawer = make_drawer(asked, theme, memory)
    qtbot.addWidget(drawer)
    drawer.resize(1180, 260)
    with qtbot.waitExposed(drawer):
        drawer.show()
    return drawer


def tab_names(drawer: DetailsDrawer) -> list[str]:
    tabs = drawer.head.tabs
    return [tabs.tabText(number) for number in range(tabs.count())]


def test_tabs_in_order(drawer: DetailsDrawer) -> None:
    assert tab_names(drawer) == ["Overview", "Connections", "Speed", "Log", "Request", "Live"]


def test_one_download_is_shown_on_every_tab(drawer: DetailsDrawer) -> None:
    drawer.show_selection([JOB])
    assert drawer.overview.form.text_of(FactKind.VERSION) == '"v"'
    assert drawer.head.heading() == ""
    assert drawer.overview.map.counts.verified == 4
    drawer.open_tab(1)
    assert drawer.connections.model.rowCount() == 1
    assert drawer.connections.map.counts.arriving == 1
    drawer.open_tab(2)
    assert dict(drawer.speed.figures.texts())["Received"] == "6.3\N{NO-BREAK SPACE}MB"


def test_updates_and_removal(drawer: DetailsDrawer, asked: Asked) -> None:
    drawer.show_selection([JOB])
    asked.change("a", state=_S.PAUSED, speed=None, received=7 * BLOCK)
    assert "7.3" in drawer.overview.form.text_of(FactKind.SIZE)
    asked.remove(["a"])
    assert drawer.overview.form.text_of(FactKind.SIZE) == ""
    assert drawer.overview.map.counts.blocks == 0
    assert drawer.head.heading() == "Details"


def test_nothing_of_another_download_stays_behind_a_tab(drawer: DetailsDrawer) -> None:
    drawer.show_selection([JOB])
    drawer.open_tab(1)
    drawer.open_tab(0)
    drawer.show_selection([OTHER])
    assert drawer.connections.model.rowCount() == 0
    drawer.open_tab(1)
    assert drawer.connections.model.rowCount() == 0
    assert drawer.connections.map.counts.blocks == 10


def test_it_asks_while_seen_and_while_something_runs(drawer: DetailsDrawer, asked: Asked, qtbot: QtBot) -> None:
    drawer.show_selection([JOB])
    before = asked.asked
    qtbot.waitUntil(lambda: asked.asked >= before + 3, timeout=3000)
    asked.change("a", state=_S.PAUSED)
    assert not drawer._timer.isActive()
    asked.change("a", state=_S.DOWNLOADING)
    assert drawer._timer.isActive()
    drawer.hide()
    assert not drawer._timer.isActive()
    silent = asked.asked
    asked.change("a", received=7 * BLOCK)
    assert asked.asked == silent
    drawer.show()
    assert "7.3" in drawer.overview.form.text_of(FactKind.SIZE)


def test_a_page_that_needs_no_details_asks_for_none(drawer: DetailsDrawer, asked: Asked) -> None:
    drawer.show_selection([JOB])
    drawer.open_tab(2)
    drawer.speed.wants_details = False  # as the log has it, which a drawer alone has not
    before = asked.asked
    drawer._refresh()
    assert asked.asked == before


def test_several_are_summed_up(drawer: DetailsDrawer, asked: Asked) -> None:
    drawer.show_selection([JOB, OTHER, DONE])
    assert "3" in drawer.head.heading()
    assert drawer.head.tabs.isHidden()
    sums = {name: value.replace("\N{NO-BREAK SPACE}", " ") for name, value in drawer.summary_page.sums.texts()}
    assert sums == {"Together": "48.4 MB", "Received": "38.3 MB", "Progress": "79 %", "Speed": "5.0 MB/s"}
    assert drawer.summary_page.states.texts() == [("Downloading", "1"), ("Paused", "1"), ("Done", "1")]
    asked.change("a", state=_S.PAUSED, speed=None)
    assert drawer.summary_page.states.texts() == [("Paused", "2"), ("Done", "1")]
    asked.remove(["b"])
    assert "2" in drawer.head.heading()
    asked.remove(["c"])
    assert drawer.head.heading() == ""
    assert drawer.overview.form.text_of(FactKind.FOLDER) == "/downloads"


def test_a_sum_is_kept_up_out_of_sight_and_no_list_is_read_when_it_is_seen_again(
    drawer: DetailsDrawer, asked: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawer.hide()
    drawer.show_selection([JOB, OTHER])
    asked.change("b", state=_S.FAILED)
    assert ("Failed", "1") not in drawer.summary_page.states.texts(), "nothing is drawn meanwhile"
    monkeypatch.setattr(asked, "snapshots", None)
    drawer.show()
    assert drawer.summary_page.states.texts() == [("Downloading", "1"), ("Failed", "1")]


def test_keys_open_tabs(drawer: DetailsDrawer) -> None:
    drawer.show_selection([JOB])
    drawer.activateWindow()
    drawer.head.tabs.setFocus()
    control = Qt.KeyboardModifier.ControlModifier
    QTest.keyClick(drawer.head.tabs, Qt.Key.Key_2, control)
    assert drawer.head.tabs.currentIndex() == 1
    QTest.keyClick(drawer.head.tabs, Qt.Key.Key_Right)
    assert drawer.head.tabs.currentIndex() == 2
    QTest.keyClick(drawer.head.tabs, Qt.Key.Key_Tab, control)
    assert drawer.head.tabs.currentIndex() == 3
    QTest.keyClick(drawer.head.tabs, Qt.Key.Key_9, control)
    assert drawer.head.tabs.currentIndex() == 3


def test_the_folder_is_asked_for_by_id(drawer: DetailsDrawer, qtbot: QtBot) -> None:
    drawer.show_selection([JOB])
    with qtbot.waitSignal(drawer.folder_wanted) as told:
        drawer.overview.form.label_of(FactKind.FOLDER).opened.emit()
    assert told.args == ["a"]


def edges(page: QWidget) -> list[int]:
    """Return where those parts of a page begin and end that nothing scrolls."""
    parts = [each for each in page.findChildren(QWidget) if each.isVisible() and not scrolls(each, page)]
    return [part.mapTo(page, place).x() for part in parts for place in (part.rect().topLeft(), part.rect().topRight())]


def scrolls(part: QWidget, page: QWidget) -> bool:
    above = part.parentWidget()
    while above is not None and above is not page:
        if isinstance(above, QAbstractScrollArea):
            return True
        above = above.parentWidget()
    return False


@pytest.mark.parametrize("width", [220, 380, 600, 1180, 1900])
def test_every_width_shows_all_parts(drawer: DetailsDrawer, width: int) -> None:
    drawer.show_selection([JOB])
    drawer.resize(width, 300)
    QApplication.processEvents()
    page = drawer.overview
    parts: list[QWidget] = [page.map, page.form, page.graph]
    for part in parts:
        inside = part.mapTo(page._inside, part.rect().topRight())
        assert part.isVisible()
        assert 0 < inside.x() <= page.viewport().width()
    for number in range(len(tab_names(drawer))):
        drawer.open_tab(number)
        QApplication.processEvents()
        opened = drawer._stack.currentWidget()
        assert opened is not None
        assert opened.width() == drawer.width() == width
        assert all(0 <= edge <= width for edge in edges(opened)), f"{tab_names(drawer)[number]}"
    drawer.show_selection([])  # which ends the thread behind the last page


def test_everything_has_a_name(drawer: DetailsDrawer) -> None:
    drawer.show_selection([JOB])
    named: list[QWidget] = [drawer, drawer.head.close_button, drawer.head._place_button, drawer.overview.map]
    named += [drawer.overview.graph, drawer.speed.graph, drawer.speed.spans, drawer.connections.table]
    assert all(widget.accessibleName() for widget in named)


def test_a_new_language_reaches_all_texts(drawer: DetailsDrawer, monkeypatch: pytest.MonkeyPatch) -> None:
    drawer.show_selection([JOB])

    def spanish(_context: str, source: str, _comment: str = "", _number: int = -1) -> str:
        return f"¡{source}"

    for module in ("drawer", "overview_page", "facts", "drawer_head"):
        monkeypatch.setattr(f"headrace_gui.details.{module}.translate", spanish)
    retell(drawer)
    assert tab_names(drawer)[0] == "¡Overview"
    assert drawer.overview.form.label_of(FactKind.FOLDER).accessibleName() == "¡Folder"


# Where it stands


@pytest.fixture
def dock(qtbot: QtBot, asked: Asked, theme: Theme, memory: Memory) -> DrawerDock:
    main = QListWidget()
    main.setMinimumSize(100, 60)
    dock = DrawerDock(main, lambda: make_drawer(asked, theme, memory), lambda: [JOB, OTHER])
    qtbot.addWidget(dock)
    dock.resize(1000, 700)
    with qtbot.waitExposed(dock):
        dock.show()
    return dock


def drawer_of(dock: DrawerDock) -> DetailsDrawer:
    assert isinstance(dock.drawer, DetailsDrawer)
    return dock.drawer


def test_the_drawer_opens_closes_and_moves(dock: DrawerDock, qtbot: QtBot) -> None:
    drawer = drawer_of(dock)
    assert drawer.isHidden()
    with qtbot.waitSignal(dock.open_changed) as told:
        dock.set_open(True)
    assert told.args == [True]
    assert drawer.height() == drawer.habits.height
    drawer.head.place_pressed.emit()
    assert dock.orientation() is Qt.Orientation.Horizontal
    QApplication.processEvents()
    assert drawer.width() == drawer.habits.width
    drawer.head.close_button.setFocus()
    with qtbot.waitSignal(dock.open_changed):
        QTest.mouseClick(drawer.head.close_button, Qt.MouseButton.LeftButton)
    assert drawer.isHidden()


def test_a_drawer_made_late_asks_what_is_chosen(dock: DrawerDock) -> None:
    dock.show_selection([JOB])
    assert "2" in drawer_of(dock).head.heading()


def test_the_drawer_is_made_ahead_once_something_is_chosen(dock: DrawerDock, qtbot: QtBot) -> None:
    qtbot.wait(300)
    assert dock._drawer is None
    dock.show_selection([JOB])
    assert dock._drawer is None
    qtbot.waitUntil(lambda: dock._drawer is not None and not dock._making.busy)
    drawer = drawer_of(dock)
    assert drawer.isHidden()
    assert not dock.is_open
    dock.set_open(True)
    assert drawer.isVisible()
    assert (drawer.width(), drawer.height()) == (dock.width(), drawer.habits.height)


def test_a_drawer_out_of_sight_is_told_of_no_choice(dock: DrawerDock) -> None:
    drawer = drawer_of(dock)
    dock.show_selection([JOB])
    assert "2" in drawer.head.heading()
    dock.set_open(True)
    dock.show_selection([])
    dock.set_open(False)
    dock.show_selection([JOB])
    assert drawer.head.heading() == "Details"
    dock.set_open(True)
    assert "2" in drawer.head.heading(), "what is chosen is asked for anew"


def test_a_drawer_half_made_is_made_whole_before_it_is_shown(dock: DrawerDock, qtbot: QtBot) -> None:
    drawer_of(dock).show_selection([JOB])
    dock._making._slice = 0.0
    dock._making.start(dock._prepare())
    assert dock._making.busy
    dock.set_open(True)
    assert drawer_of(dock).isHidden()
    qtbot.waitUntil(drawer_of(dock).isVisible)
    assert not dock._making.busy


def test_a_change_of_units_reaches_every_page(qtbot: QtBot, dock: DrawerDock, asked: Asked, theme: Theme) -> None:
    dock.retell()
    drawer = drawer_of(dock)
    dock.set_open(True)
    dock.show_selection([JOB])
    for number in (2, 1, 0):
        drawer.open_tab(number)
    cell = drawer.connections.model.index(0, ConnectionColumn.SPEED)
    assert (drawer.overview.form.text_of(FactKind.SIZE)[:3], cell.data()[-4:]) == ("8.4", "MB/s")
    use_binary(True)
    try:
        with qtbot.waitSignal(drawer.connections.model.dataChanged):
            dock.retell()
        assert (drawer.overview.form.text_of(FactKind.SIZE)[:3], cell.data()[-5:]) == ("8.0", "MiB/s")
        assert dict(drawer.speed.figures.texts())["Received"][-3:] == "MiB"
        dock.show_selection([JOB, OTHER])
        use_binary(False)
        dock.retell()
        assert dict(drawer.summary_page.sums.texts())["Received"][-2:] == "MB"
    finally:
        use_binary(False)


def test_the_drawer_leaves_room_for_the_list(dock: DrawerDock) -> None:
    drawer_of(dock)
    dock.set_open(True)
    dock.resize(560, 280)
    QApplication.processEvents()
    assert drawer_of(dock).height() <= 190
    dock.resize(560, 700)
    QApplication.processEvents()
    assert drawer_of(dock).height() == drawer_of(dock).habits.height


def test_habits_are_remembered(dock: DrawerDock, asked: Asked, theme: Theme, memory: Memory, qtbot: QtBot) -> None:
    drawer = drawer_of(dock)
    dock.set_open(True)
    dock.set_place(Place.RIGHT)
    dock.setSizes([600, 400])
    dock.splitterMoved.emit(600, 1)
    drawer.open_tab(2)
    drawer.speed.choose_span(3)
    drawer.remember()
    again = make_drawer(asked, theme, memory)
    qtbot.addWidget(again)
    habits = again.habits
    assert (habits.is_open, habits.place, habits.tab, habits.span) == (True, Place.RIGHT, 2, 3)
    assert habits.width == dock.sizes()[1]
    assert again.head.tabs.currentIndex() == 2
    assert again.speed.spans.choice == 3


def test_nonsense_in_the_memory_is_no_harm(memory: Memory) -> None:
    part = memory.part("details")
    part.set_value("place", "ceiling")
    part.set_value("height", -5)
    habits = read_habits(part)
    assert (habits.place, habits.height) == (Place.BOTTOM, 80)
