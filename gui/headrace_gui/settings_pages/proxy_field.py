"""How servers are reached: directly, as the system or the environment says, or by a proxy that is typed."""

from typing import Any, Final

from headrace.proxies import DIRECT, ENVIRONMENT, SYSTEM, WORDS, parse_proxy
from PySide6.QtCore import QSignalBlocker, Qt, QTimer
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from headrace_gui.icons import IconSet
from headrace_gui.settings_pages.choice_box import ChoiceBox
from headrace_gui.settings_pages.control import TYPING_MS, Control, FieldFrame
from headrace_gui.texts import QT_TRANSLATE_NOOP, translate
from headrace_gui.theme import Theme

_GAP: Final = 8
_CHOICES: Final = (
    (SYSTEM, QT_TRANSLATE_NOOP("Settings", "As the system does")),
    (DIRECT, QT_TRANSLATE_NOOP("Settings", "Directly")),
    (ENVIRONMENT, QT_TRANSLATE_NOOP("Settings", "As the environment says")),
    ("", QT_TRANSLATE_NOOP("Settings", "By this proxy:")),
)


class ProxyField(Control):
    """One of the ways, and a field for the address of a proxy, with a login or without."""

    def __init__(self, theme: Theme, icons: IconSet, parent: QWidget) -> None:
        super().__init__(parent)
        self.box = ChoiceBox(theme, icons, self)
        self.box.addItems([""] * len(_CHOICES))
        self.box.activated.connect(self._choose)
        self._frame = FieldFrame(self)
        self.edit = QLineEdit(self._frame)
        self.edit.setLayoutDirection(Qt.LayoutDirection.LeftToRight)  # an address
        self._frame.watch(self.edit)
        self.setFocusProxy(self.box)
        inner = QHBoxLayout(self._frame)
        inner.setContentsMargins(8, 1, 8, 1)
        inner.addWidget(self.edit, 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(_GAP)
        row.addWidget(self.box)
        row.addWidget(self._frame, 1)
        row.addStretch()
        self._pause = QTimer(self, singleShot=True, interval=TYPING_MS)
        self._pause.timeout.connect(self._read)
        self.edit.textEdited.connect(self._pause.start)
        self.edit.editingFinished.connect(self._leave)

    def describe(self, name: str, sentence: str) -> None:
        """Name both parts, and write the ways."""
        self.box.describe(name, sentence)
        self.edit.setAccessibleName(translate("Settings", "Address of the proxy"))
        self.edit.setAccessibleDescription(sentence)
        self.edit.setPlaceholderText("http://proxy.example:3128")
        with QSignalBlocker(self.box):
            for row, (_, text) in enumerate(_CHOICES):
                self.box.setItemText(row, translate("Settings", text))
        self.box.updateGeometry()

    def show_value(self, value: Any) -> None:
        """Show the way in force."""
        self._pause.stop()
        row = next((row for row, (word, _) in enumerate(_CHOICES) if word == value), len(_CHOICES) - 1)
        with QSignalBlocker(self.box), QSignalBlocker(self.edit):
            self.box.setCurrentIndex(row)
            self.edit.setText("" if value in WORDS else str(value))
        self._frame.setVisible(value not in WORDS)
        self.box.update()

    def _choose(self, row: int) -> None:
        word = _CHOICES[row][0]
        self._frame.setVisible(not word)
        if word:
            self.wanted.emit(word)
        else:
            self.edit.setFocus()

    def _leave(self) -> None:
        if self._pause.isActive():
            self._pause.stop()
            self._read()

    def _read(self) -> None:
        text = self.edit.text()
        if not text.strip():
            return
        try:
            self.wanted.emit(parse_proxy(text).address)
        except ValueError:
            self.refused.emit(
                translate(
                    "Settings", "Write it as http://proxy.example:3128 or socks5h://name:password@127.0.0.1:1080."
                )
            )
