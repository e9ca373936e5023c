"""The story of one download as rows: what happened, in order, with a heading wherever another day begins."""

# ruff: noqa: N802 - Qt names its virtual methods so

from collections.abc import Iterable, Sequence
from typing import Any, Final

from headrace.story import StoryEntry
from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from headrace_gui.story_words import day, is_same_day, sign_name, sign_of, sortable_moment, story_sentence, time_of_day

AnyIndex = QModelIndex | QPersistentModelIndex
_NO_INDEX: Final = QModelIndex()
MOST: Final = 400
"""Rows that are kept; the engine keeps fewer entries, so the others are what came while somebody looked."""


class LogModel(QAbstractListModel):
    """Rows are entries, or the day (Unix seconds) of those below."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[StoryEntry | float] = []

    def show(self, entries: Iterable[StoryEntry]) -> None:
        """Show these in place of what was there."""
        self.beginResetModel()
        self._rows = _with_days(list(entries)[-MOST:], None)
        self.endResetModel()

    def append(self, entries: Sequence[StoryEntry]) -> None:
        """Put entries behind the others."""
        fresh = _with_days(entries, self._last())
        if fresh:
            start = len(self._rows)
            self.beginInsertRows(_NO_INDEX, start, start + len(fresh) - 1)
            self._rows += fresh
            self.endInsertRows()
        if len(self._rows) > MOST:
            self._let_go(len(self._rows) - MOST)

    def _let_go(self, count: int) -> None:
        """Remove the oldest rows, but for the heading of the day with which the rest begins."""
        heading = max(row for row in range(count + 1) if not isinstance(self._rows[row], StoryEntry))
        self._remove(heading + 1, count)
        self._remove(0, heading)

    def _remove(self, start: int, end: int) -> None:
        if start < end:
            self.beginRemoveRows(_NO_INDEX, start, end - 1)
            del self._rows[start:end]
            self.endRemoveRows()

    def entries(self) -> list[StoryEntry]:
        """Return all entries."""
        return [row for row in self._rows if isinstance(row, StoryEntry)]

    def row(self, number: int) -> StoryEntry | float:
        """Return what stands in a row."""
        return self._rows[number]

    def retold(self) -> None:
        """Have every row shown again, in another language."""
        if self._rows:
            self.dataChanged.emit(self.index(0), self.index(len(self._rows) - 1))

    def copied(self, numbers: Iterable[int] | None = None) -> str:
        """Return rows as text, all where none are named: a line for each entry."""
        chosen = range(len(self._rows)) if numbers is None else sorted(numbers)
        entries = (self._rows[number] for number in chosen)
        return "\n".join(
            f"{sortable_moment(one.at)}  {story_sentence(one)}" for one in entries if isinstance(one, StoryEntry)
        )

    def _last(self) -> StoryEntry | None:
        last = self._rows[-1] if self._rows else None
        return last if isinstance(last, StoryEntry) else None

    def rowCount(self, parent: AnyIndex = _NO_INDEX) -> int:
        """Return the number of rows."""
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return the sentence, and the whole row for screen readers."""
        if not index.isValid():
            return None
        row = self._rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return story_sentence(row) if isinstance(row, StoryEntry) else day(row)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return _spoken(row) if isinstance(row, StoryEntry) else day(row)
        return None

    def flags(self, index: AnyIndex) -> Qt.ItemFlag:
        """Headings cannot be chosen."""
        plain = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemNeverHasChildren
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        is_entry = isinstance(self._rows[index.row()], StoryEntry)
        return plain | Qt.ItemFlag.ItemIsSelectable if is_entry else plain


def _with_days(entries: Sequence[StoryEntry], before: StoryEntry | None) -> list[StoryEntry | float]:
    rows: list[StoryEntry | float] = []
    for entry in entries:
        if before is None or not is_same_day(before.at, entry.at):
            rows.append(entry.at)
        rows.append(entry)
        before = entry
    return rows


def _spoken(entry: StoryEntry) -> str:
    return ", ".join((time_of_day(entry.at), sign_name(sign_of(entry)), story_sentence(entry)))
