"""The words of cells, kept while their download stays the same: painting a page asks for hundreds at a time."""

from collections.abc import Sequence
from typing import Final

from headrace.day import Hold
from headrace.snapshots import DownloadSnapshot
from headrace.states import DownloadState

from headrace_gui import words
from headrace_gui.downloads.columns import Column

_AT_MOST: Final = 4_000
"""Cells kept; more than are in sight at once."""
_MINUTE: Final = 60.0


class CellTexts:
    """Words by download and column. What depends on the clock is at most a minute old."""

    def __init__(self, columns: Sequence[Column]) -> None:
        self._columns = columns
        self._cells: dict[tuple[str, int], tuple[DownloadSnapshot, str]] = {}
        self._statuses: dict[str, tuple[DownloadSnapshot, int | None, str]] = {}
        self._minute = 0.0

    def of(self, snapshot: DownloadSnapshot, column: int, now: float) -> str:
        """Return what a cell says."""
        if now // _MINUTE != self._minute:
            self.clear()
            self._minute = now // _MINUTE
        known = self._cells.get((snapshot.id, column))
        if known is not None and known[0] is snapshot:
            return known[1]
        kind = self._columns[column]
        if known is not None and kind.by_value and kind.sort_key(known[0]) == kind.sort_key(snapshot):
            text = known[1]
        else:
            text = kind.text(snapshot, now)
        if len(self._cells) > _AT_MOST:
            self._cells.clear()
        self._cells[snapshot.id, column] = snapshot, text
        return text

    def status_of(self, snapshot: DownloadSnapshot, now: float, place: int | None, hold: Hold | None) -> str:
        """Return the line under the name."""
        if snapshot.state is DownloadState.RETRY_WAIT:
            return words.status(snapshot, now, place)
        known = self._statuses.get(snapshot.id)
        if known is None or known[0] is not snapshot or known[1] != place:
            if len(self._statuses) > _AT_MOST:
                self._statuses.clear()
            known = self._statuses[snapshot.id] = snapshot, place, words.status(snapshot, now, place, hold)
        return known[2]

    def clear(self) -> None:
        """Drop all that is kept: the language changed, or how numbers are written."""
        self._cells.clear()
        self._statuses.clear()
