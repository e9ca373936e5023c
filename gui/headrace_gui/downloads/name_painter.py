"""The name cell: type icon, name, the line of words, and the buttons of the row under the pointer."""

from typing import Final

from headrace.snapshots import DownloadSnapshot
from headrace.states import DownloadState
from PySide6.QtCore import QRect
from PySide6.QtGui import QPainter

from headrace_gui.downloads.cell_painter import CELL_PADDING, MARGIN, NO_PEN, CellPainter, is_missing
from headrace_gui.downloads.painting import Marker, Type, found_in, ink
from headrace_gui.downloads.row_buttons import BUTTON, GAP, ICON, RowButton, button_rects, buttons_of
from headrace_gui.downloads.tints import mark
from headrace_gui.icons import file_icon
from headrace_gui.texts import SEPARATOR

_FILE_ICON: Final = 20
_BADGE: Final = 15
_BADGE_GAP: Final = 6
_TEXT_START: Final = MARGIN + _FILE_ICON + 14
_BETWEEN: Final = 14
"""Pixels between name and words where both are on one line."""
_LEAST_WORDS: Final = 80
_AROUND: Final = 18
"""Characters shown on both sides of what was found in an address."""


class NamePainter(CellPainter):
    """Paints who a row is, and what a person wants to know of it now."""

    def width_of(self, snapshot: DownloadSnapshot, _column: int, /) -> int:
        """Return the width that the whole name needs."""
        badge = _BADGE + _BADGE_GAP if snapshot.is_private else 0
        return _TEXT_START + badge + self._types.name.width(snapshot.name) + 2 * CELL_PADDING

    def _paint(self, painter: QPainter, cell: QRect, snapshot: DownloadSnapshot, row: int, _column: int) -> None:
        quiet = self.tokens.failed if snapshot.state is DownloadState.FAILED else self.tokens.secondary
        square = QRect(cell.left() + MARGIN, cell.center().y() - _FILE_ICON // 2, _FILE_ICON, _FILE_ICON)
        self._icon(painter, square, file_icon(snapshot.name), quiet)
        buttons = buttons_of(snapshot) if row == self._situation.hovered_row else ()
        room = len(buttons) * (BUTTON + GAP)
        text = cell.adjusted(_TEXT_START, 0, -CELL_PADDING - room, 0)
        upper, lower = self._places(text, snapshot.name)
        strong = self.tokens.secondary if is_missing(snapshot) else self.tokens.text
        if snapshot.is_private:
            upper = self._paint_badge(painter, upper)
        self._write_found(painter, upper, snapshot.name, self._types.name, strong)
        if lower is not None:
            self._write_words(painter, lower, snapshot, quiet)
        if buttons:
            self._paint_buttons(painter, cell, buttons)
        if row == self._situation.focused_row:
            bar = QRect(cell.left(), cell.top(), 3, cell.height() - 1)
            painter.fillRect(self._placed(bar), ink(self.tokens.accent))

    def _paint_badge(self, painter: QPainter, line: QRect) -> QRect:
        """Paint the sign of a private download before its name; return what room is left."""
        square = QRect(line.left(), line.center().y() - _BADGE // 2 + 1, _BADGE, _BADGE)
        self._icon(painter, square, "private", self.tokens.accent_text)
        return line.adjusted(_BADGE + _BADGE_GAP, 0, 0, 0)

    def _places(self, text: QRect, name: str) -> tuple[QRect, QRect | None]:
        """Return where the name and the words go: one over the other, or side by side where rows have one line."""
        if not self._situation.compact:
            return self._two_lines(text, self._types.small.height)
        line = text.adjusted(0, 0, 0, -1)
        if line.width() < 2 * _LEAST_WORDS:
            return line, None
        taken = min(self._types.name.width(name) + 2, line.width() - _BETWEEN - _LEAST_WORDS)
        upper = QRect(line.left(), line.top(), taken, line.height())
        return upper, line.adjusted(taken + _BETWEEN, 0, 0, 0)

    # Words, and what was searched for in them

    def _write_words(self, painter: QPainter, place: QRect, snapshot: DownloadSnapshot, colour: str) -> None:
        text = self._model.status_text(snapshot)
        wanted = self._model.words_wanted
        if not wanted:
            self._write(painter, place, text, self._types.small, colour)
            return
        start = text.find(snapshot.host) if snapshot.host else -1
        first, last = (start, start + len(snapshot.host)) if start >= 0 else (0, 0)
        seen = snapshot.name.casefold() + "\n" + text[first:last].casefold()
        unseen = next((word for word in wanted if word not in seen), "")
        lead = _where(snapshot, unseen) + SEPARATOR if unseen else ""
        marks = found_in(lead, wanted) + found_in(lead + text, wanted, len(lead) + first, len(lead) + last)
        self._write_marked(painter, place, lead + text, self._types.small, colour, marks)

    def _write_found(self, painter: QPainter, place: QRect, text: str, type_: Type, colour: str) -> None:
        wanted = self._model.words_wanted
        self._write_marked(painter, place, text, type_, colour, found_in(text, wanted) if wanted else [])

    def _write_marked(
        self,
        painter: QPainter,
        place: QRect,
        text: str,
        type_: Type,
        colour: str,
        marks: list[tuple[int, int]],
    ) -> None:
        if not marks:
            self._write(painter, place, text, type_, colour)
            return
        marker = Marker(type_, mark(self.tokens), self.tokens.text)
        right = self._situation.mirrored
        marker.write(painter, self._placed(place), text, colour, marks, right=right)

    # Buttons

    def _paint_buttons(self, painter: QPainter, rect: QRect, buttons: tuple[RowButton, ...]) -> None:
        for button, place in zip(buttons, button_rects(rect, len(buttons)), strict=True):
            lit = button is self._situation.hovered_button
            if lit:
                painter.setPen(NO_PEN)
                painter.setBrush(ink(self.tokens.track))
                painter.drawRoundedRect(self._placed(place), 6, 6)
            inset = (BUTTON - ICON) // 2
            colour = self.tokens.text if lit else self.tokens.secondary
            self._icon(painter, place.adjusted(inset, inset, -inset, -inset), button.icon, colour)


def _where(snapshot: DownloadSnapshot, word: str) -> str:
    """Return the host if a casefolded word is in it, else the part of the address in which it stands."""
    if word in snapshot.host.casefold():
        return snapshot.host
    address = snapshot.address
    at = max(address.casefold().find(word), 0)
    first, last = max(at - _AROUND, 0), min(at + len(word) + _AROUND, len(address))
    return ("…" if first else "") + address[first:last] + ("…" if last < len(address) else "")
