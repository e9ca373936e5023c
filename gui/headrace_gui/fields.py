"""Fields that paint the small arrows a style sheet cannot draw in the theme's colour."""

# ruff: noqa: N802 - Qt names its virtual methods so

from typing import Final

from PySide6.QtCore import QEvent, QLocale, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QAbstractSpinBox, QComboBox, QDoubleSpinBox, QSpinBox, QStyle, QWidget

from headrace_gui.texts import on_language, translate

_ARROW_ROOM: Final = 28
"""Pixels at the field's end that the style sheet leaves free."""
_TEXT_MARGIN: Final = 8
_MEGA: Final = 1_000_000
_MOST: Final = 10_000.0
"""Megabytes per second."""
_GIGA: Final = 1_000_000_000
_MOST_VOLUME: Final = 1_000_000.0
"""Gigabytes."""
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

    def changeEvent(self, event: QEvent) -> None:
        """Write numbers as the language does."""
        super().changeEvent(event)
        _follow_language(self, event)

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

    def changeEvent(self, event: QEvent) -> None:
        """Write numbers as the language does."""
        super().changeEvent(event)
        _follow_language(self, event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the field and its chevrons."""
        super().paintEvent(event)
        _steps(self)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to the page while somebody else has the keyboard."""
        _wheel(self, event, super().wheelEvent)


class MeasureField(NumberField):
    """A field for amounts in a large unit, with as many decimals as they need: none is rounded."""

    def textFromValue(self, value: float) -> str:
        """Write a number as shortly as it can be."""
        locale = self.locale()
        whole, point, decimals = super().textFromValue(value).partition(locale.decimalPoint())
        decimals = decimals.rstrip(locale.zeroDigit())
        return whole + point + decimals if decimals else whole


class VolumeField(MeasureField):
    """Bytes, shown in gigabytes; one byte at least."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setDecimals(9)
        self.setRange(1 / _GIGA, _MOST_VOLUME)
        on_language(self, lambda: self.setSuffix(translate("Budgets", " GB")))

    def size_of(self) -> int:
        """Return the bytes that are shown."""
        return round(self.value() * _GIGA)

    def set_size(self, size: int) -> None:
        """Show an amount of bytes."""
        self.setValue(size / _GIGA)


class RateField(MeasureField):
    """Bytes per second, shown in megabytes."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setDecimals(6)
        self.set_least(0)
        on_language(self, lambda: self.setSuffix(translate("Limit", " MB/s")))

    def set_least(self, rate: int) -> None:
        """Take no rate below this."""
        self.setRange(rate / _MEGA, _MOST)

    def rate(self) -> int:
        """Return the rate that is shown."""
        return round(self.value() * _MEGA)

    def set_rate(self, rate: int) -> None:
        """Show a rate."""
        self.setValue(rate / _MEGA)


def arrow_room(field: QWidget) -> QRectF:
    """Return where a field's arrows are, mirrored where the text runs to the left."""
    whole = field.rect()
    room = whole.adjusted(whole.width() - _ARROW_ROOM, 0, 0, 0)
    return QRectF(QStyle.visualRect(field.layoutDirection(), whole, room))


def _follow_language(field: QAbstractSpinBox, event: QEvent) -> None:
    """Write the number in the manner of a new language: what was written in the old one is read before."""
    if event.type() is QEvent.Type.LanguageChange:
        field.interpretText()
        field.setLocale(QLocale())


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
