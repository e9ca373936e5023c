"""The list of data budgets on their page: each to be changed and removed, and a button to add one."""

from functools import partial
from itertools import pairwise
from typing import Any, Final

from headrace.budgets import PERIODS, PLACES, Budget
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from headrace_gui.budget_words import title
from headrace_gui.settings_pages.budget_line import BudgetLine, Look
from headrace_gui.settings_pages.control import Control
from headrace_gui.settings_pages.values import SettingValues
from headrace_gui.texts import SEPARATOR, translate

_FIRST: Final = 20_000_000_000
"""The bytes of a new one: as much as many contracts have."""


class BudgetsField(Control):
    """All budgets. There is one for the same networks and period; a second is refused."""

    told = Signal(str, object)
    """What was done, in words, and the way back."""

    def __init__(self, values: SettingValues, look: Look, parent: QWidget) -> None:
        super().__init__(parent)
        self._values, self._look = values, look
        self._plans: tuple[Budget, ...] = ()
        self.lines: list[BudgetLine] = []
        self.add_button = QPushButton(self)
        self.add_button.setAutoDefault(False)
        self.add_button.clicked.connect(self._add)
        self.setFocusProxy(self.add_button)
        self._list = QVBoxLayout()
        self._list.setSpacing(4)
        foot = QHBoxLayout()
        foot.addWidget(self.add_button)
        foot.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(self._list)
        column.addLayout(foot)

    def describe(self, name: str, sentence: str) -> None:
        """Write all texts."""
        self.setAccessibleName(name)
        self.add_button.setText(translate("Budgets", "Add budget"))
        self.add_button.setAccessibleName(SEPARATOR.join((name, self.add_button.text())))
        self.add_button.setAccessibleDescription(sentence)
        for line in self.lines:
            line.retext()

    def show_value(self, value: Any) -> None:
        """Show the budgets there are."""
        self._plans = tuple(value)
        self._show_lines()

    def _show_lines(self) -> None:
        while len(self.lines) > len(self._plans):
            line = self.lines.pop()
            line.hide()
            self._list.removeWidget(line)
            line.deleteLater()
        while len(self.lines) < len(self._plans):
            self.lines.append(self._make(len(self.lines)))
        names = self._values.network_names() if self.lines else ()
        for line, plan in zip(self.lines, self._plans, strict=True):
            line.show_plan(plan, names)
        stops = [stop for line in self.lines for stop in line.stops()]
        for one, other in pairwise((*stops, self.add_button)):
            QWidget.setTabOrder(one, other)

    def _make(self, place: int) -> BudgetLine:
        line = BudgetLine(self._look, self)
        self._list.addWidget(line)
        line.changed.connect(partial(self._change, place))
        line.removed.connect(lambda: self._remove(place))
        return line

    def _put(self, plans: tuple[Budget, ...]) -> None:
        self._plans = plans
        self._show_lines()
        self.wanted.emit(plans)

    def _change(self, place: int, plan: Budget) -> None:
        if plan.scope in {each.scope for number, each in enumerate(self._plans) if number != place}:
            self._show_lines()
            self.refused.emit(translate("Budgets", "There is a budget for these networks and this period already."))
            return
        self._put((*self._plans[:place], plan, *self._plans[place + 1 :]))

    def _add(self) -> None:
        """Add a budget for networks and a period that none is for yet."""
        there = {each.scope for each in self._plans}
        free = ((where, period) for where in PLACES for period in reversed(PERIODS) if (where, period) not in there)
        where, period = next(free, ("", ""))
        if where:
            self._put((*self._plans, Budget(_FIRST, period, where=where)))
            self.lines[-1].amount.setFocus(Qt.FocusReason.OtherFocusReason)

    def _remove(self, place: int) -> None:
        before = self._plans
        self._put((*before[:place], *before[place + 1 :]))
        gone = translate("Budgets", "The budget is removed: {budget}").format(budget=title(before[place]))
        self.told.emit(gone, partial(self._values.put, {"budgets": before}))
        self.add_button.setFocus(Qt.FocusReason.OtherFocusReason)
