"""The program as desktops start and call it over the message bus: the interface org.freedesktop.Application.

Desktop Entry Specification, "D-Bus Activation". A desktop that starts the program so opens it, hands links and files
over, and does the actions of the desktop entry without a process of their own.
"""

from collections.abc import Mapping
from typing import Any, Final

from PySide6.QtCore import QObject, Signal

from headrace_gui.desktop.message_bus import MessageBus, Remote

NAME: Final = "org.headrace.Headrace"
PATH: Final = "/org/headrace/Headrace"
INTERFACE: Final = "org.freedesktop.Application"
_BUS: Final = Remote("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus")
_DO_NOT_QUEUE: Final = 4
_MOST_URIS: Final = 1_000
_LONGEST: Final = 100_000


class Application(QObject):
    """Takes the program's name on the session's bus, unless another window has it already, and hears its calls."""

    activated = Signal(str)
    """The window is wanted; with the token that lets it come to the front, or ""."""
    opened = Signal(list, str)
    """Addresses and files, as URIs, and the token."""
    asked = Signal(str, str)
    """The name of an action of the desktop entry, and the token."""

    def __init__(self, bus: MessageBus, parent: QObject | None = None) -> None:
        super().__init__(parent)
        bus.serve(
            PATH,
            INTERFACE,
            {
                "Activate": ("a{sv}", self._activate),
                "Open": ("asa{sv}", self._open),
                "ActivateAction": ("sava{sv}", self._act),
            },
        )
        bus.call(_BUS, "RequestName", "su", (NAME, _DO_NOT_QUEUE))

    def _activate(self, platform: Mapping[str, Any]) -> None:
        self.activated.emit(_token(platform))

    def _open(self, uris: list[str], platform: Mapping[str, Any]) -> None:
        usable = [uri for uri in uris[:_MOST_URIS] if len(uri) <= _LONGEST]
        self.opened.emit(usable, _token(platform))

    def _act(self, name: str, _parameters: list[Any], platform: Mapping[str, Any]) -> None:
        self.asked.emit(name, _token(platform))


def _token(platform: Mapping[str, Any]) -> str:
    """Return what lets a window come to the front, as Wayland or X11 call it."""
    for key in ("activation-token", "desktop-startup-id"):
        kind, value = platform.get(key, ("", ""))
        if kind == "s" and value:
            return str(value)
    return ""
