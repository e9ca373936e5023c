"""The entries of the history that were read so far; more are read as they are scrolled to."""

# ruff: noqa: N802 - Qt names its virtual methods so

from collections.abc import Callable, Iterable
from time import time
from typing import Any, Final

from headrace.history import HistoryEntry, HistoryQuery
from headrace.history_book import HistoryBook
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, QTimer, Signal
from shiboken6 import isValid

from headrace_gui.history.history_words import TITLES, HistoryColumn, cell_text, side, told
from headrace_gui.texts import translate

AnyIndex = QModelIndex | QPersistentModelIndex
_NOWHERE: Final = QModelIndex()
_TOGETHER_MS: Final = 300
"""For which further changes are waited for before the newest entries are read again."""


class HistoryModel(QAbstractTableModel):
    """Asks the book for a page at a time; none of its methods waits."""

    answered = Signal()
    """A page was taken in: what is shown is what was asked for."""

    def __init__(self, book: HistoryBook, parent: QObject, *, clock: Callable[[], float] = time) -> None:
        super().__init__(parent)
        self._book, self._clock = book, clock
        self._entries: list[HistoryEntry] = []
        self._is_whole = self.is_asking = False
        self._serial = 0
        self.query = HistoryQuery()
        """What is looked for."""
        self._soon = QTimer(self, singleShot=True, interval=_TOGETHER_MS)
        self._soon.timeout.connect(self._ask_newest)

    def search(self, query: HistoryQuery) -> None:
        """Show what is meant by a query from now on; what is shown stays until it is found."""
        self.query = query
        self._serial += 1
        self._is_whole = False
        self._ask(None, self._begin)

    def refresh(self) -> None:
        """Be told that there are other entries: the newest are read again, soon."""
        self._soon.start()

    def entries(self, rows: Iterable[int]) -> list[HistoryEntry]:
        """Return the entries of rows."""
        return [self._entries[row] for row in rows if row < len(self._entries)]

    def drop(self, numbers: Iterable[int]) -> None:
        """Show entries no more."""
        gone = set(numbers)
        for row in range(len(self._entries) - 1, -1, -1):
            if self._entries[row].number in gone:
                self.beginRemoveRows(_NOWHERE, row, row)
                del self._entries[row]
                self.endRemoveRows()

    def retext(self) -> None:
        """Write all words anew."""
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(HistoryColumn) - 1)
        if self._entries:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._entries) - 1, len(HistoryColumn) - 1))

    # -- pages -------------------------------------------------------------------------------------------------

    def _ask(self, before: int | None, take: Callable[[list[HistoryEntry]], None]) -> None:
        serial, self.is_asking = self._serial, True

        def answer(found: list[HistoryEntry]) -> None:
            if isValid(self) and serial == self._serial:  # else somebody looks for something else by now
                self.is_asking = False
                take(found)
                self.answered.emit()

        self._book.page(self.query, answer, before)

    def _begin(self, found: list[HistoryEntry]) -> None:
        self.beginResetModel()
        self._entries, self._is_whole = found, not found
        self.endResetModel()

    def _go_on(self, found: list[HistoryEntry]) -> None:
        self._is_whole = not found
        if found:
            first = len(self._entries)
            self.beginInsertRows(_NOWHERE, first, first + len(found) - 1)
            self._entries += found
            self.endInsertRows()

    def _ask_newest(self) -> None:
        if self.is_asking:
            self._soon.start()
        else:
            self._ask(None, self._catch_up)

    def _catch_up(self, found: list[HistoryEntry]) -> None:
        """Take in what is new above, and let go of what is gone among the newest; all else keeps its place."""
        oldest = found[-1].number if found and len(found) < len(self._entries) else None
        there = {entry.number for entry in found}
        recent = [one.number for one in self._entries if oldest is None or one.number >= oldest]
        self.drop(number for number in recent if number not in there)
        newest = self._entries[0].number if self._entries else None
        fresh = [entry for entry in found if newest is None or entry.number > newest]
        if fresh:
            self.beginInsertRows(_NOWHERE, 0, len(fresh) - 1)
            self._entries[:0] = fresh
            self.endInsertRows()

    # -- Qt's model --------------------------------------------------------------------------------------------

    def rowCount(self, parent: AnyIndex = _NOWHERE) -> int:
        """Return how many were read."""
        return 0 if parent.isValid() else len(self._entries)

    def columnCount(self, parent: AnyIndex = _NOWHERE) -> int:
        """Return how many columns there are."""
        return 0 if parent.isValid() else len(HistoryColumn)

    def canFetchMore(self, parent: AnyIndex) -> bool:
        """Say whether there may be more."""
        return not (parent.isValid() or self._is_whole or self.is_asking)

    def fetchMore(self, parent: AnyIndex) -> None:
        """Have the next page read."""
        if self.canFetchMore(parent):
            self._ask(self._entries[-1].number if self._entries else None, self._go_on)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return a cell's words."""
        column = HistoryColumn(index.column())
        if role == Qt.ItemDataRole.DisplayRole:
            return cell_text(self._entries[index.row()], column, self._clock())
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleDescriptionRole):
            return told(self._entries[index.row()])
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return a column's title."""
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return translate("History", TITLES[HistoryColumn(section)])
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.TextAlignmentRole:
            return side(HistoryColumn(section)) | Qt.AlignmentFlag.AlignVCenter
        return None
