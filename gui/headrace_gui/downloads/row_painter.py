"""Rows painted as a whole: asking a delegate for every cell costs Qt and Python more than the painting itself."""

from collections.abc import Iterable
from typing import Final

from PySide6.QtCore import QRect
from PySide6.QtGui import QFont, QPainter

from headrace_gui.downloads.cell_painter import CellPainter, Types
from headrace_gui.downloads.columns import Look
from headrace_gui.downloads.name_painter import NamePainter
from headrace_gui.downloads.painting import Situation, ink
from headrace_gui.downloads.progress_painter import ProgressPainter
from headrace_gui.downloads.table_model import DownloadTableModel
from headrace_gui.icons import IconSet
from headrace_gui.theme import Theme

_TWO_LINES: Final = 50
_ONE_LINE: Final = 30
_KINDS: Final = {Look.NAME: NamePainter, Look.PROGRESS: ProgressPainter}


class RowPainter:
    """Paints the ground of a row and all its cells."""

    def __init__(
        self, theme: Theme, icons: IconSet, model: DownloadTableModel, font: QFont, situation: Situation
    ) -> None:
        self._theme, self._model, self._situation = theme, model, situation
        self._types = Types(font)
        kinds = [_KINDS.get(column.look, CellPainter) for column in model.columns]
        self._cells = [kind(theme, icons, model, self._types, situation) for kind in kinds]

    def height(self) -> int:
        """Return the height the lines of a row need."""
        if self._situation.compact:
            return max(_ONE_LINE, self._types.name.height + 8)
        return max(_TWO_LINES, self._types.name.height + self._types.small.height + 18)

    def width_of(self, row: int, column: int) -> int:
        """Return the width in which a cell can be read."""
        return self._cells[column].width_of(self._model.snapshot_at(row), column)

    def paint(self, painter: QPainter, place: QRect, row: int, cells: Iterable[tuple[int, int, int]]) -> None:
        """Paint one row; `cells` are the columns to paint, each with its left side and width in pixels."""
        tokens, situation = self._theme.tokens, self._situation
        if row in situation.selected or row == situation.hovered_row:
            painter.fillRect(place, ink(tokens.selection if row in situation.selected else tokens.hover))
        painter.fillRect(place.left(), place.bottom(), place.width(), 1, ink(tokens.line))
        snapshot, top, height = self._model.snapshot_at(row), place.top(), place.height()
        for column, left, width in cells:
            self._cells[column].paint(painter, QRect(left, top, width, height), snapshot, row, column)
