"""The progress cell: the percentage with a thin bar, or words alone where there is nothing to measure."""

from typing import Final

from headrace.snapshots import DownloadSnapshot
from headrace.states import RUNNING, DownloadState
from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QPainter

from headrace_gui import words
from headrace_gui.downloads.cell_painter import CELL_PADDING, NO_PEN, CellPainter, is_missing
from headrace_gui.downloads.painting import ink
from headrace_gui.downloads.tints import bar_colour, pale, parts_of

_BAR_HEIGHT: Final = 5
_DASH, _DASH_STEP = 10, 16
_MOVING: Final = RUNNING - {DownloadState.CONNECTING}
_LEAST_BAR: Final = 40


class ProgressPainter(CellPainter):
    """Paints how far a download is: verified bytes in the full tint, those that only arrived in a pale one."""

    def _paint(self, painter: QPainter, cell: QRect, snapshot: DownloadSnapshot, _row: int, column: int) -> None:
        inner = cell.adjusted(CELL_PADDING, 0, -CELL_PADDING, 0)
        label, tokens = self._model.cell_text(snapshot, column), self.tokens
        failed = snapshot.state is DownloadState.FAILED
        if snapshot.state is DownloadState.COMPLETED:
            self._paint_done(painter, inner, label, missing=is_missing(snapshot))
        elif not has_bar(snapshot):
            colour = tokens.failed if failed else tokens.secondary
            self._write(painter, inner, label, self._types.plain, colour)
        else:
            text, bar = self._places(inner, label)
            self._write(painter, text, label, self._types.small, tokens.failed if failed else tokens.text)
            if bar is not None:
                self._paint_bar(painter, bar, snapshot)

    def _places(self, rect: QRect, label: str) -> tuple[QRect, QRect | None]:
        """Return where percentage and bar go: one over the other, or side by side where rows have one line."""
        if not self._situation.compact:
            upper, lower = self._two_lines(rect, self._types.small.height)
            return upper, QRect(lower.left(), lower.top() + 4, lower.width(), _BAR_HEIGHT)
        taken = max(self._types.small.width(words.percent(1.0)), self._types.small.width(label)) + 10
        top = rect.top() + (rect.height() - 1 - _BAR_HEIGHT) // 2
        bar = QRect(rect.left() + taken, top, rect.width() - taken, _BAR_HEIGHT)
        return rect.adjusted(0, 0, 0, -1), bar if bar.width() >= _LEAST_BAR else None

    def _paint_done(self, painter: QPainter, rect: QRect, label: str, *, missing: bool) -> None:
        colour = self.tokens.secondary if missing else self.tokens.done
        square = QRect(rect.left(), rect.center().y() - 8, 16, 16)
        self._icon(painter, square, "alert" if missing else "check", colour)
        self._write(painter, rect.adjusted(24, 0, 0, 0), label, self._types.plain, colour)

    def _paint_bar(self, painter: QPainter, bar: QRect, snapshot: DownloadSnapshot) -> None:
        painter.setPen(NO_PEN)
        full, track, parts = bar_colour(snapshot.state, self.tokens), self.tokens.track, parts_of(snapshot)
        _pill(painter, self._placed(bar), track)
        if parts is None:
            self._paint_unmeasured(painter, self._placed(bar), full)
            return
        verified, arrived = (_length(bar.width(), part) for part in parts)
        for length, colour in ((arrived if arrived > verified else 0, pale(full, track)), (verified, full)):
            if length:
                part = QRect(bar.left(), bar.top(), length, bar.height())
                _pill(painter, self._placed(part), colour)

    def _paint_unmeasured(self, painter: QPainter, whole: QRect, colour: str) -> None:
        """Dashes along the whole track: something arrives, how much there will be is unknown."""
        for left in range(whole.left(), whole.right() - _DASH + 1, _DASH_STEP):
            _pill(painter, QRect(left, whole.top(), _DASH, whole.height()), colour)


def has_bar(snapshot: DownloadSnapshot) -> bool:
    """Tell whether there is progress to show as a bar."""
    if snapshot.state is DownloadState.COMPLETED:
        return False
    return snapshot.received > 0 or snapshot.state in _MOVING


def _length(width: int, part: float) -> int:
    return max(round(width * part), _BAR_HEIGHT) if part > 0 else 0


def _pill(painter: QPainter, rect: QRect, colour: str) -> None:
    painter.setBrush(ink(colour))
    painter.drawRoundedRect(QRectF(rect), _BAR_HEIGHT / 2, _BAR_HEIGHT / 2)
