"""How a curve of speeds is drawn: a line over a pale area, broken where nothing ran."""

from collections.abc import Callable, Iterator
from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from headrace_gui.accents import mixed
from headrace_gui.details.speed_history import Curve
from headrace_gui.theme import Tokens

_AREA: Final = 0.14
"""How much of the accent colour the area has over the ground."""
_LINE: Final = 1.75


def paint_curve(
    painter: QPainter, tokens: Tokens, room: QRectF, curve: Curve, place: Callable[[float, float], QPointF]
) -> None:
    """Draw a curve into `room`; `place` says where a time and a rate are."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setClipRect(room.adjusted(0, -_LINE, 0, _LINE))
    area, line = QColor(mixed(tokens.accent, tokens.surface, _AREA)), QPen(QColor(tokens.accent), _LINE)
    line.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    for points in _stretches(curve, place):
        ground = [QPointF(points[-1].x(), room.bottom()), QPointF(points[0].x(), room.bottom())]
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(area)
        painter.drawPolygon(QPolygonF([*points, *ground]))
        painter.setPen(line)
        painter.drawPolyline(QPolygonF(points))
    painter.restore()


def _stretches(curve: Curve, place: Callable[[float, float], QPointF]) -> Iterator[list[QPointF]]:
    """Give the points of each unbroken piece; a lone step becomes a short line."""
    piece: list[QPointF] = []
    last = len(curve.rates) - 1
    for number, rate in enumerate(curve.rates):
        if rate is not None:
            start = curve.start + number * curve.step
            if not piece:
                piece.append(place(start, rate))
            piece.append(place(start + curve.step / 2, rate))
            if number == last or curve.rates[number + 1] is None:
                piece.append(place(start + curve.step, rate))
        elif piece:
            yield piece
            piece = []
    if piece:
        yield piece
