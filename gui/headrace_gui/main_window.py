"""The main window: lays out its parts and ties them to one another. What they do is theirs."""

# ruff: noqa: N802 - Qt names its virtual methods so

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Final, Protocol

from headrace.day import with_limit
from headrace.filters import StatusFilter
from headrace.manager import DownloadManager
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
from PySide6.QtWidgets import QMainWindow, QMenu, QSplitter, QVBoxLayout, QWidget

from headrace_gui.action_table import CONTEXT_MENU, MENU_BAR, Act
from headrace_gui.actions import Actions
from headrace_gui.adding import Adding
from headrace_gui.background import Background
from headrace_gui.command_bar import CommandBar
from headrace_gui.copying import Copying
from headrace_gui.details.drawer_dock import DrawerDock
from headrace_gui.details.drawer_face import DrawerFace
from headrace_gui.details.sparkline import SpeedSparkline
from headrace_gui.details.speed_recorder import SpeedRecorder
from headrace_gui.dialogs.add_probes import Asker
from headrace_gui.dialogs.on_demand import ask_limit, show_about, show_shortcuts
from headrace_gui.download_commands import DownloadCommands
from headrace_gui.downloads.dragging import ids_in
from headrace_gui.downloads.filter_sidebar import NARROW, FilterSidebar
from headrace_gui.drops import holds_addresses
from headrace_gui.edit_commands import EditCommands
from headrace_gui.first_run import FirstRunStrip, is_first_run
from headrace_gui.icons import IconSet
from headrace_gui.list_files import ListFiles
from headrace_gui.list_pane import ListPane
from headrace_gui.menu_bar import MenuBar
from headrace_gui.message_bar import MessageBar
from headrace_gui.preferences import PreferenceKeeper, Preferences
from headrace_gui.quiet import tie_quiet
from headrace_gui.settings_pages.queue_book import QueueBook
from headrace_gui.settings_pages.values import SettingValues
from headrace_gui.sidebar_commands import SidebarCommands
from headrace_gui.status_bar import StatusBar
from headrace_gui.texts import on_language, translate
from headrace_gui.theme import Theme
from headrace_gui.toast import ToastArea
from headrace_gui.window_memory import WindowMemory
from headrace_gui.window_news import WindowNews

USUAL_SIZE: Final = QSize(1180, 760)
SMALLEST: Final = QSize(600, 360)
_NARROW_WINDOW: Final = 780


class Taker(Protocol):
    """What may take the window out of sight instead of having it closed."""

    def takes(self, event: QCloseEvent) -> bool:
        """Say whether it did."""


