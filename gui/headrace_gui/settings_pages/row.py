"""A row of a page: title, sentence, control, a way back to the default, and what is wrong, all from one entry."""

# ruff: noqa: N802 - Qt names its virtual methods so

from functools import cached_property
from html import escape
from typing import Final

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from headrace_gui.settings_pages.control import Control
from headrace_gui.settings_pages.controls import SwitchField, Tools
from headrace_gui.settings_pages.entries import entry_of
from headrace_gui.settings_pages.entry import WIDE, Entry, Kind, is_resettable
from headrace_gui.settings_pages.finding import marks
from headrace_gui.settings_pages.reading_label import ReadingLabel
from headrace_gui.texts import on_language, translate
from headrace_gui.theme import medium, small

_SIDE: Final = 16
_GAP: Final = 12
_ICON: Final = 16
_RESET: Final = 44
"""Pixels that the way back to the default takes, with the space around it."""
_RINGS: Final = {Kind.SWITCH: 3, Kind.SCHEME: 3, Kind.COLOUR: 6}
"""Room that controls of a kind have around what is seen of them; it reaches into the margin."""
_WORDS: Final = 200
"""Pixels that title and sentence should have beside a control; else it goes below them."""


class RowWords(QWidget):
    """Title and sentence of an entry, with the words marked that were searched for, and a complaint below."""

    def __init__(self, entry: Entry, tools: Tools, parent: QWidget) -> None:
        super().__init__(parent)
        self._entry, self._theme, self._icons = entry, tools.theme, tools.icons
        self._marked: list[str] = []
        self._title, self._sentence = ReadingLabel("rowTitle", self), ReadingLabel("hint", self)
        self._title.setFont(medium(self._title.font()))
        self._column = column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        for label in (self._title, self._sentence):
            column.addWidget(label)
        tools.theme.changed.connect(self.write)

    @cached_property
    def _need(self) -> ReadingLabel:
        """Says what must be on; few rows have it."""
        label = self._small("need")
        self._column.insertWidget(2, label)
        return label

    @cached_property
    def complaint(self) -> ReadingLabel:
        """Says what is wrong; made when something is."""
        label = self._small("problem")
        self._column.addWidget(label)
        return label

    def _small(self, name: str) -> ReadingLabel:
        label = ReadingLabel(name, self)
        label.setFont(small(label.font()))
        label.hide()
        return label

    def mark(self, words: list[str]) -> None:
        """Mark where these words are; none for none."""
        if words != self._marked:
            self._marked = words
            self.write()

    def write(self) -> None:
        """Write title and sentence in the language in force."""
        for label, text in ((self._title, self._entry.title), (self._sentence, self._entry.sentence)):
            words = translate("Settings", text)
            places = marks(words, self._marked)
            label.setTextFormat(Qt.TextFormat.RichText if places else Qt.TextFormat.PlainText)
            label.setText(self._with_marks(words, places) if places else words)
        if self._entry.needs:
            needed = translate("Settings", entry_of(self._entry.needs).title)
            self._need.setText(translate("Settings", "Only while “{setting}” is on.").format(setting=needed))

    def tell_need(self, *, told: bool) -> None:
        """Say that another switch must be on."""
        self._need.setVisible(told)

    def _with_marks(self, text: str, places: list[tuple[int, int]]) -> str:
        tokens, done, parts = self._theme.tokens, 0, []
        style = f"background-color: {tokens.selection}; color: {tokens.accent_text}; font-weight: 600"
        for first, last in places:
            parts += [escape(text[done:first]), f'<span style="{style}">{escape(text[first:last])}</span>']
            done = last
        return "".join([*parts, escape(text[done:])])

    def complain(self, fault: str) -> None:
        """Say what is wrong, "" for nothing; screen readers say it too."""
        if not fault and "complaint" not in self.__dict__:
            return
        if fault and fault != self.complaint.text():
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, fault))
        self.complaint.setText(fault)
        self.complaint.setVisible(bool(fault))


