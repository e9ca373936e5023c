"""The icon in the tray: how far everything is, how fast, and the few things one wants without the window."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from headrace.snapshots import TotalsSnapshot
from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QAction, QActionGroup, QGuiApplication
from PySide6.QtWidgets import QMenu, QSystemTrayIcon

from headrace_gui import words
from headrace_gui.desktop.activity import Activity
from headrace_gui.desktop.message_bus import MessageBus
from headrace_gui.desktop.pace import Pace
from headrace_gui.desktop.tray_icon import step_of, tray_icon
from headrace_gui.speed_limit import PRESETS
from headrace_gui.texts import SEPARATOR, on_language, translate

_WATCHER: Final = "org.kde.StatusNotifierWatcher"
GRACE_MS: Final = 2_000
"""How long a panel may take to say that it is there: Qt looks for one of today's kind only once."""
SESSION_GRACE_MS: Final = 10_000
"""The same in a session that is just beginning."""
_PACE_MS: Final = 1_000


@dataclass(frozen=True, slots=True)
class TrayActions:
    """The window's own actions that are offered in the tray: those in the middle, and the last."""

    middle: Sequence[QAction]
    quit: QAction


class TrayMenu(QMenu):
    """What the icon's menu holds."""

    window_toggled = Signal()
    limit_chosen = Signal(object)
    """Bytes per second, None for no limit."""

    def __init__(self, actions: TrayActions) -> None:
        super().__init__()
        self._window = self.addAction("", self.window_toggled.emit)
        self.setDefaultAction(self._window)
        self._speed = self.addAction("")
        self._speed.setEnabled(False)
        self.addSeparator()
        self.addActions(actions.middle)
        self._limits = self.addMenu("")
        self._group = QActionGroup(self._limits)
        self.addSeparator()
        self.addAction(actions.quit)
        self._is_window_shown = True
        self._offered: list[tuple[int | None, str]] = []
        """The limits in the menu, and what they are called."""
        self._limit: int | None = None
        on_language(self, self._retext)

    def show_window_state(self, *, is_shown: bool) -> None:
        """Offer to hide or to show the window."""
        self._is_window_shown = is_shown
        hide, show = translate("Desktop", "Hide Headrace"), translate("Desktop", "Show Headrace")
        self._window.setText(hide if is_shown else show)

    def show_speed(self, line: str) -> None:
        """Show what goes on."""
        self._speed.setText(line)

    def show_limit(self, limit: int | None) -> None:
        """Mark the limit in force, which need not be one of the presets."""
        rates = [*PRESETS, *([] if limit in PRESETS else [limit])]
        offered = [(rate, words.limit(rate)) for rate in rates]
        if offered != self._offered:
            self._fill(offered)
        self._limit = limit
        self._group.actions()[rates.index(limit)].setChecked(True)

    def _fill(self, offered: list[tuple[int | None, str]]) -> None:
        self._offered = offered
        self._limits.clear()
        for old in self._group.actions():
            self._group.removeAction(old)
        for rate, name in offered:
            action = self._limits.addAction(name)
            action.setCheckable(True)
            action.triggered.connect(lambda _checked, rate=rate: self.limit_chosen.emit(rate))
            self._group.addAction(action)

    def _retext(self) -> None:
        self._limits.setTitle(translate("Desktop", "Speed limit"))
        self.show_window_state(is_shown=self._is_window_shown)
        self.show_limit(self._limit)


