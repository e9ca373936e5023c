"""A list of entries on a page: in their order, each to be changed, moved and removed, with its fields below it."""

from collections.abc import Callable, Mapping
from functools import partial
from itertools import pairwise
from typing import Any, Final, Protocol

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal, SignalInstance
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from headrace_gui.icons import IconSet
from headrace_gui.settings_pages.control import Control
from headrace_gui.settings_pages.reading_label import ReadingLabel
from headrace_gui.settings_pages.values import SettingValues
from headrace_gui.texts import translate
from headrace_gui.theme import Theme, medium

ICON: Final = 18
_BUTTONS: Final = {"up": "arrow-up", "down": "arrow-down", "edit": "pencil", "remove": "trash"}
Look = tuple[Theme, IconSet]


class Editor(Protocol):
    """The fields of an entry."""

    changed: SignalInstance
    """The entry as it is to be."""

    def settle(self) -> None:
        """Take what was typed a moment ago."""

    def retext(self) -> None:
        """Write all texts in the language in force."""

    def stops(self) -> list[QWidget]:
        """Return what the tab key goes through."""


class EditedLine(QWidget):
    """One entry: something in front of it, what it is about, and its buttons; its fields are below while it changes."""

    def __init__(self, look: Look, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme, self._icons = look
        self.front = self.make_front()
        self.title, self.summary = ReadingLabel("rowTitle", self), ReadingLabel("hint", self)
        self.title.setFont(medium(self.title.font()))
        self.buttons = {key: self._button() for key in _BUTTONS}
        self.buttons["edit"].setCheckable(True)
        self.pictures = dict(_BUTTONS)
        """The icons of the buttons."""
        self._lay_out()
        self.editor: Any = None
        """Its fields; None while they are not shown."""
        self._theme.changed.connect(self.tint)
        self.tint()

    def make_front(self) -> QWidget:
        """Return what stands in front of the words."""
        raise NotImplementedError

    def _lay_out(self) -> None:
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self.title)
        words.addWidget(self.summary)
        head = QHBoxLayout()
        head.setSpacing(4)
        head.addWidget(self.front)
        head.addSpacing(6)
        head.addLayout(words, 1)
        for button in self.buttons.values():
            head.addWidget(button)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 2, 0, 2)
        self._column.addLayout(head)

    def _button(self) -> QToolButton:
        button = QToolButton(self)
        button.setObjectName("rowButton")
        button.setIconSize(QSize(ICON, ICON))
        return button

    def tint(self) -> None:
        """Draw the icons in the colours in force."""
        tokens = self._theme.tokens
        for key, button in self.buttons.items():
            button.setIcon(self._icons.icon(self.pictures[key], tokens.secondary, tokens.faint, ICON))

    def show_words(self, title: str, summary: str, says: Mapping[str, str], place: tuple[int, int]) -> None:
        """Show an entry that is in a place, from 0, of a number of them; `says` is what each button does."""
        self.title.setText(title)
        self.summary.setText(summary)
        for key, text in says.items():
            self.buttons[key].setAccessibleName(text.format(name=title))
            self.buttons[key].setToolTip(text.format(name=title))
        self.buttons["up"].setEnabled(place[0] > 0)
        self.buttons["down"].setEnabled(place[0] < place[1] - 1)
        if self.editor is not None:
            self.editor.retext()

    def stops(self) -> list[QWidget]:
        """Return what the tab key goes through here."""
        fields = [] if self.editor is None else self.editor.stops()
        front = [self.front] if self.front.focusPolicy() is not Qt.FocusPolicy.NoFocus else []
        return [*front, *self.buttons.values(), *fields]

    def open_with(self, editor: Any) -> None:
        """Show fields below, in place of those that are there; None for none."""
        if self.editor is not None:
            self.editor.settle()
            self.editor.hide()
            self.editor.deleteLater()
        self.editor = editor
        if editor is not None:
            self._column.addWidget(editor)
        with QSignalBlocker(self.buttons["edit"]):
            self.buttons["edit"].setChecked(editor is not None)


