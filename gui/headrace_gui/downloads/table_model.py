"""The model behind the list: all downloads, of which it shows the filtered ones in its own order."""

# ruff: noqa: N802 - Qt names its virtual methods so

import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

from headrace.filters import Category, DownloadFilter, StatusFilter, category_of, status_of
from headrace.snapshots import DownloadSnapshot
from headrace.states import DownloadState
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from headrace_gui import words
from headrace_gui.downloads.columns import COLUMNS, Column, Look
from headrace_gui.downloads.sorting import places_in_line, sorted_ids, spans

AnyIndex = QModelIndex | QPersistentModelIndex
_NO_INDEX: Final = QModelIndex()
_MANY_SPANS: Final = 64
"""Beyond this many spans of rows to insert or remove one reset is cheaper for every view."""


class DownloadTableModel(QAbstractTableModel):
    """Snapshots by row. Sorts and filters itself: a proxy over a Python model takes seconds for 100,000 rows."""

    counts_changed = Signal()
    """How many downloads each sidebar entry has changed, or which of them wait how."""

    def __init__(
        self,
        columns: Sequence[Column] = COLUMNS,
        clock: Callable[[], float] = time.time,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.columns = columns
        self._clock = clock
        self._all: dict[str, DownloadSnapshot] = {}
        self._ids: list[str] = []
        self._rows: dict[str, int] = {}
        self._filter = DownloadFilter()
        self._sort: tuple[int, bool] | None = None
        self._counts: Counter[StatusFilter | Category | DownloadState] = Counter()
        self._places: Mapping[str, int] | None = None
        self._held = False
        self._stale = False

    # What the views ask

    def rowCount(self, parent: AnyIndex = _NO_INDEX) -> int:
        """Return the number of rows shown."""
        return 0 if parent.isValid() else len(self._ids)

    def columnCount(self, parent: AnyIndex = _NO_INDEX) -> int:
        """Return the number of columns, hidden ones included."""
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return text, tooltip, alignment or the sentence for screen readers."""
        if not index.isValid() or index.row() >= len(self._ids):
            return None
        snapshot, column = self.snapshot_at(index.row()), self.columns[index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return column.text(snapshot, self._clock())
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._tool_tip(snapshot, column)
        if role == Qt.ItemDataRole.AccessibleTextRole and column.look is Look.NAME:
            return words.row_sentence(snapshot, self._clock(), self.place_of(snapshot.id))
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(column)
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return a column's title."""
        if orientation is not Qt.Orientation.Horizontal or not 0 <= section < len(self.columns):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self.columns[section].title
        return _alignment(self.columns[section]) if role == Qt.ItemDataRole.TextAlignmentRole else None

    def _tool_tip(self, snapshot: DownloadSnapshot, column: Column) -> str | None:
        if column.look is not Look.NAME:
            return None
        line = words.failure_sentence(snapshot.failure) if snapshot.failure else self.status_text(snapshot)
        return f"{snapshot.name}\n{line}\n{snapshot.address}"

    # What the delegates and the window ask

    def snapshot_at(self, row: int) -> DownloadSnapshot:
        """Return the download shown in `row`."""
        return self._all[self._ids[row]]

    def snapshot(self, download_id: str) -> DownloadSnapshot | None:
        """Return a download by id, shown or not."""
        return self._all.get(download_id)

    def row_of(self, download_id: str) -> int | None:
        """Return the row of a download, None where it is filtered away."""
        return self._rows.get(download_id)

    def status_text(self, snapshot: DownloadSnapshot) -> str:
        """Return the second line of a row."""
        return words.status(snapshot, self._clock(), self.place_of(snapshot.id))

    def place_of(self, download_id: str) -> int | None:
        """Return the place in line, from 1, of a waiting download; None for others."""
        if self._places is None:
            self._places = places_in_line([s.id for s in self._all.values() if s.state is DownloadState.QUEUED])
        return self._places.get(download_id)

    def count(self, group: StatusFilter | Category) -> int:
        """Return how many downloads are in a group of states or a category."""
        return len(self._all) if group is StatusFilter.ALL else self._counts[group]

    @property
    def waits_for_a_time(self) -> bool:
        """Whether any download counts down to its next attempt."""
        return self._counts[DownloadState.RETRY_WAIT] > 0

    # What the manager tells

    def add(self, snapshots: Iterable[DownloadSnapshot]) -> None:
        """Take in new downloads: behind the others in queue order, or where they were before they were removed."""
        fresh = list(snapshots)
        for snapshot in fresh:
            self._count(self._all.get(snapshot.id), -1)
            self._all[snapshot.id] = snapshot
            self._count(snapshot, 1)
        if any(snapshot.queue_place < len(self._all) - len(fresh) for snapshot in fresh):
            self._put_back(fresh)
        self._places = None
        self._rebuild()
        self.counts_changed.emit()

    def update(self, snapshots: Iterable[DownloadSnapshot]) -> None:
        """Take in newer snapshots of known downloads; rows stay unless sorting or filter move them."""
        pairs = [(self._all[new.id], new) for new in snapshots if new.id in self._all]
        self._all.update((new.id, new) for _, new in pairs)
        regrouped = [(old, new) for old, new in pairs if old.state is not new.state or old.name != new.name]
        for old, new in regrouped:
            self._count(old, -1)
            self._count(new, 1)
        self._move_if(any(self._moves(old, new) for old, new in pairs))
        self._tell_changed(new.id for _, new in pairs)
        self._tell_line_changed(regrouped)
        if regrouped:
            self.counts_changed.emit()

    def remove(self, ids: Iterable[str]) -> None:
        """Forget downloads."""
        gone = set(ids)
        self._show([each for each in self._ids if each not in gone])
        for download_id in gone:
            self._count(self._all.pop(download_id, None), -1)
        self._places = None
        self.counts_changed.emit()

    def reorder(self, ids: Sequence[str]) -> None:
        """Take in a new queue order."""
        self._all = {download_id: self._all[download_id] for download_id in ids if download_id in self._all}
        self._places = None
        self._rebuild()
        self._tell_all_changed()

    def _put_back(self, fresh: Sequence[DownloadSnapshot]) -> None:
        """Put downloads at their places among the others."""
        coming = {snapshot.id for snapshot in fresh}
        order = [each for each in self._all if each not in coming]
        for snapshot in sorted(fresh, key=lambda each: each.queue_place):
            order.insert(snapshot.queue_place, snapshot.id)
        self._all = {each: self._all[each] for each in order}

    def _moves(self, old: DownloadSnapshot, new: DownloadSnapshot) -> bool:
        shown = new.id in self._rows
        if self._filter.accepts(new) != shown:
            return True
        key = self.columns[self._sort[0]].sort_key if self._sort else None
        return key is not None and shown and key(old) != key(new)

    def _move_if(self, moves: bool) -> None:  # noqa: FBT001
        if moves and not self._held:
            self._rebuild()
        self._stale = self._held and (self._stale or moves)

    def _tell_line_changed(self, regrouped: Iterable[tuple[DownloadSnapshot, DownloadSnapshot]]) -> None:
        if any(DownloadState.QUEUED in (old.state, new.state) for old, new in regrouped):
            self._places = None
            self._tell_changed(s.id for s in self._all.values() if s.state is DownloadState.QUEUED)

    def _count(self, snapshot: DownloadSnapshot | None, step: int) -> None:
        if snapshot is not None:
            self._counts[snapshot.state] += step
            self._counts[status_of(snapshot.state)] += step
            self._counts[category_of(snapshot.name)] += step

    def _tell_changed(self, ids: Iterable[str]) -> None:
        last = len(self.columns) - 1
        for first_row, last_row in spans(self._rows[each] for each in ids if each in self._rows):
            self.dataChanged.emit(self.index(first_row, 0), self.index(last_row, last))

    def _tell_all_changed(self) -> None:
        if self._ids:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._ids) - 1, len(self.columns) - 1))

    def tell_times_changed(self) -> None:
        """Let views repaint rows whose words depend on the clock alone."""
        self._tell_changed(s.id for s in self._all.values() if s.state is DownloadState.RETRY_WAIT)

    # What the person chooses

    @property
    def filter(self) -> DownloadFilter:
        """The filter in force."""
        return self._filter

    def set_filter(self, wanted: DownloadFilter) -> None:
        """Show only what `wanted` accepts."""
        if wanted != self._filter:
            self._filter = wanted
            self._rebuild()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by a column; -1 returns to the queue's order."""
        self._sort = (column, order is Qt.SortOrder.DescendingOrder) if 0 <= column < len(self.columns) else None
        self._rebuild()

    def set_held(self, held: bool) -> None:  # noqa: FBT001 - Qt's way of a property
        """While held (the pointer is over the rows) updates do not move rows; afterwards they catch up."""
        self._held = held
        if not held and self._stale:
            self._stale = False
            self._rebuild()

    # Order

    def _wanted_ids(self) -> list[str]:
        accepts = self._filter.accepts
        shown = self._all.values() if self._filter.accepts_all else [s for s in self._all.values() if accepts(s)]
        if self._sort is None:
            return [snapshot.id for snapshot in shown]
        column, falling = self._sort
        return sorted_ids(shown, self.columns[column].sort_key, falling=falling)

    def _rebuild(self) -> None:
        self._stale = False
        self._show(self._wanted_ids())

    def _show(self, wanted: list[str]) -> None:
        if wanted == self._ids:
            return
        wanted_set = set(wanted)
        leaving = list(spans(row for row, each in enumerate(self._ids) if each not in wanted_set))
        coming = list(spans(row for row, each in enumerate(wanted) if each not in self._rows))
        if len(leaving) + len(coming) > _MANY_SPANS:
            self._reset(wanted)
            return
        self._drop(leaving)
        self._rearrange([each for each in wanted if each in self._rows])
        self._insert(coming, wanted)

    def _reset(self, wanted: list[str]) -> None:
        self.beginResetModel()
        self._set_ids(wanted)
        self.endResetModel()

    def _set_ids(self, ids: list[str]) -> None:
        self._ids = ids
        self._rows = {download_id: row for row, download_id in enumerate(ids)}

    def _drop(self, leaving: list[tuple[int, int]]) -> None:
        for first, last in reversed(leaving):
            self.beginRemoveRows(QModelIndex(), first, last)
            self._set_ids(self._ids[:first] + self._ids[last + 1 :])
            self.endRemoveRows()

    def _rearrange(self, wanted: list[str]) -> None:
        if wanted == self._ids:
            return
        self.layoutAboutToBeChanged.emit()
        before = self.persistentIndexList()
        ids = [self._ids[index.row()] for index in before]
        self._set_ids(wanted)
        after = [self.index(self._rows[each], old.column()) for each, old in zip(ids, before, strict=True)]
        self.changePersistentIndexList(before, after)
        self.layoutChanged.emit()

    def _insert(self, coming: list[tuple[int, int]], wanted: list[str]) -> None:
        for first, last in coming:
            self.beginInsertRows(QModelIndex(), first, last)
            self._set_ids(self._ids[:first] + wanted[first : last + 1] + self._ids[first:])
            self.endInsertRows()


def _alignment(column: Column) -> Qt.AlignmentFlag:
    numeric = column.look in (Look.NUMBER, Look.QUIET_NUMBER)
    side = Qt.AlignmentFlag.AlignRight if numeric else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter
