"""A week in half hours, to be marked by the mouse or the keyboard."""

# ruff: noqa: N802 - Qt names its virtual methods so

from typing import Final

from PySide6.QtCore import QEvent, QLocale, QPointF, QRect, QRectF, QSize, Qt, QTime, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleEvent,
    QColor,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import QStyle, QWidget

from headrace_gui.texts import on_language, translate
from headrace_gui.theme import Theme, small
from headrace_gui.week_cells import PER_DAY

_ROW: Final = 20
_LEAST: Final = 7
"""Pixels of a half hour at least."""
_GAP: Final = 8
_STEPS: Final = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}
_MARKED_HOURS: Final = (0, 6, 12, 18)


class WeekGrid(QWidget):
    """Tells every change by `changed`, once the mouse is let go or a key pressed."""

    changed = Signal()

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self.cells: frozenset[int] = frozenset()
        """The half hours that are marked, 0 from Monday's midnight on."""
        self._row, self._half = 0, 0
        self._drag: tuple[int, int, bool] | None = None
        self._before: frozenset[int] = frozenset()
        self.setFont(small(self.font()))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        theme.changed.connect(self.update)
        on_language(self, self._retext)

    def _retext(self) -> None:
        self.setAccessibleName(translate("Hours", "Hours of the week"))
        self._tell_place()
        self.updateGeometry()
        self.update()

    def show_cells(self, cells: frozenset[int]) -> None:
        """Mark these half hours and no others."""
        self.cells = cells
        self._tell_place()
        self.update()

    # Where things are: rows are days in the order of the language, columns half hours

    def sizeHint(self) -> QSize:
        """Return the room for all."""
        return QSize(self._left() + PER_DAY * 10, self._top() + 7 * _ROW + 1)

    def minimumSizeHint(self) -> QSize:
        """Return the room in which a half hour can still be met."""
        return QSize(self._left() + PER_DAY * _LEAST, self.sizeHint().height())

    def _left(self) -> int:
        return max(self.fontMetrics().horizontalAdvance(_day_name(day)) for day in range(7)) + _GAP

    def _top(self) -> int:
        return self.fontMetrics().height() + 2

    def _width(self) -> float:
        return (self.width() - self._left() - 1) / PER_DAY

    def _rect(self, row: int, half: int, count: int = 1) -> QRect:
        """Return where half hours are, mirrored where the language runs to the left."""
        left, right = (round(self._left() + (half + n) * self._width()) for n in (0, count))
        plain = QRect(left, self._top() + row * _ROW, right - left, _ROW)
        return QStyle.visualRect(self.layoutDirection(), self.rect(), plain)

    def _at(self, position: QPointF) -> tuple[int, int]:
        """Return the row and the half hour at a place, the nearest where it is outside; -1 for a day's name."""
        x = position.x() if self.layoutDirection() is Qt.LayoutDirection.LeftToRight else self.width() - position.x()
        half = int((x - self._left()) // self._width()) if x >= self._left() else -1
        row = int((position.y() - self._top()) // _ROW)
        return min(max(row, 0), 6), min(half, PER_DAY - 1)

    # Marking

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Mark or clear what is met, or a whole day at its name, and what is drawn over."""
        if event.button() is not Qt.MouseButton.LeftButton:
            return
        row, half = self._at(event.position())
        self._before = self.cells
        if half < 0:
            day = _cells(row, row, 0, PER_DAY - 1)
            self.show_cells(self.cells - day if day <= self.cells else self.cells | day)
            return
        self._row, self._half = row, half
        self._drag = row, half, _cell(row, half) not in self.cells
        self._draw(row, half)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Follow the mouse."""
        if self._drag is not None:
            row, half = self._at(event.position())
            self._draw(row, max(half, 0))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Tell what was drawn."""
        if event.button() is Qt.MouseButton.LeftButton:
            self._drag = None
            if self.cells != self._before:
                self.changed.emit()

    def _draw(self, row: int, half: int) -> None:
        if self._drag is None:
            return
        first_row, first_half, marks = self._drag
        drawn = _cells(*sorted((first_row, row)), *sorted((first_half, half)))
        self.show_cells(self._before | drawn if marks else self._before - drawn)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go about with the arrows, mark with Space, mark along with Shift and an arrow."""
        step = _STEPS.get(Qt.Key(event.key()))
        if event.key() == Qt.Key.Key_Space:
            self._mark(marks=_cell(self._row, self._half) not in self.cells)
        elif step is not None:
            marks = _cell(self._row, self._half) in self.cells
            across = step[0] if self.layoutDirection() is Qt.LayoutDirection.LeftToRight else -step[0]
            self._half, self._row = (self._half + across) % PER_DAY, (self._row + step[1]) % 7
            if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
                self._mark(marks=marks)
        else:
            super().keyPressEvent(event)
            return
        self._tell_place()
        self.update()

    def _mark(self, *, marks: bool) -> None:
        one = {_cell(self._row, self._half)}
        if marks is not (one <= self.cells):
            self.show_cells(self.cells | one if marks else self.cells - one)
            self.changed.emit()

    def _tell_place(self) -> None:
        """Have screen readers say which half hour the keyboard is at, and whether it is marked."""
        begins = QLocale().toString(_time(self._half), QLocale.FormatType.ShortFormat)
        is_marked = _cell(self._row, self._half) in self.cells
        state = translate("Hours", "marked") if is_marked else translate("Hours", "not marked")
        self.setAccessibleDescription(f"{_day_name(_day(self._row), QLocale.FormatType.LongFormat)} {begins}, {state}")
        if self.hasFocus():
            QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.DescriptionChanged))

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show where the keyboard is."""
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Show it no longer."""
        super().focusOutEvent(event)
        self.update()

    def changeEvent(self, event: QEvent) -> None:
        """Show whether anything can be marked."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.EnabledChange, QEvent.Type.FontChange):
            self.update()

    # Painting

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint hours above, days aside, and what is marked."""
        painter, tokens = QPainter(self), self._theme.tokens
        for row in range(7):
            name = QRect(0, self._top() + row * _ROW, self._left() - _GAP, _ROW)
            painter.setPen(QColor(tokens.secondary))
            place = QStyle.visualRect(self.layoutDirection(), self.rect(), name)
            align = QStyle.visualAlignment(self.layoutDirection(), Qt.AlignmentFlag.AlignLeft)
            painter.drawText(place, align | Qt.AlignmentFlag.AlignVCenter, _day_name(_day(row)))
            painter.fillRect(self._rect(row, 0, PER_DAY).adjusted(0, 1, 0, -1), QColor(tokens.track))
        self._paint_marked(painter)
        self._paint_hours(painter)
        if self.hasFocus():
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QColor(tokens.text))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self._rect(self._row, self._half)).adjusted(-0.5, 0.5, 0.5, -0.5), 2, 2)
        painter.end()

    def _paint_marked(self, painter: QPainter) -> None:
        colour = QColor(self._theme.tokens.accent if self.isEnabled() else self._theme.tokens.faint)
        for row in range(7):
            for half in range(PER_DAY):
                if _cell(row, half) in self.cells:
                    painter.fillRect(self._rect(row, half).adjusted(0, 1, 0, -1), colour)

    def _paint_hours(self, painter: QPainter) -> None:
        tokens = self._theme.tokens
        for hour in _MARKED_HOURS:
            place = self._rect(0, 2 * hour, 12)
            painter.setPen(QColor(tokens.secondary))
            align = QStyle.visualAlignment(self.layoutDirection(), Qt.AlignmentFlag.AlignLeft)
            text = QLocale().toString(_time(2 * hour), QLocale.FormatType.ShortFormat)
            painter.drawText(QRect(place.left(), 0, place.width(), self._top()), align, text)
            if hour:
                line = place.left() if self.layoutDirection() is Qt.LayoutDirection.LeftToRight else place.right() + 1
                painter.setPen(QColor(tokens.surface))
                painter.drawLine(line, self._top(), line, self._top() + 7 * _ROW)


def _day(row: int) -> int:
    """Return the day in a row, 0 for Monday: weeks begin as the language has them."""
    return (QLocale().firstDayOfWeek().value - 1 + row) % 7


def _cell(row: int, half: int) -> int:
    return _day(row) * PER_DAY + half


def _cells(top: int, bottom: int, first: int, last: int) -> frozenset[int]:
    return frozenset(_cell(row, half) for row in range(top, bottom + 1) for half in range(first, last + 1))


def _day_name(day: int, form: QLocale.FormatType = QLocale.FormatType.ShortFormat) -> str:
    return QLocale().standaloneDayName(day + 1, form)


def _time(half: int) -> QTime:
    return QTime(half // 2, 30 * (half % 2))