class EditedList(Control):
    """All entries of a setting. What a kind of entry looks like is said by those that inherit from this."""

    told = Signal(str, object)
    """What was done, in words, and the way back."""
    key = ""
    """The setting."""

    def __init__(self, values: SettingValues, look: Look, parent: QWidget) -> None:
        super().__init__(parent)
        self._values, self._look = values, look
        self._entries: tuple[Any, ...] = ()
        self.lines: list[Any] = []
        self._list = QVBoxLayout()
        self._list.setSpacing(4)

    def make_line(self, place: int) -> EditedLine:
        """Return a line for the entry in a place, from 0."""
        raise NotImplementedError

    def make_editor(self, place: int) -> Any:
        """Return the fields for the entry in a place."""
        raise NotImplementedError

    def show_line(self, place: int) -> None:
        """Have a line show its entry."""
        raise NotImplementedError

    def title_at(self, place: int) -> str:
        """Return what the entry in a place is called."""
        raise NotImplementedError

    def told_value(self) -> Any:
        """Return what the setting is to be."""
        return self._entries

    def last_stops(self) -> list[QWidget]:
        """Return what the tab key goes through behind the entries."""
        raise NotImplementedError

    def refresh(self) -> None:
        """Have all that depends on the entries say what is right now."""

    def show_value(self, value: Any) -> None:
        """Show the entries there are; what is being typed stays where they are as they were."""
        if tuple(value) != self._entries:
            self._entries = tuple(value)
            self.open(None)
            self.show_lines()
            self.refresh()

    def put(self, entries: tuple[Any, ...]) -> None:
        """Have entries in place of those there were."""
        self._entries = entries
        self.show_lines()
        self.wanted.emit(self.told_value())
        self.refresh()

    def show_lines(self) -> None:
        """Have as many lines as entries, each showing its own."""
        while len(self.lines) > len(self._entries):
            line = self.lines.pop()
            line.hide()
            self._list.removeWidget(line)
            line.deleteLater()
        while len(self.lines) < len(self._entries):
            self.lines.append(self._make(len(self.lines)))
        for place in range(len(self.lines)):
            self.show_line(place)
        self._order_tabs()

    def _order_tabs(self) -> None:
        stops = [stop for line in self.lines for stop in line.stops()]
        for one, other in pairwise((*stops, *self.last_stops())):
            QWidget.setTabOrder(one, other)

    def _make(self, place: int) -> EditedLine:
        line = self.make_line(place)
        self._list.addWidget(line)
        line.buttons["edit"].clicked.connect(lambda on: self.open(place if on else None))
        line.buttons["up"].clicked.connect(lambda: self._move(place, place - 1))
        line.buttons["down"].clicked.connect(lambda: self._move(place, place + 1))
        line.buttons["remove"].clicked.connect(lambda: self.remove(place))
        return line

    def open(self, place: int | None) -> None:
        """Show the fields of one entry, or of none."""
        for number, line in enumerate(self.lines):
            if number != place:
                line.open_with(None)
        if place is not None and self.lines[place].editor is None:
            editor = self.make_editor(place)
            editor.changed.connect(partial(self.change, place))
            self.lines[place].open_with(editor)
            self._order_tabs()
            editor.stops()[0].setFocus(Qt.FocusReason.OtherFocusReason)

    def change(self, place: int, entry: Any) -> None:
        """Have another entry in a place."""
        self.put((*self._entries[:place], entry, *self._entries[place + 1 :]))

    def append(self, entry: Any) -> None:
        """Have one more, and show its fields."""
        self.open(None)
        self.put((*self._entries, entry))
        self.open(len(self._entries) - 1)

    def _move(self, place: int, target: int) -> None:
        self.open(None)
        entries = list(self._entries)
        entries.insert(target, entries.pop(place))
        self.put(tuple(entries))
        self.lines[target].buttons["up" if target < place else "down"].setFocus(Qt.FocusReason.OtherFocusReason)

    def remove(self, place: int) -> None:
        """Remove the entry in a place, and say how it comes back."""
        self.open(None)
        before, name = self.told_value(), self.title_at(place)
        self.put((*self._entries[:place], *self._entries[place + 1 :]))
        undo: Callable[[], object] = partial(self._values.put, {self.key: before})
        self.told.emit(translate("Rules", "{name} is removed.").format(name=name), undo)
        self.last_stops()[0].setFocus(Qt.FocusReason.OtherFocusReason)
