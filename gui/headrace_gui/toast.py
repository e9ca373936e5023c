"""Short messages over the window's lower edge, each with at most one thing to do, gone by themselves."""

# ruff: noqa: N802 - Qt names its virtual methods so

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

SHOWN_MS: Final = 9_700
"""A little less than the engine keeps what was removed, so that Undo is never offered too late."""
_AT_MOST: Final = 3
_LIFT: Final = 44


class ToastArea(QWidget):
    """Stacks up to three toasts; the oldest gives way."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._window = parent
        self._toasts: list[QFrame] = []
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(8)
        parent.installEventFilter(self)
        self.hide()

    def tell(self, text: str, button: str = "", action: Callable[[], object] | None = None) -> None:
        """Show `text` for ten seconds, with a button that calls `action` and closes the toast."""
        while len(self._toasts) >= _AT_MOST:
            self._close(self._toasts[0])
        toast = self._make(text, button, action)
        self._toasts.append(toast)
        self._layout.addWidget(toast, 0, Qt.AlignmentFlag.AlignHCenter)
        QTimer.singleShot(SHOWN_MS, toast, lambda: self._close(toast))
        self._place()

    def texts(self) -> list[str]:
        """Return what is being told now, oldest first."""
        return [toast.accessibleName() for toast in self._toasts]

    def press_latest(self) -> None:
        """Press the button of the newest toast that has one, as Undo from the keyboard does."""
        buttons = (toast.findChild(QToolButton) for toast in reversed(self._toasts))
        button = next((each for each in buttons if each is not None), None)
        if button is not None:
            button.click()

    def _make(self, text: str, button: str, action: Callable[[], object] | None) -> QFrame:
        toast = QFrame(self)
        toast.setObjectName("toast")
        toast.setAccessibleName(text)
        row = QHBoxLayout(toast)
        row.setContentsMargins(16, 8, 8 if button else 16, 8)
        row.setSpacing(16)
        label = QLabel(toast)
        label.setTextFormat(Qt.TextFormat.PlainText)
        room = max(self._window.width() - 200, 160)
        label.setText(QFontMetrics(label.font()).elidedText(text, Qt.TextElideMode.ElideMiddle, room))
        label.setMinimumHeight(24)
        row.addWidget(label)
        if button and action:
            row.addWidget(self._button(toast, button, action))
        return toast

    def _button(self, toast: QFrame, text: str, action: Callable[[], object]) -> QToolButton:
        button = QToolButton(toast)
        button.setText(text)
        button.clicked.connect(lambda: self._close(toast))
        button.clicked.connect(action)
        return button

    def _close(self, toast: QFrame) -> None:
        if toast in self._toasts:
            self._toasts.remove(toast)
            self._layout.removeWidget(toast)
            toast.hide()
            toast.deleteLater()
            self._place()

    def _place(self) -> None:
        self.setVisible(bool(self._toasts))
        self._layout.activate()
        size, room = self._layout.sizeHint(), self._window.size()
        self.setGeometry(
            (room.width() - size.width()) // 2, room.height() - size.height() - _LIFT, size.width(), size.height()
        )
        self.raise_()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay at the lower edge while the window changes its size."""
        if event.type() is QEvent.Type.Resize and self._toasts:
            self._place()
        return super().eventFilter(watched, event)
