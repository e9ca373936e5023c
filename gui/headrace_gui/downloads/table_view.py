"""The list itself: rows chosen as a whole, columns a person arranges, buttons in the row under the pointer."""

# ruff: noqa: N802 - Qt names its virtual methods so

from collections.abc import Iterable, Sequence
from typing import Final

from headrace.snapshots import DownloadSnapshot
from PySide6.QtCore import (
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPoint,
    QRect,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QFocusEvent, QHelpEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QStyle, QTableView, QToolTip, QWidget

from headrace_gui.downloads.columns import Look
from headrace_gui.downloads.delegates import CellDelegate, NameDelegate, ProgressDelegate
from headrace_gui.downloads.header import DownloadHeader
from headrace_gui.downloads.row_buttons import RowButton, button_rects, buttons_of
from headrace_gui.downloads.table_model import DownloadTableModel
from headrace_gui.icons import IconSet
from headrace_gui.theme import Theme

NAME_ROOM: Final = 250
"""Pixels the name keeps before other columns give way."""
_NAME: Final = 0
_HOLD_MS: Final = 3_000
"""How long after the pointer's last move over the rows they hold still."""


class DownloadTableView(QTableView):
    """Shows a DownloadTableModel. Keeps the choice of rows through every change of the model."""

    button_pressed = Signal(str, object)
    """A RowButton of the row with that id."""
    selection_changed = Signal()

    def __init__(self, model: DownloadTableModel, theme: Theme, icons: IconSet, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._downloads = model
        self._wanted_hidden: set[int] = set()
        self._kept: list[str] = []
        self._chosen: set[str] | None = None
        self._hold = QTimer(self)
        self._hold.setSingleShot(True)
        self._hold.setInterval(_HOLD_MS)
        self._hold.timeout.connect(self._let_go)
        self._set_behaviour()
        self.setModel(model)
        self._set_delegates(theme, icons)
        self._set_headers(theme, icons)
        theme.changed.connect(self.viewport().update)
        model.modelAboutToBeReset.connect(self._keep_choice)
        model.modelReset.connect(self._choose_kept)
        model.rowsRemoved.connect(self._choice_changed)

    def _set_behaviour(self) -> None:
        self.setObjectName("downloadTable")
        self.setAccessibleName("Downloads")
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setMouseTracking(True)
        self.setCornerButtonEnabled(False)

    def _set_delegates(self, theme: Theme, icons: IconSet) -> None:
        font = self.font()
        parts = (theme, icons, self._downloads, font, self)
        self._plain, self._name, self._progress = CellDelegate(*parts), NameDelegate(*parts), ProgressDelegate(*parts)
        self.setItemDelegate(self._plain)
        for number, column in enumerate(self._downloads.columns):
            if column.look in (Look.NAME, Look.PROGRESS):
                delegate = self._name if column.look is Look.NAME else self._progress
                self.setItemDelegateForColumn(number, delegate)

    def _set_headers(self, theme: Theme, icons: IconSet) -> None:
        rows = self.verticalHeader()
        rows.hide()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setMinimumSectionSize(1)
        rows.setDefaultSectionSize(self._plain.row_height())
        self.columns_header = DownloadHeader(self._downloads.columns, theme, icons, self)
        self.setHorizontalHeader(self.columns_header)
        self.columns_header.setSectionResizeMode(_NAME, QHeaderView.ResizeMode.Stretch)
        for number, column in enumerate(self._downloads.columns):
            self.setColumnWidth(number, column.width)
        self.set_hidden_columns({n for n, column in enumerate(self._downloads.columns) if not column.shown})
        self.columns_header.sort_chosen.connect(self.sort_by)

    # Columns

    def hidden_columns(self) -> set[int]:
        """Return the columns a person does not want; more are hidden where the window is narrow."""
        return set(self._wanted_hidden)

    def set_hidden_columns(self, hidden: Iterable[int]) -> None:
        """Hide exactly these columns, the name never."""
        self._wanted_hidden = set(hidden) - {_NAME}
        self._fit_columns()

    def set_column_hidden(self, column: int, *, hidden: bool) -> None:
        """Hide or show one column."""
        changed = self._wanted_hidden | {column} if hidden else self._wanted_hidden - {column}
        self.set_hidden_columns(changed)

    def _fit_columns(self) -> None:
        """Hide the least needed columns until the name has room."""
        columns = self._downloads.columns
        shown = [n for n in range(len(columns)) if n not in self._wanted_hidden]
        room = self.viewport().width() - NAME_ROOM
        kept = {n for n in shown if not columns[n].sacrifice}
        room -= sum(self.column_width(n) for n in kept if n != _NAME)
        for number in sorted(set(shown) - kept, key=lambda n: -columns[n].sacrifice):
            room -= self.column_width(number)
            if room < 0:
                break
            kept.add(number)
        for number in range(len(columns)):
            if self.isColumnHidden(number) != (number not in kept):
                self.setColumnHidden(number, number not in kept)

    def column_width(self, column: int) -> int:
        """Return a column's width, for a hidden one the width it will have."""
        return self.columns_header.sectionSize(column) or self.columns_header.width_before_hiding(column)

    def set_column_width(self, column: int, width: int) -> None:
        """Set a column's width in pixels, hidden or not."""
        self.columns_header.set_width(column, width)
        self._fit_columns()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the name its room."""
        super().resizeEvent(event)
        self._fit_columns()

    def sort_by(self, column: int, order: Qt.SortOrder) -> None:
        """Sort by a column and show it in the header; -1 is the queue's order."""
        self.columns_header.show_sort(column, order)
        self._downloads.sort(column, order)

    # Choice of rows

    def selected_ids(self) -> list[str]:
        """Return the ids of the chosen rows, from top to bottom."""
        chosen = self.selectionModel().selection()
        ranges = (chosen.at(number) for number in range(chosen.count()))
        rows = {row for each in ranges for row in range(each.top(), each.bottom() + 1)}
        return [self._downloads.snapshot_at(row).id for row in sorted(rows)]

    def selected(self) -> list[DownloadSnapshot]:
        """Return the chosen downloads, from top to bottom."""
        known = (self._downloads.snapshot(each) for each in self.selected_ids())
        return [snapshot for snapshot in known if snapshot is not None]

    def is_selected(self, download_id: str) -> bool:
        """Tell whether a row is chosen; quick, for use on every update."""
        if self._chosen is None:
            self._chosen = set(self.selected_ids())
        return download_id in self._chosen

    def choose(self, ids: Iterable[str]) -> None:
        """Choose exactly these rows and bring the first into sight."""
        rows = sorted(row for row in map(self._downloads.row_of, ids) if row is not None)
        choice, last = QItemSelection(), self._downloads.columnCount() - 1
        for row in rows:
            choice.select(self._downloads.index(row, 0), self._downloads.index(row, last))
        flags = QItemSelectionModel.SelectionFlag.ClearAndSelect
        self.selectionModel().select(choice, flags)
        if rows:
            first = self._downloads.index(rows[0], _NAME)
            self.selectionModel().setCurrentIndex(first, QItemSelectionModel.SelectionFlag.NoUpdate)
            self.scrollTo(first)

    def row_to_choose_after(self, gone: Sequence[DownloadSnapshot]) -> int:
        """Return the row that takes the place of the first of these once they are gone."""
        rows = [row for row in (self._downloads.row_of(each.id) for each in gone) if row is not None]
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
        self.selection_changed.emit()

    def _keep_choice(self) -> None:
        self._kept = self.selected_ids()

    def _choose_kept(self) -> None:
        self.choose(self._kept)
        self._choice_changed()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Make a row current, so that the keyboard has a place to begin."""
        super().focusInEvent(event)
        if not self.currentIndex().isValid() and self._downloads.rowCount():
            first = self._downloads.index(0, _NAME)
            self.selectionModel().setCurrentIndex(first, QItemSelectionModel.SelectionFlag.NoUpdate)

    def moveCursor(self, action: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier) -> QModelIndex:
        """Move by rows: Home and End mean the list, not the row; the current cell is always the name."""
        ends = {
            QAbstractItemView.CursorAction.MoveHome: 0,
            QAbstractItemView.CursorAction.MoveEnd: self._downloads.rowCount() - 1,
        }
        row = ends.get(action, super().moveCursor(action, modifiers).row())
        return self._downloads.index(row, _NAME)

    # The pointer

    def _row_button_at(self, position: QPoint) -> tuple[str, RowButton, QRect] | None:
        index = self.indexAt(position)
        if not index.isValid() or index.column() != _NAME:
            return None
        snapshot, cell = self._downloads.snapshot_at(index.row()), self.visualRect(index)
        buttons = buttons_of(snapshot)
        for button, rect in zip(buttons, button_rects(cell, len(buttons)), strict=True):
            place = QStyle.visualRect(self.layoutDirection(), cell, rect)
            if place.contains(position):
                return snapshot.id, button, place
        return None

    def _hover(self, position: QPoint | None) -> None:
        row = self.rowAt(position.y()) if position else -1
        found = self._row_button_at(position) if position else None
        before = self._plain.hovered_row
        self._name.hovered_button = found[1] if found else None
        for delegate in (self._plain, self._name, self._progress):
            delegate.hovered_row = row
        for each in {before, row} - {-1}:
            self.viewport().update(0, self.rowViewportPosition(each), self.viewport().width(), self.rowHeight(each))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Light up the row and the button under the pointer."""
        super().mouseMoveEvent(event)
        self._downloads.set_held(True)
        self._hold.start()
        self._hover(event.position().toPoint())

    def _let_go(self) -> None:
        self._hold.stop()
        self._downloads.set_held(False)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Press a row's button, or choose rows; a press beside the rows chooses none."""
        position = event.position().toPoint()
        found = self._row_button_at(position) if event.button() is Qt.MouseButton.LeftButton else None
        if found:
            self.button_pressed.emit(found[0], found[1])
            return
        if not self.indexAt(position).isValid():
            self.clearSelection()
        super().mousePressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Keep a fast second press on a row's button from opening the file."""
        if self._row_button_at(event.position().toPoint()):
            self.mousePressEvent(event)
            return
        super().mouseDoubleClickEvent(event)

    def viewportEvent(self, event: QEvent) -> bool:
        """Follow the pointer in and out, and name the row's buttons."""
        if event.type() is QEvent.Type.Leave:
            self._let_go()
            self._hover(None)
        elif isinstance(event, QHelpEvent) and self._tell_button(event):
            return True
        return super().viewportEvent(event)

    def _tell_button(self, event: QHelpEvent) -> bool:
        found = self._row_button_at(event.pos())
        if found:
            QToolTip.showText(event.globalPos(), found[1].words, self, found[2])
        return found is not None
