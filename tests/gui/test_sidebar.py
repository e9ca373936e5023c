"""The sidebar: counts, folds, queues, rows dropped on it."""

import pytest
from headrace.filters import Category, Mark, StatusFilter
from headrace.states import DownloadState
from headrace_gui.downloads.dragging import mime_of
from headrace_gui.downloads.filter_sidebar import FilterSidebar
from headrace_gui.downloads.sidebar_model import Section
from headrace_gui.downloads.table_model import DownloadTableModel
from headrace_gui.icons import IconSet
from headrace_gui.texts import retell
from headrace_gui.theme import Theme
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QAccessible, QContextMenuEvent, QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from tests.support.fake_manager import make_snapshot

_S = DownloadState
COPY, LEFT, PLAIN = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


@pytest.fixture
def downloads(qapp: QApplication) -> DownloadTableModel:
    model = DownloadTableModel()
    model.add(
        [
            make_snapshot("a.mp4", id="a", state=_S.PAUSED),
            make_snapshot("b.mp4", id="b", queue="Night"),
            make_snapshot("c.zip", id="c", queue="Night", state=_S.FAILED),
        ]
    )
    return model


@pytest.fixture
def sidebar(qtbot: QtBot, downloads: DownloadTableModel, theme: Theme) -> FilterSidebar:
    bar = FilterSidebar(downloads, theme, IconSet())
    qtbot.addWidget(bar)
    bar.resize(200, 700)
    with qtbot.waitExposed(bar):
        bar.show()
    return bar


def titles(sidebar: FilterSidebar) -> list[str]:
    model = sidebar.model()
    return [model.index(row, 0).data() for row in range(model.rowCount()) if not sidebar.isRowHidden(row)]


def place_of(sidebar: FilterSidebar, title: str) -> QPoint:
    model = sidebar.model()
    row = next(row for row in range(model.rowCount()) if model.index(row, 0).data() == title)
    return sidebar.visualRect(model.index(row, 0)).center()


STATES = ["All", "Active", "Waiting", "Paused", "Finished", "Failed", "Watched"]
CATEGORIES = ["Video", "Music", "Pictures", "Documents", "Archives", "Programs"]


def test_queues_are_shown_only_where_there_are_some(sidebar: FilterSidebar) -> None:
    assert titles(sidebar) == [*STATES, "Categories", *CATEGORIES]
    sidebar.set_queues(["Night", "Idle"])
    assert titles(sidebar)[-4:] == ["Queues", "Main queue", "Night", "Idle"]
    sidebar.set_queues([])
    assert titles(sidebar)[-1] == "Programs"


def test_lines_say_their_counts_to_screen_readers(sidebar: FilterSidebar, downloads: DownloadTableModel) -> None:
    sidebar.set_queues(["Night"], held=["Night"])
    sidebar.fold(["queues"])

    def said() -> dict[str, str]:
        face, name = QAccessible.queryAccessibleInterface(sidebar), QAccessible.Text.Name
        texts = [face.child(number).text(name) for number in range(face.childCount())]
        return {text.partition(",")[0]: text.partition(", ")[2] for text in texts}

    words = said()
    assert (words["All"][0], words["Video"][0], words["Failed"][0]) == ("3", "2", "1")
    assert words["Night"].startswith("held, 2")
    assert (words["Categories"], words["Queues"]) == ("open", "folded")
    downloads.remove(["c"])
    assert said()["Night"].startswith("held, 1")


def test_choosing_tells_the_group(qtbot: QtBot, sidebar: FilterSidebar) -> None:
    sidebar.set_queues(["Night"])
    told: list[object] = []
    sidebar.chosen.connect(told.append)
    for title in ("Paused", "Video", "Night", "Main queue"):
        QTest.mouseClick(sidebar.viewport(), LEFT, PLAIN, place_of(sidebar, title))
    assert told == [StatusFilter.PAUSED, Category.VIDEO, "Night", ""]
    assert sidebar.chosen_group() == ""


def test_a_queue_that_goes_leaves_all_chosen_and_one_that_stays_stays(sidebar: FilterSidebar) -> None:
    sidebar.set_queues(["Night", "Idle"])
    sidebar.choose("Idle")
    told: list[object] = []
    sidebar.chosen.connect(told.append)
    sidebar.set_queues(["Idle"], held=["Idle"])
    assert (told, sidebar.chosen_group()) == ([], "Idle")
    sidebar.set_queues([])
    assert (told, sidebar.chosen_group()) == ([StatusFilter.ALL], StatusFilter.ALL)


