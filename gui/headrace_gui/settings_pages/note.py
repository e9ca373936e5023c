"""A note in a page about what has just been done, with a way to undo it for ten seconds."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

from headrace_gui.icons import IconSet
from headrace_gui.settings_pages.reading_label import ReadingLabel
from headrace_gui.texts import on_language, translate
from headrace_gui.theme import Theme

SHOWN_MS: Final = 10_000
_ICON: Final = 18


class Note(QFrame):
    """Shows one note at a time; one about a failure stays until the next."""

    told = Signal()
    """There is something to see."""

    def __init__(self, theme: Theme, icons: IconSet, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme, self._icons, self._failed = theme, icons, False
        self.setObjectName("note")
        self._sign, self._text, self.undo_button = QLabel(self), ReadingLabel("noteText", self), QPushButton(self)
        self.undo_button.setAutoDefault(False)
        self.undo_button.clicked.connect(self._undo)
        self._way_back: Callable[[], object] | None = None
        self._end = QTimer(self)
        self._end.setSingleShot(True)
        self._end.setInterval(SHOWN_MS)
        self._end.timeout.connect(self.hide)
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 8, 10, 8)
        row.setSpacing(10)
        row.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._text, 1)
        row.addWidget(self.undo_button, 0, Qt.AlignmentFlag.AlignVCenter)
        self._sign.setFixedSize(QSize(_ICON, self.undo_button.sizeHint().height()))
        theme.changed.connect(self._tint)
        on_language(self, self._retext)
        self.hide()

    def tell(self, text: str, undo: Callable[[], object] | None = None, *, failed: bool = False) -> None:
        """Show `text`; with `undo`, offer it for ten seconds."""
        self._way_back, self._failed = undo, failed
        self._text.setText(text)
        self.undo_button.setVisible(undo is not None)
        self._tint()
        self.show()
        if failed:
            self._end.stop()
        else:
            self._end.start()
        self.told.emit()
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, text))

    def text(self) -> str:
        """Return what is told."""
        return self._text.text()

    def _undo(self) -> None:
        way_back, self._way_back = self._way_back, None
        self.hide()
        if way_back is not None:
            way_back()

    def _retext(self) -> None:
        self.undo_button.setText(translate("Settings", "Undo"))

    def _tint(self) -> None:
        tokens = self._theme.tokens
        name, colour = ("alert", tokens.failed) if self._failed else ("check", tokens.done)
        self._sign.setPixmap(self._icons.pixmap(name, colour, _ICON, self.devicePixelRatioF()))
