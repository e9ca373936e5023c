"""The view of lines: only what is in sight is ever measured or painted, however many lines there are."""

# ruff: noqa: N802, ARG002 - Qt names its virtual methods so, and gives them more than is needed

from itertools import chain

from headrace.live_lines import Note
from PySide6.QtCore import (
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QAction, QGuiApplication, QPainter, QPaintEvent, QRegion, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QStyle, QStyleOptionViewItem, QWidget

from headrace_gui.details.copy_keys import CopyKeys
from headrace_gui.details.live_delegate import SIDE, LineDelegate
from headrace_gui.details.live_model import LineModel
from headrace_gui.theme import Theme

AnyIndex = QModelIndex | QPersistentModelIndex
_Move = QAbstractItemView.CursorAction


class LineView(QAbstractItemView):
    """Shows a LineModel, the vertical bar counting rows. Follows the end unless a person has scrolled up."""

    resized = Signal()
    following_changed = Signal(bool)

    def __init__(self, model: LineModel, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lines = model
        self.follows = True
        """Whether the newest line is kept in sight."""
        self._wraps = self._arranging = False
        self.setObjectName("liveView")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self._delegate = LineDelegate(theme, model, self)
        self.setItemDelegate(self._delegate)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerItem)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.horizontalScrollBar().setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        self.horizontalScrollBar().setSingleStep(3 * self._delegate.line_height)
        self.verticalScrollBar().valueChanged.connect(self._note_place)
        copy = QAction(self)
        copy.triggered.connect(self.copy)
        CopyKeys(self, copy)
        self.setModel(model)
        theme.changed.connect(self._arrange)

    # -- what a person asks for --------------------------------------------------------------------------------

    def follow(self) -> None:
        """Go to the end and stay there."""
        self._set_follows(follows=True)
        self._arrange()

    def wrap(self, wanted: bool) -> None:  # noqa: FBT001 - the value of a switch
        """Break lines at the width of the view, or scroll sideways."""
        self._wraps = wanted
        self._arrange()

    def copy(self) -> None:
        """Put the chosen lines on the clipboard."""
        chosen = self.selectionModel().selection()
        spans = sorted((chosen.at(place).top(), chosen.at(place).bottom()) for place in range(chosen.count()))
        rows = chain.from_iterable(range(top, bottom + 1) for top, bottom in spans)
        if text := self._lines.copied(rows):
            QGuiApplication.clipboard().setText(text)

    # -- places ------------------------------------------------------------------------------------------------

    def _top(self) -> int:
        return self.verticalScrollBar().value()

    def _count(self) -> int:
        return self._lines.rowCount()

    def _first_above(self, last: int) -> int:
        """Return the first row that is wholly in sight when `last` is the last one that is."""
        room, row = self.viewport().height() - self._delegate.height(last), last
        while row > 0 and (room := room - self._delegate.height(row - 1)) >= 0:
            row -= 1
        return row

    def _y_of(self, row: int) -> int:
        """Return where a row begins; rows far out of sight count as one line each."""
        y, at = 0, self._top()
        while at < row and y < self.viewport().height():
            y += self._delegate.height(at)
            at += 1
        return y + (row - at) * self._delegate.line_height

    def _row_at(self, y: int) -> int:
        """Return the row at a height, which may be none there is."""
        row, height = self._top(), self.viewport().height()
        if y < 0:
            return row + y // self._delegate.line_height
        at = 0
        while row < self._count() and at < height:
            at += self._delegate.height(row)
            if y < at:
                return row
            row += 1
        return row + (y - at) // self._delegate.line_height

    def visualRect(self, index: AnyIndex) -> QRect:
        """Return where a row is, or would be."""
        if not index.isValid():
            return QRect()
        top = self._y_of(index.row())
        return QRect(0, top, self.viewport().width(), self._delegate.height(index.row()))

    def indexAt(self, point: QPoint) -> QModelIndex:
        """Return the row under a point of the viewport."""
        row = self._row_at(point.y())
        return self._lines.index(row) if 0 <= row < self._count() else QModelIndex()

    def horizontalOffset(self) -> int:
        """Return how many pixels are scrolled away at the left."""
        return self.horizontalScrollBar().value()

    def verticalOffset(self) -> int:
        """Return about how many pixels are scrolled away above."""
        return self._top() * self._delegate.line_height

    def isIndexHidden(self, index: AnyIndex) -> bool:
        """Hide nothing."""
        return False

    # -- scrolling ---------------------------------------------------------------------------------------------

    def updateGeometries(self) -> None:
        """Set the bars to what there is, and stay at the end where that is followed."""
        super().updateGeometries()
        self._arrange()

    def _arrange(self) -> None:
        if self._arranging:
            return
        self._arranging = True
        width = self.viewport().width()
        self._delegate.fit(max(width - 2 * SIDE, 80), wraps=self._wraps)
        count, bar = self._count(), self.verticalScrollBar()
        last = self._first_above(count - 1) if count else 0
        bar.setRange(0, last)
        bar.setPageStep(max(1, count - last))
        if self.follows:
            bar.setValue(last)
        across = 0 if self._wraps else max(0, self._delegate.widest + 2 * SIDE - width)
        self.horizontalScrollBar().setRange(0, across)
        self.horizontalScrollBar().setPageStep(width)
        self._arranging = False
        self.viewport().update()

    def _note_place(self, value: int) -> None:
        if not self._arranging:
            self._set_follows(follows=value >= self.verticalScrollBar().maximum())

    def _set_follows(self, *, follows: bool) -> None:
        if follows != self.follows:
            self.follows = follows
            self.following_changed.emit(follows)

    def scrollTo(
        self, index: AnyIndex, hint: QAbstractItemView.ScrollHint = QAbstractItemView.ScrollHint.EnsureVisible
    ) -> None:
        """Bring a row into sight, moving as little as needed."""
        if not index.isValid():
            return
        if index.row() < self._top():
            self.verticalScrollBar().setValue(index.row())
        elif self._top() < (first := self._first_above(index.row())):
            self.verticalScrollBar().setValue(first)

    def rowsInserted(self, parent: AnyIndex, start: int, end: int) -> None:
        """Make room for what came."""
        super().rowsInserted(parent, start, end)
        self._arrange()

    def rowsAboutToBeRemoved(self, parent: AnyIndex, start: int, end: int) -> None:
        """Keep the rows in sight where they are while older ones go."""
        if start <= self.currentIndex().row() <= end:
            self.selectionModel().clearCurrentIndex()  # else another would become current, and be scrolled to
        super().rowsAboutToBeRemoved(parent, start, end)
        if not self.follows:
            self._arranging = True
            self.verticalScrollBar().setValue(self._top() - (end + 1 - start))
            self._arranging = False

    def reset(self) -> None:
        """Begin at the end of other lines."""
        super().reset()
        self._delegate.forget()
        self.follow()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Break lines anew, and stay at the end."""
        super().resizeEvent(event)
        self._arrange()
        self.resized.emit()

    # -- choosing ----------------------------------------------------------------------------------------------

    def moveCursor(self, action: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier) -> QModelIndex:
        """Return the row that a key leads to; left and right scroll."""
        if action in (_Move.MoveLeft, _Move.MoveRight):
            bar = self.horizontalScrollBar()
            bar.setValue(bar.value() + (-bar.singleStep() if action is _Move.MoveLeft else bar.singleStep()))
            return self.currentIndex()
        page = self.verticalScrollBar().pageStep()
        steps = {_Move.MoveUp: -1, _Move.MovePrevious: -1, _Move.MovePageUp: -page, _Move.MovePageDown: page}
        present = self.currentIndex().row()
        if present < 0:
            row = min(self._top() + page, self._count()) - 1
        elif action in (_Move.MoveHome, _Move.MoveEnd):
            row = 0 if action is _Move.MoveHome else self._count() - 1
        else:
            row = present + steps.get(action, 1)
        return self._lines.index(min(max(row, 0), self._count() - 1)) if self._count() else QModelIndex()

    def setSelection(self, rect: QRect, command: QItemSelectionModel.SelectionFlag) -> None:
        """Choose the rows that a rectangle of the viewport touches."""
        last = self._count() - 1
        rows = (min(max(self._row_at(y), 0), last) for y in (rect.top(), rect.bottom()))
        first, second = sorted(rows)
        chosen = QItemSelection()
        if last >= 0:
            chosen.select(self._lines.index(first), self._lines.index(second))
        self.selectionModel().select(chosen, command)

    def visualRegionForSelection(self, selection: QItemSelection) -> QRegion:
        """Return what to paint anew where rows were chosen."""
        return QRegion(self.viewport().rect())

    def keyboardSearch(self, search: str) -> None:
        """Let letters be what they are elsewhere in the window; no search through all lines."""

    # -- painting ----------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the rows in sight."""
        painter, widest = QPainter(self.viewport()), self._delegate.widest
        option = QStyleOptionViewItem()
        self.initViewItemOption(option)
        width, height = self.viewport().width(), self.viewport().height()
        row, y = self._top(), 0
        while row < self._count() and y < height:
            tall = self._delegate.height(row)
            left = 0 if isinstance(self._lines.entry(row), Note) else -self.horizontalOffset()
            option.rect = QRect(left, y, width - left, tall)
            self._paint_row(painter, option, row)
            row, y = row + 1, y + tall
        painter.end()
        if self._delegate.widest > widest and not self._wraps:
            QTimer.singleShot(0, self, self._arrange)

    def _paint_row(self, painter: QPainter, option: QStyleOptionViewItem, row: int) -> None:
        index, states = self._lines.index(row), QStyle.StateFlag
        state = states.State_Enabled
        if self.selectionModel().isSelected(index):
            state |= states.State_Selected
        if self.hasFocus() and index == self.currentIndex():
            state |= states.State_HasFocus
        option.state = state
        self._delegate.paint(painter, option, index)
