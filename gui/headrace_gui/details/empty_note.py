"""What stands in a page that has nothing to show: why, and what could be done about it."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget


class EmptyNote(QWidget):
    """A quiet line or two in the middle, and a button where there is something to do."""

    pressed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text, self._button = QLabel(self), QPushButton(self)
        self._text.setObjectName("quiet")
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setWordWrap(True)
        self._text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._button.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self._button.clicked.connect(self.pressed)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 16, 24, 16)
        column.setSpacing(12)
        column.addStretch(1)
        column.addWidget(self._text)
        column.addWidget(self._button, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(1)

    def tell(self, text: str, button: str = "") -> None:
        """Say `text`; offer `button` where it has words."""
        if self._text.text() != text:
            self._text.setText(text)
        self._button.setText(button)
        self._button.setVisible(bool(button))

    def text(self) -> str:
        """Return what is said."""
        return self._text.text()
