"""What every control of a setting is: shows a value, tells when a person wants another, and says what is wrong."""

from typing import Any, Final

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtWidgets import QFrame, QWidget

TYPING_MS: Final = 400
"""How long typing must pause until what was typed counts."""


class Control(QWidget):
    """The face of all controls. `show_value` never makes it tell anything."""

    wanted = Signal(object)
    """A value that is fit to be put in force."""
    refused = Signal(str)
    """Why what was typed is not fit, in words."""

    def show_value(self, value: Any) -> None:
        """Show the value in force."""
        raise NotImplementedError

    def describe(self, name: str, sentence: str) -> None:
        """Tell screen readers what this changes, and renew all own texts: the language may have changed."""
        raise NotImplementedError


class FieldFrame(QFrame):
    """The frame of a field that is made of several parts; it shows the focus of `edit` on the whole."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("fieldFrame")

    def watch(self, edit: QWidget) -> None:
        """Show the focus of `edit` from now on."""
        edit.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt names it so
        """Follow the focus."""
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self.setProperty("active", event.type() is QEvent.Type.FocusIn)
            self.style().unpolish(self)
            self.style().polish(self)
        return super().eventFilter(watched, event)
