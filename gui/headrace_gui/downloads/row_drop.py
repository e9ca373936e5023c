"""Where dragged rows would land in the list: the line between rows, or why there is none."""

from typing import Final

from PySide6.QtCore import QPoint, QRect, Qt, QTimer
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QTableView

from headrace_gui.downloads.painting import Type, ink
from headrace_gui.downloads.table_model import DownloadTableModel
from headrace_gui.texts import translate
from headrace_gui.theme import Theme, medium

_LINE: Final = 2
_DOT: Final = 4
_NONE: Final = -1
_EDGE: Final = 32
"""Pixels from an edge within which the list scrolls."""
_SCROLL_MS: Final = 20


class RowDrop:
    """Follows rows dragged over the list. Rows can be put in a place only while the list is in queue order."""

    def __init__(self, table: QTableView, model: DownloadTableModel, theme: Theme) -> None:
        self._table, self._model, self._theme = table, model, theme
        self._hint_type = Type(medium(table.font()))
        self.row = _NONE
        """The row in front of which the dragged ones would land; -1 for nowhere."""
        self._hints = False
        self._position: QPoint | None = None
        self._scrolling = QTimer(table)
        self._scrolling.setInterval(_SCROLL_MS)
        self._scrolling.timeout.connect(self._scroll)

    def follow(self, position: QPoint) -> bool:
        """Show where rows would land at a place of the viewport; say whether they may be let go there."""
        self._position = position
        self._hints = not self._model.is_in_queue_order
        self.row = _NONE if self._hints else self._row_at(position)
        self._table.viewport().update()
        if self._step() and not self._scrolling.isActive():
            self._scrolling.start()
        return self.row != _NONE

    def _step(self) -> int:
        """Return by how many pixels to scroll: the nearer to an edge, the more."""
        if self._position is None:
            return 0
        above = _EDGE - self._position.y()
        below = self._position.y() - (self._table.viewport().height() - _EDGE)
        return -min(above, _EDGE) // 2 if above > 0 else min(below, _EDGE) // 2 if below > 0 else 0

    def _scroll(self) -> None:
        """Scroll for as long as rows are held at an edge, whether the pointer moves or not."""
        bar, step = self._table.verticalScrollBar(), self._step()
        bar.setValue(bar.value() + step)
        if not step:
            self._scrolling.stop()

    def follow_again(self) -> None:
        """Find the place anew after the list was scrolled under the pointer."""
        if self._position is not None:
            self.follow(self._position)

    def leave(self) -> None:
        """Show nothing any longer."""
        self.row, self._hints, self._position = _NONE, False, None
        self._table.viewport().update()

    @property
    def is_shown(self) -> bool:
        """Whether there is anything to paint."""
        return self._hints or self.row != _NONE

    def _row_at(self, position: QPoint) -> int:
        row = self._table.rowAt(position.y())
        if row < 0:
            return self._model.rowCount()
        middle = self._table.rowViewportPosition(row) + self._table.rowHeight(row) // 2
        return row + (position.y() >= middle)

    def paint(self, painter: QPainter) -> None:
        """Paint the line, or the words, over the rows."""
        if self.row != _NONE:
            self._paint_line(painter)
        elif self._hints:
            self._paint_hint(painter)

    def _paint_line(self, painter: QPainter) -> None:
        rows = self._model.rowCount()
        below = self.row < rows
        top = self._table.rowViewportPosition(self.row if below else rows - 1)
        top += 0 if below else self._table.rowHeight(rows - 1)
        width, colour = self._table.viewport().width(), ink(self._theme.tokens.accent)
        top = max(top, _DOT)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawRect(QRect(8, top - _LINE, width - 16, _LINE))
        start = QPoint(8, top - _LINE // 2)
        if self._table.layoutDirection() is Qt.LayoutDirection.RightToLeft:
            start.setX(width - 8)
        painter.drawEllipse(start, _DOT, _DOT)

    def _paint_hint(self, painter: QPainter) -> None:
        tokens, area = self._theme.tokens, self._table.viewport().rect()
        words = self._hint_type.cut(
            translate("List", "Sort in queue order to arrange rows by dragging"), area.width() - 64
        ).text
        width, height = self._hint_type.width(words) + 32, self._hint_type.height + 16
        place = QRect((area.width() - width) // 2, area.bottom() - height - 16, width, height)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ink(tokens.text))
        painter.drawRoundedRect(place, 8, 8)
        self._hint_type.write(painter, place.adjusted(16, 0, -14, 0), words, tokens.surface)
