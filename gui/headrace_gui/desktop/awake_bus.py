"""Keeping a Linux machine awake: by the session's manager, its power manager, the portal, or at last by logind."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from PySide6.QtCore import QObject

from headrace_gui.desktop.bus import Bus, system_address
from headrace_gui.desktop.message_bus import MessageBus, Remote

_LOG: Final = logging.getLogger(__name__)
_APP: Final = "headrace"
_SUSPEND: Final = 4
"""The flag, GNOME's and the portal's: do not suspend. The screen may go dark."""

GNOME: Final = Remote("org.gnome.SessionManager", "/org/gnome/SessionManager", "org.gnome.SessionManager")
POWER: Final = Remote(
    "org.freedesktop.PowerManagement",
    "/org/freedesktop/PowerManagement/Inhibit",
    "org.freedesktop.PowerManagement.Inhibit",
)
PORTAL: Final = Remote(
    "org.freedesktop.portal.Desktop", "/org/freedesktop/portal/desktop", "org.freedesktop.portal.Inhibit"
)
LOGIND: Final = Remote("org.freedesktop.login1", "/org/freedesktop/login1", "org.freedesktop.login1.Manager")


@dataclass(frozen=True, slots=True)
class _Way:
    """One way to ask: the interface, the types and values of its Inhibit, and how to take it back."""

    remote: Remote
    types: str
    values: Callable[[str], tuple[Any, ...]]
    undo: Callable[[MessageBus, Any], object]
    is_of_system: bool = False


def _close_request(bus: MessageBus, handle: str) -> None:
    bus.call(Remote(PORTAL.service, handle, "org.freedesktop.portal.Request"), "Close")


WAYS: Final = (
    _Way(
        GNOME,
        "susu",
        lambda reason: (_APP, 0, reason, _SUSPEND),
        lambda bus, cookie: bus.call(GNOME, "Uninhibit", "u", (cookie,)),
    ),
    _Way(POWER, "ss", lambda reason: (_APP, reason), lambda bus, cookie: bus.call(POWER, "UnInhibit", "u", (cookie,))),
    _Way(PORTAL, "sua{sv}", lambda reason: ("", _SUSPEND, {"reason": ("s", reason)}), _close_request),
    # What a person asks for is never refused: "idle" only keeps logind from suspending by itself.
    _Way(
        LOGIND,
        "ssss",
        lambda reason: ("idle", "Headrace", reason, "block"),
        lambda _bus, descriptor: descriptor.close(),
        is_of_system=True,
    ),
)
"""Tried in this order; the first that answers holds. Programs that do not run are not started for it."""


class BusHolder(QObject):
    """Asks one after the other, without waiting. What is held ends with the connection, whatever becomes of us."""

    def __init__(self, session: MessageBus, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._system: MessageBus | None = None
        self._is_wanted = False
        self.is_asking = False
        """Whether an answer is awaited."""
        self._held: tuple[_Way, Any] | None = None
        self._reason = ""
        self._has_told = False

    def hold(self, reason: str) -> None:
        """Keep it awake from now on."""
        self._is_wanted, self._reason = True, reason
        if not self.is_asking and self._held is None:
            self.is_asking = True
            self._ask(0)

    def release(self) -> None:
        """Let it sleep again."""
        self._is_wanted = False
        if self._held is not None:
            way, token = self._held
            self._held = None
            way.undo(self._bus_of(way), token)
        if self._system is not None and not self.is_asking:
            self._system.close()
            self._system = None

    def _ask(self, number: int) -> None:
        way = WAYS[number]
        values = way.values(self._reason)
        self._bus_of(way).call(
            way.remote, "Inhibit", way.types, values, lambda answer: self._take(number, answer), start=way.is_of_system
        )

    def _take(self, number: int, answer: tuple[Any, ...] | None) -> None:
        if answer is not None:
            self._held = (WAYS[number], answer[0])
        elif self._is_wanted and number + 1 < len(WAYS):
            self._ask(number + 1)
            return
        elif not self._has_told:
            self._has_told = True
            _LOG.info("nothing here can keep the machine awake")
        self.is_asking = False
        if not self._is_wanted:
            self.release()

    def _bus_of(self, way: _Way) -> MessageBus:
        if not way.is_of_system:
            return self._session
        if self._system is None:
            self._system = Bus(system_address(), self)
        return self._system
