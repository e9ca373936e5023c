"""The list of queues on their page: each with its name to be changed, a switch, and a way to remove it."""

# ruff: noqa: N802 - Qt names its virtual methods so

from collections.abc import Callable
from itertools import pairwise
from typing import Any, Final

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QPushButton, QToolButton, QVBoxLayout, QWidget

from headrace_gui.icons import IconSet
from headrace_gui.settings_pages.control import Control
from headrace_gui.settings_pages.queue_book import MAIN, QueueBook, main_name
from headrace_gui.settings_pages.switch import Switch
from headrace_gui.texts import translate
from headrace_gui.theme import Theme

_ICON: Final = 18
_ROOMY: Final = 400


class QueueLine(QWidget):
    """One queue. The main one keeps its name and stays."""

    refused = Signal(str)
    removed = Signal(str)
    options_wanted = Signal(str)

    def __init__(self, name: str, book: QueueBook, theme: Theme, icons: IconSet, parent: QWidget) -> None:
        super().__init__(parent)
        self.name, self._book, self._theme, self._icons = name, book, theme, icons
        self._sign = QLabel(self)
        self.edit = QLineEdit(name or main_name(), self)
        self.edit.setEnabled(name != MAIN)
        self.edit.setObjectName("queueName")
        self.edit.editingFinished.connect(self._rename)
        self._state = QLabel(self)
        self._state.setObjectName("hint")
        self.switch = Switch(theme, self)
        self.switch.setChecked(not book.is_held(name))
        self.switch.clicked.connect(self._hold)
        self.options_button, self.remove_button = QToolButton(self), QToolButton(self)
        for button in (self.options_button, self.remove_button):
            button.setObjectName("rowButton")
            button.setIconSize(QSize(_ICON, _ICON))
        self.options_button.clicked.connect(lambda: self.options_wanted.emit(self.name))
        self.remove_button.clicked.connect(lambda: self.removed.emit(self.name))
        self._lay_out()
        theme.changed.connect(self._tint)
        self._tint()
        self.retext()

    def _lay_out(self) -> None:
        policy = self.remove_button.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.remove_button.setSizePolicy(policy)
        self.remove_button.setVisible(self.name != MAIN)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 2, 0, 2)
        row.setSpacing(8)
        for part, stretch in ((self._sign, 0), (self.edit, 1), (self._state, 0), (self.switch, 0)):
            row.addWidget(part, stretch)
        row.addWidget(self.options_button)
        row.addWidget(self.remove_button)

    def _tint(self) -> None:
        tokens = self._theme.tokens
        self._sign.setPixmap(self._icons.pixmap("list", tokens.secondary, _ICON, self.devicePixelRatioF()))
        self.options_button.setIcon(self._icons.icon("settings", tokens.secondary, tokens.faint, _ICON))
        self.remove_button.setIcon(self._icons.icon("trash", tokens.secondary, tokens.faint, _ICON))

    def retext(self) -> None:
        """Write all texts in the language in force."""
        title = self.name or main_name()
        if not self.name:
            self.edit.setText(title)
        self._state.setText(
            translate("Settings", "Starts downloads") if self.switch.isChecked() else translate("Settings", "Held")
        )
        self.edit.setAccessibleName(translate("Settings", "Name of the queue {name}").format(name=title))
        self.switch.setAccessibleName(translate("Settings", "{name}: starts downloads").format(name=title))
        self.options_button.setAccessibleName(translate("Settings", "Options of the queue {name}").format(name=title))
        self.options_button.setToolTip(self.options_button.accessibleName())
        self.remove_button.setAccessibleName(translate("Settings", "Remove the queue {name}").format(name=title))
        self.remove_button.setToolTip(self.remove_button.accessibleName())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave the words of the switch out where the name needs their room: screen readers have them still."""
        super().resizeEvent(event)
        self._state.setVisible(self.width() >= _ROOMY)
        self.edit.home(False)  # noqa: FBT003 - nothing is marked

    def stops(self) -> tuple[QWidget, ...]:
        """Return where the keyboard stops, in order."""
        return self.edit, self.switch, self.options_button, self.remove_button

    def _hold(self, starts: bool) -> None:  # noqa: FBT001 - Qt's signal
        self._book.hold(self.name, held=not starts)
        self.retext()

    def _rename(self) -> None:
        old, wanted = self.name, self.edit.text().strip()
        if old in (MAIN, wanted):
            return
        self.name = wanted  # before the list is told: this line is right already and stays
        fault = self._book.rename(old, wanted)
        if fault:
            self.name = old
        self.retext()
        self.refused.emit(fault)


class QueuesField(Control):
    """All queues, and a field to add one."""

    options_wanted = Signal(str)
    """The name of a queue whose options are to be shown."""
    told = Signal(str, object)
    """What was done, in words, and the way back."""

    def __init__(self, book: QueueBook, theme: Theme, icons: IconSet, parent: QWidget) -> None:
        super().__init__(parent)
        self._book, self._theme, self._icons = book, theme, icons
        self.lines: list[QueueLine] = []
        self._list = QVBoxLayout()
        self._list.setSpacing(0)
        self.edit, self.add_button = QLineEdit(self), QPushButton(self)
        self.add_button.setAutoDefault(False)
        self.add_button.clicked.connect(self._add)
        self.edit.returnPressed.connect(self._add)
        self.edit.textEdited.connect(lambda: self.refused.emit(""))
        self.setFocusProxy(self.edit)
        new = QHBoxLayout()
        new.setSpacing(8)
        new.addWidget(self.edit, 1)
        new.addWidget(self.add_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(self._list)
        column.addLayout(new)

    def describe(self, name: str, sentence: str) -> None:
        """Write all texts."""
        self.setAccessibleName(name)
        self.edit.setPlaceholderText(translate("Settings", "Name of a new queue"))
        self.edit.setAccessibleName(translate("Settings", "Name of a new queue"))
        self.edit.setAccessibleDescription(sentence)
        self.add_button.setText(translate("Settings", "Add queue"))
        for line in self.lines:
            line.retext()

    def show_value(self, value: Any) -> None:
        """Show the queues there are, `value` and the main one; lines that are right already stay."""
        names = (MAIN, *value)
        if names == tuple(line.name for line in self.lines):
            return
        before = {line.name: line for line in self.lines}
        self.lines = [before.pop(name) if name in before else self._make(name) for name in names]
        for line in before.values():
            with QSignalBlocker(line.edit):  # a name typed for a queue that is gone is none
                line.hide()
            self._list.removeWidget(line)
            line.deleteLater()
        for place, line in enumerate(self.lines):
            self._list.insertWidget(place, line)
        self._order_tabs()

    def show_held(self) -> None:
        """Show which queues are held."""
        for line in self.lines:
            with QSignalBlocker(line.switch):
                line.switch.setChecked(not self._book.is_held(line.name))
            line.retext()

    def _make(self, name: str) -> QueueLine:
        line = QueueLine(name, self._book, self._theme, self._icons, self)
        line.refused.connect(self.refused)
        line.removed.connect(self._remove)
        line.options_wanted.connect(self.options_wanted)
        return line

    def _order_tabs(self) -> None:
        parts = [
            part for line in self.lines for part in (line.edit, line.switch, line.options_button, line.remove_button)
        ]
        order = [*parts, self.edit, self.add_button]
        for one, other in pairwise(order):
            QWidget.setTabOrder(one, other)

    def _add(self) -> None:
        fault = self._book.add(self.edit.text())
        if not fault:
            self.edit.clear()
        self.edit.setFocus(Qt.FocusReason.OtherFocusReason)
        self.refused.emit(fault)

    def _remove(self, name: str) -> None:
        undo: Callable[[], None] = self._book.remove(name)
        told = translate("Settings", "The queue {name} is removed. Its downloads are in the main queue now.")
        self.told.emit(told.format(name=name), undo)
        self.edit.setFocus(Qt.FocusReason.OtherFocusReason)
