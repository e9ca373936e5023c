"""The tabs of the drawer: quiet words, a line under the one that is open."""

# ruff: noqa: N802 - Qt names its virtual methods so

from typing import Final

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QTabBar, QWidget

from headrace_gui.theme import Theme, semibold, text_direction

_SIDE: Final = 10
"""Pixels on both sides of a tab's words."""
_LINE: Final = 2


class TabStrip(QTabBar):
    """A QTabBar that paints itself; arrows move through the tabs as in any other."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._strong = semibold(self.font())
        self.setDrawBase(False)
        self.setExpanding(False)
        self.setMouseTracking(True)
        self.setUsesScrollButtons(True)
        self.setElideMode(Qt.TextElideMode.ElideNone)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Expanding)
        theme.changed.connect(self.update)

    def tabSizeHint(self, index: int) -> QSize:
        """Leave room for the words as they are while open."""
        metrics = QFontMetrics(self._strong)
        return QSize(metrics.horizontalAdvance(self.tabText(index)) + 2 * _SIDE, max(38, metrics.height() + 18))

    def minimumTabSizeHint(self, index: int) -> QSize:
        """Never squeeze words."""
        return self.tabSizeHint(index)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint words, line and focus."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for index in range(self.count()):
            self._paint_tab(painter, index, self.tabRect(index))
        painter.end()

    def _paint_tab(self, painter: QPainter, index: int, rect: QRect) -> None:
        tokens, is_open = self._theme.tokens, index == self.currentIndex()
        words = rect.adjusted(_SIDE, 0, -_SIDE, 0)
        lit = is_open or rect.contains(self.mapFromGlobal(self.cursor().pos()))
        painter.setFont(self._strong if is_open else self.font())
        painter.setPen(QColor(tokens.text if lit else tokens.secondary))
        painter.setLayoutDirection(text_direction(self.tabText(index)))
        painter.drawText(words, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextSingleLine, self.tabText(index))
        if is_open:
            painter.fillRect(
                QRect(words.left(), rect.bottom() - _LINE + 1, words.width(), _LINE), QColor(tokens.accent)
            )
        if is_open and self.hasFocus():
            painter.setPen(QPen(QColor(tokens.accent), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(rect).adjusted(2.5, 6.5, -2.5, -6.5), 6, 6)
