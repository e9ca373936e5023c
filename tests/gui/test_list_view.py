"""The list: columns a person arranges, several sort keys, rows dragged, what is in sight, names for screen readers."""

from collections.abc import Iterator
from typing import Any

import pytest
from headrace.snapshots import DownloadSnapshot
from headrace.states import DownloadState
from headrace_gui.downloads.columns import COLUMNS
from headrace_gui.downloads.dragging import ids_in, mime_of
from headrace_gui.downloads.row_buttons import RowButton, button_rects
from headrace_gui.downloads.rows_in_sight import RowsInSight
from headrace_gui.downloads.sorting import SortBy
from headrace_gui.downloads.table_model import DownloadTableModel
from headrace_gui.downloads.table_view import DownloadTableView
from headrace_gui.icons import IconSet
from headrace_gui.texts import retell
from headrace_gui.theme import Theme
from PySide6.QtCore import QMimeData, QObject, QPoint, QPointF, Qt
from PySide6.QtGui import QAccessible, QDragEnterEvent, QDragLeaveEvent, QDragMoveEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QHeaderView
from pytestqt.qtbot import QtBot

from tests.support.fake_manager import make_snapshot

_S = DownloadState
NOW = 1_700_000_100.0
NUMBER = {column.key: number for number, column in enumerate(COLUMNS)}
USUAL = [number for number, column in enumerate(COLUMNS) if column.shown]
COPY, LEFT, PLAIN = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


@pytest.fixture
def model(qapp: QApplication) -> DownloadTableModel:
    return DownloadTableModel(clock=lambda: NOW)


@pytest.fixture
def table(qtbot: QtBot, model: DownloadTableModel, theme: Theme) -> Iterator[DownloadTableView]:
    view = DownloadTableView(model, theme, IconSet())
    qtbot.addWidget(view)
    view.resize(984, 500)
    with qtbot.waitExposed(view):
        view.show()
    yield view
    model.setParent(view)


def add(model: DownloadTableModel, names: str, **facts: Any) -> list[DownloadSnapshot]:
    start = len(model.ids())
    items = [make_snapshot(f"{name}.zip", id=name, queue_place=start + n, **facts) for n, name in enumerate(names)]
    model.add(items)
    return items


def shown(table: DownloadTableView) -> list[int]:
    return [number for number in range(len(COLUMNS)) if not table.isColumnHidden(number)]


# Columns


def test_a_narrow_list_gives_up_the_least_needed_columns(table: DownloadTableView) -> None:
    assert shown(table) == USUAL
    table.resize(600, 400)
    assert [COLUMNS[number].key for number in shown(table)] == ["name", "progress", "speed"]
    table.resize(984, 400)
    assert shown(table) == USUAL


def test_who_wants_more_columns_gets_them_and_scrolls(table: DownloadTableView, model: DownloadTableModel) -> None:
    add(model, "abc")
    header = table.columns_header
    assert table.columnWidth(0) > 200
    table.set_hidden_columns(table.hidden_columns() - {NUMBER["host"]})
    assert NUMBER["host"] in shown(table)
    header.all_wanted.emit()
    assert shown(table) == list(range(len(COLUMNS)))
    assert header.sectionResizeMode(0) is QHeaderView.ResizeMode.Interactive
    QApplication.processEvents()
    assert table.horizontalScrollBar().maximum() > 500
    table.resize(500, 400)
    assert [COLUMNS[number].key for number in shown(table)] == ["name", "progress"]
    assert table.hidden_columns() == set()
    table.resize(984, 400)
    header.usual_wanted.emit()
    assert shown(table) == USUAL
    assert header.sectionResizeMode(0) is QHeaderView.ResizeMode.Stretch
    QApplication.processEvents()
    assert table.horizontalScrollBar().maximum() == 0


