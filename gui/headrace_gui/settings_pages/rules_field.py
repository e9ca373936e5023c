"""The list of rules on their page: in their order, each to be switched, changed, moved and removed; and one to try."""

from dataclasses import replace
from time import time
from typing import Final

from headrace.filters import Category
from headrace.rule_templates import checked_folder
from headrace.rules import Rule, folder_name
from headrace.sorting import Offer, preview
from PySide6.QtCore import QSignalBlocker, Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from headrace_gui.rule_words import summary_of, title_of
from headrace_gui.settings_pages.control import TYPING_MS
from headrace_gui.settings_pages.edited_list import EditedLine, EditedList, Look
from headrace_gui.settings_pages.reading_label import ReadingLabel
from headrace_gui.settings_pages.rule_editor import RuleEditor
from headrace_gui.settings_pages.switch import Switch
from headrace_gui.settings_pages.values import SettingValues
from headrace_gui.texts import SEPARATOR, translate
from headrace_gui.theme import small

_SPECIAL: Final = frozenset("{}/\\")


class RuleLine(EditedLine):
    """One rule, with a switch in front of it."""

    switched = Signal(bool)
    front: Switch

    def make_front(self) -> Switch:
        """Return the switch that says whether the rule is asked."""
        self.switch = Switch(self._theme, self)
        self.switch.clicked.connect(self.switched)
        return self.switch

    def show_rule(self, number: int, rule: Rule, count: int) -> None:
        """Show a rule that is the `number`-th, from 1, of `count`."""
        name = title_of(number, rule)
        self.show_words(name, summary_of(rule), _button_words(), (number - 1, count))
        with QSignalBlocker(self.switch):
            self.switch.setChecked(rule.enabled)
        self.switch.setAccessibleName(translate("Rules", "{name}: asked").format(name=name))


class RulesField(EditedList):
    """All rules, buttons to add some, and a field to try an address."""

    key = "rules"

    def __init__(self, values: SettingValues, look: Look, parent: QWidget) -> None:
        super().__init__(values, look, parent)
        self.add_button, self.usual_button = QPushButton(self), QPushButton(self)
        self.test, self.result = QLineEdit(self), ReadingLabel("hint", self)
        self.test.setLayoutDirection(Qt.LayoutDirection.LeftToRight)  # an address
        self.result.setFont(small(self.result.font()))
        self.result.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._pause = QTimer(self, singleShot=True, interval=TYPING_MS)
        self._pause.timeout.connect(self.refresh)
        self.test.textEdited.connect(self._pause.start)
        self.add_button.clicked.connect(lambda: self.append(Rule()))
        self.usual_button.clicked.connect(self._add_usual)
        self.setFocusProxy(self.add_button)
        self._lay_out()

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        for button in (self.add_button, self.usual_button):
            button.setAutoDefault(False)
            buttons.addWidget(button)
        buttons.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(self._list)
        column.addLayout(buttons)
        column.addWidget(self.test)
        column.addWidget(self.result)
        self.result.hide()

    def describe(self, name: str, sentence: str) -> None:
        """Write all texts."""
        self.setAccessibleName(name)
        self.add_button.setText(translate("Rules", "Add rule"))
        self.add_button.setAccessibleName(SEPARATOR.join((name, self.add_button.text())))
        self.add_button.setAccessibleDescription(sentence)
        self.usual_button.setText(translate("Rules", "Folders by type"))
        self.usual_button.setToolTip(translate("Rules", "A folder each for videos, music, pictures and so on"))
        self.test.setPlaceholderText(translate("Rules", "Try an address: where would it go?"))
        self.test.setAccessibleName(self.test.placeholderText())
        self.show_lines()
        self.refresh()

    def make_line(self, place: int) -> RuleLine:
        """Return a line for a rule."""
        line = RuleLine(self._look, self)
        line.switched.connect(lambda on: self.change(place, replace(self._entries[place], enabled=on)))
        return line

    def make_editor(self, place: int) -> RuleEditor:
        """Return the fields of a rule."""
        return RuleEditor(self._entries[place], self._values.engine.queues, self._look, self.lines[place])

    def show_line(self, place: int) -> None:
        """Show a rule in its line."""
        self.lines[place].show_rule(place + 1, self._entries[place], len(self._entries))

    def title_at(self, place: int) -> str:
        """Return what a rule is called."""
        return title_of(place + 1, self._entries[place])

    def last_stops(self) -> list[QWidget]:
        """Return the buttons, and the field to try an address."""
        return [self.add_button, self.usual_button, self.test]

    def _add_usual(self) -> None:
        """Add a rule for each type of files that none is about alone."""
        self.open(None)
        there = {rule.categories for rule in self._entries}
        kinds = [kind for kind in Category if kind is not Category.OTHER and (kind.value,) not in there]
        self.put((*self._entries, *(Rule(categories=(kind.value,), folder=_literal(kind)) for kind in kinds)))

    def refresh(self) -> None:
        """Say where the address that was typed would go."""
        self._pause.stop()
        address = self.test.text().strip()
        self.result.setVisible(bool(address))
        if not address:
            return
        try:
            found = preview(Offer(address), replace(self._values.engine, rules=self._entries), time())
        except ValueError:
            self.result.setText(translate("Rules", "This is not an address."))
            return
        names = ", ".join(title_of(number + 1, self._entries[number]) for number in found.rules)
        by = names or translate("Rules", "no rule holds")
        self.result.setText(translate("Rules", "{path} ({rule})").format(path=found.path, rule=by))


def _literal(kind: Category) -> str:
    """Return the template of a folder called like a category, as far as one can be called so."""
    name = folder_name(kind)
    try:
        return "{category}" if _SPECIAL & set(name) else checked_folder(name)
    except ValueError:
        return "{category}"


def _button_words() -> dict[str, str]:
    return {
        "up": translate("Rules", "Ask {name} earlier"),
        "down": translate("Rules", "Ask {name} later"),
        "edit": translate("Rules", "Change {name}"),
        "remove": translate("Rules", "Remove {name}"),
    }
