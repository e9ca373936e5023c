"""Logging in: which downloads wait for a login to a place, and how they go on with one."""

import logging
from dataclasses import dataclass
from threading import Thread
from typing import Final

from headrace.addresses import checked_address, place_of, split_credentials
from headrace.failed import failed_over
from headrace.logins import Login
from headrace.manager import DownloadManager
from headrace.proxies import SCHEMES, parse_proxy
from headrace.states import Failure, FailureReason

_LOG = logging.getLogger(__name__)
_NAMED_FIRST = (FailureReason.LOGIN_PLUGIN_NEEDED, FailureReason.TICKET_NEEDED)
"""Failures whose detail is the place, and after a colon what is the matter."""
_ASKED_BY_PROXY: Final = 407


@dataclass(frozen=True, slots=True)
class Asked:
    """A place that asks for a login, and which downloads wait for it."""

    place: str
    is_proxy: bool
    ids: tuple[str, ...]
    refusals: int = 0
    """How many were given before, and refused."""
    offers: frozenset[str] = frozenset()
    """The schemes by which it lets people log in, as far as it has said since the program began."""
    what: Failure | None = None
    """What the downloads failed over."""


def asked_by(failure: Failure | None, manager: DownloadManager) -> Asked | None:
    """Return what a failure asks for; None where it is another one. Manager's thread."""
    place = place_wanted(failure)
    if failure is None or place is None:
        return None
    is_proxy = failure.reason is FailureReason.PROXY_LOGIN_NEEDED or failure.status == _ASKED_BY_PROXY
    logins = manager.net_context.logins
    ids = tuple(failed_over(manager, place_wanted, place))
    return Asked(place, is_proxy, ids, logins.refusals(place), logins.offer(place), failure)


def checked_place(text: str) -> str:
    """Return the place of a server or a proxy that is named by any address of it. Raise ValueError with a sentence."""
    scheme = text.partition("://")[0].strip().lower()
    if scheme in SCHEMES and scheme not in ("http", "https"):
        return parse_proxy(text).place
    return place_of(split_credentials(checked_address(text))[0])


def place_wanted(failure: Failure | None) -> str | None:
    """Return the place of `logins` that asked for a login; None where a failure is another one."""
    if failure is None:
        return None
    if failure.reason is FailureReason.LOGIN_NEEDED and "://" in failure.detail:
        return failure.detail
    if failure.reason in _NAMED_FIRST:
        return failure.detail.partition(": ")[0] or None
    if failure.reason is not FailureReason.PROXY_LOGIN_NEEDED:
        return None
    try:
        return parse_proxy(failure.detail).place
    except ValueError:
        return None


def log_in(manager: DownloadManager, place: str, login: Login) -> list[str]:
    """Use a login at a place from now on, and have all go on that waited for it; return their ids. Manager's thread."""
    manager.net_context.logins.give(place, login)
    return go_on(manager, place)


def go_on(manager: DownloadManager, place: str) -> list[str]:
    """Have all go on that waited for a login to a place; return their ids. Manager's thread."""
    ids = failed_over(manager, place_wanted, place)
    manager.resume(ids)
    return ids


class Keeping:
    """Has the keyring keep a login, or forget one, in a thread of its own: it may ask a person first."""

    def __init__(self, manager: DownloadManager, place: str, login: Login | None) -> None:
        """Begin; without a login that of the place is forgotten."""
        self._logins, self._place, self._login = manager.net_context.logins, place, login
        self.fault = ""
        """Why it was not done, once it is over."""
        self._thread = Thread(target=self._work, name="keyring", daemon=True)
        self._thread.start()

    @property
    def is_over(self) -> bool:
        """Whether it has come to an end."""
        return not self._thread.is_alive()

    def _work(self) -> None:
        try:
            if self._login is None:
                self._logins.forget(self._place)
            else:
                self._logins.keychain.write(self._place, self._login)
        except OSError as error:
            _LOG.warning("the login of %s is not kept: %s", self._place, error)
            self.fault = str(error)
