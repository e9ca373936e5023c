"""Progress on docks and task bars that know the launcher interface of Unity: KDE, Ubuntu, Dash to Dock, Plank."""

from typing import Any, Final

from headrace_gui.desktop.activity import Activity
from headrace_gui.desktop.message_bus import MessageBus

INTERFACE: Final = "com.canonical.Unity.LauncherEntry"
_PATH: Final = "/org/headrace/Launcher"
_ENTRY: Final = "application://org.headrace.Headrace.desktop"


class UnityTaskbar:
    """Tells whoever listens; that somebody does cannot be found out and need not."""

    def __init__(self, bus: MessageBus) -> None:
        self._bus = bus

    def show(self, activity: Activity, *, urgent: bool) -> None:
        """Show a bar where a length is known, and the number of those that run."""
        self._bus.tell(_PATH, INTERFACE, "Update", "sa{sv}", (_ENTRY, _properties(activity, urgent=urgent)))


def _properties(activity: Activity, *, urgent: bool) -> dict[str, tuple[str, Any]]:
    return {
        "progress": ("d", activity.fraction or 0.0),
        "progress-visible": ("b", activity.fraction is not None),
        "count": ("x", activity.running),
        "count-visible": ("b", activity.running > 0),
        "urgent": ("b", urgent),
    }
