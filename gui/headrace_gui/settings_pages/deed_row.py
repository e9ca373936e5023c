"""A row with something to do or to look at, in place of a value."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from headrace_gui.settings_pages.controls import Tools
from headrace_gui.settings_pages.entry import Entry
from headrace_gui.settings_pages.reading_label import ReadingLabel
from headrace_gui.settings_pages.row import RowWords
from headrace_gui.texts import on_language, translate


class DeedRow(QWidget):
    """Title, sentence, and a button; where it is about a place on the disk, its path below."""

    done = Signal(str)
    """The key of its entry: the button was pressed."""

    def __init__(self, entry: Entry, tools: Tools, parent: QWidget, path: str = "") -> None:
        super().__init__(parent)
        self.entry = entry
        self.words = RowWords(entry, tools, self)
        self.button = QPushButton(self)
        self.button.setAutoDefault(False)
        self.button.clicked.connect(lambda: self.done.emit(entry.key))
        column = QVBoxLayout()
        column.setSpacing(4)
        column.addWidget(self.words)
        if path:
            column.addWidget(self._make_path(path))
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 12, 16, 12)
        row.setSpacing(16)
        row.addLayout(column, 1)
        row.addWidget(self.button, 0, Qt.AlignmentFlag.AlignVCenter)
        on_language(self, self._retext)

    def _make_path(self, path: str) -> QLabel:
        label = ReadingLabel("pathLabel", self)
        label.setText("\N{ZERO WIDTH SPACE}".join(_parts(path)))
        return label

    def _retext(self) -> None:
        self.words.write()
        title = translate("Settings", self.entry.title)
        self.button.setText(translate("Settings", self.entry.button))
        self.button.setAccessibleName(
            translate("Settings", "{button}: {setting}").format(button=self.button.text(), setting=title)
        )
        self.button.setAccessibleDescription(translate("Settings", self.entry.sentence))


def _parts(path: str) -> list[str]:
    """Return `path` in pieces between which a line may break: behind each separator."""
    return path.replace("/", "/\n").replace("\\", "\\\n").split("\n")