class Tray(QObject):
    """Shows the icon while it is wanted and there is a tray. While nothing changes, it does nothing."""

    window_toggled = Signal()
    limit_chosen = Signal(object)
    """Bytes per second, None for no limit."""
    message_clicked = Signal()
    settled = Signal(bool)
    """Whether the icon is in a tray: told once, as soon as it is known, which may take some seconds."""

    def __init__(self, actions: TrayActions, bus: MessageBus | None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.menu = TrayMenu(actions)
        self.menu.window_toggled.connect(self.window_toggled)
        self.menu.limit_chosen.connect(self.limit_chosen)
        self._icon: QSystemTrayIcon | None = None
        self._is_wanted = False
        self._is_settled = False
        self._activity, self._totals = Activity(), TotalsSnapshot(0.0, 0, 0, 0, 0, 0, None)
        self._step: int | None = -1
        self._pace = Pace(_PACE_MS, self._paint, self)
        self._grace = QTimer(self)
        self._grace.setSingleShot(True)
        self._grace.timeout.connect(self._settle)
        self._bus = bus

    def begin(self, *, wanted: bool, with_session: bool = False) -> None:
        """Find out whether there is a tray, and show the icon in it where it is wanted.

        `with_session` is whether the session has only just begun.
        """
        self._is_wanted = wanted
        if self._bus is not None:
            self._bus.watch_name(_WATCHER, lambda there: self._settle() if there else None)
        if self._bus is not None and self._bus.is_there:
            self._grace.start(SESSION_GRACE_MS if with_session else GRACE_MS)
        else:
            QTimer.singleShot(0, self, self._settle)

    @property
    def is_shown(self) -> bool:
        """Whether a person can see the icon now."""
        return self._icon is not None and self._icon.isVisible() and QSystemTrayIcon.isSystemTrayAvailable()

    def want(self, *, wanted: bool) -> None:
        """Show or hide the icon."""
        self._is_wanted = wanted
        if self._is_settled:
            self._show_or_hide()

    def show_activity(self, activity: Activity) -> None:
        """Show how far everything is."""
        self._activity = activity
        self._pace.ask()

    def show_totals(self, totals: TotalsSnapshot) -> None:
        """Show speed, counts and limit."""
        self._totals = totals
        self._pace.ask()

    def show_window_state(self, *, is_shown: bool) -> None:
        """Offer to hide or to show the window."""
        self.menu.show_window_state(is_shown=is_shown)

    def show_message(self, title: str, text: str, is_failure: bool) -> None:  # noqa: FBT001 - passed on as it comes
        """Show a message beside the icon, where there is one."""
        if self._icon is not None:
            kind = QSystemTrayIcon.MessageIcon.Warning if is_failure else QSystemTrayIcon.MessageIcon.Information
            self._icon.showMessage(title, text, kind)

    def close(self) -> None:
        """Take the icon away for good."""
        self._grace.stop()
        self._pace.forget()
        if self._icon is not None:
            self._icon.hide()
        self.menu.deleteLater()

    def _settle(self) -> None:
        if self._is_settled:
            return
        self._is_settled = True
        self._grace.stop()
        self._show_or_hide()
        self.settled.emit(self.is_shown)

    def _show_or_hide(self) -> None:
        if self._is_wanted and self._icon is None and _may_be_shown():
            self._icon = QSystemTrayIcon(self)
            self._icon.setContextMenu(self.menu)
            self._icon.activated.connect(self._take_click)
            self._icon.messageClicked.connect(self.message_clicked)
            self._paint()
        if self._icon is not None:
            self._icon.setVisible(self._is_wanted)

    def _take_click(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        # On macOS a click opens the menu, which holds the same.
        if reason is QSystemTrayIcon.ActivationReason.Trigger and sys.platform != "darwin":
            self.window_toggled.emit()

    def _paint(self) -> None:
        line = speed_line(self._totals)
        self.menu.show_speed(line)
        self.menu.show_limit(self._totals.limit)
        if self._icon is None:
            return
        self._icon.setToolTip(tip(self._activity, line))
        running = self._activity.running > 0
        step = step_of(self._activity.fraction or 0.0) if running else None
        if step != self._step:
            self._step = step
            self._icon.setIcon(tray_icon(self._activity.fraction or 0.0 if running else None, is_mask=_is_mask()))


def _may_be_shown() -> bool:
    """Say whether there is a tray, or Qt would notice one that comes later, as it does on X11."""
    return QSystemTrayIcon.isSystemTrayAvailable() or QGuiApplication.platformName() == "xcb"


def _is_mask() -> bool:
    return sys.platform == "darwin"


def speed_line(totals: TotalsSnapshot) -> str:
    """Write what goes on in one line."""
    parts = [words.speed(totals.speed)] if totals.active else []
    parts += [translate("Desktop", "%Ln active", "", totals.active)] if totals.active else []
    parts += [translate("Desktop", "%Ln waiting", "", totals.waiting)] if totals.waiting else []
    return SEPARATOR.join(parts) or translate("Desktop", "Nothing to do")


def tip(activity: Activity, line: str) -> str:
    """Write what the icon says when the pointer rests on it."""
    if activity.fraction is None:
        return f"Headrace\n{line}"
    #: The program's name and how much of everything that runs is there, such as "Headrace: 62 %"
    head = translate("Desktop", "Headrace: {percent}").format(percent=words.percent(activity.fraction))
    return f"{head}\n{line}"
