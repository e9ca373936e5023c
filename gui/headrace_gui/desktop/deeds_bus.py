"""The same on Linux: by logind, which lets whoever sits at the machine do it, and by the session's own manager."""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from headrace.finale import Deed
from jeepney import DBusAddress, MessageType, message_bus, new_method_call
from jeepney.io.blocking import DBusConnection, open_dbus_connection

from headrace_gui.desktop.bus import session_address, system_address
from headrace_gui.desktop.message_bus import Remote

_PATIENCE: Final = 10.0
"""Seconds for an answer."""
_NO_BUS: Final = (OSError, RuntimeError, ValueError, LookupError, AssertionError)
"""What opening a bus may raise."""

LOGIND: Final = Remote("org.freedesktop.login1", "/org/freedesktop/login1", "org.freedesktop.login1.Manager")
SESSION: Final = Remote(
    "org.freedesktop.login1", "/org/freedesktop/login1/session/auto", "org.freedesktop.login1.Session"
)
_BY_LOGIND: Final[Mapping[Deed, str]] = MappingProxyType(
    {Deed.SLEEP: "Suspend", Deed.HIBERNATE: "Hibernate", Deed.SHUT_DOWN: "PowerOff", Deed.RESTART: "Reboot"}
)


class _Manager(NamedTuple):
    """What ends the sessions of a desktop in order."""

    running: str
    """The name on the bus that says that it is this desktop; what ends its session may be started for it."""
    remote: Remote
    method: str
    types: str = ""
    values: tuple[Any, ...] = ()


_GNOME, _XFCE = "org.gnome.SessionManager", "org.xfce.SessionManager"
_LOG_OUT: Final = (
    # 1: without asking once more. What is not saved in other programs is still asked about by those.
    _Manager(_GNOME, Remote(_GNOME, "/org/gnome/SessionManager", _GNOME), "Logout", "u", (1,)),
    _Manager("org.kde.ksmserver", Remote("org.kde.Shutdown", "/Shutdown", "org.kde.Shutdown"), "logout"),
    _Manager(
        _XFCE, Remote(_XFCE, "/org/xfce/SessionManager", "org.xfce.Session.Manager"), "Logout", "bb", (False, True)
    ),
)
"""The first that runs is asked."""


class BusDeeds:
    """Makes a connection for each question, in the thread that asks: it also works when the event loop has ended."""

    def __init__(
        self, system: Callable[[], str] = system_address, session: Callable[[], str] = session_address
    ) -> None:
        self._system, self._session = system, session

    def able(self) -> frozenset[Deed]:
        """Return what logind allows without a password, and whether there is a session to end."""
        able: set[Deed] = set()
        with suppress(*_NO_BUS), _bus(self._system()) as bus:
            able |= {deed for deed, name in _BY_LOGIND.items() if _asked(bus, LOGIND, f"Can{name}") == ("yes",)}
            if os.environ.get("XDG_SESSION_ID"):
                able.add(Deed.LOG_OUT)
        with suppress(*_NO_BUS), _bus(self._session()) as bus:
            if any(_is_there(bus, manager.running) for manager in _LOG_OUT):
                able.add(Deed.LOG_OUT)
        return frozenset(able)

    def do(self, deed: Deed) -> None:
        """Do it, with nobody asked for a password. Raises OSError with what logind says."""
        try:
            if deed is Deed.LOG_OUT:
                self._log_out()
                return
            with _bus(self._system()) as bus:
                _asked(bus, LOGIND, _BY_LOGIND[deed], "b", (False,))
        except OSError:
            raise
        except _NO_BUS as error:
            raise OSError(str(error)) from error

    def _log_out(self) -> None:
        with suppress(*_NO_BUS), _bus(self._session()) as bus:
            for manager in _LOG_OUT:
                if _is_there(bus, manager.running):
                    _asked(bus, *manager[1:])
                    return
        with _bus(self._system()) as bus:
            _asked(bus, SESSION, "Terminate")


@contextmanager
def _bus(address: str) -> Iterator[DBusConnection]:
    if not address:
        raise OSError("there is no message bus")
    with open_dbus_connection(address) as bus:
        yield bus


def _asked(
    bus: DBusConnection, to: Remote, method: str, types: str = "", values: tuple[Any, ...] = ()
) -> tuple[Any, ...]:
    """Return the answer of a method. Raises OSError with the reason where it is refused."""
    address = DBusAddress(to.path, bus_name=to.service, interface=to.interface)
    answer = bus.send_and_get_reply(new_method_call(address, method, types or None, values), timeout=_PATIENCE)
    if answer.header.message_type is MessageType.error:
        raise OSError(str(answer.body[0]) if answer.body else f"{method} was refused")
    return tuple(answer.body)


def _is_there(bus: DBusConnection, name: str) -> bool:
    answer = bus.send_and_get_reply(message_bus.NameHasOwner(name), timeout=_PATIENCE)
    return bool(answer.body[0])
