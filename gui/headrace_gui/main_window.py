"""The main window: lays out its parts and ties them to the manager. What they do is theirs."""

# ruff: noqa: N802 - Qt names its virtual methods so

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from headrace.filters import Category, DownloadFilter, StatusFilter
from headrace.manager import DownloadManager
from headrace.snapshots import DownloadSnapshot, TotalsSnapshot
from headrace.states import Failure
from PySide6.QtCore import QEvent, QPoint, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QCloseEvent,
    QDragEnterEvent,
    QDropEvent,
    QHideEvent,
    QKeyEvent,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QMainWindow, QMenu, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from headrace_gui import words
from headrace_gui.actions import CONTEXT_MENU, MENU_BAR, Act, Actions
from headrace_gui.adding import Adding
from headrace_gui.background import Background
from headrace_gui.command_bar import CommandBar
from headrace_gui.desktop.free_space import folder_room
from headrace_gui.dialogs.limit_dialog import LimitDialog
from headrace_gui.dialogs.questions import show_about
from headrace_gui.download_commands import DownloadCommands
from headrace_gui.downloads.empty_state import EmptyState
from headrace_gui.downloads.filter_sidebar import NARROW, FilterSidebar
from headrace_gui.downloads.table_model import DownloadTableModel
from headrace_gui.downloads.table_view import DownloadTableView
from headrace_gui.drops import addresses_of
from headrace_gui.icons import IconSet
from headrace_gui.menu_bar import MenuBar
from headrace_gui.message_bar import MessageBar
from headrace_gui.status_bar import StatusBar
from headrace_gui.theme import Theme
from headrace_gui.toast import ToastArea
from headrace_gui.window_memory import WindowMemory

USUAL_SIZE: Final = QSize(1180, 760)
SMALLEST: Final = QSize(600, 360)
_NARROW_WINDOW: Final = 780
_ROOM_MS: Final = 5_000
_SECOND_MS: Final = 1_000


