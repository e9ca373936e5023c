"""The graph of a download's speed: round values at its side, limits dashed, a value to read under the pointer."""

# ruff: noqa: N802 - Qt names its virtual methods so

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFocusEvent, QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from headrace_gui.details.curve_paint import paint_curve
from headrace_gui.details.graph_scale import ticks, time_step
from headrace_gui.details.speed_history import Curve
from headrace_gui.details.speed_words import reading_words, tick_words, time_words
from headrace_gui.texts import on_language, translate
from headrace_gui.theme import Theme, medium, small, tabular, text_direction
from headrace_gui.units import unit_step

_GAP: Final = 8
_TICK_HEIGHT: Final = 34
_TICK_WIDTH: Final = 84
_MOST_TICKS: Final = 6
_HEADROOM: Final = 1.15
_FAR: Final = 3.0
"""A line so many times higher than the curve is left out: it would flatten all there is to see."""
_STEPS: Final[Mapping[int, float]] = MappingProxyType({Qt.Key.Key_Left: -0.01, Qt.Key.Key_Right: 0.01})
_ENDS: Final[Mapping[int, float]] = MappingProxyType({Qt.Key.Key_Home: 0.0, Qt.Key.Key_End: 1.0})


@dataclass(frozen=True, slots=True)
class Mark:
    """A level worth a line of its own; a limit is dashed, an average dotted."""

    rate: float
    text: str
    is_limit: bool = True


@dataclass(frozen=True, slots=True)
class Plot:
    """What a graph shows: a curve from `start` to `end` on its own clock."""

    curve: Curve
    start: float
    end: float
    is_live: bool = True
    """Whether the end is now."""
    is_life: bool = False
    """Whether times count from the beginning, not back from the end."""
    marks: tuple[Mark, ...] = ()

    @property
    def top(self) -> float:
        """The highest rate in sight."""
        first = max(0, int((self.start - self.curve.start) / self.curve.step))
        return max((rate for rate in self.curve.rates[first:] if rate is not None), default=0.0)


_NOTHING: Final = Plot(Curve(0.0, 1.0, ()), 0.0, 1.0)