def test_sections_fold_by_mouse_and_keyboard_and_keep_the_choice(sidebar: FilterSidebar) -> None:
    sidebar.choose(Category.MUSIC)
    QTest.mouseClick(sidebar.viewport(), LEFT, PLAIN, place_of(sidebar, "Categories"))
    assert titles(sidebar) == [*STATES, "Categories"]
    assert sidebar.folded() == ["categories"]
    assert sidebar.chosen_group() is Category.MUSIC
    sidebar.choose(Mark.WATCHED)
    QTest.keyClick(sidebar, Qt.Key.Key_Down)
    assert sidebar.currentIndex().data() == "Categories"
    assert sidebar.chosen_group() is Mark.WATCHED
    QTest.keyClick(sidebar, Qt.Key.Key_Space)
    assert titles(sidebar) == [*STATES, "Categories", *CATEGORIES]
    QTest.keyClick(sidebar, Qt.Key.Key_Down)
    assert sidebar.chosen_group() is Category.VIDEO


def test_icons_alone_show_every_section(sidebar: FilterSidebar) -> None:
    sidebar.fold(["categories", "states", "nonsense"])
    assert sidebar.folded() == ["categories"]
    sidebar.set_narrow(True)
    assert titles(sidebar) == [*STATES, "Categories", *CATEGORIES]
    sidebar.set_narrow(False)
    assert titles(sidebar) == [*STATES, "Categories"]


def drag_over(sidebar: FilterSidebar, data: QMimeData, at: QPoint) -> bool:
    enter = QDragEnterEvent(at, COPY, data, LEFT, PLAIN)
    QApplication.sendEvent(sidebar.viewport(), enter)
    move = QDragMoveEvent(at, COPY, data, LEFT, PLAIN)
    if enter.isAccepted():
        QApplication.sendEvent(sidebar.viewport(), move)
    return enter.isAccepted() and move.isAccepted()


def drop(sidebar: FilterSidebar, data: QMimeData, at: QPoint) -> None:
    QApplication.sendEvent(sidebar.viewport(), QDropEvent(QPointF(at), COPY, data, LEFT, PLAIN))


def test_rows_are_dropped_on_categories_and_queues(qtbot: QtBot, sidebar: FilterSidebar) -> None:
    sidebar.set_queues(["Night"])
    rows = mime_of([make_snapshot(id="a"), make_snapshot(id="b")])
    for title, signal, arguments in (
        ("Music", sidebar.dropped_on_category, [["a", "b"], Category.MUSIC]),
        ("Night", sidebar.dropped_on_queue, [["a", "b"], "Night"]),
        ("Main queue", sidebar.dropped_on_queue, [["a", "b"], ""]),
    ):
        before = sidebar.grab().toImage()
        assert drag_over(sidebar, rows, place_of(sidebar, title))
        assert sidebar.grab().toImage() != before
        with qtbot.waitSignal(signal) as told:
            drop(sidebar, rows, place_of(sidebar, title))
        assert told.args == arguments
        assert sidebar._state.target == -1


def test_rows_are_not_dropped_on_anything_else(qtbot: QtBot, sidebar: FilterSidebar) -> None:
    rows = mime_of([make_snapshot(id="a")])
    assert not drag_over(sidebar, rows, place_of(sidebar, "Paused"))
    with qtbot.assertNotEmitted(sidebar.dropped_on_category), qtbot.assertNotEmitted(sidebar.dropped_on_queue):
        drop(sidebar, rows, place_of(sidebar, "Paused"))
    links = QMimeData()
    links.setText("https://example.org")
    assert not drag_over(sidebar, links, place_of(sidebar, "Music"))


def test_a_folded_section_opens_under_dragged_rows(sidebar: FilterSidebar) -> None:
    sidebar.fold(["categories"])
    assert not drag_over(sidebar, mime_of([make_snapshot(id="a")]), place_of(sidebar, "Categories"))
    assert sidebar.folded() == []


