"""The field for words to search for."""

# ruff: noqa: N802 - Qt names its virtual methods so

from typing import Final

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QDialog, QLineEdit, QStyle, QWidget

from headrace_gui.icons import IconSet
from headrace_gui.texts import on_language, translate
from headrace_gui.theme import Theme

_GLASS: Final = 16
_SIDE: Final = 11


class SearchField(QLineEdit):
    """Tells what was typed once all keys that wait have been taken; Escape empties it."""

    searched = Signal(str)
    left = Signal()
    """The list should have the focus: Escape in an empty field of a window that stays, Down, or Return."""

    def __init__(self, theme: Theme, icons: IconSet, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._icons = theme, icons
        self._make_room()
        self.setMaximumWidth(264)
        self.setMinimumWidth(110)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.timeout.connect(lambda: self.searched.emit(self.text()))
        self.textChanged.connect(self._pause.start)
        theme.changed.connect(self.update)
        on_language(self, self._retext)

    def _make_room(self) -> None:
        """Keep the text off the magnifying glass, which is where reading begins; Qt mirrors no margins."""
        room, mirrored = _GLASS + 10, self.isRightToLeft()
        self.setTextMargins(0 if mirrored else room, 0, room if mirrored else 0, 0)

    def changeEvent(self, event: QEvent) -> None:
        """Follow a mirroring."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.LayoutDirectionChange:
            self._make_room()

    def _retext(self) -> None:
        self.setPlaceholderText(translate("Window", "Search name, address or host"))
        self.setAccessibleName(translate("Window", "Search name, address or host"))

    def begin(self) -> None:
        """Take the keyboard, so that what is typed replaces what is here."""
        self.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.selectAll()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the field and a magnifying glass in it."""
        super().paintEvent(event)
        painter = QPainter(self)
        place = QRect(QPoint(_SIDE, (self.height() - _GLASS) // 2), QSize(_GLASS, _GLASS))
        place = QStyle.visualRect(self.layoutDirection(), self.rect(), place)
        glass = self._icons.pixmap("search", self._theme.tokens.secondary, _GLASS, self.devicePixelRatioF())
        painter.drawPixmap(place.topLeft(), glass)
        painter.end()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape empties the field, then leaves it, or closes the dialog it is in; Down and Return leave it."""
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        elif event.key() == Qt.Key.Key_Escape and isinstance(self.window(), QDialog):
            super().keyPressEvent(event)
        elif event.key() in (Qt.Key.Key_Escape, Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.left.emit()
        else:
            super().keyPressEvent(event)
