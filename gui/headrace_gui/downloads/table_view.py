"""The list itself: rows chosen as a whole, columns a person arranges, buttons in the row under the pointer."""

# ruff: noqa: N802 - Qt names its virtual methods so

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from headrace.states import DownloadState
from PySide6.QtCore import QEvent, QPoint, QRect, Qt, QTimer, Signal
from PySide6.QtGui import (
    QCursor,
    QDrag,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QHelpEvent,
    QHideEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QRegion,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QStyle, QToolTip, QWidget

from headrace_gui.downloads.column_room import ColumnRoom
from headrace_gui.downloads.dragging import drag_picture, ids_in, mime_of
from headrace_gui.downloads.header import DownloadHeader
from headrace_gui.downloads.painting import Situation
from headrace_gui.downloads.row_buttons import RowButton, button_rects, buttons_of
from headrace_gui.downloads.row_choice import RowChoiceView
from headrace_gui.downloads.row_drop import RowDrop
from headrace_gui.downloads.row_painter import RowPainter
from headrace_gui.downloads.rows_in_sight import RowsInSight
from headrace_gui.downloads.sorting import SortBy
from headrace_gui.downloads.table_model import DownloadTableModel
from headrace_gui.icons import IconSet
from headrace_gui.texts import on_language, translate
from headrace_gui.theme import Theme

_NAME: Final = 0
_HOLD_MS: Final = 30_000
"""How long rows hold still under a pointer that rests: until then somebody may be about to press one."""


class DownloadTableView(RowChoiceView):
    """Shows a DownloadTableModel."""

    button_pressed = Signal(str, object)
    """A RowButton of the row with that id."""
    order_wanted = Signal(list, int)
    """Ids of rows a person dragged, and the place in the whole queue, from 0, of the one they go in front of."""
    rows_seen = Signal(list)
    """Ids of finished rows in sight, whose files may be looked for: at most every two seconds."""

    def __init__(self, model: DownloadTableModel, theme: Theme, icons: IconSet, parent: QWidget | None = None) -> None:
        super().__init__(model, parent)
        self._theme, self._icons = theme, icons
        self._hold = QTimer(self)
        self._hold.setSingleShot(True)
        self._hold.setInterval(_HOLD_MS)
        self._hold.timeout.connect(self._let_go)
        self._sight = RowsInSight(self._finished_in_sight, self)
        self._sight.seen.connect(self.rows_seen)
        self._set_behaviour()
        self._situation = Situation()
        self._drop = RowDrop(self, model, theme)
        self._rows = RowPainter(theme, icons, model, self.font(), self._situation)
        self._set_headers(theme, icons)
        self.follow_model()
        theme.changed.connect(self.viewport().update)
        for change in (model.modelReset, model.rowsInserted, model.layoutChanged):
            change.connect(self._sight.note)
        self.verticalScrollBar().valueChanged.connect(self._scrolled)
        on_language(self, self._retext)

    def _set_behaviour(self) -> None:
        self.setObjectName("downloadTable")
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragDrop)
        self.setDropIndicatorShown(False)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setMouseTracking(True)
        self.setCornerButtonEnabled(False)

    def _retext(self) -> None:
        self.setAccessibleName(translate("List", "Downloads"))
        self._downloads.tell_words_changed()

    def _set_headers(self, theme: Theme, icons: IconSet) -> None:
        rows = self.verticalHeader()
        rows.hide()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setMinimumSectionSize(1)
        rows.setDefaultSectionSize(self._rows.height())
        self.columns_header = DownloadHeader(self._downloads.columns, theme, icons, self)
        self.setHorizontalHeader(self.columns_header)
        self.columns = ColumnRoom(self, self.columns_header, self._downloads.columns)
        self.columns_header.keys_chosen.connect(self.sort_by_keys)

    # Columns, rows and their order

    def hidden_columns(self) -> set[int]:
        """Return the columns a person does not want; more are hidden where the window is narrow."""
        return self.columns.hidden()

    def set_hidden_columns(self, hidden: Iterable[int]) -> None:
        """Hide exactly these columns, the name never."""
        self.columns.want(hidden)

    def column_width(self, column: int) -> int:
        """Return a column's width, for a hidden one the width it will have."""
        return self.columns.width_of(column)

    def set_column_width(self, column: int, width: int) -> None:
        """Set a column's width in pixels, hidden or not."""
        self.columns.set_width(column, width)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the name its room."""
        super().resizeEvent(event)
        self.columns.fit()
        self._sight.note()

    @property
    def is_compact(self) -> bool:
        """Whether rows have one line."""
        return self._situation.compact

    def set_compact(self, compact: bool) -> None:  # noqa: FBT001 - Qt's way of a property
        """Show rows of one line, or of two; the row at the top stays there."""
        if compact == self._situation.compact:
            return
        top = self.rowAt(0)
        self._situation.compact = compact
        self.verticalHeader().setDefaultSectionSize(self._rows.height())
        if top > 0:
            self.scrollTo(self._downloads.index(top, _NAME), QAbstractItemView.ScrollHint.PositionAtTop)

    def sort_by_keys(self, keys: Sequence[SortBy]) -> None:
        """Sort by several columns and show it in the header; none is the queue's order."""
        self.columns_header.show_keys(keys)
        self._downloads.sort_by(keys)

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
        button = found[1] if found else None
        before, self._situation.hovered_row = self._situation.hovered_row, row
        if row == before and button is self._situation.hovered_button:
            return
        self._situation.hovered_button = button
        for each in {before, row} - {-1}:
            self.viewport().update(0, self.rowViewportPosition(each), self.viewport().width(), self.rowHeight(each))

    def _scrolled(self) -> None:
        """Follow with what belongs to the pointer: other rows are under it now."""
        self._sight.note()
        self._drop.follow_again()
        if self._situation.hovered_row >= 0:
            self._hover(self.viewport().mapFromGlobal(QCursor.pos()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Light up the row and the button under the pointer."""
        super().mouseMoveEvent(event)
        self._keep_still()
        self._hover(event.position().toPoint())

    def _keep_still(self) -> None:
        self._downloads.set_held(True)
        self._hold.start()

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

    # Rows dragged away, and to another place

    def startDrag(self, _actions: Qt.DropAction) -> None:
        """Take the chosen rows along; other programs may copy their files, never move them away."""
        drag = self.make_drag()
        if drag is not None:
            drag.exec(Qt.DropAction.CopyAction)

    def make_drag(self) -> QDrag | None:
        """Return the chosen rows ready to be dragged, None where there are none."""
        snapshots = self.selected()
        if not snapshots:
            return None
        drag = QDrag(self)
        drag.setMimeData(mime_of(snapshots))
        ratio = self.devicePixelRatioF()
        drag.setPixmap(drag_picture(snapshots, self._theme.tokens, self._icons, self.font(), ratio))
        drag.setHotSpot(QPoint(-12, 17))
        return drag

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take rows; leave links and files to the window."""
        if ids_in(event.mimeData()):
            event.acceptProposedAction()
        else:
            event.ignore()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        """Show where rows would land, and scroll at the edges."""
        self._keep_still()
        if self._drop.follow(event.position().toPoint()):
            event.acceptProposedAction()
        else:
            event.ignore()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """Show nothing any longer."""
        super().dragLeaveEvent(event)
        self._let_go()
        self._drop.leave()

    def dropEvent(self, event: QDropEvent) -> None:
        """Ask for the rows to be put where they were let go."""
        ids, row = ids_in(event.mimeData()), self._drop.row
        self._drop.leave()
        if ids and row >= 0:
            event.acceptProposedAction()
            self.order_wanted.emit(ids, self._downloads.place_for(set(ids), row))

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the rows, and over them where others would land."""
        self._look_around()
        region, cells, width = event.region(), self._cells_in(event.region()), self.viewport().width()
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for row in self._rows_in_sight():
            place = QRect(0, self.rowViewportPosition(row), width, self.rowHeight(row))
            if region.intersects(place):
                self._rows.paint(painter, place, row, cells)
        self._drop.paint(painter)
        painter.end()

    def _cells_in(self, region: QRegion) -> list[tuple[int, int, int]]:
        """Return the columns to be seen in `region`, each with its left side and width in pixels."""
        height, columns = self.viewport().height(), range(self._downloads.columnCount())
        shown = (column for column in columns if not self.isColumnHidden(column))
        cells = [(column, self.columnViewportPosition(column), self.columnWidth(column)) for column in shown]
        return [cell for cell in cells if region.intersects(QRect(cell[1], 0, cell[2], height))]

    def _look_around(self) -> None:
        """Note what all cells are painted by, once for all of them."""
        situation, current = self._situation, self.currentIndex()
        situation.mirrored, situation.ratio = self.isRightToLeft(), self.devicePixelRatioF()
        situation.focused_row = current.row() if current.isValid() and self.hasFocus() else -1
        is_selected, index = self.selectionModel().isSelected, self._downloads.index
        situation.selected = frozenset(row for row in self._rows_in_sight() if is_selected(index(row, _NAME)))

    def sizeHintForColumn(self, column: int) -> int:
        """Return the width in which all of a column's cells in sight can be read."""
        return max((self._rows.width_of(row, column) for row in self._rows_in_sight()), default=0)

    # What is in sight

    def _rows_in_sight(self) -> range:
        first, last = self.rowAt(0), self.rowAt(self.viewport().height() - 1)
        end = self._downloads.rowCount() if last < 0 else last + 1
        return range(first, end) if first >= 0 else range(0)

    def _finished_in_sight(self) -> Iterator[str]:
        for snapshot in map(self._downloads.snapshot_at, self._rows_in_sight()):
            if snapshot.state is DownloadState.COMPLETED and self.isVisible():
                yield snapshot.id

    def showEvent(self, event: QShowEvent) -> None:
        """Look at what comes into sight."""
        super().showEvent(event)
        self._sight.note()

    def hideEvent(self, event: QHideEvent) -> None:
        """Look at nothing."""
        super().hideEvent(event)
        self._sight.rest()

    def changeEvent(self, event: QEvent) -> None:
        """Look anew when the person comes back to the window."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.ActivationChange and self.isActiveWindow():
            self._sight.forget()
