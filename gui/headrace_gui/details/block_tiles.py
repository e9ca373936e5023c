"""The small pictures a map of blocks is laid of: one for each look of a cell, drawn once, joined line by line."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPen

from headrace_gui.details.block_cells import LEVELS, Look
from headrace_gui.downloads.tints import pale
from headrace_gui.theme import Tokens

GAP: Final = 2
"""Pixels between two cells."""
BYTES: Final = 4
"""Of one pixel."""
_RADIUS: Final = 1.5
_STRIPE: Final = 3


class Looks(NamedTuple):
    """What decides how tiles look: scheme, size of a cell in pixels, and the screen's device pixel ratio."""

    tokens: Tokens
    size: QSize
    ratio: float


class Tiles:
    """Draws cells, each with the gap behind and below it; they fill from below.

    The four states differ without colour too: missing is the bare ground, arriving has an outline, on disk is pale
    and striped, verified is full.
    """

    def __init__(self, looks: Looks) -> None:
        self.looks = looks
        ratio = looks.ratio
        self._scale = looks.ratio * max(looks.size.width() / 6, 1.0) ** 0.6
        self._cell = QRectF(0, 0, round(looks.size.width() * ratio), round(looks.size.height() * ratio))
        self._pitch = QSize(round((looks.size.width() + GAP) * ratio), round((looks.size.height() + GAP) * ratio))
        self._drawn: dict[Look, tuple[bytes, ...]] = {}

    @property
    def pitch(self) -> QSize:
        """Device pixels from one cell to the next."""
        return self._pitch

    def row(self, looks: Sequence[Look], width: int, *, mirrored: bool) -> bytes:
        """Return the pixels of one row of cells, `width` device pixels wide, from left to right or mirrored."""
        size = width * BYTES
        lines = map(b"".join, zip(*map(self._lines, reversed(looks) if mirrored else looks), strict=True))
        if mirrored:
            gap = (self._pitch.width() - round(self._cell.width())) * BYTES
            return b"".join(line[: len(line) - gap].rjust(size, b"\0")[-size:] for line in lines)
        return b"".join(line.ljust(size, b"\0")[:size] for line in lines)

    def image(self, look: Look) -> QImage:
        """Return one cell as a picture of its own."""
        image = self._draw(look)
        image.setDevicePixelRatio(self.looks.ratio)
        return image

    def _lines(self, look: Look) -> tuple[bytes, ...]:
        if look not in self._drawn:
            image = self._draw(look)
            data, step = bytes(image.constBits()), image.bytesPerLine()
            self._drawn[look] = tuple(data[at : at + step] for at in range(0, len(data), step))
        return self._drawn[look]

    def _draw(self, look: Look) -> QImage:
        image = QImage(self._pitch, QImage.Format.Format_ARGB32_Premultiplied)
        image.fill(Qt.GlobalColor.transparent)
        painter = QPainter(image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._fill(painter, look)
        if look.arriving:
            self._outline(painter)
        painter.end()
        return image

    def _fill(self, painter: QPainter, look: Look) -> None:
        tokens, radius = self.looks.tokens, _RADIUS * self._scale
        shape = QPainterPath()
        shape.addRoundedRect(self._cell, radius, radius)
        painter.setClipPath(shape)
        painter.fillRect(self._cell, QColor(tokens.surface if look.arriving else tokens.track))
        written = self._part(look.verified, look.written)
        painter.fillRect(written, QColor(pale(tokens.accent, tokens.track)))
        if not look.arriving:
            self._stripe(painter, written)
        painter.fillRect(self._part(0, look.verified), QColor(tokens.accent))
        painter.setClipping(False)

    def _outline(self, painter: QPainter) -> None:
        edge, radius = 1.5 * self.looks.ratio, _RADIUS * self._scale
        painter.setPen(QPen(QColor(self.looks.tokens.accent), edge))
        painter.drawRoundedRect(self._cell.adjusted(edge / 2, edge / 2, -edge / 2, -edge / 2), radius, radius)

    def _stripe(self, painter: QPainter, part: QRectF) -> None:
        thick = max(1, round(self._scale))
        line = part.bottom() - thick
        while line >= part.top() + thick:
            painter.fillRect(QRectF(part.left(), line, part.width(), thick), QColor(self.looks.tokens.accent))
            line -= _STRIPE * thick

    def _part(self, low: int, high: int) -> QRectF:
        """Return the part of a cell between two levels, counted from below, on whole pixels."""
        whole = self._cell
        top, bottom = (round(whole.height() * (1 - level / LEVELS)) for level in (high, low))
        return QRectF(whole.left(), top, whole.width(), bottom - top)
