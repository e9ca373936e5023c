"""The lines in sight as rows: the newest of them, within bounds of number and memory."""

# ruff: noqa: N802 - Qt names its virtual methods so

from collections.abc import Iterable, Sequence
from typing import Any, Final

from headrace.live_lines import Entry, KeptLines, Note
from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from headrace_gui.details.live_words import note_words
from headrace_gui.harmless import harmless

AnyIndex = QModelIndex | QPersistentModelIndex
_NO_INDEX: Final = QModelIndex()


class LineModel(QAbstractListModel):
    """Rows are lines or notes. A row's `serial` stays its own while others come and go."""

    def __init__(self, kept: KeptLines | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._kept = kept or KeptLines()
        self._gone = 0

    @property
    def lines(self) -> int:
        """How many of the rows are lines."""
        return self._kept.lines

    def replace(self, kept: KeptLines) -> None:
        """Show these in place of what was there; they belong to the model from now on."""
        self.beginResetModel()
        self._gone += len(self._kept.entries)
        self._kept = kept
        self.endResetModel()

    def append(self, entries: Sequence[Entry]) -> None:
        """Put lines behind the others, and let go of the oldest where there are too many."""
        fit = self._kept.fit(entries)
        if not fit.fresh:
            return
        if fit.excess:
            self.beginRemoveRows(_NO_INDEX, 0, fit.excess - 1)
            self._kept.drop(fit.excess)
            self._gone += fit.excess
            self.endRemoveRows()
        start = len(self._kept.entries)
        self.beginInsertRows(_NO_INDEX, start, start + len(fit.fresh) - 1)
        self._kept.extend(fit)
        self.endInsertRows()

    def entry(self, row: int) -> Entry:
        """Return what is in a row."""
        return self._kept.entries[row]

    def serial(self, row: int) -> int:
        """Return the number that a row keeps."""
        return self._gone + row

    def retold(self) -> None:
        """Have every row shown again, in another language."""
        if self._kept.entries:
            self.dataChanged.emit(self.index(0), self.index(len(self._kept.entries) - 1))

    def copied(self, rows: Iterable[int]) -> str:
        """Return the lines among these rows as text; what would steer a terminal is shown instead."""
        chosen = (self._kept.entries[row] for row in rows)
        return "\n".join(harmless(entry[0]) for entry in chosen if not isinstance(entry, Note))

    def rowCount(self, parent: AnyIndex = _NO_INDEX) -> int:
        """Return the number of rows."""
        return 0 if parent.isValid() else len(self._kept.entries)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return the line, as it is shown."""
        if not index.isValid() or role != Qt.ItemDataRole.DisplayRole:
            return None
        entry = self._kept.entries[index.row()]
        return note_words(entry) if isinstance(entry, Note) else harmless(entry[0])

    def flags(self, index: AnyIndex) -> Qt.ItemFlag:
        """Return what every row can be: chosen."""
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren
