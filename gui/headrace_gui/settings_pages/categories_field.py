"""The list of categories on their page: built-in ones to be changed and brought back, and a person's own."""

from dataclasses import replace
from functools import partial
from typing import Any

from headrace.categories import Book
from headrace.category_entries import NAME_LENGTH, CategoryEntry, compact, endings_of, key_for
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from headrace_gui import words
from headrace_gui.icons import category_icon
from headrace_gui.settings_pages.category_editor import CategoryEditor
from headrace_gui.settings_pages.edited_list import ICON, EditedLine, EditedList, Look
from headrace_gui.settings_pages.values import SettingValues
from headrace_gui.texts import SEPARATOR, translate

_MOST_SHOWN = 6
"""Endings that a line names."""


class CategoryLine(EditedLine):
    """One category, with its picture in front of it."""

    front: QLabel

    def make_front(self) -> QLabel:
        """Return the picture."""
        self._icon = "file"
        return QLabel(self)

    def tint(self) -> None:
        """Draw the picture too."""
        super().tint()
        ratio = self.devicePixelRatioF()
        self.front.setPixmap(self._icons.pixmap(self._icon, self._theme.tokens.secondary, ICON, ratio))

    def show_entry(self, entry: CategoryEntry, place: tuple[int, int]) -> None:
        """Show a category that is in a place, from 0, of a number of them."""
        self.show_words(words.name_of_entry(entry), _summary(entry), _button_words(entry), place)
        self._icon, self.pictures["remove"] = category_icon(entry), "trash" if entry.is_own else "undo"
        self.buttons["remove"].setEnabled(not entry.is_usual)
        self.tint()


class CategoriesField(EditedList):
    """All categories but that of other files, and a button to make one."""

    key = "categories"

    def __init__(self, values: SettingValues, look: Look, parent: QWidget) -> None:
        super().__init__(values, look, parent)
        self._fresh: str | None = None
        """The key of the one that was made last, while it is being named."""
        self.add_button = QPushButton(self)
        self.add_button.setAutoDefault(False)
        self.add_button.clicked.connect(self._add)
        self.setFocusProxy(self.add_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(self._list)
        row = QHBoxLayout()
        row.addWidget(self.add_button)
        row.addStretch(1)
        column.addLayout(row)

    def describe(self, name: str, sentence: str) -> None:
        """Write all texts."""
        self.setAccessibleName(name)
        self.add_button.setText(translate("Categories", "Add category"))
        self.add_button.setAccessibleName(SEPARATOR.join((name, self.add_button.text())))
        self.add_button.setAccessibleDescription(sentence)
        self.show_lines()

    def show_value(self, value: Any) -> None:
        """Show the built-in ones, and what there is besides."""
        super().show_value(tuple(Book(value).entries.values()))

    def told_value(self) -> tuple[CategoryEntry, ...]:
        """Return what a person changed and made."""
        return compact(self._entries)

    def make_line(self, _place: int) -> CategoryLine:
        """Return a line for a category."""
        return CategoryLine(self._look, self)

    def make_editor(self, place: int) -> CategoryEditor:
        """Return the fields of a category."""
        others = (*self._entries[:place], *self._entries[place + 1 :])
        self._fresh = self._fresh if self._fresh == self._entries[place].key else None
        return CategoryEditor(self._entries[place], _names(others), self._look, self.lines[place])

    def show_line(self, place: int) -> None:
        """Show a category in its line."""
        self.lines[place].show_entry(self._entries[place], (place, len(self._entries)))

    def title_at(self, place: int) -> str:
        """Return what a category is called."""
        return words.name_of_entry(self._entries[place])

    def last_stops(self) -> list[QWidget]:
        """Return the button."""
        return [self.add_button]

    def remove(self, place: int) -> None:
        """Remove a person's own category, or bring a built-in one back to what it was."""
        entry = self._entries[place]
        if entry.is_own:
            super().remove(place)
            return
        self.open(None)
        before = self.told_value()
        self.change(place, CategoryEntry(entry.key))
        said = translate("Categories", "{name} is as it was.").format(name=self.title_at(place))
        self.told.emit(said, partial(self._values.put, {self.key: before}))
        self.lines[place].buttons["edit"].setFocus(Qt.FocusReason.OtherFocusReason)

    def _add(self) -> None:
        usual, taken = translate("Categories", "New category"), _names(self._entries)
        tries = (usual if number == 1 else f"{usual[: NAME_LENGTH - 4]} {number}" for number in range(1, 1000))
        name = next(each for each in tries if each.casefold() not in taken)
        self._fresh = key_for(name, {entry.key for entry in self._entries})
        self.append(CategoryEntry(self._fresh, name))
        self.lines[-1].editor.edits["name"].selectAll()

    def change(self, place: int, entry: CategoryEntry) -> None:
        """Have another entry in a place; one that was made just now is known by the name it is given."""
        before = self._entries[place]
        key = before.key
        if key == self._fresh and entry.name != before.name:
            self._fresh = key = key_for(entry.name, {each.key for each in self._entries if each is not before})
        super().change(place, replace(entry, key=key))


def _names(entries: tuple[CategoryEntry, ...]) -> set[str]:
    own = {entry.name.casefold() for entry in entries if entry.name}
    return own | {words.name_of_entry(entry).casefold() for entry in entries}


def _summary(entry: CategoryEntry) -> str:
    endings = endings_of(entry)
    shown = " ".join(f".{ending}" for ending in endings[:_MOST_SHOWN]) + (" …" if len(endings) > _MOST_SHOWN else "")
    held = SEPARATOR.join(filter(None, (shown, ", ".join(entry.types)))) or translate("Categories", "nothing yet")
    if not entry.folder:
        return held
    return translate("Rules", "{what} → {where}").format(what=held, where=entry.folder)


def _button_words(entry: CategoryEntry) -> dict[str, str]:
    back = translate("Categories", "Bring {name} back to what it was")
    return {
        "up": translate("Categories", "Show {name} earlier"),
        "down": translate("Categories", "Show {name} later"),
        "edit": translate("Rules", "Change {name}"),
        "remove": translate("Rules", "Remove {name}") if entry.is_own else back,
    }
