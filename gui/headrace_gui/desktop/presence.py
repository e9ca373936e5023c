"""Everything the program is on the desktop besides its window: made after the window is shown, at rest while idle."""

# ruff: noqa: N802 - Qt names its virtual methods so

import sys
from collections import deque
from collections.abc import Sequence
from typing import Final

from headrace.manager import DownloadManager
from headrace.snapshots import TotalsSnapshot
from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtGui import QCloseEvent, QGuiApplication
from PySide6.QtWidgets import QApplication, QWidget

from headrace_gui.desktop.activity import Activity, ActivityMeter
from headrace_gui.desktop.awake import Awake, holder_for
from headrace_gui.desktop.clipboard_watch import KEPT, ClipboardWatch
from headrace_gui.desktop.closing import Close, decide
from headrace_gui.desktop.message_bus import MessageBus
from headrace_gui.desktop.news import News
from headrace_gui.desktop.notes import in_tray_note
from headrace_gui.desktop.notifications import Notifier
from headrace_gui.desktop.pace import Pace
from headrace_gui.desktop.popups import Popups, TrayPopups
from headrace_gui.desktop.taskbar import PACE_MS, taskbar_for
from headrace_gui.desktop.told import first_time, is_told
from headrace_gui.desktop.tray import Tray, TrayActions
from headrace_gui.memory import Memory
from headrace_gui.preferences import PreferenceKeeper, Preferences

_IN_TRAY: Final = "in_tray"
_WINDOW_EVENTS: Final = frozenset(
    {QEvent.Type.Show, QEvent.Type.Hide, QEvent.Type.WindowStateChange, QEvent.Type.ActivationChange}
)


