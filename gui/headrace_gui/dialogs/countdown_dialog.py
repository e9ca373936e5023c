"""The minute before the machine is put to sleep or shut down, in which it can be stopped."""

from headrace.finale import COUNTDOWN, Deed
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QLabel, QProgressBar, QWidget

from headrace_gui.deed_words import countdown_sentence, deed_name
from headrace_gui.dialogs.small_dialog import SmallDialog
from headrace_gui.texts import on_language, translate
from headrace_gui.theme import tabular


class CountdownDialog(SmallDialog):
    """Stays above other windows. Its first button, Escape and closing it stop the countdown."""

    stopped = Signal()
    hastened = Signal()
    """Somebody does not want to wait."""

    def __init__(self, deed: Deed, parent: QWidget | None = None) -> None:
        super().__init__(lambda: translate("Done", "All downloads are done"), lambda: translate("Done", "Stop"), parent)
        self._deed, self._left, self._is_over = deed, round(COUNTDOWN), False
        self.setWindowFlag(Qt.WindowType.WindowStaysOnTopHint)
        self._sentence = QLabel(self)
        self._sentence.setFont(_large(tabular(self.font())))
        self._sentence.setWordWrap(True)
        self._bar = QProgressBar(self)
        self._bar.setObjectName("countdown")
        self._bar.setRange(0, round(COUNTDOWN))
        self._bar.setTextVisible(False)
        self._bar.setFixedHeight(6)
        self.fields.addWidget(self._sentence)
        self.fields.addWidget(self._bar)
        self._cancel.clicked.disconnect(self.reject)
        self._cancel.clicked.connect(self.hastened)
        self.rejected.connect(self.stopped)
        on_language(self, self._retext)

    def show_left(self, deed: Deed, seconds: int) -> None:
        """Show what happens, and when."""
        self._deed, self._left = deed, seconds
        self._retext()

    def sentence(self) -> str:
        """Return what is shown."""
        return self._sentence.text()

    def end(self) -> None:
        """Close it: nothing is counted any more."""
        self.rejected.disconnect(self.stopped)
        self.close()

    def confirm(self) -> bool:
        """Stop, and close."""
        self.stopped.emit()
        return True

    def _retext(self) -> None:
        self._sentence.setText(countdown_sentence(self._deed, self._left))
        self._bar.setValue(self._left)
        self._bar.setAccessibleName(self._sentence.text())
        self._cancel.setText(translate("Done", "{deed} now").format(deed=deed_name(self._deed)))


def _large(font: QFont) -> QFont:
    font.setPixelSize(font.pixelSize() + 2)
    return font
