"""Cookies out of a file in Netscape's format, as browsers' add-ons, curl and wget write it: each to whom it belongs."""

import logging
from http.cookiejar import LoadError, MozillaCookieJar
from pathlib import Path
from threading import Lock
from typing import Any

import requests
from requests.cookies import MockRequest

_LOG = logging.getLogger(__name__)


class CookieFile:
    """Reads the file again when it has changed. Thread-safe; touches the disk, so not for the window's thread."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = Lock()
        self._read_at: tuple[int, int] | None = None
        self._jar = MozillaCookieJar()

    def pairs(self, address: str) -> dict[str, str]:
        """Return names and values for an address, by domain, path, `secure` and date (RFC 6265 section 5.4)."""
        with self._lock:
            self._refresh()
            jar = self._jar
        request: Any = MockRequest(requests.Request("GET", address).prepare())
        jar.add_cookie_header(request)
        sent = dict(request.get_new_headers()).get("Cookie", "")
        return dict(pair.split("=", 1) for pair in sent.split("; ") if "=" in pair)

    def _refresh(self) -> None:
        try:
            there = self._path.stat()
            now = there.st_mtime_ns, there.st_size
            if now != self._read_at:
                self._jar, self._read_at = read_cookies(self._path), now
        except OSError as error:  # LoadError is one
            if self._read_at is not None or not len(self._jar):
                _LOG.warning("the cookies in %s cannot be used: %s", self._path.name, type(error).__name__)
            self._jar, self._read_at = MozillaCookieJar(), None


def read_cookies(path: Path) -> MozillaCookieJar:
    """Read the file. Raises OSError, LoadError (an OSError) where it is no such file."""
    jar = MozillaCookieJar(str(path))
    try:
        jar.load(ignore_discard=True, ignore_expires=True)
    except ValueError as error:  # bytes that are no text, too
        raise LoadError(f"{path.name} is not a cookies.txt") from error
    for cookie in jar:
        if cookie.expires == 0:  # so curl and browsers' add-ons write that it is good as long as the browser runs
            cookie.expires = None
    return jar
