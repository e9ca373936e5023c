"""The list's header: quiet titles over their columns, a small arrow, a menu to choose columns."""

# ruff: noqa: N802 - Qt names its virtual methods so

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QPainter
from PySide6.QtWidgets import QHeaderView, QMenu, QStyle, QWidget

from headrace_gui.downloads.columns import Column, Look
from headrace_gui.downloads.delegates import MARGIN
from headrace_gui.icons import IconSet
from headrace_gui.theme import Theme, small

_HEIGHT: Final = 32
_PADDING: Final = 12
_ARROW: Final = 14


class DownloadHeader(QHeaderView):
    """A header that paints itself and tells what a person wants sorted or hidden."""

    sort_chosen = Signal(int, Qt.SortOrder)
    column_toggled = Signal(int, bool)
    """A column is to be hidden (True) or shown."""

    def __init__(self, columns: Sequence[Column], theme: Theme, icons: IconSet, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._columns, self._theme, self._icons = columns, theme, icons
        self._widths = {number: column.width for number, column in enumerate(columns)}
        self.setFont(small(self.font()))
        self.setSectionsMovable(True)
        self.setFirstSectionMovable(False)
        self.setSectionsClickable(True)
        self.setHighlightSections(False)
        self.setMinimumSectionSize(56)
        self.setSortIndicatorShown(True)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._offer_columns)
        self.sectionClicked.connect(self._clicked)
        self.sectionResized.connect(self._remember_width)
        theme.changed.connect(self.viewport().update)

    def width_before_hiding(self, column: int) -> int:
        """Return the width a hidden column will have when it comes back."""
        return self._widths[column]

    def set_width(self, column: int, width: int) -> None:
        """Set the width of a column, hidden or not."""
        self._widths[column] = width
        self.resizeSection(column, width)

    def _remember_width(self, column: int, _before: int, width: int) -> None:
        if width:
            self._widths[column] = width

    def _clicked(self, column: int) -> None:
        order = Qt.SortOrder.DescendingOrder if self._columns[column].falls_first else Qt.SortOrder.AscendingOrder
        if self._sorted == column:
            order = Qt.SortOrder(1 - self._order.value)
        self.sort_chosen.emit(column, order)

    _sorted = -1
    _order = Qt.SortOrder.AscendingOrder

    def show_sort(self, column: int, order: Qt.SortOrder) -> None:
        """Show by which column the list is sorted; -1 for none."""
        self._sorted, self._order = column, order
        self.viewport().update()

    def sort_state(self) -> tuple[int, Qt.SortOrder]:
        """Return column and order of the arrow."""
        return self._sorted, self._order

    def sizeHint(self) -> QSize:
        """Return a height that fits the text."""
        return QSize(super().sizeHint().width(), max(_HEIGHT, QFontMetrics(self.font()).height() + 14))

    def paintSection(self, painter: QPainter, rect: QRect, column: int) -> None:
        """Paint ground, title and arrow of one section."""
        tokens = self._theme.tokens
        painter.fillRect(rect, QColor(tokens.surface))
        painter.fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), QColor(tokens.line))
        right = self._columns[column].look in (Look.NUMBER, Look.QUIET_NUMBER)
        start = MARGIN if self._columns[column].look is Look.NAME else _PADDING
        inner = rect.adjusted(start, 0, -_PADDING, -1)
        arrow = _ARROW + 2 if column == self._sorted else 0
        title = QFontMetrics(self.font()).elidedText(
            self._columns[column].title, Qt.TextElideMode.ElideRight, inner.width() - arrow
        )
        width = QFontMetrics(self.font()).horizontalAdvance(title)
        left = inner.right() - width - arrow + 1 if right else inner.left()
        self._paint_title(painter, rect, QRect(left, inner.top(), width + 1, inner.height()), title, bool(arrow))

    def _paint_title(self, painter: QPainter, section: QRect, place: QRect, title: str, arrow: bool) -> None:  # noqa: FBT001
        tokens, direction = self._theme.tokens, self.layoutDirection()
        painter.setFont(self.font())
        painter.setPen(QColor(tokens.text if arrow else tokens.secondary))
        visual = QStyle.visualRect(direction, section, place)
        painter.drawText(visual, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, title)
        if arrow:
            name = "arrow-up" if self._order is Qt.SortOrder.AscendingOrder else "arrow-down"
            pixmap = self._icons.pixmap(name, tokens.text, _ARROW, painter.device().devicePixelRatioF())
            square = QRect(place.right() + 2, place.center().y() - _ARROW // 2 + 1, _ARROW, _ARROW)
            painter.drawPixmap(QStyle.visualRect(direction, section, square).topLeft(), pixmap)

    def _offer_columns(self, position: QPoint) -> None:
        menu = self.columns_menu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.mapToGlobal(position))

    def columns_menu(self) -> QMenu:
        """Return a menu with a tick for each column that can be chosen, and the queue's order."""
        menu = QMenu(self)
        for number, column in enumerate(self._columns[1:], 1):
            action = menu.addAction(column.title)
            action.setCheckable(True)
            action.setChecked(not self.isSectionHidden(number))
            action.triggered.connect(lambda shown, which=number: self.column_toggled.emit(which, not shown))
        menu.addSeparator()
        queue_order = menu.addAction("Sort in queue order")
        queue_order.triggered.connect(lambda: self.sort_chosen.emit(-1, Qt.SortOrder.AscendingOrder))
        return menu
