"""The model of the connections of one download, a row for each, kept by its number."""

# ruff: noqa: N802 - Qt names its virtual methods so

from collections.abc import Mapping, Sequence
from enum import IntEnum
from types import MappingProxyType
from typing import Any, Final

from headrace.details import ConnectionSnapshot, ConnectionState
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from headrace_gui import words
from headrace_gui.texts import QT_TRANSLATE_NOOP, translate

AnyIndex = QModelIndex | QPersistentModelIndex
_NO_INDEX: Final = QModelIndex()


class ConnectionColumn(IntEnum):
    """The columns in order."""

    NUMBER = 0
    HOST = 1
    RANGE = 2
    ARRIVED = 3
    SPEED = 4
    STATE = 5


_C = ConnectionColumn
TITLES: Final[Mapping[ConnectionColumn, str]] = MappingProxyType(
    {
        _C.NUMBER: QT_TRANSLATE_NOOP("Details", "#"),
        _C.HOST: QT_TRANSLATE_NOOP("Details", "Host"),
        _C.RANGE: QT_TRANSLATE_NOOP("Details", "Part of the file"),
        _C.ARRIVED: QT_TRANSLATE_NOOP("Details", "Arrived"),
        _C.SPEED: QT_TRANSLATE_NOOP("Details", "Speed"),
        _C.STATE: QT_TRANSLATE_NOOP("Details", "State"),
    }
)
STATES: Final[Mapping[ConnectionState, str]] = MappingProxyType(
    {
        ConnectionState.CONNECTING: QT_TRANSLATE_NOOP("Details", "Connecting"),
        ConnectionState.WAITING: QT_TRANSLATE_NOOP("Details", "Waiting for an answer"),
        ConnectionState.RECEIVING: QT_TRANSLATE_NOOP("Details", "Receiving"),
        ConnectionState.HELD: QT_TRANSLATE_NOOP("Details", "Held back"),
        ConnectionState.ENDING: QT_TRANSLATE_NOOP("Details", "Ending"),
    }
)
RIGHT: Final = frozenset({_C.NUMBER, _C.SPEED})
"""Columns of figures that line up at their end."""


class ConnectionTableModel(QAbstractTableModel):
    """Connections by row, in the order of their numbers."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[ConnectionSnapshot] = []

    def rowCount(self, parent: AnyIndex = _NO_INDEX) -> int:
        """Return the number of connections."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: AnyIndex = _NO_INDEX) -> int:
        """Return the number of columns."""
        return 0 if parent.isValid() else len(ConnectionColumn)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return text, tooltip, alignment or the sentence for screen readers."""
        if not index.isValid() or index.row() >= len(self._rows):
            return None
        connection, column = self._rows[index.row()], ConnectionColumn(index.column())
        if role == Qt.ItemDataRole.DisplayRole:
            return cell_text(connection, column)
        if role == Qt.ItemDataRole.AccessibleTextRole and column is _C.NUMBER:
            return sentence(connection)
        if role == Qt.ItemDataRole.ToolTipRole:
            return exact_range(connection) if column is _C.RANGE else sentence(connection)
        return alignment(column) if role == Qt.ItemDataRole.TextAlignmentRole else None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return a column's title."""
        if orientation is not Qt.Orientation.Horizontal or not 0 <= section < len(ConnectionColumn):
            return None
        column = ConnectionColumn(section)
        if role == Qt.ItemDataRole.DisplayRole:
            return translate("Details", TITLES[column])
        return alignment(column) if role == Qt.ItemDataRole.TextAlignmentRole else None

    def connection_at(self, row: int) -> ConnectionSnapshot:
        """Return the connection shown in `row`."""
        return self._rows[row]

    def show_connections(self, connections: Sequence[ConnectionSnapshot]) -> None:
        """Take in what there is now: rows come and go by number, what changed in one is told, the others stay."""
        wanted = sorted(connections, key=lambda each: each.number)
        self._drop({each.number for each in wanted})
        known = {each.number for each in self._rows}
        for row, connection in enumerate(wanted):
            if connection.number not in known:
                self.beginInsertRows(QModelIndex(), row, row)
                self._rows.insert(row, connection)
                self.endInsertRows()
            elif self._rows[row] != connection:
                self._rows[row] = connection
                self.dataChanged.emit(self.index(row, 0), self.index(row, len(ConnectionColumn) - 1))

    def retext(self) -> None:
        """Have views ask for all texts again."""
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(ConnectionColumn) - 1)
        if self._rows:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._rows) - 1, len(ConnectionColumn) - 1))

    def _drop(self, kept: set[int]) -> None:
        for row in range(len(self._rows) - 1, -1, -1):
            if self._rows[row].number not in kept:
                self.beginRemoveRows(QModelIndex(), row, row)
                del self._rows[row]
                self.endRemoveRows()


def fraction(connection: ConnectionSnapshot) -> float | None:
    """Return how much of its part a connection has brought, 0.0 to 1.0; None where the part has no known end."""
    if connection.end is None or connection.end <= connection.start:
        return None
    return (connection.position - connection.start) / (connection.end - connection.start)


def cell_text(connection: ConnectionSnapshot, column: ConnectionColumn) -> str:
    """Write one cell."""
    share = fraction(connection)
    texts = {
        _C.NUMBER: words.number(connection.number),
        _C.HOST: connection.host,
        _C.RANGE: _range(connection),
        _C.ARRIVED: words.size(connection.position - connection.start) if share is None else words.percent(share),
        _C.SPEED: words.speed(connection.speed),
        _C.STATE: translate("Details", STATES[connection.state]),
    }
    return texts[column]


def _range(connection: ConnectionSnapshot) -> str:
    start = words.size(connection.start)
    if connection.end is None:
        #: Part of a file without a known end
        return translate("Details", "from {start} on").format(start=start)
    return translate("Details", "{start} to {end}").format(start=start, end=words.size(connection.end))


def exact_range(connection: ConnectionSnapshot) -> str:
    """Write the part of the file in bytes, both ends included as in a request."""
    start = words.number(connection.start)
    if connection.end is None:
        return translate("Details", "Bytes from {start} on").format(start=start)
    end = words.number(connection.end - 1)
    return translate("Details", "Bytes {start} to {end}").format(start=start, end=end)


def sentence(connection: ConnectionSnapshot) -> str:
    """Write a row as one sentence for screen readers."""
    heading = translate("Details", "Connection {number}").format(number=words.number(connection.number))
    cells = (cell_text(connection, column) for column in ConnectionColumn if column is not _C.NUMBER)
    return ", ".join([heading, *filter(None, cells)])


def alignment(column: ConnectionColumn) -> Qt.AlignmentFlag:
    """Return how a column's text stands, in the direction of reading."""
    side = Qt.AlignmentFlag.AlignRight if column in RIGHT else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter
