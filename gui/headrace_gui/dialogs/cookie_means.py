"""What choosing cookies draws on, and how a choice is put in words."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from headrace.cookie_choices import CookieChoice
from headrace.logins import Keychain
from headrace.manager import DownloadManager
from headrace.own_cookies import GIVEN, file_in
from headrace.snapshots import DownloadSnapshot

from headrace_gui.background import Background
from headrace_gui.texts import translate

_SITES = 3
"""Domains that are named."""


@dataclass(frozen=True, slots=True)
class CookieMeans:
    """What the dialog needs besides a parent."""

    background: Background
    keychain: Keychain
    addresses: Callable[[], Sequence[str]]
    """Those that the cookies are for, as they are now."""
    home: Path | None = None
    """Whose browsers are looked at; None for this person's."""


def give_cookies(manager: DownloadManager, to: Sequence[DownloadSnapshot], choice: CookieChoice | None) -> None:
    """Have unfinished downloads go on with what was chosen."""
    for one in to:
        own = None if choice is None else choice.for_address(one.address, private=one.is_private)
        manager.changes.set_options([one.id], cookies=own)


def choice_words(choice: CookieChoice | None) -> str:
    """Return what was chosen, in the person's language and without any value."""
    if choice is None:
        return translate("Cookies", "None of its own")
    if choice.path is not None:
        return translate("Cookies", "Out of {file}").format(file=choice.path.name)
    if choice.line:
        return translate("Cookies", "Those of a pasted line")
    return count_words(len(choice.cookies), choice.domains)


def mark_words(mark: str | None) -> str:
    """Return what is known of a download's own cookies, by the mark that its snapshot has."""
    if mark is None:
        return translate("Cookies", "None of its own")
    if mark == GIVEN:
        return translate("Cookies", "Given, in memory alone")
    if file := file_in(mark):
        return translate("Cookies", "Out of {file}").format(file=file)
    return translate("Cookies", "Kept in the system's keyring")


def count_words(count: int, domains: Sequence[str]) -> str:
    """Return how many there are for which domains."""
    sites = ", ".join(domains[:_SITES]) + (" …" if len(domains) > _SITES else "")
    return translate("Cookies", "%Ln cookie(s) for {sites}", "", count).format(sites=sites)
