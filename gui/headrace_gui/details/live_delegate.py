"""Paints lines of text: in their own direction, with what was found marked, broken where that is wished."""

# ruff: noqa: N802, ARG002 - Qt names its virtual methods so, and gives them more than is needed

from typing import Final

from headrace.live_lines import Note, Spans
from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFontMetrics,
    QPainter,
    QTextCharFormat,
    QTextLayout,
    QTextOption,
)
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from headrace_gui.accents import mixed
from headrace_gui.details.fixed_font import fixed_font
from headrace_gui.details.live_model import LineModel
from headrace_gui.details.live_words import note_words
from headrace_gui.harmless import harmless
from headrace_gui.theme import Theme, small, text_direction

AnyIndex = QModelIndex | QPersistentModelIndex
SIDE: Final = 16
_LONGEST: Final = 2_000
"""Characters of a line that are painted; all of it can be copied."""
_CUT: Final = " …"
_KEPT: Final = 400
_MARKED: Final = 0.4
"""How strong the ground of what was found is."""
_BETWEEN: Final = 2
"""Pixels between two lines."""


class LineDelegate(QStyledItemDelegate):
    """Keeps the layouts of the lines painted last."""

    def __init__(self, theme: Theme, model: LineModel, view: QWidget) -> None:
        super().__init__(view)
        self._theme, self._model = theme, model
        self._font, self._note_font = fixed_font(view.font()), small(view.font())
        metrics = QFontMetrics(self._font)
        self.line_height = max(metrics.height(), QFontMetrics(self._note_font).height()) + _BETWEEN
        self._tab = 8 * metrics.horizontalAdvance(" ")
        self._laid: dict[int, QTextLayout] = {}
        self._width, self._wraps = 0, False
        self.widest = 0
        """Pixels of the widest line painted so far."""
        theme.changed.connect(self.forget)

    def fit(self, width: int, *, wraps: bool) -> None:
        """Lay lines out for so many pixels: broken there or not, and from there where they read leftward."""
        if (width, wraps) != (self._width, self._wraps):
            self._width, self._wraps = width, wraps
            self._laid.clear()

    def forget(self) -> None:
        """Lay all lines out anew."""
        self._laid.clear()
        self.widest = 0

    def height(self, row: int) -> int:
        """Return the height of a row in pixels."""
        if not self._wraps or isinstance(self._model.entry(row), Note):
            return self.line_height
        return self._layout(row).lineCount() * self.line_height

    def sizeHint(self, option: QStyleOptionViewItem, index: AnyIndex) -> QSize:
        """Return the room a row needs."""
        return QSize(self._width if self._wraps else self.widest, self.height(index.row()))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        """Paint a row whose rectangle begins where its text would with nothing scrolled away."""
        entry, rect, tokens = self._model.entry(index.row()), QRect(option.rect), self._theme.tokens
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, QColor(tokens.selection))
        if isinstance(entry, Note):
            self._paint_note(painter, rect, note_words(entry))
        else:
            painter.setPen(QColor(tokens.text))
            layout = self._layout(index.row())
            layout.draw(painter, QPointF(rect.left() + SIDE, rect.top() + _BETWEEN / 2))
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.fillRect(QRect(rect.left(), rect.top(), 3, rect.height()), QColor(tokens.accent))

    def _paint_note(self, painter: QPainter, rect: QRect, text: str) -> None:
        tokens = self._theme.tokens
        painter.setFont(self._note_font)
        width = painter.fontMetrics().horizontalAdvance(text)
        middle, start = rect.center().y(), max(rect.left() + SIDE, rect.center().x() - width // 2)
        painter.setPen(QColor(tokens.line))
        painter.drawLine(rect.left() + SIDE, middle, start - 12, middle)
        painter.drawLine(start + width + 12, middle, rect.right() - SIDE, middle)
        painter.setPen(QColor(tokens.secondary))
        painter.setLayoutDirection(text_direction(text))
        place = QRect(start, rect.top(), width + 2, rect.height())
        painter.drawText(place, int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextSingleLine), text)

    def _layout(self, row: int) -> QTextLayout:
        serial = self._model.serial(row)
        layout = self._laid.get(serial)
        if layout is None:
            if len(self._laid) >= _KEPT:
                self._laid.clear()
            layout = self._laid[serial] = self._lay_out(row)
        return layout

    def _lay_out(self, row: int) -> QTextLayout:
        entry = self._model.entry(row)
        whole, spans = ("", ()) if isinstance(entry, Note) else entry
        text = harmless(whole if len(whole) <= _LONGEST else whole[:_LONGEST] + _CUT)
        layout = QTextLayout(text, self._font)
        rightward = not text.isascii() and text_direction(text) is Qt.LayoutDirection.RightToLeft
        option = QTextOption(Qt.AlignmentFlag.AlignRight if rightward else Qt.AlignmentFlag.AlignLeft)
        option.setTextDirection(Qt.LayoutDirection.RightToLeft if rightward else Qt.LayoutDirection.LeftToRight)
        wraps = QTextOption.WrapMode
        option.setWrapMode(wraps.WrapAtWordBoundaryOrAnywhere if self._wraps else wraps.NoWrap)
        option.setTabStopDistance(self._tab)
        layout.setTextOption(option)
        if spans:
            layout.setFormats(self._marks(spans))
        layout.setCacheEnabled(True)
        self._break(layout, rightward=rightward)
        return layout

    def _break(self, layout: QTextLayout, *, rightward: bool) -> None:
        """Set the lines of one text under each other; one that reads leftward begins at the right edge of the view."""
        layout.beginLayout()
        top = 0
        while (line := layout.createLine()).isValid():
            line.setLineWidth(self._width if self._wraps else 1 << 20)
            used = line.naturalTextWidth()
            if not self._wraps:
                self.widest = max(self.widest, int(used) + 1)
                if rightward:
                    line.setLineWidth(max(used, self._width))
            line.setPosition(QPointF(0, top))
            top += self.line_height
        layout.endLayout()

    def _marks(self, spans: Spans) -> list[QTextLayout.FormatRange]:
        marks = []
        tokens = self._theme.tokens
        look = QTextCharFormat()
        look.setBackground(QColor(mixed(tokens.waiting, tokens.surface, _MARKED)))
        look.setForeground(QColor(tokens.text))
        look.setFontUnderline(True)
        for place in range(0, len(spans), 2):
            mark = QTextLayout.FormatRange()
            mark.start, mark.length, mark.format = spans[place], spans[place + 1], look
            marks.append(mark)
        return marks
