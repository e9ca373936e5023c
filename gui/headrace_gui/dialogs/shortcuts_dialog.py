"""The sheet of all keys, by menu, made from the actions themselves so that it cannot say anything else."""

from collections.abc import Iterator
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QDialog, QFrame, QGridLayout, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from headrace_gui.action_table import ENTRIES, MENU_BAR, Act
from headrace_gui.texts import QT_TRANSLATE_NOOP, translate, without_key

_ALSO: Final = ((QT_TRANSLATE_NOOP("Actions", "&Download"), Act.TOGGLE),)
"""Actions with keys that are in no menu, and the heading they stand under."""
_PARTS: Final = (
    ("Tab", QT_TRANSLATE_NOOP("Shortcuts", "Go to the next part of the window")),
    ("Alt", QT_TRANSLATE_NOOP("Shortcuts", "Show the menu bar")),
    ("Esc", QT_TRANSLATE_NOOP("Shortcuts", "Leave the search, or close a dialog")),
    ("Menu", QT_TRANSLATE_NOOP("Shortcuts", "Show what can be done with the chosen rows")),
)


class ShortcutsDialog(QDialog):
    """Shows every key there is; Escape closes it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("smallDialog")
        self.setWindowTitle(translate("Shortcuts", "Keyboard shortcuts"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        inner = QWidget(self)
        inner.setObjectName("dialogBody")
        columns = QHBoxLayout(inner)
        columns.setContentsMargins(24, 20, 24, 20)
        columns.setSpacing(32)
        sections = list(sections_of_keys())
        longest = max(sections, key=lambda section: len(section[1]))
        for half in ([each for each in sections if each is not longest], [longest]):
            column = QVBoxLayout()
            column.setSpacing(20)
            for title, keys in half:
                column.addWidget(self._section(title, keys))
            column.addStretch(1)
            columns.addLayout(column, 1)
        area = QScrollArea(self)
        area.setObjectName("dialogScroll")
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setAccessibleName(self.windowTitle())
        area.setWidget(inner)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(area)
        self.resize((inner.sizeHint()).expandedTo(self.minimumSize()).boundedTo(self.screen().availableSize() * 0.9))

    def _section(self, title: str, keys: list[tuple[str, str]]) -> QWidget:
        section = QWidget(self)
        grid = QGridLayout(section)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(6)
        heading = QLabel(title, section)
        heading.setObjectName("sectionTitle")
        grid.addWidget(heading, 0, 0, 1, 2)
        for row, (what, key) in enumerate(keys, 1):
            words, cap = QLabel(what, section), QLabel(key, section)
            cap.setObjectName("keyCap")
            cap.setAccessibleName(f"{what}: {key}")
            grid.addWidget(words, row, 0)
            grid.addWidget(cap, row, 1, Qt.AlignmentFlag.AlignRight)
        grid.setColumnStretch(0, 1)
        return section


def sections_of_keys() -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Yield each heading with what its keys do and the keys, in the language in force."""
    for title, acts in MENU_BAR.items():
        wanted = [act for act in acts if act] + [act for heading, act in _ALSO if heading == title]
        keys = [(_plain(translate("Actions", ENTRIES[act].text)), _keys(act)) for act in wanted if ENTRIES[act].keys]
        yield _plain(translate("Actions", title)), keys
    yield (
        translate("Shortcuts", "Everywhere"),
        [(translate("Shortcuts", words), _native(key)) for key, words in _PARTS],
    )


def _keys(act: Act) -> str:
    keys = [key for key in ENTRIES[act].keys if key not in ("Enter", "Ctrl+Enter", "Alt+Enter")]
    return "   ".join(_native(key) for key in keys)


def _native(key: str) -> str:
    return QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText) or key


def _plain(text: str) -> str:
    return without_key(text).removesuffix("…")
