"""One data budget to be changed: how much, how often, from which day of the month, and in which networks."""

from dataclasses import replace
from typing import Any, Final

from headrace.budgets import DAYS, NAMED, PERIODS, PLACES, Budget
from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from headrace_gui import budget_words
from headrace_gui.fields import VolumeField, WholeField
from headrace_gui.icons import IconSet
from headrace_gui.settings_pages.choice_box import ChoiceBox
from headrace_gui.texts import translate
from headrace_gui.theme import Theme

_ICON: Final = 18
_AMOUNT: Final = 140
"""Pixels for an amount to the byte."""
Look = tuple[Theme, IconSet]


class BudgetLine(QWidget):
    """Tells each change at once, or when the typing of a number is over."""

    changed = Signal(object)
    """The Budget as it is to be."""
    removed = Signal()

    def __init__(self, look: Look, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme, self._icons = look
        self._plan = Budget(1)
        self._names: tuple[str, ...] = ()
        self.amount, self.day = VolumeField(self), WholeField(self)
        self.amount.setFixedWidth(_AMOUNT)
        self.day.setRange(*DAYS)
        self.period, self.place = ChoiceBox(*look, self), ChoiceBox(*look, self)
        self._day_word = QLabel(self)
        self._day_word.setObjectName("hint")
        self._day_word.setBuddy(self.day)
        self.remove_button = QToolButton(self)
        self.remove_button.setObjectName("rowButton")
        self.remove_button.setIconSize(QSize(_ICON, _ICON))
        self._lay_out()
        self._connect()
        self._theme.changed.connect(self._tint)
        self._tint()

    def _lay_out(self) -> None:
        rows, column = (QHBoxLayout(), QHBoxLayout(), QHBoxLayout()), QVBoxLayout(self)
        parts: tuple[tuple[QWidget, ...], ...] = (self.amount, self.period), (self.place,), (self._day_word, self.day)
        for row, own in zip(rows, parts, strict=True):
            for part in own:
                row.addWidget(part)
            row.addStretch(1)
        rows[1].addWidget(self.remove_button, 0, Qt.AlignmentFlag.AlignVCenter)
        column.setContentsMargins(0, 2, 0, 6)
        column.setSpacing(6)
        for row in rows:
            row.setSpacing(8)
            column.addLayout(row)

    def _connect(self) -> None:
        for number in (self.amount, self.day):
            number.setKeyboardTracking(False)
            number.valueChanged.connect(self._read)
        for box in (self.period, self.place):
            box.activated.connect(self._read)
        self.remove_button.clicked.connect(self.removed)

    def _tint(self) -> None:
        tokens = self._theme.tokens
        self.remove_button.setIcon(self._icons.icon("trash", tokens.secondary, tokens.faint, _ICON))

    def stops(self) -> list[QWidget]:
        """Return what the tab key goes through here."""
        return [self.amount, self.period, self.place, self.remove_button, self.day]

    def show_plan(self, plan: Budget, names: tuple[str, ...]) -> None:
        """Show a budget, and offer networks of these names besides its own."""
        self._plan, self._names = plan, names
        with QSignalBlocker(self.amount), QSignalBlocker(self.day):
            self.amount.set_size(plan.amount)
            self.day.setValue(plan.day)
        self.retext()

    def retext(self) -> None:
        """Write all texts in the language in force."""
        plan = self._plan
        names = (*self._names, plan.name) if plan.name and plan.name not in self._names else self._names
        places = [(translate("Budgets", budget_words.PLACES[where]), where) for where in PLACES]
        _fill(self.period, [(translate("Budgets", budget_words.PERIODS[each]), each) for each in PERIODS], plan.period)
        _fill(self.place, [*places, *((name, NAMED + name) for name in names)], plan.where)
        for part in (self._day_word, self.day):
            part.setVisible(plan.period == "month")
        self._day_word.setText(translate("Budgets", "from day"))
        self._name_parts(budget_words.title(plan))

    def _name_parts(self, title: str) -> None:
        self.amount.setAccessibleName(translate("Budgets", "How much may come: {budget}").format(budget=title))
        self.period.describe(translate("Budgets", "How often: {budget}").format(budget=title), "")
        self.place.describe(translate("Budgets", "Which networks count: {budget}").format(budget=title), "")
        day = translate("Budgets", "The day on which a month begins: {budget}")
        self.day.setAccessibleName(day.format(budget=title))
        self.remove_button.setAccessibleName(translate("Budgets", "Remove {budget}").format(budget=title))
        self.remove_button.setToolTip(self.remove_button.accessibleName())

    def _read(self) -> None:
        plan = replace(
            self._plan,
            amount=self.amount.size_of(),
            day=self.day.value(),
            period=self.period.currentData(),
            where=self.place.currentData(),
        )
        if plan != self._plan:
            self.changed.emit(plan)


def _fill(box: ChoiceBox, entries: list[tuple[str, Any]], chosen: str) -> None:
    with QSignalBlocker(box):
        box.clear()
        for text, value in entries:
            box.addItem(text, value)
        box.setCurrentIndex(box.findData(chosen))
    box.updateGeometry()
