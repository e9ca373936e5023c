"""The list of rules on their page: in their order, each to be switched, changed, moved and removed; and one to try."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from itertools import pairwise
from time import time
from typing import Any, Final

from headrace.filters import Category
from headrace.rules import FOLDER_NAMES, Rule
from headrace.sorting import Offer, preview
from PySide6.QtCore import QSignalBlocker, QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QToolButton, QVBoxLayout, QWidget

from headrace_gui.rule_words import summary_of, title_of
from headrace_gui.settings_pages.control import TYPING_MS, Control
from headrace_gui.settings_pages.reading_label import ReadingLabel
from headrace_gui.settings_pages.rule_editor import Look, RuleEditor
from headrace_gui.settings_pages.switch import Switch
from headrace_gui.settings_pages.values import SettingValues
from headrace_gui.texts import SEPARATOR, translate
from headrace_gui.theme import medium, small

_ICON: Final = 18
_BUTTONS: Final = {"up": "arrow-up", "down": "arrow-down", "edit": "pencil", "remove": "trash"}


class RuleLine(QWidget):
    """One rule: what it is about, and its buttons; its fields are below while it is changed."""

    switched = Signal(bool)

    def __init__(self, look: Look, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme, self._icons = look
        self.switch = Switch(self._theme, self)
        self.switch.clicked.connect(self.switched)
        self.title, self.summary = ReadingLabel("rowTitle", self), ReadingLabel("hint", self)
        self.title.setFont(medium(self.title.font()))
        self.buttons = {key: self._button() for key in _BUTTONS}
        self.buttons["edit"].setCheckable(True)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self.title)
        words.addWidget(self.summary)
        head = QHBoxLayout()
        head.setSpacing(4)
        head.addWidget(self.switch)
        head.addSpacing(6)
        head.addLayout(words, 1)
        for button in self.buttons.values():
            head.addWidget(button)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 2, 0, 2)
        self._column.addLayout(head)
        self.editor: RuleEditor | None = None
        self._theme.changed.connect(self._tint)
        self._tint()

    def _button(self) -> QToolButton:
        button = QToolButton(self)
        button.setObjectName("rowButton")
        button.setIconSize(QSize(_ICON, _ICON))
        return button

    def _tint(self) -> None:
        tokens = self._theme.tokens
        for key, button in self.buttons.items():
            button.setIcon(self._icons.icon(_BUTTONS[key], tokens.secondary, tokens.faint, _ICON))

    def show_rule(self, number: int, rule: Rule, count: int) -> None:
        """Show a rule that is the `number`-th, from 1, of `count`."""
        name = title_of(number, rule)
        self.title.setText(name)
        self.summary.setText(summary_of(rule))
        with QSignalBlocker(self.switch):
            self.switch.setChecked(rule.enabled)
        self.switch.setAccessibleName(translate("Rules", "{name}: asked").format(name=name))
        for key, text in _button_words().items():
            self.buttons[key].setAccessibleName(text.format(name=name))
            self.buttons[key].setToolTip(text.format(name=name))
        self.buttons["up"].setEnabled(number > 1)
        self.buttons["down"].setEnabled(number < count)
        if self.editor is not None:
            self.editor.retext()

    def stops(self) -> list[QWidget]:
        """Return what the tab key goes through here."""
        fields = [] if self.editor is None else self.editor.stops()
        return [self.switch, *self.buttons.values(), *fields]

    def open_with(self, editor: RuleEditor | None) -> None:
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


class RulesField(Control):
    """All rules, buttons to add some, and a field to try an address."""

    told = Signal(str, object)
    """What was done, in words, and the way back."""

    def __init__(self, values: SettingValues, look: Look, parent: QWidget) -> None:
        super().__init__(parent)
        self._values, self._look = values, look
        self._rules: tuple[Rule, ...] = ()
        self.lines: list[RuleLine] = []
        self.add_button, self.usual_button = QPushButton(self), QPushButton(self)
        self.test, self.result = QLineEdit(self), ReadingLabel("hint", self)
        self.test.setLayoutDirection(Qt.LayoutDirection.LeftToRight)  # an address
        self.result.setFont(small(self.result.font()))
        self.result.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._pause = QTimer(self, singleShot=True, interval=TYPING_MS)
        self._pause.timeout.connect(self._try)
        self.test.textEdited.connect(self._pause.start)
        self.add_button.clicked.connect(self._add)
        self.usual_button.clicked.connect(self._add_usual)
        self.setFocusProxy(self.add_button)
        self._lay_out()

    def _lay_out(self) -> None:
        self._list = QVBoxLayout()
        self._list.setSpacing(4)
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
        self._show_lines()
        self._try()

    def show_value(self, value: Any) -> None:
        """Show the rules there are; what is being typed stays where they are as they were."""
        if tuple(value) != self._rules:
            self._rules = tuple(value)
            self._open(None)
            self._show_lines()
            self._try()

    # -- inside ------------------------------------------------------------------------------------------------

    def _put(self, rules: tuple[Rule, ...]) -> None:
        self._rules = rules
        self._show_lines()
        self.wanted.emit(rules)
        self._try()

    def _show_lines(self) -> None:
        while len(self.lines) > len(self._rules):
            line = self.lines.pop()
            line.hide()
            self._list.removeWidget(line)
            line.deleteLater()
        while len(self.lines) < len(self._rules):
            self.lines.append(self._make(len(self.lines)))
        for number, (line, rule) in enumerate(zip(self.lines, self._rules, strict=True), 1):
            line.show_rule(number, rule, len(self._rules))
        self._order_tabs()

    def _order_tabs(self) -> None:
        stops = [stop for line in self.lines for stop in line.stops()]
        for one, other in pairwise((*stops, self.add_button, self.usual_button, self.test)):
            QWidget.setTabOrder(one, other)

    def _make(self, place: int) -> RuleLine:
        line = RuleLine(self._look, self)
        self._list.addWidget(line)
        line.switched.connect(lambda on: self._change(place, replace(self._rules[place], enabled=on)))
        line.buttons["edit"].clicked.connect(lambda on: self._open(place if on else None))
        line.buttons["up"].clicked.connect(lambda: self._move(place, place - 1))
        line.buttons["down"].clicked.connect(lambda: self._move(place, place + 1))
        line.buttons["remove"].clicked.connect(lambda: self._remove(place))
        return line

    def _open(self, place: int | None) -> None:
        """Show the fields of one rule, or of none."""
        for number, line in enumerate(self.lines):
            if number != place:
                line.open_with(None)
        if place is not None and self.lines[place].editor is None:
            editor = RuleEditor(self._rules[place], self._values.engine.queues, self._look, self.lines[place])
            editor.changed.connect(partial(self._change, place))
            self.lines[place].open_with(editor)
            self._order_tabs()
            editor.edits["title"].setFocus(Qt.FocusReason.OtherFocusReason)

    def _change(self, place: int, rule: Rule) -> None:
        self._put((*self._rules[:place], rule, *self._rules[place + 1 :]))

    def _add(self) -> None:
        self._open(None)
        self._put((*self._rules, Rule()))
        self._open(len(self._rules) - 1)

    def _add_usual(self) -> None:
        """Add a rule for each type of files that none is about alone."""
        self._open(None)
        there = {rule.categories for rule in self._rules}
        kinds = [kind for kind in Category if kind is not Category.OTHER and (kind.value,) not in there]
        self._put((*self._rules, *(Rule(categories=(kind.value,), folder=FOLDER_NAMES[kind]) for kind in kinds)))

    def _move(self, place: int, target: int) -> None:
        self._open(None)
        rules = list(self._rules)
        rules.insert(target, rules.pop(place))
        self._put(tuple(rules))
        self.lines[target].buttons["up" if target < place else "down"].setFocus(Qt.FocusReason.OtherFocusReason)

    def _remove(self, place: int) -> None:
        self._open(None)
        before, name = self._rules, title_of(place + 1, self._rules[place])
        self._put((*before[:place], *before[place + 1 :]))
        undo: Callable[[], object] = partial(self._values.put, {"rules": before})
        self.told.emit(translate("Rules", "{name} is removed.").format(name=name), undo)
        self.add_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def _try(self) -> None:
        """Say where the address that was typed would go."""
        self._pause.stop()
        address = self.test.text().strip()
        self.result.setVisible(bool(address))
        if not address:
            return
        try:
            found = preview(Offer(address), replace(self._values.engine, rules=self._rules), time())
        except ValueError:
            self.result.setText(translate("Rules", "This is not an address."))
            return
        names = ", ".join(title_of(number + 1, self._rules[number]) for number in found.rules)
        by = names or translate("Rules", "no rule holds")
        self.result.setText(translate("Rules", "{path} ({rule})").format(path=found.path, rule=by))


def _button_words() -> dict[str, str]:
    return {
        "up": translate("Rules", "Ask {name} earlier"),
        "down": translate("Rules", "Ask {name} later"),
        "edit": translate("Rules", "Change {name}"),
        "remove": translate("Rules", "Remove {name}"),
    }
