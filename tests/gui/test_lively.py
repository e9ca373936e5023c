"""What a running download changes at every tick: told of and painted are the cells that show it, and no others."""

from collections import Counter
from dataclasses import replace
from typing import Any

import pytest
from headrace.states import DownloadState, Notice
from headrace_gui import words
from headrace_gui.downloads.cell_painter import CellPainter
from headrace_gui.downloads.columns import COLUMNS
from headrace_gui.downloads.lively import just_moves, lively_spans
from headrace_gui.downloads.table_model import DownloadTableModel
from headrace_gui.downloads.table_view import DownloadTableView
from headrace_gui.icons import IconSet
from headrace_gui.theme import Theme
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QModelIndex, QRect
from PySide6.QtGui import QPainter
from pytestqt.qtbot import QtBot

from tests.support.fake_manager import make_snapshot

_S = DownloadState
NOW = 1_700_000_100.0
NUMBER = {column.key: number for number, column in enumerate(COLUMNS)}
RUNNING = make_snapshot("n", id="0", state=_S.DOWNLOADING, total=9, received=3, speed=7.0)


@pytest.fixture
def model(qtbot: QtBot) -> DownloadTableModel:
    return DownloadTableModel(clock=lambda: NOW)


def test_of_rows_that_just_move_the_cells_with_figures_are_told(model: DownloadTableModel, qtbot: QtBot) -> None:
    items = [make_snapshot(f"n{n}", id=str(n), state=_S.DOWNLOADING, total=9) for n in range(3)]
    model.add(items)
    told: set[tuple[int, int]] = set()

    def note(first: QModelIndex, last: QModelIndex) -> None:
        rows, columns = range(first.row(), last.row() + 1), range(first.column(), last.column() + 1)
        told.update((row, column) for row in rows for column in columns)

    model.dataChanged.connect(note)
    model.update([replace(items[0], received=5), replace(items[2], received=5, connections=2)])
    figures = {NUMBER[key] for key in ("progress", "speed", "time_left", "average_speed")}
    assert told == {(0, column) for column in figures} | {(2, column) for column in range(len(COLUMNS))}


@given(
    received=st.integers(0, 9),
    claimed=st.integers(0, 9),
    speed=st.none() | st.floats(0, 1e9),
    time_left=st.none() | st.floats(0, 1e9),
    average_speed=st.none() | st.floats(0, 1e9),
    total=st.sampled_from([None, 9]),
)
def test_no_other_cell_shows_what_just_moves(total: int | None, **figures: Any) -> None:
    old = make_snapshot("n", state=_S.DOWNLOADING, total=total, speed=7.0, notices=(Notice.LENGTH_UNKNOWN,))
    new = replace(old, **figures)
    if just_moves(old, new):
        assert words.status(old, NOW) == words.status(new, NOW)
        lively = {column for first, last in lively_spans(COLUMNS) for column in range(first, last + 1)}
        for number, column in enumerate(COLUMNS):
            assert number in lively or column.text(old, NOW) == column.text(new, NOW)
    else:
        assert new.speed == 0


@pytest.mark.parametrize(
    "change",
    [{"state": _S.PAUSED}, {"connections": 3}, {"limit": 5}, {"speed": 0.0}, {"name": "m"}, {"resumable": False}],
    ids=lambda change: next(iter(change)),
)
def test_what_words_tell_of_is_not_just_moving(change: dict[str, Any]) -> None:
    assert just_moves(RUNNING, replace(RUNNING, received=5))
    assert not just_moves(RUNNING, replace(RUNNING, **change))


def test_cells_that_stay_as_they_are_are_not_painted(
    qtbot: QtBot, model: DownloadTableModel, theme: Theme, monkeypatch: pytest.MonkeyPatch
) -> None:
    model.add([replace(RUNNING, id=str(number)) for number in range(4)])
    table = DownloadTableView(model, theme, IconSet())
    qtbot.addWidget(table)
    table.resize(984, 300)
    with qtbot.waitExposed(table):
        table.show()
    painted: Counter[tuple[int, str]] = Counter()
    paint = CellPainter.paint

    def count(self: CellPainter, painter: QPainter, cell: QRect, snapshot: Any, row: int, column: int) -> None:
        painted[row, COLUMNS[column].key] += 1
        paint(self, painter, cell, snapshot, row, column)

    monkeypatch.setattr(CellPainter, "paint", count)
    before = table.viewport().grab().toImage()
    painted.clear()
    model.update([replace(RUNNING, id="1", received=8, speed=5e6)])
    qtbot.waitUntil(lambda: painted[1, "speed"] > 0)
    assert {row for row, _ in painted} & {0, 3} == set()  # what Qt updates touches the next row, and the next column
    assert {column for _, column in painted} <= {"progress", "size", "speed", "time_left", "added"}
    assert table.viewport().grab().toImage() != before
    painted.clear()
    model.update([replace(RUNNING, id="1", received=8, speed=5e6, connections=3)])
    qtbot.waitUntil(lambda: painted[1, "name"] > 0)
