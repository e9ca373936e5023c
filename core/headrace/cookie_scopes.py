"""To whom a cookie belongs: by domain, path, TLS and date (RFC 6265 section 5). Pure functions."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlsplit

from headrace.addresses import place_of

_TOKEN: Final = re.compile(r"[^\x00-\x20\x7f;=,\"]+")
_BAD_VALUE: Final = re.compile(r"[\x00-\x1f\x7f;]")
_ADDRESS: Final = re.compile(r"[0-9.]+|.*:.*")


@dataclass(frozen=True, slots=True)
class Cookie:
    """One cookie. Raises ValueError, without the value in it, for what no request can carry."""

    domain: str
    """In small letters, without a dot in front."""
    below: bool
    """Whether the hosts below the domain get it too."""
    path: str
    secure: bool
    """Whether it goes over TLS alone."""
    expires: float | None
    """Unix seconds; None for as long as somebody has it."""
    name: str
    value: str = field(repr=False)
    origin: str = ""
    """The only origin that gets it, as `addresses.place_of` has it; "" for all that the rest allows."""

    def __post_init__(self) -> None:
        if not _TOKEN.fullmatch(self.name) or _BAD_VALUE.search(self.value) or not self.domain:
            raise ValueError("this is no cookie that can be sent")
        object.__setattr__(self, "domain", self.domain.removeprefix(".").lower())
        object.__setattr__(self, "path", self.path if self.path.startswith("/") else "/")

    def goes_to(self, scheme: str, host: str, path: str) -> bool:
        """Say whether a request gets it, its date apart; the host in small letters."""
        return (
            (not self.secure or scheme == "https")
            and (host == self.domain or (self.below and _is_below(host, self.domain)))
            and _is_within(path, self.path)
        )


def _is_below(host: str, domain: str) -> bool:
    """Say whether a host is one of a domain (section 5.1.3); no domain of one word has any."""
    return host.endswith(f".{domain}") and "." in domain and not _ADDRESS.fullmatch(host)


def _is_within(path: str, folder: str) -> bool:
    """Say whether a path is one of a cookie's (section 5.1.4)."""
    return path == folder or (path.startswith(folder) and (folder.endswith("/") or path[len(folder)] == "/"))


def pairs_for(cookies: Iterable[Cookie], address: str, now: float) -> dict[str, str]:
    """Return the names and values that a request for `address` at `now`, in Unix seconds, carries.

    Of one name the cookie of the longest path and domain counts. Letters beyond ASCII are told in UTF-8.
    """
    parts = urlsplit(address)
    scheme, host, path = parts.scheme.lower(), (parts.hostname or "").lower(), parts.path or "/"
    place = place_of(address)
    found = [
        one
        for one in cookies
        if (one.expires is None or one.expires > now)
        and (not one.origin or one.origin == place)
        and one.goes_to(scheme, host, path)
    ]
    found.sort(key=lambda one: (-len(one.path), -len(one.domain)))
    pairs: dict[str, str] = {}
    for one in found:
        pairs.setdefault(_sent(one.name), _sent(one.value))
    return pairs


def _sent(text: str) -> str:
    """Return what HTTP, which knows Latin-1 alone, has to be given so that UTF-8 goes out."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("latin-1")


def site_domains(host: str) -> tuple[str, ...]:
    """Return the domains whose cookies a host may get: itself and its parents, but for the last word alone."""
    host = host.lower()
    if _ADDRESS.fullmatch(host):
        return (host,)
    words = host.split(".")
    return (host, *(".".join(words[start:]) for start in range(1, len(words) - 1)))


def cookie_row(one: Cookie) -> list[Any]:
    """Return a cookie, its value too, as JSON has it."""
    return [one.domain, one.below, one.path, one.secure, one.expires, one.name, one.value, one.origin]


def cookie_of_row(row: object) -> Cookie:
    """Read what `cookie_row` made. Raises ValueError."""
    kinds: tuple[Any, ...] = (str, bool, str, bool, (int, float, type(None)), str, str, str)
    if not isinstance(row, list) or len(row) != len(kinds):
        raise ValueError("a cookie is a list of eight")
    if not all(isinstance(value, kind) for value, kind in zip(row, kinds, strict=True)):
        raise ValueError("a cookie has a value of another kind than it can have")
    return Cookie(*row)
