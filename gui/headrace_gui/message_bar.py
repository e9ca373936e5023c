"""A bar over the list for what concerns the whole program and stays until it is closed."""

from collections.abc import Hashable

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QToolButton, QWidget

from headrace_gui.icons import IconSet
from headrace_gui.texts import on_language, translate
from headrace_gui.theme import Theme


class MessageBar(QFrame):
    """Shows one message at a time, the next one when it is closed."""

    def __init__(self, theme: Theme, icons: IconSet, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._icons = theme, icons
        self.setObjectName("messageBar")
        self._sign, self._text, self._close = QLabel(self), QLabel(self), QToolButton(self)
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setWordWrap(True)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._text.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        self._close.setObjectName("plain")
        self._close.setIconSize(QSize(16, 16))
        self._close.clicked.connect(self._show_next)
        self._unread: dict[Hashable, str] = {}
        """What is to be read, by what it is about; the first of them is shown."""
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 6, 10, 6)
        row.setSpacing(12)
        row.addWidget(self._sign)
        row.addWidget(self._text, 1)
        row.addWidget(self._close)
        theme.changed.connect(self._tint)
        on_language(self, lambda: self._close.setAccessibleName(translate("Window", "Close this message")))
        self._tint()
        self.hide()

    def tell(self, text: str, about: Hashable = None) -> None:
        """Show `text` once what came before is closed; at once in the place of one `about` the same thing."""
        self._unread[text if about is None else about] = text
        self._show_first()

    def text(self) -> str:
        """Return the message shown last."""
        return self._text.text()

    def _show_next(self) -> None:
        del self._unread[next(iter(self._unread))]
        self._show_first()

    def _show_first(self) -> None:
        text = next(iter(self._unread.values()), "")
        if text:
            self._text.setText(text)
            self.setAccessibleName(text)
        self.setVisible(bool(text))

    def _tint(self) -> None:
        tokens = self._theme.tokens
        self._sign.setPixmap(self._icons.pixmap("alert", tokens.failed, 18, self.devicePixelRatioF()))
        self._close.setIcon(self._icons.icon("close", tokens.secondary, tokens.faint, 16))
