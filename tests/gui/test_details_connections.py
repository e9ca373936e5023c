"""The table of connections: rows by number, words, what is left out where it is narrow."""

from typing import Any

import pytest
from headrace.details import ConnectionSnapshot, ConnectionState
from headrace_gui.details.connection_model import STATES, ConnectionColumn, ConnectionTableModel, cell_text, fraction
from headrace_gui.details.connection_table import ConnectionTable
from headrace_gui.theme import Theme
from PySide6.QtCore import QPersistentModelIndex, Qt
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

_C = ConnectionColumn
MB = 1_000_000


def plain(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ")


def connection(number: int = 1, **changes: Any) -> ConnectionSnapshot:
    values: dict[str, Any] = {
        "number": number,
        "host": "example.org:443",
        "start": 100 * MB,
        "position": 150 * MB,
        "end": 200 * MB,
        "speed": 5.0 * MB,
        "state": ConnectionState.RECEIVING,
    }
    return ConnectionSnapshot(**values | changes)


@pytest.fixture
def model(qtmodeltester: ModelTester) -> ConnectionTableModel:
    model = ConnectionTableModel()
    model.show_connections([connection(2), connection(3), connection(5)])
    qtmodeltester.check(model)  # type: ignore[no-untyped-call]
    return model


def numbers(model: ConnectionTableModel) -> list[int]:
    return [model.connection_at(row).number for row in range(model.rowCount())]


def test_rows_come_and_go_by_number(model: ConnectionTableModel, qtmodeltester: ModelTester) -> None:
    kept = QPersistentModelIndex(model.index(2, 0))
    model.show_connections([connection(7), connection(5), connection(3), connection(1)])
    assert numbers(model) == [1, 3, 5, 7]
    assert model.connection_at(kept.row()).number == 5
    model.show_connections([])
    assert numbers(model) == []
    assert not kept.isValid()


def test_only_rows_that_changed_are_told(model: ConnectionTableModel, qtbot: QtBot) -> None:
    told: list[int] = []
    model.dataChanged.connect(lambda first, last, _roles: told.extend(range(first.row(), last.row() + 1)))
    model.show_connections([connection(2), connection(3, position=160 * MB), connection(5)])
    assert told == [1]
    assert plain(model.index(1, _C.ARRIVED).data()) == "60 %"


@pytest.mark.parametrize(
    ("changes", "column", "wanted"),
    [
        ({}, _C.NUMBER, "1"),
        ({}, _C.HOST, "example.org:443"),
        ({}, _C.RANGE, "100 MB to 200 MB"),
        ({"end": None}, _C.RANGE, "from 100 MB on"),
        ({}, _C.ARRIVED, "50 %"),
        ({"end": None}, _C.ARRIVED, "50.0 MB"),
        ({}, _C.SPEED, "5.0 MB/s"),
        ({"speed": None}, _C.SPEED, ""),
        ({"state": ConnectionState.HELD}, _C.STATE, "Held back"),
    ],
)
def test_cells_in_words(changes: dict[str, Any], column: ConnectionColumn, wanted: str) -> None:
    assert plain(cell_text(connection(**changes), column)) == wanted


def test_an_empty_part_has_no_fraction() -> None:
    assert fraction(connection(start=5, position=5, end=5)) is None
    assert fraction(connection()) == 0.5


def test_every_state_has_words() -> None:
    assert set(STATES) == set(ConnectionState)


def test_a_row_is_one_sentence_for_screen_readers(model: ConnectionTableModel) -> None:
    sentence = model.index(0, _C.NUMBER).data(Qt.ItemDataRole.AccessibleTextRole)
    assert plain(sentence) == "Connection 2, example.org:443, 100 MB to 200 MB, 50 %, 5.0 MB/s, Receiving"
    tip = model.index(0, _C.RANGE).data(Qt.ItemDataRole.ToolTipRole)
    assert tip == "Bytes 100,000,000 to 199,999,999"


@pytest.mark.parametrize(
    ("width", "hidden"),
    [(900, set()), (640, {_C.RANGE}), (348, {_C.RANGE, _C.NUMBER, _C.STATE}), (200, set(_C) - {_C.HOST, _C.SPEED})],
)
def test_columns_give_way_where_it_is_narrow(
    qtbot: QtBot, theme: Theme, model: ConnectionTableModel, width: int, hidden: set[ConnectionColumn]
) -> None:
    table = ConnectionTable(model, theme)
    qtbot.addWidget(table)
    table.resize(width, 200)
    table.show()
    assert {column for column in _C if table.isColumnHidden(column)} == hidden
    shown = sum(table.columnWidth(column) for column in _C if not table.isColumnHidden(column))
    assert shown <= max(table.viewport().width(), 160)
    seen = table.viewport().grab().toImage()
    model.show_connections([connection(2), connection(3, speed=9.0 * MB), connection(5)])
    assert table.viewport().grab().toImage() != seen, "the speed of one line is another"


def test_without_connections_a_line_says_so(qtbot: QtBot, theme: Theme, model: ConnectionTableModel) -> None:
    table = ConnectionTable(model, theme)
    qtbot.addWidget(table)
    table.resize(640, 200)
    table.show()
    model.show_connections([])
    picture = table.viewport().grab().toImage()
    places = [(x, y) for x in range(picture.width()) for y in range(picture.height())]
    ink = [(x, y) for x, y in places if picture.pixel(x, y) != picture.pixel(0, 0)]
    assert ink
    for inked, middle in zip((sum(values) / len(ink) for values in zip(*ink, strict=True)), (320, 88), strict=True):
        assert inked == pytest.approx(middle, abs=20)
