"""Logins of proxies and servers by the place that asks for them. They are in no file and in no log."""

from dataclasses import dataclass, field
from threading import Lock

from headrace.proxies import parse_proxy


@dataclass(frozen=True, slots=True)
class Login:
    """Who somebody is, and what proves it."""

    user: str
    password: str = field(repr=False)


class Logins:
    """What was given since the program began. Thread-safe.

    A place is an origin (`https://example.org:443`) or a proxy as `Proxy` writes it.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._known: dict[str, Login] = {}

    def give(self, place: str, login: Login) -> None:
        """Use this login at that place from now on."""
        with self._lock:
            self._known[place] = login

    def take(self, proxy: str | None) -> None:
        """Use the login in a checked choice of a proxy, if there is one."""
        if proxy is None or "@" not in proxy:
            return
        found = parse_proxy(proxy)
        if found.password is not None:
            self.give(str(found), Login(found.user or "", found.password))

    def of(self, place: str) -> Login | None:
        """Return the login for a place."""
        with self._lock:
            return self._known.get(place)

    def forget(self, place: str) -> None:
        """Use none there any more."""
        with self._lock:
            self._known.pop(place, None)
