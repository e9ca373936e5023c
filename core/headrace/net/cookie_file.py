"""Cookies out of a file in Netscape's format, as browsers' add-ons, curl and wget write it: each to whom it belongs."""

import logging
from http.cookiejar import LoadError
from pathlib import Path
from threading import Lock
from time import time
from typing import Final

from headrace.cookie_scopes import Cookie, pairs_for
from headrace.cookie_texts import read_netscape

_LOG = logging.getLogger(__name__)
_MOST_BYTES: Final = 16 << 20


class CookieFile:
    """Reads the file again when it has changed. Thread-safe; touches the disk, so not for the window's thread."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = Lock()
        self._read_at: tuple[int, int] | None = None
        self._cookies: tuple[Cookie, ...] = ()

    def pairs(self, address: str) -> dict[str, str]:
        """Return names and values for an address, as `cookie_scopes.pairs_for` has it; a bad file is an empty one."""
        with self._lock:
            try:
                self._refresh()
            except OSError as error:  # LoadError is one
                if self._read_at is not None or not self._cookies:
                    _LOG.warning("the cookies in %s cannot be used: %s", self._path.name, type(error).__name__)
                self._cookies, self._read_at = (), None
            cookies = self._cookies
        return pairs_for(cookies, address, time())

    def required(self, address: str) -> dict[str, str]:
        """Return the same. Raises OSError where the file is not there, or is no such file."""
        with self._lock:
            self._refresh()
            cookies = self._cookies
        return pairs_for(cookies, address, time())

    def _refresh(self) -> None:
        there = self._path.stat()
        now = there.st_mtime_ns, there.st_size
        if now != self._read_at:
            self._cookies, self._read_at = read_cookies(self._path), now


def read_cookies(path: Path) -> tuple[Cookie, ...]:
    """Read the file. Raises OSError, LoadError (an OSError) where it is no such file."""
    with path.open("rb") as file:
        data = file.read(_MOST_BYTES + 1)
    if len(data) > _MOST_BYTES:
        raise LoadError(f"{path.name} is too large")
    try:
        return read_netscape(data.decode("utf-8-sig"))
    except ValueError as error:  # bytes that are no text, too
        raise LoadError(f"{path.name} is not a cookies.txt") from error
