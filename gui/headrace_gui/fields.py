"""Fields that paint the small arrows a style sheet cannot draw in the theme's colour."""

# ruff: noqa: N802 - Qt names its virtual methods so

from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QComboBox, QDoubleSpinBox, QSpinBox, QStyle, QWidget

_ARROW_ROOM: Final = 28
"""Pixels at the field's end that the style sheet leaves free."""
_TEXT_MARGIN: Final = 8
_ROLE: Final = QPainter.RenderHint.Antialiasing


class Choice(QComboBox):
    """A combo box with a chevron. The wheel scrolls what it stands on, unless it has the focus."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the field and its chevron."""
        super().paintEvent(event)
        painter = QPainter(self)
        middle = arrow_room(self).center()
        _chevron(painter, self, middle + QPointF(0, 0.5), up=False)
        painter.end()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to the page while somebody else has the keyboard."""
        _wheel(self, event, super().wheelEvent)


class WholeField(QSpinBox):
    """A field for whole numbers with two small chevrons."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.lineEdit().setTextMargins(_TEXT_MARGIN, 0, 0, 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the field and its chevrons."""
        super().paintEvent(event)
        _steps(self)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to the page while somebody else has the keyboard."""
        _wheel(self, event, super().wheelEvent)


class NumberField(QDoubleSpinBox):
    """A field for numbers with two small chevrons."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.lineEdit().setTextMargins(_TEXT_MARGIN, 0, 0, 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the field and its chevrons."""
        super().paintEvent(event)
        _steps(self)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to the page while somebody else has the keyboard."""
        _wheel(self, event, super().wheelEvent)


def arrow_room(field: QWidget) -> QRectF:
    """Return where a field's arrows are, mirrored where the text runs to the left."""
    whole = field.rect()
    room = whole.adjusted(whole.width() - _ARROW_ROOM, 0, 0, 0)
    return QRectF(QStyle.visualRect(field.layoutDirection(), whole, room))


def _steps(field: QWidget) -> None:
    painter = QPainter(field)
    middle = arrow_room(field).center()
    _chevron(painter, field, middle - QPointF(0, 4.5), up=True)
    _chevron(painter, field, middle + QPointF(0, 5.5), up=False)
    painter.end()


def _chevron(painter: QPainter, field: QWidget, middle: QPointF, *, up: bool) -> None:
    palette = field.palette()
    colour = palette.text().color() if field.isEnabled() else palette.mid().color()
    soft = QColor(colour)
    soft.setAlphaF(0.6)
    painter.setRenderHint(_ROLE)
    painter.setPen(QPen(soft, 1.4, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))
    rise = -1.8 if up else 1.8
    tip = middle + QPointF(0, rise)
    painter.drawPolyline([middle + QPointF(-3.6, -rise), tip, middle + QPointF(3.6, -rise)])


def _wheel(field: QWidget, event: QWheelEvent, turn: object) -> None:
    if field.hasFocus() and callable(turn):
        turn(event)
    else:
        event.ignore()
