"""Which columns are shown, and how wide: what a person wants, and what a narrow window has room for."""

from collections.abc import Iterable, Sequence
from typing import Final

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QHeaderView, QTableView

from headrace_gui.downloads.columns import Column
from headrace_gui.downloads.header import DownloadHeader
from headrace_gui.texts import on_language

NAME_ROOM: Final = 250
"""Pixels the name keeps before other columns give way."""
NAME_LEAST: Final = 180
"""Pixels the name keeps before the list can be scrolled sideways."""
_NAME: Final = 0
_WIDEST: Final = 420
_SPARE: Final = 40


class ColumnRoom(QObject):
    """Hides the least needed of the columns where the window is too narrow for the usual ones.

    A person who wants more than the usual ones in a wide window gets them all, to be scrolled sideways if need be.
    """

    def __init__(self, table: QTableView, header: DownloadHeader, columns: Sequence[Column]) -> None:
        super().__init__(table)
        self._table, self._header, self._columns = table, header, columns
        self._hidden: set[int] = set()
        self._fitting = False
        header.setSectionResizeMode(_NAME, QHeaderView.ResizeMode.Stretch)
        for number in range(len(columns)):
            header.resizeSection(number, header.usual_width(number))
        header.sectionResized.connect(self._resized)
        header.column_toggled.connect(self._toggle)
        header.all_wanted.connect(lambda: self.want(()))
        header.usual_wanted.connect(self.want_usual)
        header.fit_wanted.connect(self.fit_to_content)
        self.want(self._usually_hidden())
        on_language(table, self._widen)

    def _widen(self) -> None:
        """Give titles that became longer in another language their room."""
        for number in range(1, len(self._columns)):
            self._header.set_width(number, max(self.width_of(number), self._header.title_width(number)))
        self.fit()

    def _usually_hidden(self) -> set[int]:
        return {number for number, column in enumerate(self._columns) if not column.shown}

    def hidden(self) -> set[int]:
        """Return the columns a person does not want; more are hidden where the window is narrow."""
        return set(self._hidden)

    def want(self, hidden: Iterable[int]) -> None:
        """Hide exactly these columns, the name never."""
        self._hidden = set(hidden) - {_NAME}
        self._header.show_wanted(self._hidden)
        self.fit()

    def want_usual(self) -> None:
        """Return to the usual columns in their usual order and width."""
        for number in range(len(self._columns)):
            self._header.moveSection(self._header.visualIndex(number), number)
            self._header.set_width(number, self._header.usual_width(number))
        self.want(self._usually_hidden())

    def width_of(self, column: int) -> int:
        """Return a column's width, for a hidden one the width it will have."""
        return self._header.sectionSize(column) or self._header.width_before_hiding(column)

    def set_width(self, column: int, width: int) -> None:
        """Set a column's width in pixels, hidden or not."""
        self._header.set_width(column, width)
        self.fit()

    def fit_to_content(self) -> None:
        """Make each column as wide as what it shows, within reason."""
        for number in self._shown() - {_NAME}:
            wanted = max(self._table.sizeHintForColumn(number), self._header.title_width(number))
            self._header.set_width(number, min(max(wanted, self._header.minimumSectionSize()), _WIDEST))
        self.fit()

    def fit(self) -> None:
        """Show what is wanted as far as there is room for it, and give the name what is left."""
        kept = self._kept()
        self._fitting = True
        for number in range(len(self._columns)):
            if self._header.isSectionHidden(number) != (number not in kept):
                self._header.setSectionHidden(number, number not in kept)
        self._fitting = False
        self._stretch()

    def _kept(self) -> set[int]:
        wanted = set(range(len(self._columns))) - self._hidden
        usual = [n for n in wanted if self._columns[n].shown and n != _NAME]
        if self._room() >= NAME_ROOM + sum(self._header.usual_width(n) for n in usual):
            return wanted
        kept = {n for n in wanted if not self._columns[n].sacrifice}
        left = self._room() - NAME_ROOM - sum(self.width_of(n) for n in kept if n != _NAME)
        for number in sorted(wanted - kept, key=lambda n: (-self._columns[n].sacrifice, not self._columns[n].shown)):
            left -= self.width_of(number)
            if left < 0:
                break
            kept.add(number)
        return kept

    def _room(self) -> int:
        return self._table.viewport().width()

    def _shown(self) -> set[int]:
        return {number for number in range(len(self._columns)) if not self._header.isSectionHidden(number)}

    def _resized(self, column: int) -> None:
        if column != _NAME and not self._fitting:
            self._stretch()

    def _toggle(self, column: int, hidden: bool) -> None:  # noqa: FBT001 - the signal's
        self.want(self._hidden | {column} if hidden else self._hidden - {column})

    def _stretch(self) -> None:
        """Let the name fill the width; where that is too little, let the list be scrolled sideways."""
        others = sum(self._header.sectionSize(number) for number in self._shown() - {_NAME})
        fits = self._room() - others >= NAME_LEAST
        mode = QHeaderView.ResizeMode.Stretch if fits else QHeaderView.ResizeMode.Interactive
        if self._header.sectionResizeMode(_NAME) is mode:
            return
        self._header.setSectionResizeMode(_NAME, mode)
        if not fits:
            self._header.resizeSection(_NAME, NAME_LEAST + _SPARE)
        policy = Qt.ScrollBarPolicy.ScrollBarAlwaysOff if fits else Qt.ScrollBarPolicy.ScrollBarAsNeeded
        self._table.setHorizontalScrollBarPolicy(policy)
