"""Hours of the week: never or always, or those that are marked in a grid."""

from typing import Any, Final

from headrace.schedules import WeekHours
from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from headrace_gui.icons import IconSet
from headrace_gui.settings_pages.choice_box import ChoiceBox
from headrace_gui.settings_pages.control import Control
from headrace_gui.texts import translate
from headrace_gui.theme import Theme
from headrace_gui.week_cells import cells_of, hours_of
from headrace_gui.week_grid import WeekGrid

_FIRST: Final = WeekHours.parse("00:00-06:00, 23:00-24:00")
"""What is marked where nothing was before."""
_NONE, _SOME = 0, 1


class HoursField(Control):
    """Its value is as `schedules.WeekHours` reads it, "" for what `none_text` (of context "Settings") says."""

    def __init__(self, none_text: str, theme: Theme, icons: IconSet, parent: QWidget) -> None:
        super().__init__(parent)
        self._none_text, self.value = none_text, ""
        self.box = ChoiceBox(theme, icons, self)
        self.box.addItems(["", ""])
        self.box.activated.connect(self._choose)
        self.grid = WeekGrid(theme, self)
        self.grid.changed.connect(self._take)
        self.grid.hide()
        self.setFocusProxy(self.box)
        row = QHBoxLayout()
        row.addWidget(self.box)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(row)
        column.addWidget(self.grid)

    def describe(self, name: str, sentence: str) -> None:
        """Name the box and write its choices."""
        self.box.describe(name, sentence)
        with QSignalBlocker(self.box):
            self.box.setItemText(_NONE, translate("Settings", self._none_text))
            self.box.setItemText(_SOME, translate("Settings", "At these hours"))
        self.box.updateGeometry()

    def show_value(self, value: Any) -> None:
        """Show the hours in force; what is not in whole half hours is shown as near as can be."""
        self.value = str(value)
        hours = WeekHours.parse(self.value)
        with QSignalBlocker(self.box):
            self.box.setCurrentIndex(_SOME if hours.spans else _NONE)
        self.grid.show_cells(cells_of(hours))
        self.grid.setVisible(bool(hours.spans))
        self.box.update()

    def _choose(self, row: int) -> None:
        self.show_value(str(_FIRST) if row == _SOME and not self.value else self.value if row == _SOME else "")
        self.wanted.emit(self.value)

    def _take(self) -> None:
        try:
            self.value = str(hours_of(self.grid.cells))
        except ValueError:
            self.refused.emit(translate("Settings", "These are too many different hours. Mark longer ones."))
            return
        self.refused.emit("")
        self.wanted.emit(self.value)
        self.show_value(self.value)
