"""What stands in place of the list when it has no rows: a picture and two lines."""

# ruff: noqa: N802 - Qt names its virtual methods so

from typing import Final

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from headrace_gui.theme import Theme, semibold

_PICTURE: Final = 132
_GAP: Final = 20
_WAVES: Final = ((0.0, 1.0), (16.0, 0.55), (32.0, 0.25))


class EmptyState(QWidget):
    """Paints a mill race with an arrow into it, and says how to begin or why nothing is shown."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._lines = ("", "")
        self.setObjectName("emptyState")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        theme.changed.connect(self.update)

    def tell(self, first: str, second: str) -> None:
        """Set the two lines; nothing at all is painted while both are empty."""
        self._lines = (first, second)
        self.setAccessibleName(f"{first}. {second}")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint picture and lines in the middle."""
        super().paintEvent(event)
        if not any(self._lines):
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        text = self.fontMetrics().height()
        top = max((self.height() - _PICTURE - _GAP - 2 * text - 16) // 2 - 12, 8)
        self._paint_picture(painter, QRectF((self.width() - _PICTURE) / 2, top, _PICTURE, _PICTURE))
        below = top + _PICTURE + _GAP
        title = semibold(self.font())
        title.setPixelSize(title.pixelSize() + 3)
        self._paint_line(
            painter, QRect(0, below, self.width(), text + 8), self._lines[0], self._theme.tokens.text, title
        )
        under = QRect(0, below + text + 12, self.width(), text + 6)
        self._paint_line(painter, under, self._lines[1], self._theme.tokens.secondary, self.font())
        painter.end()

    def _paint_line(self, painter: QPainter, rect: QRect, text: str, colour: str, font: QFont) -> None:
        painter.setFont(font)
        painter.setPen(QColor(colour))
        painter.drawText(rect.adjusted(16, 0, -16, 0), Qt.AlignmentFlag.AlignCenter, text)

    def _paint_picture(self, painter: QPainter, rect: QRectF) -> None:
        tokens = self._theme.tokens
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens.selection))
        painter.drawEllipse(rect)
        circle = QPainterPath()
        circle.addEllipse(rect)
        painter.save()
        painter.setClipPath(circle)
        for lower, strength in _WAVES:
            self._paint_wave(painter, rect, rect.top() + 84 + lower, strength)
        painter.restore()
        self._paint_arrow(painter, rect)

    def _paint_wave(self, painter: QPainter, rect: QRectF, height: float, strength: float) -> None:
        colour = QColor(self._theme.tokens.accent)
        colour.setAlphaF(strength)
        painter.setPen(QPen(colour, 5, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        step, left = rect.width() / 6, rect.left() - rect.width() / 12
        path = QPainterPath(QPointF(left, height))
        for number in range(7):
            rise = -9 if number % 2 else 9
            start = left + number * step
            path.quadTo(QPointF(start + step / 2, height + rise), QPointF(start + step, height))
        painter.drawPath(path)

    def _paint_arrow(self, painter: QPainter, rect: QRectF) -> None:
        pen = QPen(QColor(self._theme.tokens.accent), 7, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        x, top, tip = rect.center().x(), rect.top() + 24, rect.top() + 66
        painter.drawLine(QPointF(x, top), QPointF(x, tip))
        painter.drawPolyline([QPointF(x - 15, tip - 15), QPointF(x, tip), QPointF(x + 15, tip - 15)])