class MainWindow(QMainWindow):
    """Shows the manager's downloads and hands on what the person wants."""

    closed = Signal()

    def __init__(self, manager: DownloadManager, theme: Theme, icons: IconSet, memory: WindowMemory) -> None:
        super().__init__()
        self._manager, self._theme, self._icons, self._memory = manager, theme, icons, memory
        self._background = Background(self)
        self._loaded = False
        self._sidebar_width = 0
        self._make_parts()
        self._lay_out()
        self._menus = MenuBar(self.menuBar(), MENU_BAR, self.actions_of)
        self._make_timers()
        self._connect_parts()
        self._connect_manager()
        self._sidebar_width = self._memory.restore_window(self, USUAL_SIZE)
        if not self.sidebar.is_narrow:
            self._splitter.setSizes([self._sidebar_width, max(self.width() - self._sidebar_width, 1)])
        self._memory.restore_table(self.table)
        self._page().setFocus()

    # Making

    def _make_parts(self) -> None:
        self.setWindowTitle("Headrace")
        self.setAcceptDrops(True)
        self.setMinimumSize(SMALLEST)
        self.model = DownloadTableModel(parent=self)
        self.table = DownloadTableView(self.model, self._theme, self._icons, self)
        self.actions_of = Actions(self, self.table, self._theme, self._icons)
        self.bar = CommandBar(self.actions_of, self._theme, self._icons, self.ask_limit, self)
        self.sidebar = FilterSidebar(self.model, self._theme, self._icons, self)
        self.message_bar = MessageBar(self._theme, self._icons, self)
        self.status = StatusBar(self._theme, self._icons, self)
        self.empty = EmptyState(self._theme, self)
        self._centre = QWidget(self)
        self.setCentralWidget(self._centre)
        self.toasts = ToastArea(self._centre)
        self.adding = Adding(self._manager, self._background, self._theme, self._icons, self)
        self.commands = DownloadCommands(self._manager, self.table, self.toasts, self._background, self)

    def _lay_out(self) -> None:
        self._pages = QStackedWidget(self)
        self._pages.addWidget(self.table)
        self._pages.addWidget(self.empty)
        self._splitter = QSplitter(Qt.Orientation.Horizontal, self)
        self._splitter.addWidget(self.sidebar)
        self._splitter.addWidget(self._pages)
        self._splitter.setStretchFactor(1, 1)
        self._splitter.setChildrenCollapsible(False)
        self._splitter.setHandleWidth(1)
        column = QVBoxLayout(self._centre)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for part, stretch in ((self.bar, 0), (self.message_bar, 0), (self._splitter, 1), (self.status, 0)):
            column.addWidget(part, stretch)
        self.toasts.raise_()
        order = (self.sidebar, self.table)
        QWidget.setTabOrder(*order)

    def _make_timers(self) -> None:
        self._room_timer = QTimer(self)
        self._room_timer.setInterval(_ROOM_MS)
        self._room_timer.timeout.connect(self._ask_room)
        self._second_timer = QTimer(self)
        self._second_timer.setInterval(_SECOND_MS)
        self._second_timer.timeout.connect(self.model.tell_times_changed)

    def _connect_parts(self) -> None:
        actions = self.actions_of
        self.commands.connect_to(actions)
        self.adding.added.connect(self._show_added)
        actions[Act.ADD].triggered.connect(self.adding.open_with_clipboard)
        actions[Act.PASTE].triggered.connect(self._paste)
        actions[Act.UNDO].triggered.connect(self.toasts.press_latest)
        actions[Act.FIND].triggered.connect(self._find)
        actions[Act.ABOUT].triggered.connect(lambda: show_about(self))
        actions[Act.QUIT].triggered.connect(self.close)
        self.bar.limit.limit_chosen.connect(self.set_limit)
        self.bar.search.searched.connect(self._search)
        self.bar.search.left.connect(lambda: self._page().setFocus())
        self.sidebar.chosen.connect(self._choose_group)
        self.table.selection_changed.connect(self._refresh_actions)
        self.table.button_pressed.connect(self.commands.press)
        self.table.doubleClicked.connect(actions[Act.OPEN].trigger)
        self.table.customContextMenuRequested.connect(self._offer_actions)
        self.table.columns_header.column_toggled.connect(
            lambda column, hidden: self.table.set_column_hidden(column, hidden=hidden)
        )
        for change in (
            self.model.rowsInserted,
            self.model.rowsRemoved,
            self.model.modelReset,
            self.model.counts_changed,
        ):
            change.connect(self._choose_page)
        self.model.counts_changed.connect(self._refresh_timers)

    def _connect_manager(self) -> None:
        manager = self._manager
        manager.downloads_added.connect(self.model.add)
        manager.downloads_updated.connect(self._take_updates)
        manager.downloads_removed.connect(self.model.remove)
        manager.order_changed.connect(self.model.reorder)
        manager.totals_changed.connect(self._take_totals)
        manager.trouble.connect(self._tell_trouble)
        manager.loaded.connect(self._take_loaded)
        self.model.add(manager.snapshots())
        self._take_totals(manager.totals())
        self._choose_page()

    # News from the manager

    def _take_updates(self, snapshots: Sequence[DownloadSnapshot]) -> None:
        before = {each.id: self.model.snapshot(each.id) for each in snapshots if self.table.is_selected(each.id)}
        self.model.update(snapshots)
        after = ((old, self.model.snapshot(download_id)) for download_id, old in before.items())
        if any(old and new and old.state is not new.state for old, new in after):
            self._refresh_actions()

    def _take_totals(self, totals: TotalsSnapshot) -> None:
        self._totals = totals
        running = totals.active and totals.speed > 0
        self.setWindowTitle(f"Headrace — {words.speed(totals.speed)}" if running else "Headrace")
        self.status.show_totals(totals)
        self.bar.limit.show_limit(totals.limit)
        self._refresh_timers()

    def _take_loaded(self) -> None:
        self._loaded = True
        self._choose_page()

    def _tell_trouble(self, failure: Failure) -> None:
        self.message_bar.tell(f"Headrace cannot save to its profile folder. {words.failure_sentence(failure)}")

    # What is shown

    def _choose_page(self) -> None:
        has_rows = self.model.rowCount() > 0
        if not has_rows:
            self.empty.tell(*self._empty_words())
        before, page = self._page(), self.table if has_rows else self.empty
        had_focus = before.hasFocus()
        self._pages.setCurrentWidget(page)
        if had_focus:
            page.setFocus()

    def _page(self) -> QWidget:
        return self.empty if self._pages.currentWidget() is self.empty else self.table

    def _empty_words(self) -> tuple[str, str]:
        if self.model.count(StatusFilter.ALL):
            text = self.model.filter.text.strip()
            return (
                f"Nothing matches “{text}”" if text else "Nothing here at the moment"
            ), "Choose All to see everything"
        if not self._loaded:
            return "", ""
        return "Drop links here", "or press Ctrl+N to add some, Ctrl+V to paste what you copied"

    def _choose_group(self, group: StatusFilter | Category) -> None:
        text = self.model.filter.text
        if isinstance(group, Category):
            self.model.set_filter(DownloadFilter(category=group, text=text))
        else:
            self.model.set_filter(DownloadFilter(status=group, text=text))
        self._choose_page()

    def _search(self, text: str) -> None:
        self.model.set_filter(replace(self.model.filter, text=text))
        self._choose_page()

    def _find(self) -> None:
        self.bar.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.bar.search.selectAll()

    def _refresh_actions(self) -> None:
        self.actions_of.refresh(self.table.selected())

    def _offer_actions(self, position: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        chosen = bool(self.table.selected_ids())
        menu.addActions(self.actions_of.list_of(CONTEXT_MENU if chosen else (Act.ADD, Act.PASTE)))
        menu.popup(self.table.viewport().mapToGlobal(position))

    def show_message(self, text: str) -> None:
        """Show a message that stays until it is closed."""
        self.message_bar.tell(text)

    def show_and_raise(self) -> None:
        """Bring the window to the front, out of the task bar if need be."""
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.show()
        self.raise_()
        self.activateWindow()

    # Adding

    def _show_added(self, ids: list[str]) -> None:
        if any(self.model.row_of(each) is None for each in ids):
            self.bar.search.clear()
            self.sidebar.choose(StatusFilter.ALL)
            self._search("")
        self.table.choose(ids)
        self.table.setFocus()

    def _paste(self) -> None:
        if not self.adding.paste():
            self.toasts.tell("There is no address on the clipboard")

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Accept what holds addresses."""
        if addresses_of(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Add what was dropped."""
        addresses = addresses_of(event.mimeData())
        event.acceptProposedAction()
        QTimer.singleShot(0, self, lambda: self.adding.open(addresses))

    # The limit

    def set_limit(self, limit: int | None) -> None:
        """Put a global speed limit in force, bytes per second."""
        self._manager.apply_settings(replace(self._manager.settings, limit=limit))
        self.bar.limit.show_limit(limit)

    def ask_limit(self) -> None:
        """Ask for a limit that is not among the presets."""
        dialog = LimitDialog(self._manager.settings.limit, self)
        dialog.limit_chosen.connect(self.set_limit)
        dialog.open()

    # Timers run only while somebody can see what they do

    def _refresh_timers(self) -> None:
        seen = self.isVisible() and not self.isMinimized()
        _run(self._room_timer, wanted=seen and self._totals.active > 0)
        _run(self._second_timer, wanted=seen and self.model.waits_for_a_time)

    def _ask_room(self) -> None:
        folder = self._manager.settings.download_folder
        self._background.run(self, lambda: folder_room(folder), lambda room: self.status.show_room(folder, room))

    def showEvent(self, event: QShowEvent) -> None:
        """Look at the disk and let the timers run."""
        super().showEvent(event)
        QTimer.singleShot(0, self, self._ask_room)
        self._refresh_timers()

    def hideEvent(self, event: QHideEvent) -> None:
        """Let the timers rest."""
        super().hideEvent(event)
        self._refresh_timers()

    def changeEvent(self, event: QEvent) -> None:
        """Let the timers rest while minimized."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.WindowStateChange:
            self._refresh_timers()

    # Size, menu bar, end

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fold the sidebar to icons where the window is narrow, and back."""
        super().resizeEvent(event)
        narrow = self.width() < _NARROW_WINDOW
        if narrow == self.sidebar.is_narrow:
            return
        if narrow and self.isVisible():
            self._sidebar_width = self._splitter.sizes()[0]
        self.sidebar.set_narrow(narrow)
        width = NARROW if narrow else self._sidebar_width
        self._splitter.setSizes([width, self.width() - width])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Let the menu bar know of keys nobody else wanted."""
        self._menus.note_press(event)
        super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """Let the menu bar know of keys nobody else wanted."""
        self._menus.note_release(event)
        super().keyReleaseEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Remember everything and say goodbye."""
        sidebar = self._sidebar_width if self.sidebar.is_narrow else self.sidebar.width()
        self._memory.save(self, sidebar, self.table)
        super().closeEvent(event)
        self.closed.emit()


def _run(timer: QTimer, *, wanted: bool) -> None:
    if wanted and not timer.isActive():
        timer.start()
    elif not wanted:
        timer.stop()
