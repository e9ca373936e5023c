"""What can be done with the lines: search, show only what is found, encoding, wrap, pause, clear, save."""

# ruff: noqa: N802 - Qt names its virtual methods so

from typing import Final, NamedTuple

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QAction, QActionGroup, QFont, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QLabel, QLineEdit, QMenu, QSizePolicy, QToolButton, QWidget

from headrace_gui.details.live_search import LONGEST
from headrace_gui.details.live_words import ENCODINGS, codec_name, encoding_words
from headrace_gui.details.plain_button import PlainButton
from headrace_gui.icons import IconSet
from headrace_gui.texts import on_language, translate
from headrace_gui.theme import Theme, small, tabular

_NARROW: Final = 760
_TYPING_MS: Final = 200
_AUTOMATIC: Final = ""
_EXPRESSION: Final = "\N{LEFT-TO-RIGHT MARK}.*\N{LEFT-TO-RIGHT MARK}"


class Wanted(NamedTuple):
    """What is looked for."""

    text: str
    is_expression: bool
    with_case: bool
    only: bool


class LiveBar(QWidget):
    """One row of controls, two where it is narrow."""

    search_changed = Signal()
    """`wanted` is another; some time after the last key."""
    encoding_chosen = Signal(str)
    """The engine's name for it, "" for what the file says of itself."""
    wrap_changed = Signal(bool)
    pause_changed = Signal(bool)
    cleared = Signal()
    save_asked = Signal()
    start_asked = Signal()
    """Show from the beginning."""

    def __init__(self, theme: Theme, icons: IconSet, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._codec, self._chosen, self._is_saving = "", _AUTOMATIC, False
        self.field = QLineEdit(self)
        self.field.setMaxLength(LONGEST)
        self.field.setClearButtonEnabled(True)
        self.case = PlainButton("", theme, icons, self, lasting=True)
        self.expression = PlainButton("", theme, icons, self, lasting=True)
        self.only = PlainButton("filter", theme, icons, self, lasting=True)
        self.encoding = PlainButton("", theme, icons, self, worded=True)
        self.start = PlainButton("to-start", theme, icons, self)
        self.wrap = PlainButton("wrap", theme, icons, self, lasting=True)
        self.pause = PlainButton("pause", theme, icons, self, lasting=True)
        self.clear = PlainButton("clear", theme, icons, self)
        self.save = PlainButton("save", theme, icons, self)
        self._status = QLabel(self)
        self._typing = QTimer(self, singleShot=True, interval=_TYPING_MS)
        self._menu, self._choices = QMenu(self.encoding), QActionGroup(self)
        self._make_menu()
        self._lay_out()
        self._connect()
        self.only.setChecked(True)
        self.start.hide()
        on_language(self, self._retext)

    @property
    def wanted(self) -> Wanted:
        """What is looked for now."""
        checks = (self.expression.isChecked(), self.case.isChecked(), self.only.isChecked())
        return Wanted(self.field.text(), *checks)

    @property
    def chosen_encoding(self) -> str | None:
        """The encoding a person chose, None for what the file says of itself."""
        return self._chosen or None

    def _make_menu(self) -> None:
        for name in (_AUTOMATIC, *ENCODINGS):
            action = QAction(self._menu, checkable=True, checked=not name)
            action.setData(name)
            self._choices.addAction(action)
            self._menu.addAction(action)
        self._menu.insertSeparator(self._menu.actions()[1])
        self._choices.triggered.connect(lambda action: self._choose(action.data()))
        self.encoding.setMenu(self._menu)
        self.encoding.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)

    def _lay_out(self) -> None:
        for button in (self.case, self.expression):
            font = QFont(button.font())
            font.setWeight(QFont.Weight.Medium)
            button.setFont(font)
        self.field.setMinimumWidth(120)
        self._status.setObjectName("quiet")
        self._status.setFont(tabular(small(self.font())))
        self._status.setTextFormat(Qt.TextFormat.PlainText)
        self._status.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        search, tools = QHBoxLayout(), QHBoxLayout()
        for row, widgets in (
            (search, (self.field, self.case, self.expression, self.only)),
            (tools, (self._status, self.start, self.encoding, self.wrap, self.pause, self.clear, self.save)),
        ):
            row.setSpacing(2)
            for widget in widgets:
                row.addWidget(widget, 1 if widget in (self.field, self._status) else 0)
        search.insertSpacing(1, 4)
        self._parts = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._parts.setContentsMargins(16, 5, 12, 5)
        self._parts.addLayout(search, 2)
        self._parts.addLayout(tools, 3)

    def _connect(self) -> None:
        self.field.textChanged.connect(self._typing.start)
        self.field.returnPressed.connect(self._search_now)
        self._typing.timeout.connect(self.search_changed)
        for button in (self.case, self.expression, self.only):
            button.toggled.connect(self._search_now)
        self.start.clicked.connect(self.start_asked)
        self.wrap.toggled.connect(self.wrap_changed)
        self.pause.toggled.connect(self._pause)
        self.clear.clicked.connect(self.cleared)
        self.save.clicked.connect(self.save_asked)

    def _search_now(self) -> None:
        self._typing.stop()
        self.search_changed.emit()

    def _pause(self, paused: bool) -> None:  # noqa: FBT001 - a signal's argument
        self.pause.use_icon("play" if paused else "pause")
        self._name_pause()
        self.pause_changed.emit(paused)

    def _choose(self, name: str) -> None:
        self._chosen = name
        self._name_encoding()
        self.encoding_chosen.emit(name)

    def begin(self) -> None:
        """Forget what was set for one download alone."""
        self.pause.setChecked(False)
        self._chosen, self._codec = _AUTOMATIC, ""
        self._menu.actions()[0].setChecked(True)
        self._name_encoding()
        self.start.hide()

    def tell_codec(self, codec: str) -> None:
        """Say how the bytes are read."""
        if codec != self._codec:
            self._codec = codec
            self._name_encoding()

    def tell_status(self, text: str) -> None:
        """Say how much there is."""
        self._status.setText(text)

    def status(self) -> str:
        """Return what is said of how much there is."""
        return self._status.text()

    def _retext(self) -> None:
        self.field.setPlaceholderText(translate("Live", "Find in the lines"))
        self.field.setAccessibleName(translate("Live", "Find in the lines"))
        #: A button that tells capital letters from small ones
        self.case.name(translate("Live", "Aa"), translate("Live", "Match case"))
        self.expression.name(_EXPRESSION, translate("Live", "Regular expression"))
        self.only.name(translate("Live", "Only matching lines"), translate("Live", "Show only matching lines"))
        self.start.name(translate("Live", "Show from the beginning"))
        self.wrap.name(translate("Live", "Wrap long lines"))
        self.clear.name(translate("Live", "Clear the view"))
        for action in self._choices.actions():
            action.setText(encoding_words(action.data()) if action.data() else translate("Live", "Automatic"))
        self._name_pause()
        self._name_save()
        self._name_encoding()

    def tell_saving(self, busy: bool) -> None:  # noqa: FBT001 - a signal's argument
        """Offer to stop while something is being saved."""
        self._is_saving = busy
        self.save.use_icon("stop" if busy else "save")
        self._name_save()

    def _name_save(self) -> None:
        if self._is_saving:
            self.save.name(translate("Live", "Stop saving"))
        else:
            self.save.name(
                translate("Live", "Save matches as…"),
                translate("Live", "Save all matching lines of the file so far as…"),
            )

    def _name_pause(self) -> None:
        paused = self.pause.isChecked()
        self.pause.name(translate("Live", "Go on showing new lines") if paused else translate("Live", "Pause the view"))

    def _name_encoding(self) -> None:
        name = codec_name(self._chosen or self._codec or "utf-8")
        how = (
            translate("Live", "Encoding: {name}") if self._chosen else translate("Live", "Encoding: automatic, {name}")
        )
        self.encoding.name(f"{name} ▾", how.format(name=name))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the tools under the search where there is no room beside."""
        super().resizeEvent(event)
        narrow, direction = self.width() < _NARROW, QBoxLayout.Direction
        self._parts.setDirection(direction.TopToBottom if narrow else direction.LeftToRight)
        self._parts.setSpacing(2 if narrow else 16)
