"""A small picture of the last minute's speed, for the status bar."""

# ruff: noqa: N802 - Qt names its virtual methods so

import time
from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from headrace_gui.details.curve_paint import paint_curve
from headrace_gui.details.speed_history import SpeedHistory
from headrace_gui.texts import on_language, translate
from headrace_gui.theme import Theme

_SECONDS: Final = 60.0
_HEADROOM: Final = 1.1


class SpeedSparkline(QWidget):
    """Takes the total speed as it comes and draws the last minute of it; nothing while nothing ran."""

    def __init__(
        self, theme: Theme, parent: QWidget | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        super().__init__(parent)
        self._theme, self._clock = theme, clock
        self._history = SpeedHistory()
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)
        on_language(self, lambda: self.setAccessibleName(translate("Details", "Speed, last minute")))

    def add(self, rate: float) -> None:
        """Take in the speed at this moment, bytes per second."""
        self._history.add(self._clock(), rate)
        self.update()

    def sizeHint(self) -> QSize:
        """Fit into a line of text."""
        return QSize(72, self.fontMetrics().height())

    def minimumSizeHint(self) -> QSize:
        """Never be squeezed."""
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the curve, mirrored where reading is."""
        curve, end = self._history.recent(_SECONDS), self._history.last
        if end is None or not curve.top:
            return
        room = QRectF(self.rect()).adjusted(0, 2, 0, -1)
        start, height = end - _SECONDS, room.height() / (curve.top * _HEADROOM)
        mirrored = self.isRightToLeft()

        def place(when: float, rate: float) -> QPointF:
            along = (when - start) / _SECONDS * room.width()
            return QPointF(room.right() - along if mirrored else room.left() + along, room.bottom() - rate * height)

        painter = QPainter(self)
        paint_curve(painter, self._theme.tokens, room, curve, place)
        painter.end()
