"""What the list does for who has chosen rows or points at one, while rows come, go and change their places."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from headrace.filters import DownloadFilter
from headrace_gui.downloads.columns import COLUMNS
from headrace_gui.downloads.sorting import SortBy
from headrace_gui.downloads.table_model import DownloadTableModel
from headrace_gui.downloads.table_view import DownloadTableView
from headrace_gui.icons import IconSet
from headrace_gui.theme import Theme
from PySide6.QtCore import QEvent, QItemSelectionModel, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.support.fake_manager import make_snapshot

NUMBER = {column.key: number for number, column in enumerate(COLUMNS)}


@pytest.fixture
def model(qapp: QApplication) -> DownloadTableModel:
    return DownloadTableModel()


@pytest.fixture
def table(qtbot: QtBot, model: DownloadTableModel, theme: Theme) -> Iterator[DownloadTableView]:
    view = DownloadTableView(model, theme, IconSet())
    qtbot.addWidget(view)
    view.resize(984, 500)
    with qtbot.waitExposed(view):
        view.show()
    yield view
    model.setParent(view)


def test_a_choice_of_very_many_rows_outlives_a_filter(table: DownloadTableView, model: DownloadTableModel) -> None:
    model.add([make_snapshot(f"{n % 2}-{n}", id=f"{n:05}") for n in range(3_000)])
    table.selectAll()
    assert len(table.selected_ids()) == 3_000
    model.set_filter(DownloadFilter(text="1-"))
    assert table.selected_ids() == list(model.ids())
    assert len(table.selected_ids()) == 1_500


def test_the_choice_is_told_once_however_many_rows_go(table: DownloadTableView, model: DownloadTableModel) -> None:
    model.add([make_snapshot(f"{n}", id=f"{n:03}") for n in range(200)])
    table.selectAll()
    told: list[int] = []
    table.selection_changed.connect(lambda: told.append(len(table.selected_ids())))
    model.remove([f"{n:03}" for n in range(0, 100, 2)])
    assert told == [150]
    table.choose(["199"])
    assert told == [150, 1]


def test_a_list_made_anew_stays_where_it_was(table: DownloadTableView, model: DownloadTableModel) -> None:
    model.add([make_snapshot(f"{n:04}", id=f"{n:04}") for n in range(1_000)])
    QApplication.processEvents()
    table.choose(["0007", "0500"])
    table.selectionModel().setCurrentIndex(model.index(503, 0), QItemSelectionModel.SelectionFlag.NoUpdate)
    bar, resets = table.verticalScrollBar(), list[int]()
    bar.setValue(490 * table.rowHeight(0))
    model.modelReset.connect(lambda: resets.append(1))
    model.remove([f"{n:04}" for n in range(600, 1_000, 3)])
    QApplication.processEvents()
    assert resets == [1]
    assert bar.value() == 490 * table.rowHeight(0)
    assert table.selected_ids() == ["0007", "0500"]
    assert table.currentIndex() == model.index(503, 0)
    QTest.keyClick(table, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    assert table.selected_ids() == ["0503", "0504"]


def test_rows_hold_still_until_the_pointer_goes_or_has_long_rested(
    qtbot: QtBot, table: DownloadTableView, model: DownloadTableModel
) -> None:
    items = [make_snapshot(name, id=name, total=5) for name in "ab"]
    model.add(items)
    table.sort_by_keys([SortBy(NUMBER["size"])])

    def point_and_grow(total: int) -> None:
        QTest.mouseMove(table.viewport(), table.visualRect(model.index(0, 0)).center() + QPoint(total, 0))
        qtbot.waitUntil(table._hold.isActive)
        model.update([replace(items[0], total=total)])

    point_and_grow(9)
    assert list(model.ids()) == ["a", "b"]
    assert table._hold.remainingTime() > 20_000
    QApplication.sendEvent(table.viewport(), QEvent(QEvent.Type.Leave))
    assert list(model.ids()) == ["b", "a"]
    point_and_grow(1)
    assert list(model.ids()) == ["b", "a"]
    table._hold.timeout.emit()
    assert list(model.ids()) == ["a", "b"]