class SettingRow(QWidget):
    """Shows one setting and changes it at once."""

    def __init__(self, entry: Entry, control: Control, tools: Tools, parent: QWidget) -> None:
        super().__init__(parent)
        self.entry, self.control = entry, control
        self._values, self._theme, self._icons = tools.values, tools.theme, tools.icons
        self.words = RowWords(entry, tools, self)
        self.reset_button = self._make_reset()
        self._beside: bool | None = None
        self._layout = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._lay_out()
        control.setParent(self)
        control.wanted.connect(self._put)
        control.refused.connect(self.words.complain)
        tools.values.changed.connect(self.refresh)
        tools.values.refused.connect(self._on_refused)
        tools.theme.changed.connect(self._tint)
        self._tint()
        self._shown = tools.values[entry.key]
        on_language(self, self._retext)
        self.show_anew()

    def _make_reset(self) -> QToolButton:
        button = QToolButton(self)
        button.setObjectName("rowButton")
        button.setIconSize(QSize(_ICON, _ICON))
        button.clicked.connect(self._reset)
        policy = button.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        button.setSizePolicy(policy)
        return button

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self.words, 1, Qt.AlignmentFlag.AlignVCenter)
        head.addWidget(self.reset_button, 0, Qt.AlignmentFlag.AlignVCenter)
        ring = _RINGS.get(self.entry.kind, 0)
        head.setContentsMargins(ring, 0, ring if self.entry.kind in WIDE else 0, 0)
        self._layout.setContentsMargins(_SIDE - ring, _GAP, _SIDE - ring, _GAP)
        self._layout.setSpacing(8)
        self._layout.addLayout(head, 1)
        self._layout.addWidget(self.control)
        if self.entry.kind in WIDE:
            self._layout.setDirection(QBoxLayout.Direction.TopToBottom)
            self._layout.setSpacing(10)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the control below the words where there is no room beside them."""
        super().resizeEvent(event)
        if self.entry.kind not in WIDE:
            room = self.width() - self.control.sizeHint().width() - 2 * _SIDE - _RESET
            self._place_control(beside=room >= _WORDS)

    def _place_control(self, *, beside: bool) -> None:
        if beside is self._beside:
            return
        self._beside = beside
        self._layout.setDirection(QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom)
        side = Qt.AlignmentFlag.AlignVCenter if beside else Qt.AlignmentFlag.AlignLeft
        self._layout.setAlignment(self.control, side)

    def _tint(self) -> None:
        tokens = self._theme.tokens
        self.reset_button.setIcon(self._icons.icon("undo", tokens.secondary, tokens.faint, _ICON))

    def _retext(self) -> None:
        self.words.write()
        title = translate("Settings", self.entry.title)
        self.control.describe(title, translate("Settings", self.entry.sentence))
        self.reset_button.setToolTip(translate("Settings", "Back to the default"))
        self.reset_button.setAccessibleName(
            translate("Settings", "{setting}: back to the default").format(setting=title)
        )

    def refresh(self) -> None:
        """Show the value in force if it is another than the one shown; typing that is not finished stays."""
        value = self._values[self.entry.key]
        if value != self._shown:
            self.show_anew()
        self.reset_button.setVisible(is_resettable(self.entry) and not self._values.is_default(self.entry.key))
        if self.entry.needs:
            free = bool(self._values[self.entry.needs])
            self.control.setEnabled(free)
            self.words.tell_need(told=not free)

    def show_anew(self) -> None:
        """Show the value in force, whatever was typed."""
        self._shown = self._values[self.entry.key]
        self.control.show_value(self._shown)
        self.words.complain("")
        self.refresh()

    def _put(self, value: object) -> None:
        self._shown = value
        fault = self._values.put({self.entry.key: value})
        self.words.complain(fault)
        self.refresh()

    def _reset(self) -> None:
        self._values.reset([self.entry.key])
        self.control.setFocus()

    def _on_refused(self, key: str, fault: str) -> None:
        if key == self.entry.key:
            self.words.complain(fault)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Turn the switch of a row that is clicked anywhere."""
        if isinstance(self.control, SwitchField) and self.rect().contains(event.position().toPoint()):
            self.control.switch.click()
        super().mouseReleaseEvent(event)
