"""Headers to read: names in one column, values in another, whatever their length."""

from collections.abc import Iterable
from typing import Final

from headrace.details import Exchange, Headers
from PySide6.QtCore import Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetrics,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextOption,
)
from PySide6.QtWidgets import QFrame, QTextEdit, QWidget

from headrace_gui.details.fixed_font import fixed_font
from headrace_gui.harmless import harmless
from headrace_gui.theme import Theme

_WIDEST: Final = 22
"""Characters of a name up to which the values move to the right."""
_APART: Final = 2


class HeadersText(QTextEdit):
    """Shows one exchange; its text can be chosen and copied. It reads from left to right in every language."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._shown: Exchange | None = None
        self.setObjectName("headersText")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setReadOnly(True)
        self.setTabChangesFocus(True)
        self.setFont(fixed_font(self.font()))
        self.setWordWrapMode(QTextOption.WrapMode.WrapAnywhere)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        option = self.document().defaultTextOption()
        option.setTextDirection(Qt.LayoutDirection.LeftToRight)
        option.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignAbsolute)
        self.document().setDefaultTextOption(option)
        self.document().setDocumentMargin(0)
        theme.changed.connect(self._fill)

    def show_exchange(self, exchange: Exchange | None) -> None:
        """Show another one; the same again changes nothing, so that what is chosen stays so."""
        if exchange != self._shown:
            self._shown = exchange
            self._fill()

    def _fill(self) -> None:
        self.clear()
        exchange = self._shown
        if exchange is None:
            return
        names = [name for name, _ in (*exchange.request_headers, *exchange.response_headers)]
        column = min(max(map(len, names), default=0), _WIDEST) + _APART
        pixels = QFontMetrics(self.font()).horizontalAdvance("0" * column)
        cursor = QTextCursor(self.document())
        self._write_part(cursor, exchange.request_line, exchange.request_headers, pixels, above=0)
        if exchange.status_line:
            self._write_part(cursor, exchange.status_line, exchange.response_headers, pixels, above=12)
        self.moveCursor(QTextCursor.MoveOperation.Start)

    def _write_part(self, cursor: QTextCursor, first: str, headers: Headers, column: int, *, above: int) -> None:
        strong = _ink(self._theme.tokens.text)
        strong.setFontWeight(QFont.Weight.DemiBold)
        self._write_block(cursor, [(first, strong)], 0, above)
        quiet, plain = _ink(self._theme.tokens.secondary), _ink(self._theme.tokens.text)
        for name, value in headers:
            self._write_block(cursor, [(f"{name}\t", quiet), (value, plain)], column, 0)

    def _write_block(
        self, cursor: QTextCursor, parts: Iterable[tuple[str, QTextCharFormat]], column: int, above: int
    ) -> None:
        """Write a paragraph whose further lines stand under the values."""
        form = QTextBlockFormat()
        form.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        form.setTopMargin(above)
        form.setBottomMargin(2)
        form.setLeftMargin(column)
        form.setTextIndent(-column)
        form.setTabPositions([QTextOption.Tab(column, QTextOption.TabType.LeftTab)])
        if self.document().isEmpty():
            cursor.setBlockFormat(form)
        else:
            cursor.insertBlock(form)
        for text, ink in parts:
            cursor.insertText(harmless(text), ink)


def _ink(colour: str) -> QTextCharFormat:
    form = QTextCharFormat()
    form.setForeground(QColor(colour))
    return form
