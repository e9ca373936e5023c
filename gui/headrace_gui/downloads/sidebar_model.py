"""The lines of the sidebar: groups of states, then categories by file type, then queues, each with its live count."""

# ruff: noqa: N802 - Qt names its virtual methods so

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from time import time
from types import MappingProxyType
from typing import Any, Final

from headrace.categories import in_force
from headrace.day import Hold, HoldReason
from headrace.filters import Category, Mark, StatusFilter
from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from headrace_gui import hold_words, words
from headrace_gui.downloads.columns import queue_name
from headrace_gui.downloads.grouping import Group
from headrace_gui.downloads.table_model import DownloadTableModel
from headrace_gui.icons import STATUS_ICONS, category_icon
from headrace_gui.texts import QT_TRANSLATE_NOOP, translate

AnyIndex = QModelIndex | QPersistentModelIndex
_NO_INDEX: Final = QModelIndex()
Holds = Mapping[str, Hold]
"""What keeps queues, by their names, from starting anything."""
NO_HOLDS: Final[Holds] = MappingProxyType({})


class Section(Enum):
    """A part of the sidebar; all but the first have a heading."""

    STATES = "states"
    CATEGORIES = "categories"
    QUEUES = "queues"


_HEADINGS: Final = {
    Section.CATEGORIES: QT_TRANSLATE_NOOP("List", "Categories"),
    Section.QUEUES: QT_TRANSLATE_NOOP("List", "Queues"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One line: a group of downloads, or the heading of a section where `group` is None."""

    section: Section
    group: Group | None = None
    is_held: bool = False
    """Whether a person holds a queue, so that it starts nothing."""
    hold: Hold | None = None
    """What keeps a queue from starting anything."""

    @property
    def title(self) -> str:
        """What the line is called."""
        if isinstance(self.group, StatusFilter):
            return words.status_name(self.group)
        if isinstance(self.group, Category):
            return words.category_name(self.group)
        if isinstance(self.group, Mark):
            return translate("List", "Watched")
        return queue_name(self.group) if self.group is not None else translate("List", _HEADINGS[self.section])

    @property
    def icon(self) -> str:
        """The icon's name."""
        if isinstance(self.group, StatusFilter):
            return STATUS_ICONS[self.group]
        if isinstance(self.group, Category):
            return category_icon(self.group)
        if isinstance(self.group, Mark):
            return "retry"
        return "pause" if self.hold else "queue"


def _standing() -> tuple[Line, ...]:
    """Return the lines above the queues, by the categories in force."""
    return (
        *(Line(Section.STATES, status) for status in StatusFilter),
        *(Line(Section.STATES, mark) for mark in Mark),
        Line(Section.CATEGORIES),
        *(Line(Section.CATEGORIES, each) for each in Category if each is not Category.OTHER),
    )


class FilterListModel(QAbstractListModel):
    """The sidebar's lines, counted by the list's model."""

    def __init__(self, downloads: DownloadTableModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._downloads = downloads
        self._standing, self._book = _standing(), in_force()
        self._queues: tuple[Line, ...] = ()
        self.folded: frozenset[Section] = frozenset()
        """The sections of which the heading alone is shown."""
        self._told: list[int] = []
        """The counts that were told last."""
        downloads.counts_changed.connect(self._tell_counts)

    def rowCount(self, parent: AnyIndex = _NO_INDEX) -> int:
        """Return the number of lines."""
        return 0 if parent.isValid() else len(self._standing) + len(self._queues)

    def line(self, row: int) -> Line:
        """Return the line in a row."""
        return self._standing[row] if row < len(self._standing) else self._queues[row - len(self._standing)]

    def row_of(self, group: Group) -> int | None:
        """Return the row of a group, None where it has none."""
        return next((row for row in range(self.rowCount()) if self.line(row).group == group), None)

    def rows_of(self, section: Section) -> list[int]:
        """Return the rows of a section, its heading left out."""
        lines = ((row, self.line(row)) for row in range(self.rowCount()))
        return [row for row, line in lines if line.section is section and line.group is not None]

    def queue_after(self, name: str, names: Sequence[str]) -> str:
        """Return what a queue is called among these `names`: the only one that is new in its place is a new name."""
        before = [line.group for line in self._queues if line.group]
        changed = [pair for pair in zip(before, names, strict=False) if pair[0] != pair[1]]
        renamed = len(before) == len(names) and len(changed) == 1 and changed[0][0] == name
        return changed[0][1] if renamed else name

    def set_queues(self, names: Sequence[str], held: Collection[str] = (), holds: Holds = NO_HOLDS) -> None:
        """Show these queues behind the main one, and what keeps them; without any, no queues at all."""
        kept = dict.fromkeys(held, Hold(HoldReason.PERSON)) | dict(holds)
        queues = ("", *names) if names else ()
        lines = tuple(Line(Section.QUEUES, each, is_held=each in held, hold=kept.get(each)) for each in queues)
        wanted = (Line(Section.QUEUES), *lines) if lines else ()
        first = len(self._standing)
        if wanted == self._queues:
            return
        if self._queues:
            self.beginRemoveRows(QModelIndex(), first, first + len(self._queues) - 1)
            self._queues = ()
            self.endRemoveRows()
        if wanted:
            self.beginInsertRows(QModelIndex(), first, first + len(wanted) - 1)
            self._queues = wanted
            self.endInsertRows()

    def follow_categories(self) -> bool:
        """Show the categories in force, and have the list sorted into them; say whether they have changed."""
        if self._book is in_force():
            return False
        self._downloads.recategorise()
        self.beginResetModel()
        self._standing, self._book = _standing(), in_force()
        self.endResetModel()
        return True

    def fold(self, sections: Iterable[Section]) -> None:
        """Note of which sections the heading alone is shown."""
        self.folded = frozenset(sections) - {Section.STATES}
        self.tell_changed()

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return title, tooltip or the words for screen readers."""
        if not index.isValid():
            return None
        line = self.line(index.row())
        if role == Qt.ItemDataRole.DisplayRole:
            return line.title
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole) and line.group is not None:
            return self._counted(line, index.row())
        return self._heading(line) if role == Qt.ItemDataRole.AccessibleTextRole else None

    def _heading(self, line: Line) -> str:
        if line.section in self.folded:
            return translate("List", "{section}, folded").format(section=line.title)
        return translate("List", "{section}, open").format(section=line.title)

    def _counted(self, line: Line, row: int) -> str:
        counted = words.downloads(self.count(row))
        if line.hold and line.hold.reason is HoldReason.PERSON:
            return translate("List", "{group}, held, {downloads}").format(group=line.title, downloads=counted)
        if line.hold:
            why = hold_words.waiting(line.hold, time())
            #: What a line of the sidebar says, such as "Night, 3 downloads: Waiting for the hours of its queue"
            said = translate("List", "{group}, {downloads}: {why}")
            return said.format(group=line.title, downloads=counted, why=why)
        #: What a line of the sidebar says, such as "Paused, 3 downloads"
        return translate("List", "{group}, {downloads}").format(group=line.title, downloads=counted)

    def count(self, row: int) -> int:
        """Return how many downloads a line stands for."""
        group = self.line(row).group
        return self._downloads.count(group) if group is not None else 0

    def flags(self, index: AnyIndex) -> Qt.ItemFlag:
        """Headings cannot be chosen, only folded."""
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        plain = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemNeverHasChildren
        return plain if self.line(index.row()).group is None else plain | Qt.ItemFlag.ItemIsSelectable

    def _tell_counts(self) -> None:
        """Let views repaint the lines whose counts changed."""
        before, self._told = self._told, [self.count(row) for row in range(self.rowCount())]
        if len(before) != len(self._told):
            self.tell_changed()
            return
        for row, (old, new) in enumerate(zip(before, self._told, strict=True)):
            if old != new:
                self.dataChanged.emit(self.index(row), self.index(row))

    def tell_changed(self) -> None:
        """Let views repaint all: the language changed, or how numbers are written."""
        self.dataChanged.emit(self.index(0), self.index(self.rowCount() - 1))
