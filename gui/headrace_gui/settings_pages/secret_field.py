"""A secret token: made anew by a button, shown once, kept only as what proves it."""

from typing import Any, Final

from headrace.rpc.access import fresh_token, sealed
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QWidget

from headrace_gui.background import Background
from headrace_gui.settings_pages.control import Control, FieldFrame
from headrace_gui.settings_pages.values import SettingValues
from headrace_gui.texts import translate

_DOTS: Final = "\N{BULLET}" * 12


class SecretField(Control):
    """Shows whether there is one, and a fresh one for as long as the page is looked at."""

    def __init__(self, switch: str, values: SettingValues, background: Background, parent: QWidget) -> None:
        """Make one where the `switch` of the settings it is for is thrown, and there is none."""
        super().__init__(parent)
        self._switch, self._values, self._background = switch, values, background
        self._is_making = False
        self._token = self._seal = ""
        frame = FieldFrame(self)
        self.edit = QLineEdit(frame)
        self.edit.setReadOnly(True)
        frame.watch(self.edit)
        self.make, self.copy = QPushButton(self), QPushButton(self)
        for button, act in ((self.make, self._make), (self.copy, self._copy)):
            button.setAutoDefault(False)
            button.clicked.connect(act)
        self.setFocusProxy(self.make)
        inner = QHBoxLayout(frame)
        inner.setContentsMargins(1, 1, 1, 1)
        inner.addSpacing(7)  # not a margin: those are not mirrored
        inner.addWidget(self.edit, 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(frame, 1)
        row.addWidget(self.copy)
        row.addWidget(self.make)
        values.changed.connect(self._provide)

    def describe(self, name: str, sentence: str) -> None:
        """Name field and buttons."""
        self.edit.setAccessibleName(name)
        self.edit.setAccessibleDescription(sentence)
        self.edit.setPlaceholderText(translate("Settings", "There is none yet"))
        self.make.setText(translate("Settings", "New token"))
        self.copy.setText(translate("Settings", "Copy"))
        for button in (self.make, self.copy):
            named = translate("Settings", "{button}: {setting}").format(button=button.text(), setting=name)
            button.setAccessibleName(named)
            button.setAccessibleDescription(sentence)

    def show_value(self, value: Any) -> None:
        """Show that there is one, or is none; the one that was just made stays to be read."""
        if value != self._seal:
            self._token, self._seal = "", str(value)
        self.edit.setText(self._token or (_DOTS if value else ""))
        self.copy.setEnabled(bool(self._token))

    def _provide(self) -> None:
        if self._values[self._switch] and not self._values["rpc_secret"] and not self._is_making:
            self._make()

    def _make(self) -> None:
        self._is_making = True
        token = fresh_token()
        self._background.run(self, lambda: sealed(token), lambda seal: self._take(token, seal))

    def _take(self, token: str, seal: str | None) -> None:
        self._is_making = False
        if seal:
            self._token, self._seal = token, seal
            self.wanted.emit(seal)
            self.show_value(seal)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._token)
