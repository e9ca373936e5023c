"""The painted cells of the list: figures and texts that line up; the base of name and progress."""

from typing import Final

from headrace.snapshots import DownloadSnapshot
from headrace.states import DownloadState
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QFont, QPainter
from PySide6.QtWidgets import QStyle

from headrace_gui.downloads.columns import Look
from headrace_gui.downloads.painting import RTL, Situation, Type
from headrace_gui.downloads.table_model import DownloadTableModel
from headrace_gui.icons import IconSet
from headrace_gui.theme import Theme, Tokens, medium, small, tabular

MARGIN: Final = 16
"""Pixels between the table's edge and what stands in it."""
CELL_PADDING: Final = 12
NO_PEN: Final = Qt.PenStyle.NoPen


class Types:
    """The fonts of the list."""

    def __init__(self, font: QFont) -> None:
        self.plain, self.small, self.name = Type(tabular(font)), Type(tabular(small(font))), Type(medium(font))


class CellPainter:
    """Paints what stands in a cell. Rectangles are meant left to right and mirrored where needed."""

    def __init__(
        self, theme: Theme, icons: IconSet, model: DownloadTableModel, types: Types, situation: Situation
    ) -> None:
        self._theme, self._icons, self._model = theme, icons, model
        self._types, self._situation = types, situation
        self._cell = QRect()

    @property
    def tokens(self) -> Tokens:
        """The colours in force."""
        return self._theme.tokens

    def width_of(self, snapshot: DownloadSnapshot, column: int, /) -> int:
        """Return the width the cell needs to show all of its text."""
        return self._types.plain.width(self._model.cell_text(snapshot, column)) + 2 * CELL_PADDING + 4

    def paint(self, painter: QPainter, cell: QRect, snapshot: DownloadSnapshot, row: int, column: int) -> None:
        """Paint one cell."""
        self._cell = cell
        self._paint(painter, cell, snapshot, row, column)

    def _paint(self, painter: QPainter, cell: QRect, snapshot: DownloadSnapshot, _row: int, column: int) -> None:
        text, kind = self._model.cell_text(snapshot, column), self._model.columns[column]
        if text:
            colour = self.tokens.text if kind.look is Look.NUMBER else self.tokens.secondary
            inner = cell.adjusted(CELL_PADDING, 0, -CELL_PADDING, 0)
            self._write(painter, inner, text, self._types.plain, colour, right=kind.is_number)

    def _write(
        self, painter: QPainter, rect: QRect, text: str, type_: Type, colour: str, *, right: bool = False
    ) -> None:
        type_.write(painter, self._placed(rect), text, colour, right=right is not self._situation.mirrored)

    def _placed(self, rect: QRect) -> QRect:
        return QStyle.visualRect(RTL, self._cell, rect) if self._situation.mirrored else rect

    def _icon(self, painter: QPainter, rect: QRect, name: str, colour: str) -> None:
        pixmap = self._icons.pixmap(name, colour, rect.width(), self._situation.ratio)
        painter.drawPixmap(self._placed(rect).topLeft(), pixmap)

    def _two_lines(self, rect: QRect, lower: int) -> tuple[QRect, QRect]:
        """Part `rect` into an upper line of text and something `lower` pixels high under it, centred together."""
        upper = self._types.name.height
        top = rect.top() + (rect.height() - 1 - upper - 2 - lower) // 2
        return (
            QRect(rect.left(), top, rect.width(), upper),
            QRect(rect.left(), top + upper + 2, rect.width(), lower),
        )


def is_missing(snapshot: DownloadSnapshot) -> bool:
    """Tell whether a finished file was found to be gone."""
    return snapshot.is_missing and snapshot.state is DownloadState.COMPLETED
