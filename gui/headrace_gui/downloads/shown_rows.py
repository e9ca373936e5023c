"""Rows of a model that come, go and change places: views are told the least that makes one list of ids another."""

# ruff: noqa: N802 - Qt names its virtual methods so

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex

from headrace_gui.downloads.sorting import spans

AnyIndex = QModelIndex | QPersistentModelIndex
_NO_INDEX: Final = QModelIndex()
_MANY_SPANS: Final = 64
"""Beyond this many spans of rows to insert or remove one reset is cheaper for every view."""
_MANY_ROWS: Final = 5_000
"""Beyond this many rows a new filter resets: to look for the spans would take longer."""


class ShownRows(QAbstractTableModel):
    """Keeps the ids of the rows that are shown, each once."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._ids: list[str] = []
        self._rows_known: dict[str, int] | None = {}

    def rowCount(self, parent: AnyIndex = _NO_INDEX) -> int:
        """Return the number of rows shown."""
        return 0 if parent.isValid() else len(self._ids)

    def ids(self) -> Sequence[str]:
        """Return the ids of the rows shown, from top to bottom."""
        return self._ids

    def row_of(self, download_id: str) -> int | None:
        """Return the row of a download, None where it is filtered away."""
        return self._rows().get(download_id)

    def _rows(self) -> dict[str, int]:
        if self._rows_known is None:
            self._rows_known = {download_id: row for row, download_id in enumerate(self._ids)}
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
        wanted_set, rows = set(wanted), self._rows()
        leaving = list(spans(row for row, each in enumerate(self._ids) if each not in wanted_set))
        coming = list(spans(row for row, each in enumerate(wanted) if each not in rows))
        if len(leaving) + len(coming) > _MANY_SPANS:
            self._reset(wanted)
            return
        self._drop(leaving)
        self._rearrange([each for each in wanted if each in self._rows()])
        self._insert(coming, wanted)

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
            self._set_ids(self._ids[:first] + self._ids[last + 1 :])
            self.endRemoveRows()

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
            self.beginInsertRows(QModelIndex(), first, last)
            self._set_ids(self._ids[:first] + wanted[first : last + 1] + self._ids[first:])
            self.endInsertRows()
