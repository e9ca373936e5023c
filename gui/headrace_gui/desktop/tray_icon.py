"""The tray's picture: the program's sign, whose water becomes a bar while something is downloaded."""

from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QIcon, QLinearGradient, QPainter, QPainterPath, QPen, QPixmap

SIZES: Final = (16, 20, 22, 24, 32, 44, 48, 64)
"""Pixels: what panels ask for at 100 % and 200 %."""
STEPS: Final = 24
"""How many lengths of the bar can be told apart at the sizes panels show."""

_TOP, _BOTTOM, _WHITE, _BLACK = QColor("#3d8bfd"), QColor("#0f52ba"), QColor("#ffffff"), QColor("#000000")
_PALE: Final = 0.38


def step_of(fraction: float | None) -> int | None:
    """Return which picture shows `fraction`, so that nothing is painted anew that would look the same."""
    return None if fraction is None else round(min(max(fraction, 0.0), 1.0) * STEPS)


def tray_icon(fraction: float | None, *, is_mask: bool = False) -> QIcon:
    """Return the picture with a bar of that length; None for none. A mask is what macOS tints itself."""
    icon = QIcon()
    for size in SIZES:
        icon.addPixmap(picture(size, fraction, is_mask=is_mask))
    icon.setIsMask(is_mask)
    return icon


def picture(size: int, fraction: float | None, *, is_mask: bool = False) -> QPixmap:
    """Paint one size, edges on whole pixels."""
    pixmap = QPixmap(size, size)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if not is_mask:
        _paint_ground(painter, size)
    ink = _BLACK if is_mask else _WHITE
    _paint_arrow(painter, size, ink)
    if fraction is None:
        _paint_water(painter, size, ink)
    else:
        _paint_bar(painter, size, ink, fraction)
    painter.end()
    return pixmap


def _paint_ground(painter: QPainter, size: int) -> None:
    margin = round(size / 24)
    sky = QLinearGradient(0, 0, 0, size)
    sky.setColorAt(0, _TOP)
    sky.setColorAt(1, _BOTTOM)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QBrush(sky))
    painter.drawRoundedRect(QRectF(margin, margin, size - 2 * margin, size - 2 * margin), size * 0.22, size * 0.22)


def _pen(ink: QColor, width: float) -> QPen:
    return QPen(ink, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)


def _paint_arrow(painter: QPainter, size: int, ink: QColor) -> None:
    middle, top, tip, wing = size / 2, size * 0.18, size * 0.55, size * 0.17
    path = QPainterPath(QPointF(middle, top))
    path.lineTo(middle, tip)
    path.moveTo(middle - wing, tip - wing)
    path.lineTo(middle, tip)
    path.lineTo(middle + wing, tip - wing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(_pen(ink, max(size * 0.095, 1.8)))
    painter.drawPath(path)


def _paint_water(painter: QPainter, size: int, ink: QColor) -> None:
    left, right, level, swell = size * 0.19, size * 0.81, size * 0.75, size * 0.09
    path = QPainterPath(QPointF(left, level))
    step = (right - left) / 4
    for number in range(4):
        start = left + number * step
        height = level - swell if number % 2 == 0 else level + swell
        path.quadTo(start + step / 2, height, start + step, level)
    painter.setPen(_pen(ink, max(size * 0.075, 1.5)))
    painter.drawPath(path)


def _paint_bar(painter: QPainter, size: int, ink: QColor, fraction: float) -> None:
    height = max(round(size * 0.14), 3)
    left, width, top = round(size * 0.17), size - 2 * round(size * 0.17), round(size * 0.85) - height
    pale = QColor(ink)
    pale.setAlphaF(_PALE)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(pale)
    painter.drawRoundedRect(QRectF(left, top, width, height), height / 2, height / 2)
    if fraction > 0:
        whole = QPainterPath()
        whole.addRoundedRect(QRectF(left, top, width, height), height / 2, height / 2)
        painter.setClipPath(whole)
        painter.setBrush(ink)
        painter.drawRoundedRect(QRectF(left, top, max(width * fraction, height), height), height / 2, height / 2)
