"""What painted cells share: colours, fonts that know their measures, and the state of the list around them."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from math import ceil
from typing import Final, NamedTuple

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetrics,
    QPainter,
    QStaticText,
    QTextCharFormat,
    QTextLayout,
    QTextOption,
    QTransform,
)

from headrace_gui.downloads.row_buttons import RowButton
from headrace_gui.theme import text_direction

LTR: Final = Qt.LayoutDirection.LeftToRight
RTL: Final = Qt.LayoutDirection.RightToLeft
_KEPT: Final = 4_000
_WHOLE: Final = -1
"""In place of a width: not cut."""
_AS_IT_IS: Final = QTransform()
_LEFT: Final = Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignLeft
_RIGHT: Final = Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignRight


@dataclass
class Situation:
    """What cells are painted by besides their download; one for all delegates of a list."""

    hovered_row: int = -1
    hovered_button: RowButton | None = None
    compact: bool = False
    mirrored: bool = False
    """Whether all is laid out from right to left."""
    ratio: float = 1.0
    """Pixels of the screen per pixel of the layout."""
    selected: frozenset[int] = frozenset()
    """Which of the rows in sight are chosen."""
    focused_row: int = -1


@cache
def ink(colour: str) -> QColor:
    """Return a colour to paint with, made once."""
    return QColor(colour)


@cache
def _one_line(side: Qt.AlignmentFlag, direction: Qt.LayoutDirection) -> QTextOption:
    option = QTextOption(side)
    option.setTextDirection(direction)
    option.setWrapMode(QTextOption.WrapMode.NoWrap)
    return option


class Written(NamedTuple):
    """A line of text laid out once, to be painted often."""

    text: str
    laid_out: QStaticText
    width: int
    direction: Qt.LayoutDirection


class Type:
    """A font with its measures; texts are laid out once, and once more for a width that cuts them."""

    def __init__(self, font: QFont) -> None:
        self.font = font
        self.metrics = QFontMetrics(font)
        self.height = self.metrics.height()
        self._written: dict[tuple[str, int], Written] = {}

    def width(self, text: str) -> int:
        """Return the width of a text in pixels."""
        return self.metrics.horizontalAdvance(text)

    def cut(self, text: str, width: int) -> Written:
        """Return what of `text` there is room for."""
        whole, width = self._written.get((text, _WHOLE)) or self._keep(text, _WHOLE), max(width, 0)
        if whole.width <= width:
            return whole
        return self._written.get((text, width)) or self._keep(text, width)

    def _keep(self, text: str, width: int) -> Written:
        if len(self._written) > _KEPT:
            self._written.clear()
        shown = text if width == _WHOLE else self.metrics.elidedText(text, Qt.TextElideMode.ElideRight, width)
        written = self._written[text, width] = self._lay_out(shown, LTR if text.isascii() else text_direction(text))
        return written

    def _lay_out(self, shown: str, direction: Qt.LayoutDirection) -> Written:
        laid_out = QStaticText(shown)
        laid_out.setTextFormat(Qt.TextFormat.PlainText)
        laid_out.setTextOption(_one_line(_LEFT, direction))
        laid_out.prepare(_AS_IT_IS, self.font)
        return Written(shown, laid_out, ceil(laid_out.size().width()), direction)

    def write(self, painter: QPainter, place: QRect, text: str, colour: str, *, right: bool = False) -> None:
        """Write one line into `place`, cut to it; `right` is meant as seen, not as read."""
        written = self.cut(text, place.width())
        left = place.left() + (place.width() - written.width if right else 0)
        painter.setFont(self.font)
        painter.setPen(ink(colour))
        painter.drawStaticText(left, place.top() + (place.height() - self.height) // 2, written.laid_out)


class Marker:
    """Writes a line in which the found words stand on a soft ground."""

    def __init__(self, type_: Type, ground: str, colour: str) -> None:
        self._type, self._ground, self._marked = type_, ground, colour

    def write(
        self, painter: QPainter, place: QRect, text: str, colour: str, marks: Sequence[tuple[int, int]], *, right: bool
    ) -> None:
        """Write `text` into `place` with a ground behind each of `marks`, pairs of first character and length."""
        written = self._type.cut(text, place.width())
        shown = written.text
        seen = len(shown) if shown == text else len(shown) - 1
        within = [(first, min(first + length, seen)) for first, length in marks if first < seen]
        marks = [(units(shown, first), units(shown[first:last])) for first, last in within]
        layout = QTextLayout(shown, self._type.font)
        layout.setTextOption(_one_line(_RIGHT if right else _LEFT, written.direction))
        layout.setFormats([self._format(first, length) for first, length in marks])
        layout.beginLayout()
        line = layout.createLine()
        line.setLineWidth(place.width())
        layout.endLayout()
        top = place.top() + (place.height() - line.height()) / 2
        self._paint_grounds(painter, QPointF(place.left(), top), layout, marks)
        painter.setPen(ink(colour))
        layout.draw(painter, QPointF(place.left(), top))

    def _format(self, first: int, length: int) -> QTextLayout.FormatRange:
        found = QTextLayout.FormatRange()
        found.start, found.length = first, length
        style = QTextCharFormat()
        style.setForeground(ink(self._marked))
        found.format = style
        return found

    def _paint_grounds(
        self, painter: QPainter, origin: QPointF, layout: QTextLayout, marks: Sequence[tuple[int, int]]
    ) -> None:
        line = layout.lineAt(0)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ink(self._ground))
        for first, length in marks:
            ends = [_x(line.cursorToX(at)) for at in (first, first + length)]
            rect = QRectF(origin.x() + min(ends), origin.y(), abs(ends[1] - ends[0]), line.height())
            painter.drawRoundedRect(rect.adjusted(-1, 0, 1, 0), 3, 3)


def units(text: str, last: int | None = None) -> int:
    """Return how many of Qt's characters the first `last` of `text` are: Qt counts those beyond 16 bits twice."""
    text = text[:last]
    return len(text) + sum(character > "\uffff" for character in text)


def _x(found: object) -> float:
    """Take the place out of what cursorToX returns: with some versions of Qt's binding the cursor comes along."""
    return float(found[0] if isinstance(found, tuple | list) else found)  # type: ignore[arg-type]


def found_in(text: str, words: Sequence[str], first: int = 0, last: int | None = None) -> list[tuple[int, int]]:
    """Return where the casefolded `words` stand in `text` between two places: pairs of first character and length.

    Pairs rise and do not overlap. Where casefolding changes a text's length nothing is found.
    """
    folded = text.casefold()
    if len(folded) != len(text):
        return []
    places: set[int] = set()
    for word in words:
        at = folded.find(word, first, last)
        while at >= 0:
            places.update(range(at, at + len(word)))
            at = folded.find(word, at + len(word), last)
    found: list[tuple[int, int]] = []
    for place in sorted(places):
        if found and place == sum(found[-1]):
            found[-1] = found[-1][0], found[-1][1] + 1
        else:
            found.append((place, 1))
    return found
