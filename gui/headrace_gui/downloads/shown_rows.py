"""Rows of a model that come, go and change places: views are told the least that makes one list of ids another."""

# ruff: noqa: N802 - Qt names its virtual methods so

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import compress, count, filterfalse, islice
from operator import is_not, not_
from typing import Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Signal

from headrace_gui.downloads.sorting import spans

AnyIndex = QModelIndex | QPersistentModelIndex
_NO_INDEX: Final = QModelIndex()
_ENOUGH_LOOKS: Final = 4
"""So many times as many rows are looked at for some of them until all are noted."""
MANY_SPANS: Final = 64
"""Beyond this many spans of rows to insert or remove one reset is cheaper for every view."""
_MANY_ROWS: Final = 5_000
"""Beyond this many rows a new filter resets: to look for the spans would take longer."""


class ShownRows(QAbstractTableModel):
    """Keeps the ids of the rows that are shown, each once."""

    rows_dropped = Signal()
    """All rows that had to go are gone, however many spans they were: told once, behind the last rowsRemoved."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._ids: list[str] = []
        self._rows_known: dict[str, int] | None = {}
        self._looked = 0
        """How many rows were looked at for some that were asked for, since all were noted last."""

    def rowCount(self, parent: AnyIndex = _NO_INDEX) -> int:
        """Return the number of rows shown."""
        return 0 if parent.isValid() else len(self._ids)

    def ids(self) -> Sequence[str]:
        """Return the ids of the rows shown, from top to bottom."""
        return self._ids

    def row_of(self, download_id: str) -> int | None:
        """Return the row of a download, None where it is filtered away."""
        return self._rows_of([download_id]).get(download_id)

    def _rows_of(self, ids: Collection[str]) -> Mapping[str, int]:
        """Return the rows of those of `ids` that are shown, and maybe of others."""
        if self._rows_known is not None or self._looked >= _ENOUGH_LOOKS * len(self._ids):
            return self._rows()
        wanted = set(ids)  # to find some takes less than to note all, and most are near the top
        rows = list(islice(compress(count(), map(wanted.__contains__, self._ids)), len(wanted)))
        self._looked += rows[-1] + 1 if wanted and len(rows) == len(wanted) else len(self._ids)
        return {self._ids[row]: row for row in rows}

    def _rows(self) -> dict[str, int]:
        if self._rows_known is None:
            self._looked = 0
            self._rows_known = dict(zip(self._ids, count(), strict=False))
        return self._rows_known

    def _show(self, wanted: list[str]) -> None:
        if wanted == self._ids:
            return
        if len(wanted) == len(self._ids) and self._rows().keys() == set(wanted):
            self._rearrange(wanted)
        elif len(wanted) + len(self._ids) > 2 * _MANY_ROWS and abs(len(wanted) - len(self._ids)) > _MANY_ROWS:
            self._reset(wanted)
        else:
            self._change(wanted)

    def _change(self, wanted: list[str]) -> None:
        first, old, new = _without_same_ends(self._ids, wanted)
        leaving, coming = list(spans(_new_in(old, new, first))), list(spans(_new_in(new, old, first)))
        if len(leaving) + len(coming) > MANY_SPANS:
            self._reset(wanted)
            return
        self._drop(leaving)
        staying = wanted.copy()
        for first, last in reversed(coming):
            del staying[first : last + 1]
        self._rearrange(staying)
        self._insert(coming, wanted)

    def _take_out(self, gone: Collection[str]) -> None:
        """Show these no longer."""
        rows = self._rows_of(gone)
        leaving = list(spans(rows[each] for each in gone if each in rows))
        if len(leaving) > MANY_SPANS:
            self._reset(list(filterfalse(gone.__contains__, self._ids)))
        else:
            self._drop(leaving)

    def _reset(self, wanted: list[str]) -> None:
        self.beginResetModel()
        self._set_ids(wanted)
        self.endResetModel()

    def _set_ids(self, ids: list[str]) -> None:
        self._ids = ids
        self._rows_known = None

    def _drop(self, leaving: list[tuple[int, int]]) -> None:
        for first, last in reversed(leaving):
            self.beginRemoveRows(QModelIndex(), first, last)
            del self._ids[first : last + 1]
            self._rows_known = None
            self.endRemoveRows()
        if leaving:
            self.rows_dropped.emit()

    def _rearrange(self, wanted: list[str]) -> None:
        if wanted == self._ids:
            return
        self.layoutAboutToBeChanged.emit()
        before = self.persistentIndexList()
        ids = [self._ids[index.row()] for index in before]
        self._set_ids(wanted)
        rows = self._rows() if ids else {}
        after = [self.index(rows[each], old.column()) for each, old in zip(ids, before, strict=True)]
        self.changePersistentIndexList(before, after)
        self.layoutChanged.emit()

    def _insert(self, coming: list[tuple[int, int]], wanted: list[str]) -> None:
        for first, last in coming:
            self._insert_at(first, wanted[first : last + 1])

    def _insert_at(self, row: int, ids: list[str]) -> None:
        self.beginInsertRows(QModelIndex(), row, row + len(ids) - 1)
        self._ids[row:row] = ids
        self._rows_known = None
        self.endInsertRows()


def _without_same_ends(one: list[str], other: list[str]) -> tuple[int, list[str], list[str]]:
    """Return how many ids both begin with, and what is left of both without these and without what both end with."""
    shorter = min(len(one), len(other))
    first = next(compress(count(), map(is_not, one, other)), shorter)
    last = next(compress(count(), map(is_not, reversed(one), reversed(other))), shorter)
    last = min(last, shorter - first)
    return first, one[first : len(one) - last], other[first : len(other) - last]


def _new_in(ids: list[str], others: Collection[str], first: int) -> Iterator[int]:
    """Return where in `ids`, counted from `first`, there are some that are not among `others`."""
    known = set(others)
    return compress(count(first), map(not_, map(known.__contains__, ids)))