def test_usual_columns_have_their_usual_order_and_width(table: DownloadTableView) -> None:
    header = table.columns_header
    header.moveSection(header.visualIndex(NUMBER["added"]), 1)
    table.set_column_width(NUMBER["size"], 150)
    table.set_hidden_columns(table.hidden_columns() | {NUMBER["speed"]})
    header.usual_wanted.emit()
    assert [header.logicalIndex(place) for place in range(len(COLUMNS))] == list(range(len(COLUMNS)))
    assert table.column_width(NUMBER["size"]) == COLUMNS[NUMBER["size"]].width
    assert shown(table) == USUAL


def test_columns_fit_what_they_show(table: DownloadTableView, model: DownloadTableModel) -> None:
    add(model, "a", host="a-very-long-name-of-a-host.example.org")
    table.set_hidden_columns(table.hidden_columns() - {NUMBER["host"]})
    table.columns_header.fit_wanted.emit()
    text = table.fontMetrics().horizontalAdvance(model.snapshot_at(0).host)
    assert text < table.column_width(NUMBER["host"]) <= 420
    assert table.column_width(NUMBER["size"]) < COLUMNS[NUMBER["size"]].width


def test_the_name_shrinks_no_further_when_a_column_is_widened(table: DownloadTableView) -> None:
    header = table.columns_header
    header.resizeSection(NUMBER["size"], 700)
    assert table.columnWidth(0) >= 180
    header.resizeSection(NUMBER["size"], 92)
    assert header.sectionResizeMode(0) is QHeaderView.ResizeMode.Stretch


def test_the_menus_of_the_header(table: DownloadTableView) -> None:
    header = table.columns_header
    header.all_wanted.emit()
    table.resize(400, 300)
    ticks = {action.text(): action.isChecked() for action in header.columns_menu().actions() if action.isCheckable()}
    assert all(ticks[COLUMNS[number].title] for number in range(1, len(COLUMNS)))
    assert ticks["Sort in queue order"]
    chosen = next(action for action in header.sort_menu().actions() if action.text() == "Size")
    chosen.trigger()
    assert header.sort_keys() == (SortBy(NUMBER["size"], falling=True),)


# Several sort keys


def click(table: DownloadTableView, column: int, modifier: Qt.KeyboardModifier = PLAIN) -> None:
    header = table.columns_header
    place = QPoint(header.sectionViewportPosition(column) + 20, header.height() // 2)
    QTest.mouseClick(header.viewport(), LEFT, modifier, place)


def test_clicks_and_shift_clicks_build_the_sort_keys(table: DownloadTableView, model: DownloadTableModel) -> None:
    shift, size, speed, name = Qt.KeyboardModifier.ShiftModifier, NUMBER["size"], NUMBER["speed"], NUMBER["name"]
    steps = [
        (size, PLAIN, [SortBy(size, falling=True)]),
        (size, PLAIN, [SortBy(size)]),
        (name, shift, [SortBy(size), SortBy(name)]),
        (name, shift, [SortBy(size), SortBy(name, falling=True)]),
        (speed, shift, [SortBy(size), SortBy(name, falling=True), SortBy(speed, falling=True)]),
        (NUMBER["added"], shift, [SortBy(size), SortBy(name, falling=True), SortBy(NUMBER["added"], falling=True)]),
        (size, PLAIN, [SortBy(size, falling=True)]),
    ]
    for column, modifier, keys in steps:
        click(table, column, modifier)
        assert table.columns_header.sort_keys() == tuple(keys)
        assert model.sort_keys == tuple(keys)


# Rows of one line


def test_one_line_rows_are_lower_and_stay_where_they_were(table: DownloadTableView, model: DownloadTableModel) -> None:
    model.add([make_snapshot(f"{n}", id=f"{n:03}") for n in range(200)])
    QApplication.processEvents()
    table.verticalScrollBar().setValue(50 * table.rowHeight(0))
    assert table.rowAt(0) == 50
    table.set_compact(True)
    QApplication.processEvents()
    assert table.is_compact
    assert 30 <= table.rowHeight(0) < 50
    assert table.rowAt(0) == 50
    table.set_compact(False)
    assert table.rowHeight(0) >= 50


# Buttons


def test_a_press_on_a_button_is_told_and_chooses_nothing(
    qtbot: QtBot, table: DownloadTableView, model: DownloadTableModel
) -> None:
    add(model, "ab", state=_S.COMPLETED)
    place = button_rects(table.visualRect(model.index(1, 0)), 2)[0].center()
    with qtbot.waitSignal(table.button_pressed) as told:
        QTest.mouseClick(table.viewport(), LEFT, PLAIN, place)
    assert told.args == ["b", RowButton.OPEN]
    assert table.selected_ids() == []


# The keyboard


def test_typing_goes_to_the_row_of_that_name(table: DownloadTableView, model: DownloadTableModel) -> None:
    model.add([make_snapshot(name, id=name) for name in ("alpha", "beta", "BERLIN", "gamma")])
    table.choose(["alpha"])
    table.keyboardSearch("b")
    assert table.selected_ids() == ["beta"]
    for letter in "er":
        table.keyboardSearch(letter)
    assert table.selected_ids() == ["BERLIN"]
    table._typed = ("", 0.0)
    table.keyboardSearch("a")
    assert table.selected_ids() == ["alpha"]


# Dragging


def test_dragging_takes_the_chosen_rows(table: DownloadTableView, model: DownloadTableModel) -> None:
    add(model, "abc")
    assert table.make_drag() is None
    table.choose(["a", "c"])
    drag = table.make_drag()
    assert drag is not None
    assert ids_in(drag.mimeData()) == ["a", "c"]
    assert not drag.pixmap().isNull()


def drag_over(table: QObject, rows: QMimeData, at: QPoint) -> QDragMoveEvent:
    viewport = table.viewport()  # type: ignore[attr-defined]
    enter = QDragEnterEvent(at, COPY, rows, LEFT, PLAIN)
    QApplication.sendEvent(viewport, enter)
    move = QDragMoveEvent(at, COPY, rows, LEFT, PLAIN)
    if enter.isAccepted():
        QApplication.sendEvent(viewport, move)
    else:
        move.ignore()
    return move


def test_rows_dropped_between_rows_ask_for_that_place(
    qtbot: QtBot, table: DownloadTableView, model: DownloadTableModel
) -> None:
    rows = mime_of(add(model, "abcde")[:1])
    at = QPoint(50, 3 * table.rowHeight(0) - 3)
    assert drag_over(table, rows, at).isAccepted()
    assert table._drop.row == 3
    table.grab()
    with qtbot.waitSignal(table.order_wanted) as told:
        QApplication.sendEvent(table.viewport(), QDropEvent(QPointF(at), COPY, rows, LEFT, PLAIN))
    assert told.args == [["a"], 3]
    assert table._drop.row == -1
    assert drag_over(table, rows, QPoint(50, 480)).isAccepted()
    assert table._drop.row == 5


def test_rows_held_at_the_edge_scroll_the_list(
    qtbot: QtBot, table: DownloadTableView, model: DownloadTableModel
) -> None:
    rows = [make_snapshot(f"{n}", id=f"{n:03}") for n in range(100)]
    model.add(rows)
    QApplication.processEvents()
    edge = QPoint(50, table.viewport().height() - 4)
    drag_over(table, mime_of(rows[:1]), edge)
    before = table._drop.row
    qtbot.waitUntil(lambda: table.verticalScrollBar().value() > 200)
    assert table._drop.row > before + 2
    QApplication.sendEvent(table.viewport(), QDragLeaveEvent())
    assert table._drop.row == -1
    where = table.verticalScrollBar().value()
    QTest.qWait(60)
    assert table.verticalScrollBar().value() == where


def test_a_sorted_list_says_why_rows_cannot_be_put_anywhere(
    qtbot: QtBot, table: DownloadTableView, model: DownloadTableModel
) -> None:
    rows = mime_of(add(model, "abc")[:1])
    table.sort_by_keys([SortBy(NUMBER["name"])])
    before = table.grab().toImage()
    at = QPoint(50, 60)
    assert not drag_over(table, rows, at).isAccepted()
    assert table.grab().toImage() != before
    with qtbot.assertNotEmitted(table.order_wanted):
        QApplication.sendEvent(table.viewport(), QDropEvent(QPointF(at), COPY, rows, LEFT, PLAIN))
    drag_over(table, rows, at)
    QApplication.sendEvent(table.viewport(), QDragLeaveEvent())
    QApplication.processEvents()
    table._hover(None)
    assert table.grab().toImage() == before


def test_links_are_left_to_the_window(table: DownloadTableView) -> None:
    data = QMimeData()
    data.setText("https://example.org/a")
    assert not drag_over(table, data, QPoint(50, 60)).isAccepted()


# What is in sight


def test_finished_rows_in_sight_are_told_once_in_a_while(qapp: QApplication) -> None:
    now, rows = [100.0], ["a", "b"]
    sight = RowsInSight(lambda: rows, qapp, clock=lambda: now[0])
    told: list[list[str]] = []
    sight.seen.connect(told.append)
    sight.tell()
    sight.tell()
    rows.append("c")
    now[0] += 20
    sight.tell()
    now[0] += 20
    sight.tell()
    sight.forget()
    sight.tell()
    assert told == [["a", "b"], ["c"], ["a", "b"], ["a", "b", "c"]]
    sight.rest()
    sight.deleteLater()


def test_only_finished_rows_before_the_eyes_are_looked_for(
    qtbot: QtBot, table: DownloadTableView, model: DownloadTableModel
) -> None:
    states = (_S.COMPLETED, _S.PAUSED)
    model.add([make_snapshot(f"{n}", id=f"{n:03}", state=states[n % 2]) for n in range(100)])
    assert table._sight._timer.isActive()
    with qtbot.waitSignal(table.rows_seen, timeout=4_000) as told:
        pass
    assert told.args is not None
    (ids,) = told.args
    assert ids[:3] == ["000", "002", "004"]
    assert 3 < len(ids) < 10
    table.verticalScrollBar().setValue(table.verticalScrollBar().maximum())
    assert table._sight._timer.isActive()
    table.hide()
    assert not table._sight._timer.isActive()


# Words for screen readers, and another language


def test_screen_readers_hear_each_row_as_one_sentence(table: DownloadTableView, model: DownloadTableModel) -> None:
    model.add([make_snapshot("a.zip", id="a", state=_S.PAUSED, total=2_000_000, received=1_000_000, resumable=True)])
    face = QAccessible.queryAccessibleInterface(table)
    name, description = QAccessible.Text.Name, QAccessible.Text.Description
    children = [face.child(number) for number in range(face.childCount())]
    cells = [child for child in children if child.role() is QAccessible.Role.Cell]
    assert face.text(name) == "Downloads"
    said = cells[0].text(name).replace("\N{NO-BREAK SPACE}", " ")
    assert said == "a.zip, 50 %, Paused · resumes from 1.0 MB, 2.0 MB"
    assert cells[0].text(description) == "Resume, Show in folder"
    headers = [child.text(name) for child in children if child.role() is QAccessible.Role.ColumnHeader]
    assert headers == [column.title for column in COLUMNS]


def test_a_new_language_reaches_header_and_rows(
    qtbot: QtBot, table: DownloadTableView, model: DownloadTableModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(model, "a")
    assert model.index(0, NUMBER["queue"]).data() == "Main queue"
    monkeypatch.setattr("headrace_gui.downloads.columns.translate", lambda _context, text: text.upper())
    with qtbot.waitSignals([model.headerDataChanged, model.dataChanged]):
        retell(table)
    assert model.headerData(0, Qt.Orientation.Horizontal) == "NAME"
    assert model.index(0, NUMBER["queue"]).data() == "MAIN QUEUE"