def test_what_can_be_done_with_queues(sidebar: FilterSidebar) -> None:
    sidebar.set_queues(["Night", "Idle"], held=["Idle"])
    told: list[tuple[object, ...]] = []
    sidebar.queue_add_wanted.connect(lambda: told.append(("add",)))
    sidebar.queue_rename_wanted.connect(lambda name: told.append(("rename", name)))
    sidebar.queue_options_wanted.connect(lambda name: told.append(("options", name)))
    sidebar.queue_remove_wanted.connect(lambda name: told.append(("remove", name)))
    sidebar.queue_hold_wanted.connect(lambda name, held: told.append(("hold", name, held)))

    def menu(group: object) -> list[str]:
        row = next(row for row in range(sidebar.model().rowCount()) if sidebar._lines.line(row).group == group)
        actions = [each for each in sidebar.queue_menu(row).actions() if each.text()]
        for each in actions:
            each.trigger()
        return [each.text() for each in actions]

    assert menu("Night") == ["Hold queue", "Queue options…", "Rename queue…", "Remove queue", "Add queue…"]
    assert told == [("hold", "Night", True), ("options", "Night"), ("rename", "Night"), ("remove", "Night"), ("add",)]
    assert menu("Idle")[0] == "Release queue"
    assert told[5] == ("hold", "Idle", False)
    assert menu("") == ["Hold queue", "Queue options…", "Add queue…"]
    assert menu(StatusFilter.ALL) == ["Add queue…"]


@pytest.mark.parametrize("reason", QContextMenuEvent.Reason)
def test_the_menu_is_that_of_the_line_it_is_called_at(sidebar: FilterSidebar, reason: QContextMenuEvent.Reason) -> None:
    sidebar.set_queues(["Night"])
    by_key = reason is QContextMenuEvent.Reason.Keyboard
    if by_key:
        sidebar.choose("Night")
    line = sidebar.visualRect(sidebar._lines.index(len(titles(sidebar)) - 1))
    for at in (line.topLeft() + QPoint(40, 2), line.bottomRight() - QPoint(40, 2)):
        target, place = (sidebar, QPoint(90, 5)) if by_key else (sidebar.viewport(), at)
        QApplication.sendEvent(target, QContextMenuEvent(reason, place, target.mapToGlobal(place)))
        menu = QApplication.activePopupWidget()
        assert isinstance(menu, QMenu)
        assert menu.actions()[2].text() == "Rename queue…"
        assert line.contains(sidebar.viewport().mapFromGlobal(menu.pos()))
        menu.close()


def test_a_queue_that_is_looked_at_is_followed_to_its_new_name(sidebar: FilterSidebar) -> None:
    sidebar.set_queues(["Night", "Idle"], held=["Idle"])
    sidebar.choose("Idle")
    told: list[object] = []
    sidebar.chosen.connect(told.append)
    sidebar.set_queues(["Evening", "Idle"], held=["Idle"])
    assert (told, sidebar.chosen_group()) == ([], "Idle")
    sidebar.set_queues(["Evening", "Lazy"], held=["Lazy"])
    assert (told, sidebar.chosen_group()) == (["Lazy"], "Lazy")
    sidebar.set_queues(["Lazy", "Evening"])
    assert (told, sidebar.chosen_group()) == (["Lazy"], "Lazy")
    sidebar.set_queues(["Morning", "Noon"])
    assert sidebar.chosen_group() is StatusFilter.ALL


def test_a_new_language_reaches_every_line(
    qtbot: QtBot, sidebar: FilterSidebar, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("sidebar_model", "columns", "filter_sidebar"):
        monkeypatch.setattr(f"headrace_gui.downloads.{module}.translate", lambda _context, text: text.upper())
    monkeypatch.setattr("headrace_gui.words.translate", lambda _context, text: text.upper())
    with qtbot.waitSignal(sidebar.model().dataChanged):
        retell(sidebar)
    sidebar.set_queues(["Night"])
    assert titles(sidebar)[:2] == ["ALL", "ACTIVE"]
    assert titles(sidebar)[-3:] == ["QUEUES", "MAIN QUEUE", "Night"]
    assert sidebar.accessibleName() == "WHICH DOWNLOADS TO SHOW"
    assert sidebar._lines.rows_of(Section.QUEUES) == [15, 16]