class MainWindow(QMainWindow):
    """Shows the manager's downloads and hands on what the person wants."""

    closed = Signal()

    def __init__(
        self,
        manager: DownloadManager,
        theme: Theme,
        icons: IconSet,
        memory: WindowMemory,
        keeper: PreferenceKeeper,
        *,
        asker: Callable[[], Asker] | None = None,
    ) -> None:
        """Take `asker` to ask servers by before something is added; None asks nobody."""
        super().__init__()
        self._manager, self._theme, self._icons, self._memory, self._keeper = manager, theme, icons, memory, keeper
        self.background = Background(self)
        self._asker = asker
        self.presence: Taker | None = None
        """What it is on the desktop besides, from when it has been shown."""
        self._units: bool | None = None
        self._quits = self._is_ended = False
        self._make_parts()
        self._lay_out()
        self._menus = MenuBar(self.menuBar(), MENU_BAR, self.actions_of)
        header = self.table.columns_header
        self._menus.add_made("&View", header.sort_menu, header.columns_menu)
        self._menus.add_made("&Edit", self.copying.menu)
        self._connect_parts()
        self._restore()
        on_language(self, self.news.retell)
        self.list.page().setFocus()

    # Making

    def _make_parts(self) -> None:
        self.setWindowTitle("Headrace")
        self.setAcceptDrops(True)
        self.setMinimumSize(SMALLEST)
        look = (self._theme, self._icons)
        self.list = ListPane(*look, self)
        self._recorder = SpeedRecorder(self._manager, parent=self)
        self.dock = DrawerDock(self.list, self._make_details, self.list.table.selected, self)
        self.table, self.model = self.list.table, self.list.model
        self.actions_of = Actions(self, self.table, *look)
        self.bar = CommandBar(self.actions_of, *look, self.ask_limit, self)
        self.sidebar = FilterSidebar(self.model, *look, self)
        self.message_bar = MessageBar(*look, self)
        self.sparkline = SpeedSparkline(self._theme)
        self.status = StatusBar(*look, self, graph=self.sparkline)
        self._centre = QWidget(self)
        self.setCentralWidget(self._centre)
        self.toasts = ToastArea(self._centre)
        self.adding = self._make_adding()
        self.commands = DownloadCommands(self._manager, self.table, self.toasts, self.background, self)
        self.edits = EditCommands(self._manager, self.table, self.toasts, self.background, *look, self)
        self.copying = Copying(self._manager, self.table, self.toasts, self.actions_of, self)
        self.files = ListFiles(self._manager, self.adding, self.toasts, self.background, self)
        values = SettingValues(self._manager, self._keeper, None, self.background, self)
        book = QueueBook(self._manager, values)
        self.sidebar_commands = SidebarCommands(self._manager, self.sidebar, book, self.toasts, look, self)
        shown = (self.bar, self.status, self.message_bar)
        self.news = WindowNews(self._manager, self.list, shown, self.background, self)

    def _make_details(self) -> DrawerFace:
        from headrace_gui.details.drawer import DetailsDrawer  # noqa: PLC0415 - wanted by few at the start

        parts = (self._theme, self._icons, self.background, self._memory.part("details"), self.dock)
        drawer = DetailsDrawer(self._manager, *parts, recorder=self._recorder)
        drawer.folder_wanted.connect(self.commands.show_one)
        return drawer

    def _make_adding(self) -> Adding:
        look, memory = (self._theme, self._icons), self._memory.part("adding")
        adding = Adding(
            self._manager, self.background, *look, self, keeper=self._keeper, memory=memory, asker=self._asker
        )
        adding.added.connect(self.show_rows)
        adding.added_silently.connect(self._tell_silent)
        adding.nothing_found.connect(lambda: self.toasts.tell(translate("Window", "There is no address in it")))
        return adding

    def _lay_out(self) -> None:
        self._splitter = QSplitter(Qt.Orientation.Horizontal, self)
        self._splitter.addWidget(self.sidebar)
        self._splitter.addWidget(self.dock)
        self._splitter.setStretchFactor(1, 1)
        self._splitter.setChildrenCollapsible(False)
        self._splitter.setHandleWidth(1)
        column = QVBoxLayout(self._centre)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for part, stretch in ((self.bar, 0), (self.message_bar, 0), (self._splitter, 1), (self.status, 0)):
            column.addWidget(part, stretch)
        in_order: list[QWidget] = [self.bar, self.message_bar, self.sidebar, self.table]
        if is_first_run(self._memory):
            in_order.insert(1, FirstRunStrip(self._theme, self._icons, self._keeper, self))
            column.insertWidget(1, in_order[1])
        self.toasts.raise_()
        for before, after in pairwise(_stops(in_order)):
            QWidget.setTabOrder(before, after)

    def _connect_parts(self) -> None:
        actions = self.actions_of
        self.commands.connect_to(actions)
        self.edits.connect_to(actions)
        self.files.connect_to(actions)
        actions[Act.ADD].triggered.connect(self.adding.open_with_clipboard)
        actions[Act.PASTE].triggered.connect(self._paste)
        actions[Act.UNDO].triggered.connect(self.toasts.undo_latest)
        actions[Act.FIND].triggered.connect(self.bar.search.begin)
        actions[Act.SHORTCUTS].triggered.connect(lambda: show_shortcuts(self))
        actions[Act.ABOUT].triggered.connect(lambda: show_about(self))
        actions[Act.QUIT].triggered.connect(self.quit)
        self._connect_switches()
        self.bar.limit.limit_chosen.connect(self.set_limit)
        self.bar.search.searched.connect(self.list.search)
        self.bar.search.left.connect(lambda: self.list.page().setFocus())
        self.list.empty.accepted.connect(self._search_no_more)
        self.sidebar.chosen.connect(self.list.choose_group)
        self._manager.totals_changed.connect(lambda totals: self.sparkline.add(totals.speed))
        self.edits.follow(self.commands)
        self.news.title_changed.connect(self.setWindowTitle)
        self.news.choice_changed.connect(self._refresh_actions)
        self._connect_table()

    def _connect_switches(self) -> None:
        """Tie the actions with a tick to what they switch, in both directions."""
        details, compact = self.actions_of[Act.DETAILS], self.actions_of[Act.COMPACT]
        tie_quiet(self.actions_of[Act.QUIET], self._manager)
        details.toggled.connect(self.dock.set_open)
        self.dock.open_changed.connect(details.setChecked)
        compact.toggled.connect(lambda on: self._keeper.change(one_line_rows=on))
        self._keeper.changed.connect(self._follow_preferences)
        self._follow_preferences(self._keeper.now)

    def _follow_preferences(self, preferences: Preferences) -> None:
        self.table.set_compact(preferences.one_line_rows)
        self.actions_of[Act.COMPACT].setChecked(preferences.one_line_rows)
        if self._units != preferences.binary_units:
            self._units = preferences.binary_units
            self.model.tell_words_changed()
            self.news.retell()
            self.dock.retell()

    def _connect_table(self) -> None:
        table, changes = self.table, self._manager.changes
        table.selection_changed.connect(self._show_choice)
        table.order_wanted.connect(changes.move_to)
        table.rows_seen.connect(changes.look_for)
        table.button_pressed.connect(self.commands.press)
        table.doubleClicked.connect(self.actions_of[Act.OPEN].trigger)
        table.customContextMenuRequested.connect(self._offer_actions)

    def _restore(self) -> None:
        self._sidebar_width = self._memory.restore_window(self, USUAL_SIZE)
        on_language(self, self._widen_sidebar)
        if not self.sidebar.is_narrow:
            self._splitter.setSizes([self._sidebar_width, max(self.width() - self._sidebar_width, 1)])
        self._memory.restore_table(self.table)
        self._memory.restore_sidebar(self.sidebar)
        if self._memory.part("details").value("open", usual=False):
            self.dock.open_again()

    def _widen_sidebar(self) -> None:
        """Give titles that are longer in another language their room."""
        self._sidebar_width = max(self._sidebar_width, self.sidebar.roomy_width())
        if not self.sidebar.is_narrow and self._splitter.sizes()[0] < self._sidebar_width:
            self._splitter.setSizes([self._sidebar_width, max(self.width() - self._sidebar_width, 1)])

    # What is shown

    def _refresh_actions(self) -> None:
        self.actions_of.refresh(self.table.selected().samples())

    def _show_choice(self) -> None:
        selected = self.table.selected()
        self.actions_of.refresh(selected.samples())
        self.dock.show_selection(selected)

    def _offer_actions(self, position: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        chosen = bool(self.table.selected_ids())
        self.copying.fill(menu, CONTEXT_MENU if chosen else (Act.ADD, Act.PASTE))
        menu.popup(self.table.viewport().mapToGlobal(position))

    def show_message(self, text: str) -> None:
        """Show a message that stays until it is closed."""
        self.message_bar.tell(text)

    def show_downloads(self, ids: Sequence[str]) -> None:
        """Come to the front with these downloads chosen, if there are any."""
        self.show_and_raise()
        if ids:
            self.show_rows(list(ids))

    def show_and_raise(self) -> None:
        """Bring the window to the front, out of the task bar if need be."""
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.show()
        self.raise_()
        self.activateWindow()

    # Adding

    def show_rows(self, ids: list[str]) -> None:
        """Choose downloads, out of whatever hides them."""
        if not self.list.shows_all(ids):
            self.bar.search.clear()
            self.sidebar.choose(StatusFilter.ALL)
            self.list.search("")
        self.table.choose(ids)
        self.table.setFocus()

    def _search_no_more(self) -> None:
        self.bar.search.clear()
        self.list.search("")
        self.list.page().setFocus()

    def _tell_silent(self, ids: list[str]) -> None:
        self.toasts.tell(translate("Window", "Added %Ln download(s)", "", len(ids)))

    def _paste(self) -> None:
        if not self.adding.paste():
            self.toasts.tell(translate("Window", "There is no address on the clipboard"))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Accept what may hold addresses."""
        data = event.mimeData()
        if not ids_in(data) and holds_addresses(data):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Add what was dropped."""
        event.acceptProposedAction()
        self.adding.drop(event.mimeData())

    # The limit

    def set_limit(self, limit: int | None) -> None:
        """Put a global speed limit in force, bytes per second."""
        self._manager.apply_settings(with_limit(self._manager.settings, limit))
        self.bar.limit.show_limit(limit)

    def ask_limit(self) -> None:
        """Ask for a limit that is not among the presets."""
        ask_limit(self._manager.settings.limit, self.set_limit, self)

    # Size, visibility, menu bar, end

    def showEvent(self, event: QShowEvent) -> None:
        """Look at the disk and let the timers run."""
        super().showEvent(event)
        QTimer.singleShot(0, self, self.news.ask_room)
        self._tell_seen()

    def hideEvent(self, event: QHideEvent) -> None:
        """Let the timers rest."""
        super().hideEvent(event)
        self._tell_seen()

    def changeEvent(self, event: QEvent) -> None:
        """Let the timers rest while minimized."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.WindowStateChange:
            self._tell_seen()

    def _tell_seen(self) -> None:
        self.news.set_seen(self.isVisible() and not self.isMinimized())

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

    def quit(self) -> None:
        """End the program, whatever closing the window means."""
        self._quits = True
        self.close()
        if self.isHidden():  # a window out of sight is not asked to close
            self._end()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Go to the tray where that is wanted; else remember everything and say goodbye."""
        if not self._quits and self.presence is not None and self.presence.takes(event):
            event.ignore()
            return
        super().closeEvent(event)
        self._end()

    def _end(self) -> None:
        if self._is_ended:
            return
        self._is_ended = True
        sidebar = self._sidebar_width if self.sidebar.is_narrow else self.sidebar.width()
        self.adding.finish()
        self.dock.remember()
        self._memory.save(self, sidebar, self.table, self.sidebar)
        self.closed.emit()


def _stops(parts: Iterable[QWidget]) -> Iterator[QWidget]:
    """Yield what Tab stops at in these parts: Qt takes no order of widgets that only hold others."""
    for part in parts:
        for each in (part, *part.findChildren(QWidget)):
            if each.focusPolicy() & Qt.FocusPolicy.TabFocus and each.window() is part.window():
                yield each
