"""The map of a file's blocks: a cell for each block, or for several where there are more than fit."""

# ruff: noqa: N802 - Qt names its virtual methods so

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from headrace.snapshots import SegmentSnapshot
from PySide6.QtCore import QEvent, QPoint, QRect, QSize
from PySide6.QtGui import QHelpEvent, QImage, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QStyle, QToolTip, QWidget

from headrace_gui.details.block_cells import CellMap, Counts, Look, cells, count_blocks
from headrace_gui.details.block_tiles import BYTES, GAP, Looks, Tiles
from headrace_gui.details.block_words import cell_words, state_words
from headrace_gui.texts import on_language, translate
from headrace_gui.theme import Theme

CELL: Final = QSize(6, 10)
_MOST_CELLS: Final = 3_000
"""More than these are no easier to read, and cost time five times a second."""
_SCALES: Final = (3, 2)
"""How much larger cells are where a file has few blocks."""


@dataclass(frozen=True, slots=True)
class Grid:
    """Where cells stand: row by row, in the direction of reading."""

    size: QSize
    columns: int
    rows: int

    @property
    def room(self) -> int:
        """How many cells fit."""
        return self.columns * self.rows

    def height(self, count: int) -> int:
        """Return the pixels that so many cells need."""
        rows = -(-count // self.columns)
        return max(rows * (self.size.height() + GAP) - GAP, 0)

    def place(self, cell: int) -> QPoint:
        """Return where a cell stands, from left to right."""
        row, column = divmod(cell, self.columns)
        return QPoint(column * (self.size.width() + GAP), row * (self.size.height() + GAP))

    def cell_at(self, point: QPoint) -> int:
        """Return the cell at a point, gaps being part of the cell before; a negative number beside the grid."""
        column, row = point.x() // (self.size.width() + GAP), point.y() // (self.size.height() + GAP)
        return row * self.columns + column if 0 <= column < self.columns and row >= 0 else -1


def grid_for(blocks: int, room: QSize) -> Grid:
    """Choose the largest cells with which all blocks have one each, else the smallest; MOST_CELLS at most."""
    for scale in _SCALES:
        grid = _grid(CELL * scale, room)
        if blocks <= grid.room:
            return grid
    return _grid(CELL, room)


def _grid(size: QSize, room: QSize) -> Grid:
    columns = max(1, (room.width() + GAP) // (size.width() + GAP))
    rows = max(1, (room.height() + GAP) // (size.height() + GAP))
    return Grid(size, columns, min(rows, max(1, _MOST_CELLS // columns)))


class BlockMap(QWidget):
    """Shows which bytes of a file are missing, arriving, on disk, verified. Paints only rows that changed."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._segments: Sequence[SegmentSnapshot] = ()
        self._total: int | None = None
        self._cells = cells((), 0, 0)
        self._counts = count_blocks((), 0)
        self._grid = grid_for(0, CELL)
        self._looks: list[Look] = []
        self._rows: list[bytes] = []
        self._rows_width = 0
        """Device pixels of each of them."""
        self._tiles = Tiles(Looks(theme.tokens, CELL, 1.0))
        self._picture = QImage()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(CELL.width() * 8, CELL.height())
        theme.changed.connect(self._paint_changed)
        on_language(self, self._describe)

    @property
    def cell_map(self) -> CellMap:
        """What is shown at the moment."""
        return self._cells

    @property
    def counts(self) -> Counts:
        """How many blocks are in which state at the moment."""
        return self._counts

    def show_segments(self, segments: Sequence[SegmentSnapshot], total: int | None) -> None:
        """Show a file's segments; `total` bytes, None where its length is unknown: the map grows then."""
        if (segments, total) == (self._segments, self._total):
            return
        self._segments, self._total = segments, total
        self._counts = count_blocks(segments, total)
        self._lay_out()
        self._describe()

    def height_for(self, room: QSize) -> int:
        """Return the pixels that the map fills of a room it may take."""
        grid = grid_for(self._counts.blocks, room)
        return grid.height(min(grid.room, self._counts.blocks))

    def sizeHint(self) -> QSize:
        """Ask for a few rows."""
        return QSize(300, 6 * (CELL.height() + GAP))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay the cells out anew."""
        super().resizeEvent(event)
        self._lay_out()

    def changeEvent(self, event: QEvent) -> None:
        """Mirror the map with the layout."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.LayoutDirectionChange:
            self._rows = []
            self._paint_changed()

    def _lay_out(self) -> None:
        grid = grid_for(self._counts.blocks, self.size())
        if grid != self._grid:
            self._rows = []
        self._grid = grid
        self._cells = cells(self._segments, self._total, grid.room)
        self._paint_changed()

    def _paint_changed(self) -> None:
        """Make the rows whose looks changed, all of them where nothing can be kept, and the picture of them."""
        looks = Looks(self._theme.tokens, self._grid.size, self.devicePixelRatioF())
        if looks != self._tiles.looks:
            self._tiles, self._rows = Tiles(looks), []
        before, self._looks = self._looks, self._cells.looks()
        width, step = round(self.width() * looks.ratio), self._grid.columns
        old, self._rows = self._rows if width == self._rows_width else [], []
        self._rows_width = width
        for number, first in enumerate(range(0, len(self._looks), step)):
            row = self._looks[first : first + step]
            keeps = number < len(old) and before[first : first + step] == row
            self._rows.append(old[number] if keeps else self._tiles.row(row, width, mirrored=self.isRightToLeft()))
        self._data = b"".join(self._rows)
        height = len(self._rows) * self._tiles.pitch.height()
        self._picture = QImage(self._data, width, height, width * BYTES, QImage.Format.Format_ARGB32_Premultiplied)
        self._picture.setDevicePixelRatio(looks.ratio)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Show the picture, painted anew where the window moved to another kind of screen."""
        if self._tiles.looks.ratio != self.devicePixelRatioF():
            self._paint_changed()
        painter = QPainter(self)
        painter.drawImage(0, 0, self._picture)
        painter.end()

    def cell_at(self, point: QPoint) -> int | None:
        """Return the cell under a point, None beside them."""
        mirrored = QPoint(self.width() - 1 - point.x(), point.y()) if self.isRightToLeft() else point
        cell = self._grid.cell_at(mirrored)
        return cell if 0 <= cell < len(self._cells) else None

    def event(self, event: QEvent) -> bool:
        """Tell in a tooltip what the cell under the pointer stands for."""
        if isinstance(event, QHelpEvent) and event.type() is QEvent.Type.ToolTip:
            cell = self.cell_at(event.pos())
            if cell is None:
                QToolTip.hideText()
            else:
                around = QStyle.visualRect(
                    self.layoutDirection(), self.rect(), QRect(self._grid.place(cell), self._grid.size)
                )
                QToolTip.showText(event.globalPos(), cell_words(self._cells, cell), self, around)
            return True
        return super().event(event)

    def _describe(self) -> None:
        self.setAccessibleName(translate("Details", "Map of the file"))
        self.setAccessibleDescription(state_words(self._counts))
