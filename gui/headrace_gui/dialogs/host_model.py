"""The table of hosts: which there are, what holds for each, and what was found out."""

# ruff: noqa: N802 - Qt names its virtual methods so

from collections.abc import Iterable
from enum import IntEnum
from time import time
from typing import Any, Final

from headrace.host_notes import HostEntry
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from headrace_gui.host_words import entry_words, facts_of, seen_words
from headrace_gui.texts import QT_TRANSLATE_NOOP, SEPARATOR, isolated, plain_tip, translate

AnyIndex = QModelIndex | QPersistentModelIndex
_ROOT: Final = QModelIndex()


class HostColumn(IntEnum):
    """The columns, in order."""

    HOST = 0
    RULE = 1
    LEARNT = 2
    SEEN = 3


_TITLES: Final = {
    HostColumn.HOST: QT_TRANSLATE_NOOP("Hosts", "Host"),
    HostColumn.RULE: QT_TRANSLATE_NOOP("Hosts", "Rule"),
    HostColumn.LEARNT: QT_TRANSLATE_NOOP("Hosts", "Learnt"),
    HostColumn.SEEN: QT_TRANSLATE_NOOP("Hosts", "Last seen"),
}


class HostModel(QAbstractTableModel):
    """Shows those hosts in whose words all that is searched for is found."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._all: list[HostEntry] = []
        self._shown: list[HostEntry] = []
        self._words: list[str] = []

    def show(self, entries: Iterable[HostEntry]) -> bool:
        """Show these in the place of others; say whether they differ."""
        entries = list(entries)
        if entries == self._all:
            return False
        self._all = entries
        self._sieve()
        return True

    def search(self, text: str) -> None:
        """Show only what has all these words in it."""
        self._words = text.casefold().split()
        self._sieve()

    def retext(self) -> None:
        """Write everything anew in the language in force."""
        self.dataChanged.emit(self.index(0, 0), self.index(len(self._shown) - 1, len(HostColumn) - 1))
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(HostColumn) - 1)

    def entry(self, row: int) -> HostEntry | None:
        """Return what a row shows."""
        return self._shown[row] if 0 <= row < len(self._shown) else None

    def row_of(self, host: str) -> int:
        """Return where a host is shown, -1 for nowhere."""
        return next((row for row, entry in enumerate(self._shown) if entry.host == host), -1)

    def is_empty(self) -> bool:
        """Say whether there is none at all, whatever is searched for."""
        return not self._all

    def _sieve(self) -> None:
        self.beginResetModel()
        self._shown = [entry for entry in self._all if self._is_meant(entry)]
        self.endResetModel()

    def _is_meant(self, entry: HostEntry) -> bool:
        if not self._words:
            return True
        whole = " ".join(_text(entry, column, time()) for column in HostColumn).casefold()
        return all(word in whole for word in self._words)

    def rowCount(self, parent: AnyIndex = _ROOT) -> int:
        """Return how many are shown."""
        return 0 if parent.isValid() else len(self._shown)

    def columnCount(self, parent: AnyIndex = _ROOT) -> int:
        """Return how many columns there are."""
        return 0 if parent.isValid() else len(HostColumn)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return the words of a cell."""
        entry = self.entry(index.row())
        if entry is None:
            return None
        text = _text(entry, HostColumn(index.column()), time())
        if role == Qt.ItemDataRole.DisplayRole:
            return isolated(text) if index.column() == HostColumn.HOST else text
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip(text)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return text or translate("Hosts", "nothing")
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return the title of a column."""
        if orientation is not Qt.Orientation.Horizontal or role != Qt.ItemDataRole.DisplayRole:
            return None
        return translate("Hosts", _TITLES[HostColumn(section)])


def _text(entry: HostEntry, column: HostColumn, now: float) -> str:
    if column is HostColumn.HOST:
        return entry.host
    if column is HostColumn.RULE:
        return entry_words(entry)
    if column is HostColumn.SEEN:
        return seen_words(entry.note, now)
    return "" if entry.note is None else SEPARATOR.join(facts_of(entry.note, now))