class Presence(QObject):
    """Tray, notifications, task bar, wakefulness and clipboard watch of one window, by its preferences.

    What a person wants there comes out as signals. `with_session` is whether the program was started by the session.
    Call `close` when the program ends.
    """

    open_wanted = Signal(str)
    show_wanted = Signal(str)
    """The id of the download whose file is to be shown in its folder."""
    retry_wanted = Signal(list)
    window_wanted = Signal(list)
    """Bring the window to the front, and choose these downloads where there are any."""
    limit_chosen = Signal(object)
    """Bytes per second, None for no limit."""
    links_found = Signal(list)
    """Addresses of files copied in another program, told while somebody has the window before their eyes."""
    links_wanted = Signal(list)
    """Such addresses that are to be added."""
    tray_settled = Signal(bool)
    """Whether there is an icon in a tray: told once. A window that started hidden must be shown where there is none."""

    def __init__(
        self,
        window: QWidget,
        manager: DownloadManager,
        keeper: PreferenceKeeper,
        memory: Memory,
        actions: TrayActions,
        *,
        with_session: bool = False,
        platform: str = sys.platform,
    ) -> None:
        super().__init__(window)
        self._window, self._manager, self._keeper, self._memory = window, manager, keeper, memory
        self._is_urgent = False
        self._links: deque[str] = deque(maxlen=KEPT)
        """Copied where nobody saw the window."""
        self.bus = _session_bus(platform, self)
        self.tray = Tray(actions, self.bus, self)
        self._news = News(manager, manager.awake(), self)
        self.notifier = Notifier(self._news, self._popups(), keeper, self._is_watched, self)
        self._meter = ActivityMeter(manager, manager.awake(), self)
        self._taskbar = taskbar_for(_app(), window, self.bus, platform)
        self._taskbar_pace = Pace(PACE_MS, self._show_in_taskbar, self)
        self._awake = Awake(holder_for(self.bus, platform, self), self)
        self._clipboard = ClipboardWatch(QGuiApplication.clipboard(), keeper, self)
        self._connect()
        self._begin(with_session=with_session)

    def takes(self, event: QCloseEvent) -> bool:
        """Say whether the window went to the tray instead of being closed; then ignore the event."""
        wanted = decide(
            self._keeper.now.closing,
            by_hand=event.spontaneous(),
            has_tray=self.tray.is_shown,
            is_explained=is_told(self._memory, _IN_TRAY),
        )
        if wanted is Close.QUIT:
            return False
        self._window.hide()
        if wanted is Close.HIDE_AND_EXPLAIN and first_time(self._memory, _IN_TRAY):
            self.notifier.tell(in_tray_note())
        return True

    def close(self) -> None:
        """Leave nothing behind on the desktop."""
        self._window.removeEventFilter(self)
        self._taskbar_pace.forget()
        self._taskbar.show(Activity(), urgent=False)
        self._awake.close()
        self.tray.close()
        if self.bus is not None:
            self.bus.close()

    # Making

    def _popups(self) -> Popups:
        by_tray = TrayPopups(self.tray.show_message, self)
        self.tray.message_clicked.connect(by_tray.click)
        if self.bus is None:
            return by_tray
        from headrace_gui.desktop.bus_popups import BusPopups  # noqa: PLC0415 - needs the message bus

        return BusPopups(self.bus, by_tray, self)

    def _connect(self) -> None:
        tray, notifier = self.tray, self.notifier
        tray.window_toggled.connect(self._toggle_window)
        tray.limit_chosen.connect(self.limit_chosen)
        tray.settled.connect(self.tray_settled)
        for theirs, ours in (
            (notifier.open_wanted, self.open_wanted),
            (notifier.show_wanted, self.show_wanted),
            (notifier.retry_wanted, self.retry_wanted),
            (notifier.window_wanted, self.window_wanted),
        ):
            theirs.connect(ours)
        notifier.links_wanted.connect(self._want_links)
        self._clipboard.found.connect(self._take_links)
        self._meter.changed.connect(tray.show_activity)
        self._meter.changed.connect(self._taskbar_pace.ask)
        self._news.failed.connect(self._note_failure)
        self._manager.totals_changed.connect(self._take_totals)
        self._keeper.changed.connect(self._follow)
        self._window.installEventFilter(self)

    def _begin(self, *, with_session: bool) -> None:
        self._show_window_state()
        self.tray.show_activity(self._meter.now)
        self._take_totals(self._manager.totals())
        self.tray.begin(wanted=self._keeper.now.tray_icon, with_session=with_session)
        if self._meter.now.running:
            self._taskbar_pace.ask()

    # What happens

    def _take_totals(self, totals: TotalsSnapshot) -> None:
        self.tray.show_totals(totals)
        self._awake.hold(totals.active > 0 and self._keeper.now.keep_awake)

    def _follow(self, preferences: Preferences) -> None:
        self.tray.want(wanted=preferences.tray_icon)
        self._take_totals(self._manager.totals())
        if not preferences.tray_icon and not self._window.isVisible():
            self.window_wanted.emit([])

    def _note_failure(self, _downloads: Sequence[object]) -> None:
        if not self._is_watched():
            self._is_urgent = True
            self._taskbar_pace.ask()

    def _take_links(self, links: list[str]) -> None:
        """Offer them here and now, or by a notification and once more when the window is looked at."""
        self._links.extend(links)
        if self._is_watched():
            self._offer_links()
        else:
            self.notifier.tell_links([*self._links])

    def _offer_links(self) -> None:
        links = [*self._links]
        self._links.clear()
        if links:
            self.links_found.emit(links)

    def _want_links(self, links: list[str]) -> None:
        self._links.clear()
        self.links_wanted.emit(links)

    def _show_in_taskbar(self) -> None:
        self._taskbar.show(self._meter.now, urgent=self._is_urgent)

    def _toggle_window(self) -> None:
        if self._is_window_shown():
            self._window.hide()
        else:
            self.window_wanted.emit([])

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the window as it is shown, hidden and looked at."""
        if event.type() in _WINDOW_EVENTS:
            self._show_window_state()
        return super().eventFilter(watched, event)

    def _show_window_state(self) -> None:
        self.tray.show_window_state(is_shown=self._is_window_shown())
        if not self._is_watched():
            return
        self._offer_links()
        if self._is_urgent:
            self._is_urgent = False
            self._taskbar_pace.ask()

    def _is_window_shown(self) -> bool:
        return self._window.isVisible() and not self._window.isMinimized()

    def _is_watched(self) -> bool:
        return self._is_window_shown() and self._window.isActiveWindow()


def _session_bus(platform: str, parent: QObject) -> MessageBus | None:
    if platform in ("win32", "darwin"):
        return None
    from headrace_gui.desktop.bus import Bus, session_address  # noqa: PLC0415 - not needed elsewhere

    return Bus(session_address(), parent)


def _app() -> QApplication:
    app = QApplication.instance()
    if not isinstance(app, QApplication):
        raise TypeError("the desktop needs an application with windows")
    return app
