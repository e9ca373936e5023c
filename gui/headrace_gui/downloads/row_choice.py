"""A view of downloads in which whole rows are chosen, by mouse or keyboard, and stay so whatever the model does."""

# ruff: noqa: N802 - Qt names its virtual methods so

import time
from collections.abc import Iterable
from typing import Final

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QModelIndex, Qt, Signal
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QAbstractItemView, QApplication, QTableView, QWidget

from headrace_gui.downloads.choice import Choice
from headrace_gui.downloads.sorting import spans
from headrace_gui.downloads.table_model import DownloadTableModel

_FIRST: Final = 0
"""The column that is current whatever cell is clicked."""


class RowChoiceView(QTableView):
    """Keeps the choice of rows through every change of its model."""

    selection_changed = Signal()

    def __init__(self, model: DownloadTableModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._downloads = model
        self._kept, self._kept_current, self._kept_scroll = list[str](), "", 0
        self._chosen: set[str] | None = None
        self._is_changing = False
        """Whether rows are going, span by span: of what becomes of the choice meanwhile is told once, at the end."""
        self._typed = ("", 0.0)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        model.rowsAboutToBeRemoved.connect(self._begin_drop)  # before the view is, which then tells of its choice
        self.setModel(model)

    def follow_model(self) -> None:
        """Keep the choice from now on. To be called once the headers are set: each of them clears it at a reset."""
        self._downloads.modelAboutToBeReset.connect(self._keep_choice)
        self._downloads.modelReset.connect(self._choose_kept)
        self._downloads.rows_dropped.connect(self._end_drop)

    def selected_ids(self) -> list[str]:
        """Return the ids of the chosen rows, from top to bottom."""
        chosen = self.selectionModel().selection()
        ranges = sorted((chosen.at(number).top(), chosen.at(number).bottom()) for number in range(chosen.count()))
        ids, ready, found = self._downloads.ids(), 0, list[str]()
        for top, bottom in ranges:
            found.extend(ids[max(top, ready) : bottom + 1])
            ready = max(ready, bottom + 1)
        return found

    def selected(self) -> Choice:
        """Return the chosen downloads, from top to bottom."""
        return self._downloads.choice(self.selected_ids())

    def is_selected(self, download_id: str) -> bool:
        """Tell whether a row is chosen; quick, for use on every update."""
        if self._chosen is None:
            self._chosen = set(self.selected_ids())
        return download_id in self._chosen

    def choose(self, ids: Iterable[str]) -> None:
        """Choose exactly these rows and bring the first into sight."""
        rows = self._choose_rows(ids)
        if rows:
            first = self._downloads.index(rows[0], _FIRST)
            self.selectionModel().setCurrentIndex(first, QItemSelectionModel.SelectionFlag.NoUpdate)
            self.scrollTo(first)

    def _choose_rows(self, ids: Iterable[str]) -> list[int]:
        """Choose exactly these rows and return them, rising."""
        rows = sorted(row for row in map(self._downloads.row_of, ids) if row is not None)
        choice, last = QItemSelection(), self._downloads.columnCount() - 1
        for top, bottom in spans(rows):
            choice.select(self._downloads.index(top, 0), self._downloads.index(bottom, last))
        flags = QItemSelectionModel.SelectionFlag.ClearAndSelect
        self.selectionModel().select(choice, flags)
        return rows

    def row_to_choose_after(self, gone: Iterable[str]) -> int:
        """Return the row that takes the place of the first of these once they are gone."""
        rows = [row for row in map(self._downloads.row_of, gone) if row is not None]
        return min(rows, default=-1)

    def choose_row(self, row: int) -> None:
        """Choose one row, the last where there are fewer; none for -1."""
        row = min(row, self._downloads.rowCount() - 1)
        if row >= 0:
            self.choose([self._downloads.snapshot_at(row).id])

    def selectionChanged(self, selected: QItemSelection, deselected: QItemSelection) -> None:
        """Pass the news on."""
        super().selectionChanged(selected, deselected)
        self._choice_changed()

    def _choice_changed(self) -> None:
        self._chosen = None
        if not self._is_changing:
            self.selection_changed.emit()

    def _begin_drop(self) -> None:
        self._is_changing = True

    def _end_drop(self) -> None:
        self._is_changing = False
        self._choice_changed()

    def _keep_choice(self) -> None:
        current = self.currentIndex()
        self._kept, self._kept_scroll = self.selected_ids(), self.verticalScrollBar().value()
        self._kept_current = self._downloads.ids()[current.row()] if current.isValid() else ""

    def _choose_kept(self) -> None:
        """Choose again what was chosen, without moving the list: the keyboard goes on from the row it was at."""
        self._is_changing = True
        rows = self._choose_rows(self._kept)
        current = self._downloads.row_of(self._kept_current) if self._kept_current else None
        row = next(iter(rows), None) if current is None else current
        self.setAutoScroll(False)
        if row is not None:
            index = self._downloads.index(row, _FIRST)
            self.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.NoUpdate)
        self.setAutoScroll(True)
        self.updateGeometries()
        self.verticalScrollBar().setValue(self._kept_scroll)
        self._end_drop()

    # The keyboard

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Make a row current, so that the keyboard has a place to begin."""
        super().focusInEvent(event)
        if not self.currentIndex().isValid() and self._downloads.rowCount():
            first = self._downloads.index(0, _FIRST)
            self.selectionModel().setCurrentIndex(first, QItemSelectionModel.SelectionFlag.NoUpdate)

    def moveCursor(self, action: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier) -> QModelIndex:
        """Move by rows: Home and End mean the list, not the row; the current cell is always the name."""
        ends = {
            QAbstractItemView.CursorAction.MoveHome: 0,
            QAbstractItemView.CursorAction.MoveEnd: self._downloads.rowCount() - 1,
        }
        row = ends.get(action, super().moveCursor(action, modifiers).row())
        return self._downloads.index(row, _FIRST)

    def keyboardSearch(self, search: str) -> None:
        """Go to the next row whose name begins with what is typed."""
        typed, last = self._typed
        again = time.monotonic() - last < QApplication.keyboardInputInterval() / 1000
        text = typed + search.casefold() if again else search.casefold()
        self._typed = text, time.monotonic()
        rows, start = self._downloads.rowCount(), max(self.currentIndex().row(), 0) + (not again)
        for row in (*range(start, rows), *range(min(start, rows))):
            if self._downloads.snapshot_at(row).name.casefold().startswith(text):
                self.setCurrentIndex(self._downloads.index(row, _FIRST))
                return
