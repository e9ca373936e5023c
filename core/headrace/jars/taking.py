"""Takes the cookies of one site out of a browser's store, at the moment a person asks for it, and of no other site."""

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from time import time

from headrace.addresses import origin_of
from headrace.cookie_scopes import Cookie
from headrace.jars.chromium import chromium_cookies
from headrace.jars.chromium_keys import Keys
from headrace.jars.faults import Fault, JarError
from headrace.jars.firefox import firefox_cookies
from headrace.jars.profiles import BrowserProfile, chosen_profile
from headrace.own_cookies import OwnCookies


@dataclass(frozen=True, slots=True)
class Taken:
    """What was found for one site."""

    profile: BrowserProfile
    hosts: tuple[str, ...]
    """The hosts asked for: themselves and their parents are the site."""
    cookies: tuple[Cookie, ...] = field(repr=False)

    @property
    def domains(self) -> tuple[str, ...]:
        """The domains that have some, in order."""
        return tuple(sorted({one.domain for one in self.cookies}))


def take_cookies(profile: BrowserProfile, addresses: Iterable[str]) -> Taken:
    """Return the cookies that the hosts of these addresses may get, those past their date left out.

    It may take long: a keyring may ask a person. Raises JarError.
    """
    hosts = tuple(dict.fromkeys(origin_of(address)[1] for address in addresses))
    now, found = time(), dict[Cookie, None]()
    try:
        keys = None if profile.is_firefox else Keys(profile.browser)
        for host in hosts:
            some = firefox_cookies(profile.store, host) if keys is None else chromium_cookies(profile, host, keys)
            found |= dict.fromkeys(one for one in some if one.expires is None or one.expires > now)
    except (OSError, sqlite3.Error):
        raise JarError(Fault.UNREADABLE, profile.title) from None
    return Taken(profile, hosts, tuple(found))


def cookies_from(browser: str, addresses: Iterable[str], home: Path | None = None) -> Taken:
    """Do the same with what `profiles.chosen_profile` reads. Raises JarError."""
    return take_cookies(chosen_profile(browser, home), addresses)


def own_of(taken: Taken, address: str) -> OwnCookies | None:
    """Return those of what was taken that the host of an address may get; None for none."""
    host = origin_of(address)[1]
    fitting = tuple(
        one for one in taken.cookies if one.domain == host or (one.below and f".{host}".endswith(f".{one.domain}"))
    )
    return OwnCookies(fitting) if fitting else None
