"""What the network is called, as NetworkManager has it on Linux. Elsewhere no network has a name."""

from collections.abc import Callable
from typing import Any, Final

from PySide6.QtCore import QObject

from headrace_gui.desktop.message_bus import MessageBus, Remote

SERVICE: Final = "org.freedesktop.NetworkManager"
PATH: Final = "/org/freedesktop/NetworkManager"
PROPERTIES: Final = "org.freedesktop.DBus.Properties"
_ACTIVE: Final = "org.freedesktop.NetworkManager.Connection.Active"
_PRIMARY: Final = "PrimaryConnection"
"""The connection that leads into the world; under a VPN the one that carries it."""


class NetworkName(QObject):
    """Tells the name of the connection that is used, soon and at each change; "" where there is none."""

    def __init__(self, bus: MessageBus, told: Callable[[str], object], parent: QObject | None = None) -> None:
        """`bus` is the machine's. NetworkManager is never started for this."""
        super().__init__(parent)
        self._bus, self._told = bus, told
        self._name = ""
        bus.listen(PROPERTIES, "PropertiesChanged", self._hear, path=PATH, first=SERVICE)
        bus.watch_name(SERVICE, self._meet)

    def _meet(self, there: bool) -> None:  # noqa: FBT001 - what the bus says
        if there:
            self._get(PATH, SERVICE, _PRIMARY, self._take_path)
        else:
            self._tell("")

    def _hear(self, _interface: str, values: dict[str, Any], gone: list[str]) -> None:
        if _PRIMARY in values or _PRIMARY in gone:
            self._meet(True)  # noqa: FBT003 - who speaks is there

    def _get(self, path: str, interface: str, name: str, then: Callable[[str], object]) -> None:
        def take(answer: tuple[Any, ...] | None) -> None:
            variant = answer[0] if answer else None
            value = variant[1] if isinstance(variant, tuple) and len(variant) == 2 else None
            then(value if isinstance(value, str) else "")

        self._bus.call(Remote(SERVICE, path, PROPERTIES), "Get", "ss", (interface, name), take, start=False)

    def _take_path(self, path: str) -> None:
        if path in ("", "/"):
            self._tell("")
        else:
            self._get(path, _ACTIVE, "Id", self._tell)

    def _tell(self, name: str) -> None:
        if name != self._name:
            self._name = name
            self._told(name)
