"""One page: a heading, a card for every group of entries, and a foot with a way back to all defaults."""

# ruff: noqa: N802 - Qt names its virtual methods so

from collections.abc import Callable, Iterator
from functools import cached_property
from itertools import groupby
from typing import Final

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QPushButton, QVBoxLayout, QWidget

from headrace_gui.settings_pages.controls import Tools
from headrace_gui.settings_pages.deed_row import DeedRow
from headrace_gui.settings_pages.entry import SUBJECTS, Entry, Page, is_resettable
from headrace_gui.settings_pages.note import Note
from headrace_gui.settings_pages.reading_label import ReadingLabel
from headrace_gui.settings_pages.row import SettingRow
from headrace_gui.texts import on_language, translate
from headrace_gui.theme import Theme, semibold

AnyRow = SettingRow | DeedRow
RowMaker = Callable[[Entry, QWidget], AnyRow]
_INSET: Final = 16


class Card(QFrame):
    """A rounded card of rows with fine lines between those that are shown."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setObjectName("settingsCard")
        self.rows: list[AnyRow] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(1, 1, 1, 1)
        self._column.setSpacing(0)

    def add(self, row: AnyRow) -> None:
        """Put a row at the end."""
        self.rows.append(row)
        self._column.addWidget(row)

    def event(self, event: QEvent) -> bool:
        """Paint anew where rows move: their lines are the card's."""
        if event.type() is QEvent.Type.LayoutRequest:
            self.update()
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the card, and a line above every shown row but the first."""
        super().paintEvent(event)
        painter = QPainter(self)
        for row in [row for row in self.rows if not row.isHidden()][1:]:
            painter.fillRect(_INSET, row.y(), self.width() - 2 * _INSET, 1, QColor(self._theme.tokens.line))
        painter.end()


class Group(QWidget):
    """A card under its heading."""

    def __init__(self, heading: str, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._text = heading
        self._heading = ReadingLabel("groupHeading", self)
        self._heading.setFont(semibold(self._heading.font()))
        self.card = Card(theme, self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self._heading)
        column.addWidget(self.card)

    def retext(self) -> None:
        """Write the heading in the language in force."""
        self._heading.setText(translate("Settings", self._text) if self._text else "")

    def show_rows(self, keys: frozenset[str] | None) -> bool:
        """Show the rows of these keys, None for all with their heading; return whether there is one."""
        for row in self.card.rows:
            row.setVisible(keys is None or row.entry.key in keys)
        any_row = any(not row.isHidden() for row in self.card.rows)
        self._heading.setVisible(keys is None and bool(self._text))
        self.setVisible(any_row)
        self.card.update()
        return any_row


class PageView(QWidget):
    """All settings of one subject, or those that a search found. Its rows are there when `fill` has come to its end."""

    noted = Signal()
    """There is a note to be seen."""

    def __init__(self, page: Page, entries: list[Entry], make_row: RowMaker, tools: Tools, parent: QWidget) -> None:
        super().__init__(parent)
        self.page, self._values, self._tools = page, tools.values, tools
        self._heading = ReadingLabel("dialogTitle", self)
        self.reset_button = QPushButton(self)
        self.reset_button.setAutoDefault(False)
        self.reset_button.clicked.connect(self._reset)
        parts = _groups(entries)
        self.groups = [Group(heading, tools.theme, self) for heading, _some in parts]
        self._entries = [some for _heading, some in parts]
        self._make_row = make_row
        self._lay_out()
        on_language(self, self._retext)

    def fill(self) -> Iterator[None]:
        """Make the rows, a part of one at each step: all at once would be felt."""
        for group, entries in zip(self.groups, self._entries, strict=True):
            for entry in entries:
                row = self._make_row(entry, group.card)
                group.card.add(row)
                yield
                for part in (row, *row.findChildren(QWidget)):
                    part.ensurePolished()
                yield
        inside = (part for row in self.rows() for part in row.findChildren(QWidget) if part.window() is self.window())
        stops = [part for part in inside if part.focusPolicy() & Qt.FocusPolicy.TabFocus]
        if stops:
            QWidget.setTabOrder(stops[-1], self.reset_button)

    @cached_property
    def note(self) -> Note:
        """What was just done, above the foot; made when there is something to tell."""
        note = Note(self._tools.theme, self._tools.icons, self)
        self._column.insertWidget(self._column.indexOf(self.reset_button), note)
        QWidget.setTabOrder(self.reset_button, note.undo_button)
        QWidget.setTabOrder(note.undo_button, self.reset_button)
        note.told.connect(self.noted)
        return note

    def tell(self, text: str, undo: Callable[[], object]) -> None:
        """Show what a control of this page did, with a way back."""
        self.note.tell(text, undo)

    def _lay_out(self) -> None:
        self._column = column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(18)
        column.addWidget(self._heading)
        for group in self.groups:
            column.addWidget(group)
        column.addWidget(self.reset_button, 0, Qt.AlignmentFlag.AlignLeft)

    def _retext(self) -> None:
        self._heading.setText(translate("Settings", SUBJECTS[self.page].title))
        self.reset_button.setText(translate("Settings", "Reset this page"))
        for group in self.groups:
            group.retext()

    def rows(self) -> list[AnyRow]:
        """Return all rows, shown or not, in their order."""
        return [row for group in self.groups for row in group.card.rows]

    def keys(self) -> list[str]:
        """Return the keys of all settings on this page that can be reset."""
        return [row.entry.key for row in self.rows() if is_resettable(row.entry)]

    def show_all(self) -> None:
        """Show the whole page."""
        for group in self.groups:
            group.show_rows(None)
        for row in self.rows():
            row.words.mark([])
        self.reset_button.setVisible(bool(self.keys()))
        self.show()

    def show_found(self, keys: frozenset[str], words: list[str]) -> None:
        """Show the rows of these keys alone, with the words marked; be hidden where there is none."""
        shown = [group.show_rows(keys) for group in self.groups]
        for row in self.rows():
            row.words.mark(words if row.entry.key in keys else [])
        self.reset_button.hide()
        if "note" in self.__dict__:
            self.note.hide()
        self.setVisible(any(shown))

    def _reset(self) -> None:
        before = self._values.reset(self.keys())
        for row in self.rows():
            if isinstance(row, SettingRow):
                row.show_anew()
        if before:
            self.note.tell(
                translate("Settings", "This page is back to its defaults."), lambda: self._values.put(before)
            )
        else:
            self.note.tell(translate("Settings", "All of this page had its default already."))


def _groups(entries: list[Entry]) -> list[tuple[str, list[Entry]]]:
    return [(group, list(some)) for group, some in groupby(entries, key=lambda entry: entry.group)]