class SpeedGraph(QWidget):
    """Draws a Plot. The bare form has neither scale nor values to read: a small picture of the last minutes."""

    def __init__(self, theme: Theme, parent: QWidget | None = None, *, bare: bool = False) -> None:
        super().__init__(parent)
        self._theme, self._bare = theme, bare
        self._plot = _NOTHING
        self._read_at: float | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setFont(tabular(small(self.font())))
        if not bare:
            self.setMouseTracking(True)
            self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        theme.changed.connect(self.update)
        on_language(self, self.update)

    def sizeHint(self) -> QSize:
        """Ask for a small picture."""
        return QSize(250, 84) if self._bare else QSize(400, 140)

    def minimumSizeHint(self) -> QSize:
        """Stay legible."""
        return QSize(80, 32) if self._bare else QSize(160, 72)

    def show_plot(self, plot: Plot | None) -> None:
        """Show a plot, or an empty scale."""
        plot = plot or _NOTHING
        if plot != self._plot:
            self._plot = plot
            self.update()

    def reading(self) -> str:
        """Return what stands at the crosshair, "" where there is none."""
        if self._read_at is None:
            return ""
        plot, when = self._plot, self._time_at(self._read_at)
        seconds = when - plot.start if plot.is_life else plot.end - when
        return reading_words(plot.curve.rate_at(when), seconds, is_life=plot.is_life, is_live=plot.is_live)

    # Geometry: fractions run from 0, the earliest, to 1, the latest

    def _room(self) -> QRectF:
        if self._bare:
            return QRectF(self.rect()).adjusted(0, 2, 0, 0)
        metrics = self.fontMetrics()
        widest = max(metrics.horizontalAdvance(tick_words(rate)) for rate in self._scale(self.height()))
        side = float(widest + _GAP)
        room = QRectF(self.rect()).adjusted(side, metrics.height() / 2, -2, -metrics.height() - 6)
        return room if not self.isRightToLeft() else room.translated(2 - side, 0)

    def _scale(self, height: float) -> list[float]:
        steps = int((height - 2 * self.fontMetrics().height()) / _TICK_HEIGHT)
        return ticks(self._top(), min(max(1, steps), _MOST_TICKS), unit_step())

    def _top(self) -> float:
        top = self._plot.top
        marks = [mark.rate for mark in self._plot.marks if not top or mark.rate <= top * _FAR]
        return max([top * (_HEADROOM if self._bare else 1.0), *marks])

    def _x(self, room: QRectF, fraction: float) -> float:
        return room.right() - fraction * room.width() if self.isRightToLeft() else room.left() + fraction * room.width()

    def _fraction(self, when: float) -> float:
        return (when - self._plot.start) / max(self._plot.end - self._plot.start, 1e-9)

    def _time_at(self, fraction: float) -> float:
        return self._plot.start + fraction * (self._plot.end - self._plot.start)

    # Painting

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint scale, curve, lines and crosshair."""
        painter = QPainter(self)
        painter.setFont(self.font())
        scale = self._scale(self.height())
        top = self._top() if self._bare else scale[-1]
        room = self._room()
        if not self._bare:
            self._paint_levels(painter, room, scale)
            self._paint_times(painter, room)
        height = room.height() / max(top, 1.0)
        paint_curve(
            painter,
            self._theme.tokens,
            room,
            self._plot.curve,
            lambda when, rate: QPointF(self._x(room, self._fraction(when)), room.bottom() - rate * height),
        )
        if self._bare:
            painter.fillRect(QRectF(room.left(), room.bottom() - 1, room.width(), 1), QColor(self._theme.tokens.line))
        else:
            self._paint_marks(painter, room, top)
            self._paint_reading(painter, room, top)
        if not self._plot.curve.rates:
            self._text(painter, room, translate("Details", "Nothing measured yet"), self._theme.tokens.secondary)
        painter.end()

    def _paint_levels(self, painter: QPainter, room: QRectF, scale: list[float]) -> None:
        tokens, metrics = self._theme.tokens, self.fontMetrics()
        for rate in scale:
            y = round(room.bottom() - rate / scale[-1] * room.height())
            painter.fillRect(QRectF(room.left(), y, room.width(), 1), QColor(tokens.line))
            label = QRectF(0, y - metrics.height() / 2, room.left() - _GAP, metrics.height())
            if self.isRightToLeft():
                label.moveLeft(room.right() + _GAP)
                label.setWidth(self.width() - label.left())
            self._text(painter, label, tick_words(rate), tokens.secondary, towards_graph=True)

    def _paint_times(self, painter: QPainter, room: QRectF) -> None:
        span = self._plot.end - self._plot.start
        step = time_step(span, max(1, int(room.width() / _TICK_WIDTH)))
        metrics, tokens = self.fontMetrics(), self._theme.tokens
        for number in range(int(span / step + 1e-6) + 1):
            fraction = number * step / max(span, 1e-9)
            text = time_words(number * step, is_life=self._plot.is_life, is_live=self._plot.is_live)
            x = self._x(room, fraction if self._plot.is_life else 1 - fraction)
            width = metrics.horizontalAdvance(text)
            left = min(max(x - width / 2, room.left()), room.right() - width)
            place = QRectF(left, room.bottom() + 5, width + 1, metrics.height())
            self._text(painter, place, text, tokens.secondary)

    def _paint_marks(self, painter: QPainter, room: QRectF, top: float) -> None:
        """Draw lines across, each with its words over it, one behind the other where time begins."""
        tokens, metrics, used = self._theme.tokens, self.fontMetrics(), 6.0
        for mark in (each for each in self._plot.marks if each.rate <= top):
            y = round(room.bottom() - mark.rate / top * room.height()) + 0.5
            colour = QColor(tokens.warning if mark.is_limit else tokens.secondary)
            painter.setPen(QPen(colour, 1, Qt.PenStyle.DashLine if mark.is_limit else Qt.PenStyle.DotLine))
            painter.drawLine(QPointF(room.left(), y), QPointF(room.right(), y))
            width = metrics.horizontalAdvance(mark.text) + 8
            over = y - metrics.height() - 2 >= room.top() - metrics.height() / 2
            label = QRectF(0, y - metrics.height() - 1 if over else y + 2, width, metrics.height())
            label.moveLeft(room.right() - used - width if self.isRightToLeft() else room.left() + used)
            used += width + _GAP
            ground = QColor(tokens.surface)
            ground.setAlphaF(0.8)
            painter.fillRect(label, ground)
            self._text(painter, label, mark.text, colour.name())

    def _paint_reading(self, painter: QPainter, room: QRectF, top: float) -> None:
        text = self.reading()
        if not text or self._read_at is None:
            return
        tokens, x = self._theme.tokens, self._x(room, self._read_at)
        painter.fillRect(QRectF(round(x), room.top(), 1, room.height()), QColor(tokens.secondary))
        rate = self._plot.curve.rate_at(self._time_at(self._read_at))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if rate is not None:
            painter.setPen(QPen(QColor(tokens.surface), 1.5))
            painter.setBrush(QColor(tokens.accent))
            painter.drawEllipse(QPointF(x + 0.5, room.bottom() - rate / top * room.height()), 4, 4)
        self._paint_bubble(painter, room, x, text)

    def _paint_bubble(self, painter: QPainter, room: QRectF, x: float, text: str) -> None:
        tokens = self._theme.tokens
        painter.setFont(medium(self.font()))
        metrics = QFontMetrics(painter.font())
        size = QSize(metrics.horizontalAdvance(text) + 16, metrics.height() + 8)
        left = x + 10 if x + 10 + size.width() <= room.right() else x - 10 - size.width()
        bubble = QRectF(max(left, 0.0), room.top() + 2, size.width(), size.height())
        painter.setPen(QPen(QColor(tokens.line), 1))
        painter.setBrush(QColor(tokens.surface))
        painter.drawRoundedRect(bubble.translated(0.5, 0.5), 6, 6)
        self._text(painter, bubble.adjusted(8, 0, -8, 0), text, tokens.text)

    def _text(self, painter: QPainter, room: QRectF, text: str, colour: str, *, towards_graph: bool = False) -> None:
        side = Qt.AlignmentFlag.AlignLeft if self.isRightToLeft() else Qt.AlignmentFlag.AlignRight
        align = side if towards_graph else Qt.AlignmentFlag.AlignHCenter
        painter.setPen(QColor(colour))
        painter.setLayoutDirection(text_direction(text))
        painter.drawText(room, align | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, text)

    # Reading a value, by pointer or keys

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Read what is under the pointer."""
        room = self._room()
        share = (event.position().x() - room.left()) / max(room.width(), 1.0)
        self._read(1 - share if self.isRightToLeft() else share)

    def leaveEvent(self, event: QEvent) -> None:
        """Read nothing."""
        super().leaveEvent(event)
        self._read(None)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Read nothing."""
        super().focusOutEvent(event)
        self._read(None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move the crosshair with the arrows, by a hundredth of the width."""
        step, ends = _STEPS.get(event.key()), _ENDS.get(event.key())
        if self._bare or (step is None and ends is None and event.key() != Qt.Key.Key_Escape):
            super().keyPressEvent(event)
        elif event.key() == Qt.Key.Key_Escape:
            if self._read_at is None:
                super().keyPressEvent(event)
            self._read(None)
        elif ends is not None:
            self._read(ends)
        elif step is not None:
            at = 1.0 if self._read_at is None else self._read_at
            self._read(min(max(at + (-step if self.isRightToLeft() else step), 0.0), 1.0))

    def _read(self, fraction: float | None) -> None:
        wanted = fraction if fraction is not None and 0.0 <= fraction <= 1.0 else None
        if wanted != self._read_at and not self._bare:
            self._read_at = wanted
            self.update()
