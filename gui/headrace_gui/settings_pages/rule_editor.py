"""The fields of one rule: what it holds for, and what comes of it. What is typed counts once the typing has paused."""

# ruff: noqa: N802 - Qt names its virtual methods so

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, Final

from headrace.expressions import require_quick
from headrace.filters import Category
from headrace.rates import parse_rate
from headrace.rules import Rule
from PySide6.QtCore import QSignalBlocker, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QLineEdit, QToolButton, QWidget

from headrace_gui import words
from headrace_gui.rule_words import fault_of, queue_name
from headrace_gui.settings_pages.choice_box import ChoiceBox
from headrace_gui.settings_pages.control import TYPING_MS
from headrace_gui.settings_pages.edited_list import Look
from headrace_gui.settings_pages.reading_label import ReadingLabel
from headrace_gui.settings_pages.switch import Switch
from headrace_gui.texts import translate
from headrace_gui.theme import small

_COLUMNS: Final = ((600, 4), (430, 3), (0, 2))
"""Types of files beside each other, by the least width of the whole."""
_UNITS: Final = (("T", 10**12), ("G", 10**9), ("M", 10**6), ("K", 10**3))
_TEXTS: Final = {"title": "", "endings": "mkv, tar.gz", "hosts": "example.org", "patterns": "*/nightly/*"}
_SIZES: Final = {"least": "700M", "most": "2GiB"}
_TEMPLATES: Final = {"folder": "Videos/{host}/{date:%Y-%m}", "name": "{date}-{name}"}
_MATCHES: Final = {
    "host_match": r"^cdn\d+\.",
    "address_match": r"/(?P<show>[^/]+)/season-(\d+)/",
    "name_match": r"^(?P<title>.+)-\d+p",
}
_LISTS: Final = ("endings", "hosts", "patterns")


