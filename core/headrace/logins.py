"""Logins of servers and proxies by the place that asks for them: in memory, and in the system's keyring if so wished.

A place is an origin as `addresses.place_of` has it, or a proxy as `Proxy.place` has it.
"""

import logging
from base64 import b64encode
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import Final, Protocol

from headrace.proxies import parse_proxy

_LOG: Final = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Login:
    """Who somebody is, and what proves it; without a user it is a token."""

    user: str
    password: str = field(repr=False)


def basic_field(login: Login) -> tuple[str, str]:
    """Return the header that carries a login readably (RFC 7617)."""
    return "Authorization", f"Basic {b64encode(f'{login.user}:{login.password}'.encode()).decode('ascii')}"


class Keychain(Protocol):
    """Where logins are kept safely. Thread-safe; every call may take long; reading, writing, removing raise OSError."""

    def places(self) -> Mapping[str, str]:
        """Return who is kept, by place, without asking the system."""

    def is_there(self) -> bool:
        """Say whether the system has one."""

    def read(self, place: str) -> Login | None:
        """Return what is kept for a place."""

    def write(self, place: str, login: Login) -> None:
        """Keep a login."""

    def remove(self, place: str) -> None:
        """Keep none any more."""


class NoKeychain:
    """Keeps nothing."""

    def places(self) -> Mapping[str, str]:
        """Return that nobody is kept."""
        return {}

    def is_there(self) -> bool:
        """Say that there is none."""
        return False

    def read(self, place: str) -> Login | None:  # noqa: ARG002 - the face of all
        """Return None."""
        return None

    def write(self, place: str, login: Login) -> None:  # noqa: ARG002 - the face of all
        """Refuse. Raises OSError."""
        raise OSError("there is no keyring")

    def remove(self, place: str) -> None:
        """Do nothing."""


class Logins:
    """What was given since the program began, and what is kept. Thread-safe."""

    def __init__(self, keychain: Keychain | None = None) -> None:
        self.keychain: Keychain = keychain or NoKeychain()
        """To be set before the first request."""
        self.elsewhere: Callable[[str], Login | None] | None = None
        """Where else a login is looked for, such as in .netrc; it may touch a disk."""
        self._lock = Lock()
        self._known: dict[str, Login] = {}
        self._refused: set[tuple[str, Login]] = set()
        self._challenges: dict[str, object] = {}
        self._offers: dict[str, frozenset[str]] = {}

    # -- quick: any thread -------------------------------------------------------------------------------------

    def give(self, place: str, login: Login) -> None:
        """Use this login at that place from now on."""
        with self._lock:
            self._known[place] = login
            self._refused.discard((place, login))

    def take(self, proxy: str | None) -> None:
        """Use the login in a checked choice of a proxy, if there is one."""
        if proxy is None or "@" not in proxy:
            return
        found = parse_proxy(proxy)
        if found.password is not None:
            self.give(found.place, Login(found.user or "", found.password))

    def refuse(self, place: str, login: Login) -> None:
        """Be told that a login was refused: it is not tried again."""
        with self._lock:
            self._refused.add((place, login))
            if self._known.get(place) == login:
                del self._known[place]

    def refusals(self, place: str) -> int:
        """Return how many logins a place has refused."""
        with self._lock:
            return sum(refused == place for refused, _ in self._refused)

    def user_at(self, place: str) -> str | None:
        """Return who is logged in at a place, or kept for it, "" for a token; None for nobody. Asks no keyring."""
        with self._lock:
            known = self._known.get(place)
        return self.keychain.places().get(place) if known is None else known.user

    def learn(self, place: str, challenge: object) -> None:
        """Remember how a place wants to be told who asks."""
        with self._lock:
            self._challenges[place] = challenge

    def challenge(self, place: str) -> object | None:
        """Return how a place wants to be told, if it ever said."""
        with self._lock:
            return self._challenges.get(place)

    def note_offer(self, place: str, schemes: Iterable[str]) -> None:
        """Remember by which schemes, in small letters, a place lets people log in."""
        with self._lock:
            self._offers[place] = frozenset(schemes)

    def offer(self, place: str) -> frozenset[str]:
        """Return the schemes by which a place lets people log in, as it said last; none where it never said."""
        with self._lock:
            return self._offers.get(place, frozenset())

    # -- slow: threads that may wait ---------------------------------------------------------------------------

    def of(self, place: str) -> Login | None:
        """Return the login for a place, out of the keychain if need be; None for none, or one that was refused."""
        with self._lock:
            known = self._known.get(place)
        if known is not None:
            return known
        found = self._kept(place)
        if found is None and self.elsewhere is not None:
            found = self.elsewhere(place)
        with self._lock:
            if found is None or (place, found) in self._refused:
                return None
            return self._known.setdefault(place, found)

    def _kept(self, place: str) -> Login | None:
        if place not in self.keychain.places():
            return None
        try:
            return self.keychain.read(place)
        except OSError as error:
            _LOG.warning("the login of %s is not to be had: %s", place, error)
            return None

    def forget_all(self) -> int:
        """Use and keep none any more; return how many were known. Raises OSError."""
        with self._lock:
            places = {*self._known, *self.keychain.places()}
        for place in places:
            self.forget(place)
        return len(places)

    def forget(self, place: str) -> None:
        """Use and keep none there any more. Raises OSError."""
        with self._lock:
            self._known.pop(place, None)
            self._challenges.pop(place, None)
        self.keychain.remove(place)
