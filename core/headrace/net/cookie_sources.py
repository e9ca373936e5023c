"""Where the cookies of requests come from: the settings' file, and what one download has of its own."""

import logging
from collections.abc import Sequence
from threading import Lock
from time import time
from typing import Protocol

from headrace.cookie_keeping import CookieKeeping
from headrace.cookie_scopes import Cookie, pairs_for
from headrace.errors import DownloadError
from headrace.net.cookie_file import CookieFile
from headrace.own_cookies import OwnCookies
from headrace.states import Failure, FailureReason

_LOG = logging.getLogger(__name__)


class CookieSource(Protocol):
    """Knows cookies. Thread-safe; may touch a disk."""

    def pairs(self, address: str) -> dict[str, str]:
        """Return the names and values that a request for an address carries."""


class DownloadCookies:
    """The cookies of one download. Without them no request goes out: a page to log in would come instead of the file.

    Reads the keyring once, so not for the window's thread.
    """

    def __init__(self, own: OwnCookies, keeping: CookieKeeping) -> None:
        self._own, self._keeping = own, keeping
        self._file = None if own.path is None else CookieFile(own.path)
        self._lock = Lock()
        self._cookies: Sequence[Cookie] = own.cookies

    def pairs(self, address: str) -> dict[str, str]:
        """Return what an address gets. Raises DownloadError COOKIES_NEEDED where the cookies are not to be had."""
        if self._file is not None:
            try:
                return self._file.required(address)
            except OSError as error:
                _LOG.warning("the cookies of a download cannot be read: %s", type(error).__name__)
                raise DownloadError(Failure(FailureReason.COOKIES_NEEDED, str(self._own.path))) from None
        return pairs_for(self._given(), address, time())

    def _given(self) -> Sequence[Cookie]:
        with self._lock:
            if not self._cookies:
                self._cookies = self._keeping.read(self._own.key) or ()
            if not self._cookies:
                raise DownloadError.of(FailureReason.COOKIES_NEEDED)
            return self._cookies


class Together:
    """Cookies of several sources; of one name, the later one's counts."""

    def __init__(self, *sources: CookieSource) -> None:
        self._sources = sources

    def pairs(self, address: str) -> dict[str, str]:
        """Return what all have. Raises what they raise."""
        found: dict[str, str] = {}
        for source in self._sources:
            found |= source.pairs(address)
        return found
