"""What stands in place of the list when it has no rows: a picture and two lines, or a line and a button."""

# ruff: noqa: N802 - Qt names its virtual methods so

from typing import Final

from PySide6.QtCore import QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPainterPath, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QPushButton, QWidget

from headrace_gui.texts import translate
from headrace_gui.theme import Theme, semibold

_PICTURE: Final = 132
_LEAST: Final = 48
"""Pixels below which no picture is better than a tiny one."""
_GAP: Final = 20
_BETWEEN: Final = 8
_SIDE: Final = 24
_CENTRED: Final = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap
_WAVES: Final = ((0.0, 1.0), (16.0, 0.55), (32.0, 0.25))


class EmptyState(QWidget):
    """Paints a mill race with an arrow into it, and says how to begin or why nothing is shown."""

    accepted = Signal()
    """The button was pressed that offers a way out."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._lines = ("", "")
        self._button = QPushButton(self)
        self._button.hide()
        self._button.clicked.connect(self.accepted)
        self.setObjectName("emptyState")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        theme.changed.connect(self.update)

    def tell(self, first: str, second: str, *, offers: bool = False) -> None:
        """Set the two lines; the second is a button where it `offers` a way out. Two empty ones leave all blank."""
        self._lines = (first, second)
        #: The two lines of the empty list, for screen readers
        self.setAccessibleName(translate("List", "{first}. {second}").format(first=first, second=second))
        self._button.setText(second)
        self._button.setVisible(offers)
        self._place_button()
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the button where the second line would be."""
        super().resizeEvent(event)
        self._place_button()

    def _place_button(self) -> None:
        place, size = self._places()[2], self._button.sizeHint()
        width = min(size.width(), place.width())
        self._button.setGeometry(place.center().x() - width // 2, place.top() + _BETWEEN // 2, width, size.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint picture and lines in the middle."""
        super().paintEvent(event)
        if not any(self._lines):
            return
        painter, tokens = QPainter(self), self._theme.tokens
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        picture, first, second = self._places()
        self._paint_picture(painter, QRectF(picture))
        self._write(painter, first, self._lines[0], self._title(), tokens.text)
        if self._button.isHidden():
            self._write(painter, second, self._lines[1], self.font(), tokens.secondary)
        painter.end()

    def _write(self, painter: QPainter, place: QRect, text: str, font: QFont, colour: str) -> None:
        painter.setFont(font)
        painter.setPen(QColor(colour))
        painter.drawText(place, _CENTRED, text)

    def _title(self) -> QFont:
        font = semibold(self.font())
        font.setPixelSize(font.pixelSize() + 3)
        return font

    def _places(self) -> tuple[QRect, QRect, QRect]:
        """Return where picture, first and second line are: in the middle, one under the other."""
        first, second = (self._height_of(*line) for line in zip(self._lines, (self._title(), self.font()), strict=True))
        if not self._button.isHidden():
            second = self._button.sizeHint().height() + _BETWEEN
        picture = min(_PICTURE, max(self.height() - first - second - _GAP - 3 * _BETWEEN, 0))
        top = max((self.height() - picture - _GAP - first - second - _BETWEEN) // 2 - 12, 8)
        square = QRect((self.width() - picture) // 2, top, picture, picture)
        top += picture + _GAP
        return square, self._room(top, first), self._room(top + first + _BETWEEN, second)

    def _room(self, top: int, height: int) -> QRect:
        return QRect(_SIDE, top, max(self.width() - 2 * _SIDE, 1), height)

    def _height_of(self, text: str, font: QFont) -> int:
        return QFontMetrics(font).boundingRect(self._room(0, self.height()), _CENTRED, text).height()

    def _paint_picture(self, painter: QPainter, place: QRectF) -> None:
        if place.width() < _LEAST:
            return
        tokens, rect = self._theme.tokens, QRectF(0, 0, _PICTURE, _PICTURE)
        painter.save()
        painter.translate(place.topLeft())
        painter.scale(place.width() / _PICTURE, place.width() / _PICTURE)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens.selection))
        painter.drawEllipse(rect)
        circle = QPainterPath()
        circle.addEllipse(rect)
        painter.setClipPath(circle)
        for lower, strength in _WAVES:
            self._paint_wave(painter, rect, rect.top() + 84 + lower, strength)
        self._paint_arrow(painter, rect)
        painter.restore()

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
