"""One line over the list, the first time: how to begin, and what is off unless one wants it."""

# ruff: noqa: N802 - Qt names its virtual methods so

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QToolButton, QWidget

from headrace_gui.desktop.told import first_time
from headrace_gui.icons import IconSet
from headrace_gui.memory import Memory
from headrace_gui.preferences import PreferenceKeeper, Preferences
from headrace_gui.settings_pages.switch import Switch
from headrace_gui.texts import on_language, translate
from headrace_gui.theme import Theme, text_direction

_TOLD = "first_run"
_RIGHTWARDS = "\N{RIGHT-TO-LEFT MARK}"


def is_first_run(memory: Memory) -> bool:
    """Say whether the strip has still to be shown; it is shown in one session only."""
    return first_time(memory, _TOLD)


class _Words(QLabel):
    """The words beside a switch, which a click on them moves as well."""

    clicked = Signal()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Tell of a click."""
        if event.button() is Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.clicked.emit()


class FirstRunStrip(QFrame):
    """Explains the window in one line and offers the clipboard watch, until it is closed."""

    closed = Signal()

    def __init__(self, theme: Theme, icons: IconSet, keeper: PreferenceKeeper, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._icons, self._keeper = theme, icons, keeper
        self.setObjectName("firstRun")
        self._sign, self._text = QLabel(self), QLabel(self)
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setWordWrap(True)
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self._text.setSizePolicy(policy)
        self.watch = Switch(theme, self)
        self._watch_words = _Words(self)
        self._watch_words.clicked.connect(self.watch.toggle)
        self.watch.setChecked(keeper.now.watch_clipboard)
        self.watch.toggled.connect(lambda on: keeper.change(watch_clipboard=on))
        keeper.changed.connect(self._follow)
        self._close = QToolButton(self)
        self._close.setObjectName("plain")
        self._close.setIconSize(QSize(16, 16))
        self._close.clicked.connect(self._end)
        self._lay_out()
        theme.changed.connect(self._tint)
        self._tint()
        on_language(self, self._retext)

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 6, 10, 6)
        row.setSpacing(8)
        row.addWidget(self._sign)
        row.addWidget(self._text, 1)
        row.addSpacing(4)
        row.addWidget(self._watch_words)
        row.addWidget(self.watch)
        row.addWidget(self._close)

    def _end(self) -> None:
        self.hide()
        self.closed.emit()

    def _follow(self, preferences: Preferences) -> None:
        self.watch.setChecked(preferences.watch_clipboard)

    def _retext(self) -> None:
        line = translate("Desktop", "Headrace is ready. Paste an address with Ctrl+V, drop links here, or press Add.")
        mirrored = text_direction(line) is Qt.LayoutDirection.RightToLeft
        self._text.setText(_RIGHTWARDS + line if mirrored else line)  # it may begin with the program's Latin name
        self.setAccessibleName(line)
        self._watch_words.setText(translate("Desktop", "Watch the clipboard for links"))
        self.watch.setAccessibleName(self._watch_words.text())
        self._close.setAccessibleName(translate("Desktop", "Close this message"))
        self._close.setToolTip(translate("Desktop", "Close"))

    def _tint(self) -> None:
        tokens = self._theme.tokens
        self._sign.setPixmap(self._icons.pixmap("info", tokens.accent_text, 18, self.devicePixelRatioF()))
        self._close.setIcon(self._icons.icon("close", tokens.secondary, tokens.faint, 16))
