"""The sidebar: what a person chooses there is what the list shows; rows dropped on it change their group."""

# ruff: noqa: N802 - Qt names its virtual methods so

from collections.abc import Collection, Iterable, Sequence
from typing import Final

from headrace.filters import Category, StatusFilter
from PySide6.QtCore import QEvent, QItemSelectionModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QKeyEvent,
    QMouseEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView, QMenu, QWidget

from headrace_gui.downloads.dragging import ids_in
from headrace_gui.downloads.grouping import Group
from headrace_gui.downloads.sidebar_delegate import NARROW as NARROW  # noqa: PLC0414 - exported
from headrace_gui.downloads.sidebar_delegate import FilterDelegate, SidebarState
from headrace_gui.downloads.sidebar_model import NO_HOLDS, FilterListModel, Holds, Section
from headrace_gui.downloads.table_model import DownloadTableModel
from headrace_gui.icons import IconSet
from headrace_gui.texts import on_language, translate
from headrace_gui.theme import Theme

AnyIndex = QModelIndex | QPersistentModelIndex
_NARROWEST, _WIDEST = 140, 400
_OPENERS: Final = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space})


class FilterSidebar(QListView):
    """Lets a person choose a group, a category or a queue."""

    chosen = Signal(object)
    """A Group: a StatusFilter, a Mark, a Category, or the name of a queue."""
    dropped_on_category = Signal(list, object)
    """Ids, and the Category they were dropped on."""
    dropped_on_queue = Signal(list, str)
    """Ids, and the name of the queue they were dropped on, "" for the main one."""
    categories_wanted = Signal()
    """A person wants to change the categories."""
    queue_add_wanted = Signal()
    queue_rename_wanted = Signal(str)
    queue_remove_wanted = Signal(str)
    queue_options_wanted = Signal(str)
    queue_hold_wanted = Signal(str, bool)
    """A queue's name, and whether it is to start nothing (True) or to go on."""

    def __init__(
        self, downloads: DownloadTableModel, theme: Theme, icons: IconSet, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._lines = FilterListModel(downloads, self)
        self._state = SidebarState()
        self._quiet = False
        self._set_behaviour()
        self.setModel(self._lines)
        self._painter = FilterDelegate(self._lines, self._state, theme, icons, self)
        self.setItemDelegate(self._painter)
        self.set_narrow(False)
        self.choose(StatusFilter.ALL)
        self.selectionModel().currentChanged.connect(self._tell_choice)
        theme.changed.connect(self.viewport().update)
        on_language(self, self._retext)

    def _set_behaviour(self) -> None:
        self.setObjectName("sidebar")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setViewportMargins(0, 10, 0, 8)
        self.setMouseTracking(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DropOnly)
        self.setDropIndicatorShown(False)

    def _retext(self) -> None:
        self.setAccessibleName(translate("List", "Which downloads to show"))
        self._lines.tell_changed()

    # Width

    @property
    def is_narrow(self) -> bool:
        """Whether icons alone are shown."""
        return self._state.is_narrow

    def set_narrow(self, narrow: bool) -> None:  # noqa: FBT001 - Qt's way of a property
        """Show icons alone, or all."""
        self._state.is_narrow = narrow
        self.setMinimumWidth(NARROW if narrow else _NARROWEST)
        self.setMaximumWidth(NARROW if narrow else _WIDEST)
        bars = Qt.ScrollBarPolicy.ScrollBarAlwaysOff if narrow else Qt.ScrollBarPolicy.ScrollBarAsNeeded
        self.setVerticalScrollBarPolicy(bars)
        self._apply_folds()
        self.viewport().update()

    def roomy_width(self) -> int:
        """Return the width in pixels in which no title of this language is cut."""
        widths = (self._painter.width_of(row) for row in range(self._lines.rowCount()))
        return min(max(widths, default=_NARROWEST), _WIDEST)

    # Groups

    def choose(self, group: Group) -> None:
        """Choose a line, All where there is none of that group."""
        self._state.chosen_section = self._lines.line(self._lines.row_of(group) or 0).section
        self.setCurrentIndex(self._lines.index(self._lines.row_of(group) or 0))

    def chosen_group(self) -> Group:
        """Return the group that is chosen."""
        rows = self.selectionModel().selectedIndexes()
        group = self._lines.line(rows[0].row()).group if rows else None
        return StatusFilter.ALL if group is None else group

    def set_queues(self, names: Sequence[str], held: Collection[str] = (), holds: Holds = NO_HOLDS) -> None:
        """Show these queues behind the main one, and what keeps those that start nothing; without any, none at all.

        Where the chosen one has another name now it stays chosen; where it is gone, All is.
        """
        before, self._quiet = self.chosen_group(), True
        wanted = self._lines.queue_after(before, names) if isinstance(before, str) else before
        self._lines.set_queues(names, held, holds)
        self._quiet = wanted == before and self._lines.row_of(before) is not None
        self.choose(wanted)
        self._quiet = False
        self._apply_folds()

    def follow_categories(self) -> None:
        """Show the categories in force; where the chosen one is gone, All is chosen."""
        before, self._quiet = self.chosen_group(), True
        changed = self._lines.follow_categories()
        self._quiet = self._lines.row_of(before) is not None
        if changed:
            self.choose(before)
            self._apply_folds()
        self._quiet = False

    def _tell_choice(self, current: QModelIndex) -> None:
        line = self._lines.line(current.row()) if current.isValid() else None
        if line is not None and line.group is not None and not self._quiet:
            self._state.chosen_section = line.section
            self.chosen.emit(line.group)

    def selectionCommand(
        self, index: AnyIndex, event: QEvent | None = None
    ) -> QItemSelectionModel.SelectionFlag:  # the choice stays while the keyboard passes a heading
        """Leave the choice as it is where a heading becomes current."""
        if index.isValid() and self._lines.line(index.row()).group is None:
            return QItemSelectionModel.SelectionFlag.NoUpdate
        return super().selectionCommand(index, event)

    # Sections that fold

    def folded(self) -> list[str]:
        """Return the names of the folded sections, to be remembered."""
        return sorted(section.value for section in self._lines.folded)

    def fold(self, names: Iterable[str]) -> None:
        """Fold exactly the sections of these names."""
        wanted = set(names)
        self._lines.fold(each for each in Section if each.value in wanted)
        self._apply_folds()

    def toggle(self, section: Section) -> None:
        """Fold a section, or open it."""
        self._lines.fold(self._lines.folded ^ {section})
        self._apply_folds()

    def _apply_folds(self) -> None:
        for section in Section:
            hidden = section in self._lines.folded and not self.is_narrow
            for row in self._lines.rows_of(section):
                self.setRowHidden(row, hidden)
        self.viewport().update()

    def _heading_at(self, index: QModelIndex) -> Section | None:
        line = self._lines.line(index.row()) if index.isValid() else None
        return line.section if line is not None and line.group is None and not self.is_narrow else None

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Fold or open a section at its heading."""
        section = self._heading_at(self.indexAt(event.position().toPoint()))
        if section is not None and event.button() is Qt.MouseButton.LeftButton:
            self.toggle(section)
            return
        super().mousePressEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Fold or open the section whose heading is current."""
        section = self._heading_at(self.currentIndex())
        if section is not None and event.key() in _OPENERS:
            self.toggle(section)
            return
        super().keyPressEvent(event)

    # Queues

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer what can be done with queues: at the pointer, or called by a key at the current line."""
        place, index = event.globalPos(), self.currentIndex()
        if event.reason() is QContextMenuEvent.Reason.Keyboard:
            place = self.viewport().mapToGlobal(self.visualRect(index).center())
        else:
            index = self.indexAt(self.viewport().mapFromGlobal(place))
        menu = self.queue_menu(index.row() if index.isValid() else -1)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(place)

    def queue_menu(self, row: int) -> QMenu:
        """Return the menu for a line of the sidebar, -1 for none."""
        menu = QMenu(self)
        line = self._lines.line(row) if row >= 0 else None
        if line is not None and isinstance(line.group, str):
            name, held = line.group, line.is_held
            words = translate("List", "Release queue") if held else translate("List", "Hold queue")
            menu.addAction(words).triggered.connect(lambda: self.queue_hold_wanted.emit(name, not held))
            options = menu.addAction(translate("List", "Queue options…"))
            options.triggered.connect(lambda: self.queue_options_wanted.emit(name))
            if name:
                rename = menu.addAction(translate("List", "Rename queue…"))
                rename.triggered.connect(lambda: self.queue_rename_wanted.emit(name))
                remove = menu.addAction(translate("List", "Remove queue"))
                remove.triggered.connect(lambda: self.queue_remove_wanted.emit(name))
            menu.addSeparator()
        if line is not None and line.section is Section.CATEGORIES:
            menu.addAction(translate("List", "Change categories…")).triggered.connect(self.categories_wanted)
            return menu
        menu.addAction(translate("List", "Add queue…")).triggered.connect(self.queue_add_wanted)
        return menu

    # Rows dropped here

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take rows; leave links and files to the window."""
        if ids_in(event.mimeData()):
            event.acceptProposedAction()
        else:
            event.ignore()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        """Light up the line under the pointer if rows can be dropped there."""
        super().dragMoveEvent(event)
        index = self.indexAt(event.position().toPoint())
        section = self._heading_at(index)
        if section in self._lines.folded:
            self.toggle(section)
        takes = index.isValid() and isinstance(self._lines.line(index.row()).group, Category | str)
        self._aim(index.row() if takes else -1)
        if takes:
            event.acceptProposedAction()
        else:
            event.ignore()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """Light nothing up any longer."""
        super().dragLeaveEvent(event)
        self._aim(-1)

    def dropEvent(self, event: QDropEvent) -> None:
        """Tell what was dropped on what."""
        ids, row = ids_in(event.mimeData()), self._state.target
        self.stopAutoScroll()
        self.setState(QAbstractItemView.State.NoState)
        self._aim(-1)
        group = self._lines.line(row).group if row >= 0 else None
        if not ids or group is None:
            return
        event.acceptProposedAction()
        if isinstance(group, str):
            self.dropped_on_queue.emit(ids, group)
        else:
            self.dropped_on_category.emit(ids, group)

    def _aim(self, row: int) -> None:
        self._state.target = row
        self.viewport().update()
