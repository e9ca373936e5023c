"""The fields of one category: name, picture, what is in it, its folder. What is typed counts once it has paused."""

import re
from collections.abc import Collection
from dataclasses import replace
from typing import Any, Final

from headrace.category_entries import BUILT_IN, USUAL_ENDINGS, CategoryEntry, checked_category_name, endings_of
from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QLineEdit, QToolButton, QWidget

from headrace_gui import words
from headrace_gui.icons import CATEGORY_CHOICES, category_icon
from headrace_gui.rule_words import fault_of
from headrace_gui.settings_pages.control import TYPING_MS
from headrace_gui.settings_pages.edited_list import ICON, Look
from headrace_gui.settings_pages.reading_label import ReadingLabel
from headrace_gui.texts import translate
from headrace_gui.theme import small

_FIELDS: Final = {"name": "", "endings": "epub, mobi", "types": "application/epub+zip", "folder": "Books/{host}"}

_BESIDE: Final = 5
"""Pictures beside each other."""


class CategoryEditor(QWidget):
    """Shows a category, and tells what a person makes of it as long as that can be one."""

    changed = Signal(object)
    """The CategoryEntry as it is to be."""

    def __init__(self, entry: CategoryEntry, taken: Collection[str], look: Look, parent: QWidget) -> None:
        """`taken` are the names of the others, casefolded."""
        super().__init__(parent)
        self._entry, self._taken, self._look = entry, taken, look
        self.edits = {key: QLineEdit(self) for key in _FIELDS}
        self._strip = QFrame(self)
        self.icons = {name: QToolButton(self._strip) for name in CATEGORY_CHOICES}
        self.problem = ReadingLabel("problem", self)
        self.problem.setFont(small(self.problem.font()))
        self.problem.hide()
        self._labels: dict[str, QLabel] = {}
        self._pause = QTimer(self, singleShot=True, interval=TYPING_MS)
        self._pause.timeout.connect(self._read)
        self._lay_out()
        self.retext()
        self.show_entry(entry)
        self._connect()
        look[0].changed.connect(self._tint)
        self._tint()

    def _connect(self) -> None:
        for edit in self.edits.values():
            edit.textEdited.connect(self._pause.start)
            edit.editingFinished.connect(self.settle)
        for name, button in self.icons.items():
            button.clicked.connect(lambda _on, name=name: self._choose(name))

    def _lay_out(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 4, 0, 8)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 3)
        strip = QGridLayout(self._strip)
        strip.setContentsMargins(4, 4, 4, 4)
        strip.setSpacing(2)
        self._strip.setObjectName("addStrip")
        for place, button in enumerate(self.icons.values()):
            button.setObjectName("segment")
            button.setCheckable(True)
            button.setIconSize(QSize(ICON, ICON))
            strip.addWidget(button, *divmod(place, _BESIDE))
        for key, part in (("name", None), ("icon", self._strip), ("endings", None), ("types", None), ("folder", None)):
            self._add(grid, key, part or self.edits[key])
        for key in ("endings", "types", "folder"):  # not of any language
            self.edits[key].setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        grid.addWidget(self.problem, grid.rowCount(), 0, 1, 2)

    def _add(self, grid: QGridLayout, key: str, part: QWidget) -> None:
        label = self._labels[key] = QLabel(self)
        label.setObjectName("hint")
        label.setWordWrap(True)
        label.setBuddy(part)
        row = grid.rowCount()
        grid.addWidget(label, row, 0)
        grid.addWidget(part, row, 1, Qt.AlignmentFlag.AlignLeading if part is self._strip else Qt.AlignmentFlag(0))

    def _tint(self) -> None:
        tokens, icons = self._look[0].tokens, self._look[1]
        for name, button in self.icons.items():
            button.setIcon(icons.icon(name, tokens.text, tokens.faint, ICON))

    def stops(self) -> list[QWidget]:
        """Return what the tab key goes through, in the order it is read in."""
        return [self.edits["name"], *self.icons.values(), *(self.edits[key] for key in ("endings", "types", "folder"))]

    def retext(self) -> None:
        """Write all texts in the language in force."""
        names, pictures = _names(), _pictures()
        for key, label in self._labels.items():
            label.setText(names[key])
        for key, edit in self.edits.items():
            edit.setAccessibleName(names[key])
            edit.setPlaceholderText(_FIELDS[key])
        if self._entry.key in BUILT_IN:
            self.edits["name"].setPlaceholderText(words.usual_category_name(self._entry.key))
        for name, button in self.icons.items():
            button.setAccessibleName(pictures[name])
            button.setToolTip(pictures[name])

    def show_entry(self, entry: CategoryEntry) -> None:
        """Show a category, whatever was typed."""
        self._pause.stop()
        self._entry = entry
        shown = {"name": entry.name, "endings": ", ".join(endings_of(entry)), "types": ", ".join(entry.types)}
        for key, text in (shown | {"folder": entry.folder}).items():
            self.edits[key].setText(text)
        self._show_icon()

    def _show_icon(self) -> None:
        for name, button in self.icons.items():
            button.setChecked(name == category_icon(self._entry))

    def _choose(self, name: str) -> None:
        self._read(icon=name)
        self._show_icon()

    def settle(self) -> None:
        """Take what was typed a moment ago."""
        if self._pause.isActive():
            self._read()

    def _read(self, icon: str | None = None) -> None:
        self._pause.stop()
        try:
            entry = self._typed(self._entry.icon if icon is None else icon)
        except _FieldError as error:
            self._complain(str(error))
            return
        self._complain("")
        if entry != self._entry:
            self._entry = entry
            self.changed.emit(entry)

    def _typed(self, icon: str) -> CategoryEntry:
        """Return what the fields say. Raises _FieldError."""
        entry = replace(self._entry, icon="" if icon == category_icon(replace(self._entry, icon="")) else icon)
        name = self._typed_name()
        endings = _parts(self.edits["endings"].text())
        steps: list[tuple[str, Any]] = [
            ("name", name),
            ("endings", None if self._is_usual(endings) else endings),
            ("types", _parts(self.edits["types"].text())),
            ("folder", self.edits["folder"].text()),
        ]
        for key, value in steps:
            try:
                entry = replace(entry, **{key: value})
            except ValueError as error:
                raise _FieldError(fault_of(error) if key == "folder" else _faults()[key]) from None
        return entry

    def _typed_name(self) -> str:
        text = self.edits["name"].text().strip()
        try:
            name = checked_category_name(text) if text or self._entry.is_own else ""
        except ValueError:
            raise _FieldError(_faults()["name"]) from None
        if name.casefold() in self._taken:
            raise _FieldError(translate("Categories", "There is a category of this name."))
        return name

    def _is_usual(self, endings: tuple[str, ...]) -> bool:
        wanted = {each.strip("*.").casefold() for each in endings}
        return not self._entry.is_own and wanted == USUAL_ENDINGS[self._entry.key]

    def _complain(self, fault: str) -> None:
        self.problem.setText(fault)
        self.problem.setVisible(bool(fault))


class _FieldError(ValueError):
    """What was typed cannot be; the text says so in the language in force."""


def _parts(text: str) -> tuple[str, ...]:
    return tuple(filter(None, re.split(r"[\s,;]+", text)))


def _faults() -> dict[str, str]:
    return {
        "name": translate("Categories", "A category needs a name of 60 characters at most."),
        "endings": translate("Categories", "Write endings such as epub, without a dot within."),
        "types": translate("Categories", "Write types such as application/pdf or audio/*."),
    }


def _names() -> dict[str, str]:
    """Return what the fields are called."""
    return {
        "name": translate("Categories", "Name"),
        "icon": translate("Categories", "Picture"),
        "endings": translate("Rules", "Endings"),
        "types": translate("Categories", "Types the server tells"),
        "folder": translate("Rules", "Folder"),
    }


def _pictures() -> dict[str, str]:
    """Return what the icons show."""
    usual = {category_icon(CategoryEntry(key)): words.usual_category_name(key) for key in BUILT_IN}
    return usual | {
        "disc": translate("Categories", "Disc"),
        "folder": translate("Rules", "Folder"),
        "key": translate("Categories", "Key"),
        "tool": translate("Categories", "Tool"),
    }
