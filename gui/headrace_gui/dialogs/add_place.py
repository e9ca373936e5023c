"""Where downloads go: the name of a single one, folder, category, queue."""

from functools import partial
from typing import Final

from headrace.filters import Category
from headrace.settings import Settings
from headrace.sorting import ground_of
from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QComboBox, QGridLayout, QHBoxLayout, QLabel, QLineEdit, QSpacerItem, QVBoxLayout, QWidget

from headrace_gui import words
from headrace_gui.dialogs.folder_field import FolderField
from headrace_gui.dialogs.name_words import name_complaint
from headrace_gui.fields import Choice
from headrace_gui.texts import on_language, translate, without_key

_TYPING_MS: Final = 250
_LEAST_CHOICE, _MOST_CHOICE = 100, 200
_ARROW_SIDE: Final = 40
"""Pixels of a choice beside its words."""


class Place(QWidget):
    """The fields. A name is asked for only while there is one download."""

    changed = Signal()
    name_changed = Signal()
    """A person wrote another name, and paused."""

    def __init__(self, folder: FolderField, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.folder = folder
        self.name = QLineEdit(self)
        self.category, self.queue = Choice(self), Choice(self)
        self._queues, self._settings = settings.queues, settings
        fields: tuple[QWidget, ...] = (self.name, folder, self.category, self.queue)
        self._labels = {each: QLabel(self) for each in fields}
        self._problem = QLabel(self)
        self._problem.setObjectName("problem")
        self._problem.setWordWrap(True)
        self._likely = ""
        self._lay_out()
        on_language(self, self._retext)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_TYPING_MS)
        self._pause.timeout.connect(self.name_changed)
        self.name.textEdited.connect(self._edited)
        folder.changed.connect(self.changed)
        folder.changed.connect(self._say_where)
        self.queue.activated.connect(self._follow_queue)
        self.show_name(None)

    def _lay_out(self) -> None:
        for field, label in self._labels.items():
            label.setObjectName("hint")
            label.setBuddy(field)
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(4)
        for column, (each, stretch) in enumerate(((self.folder, 13), (self.category, 6), (self.queue, 6))):
            grid.addWidget(self._labels[each], 0, column)
            grid.addWidget(each, 1, column)
            grid.setColumnStretch(column, stretch if each is not self.queue or self._queues else 0)
        for each in (self.category, self.queue):
            each.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            each.currentTextChanged.connect(partial(_give_room, each))
            _give_room(each, each.currentText())
        self.queue.setVisible(bool(self._queues))
        self._labels[self.queue].setVisible(bool(self._queues))
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(4)
        above = QHBoxLayout()
        above.setSpacing(12)
        above.addWidget(self._labels[self.name])
        above.addWidget(self._problem, 1)
        rows.addLayout(above)
        rows.addWidget(self.name)
        self._gap = QSpacerItem(0, 6)
        rows.addSpacerItem(self._gap)
        rows.addLayout(grid)

    def _retext(self) -> None:
        for each, text in (
            (self.name, translate("Add", "&Name")),
            (self.category, translate("Add", "&Category")),
            (self.queue, translate("Add", "&Queue")),
        ):
            self._labels[each].setText(text)
            each.setAccessibleName(without_key(text))
        categories = [("", translate("Add", "By type")), *((one.value, words.category_name(one)) for one in Category)]
        _fill(self.category, categories)
        _fill(self.queue, [("", translate("Add", "Main")), *((name, name) for name in self._queues)])
        self._say_where()
        self._complain()

    def _follow_queue(self) -> None:
        """Save to the folder of the queue, unless a person chose another."""
        self.folder.follow(ground_of(self._settings, self.wanted_queue()))
        self._say_where()

    def _say_where(self) -> None:
        """Say beside the folder where it comes from."""
        queue = self.wanted_queue()
        if self.folder.is_usual and self._settings.options_of(queue).folder is not None:
            #: {queue} is the name of a queue that has a folder of its own
            text = translate("Add", "&Save to (folder of the queue {queue})")
            text = text.format(queue=(queue or translate("Add", "Main")).replace("&", "&&"))
        else:
            text = translate("Add", "&Save to")
        self._labels[self.folder].setText(text)

    def show_name(self, likely: str | None) -> None:
        """Show what a single download will be called, unless a person wrote something else; None for several."""
        single = likely is not None
        self._gap.changeSize(0, 6 if single else 0)
        for each in (self.name, self._labels[self.name]):
            each.setVisible(single)
        if likely is not None and self.name.text() in ("", self._likely):
            self._likely = likely
            self.name.setText(likely)
            self.name.setCursorPosition(0)
        self._likely = likely or ""
        self._complain()

    def forget_name(self) -> None:
        """Forget what was written: it is about another download now."""
        self._likely = ""
        self.name.clear()

    def wanted_name(self) -> str | None:
        """Return the name a person wants; None to leave it to the server."""
        text = self.name.text().strip()
        return text if text and text != self._likely and not self.name.isHidden() else None

    def is_right(self) -> bool:
        """Whether name and folder can be used."""
        return not self._problem.text() and self.folder.folder() is not None

    def wanted_category(self) -> str | None:
        """Return the value of the category; None goes by the type of file."""
        return self.category.currentData() or None

    def wanted_queue(self) -> str:
        """Return the queue's name; "" is the main one."""
        return self.queue.currentData() or ""

    def _edited(self) -> None:
        self._complain()
        self._pause.start()
        self.changed.emit()

    def _complain(self) -> None:
        wanted = self.wanted_name()
        text = name_complaint(wanted) if wanted is not None else ""
        self._problem.setText(text)
        self._problem.setVisible(bool(text))


def _give_room(choice: Choice, text: str) -> None:
    """Let what is chosen be read, as far as the folder beside it can do with less."""
    words = choice.fontMetrics().horizontalAdvance(text) + _ARROW_SIDE
    choice.setMinimumWidth(min(max(words, _LEAST_CHOICE), _MOST_CHOICE))


def _fill(choice: Choice, entries: list[tuple[str, str]]) -> None:
    """Put entries in, the chosen one staying chosen."""
    chosen = choice.currentData()
    choice.clear()
    for value, text in entries:
        choice.addItem(text, value)
    choice.setCurrentIndex(max(choice.findData(chosen), 0))
