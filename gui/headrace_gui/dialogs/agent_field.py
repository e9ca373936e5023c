"""The user agent of a host's rule: as usual, one of those that servers know, or a text of one's own."""

from typing import Final

from headrace.host_rules import OWN_NAME, USER_AGENTS
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from headrace_gui.fields import Choice
from headrace_gui.host_words import agent_name
from headrace_gui.texts import on_language, translate

_WORDS: Final = ("", OWN_NAME, *USER_AGENTS)


class AgentField(QWidget):
    """A choice, and below it a field for a text of one's own."""

    changed = Signal()

    def __init__(self, agent: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.choice, self.edit = Choice(self), QLineEdit(self)
        self.choice.addItems([""] * (len(_WORDS) + 1))
        self.edit.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        self.setFocusProxy(self.choice)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.choice)
        column.addWidget(self.edit)
        self.choice.setCurrentIndex(_WORDS.index(agent) if agent in _WORDS else len(_WORDS))
        self.edit.setText("" if agent in _WORDS else agent)
        self._follow()
        on_language(self, self._retext)
        self.choice.activated.connect(self._choose)
        self.edit.textEdited.connect(self.changed)

    def agent(self) -> str:
        """Return what is chosen, as a rule has it."""
        row = self.choice.currentIndex()
        return _WORDS[row] if row < len(_WORDS) else self.edit.text().strip()

    def _choose(self) -> None:
        self._follow()
        if not self.edit.isHidden():
            self.edit.setFocus()
        self.changed.emit()

    def _follow(self) -> None:
        row = self.choice.currentIndex()
        self.edit.setVisible(row == len(_WORDS))
        self.choice.setToolTip(USER_AGENTS.get(_WORDS[row], "") if row < len(_WORDS) else "")

    def _retext(self) -> None:
        texts = [translate("Hosts", "As usual"), *map(agent_name, _WORDS[1:]), translate("Hosts", "Text of your own")]
        for row, text in enumerate(texts):
            self.choice.setItemText(row, text)
        self.choice.setAccessibleName(translate("Hosts", "User agent"))
        self.edit.setAccessibleName(translate("Hosts", "Text of the user agent"))
