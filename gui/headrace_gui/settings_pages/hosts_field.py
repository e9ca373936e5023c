"""How many hosts have rules, and the way to their list."""

from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from headrace_gui.settings_pages.control import Control
from headrace_gui.texts import translate


class HostsField(Control):
    """Shows the number of rules; its button asks for the list, in which they are changed."""

    asked = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._count, self._label, self.button = 0, QLabel(self), QPushButton(self)
        self._label.setObjectName("hint")
        self.button.setAutoDefault(False)
        self.button.clicked.connect(self.asked)
        self.setFocusProxy(self.button)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        row.addWidget(self._label)
        row.addWidget(self.button)

    def describe(self, name: str, sentence: str) -> None:
        """Write all texts."""
        self.button.setText(translate("Settings", "Show hosts…"))
        self.button.setAccessibleName(
            translate("Settings", "{button}: {setting}").format(button=self.button.text(), setting=name)
        )
        self.button.setAccessibleDescription(sentence)
        self._tell()

    def show_value(self, value: Any) -> None:
        """Show how many rules there are."""
        self._count = len(value)
        self._tell()

    def _tell(self) -> None:
        self._label.setText(translate("Settings", "%Ln rule(s)", "", self._count))
