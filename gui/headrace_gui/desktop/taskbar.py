"""Progress on the program's entry in the task bar or dock, where the desktop has such a thing."""

from typing import Final, Protocol

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from headrace_gui.desktop.activity import Activity
from headrace_gui.desktop.message_bus import MessageBus

PACE_MS: Final = 500
"""Progress is not shown more often than this."""


class Taskbar(Protocol):
    """Shows how far the program has come. Only changes are worth a call, no more than two a second."""

    def show(self, activity: Activity, *, urgent: bool) -> None:
        """Show a bar while something runs; `urgent` asks for attention, as something failed."""


class BadgeTaskbar:
    """Shows the number of running downloads on the icon, which is what Qt can do everywhere."""

    def __init__(self, app: QGuiApplication) -> None:
        self._app = app

    def show(self, activity: Activity, *, urgent: bool) -> None:  # noqa: ARG002 - the badge has no colour
        """Show the number; none takes the badge away."""
        self._app.setBadgeNumber(activity.running)


def taskbar_for(app: QGuiApplication, window: QWidget, bus: MessageBus | None, platform: str) -> Taskbar:
    """Return the one of this desktop. `window` must have been shown once."""
    if platform == "win32":
        from headrace_gui.desktop.taskbar_windows import WindowsTaskbar, make_task_bar_list  # noqa: PLC0415 - of that system alone

        return WindowsTaskbar(int(window.winId()), make_task_bar_list())
    if bus is not None:
        from headrace_gui.desktop.taskbar_unity import UnityTaskbar  # noqa: PLC0415 - needs the message bus

        return UnityTaskbar(bus)
    return BadgeTaskbar(app)
