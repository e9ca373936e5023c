"""Cookies of downloads in the system's keyring, for a person who wishes it: under a key, in pieces.

Windows' store takes no more than 1,280 characters at once.
"""

import json
import logging
from collections.abc import Collection, Sequence
from threading import Lock
from typing import Final

from headrace.cookie_scopes import Cookie, cookie_of_row, cookie_row
from headrace.errands import Errands
from headrace.logins import Keychain, Login, NoKeychain
from headrace.own_cookies import OwnCookies

_LOG: Final = logging.getLogger(__name__)
_PIECE: Final = 1_000
"""Characters."""
_MOST_PIECES: Final = 200


class CookieKeeping:
    """Keeps, reads and forgets them. Thread-safe."""

    def __init__(self, keychain: Keychain | None = None) -> None:
        self.keychain: Keychain = keychain or NoKeychain()
        """To be set before anything is kept."""
        self._errands = Errands("cookie-keeping")
        self._lock = Lock()
        self._taken: set[str] = set()

    # -- quick: any thread -------------------------------------------------------------------------------------

    def take(self, own: OwnCookies | None) -> None:
        """Have the keyring keep what is to be kept, soon; where it does not, the download asks again one day."""
        if own is None or not own.key or not own.cookies:
            return
        with self._lock:
            if own.key in self._taken:
                return
            self._taken.add(own.key)
        self._errands.run(lambda: self._write(own.key, own.cookies))

    def leave_only(self, keys: Collection[str]) -> None:
        """Have the keyring forget, soon, what is under no key of these; what this process had it keep stays."""
        wanted = frozenset(keys)
        self._errands.run(lambda: self._sweep(wanted))

    # -- slow: threads that may wait ---------------------------------------------------------------------------

    def read(self, key: str) -> tuple[Cookie, ...] | None:
        """Return what is kept under a key; None for nothing that makes sense."""
        try:
            first = self.keychain.read(_place(key, 0))
            if first is None:
                return None
            count = int(first.user)
            rest = [self.keychain.read(_place(key, number)) for number in range(1, min(count, _MOST_PIECES))]
            text = "".join("" if each is None else each.password for each in (first, *rest))
            return tuple(map(cookie_of_row, json.loads(text)))
        except (OSError, ValueError, TypeError) as error:
            _LOG.warning("the cookies of a download are not to be had: %s", type(error).__name__)
            return None

    def _write(self, key: str, cookies: Sequence[Cookie]) -> None:
        text = json.dumps([cookie_row(one) for one in cookies])
        pieces = [text[start : start + _PIECE] for start in range(0, len(text), _PIECE)]
        if len(pieces) > _MOST_PIECES:
            _LOG.warning("the cookies of a download are too many to be kept")
            return
        try:
            for number, piece in enumerate(pieces):
                self.keychain.write(_place(key, number), Login(str(len(pieces)), piece))
        except OSError as error:
            _LOG.warning("the cookies of a download are not kept: %s", error)
            with self._lock:
                self._taken.discard(key)

    def _sweep(self, wanted: Collection[str]) -> None:
        with self._lock:
            wanted = {*wanted, *self._taken}
        for place in list(self.keychain.places()):
            if place.partition("/")[0] not in wanted:
                try:
                    self.keychain.remove(place)
                except OSError as error:
                    _LOG.warning("cookies of a download are not forgotten: %s", error)


def _place(key: str, number: int) -> str:
    return f"{key}/{number}"
