"""Buttons in one frame of which one is chosen."""

# ruff: noqa: N802 - Qt names its virtual methods so

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QRectF, QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QHBoxLayout, QWidget

from headrace_gui.theme import Theme, medium, small, text_direction

_RADIUS: Final = 7
_SIDE, _LEAST_SIDE = 12, 4


class SegmentedButtons(QWidget):
    """A choice among a few; arrows move it."""

    chosen = Signal(int)
    """The number of the button, counted from 0."""

    def __init__(self, count: int, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        for number in range(count):
            button = _Segment(theme, self)
            self._group.addButton(button, number)
            row.addWidget(button)
        self._group.idToggled.connect(lambda number, on: self.chosen.emit(number) if on else None)
        self.choose(0)
        theme.changed.connect(self.update)

    def set_texts(self, texts: Sequence[str]) -> None:
        """Name the buttons."""
        for number, text in enumerate(texts):
            self._group.button(number).setText(text)

    @property
    def choice(self) -> int:
        """The number of the chosen button."""
        return self._group.checkedId()

    def choose(self, number: int) -> None:
        """Choose a button; `chosen` is not sent."""
        button = self._group.button(number)
        if button is not None:
            with QSignalBlocker(self._group):
                button.setChecked(True)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the frame, the chosen part of it and the lines between the parts."""
        painter, tokens = QPainter(self), self._theme.tokens
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        frame, shape = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), QPainterPath()
        shape.addRoundedRect(frame, _RADIUS, _RADIUS)
        painter.setClipPath(shape)
        for button in self._group.buttons():
            over = button.underMouse() and not button.isChecked()
            colour = tokens.selection if button.isChecked() else tokens.hover if over else tokens.surface
            painter.fillRect(button.geometry(), QColor(colour))
        painter.setClipping(False)
        painter.setPen(QPen(QColor(tokens.line), 1))
        for button in self._group.buttons():
            if button.geometry().left() > 0:
                painter.fillRect(button.geometry().left(), 0, 1, self.height(), QColor(tokens.line))
        painter.drawPath(shape)
        painter.end()


class _Segment(QAbstractButton):
    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setFont(medium(small(self.font())))
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.toggled.connect(lambda _: parent.update())

    def sizeHint(self) -> QSize:
        metrics = QFontMetrics(self.font())
        return QSize(metrics.horizontalAdvance(self.text()) + 2 * _SIDE, max(28, metrics.height() + 10))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint() - QSize(2 * (_SIDE - _LEAST_SIDE), 0)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter, tokens = QPainter(self), self._theme.tokens
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self.font())
        painter.setPen(QColor(tokens.accent_text if self.isChecked() else tokens.secondary))
        painter.setLayoutDirection(text_direction(self.text()))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextSingleLine, self.text())
        if self.hasFocus():
            painter.setPen(QPen(QColor(tokens.accent), 1.5))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(3, 3, -3, -3), 4, 4)
        painter.end()
