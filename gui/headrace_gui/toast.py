"""Short messages over the window's lower edge, each with at most one thing to do, gone by themselves."""

# ruff: noqa: N802 - Qt names its virtual methods so

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QFontMetrics, QHideEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

SHOWN_MS: Final = 9_700
"""A little less than the engine keeps what was removed, so that Undo is never offered too late."""
_AT_MOST: Final = 3
_LIFT: Final = 44


class _Toast(QFrame):
    """One message, with the button it may have."""

    def __init__(self, text: str, room: int, parent: QWidget, *, is_undo: bool, about: str) -> None:
        super().__init__(parent)
        self.button: QToolButton | None = None
        self.is_undo, self.about = is_undo, about
        self.setObjectName("toast")
        self.setAccessibleName(text)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(16, 8, 16, 8)
        self._row.setSpacing(16)
        label = QLabel(self)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setText(QFontMetrics(label.font()).elidedText(text, Qt.TextElideMode.ElideMiddle, room))
        label.setMinimumHeight(24)
        self._row.addWidget(label)

    def add_button(self, text: str) -> QToolButton:
        """Give it the one button it can have."""
        self.button = QToolButton(self)
        self.button.setText(text)
        self._row.setContentsMargins(16, 8, 8, 8)
        self._row.addWidget(self.button)
        return self.button


class ToastArea(QWidget):
    """Stacks up to three toasts; the oldest gives way, one without a button first and one that can undo last."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._window = parent
        self._toasts: list[_Toast] = []
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(8)
        self.hide()

    def tell(
        self,
        text: str,
        button: str = "",
        action: Callable[[], object] | None = None,
        *,
        is_undo: bool = False,
        about: str = "",
    ) -> None:
        """Show `text` for ten seconds, with a button that calls `action` and closes the toast.

        `is_undo` is whether it takes back what the person has just done; what was told `about` the same matter before
        goes.
        """
        self.dismiss(about)
        while len(self._toasts) >= _AT_MOST:
            self._close(min(self._toasts, key=lambda each: (each.button is not None, each.is_undo)))
        toast = _Toast(text, max(self._window.width() - 200, 160), self, is_undo=is_undo, about=about)
        if action is not None:
            pressed = toast.add_button(button).clicked
            pressed.connect(lambda: self._close(toast))
            pressed.connect(action)
        self._toasts.append(toast)
        self._layout.addWidget(toast, 0, Qt.AlignmentFlag.AlignHCenter)
        toast.show()  # a layout gives what is hidden no room, and would show it only later
        QTimer.singleShot(SHOWN_MS, toast, lambda: self._close(toast))
        self._place()

    def dismiss(self, about: str) -> None:
        """Close what is told about a matter; nothing for ""."""
        for toast in [each for each in self._toasts if about and each.about == about]:
            self._close(toast)

    def texts(self) -> list[str]:
        """Return what is being told now, oldest first."""
        return [toast.accessibleName() for toast in self._toasts]

    def undo_latest(self) -> None:
        """Press the button of the newest toast that can undo something."""
        button = next((each.button for each in reversed(self._toasts) if each.is_undo), None)
        if button is not None:
            button.click()

    def _close(self, toast: _Toast) -> None:
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

    def event(self, event: QEvent) -> bool:
        """Take another size when a toast does: once the style has reached it, or with another font."""
        if event.type() is QEvent.Type.LayoutRequest and self._toasts:
            self._place()
        return super().event(event)

    def showEvent(self, event: QShowEvent) -> None:
        """Follow the window from now on."""
        super().showEvent(event)
        self._window.installEventFilter(self)

    def hideEvent(self, event: QHideEvent) -> None:
        """Follow it no more: all that it is told would go by here."""
        super().hideEvent(event)
        self._window.removeEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay at the lower edge while the window changes its size."""
        if event.type() is QEvent.Type.Resize:
            self._place()
        return super().eventFilter(watched, event)