class RuleEditor(QWidget):
    """Shows a rule, and tells what a person makes of it as long as that can be one."""

    changed = Signal(object)
    """The Rule as it is to be."""

    def __init__(self, rule: Rule, queues: Sequence[str], look: Look, parent: QWidget) -> None:
        super().__init__(parent)
        self._rule, self._queues = rule, queues
        self.edits = {key: QLineEdit(self) for key in (*_TEXTS, *_MATCHES, *_SIZES, *_TEMPLATES)}
        self._strip = QFrame(self)
        self._grid = QGridLayout(self._strip)
        self.kinds = {kind: QToolButton(self._strip) for kind in Category}
        self.boxes = {key: ChoiceBox(*look, self) for key in ("queues", "category", "queue", "priority")}
        self.switches = {key: Switch(look[0], self) for key in ("paused", "goes_on")}
        self.problem = ReadingLabel("problem", self)
        self.problem.setFont(small(self.problem.font()))
        self.problem.hide()
        self._labels: dict[str, QLabel] = {}
        self._pause = QTimer(self, singleShot=True, interval=TYPING_MS)
        self._pause.timeout.connect(self._read)
        self._lay_out()
        self.retext()
        self.show_rule(rule)
        self._connect()

    def _connect(self) -> None:
        for edit in self.edits.values():
            edit.textEdited.connect(self._pause.start)
            edit.editingFinished.connect(self.settle)
        for button in self.kinds.values():
            button.clicked.connect(self._read)
        for box in self.boxes.values():
            box.activated.connect(self._read)
        for switch in self.switches.values():
            switch.clicked.connect(self._read)

    def _lay_out(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 4, 0, 8)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 3)
        self._strip.setObjectName("addStrip")
        self._grid.setContentsMargins(4, 4, 4, 4)
        self._grid.setSpacing(4)
        for button in self.kinds.values():
            button.setObjectName("segment")
            button.setCheckable(True)
        self._arrange()
        sizes = QHBoxLayout()
        sizes.setSpacing(8)
        sizes.addWidget(self.edits["least"])
        sizes.addWidget(QLabel("\N{EN DASH}", self))
        sizes.addWidget(self.edits["most"])
        for key in ("title", "kinds", "endings", "hosts", "patterns", *_MATCHES):
            self._add(grid, key)
        self._add(grid, "sizes", sizes)
        for key in ("queues", "folder", "name"):
            self._add(grid, key)
        grid.addWidget(self.problem, grid.rowCount(), 0, 1, 2)
        for key in ("category", "queue", "priority", "paused", "goes_on"):
            self._add(grid, key)
        for key in ("hosts", "patterns", *_MATCHES, "folder", "name"):  # addresses, expressions and paths
            self.edits[key].setLayoutDirection(Qt.LayoutDirection.LeftToRight)

    def _arrange(self) -> None:
        """Put as many types of files beside each other as there is room for."""
        columns = next(number for least, number in _COLUMNS if self.width() >= least)
        for place, button in enumerate(self.kinds.values()):
            self._grid.addWidget(button, place // columns, place % columns)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Follow the width."""
        super().resizeEvent(event)
        self._arrange()

    def _add(self, grid: QGridLayout, key: str, part: QHBoxLayout | None = None) -> None:
        """Add a line of the form: its label, and its field or several."""
        label = self._labels[key] = QLabel(self)
        label.setObjectName("hint")
        label.setWordWrap(True)
        row = grid.rowCount()
        grid.addWidget(label, row, 0)
        if part is not None:
            grid.addLayout(part, row, 1)
            return
        field: QWidget = {**self.edits, **self.boxes, **self.switches, "kinds": self._strip}[key]
        is_wide = key in self.edits
        label.setBuddy(field)
        grid.addWidget(field, row, 1, Qt.AlignmentFlag(0) if is_wide else Qt.AlignmentFlag.AlignLeading)

    def stops(self) -> list[QWidget]:
        """Return what the tab key goes through, in the order it is read in."""
        sizes = [self.edits[key] for key in _SIZES]
        first = [self.edits["title"], *self.kinds.values(), *(self.edits[key] for key in (*_LISTS, *_MATCHES)), *sizes]
        templates = [self.edits[key] for key in _TEMPLATES]
        boxes = [self.boxes[key] for key in ("category", "queue", "priority")]
        return [*first, self.boxes["queues"], *templates, *boxes, *self.switches.values()]

    def retext(self) -> None:
        """Write all texts in the language in force."""
        names = _names()
        for key, label in self._labels.items():
            label.setText(names[key])
        for key, edit in self.edits.items():
            edit.setAccessibleName(names[key])
            edit.setPlaceholderText((_TEXTS | _MATCHES | _SIZES | _TEMPLATES)[key])
        for kind, button in self.kinds.items():
            button.setText(words.category_name(kind))
        for key, switch in self.switches.items():
            switch.setAccessibleName(names[key])
        for key, box in self.boxes.items():
            box.describe(names[key], "")
            self._fill(box, self._entries(key))

    def _entries(self, key: str) -> list[tuple[str, Any]]:
        usual = translate("Rules", "Any") if key == "queues" else translate("Rules", "As it is")
        if key == "category":
            return [(usual, None), *((words.category_name(kind), kind.value) for kind in Category)]
        if key == "priority":
            return [(usual, None), *_priorities()]
        return [(usual, None), *((queue_name(name), name) for name in ("", *self._queues))]

    @staticmethod
    def _fill(box: ChoiceBox, entries: list[tuple[str, Any]]) -> None:
        chosen = box.currentIndex()
        with QSignalBlocker(box):
            box.clear()
            for text, value in entries:
                box.addItem(text, value)
            box.setCurrentIndex(max(chosen, 0))

    def show_rule(self, rule: Rule) -> None:
        """Show a rule, whatever was typed."""
        self._pause.stop()
        self._rule = rule
        shown: dict[str, str] = {key: getattr(rule, key) for key in ("title", *_MATCHES, *_TEMPLATES)}
        shown |= {key: ", ".join(getattr(rule, key)) for key in _LISTS}
        shown |= {key: _size_text(getattr(rule, key)) for key in _SIZES}
        for key, text in shown.items():
            self.edits[key].setText(text)
        for kind, button in self.kinds.items():
            button.setChecked(kind.value in rule.categories)
        chosen = {key: getattr(rule, key) for key in ("category", "queue", "priority")}
        chosen["queues"] = rule.queues[0] if rule.queues else None
        for key, value in chosen.items():
            box = self.boxes[key]
            if value is not None and box.findData(value) < 0:  # a queue that is gone
                box.addItem(str(value), value)
            box.setCurrentIndex(0 if value is None else box.findData(value))
        for key, switch in self.switches.items():
            switch.setChecked(getattr(rule, key))

    def settle(self) -> None:
        """Take what was typed a moment ago."""
        if self._pause.isActive():
            self._pause.stop()
            self._read()

    def _read(self) -> None:
        try:
            rule = replace(self._rule, **self._typed())
            _require_quick(rule, self._rule)
        except ValueError as error:
            self._complain(str(error) if isinstance(error, _SizeError) else fault_of(error))
            return
        self._complain("")
        if rule != self._rule:
            self._rule = rule
            self.changed.emit(rule)

    def _typed(self) -> dict[str, Any]:
        texts = {key: edit.text().strip() for key, edit in self.edits.items()}
        found: dict[str, Any] = {key: texts[key] for key in ("title", *_MATCHES, *_TEMPLATES)}
        found |= {key: tuple(filter(None, re.split(r"[\s,;]+", texts[key]))) for key in _LISTS}
        found |= {key: _size(texts[key]) for key in _SIZES}
        found |= {key: box.currentData() for key, box in self.boxes.items()}
        kept = self._rule.queues if found["queues"] == (self._rule.queues or (None,))[0] else (found["queues"],)
        found["queues"] = () if found["queues"] is None else kept
        chosen = [kind.value for kind, button in self.kinds.items() if button.isChecked()]
        known = {kind.value for kind in self.kinds}
        found["categories"] = (*chosen, *(key for key in self._rule.categories if key not in known))
        return found | {key: switch.isChecked() for key, switch in self.switches.items()}

    def _complain(self, fault: str) -> None:
        self.problem.setText(fault)
        self.problem.setVisible(bool(fault))


def _require_quick(rule: Rule, before: Rule) -> None:
    """Raise ExpressionError where an expression that is new may take too long."""
    for key in _MATCHES:
        if getattr(rule, key) != getattr(before, key):
            require_quick(getattr(rule, key))


class _SizeError(ValueError):
    """What was typed is no size; the text says so in the language in force."""


def _size(text: str) -> int | None:
    read: Callable[[str], int] = parse_rate
    try:
        return read(text) if text else None
    except ValueError:
        raise _SizeError(translate("Rules", "Write a size such as 700M or 2GiB.")) from None


def _size_text(size: int | None) -> str:
    if not size:
        return "" if size is None else "0"
    letter, unit = next(((letter, unit) for letter, unit in _UNITS if size % unit == 0), ("", 1))
    return f"{size // unit}{letter}"


def _priorities() -> list[tuple[str, int]]:
    return [
        (translate("Properties", "High"), 1),
        (translate("Properties", "Normal"), 0),
        (translate("Properties", "Low"), -1),
    ]


def _names() -> dict[str, str]:
    """Return what the fields are called."""
    return {
        "title": translate("Rules", "Name of the rule"),
        "kinds": translate("Rules", "Types of files"),
        "endings": translate("Rules", "Endings"),
        "hosts": translate("Rules", "Servers"),
        "patterns": translate("Rules", "Addresses"),
        "host_match": translate("Rules", "Server (regular expression)"),
        "address_match": translate("Rules", "Address (regular expression)"),
        "name_match": translate("Rules", "Name (regular expression)"),
        "sizes": translate("Rules", "Size"),
        "least": translate("Rules", "Least size"),
        "most": translate("Rules", "Greatest size"),
        "queues": translate("Rules", "From the queue"),
        "folder": translate("Rules", "Folder"),
        "name": translate("Rules", "File name"),
        "category": translate("Rules", "Category"),
        "queue": translate("Rules", "Queue"),
        "priority": translate("Rules", "Priority"),
        "paused": translate("Rules", "Add paused"),
        "goes_on": translate("Rules", "Ask the rules below too"),
    }
