"""A speed: one of a few that are offered, or any other."""

from typing import Any, Final

from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import QHBoxLayout, QWidget

from headrace_gui import words
from headrace_gui.icons import IconSet
from headrace_gui.settings_pages.choice_box import ChoiceBox
from headrace_gui.settings_pages.control import Control
from headrace_gui.settings_pages.entry import Entry
from headrace_gui.settings_pages.number_field import NumberField
from headrace_gui.texts import translate
from headrace_gui.theme import Theme

_GAP: Final = 8


class SpeedField(Control):
    """Bytes per second, or None; a number field comes up for what is not offered."""

    def __init__(self, entry: Entry, theme: Theme, icons: IconSet, parent: QWidget) -> None:
        super().__init__(parent)
        self._entry = entry
        self.box = ChoiceBox(theme, icons, self)
        self.box.addItems([""] * (len(entry.presets) + 1))
        self.box.activated.connect(self._choose)
        self.number = NumberField(entry, theme, icons, self)
        self.number.hide()
        self.number.wanted.connect(self._want)
        self.number.refused.connect(self.refused)
        self.setFocusProxy(self.box)
        self._value: int | None = None
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(_GAP)
        row.addWidget(self.number)
        row.addWidget(self.box)

    def describe(self, name: str, sentence: str) -> None:
        """Name both parts, and write the speeds that are offered."""
        self.number.describe(name, sentence)
        self.box.describe(name, sentence)
        with QSignalBlocker(self.box):
            for row, preset in enumerate(self._entry.presets):
                self.box.setItemText(row, self._text_of(preset))
            self.box.setItemText(self.box.count() - 1, translate("Settings", "Other…"))
        self.box.updateGeometry()

    def _text_of(self, preset: int | None) -> str:
        if preset is None:
            return translate("Settings", self._entry.none_text)
        return words.limit(preset)

    def show_value(self, value: Any) -> None:
        """Choose the speed where it is offered, else show it as a number."""
        self._value = value
        offered = value in self._entry.presets
        with QSignalBlocker(self.box):
            self.box.setCurrentIndex(self._entry.presets.index(value) if offered else self.box.count() - 1)
        self.number.show_value(value)
        self._open(not offered)
        self.box.update()

    def _open(self, wanted: bool) -> None:  # noqa: FBT001 - whether
        if self.number.isHidden() is wanted:
            self.number.setVisible(wanted)
            self.updateGeometry()

    def _choose(self, row: int) -> None:
        if row < len(self._entry.presets):
            self._open(False)  # noqa: FBT003 - whether
            self._want(self._entry.presets[row])
            return
        self.number.show_value(self._value or self._entry.per_unit)
        self._open(True)  # noqa: FBT003 - whether
        self.number.edit.setFocus()
        self.number.edit.selectAll()

    def _want(self, value: int | None) -> None:
        self._value = value
        self.wanted.emit(value)
