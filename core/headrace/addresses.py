"""Addresses: what is accepted, what is shown, what stays secret. Pure functions."""

import re
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Final
from urllib.parse import SplitResult, unquote, urlsplit, urlunsplit

from headrace.elsewhere import FAULTS

_CANDIDATE: Final = re.compile(r"(?:https?|ftp|ftps|ftpes|sftp)://[^\s<>\"'`]+", re.IGNORECASE)
_SECRET_VALUE: Final = re.compile(r"([?&;#][^=?&;#\s]*=)[^&;#\s]+")
_USERINFO: Final = re.compile(r"(?<=://)[^/?#\s]*@")
_PLAIN: Final = re.compile(r"https?://([a-z0-9.-]+)(?:[/?#]|\Z)")
"""An address with its host in lower case, without login and port."""
_CLEAN: Final = re.compile(r"https?://[A-Za-z0-9.-]+(?::(?:[1-5][0-9]{4}|[1-9][0-9]{0,3}))?(/[!-\"$-~]*)?")
"""An address with nothing to be cleaned but a question mark at its end, and a path that may be missing."""
_UNUSABLE: Final = re.compile(r"[\s\x00-\x1f\x7f-\x9f\ud800-\udfff]")
"""Spaces, controls, halves of surrogates."""
_PAIRS: Final = ("()", "[]", "{}")


PORTS: Final[Mapping[str, int]] = MappingProxyType(
    {"http": 80, "https": 443, "ftp": 21, "ftpes": 21, "ftps": 990, "sftp": 22}
)
"""What is spoken, and the port where it usually is."""


def checked_address(text: str) -> str:
    """Return `text` as a clean address; raise ValueError with a sentence that says what is wrong."""
    address = text.strip()
    if (clean := _CLEAN.fullmatch(address)) and not address.endswith("?"):  # most are, and a list of them is long
        return address if clean[1] else f"{address}/"
    if _UNUSABLE.search(address):
        raise ValueError(f"{redacted(address)!r} is not one address: it holds spaces or control characters")
    if (scheme := address.partition(":")[0].lower()) in FAULTS:
        raise ValueError(f"{redacted(address)!r} {FAULTS[scheme]}")
    parts = _split(address)
    if parts.scheme.lower() not in PORTS:
        raise ValueError(f"{redacted(address)!r} does not begin with http://, https://, ftp:// or sftp://")
    if "\\" in parts.netloc:  # libraries differ on where the host ends then
        raise ValueError(f"{redacted(address)!r} has a backslash in its host")
    if not parts.hostname:
        raise ValueError(f"{redacted(address)!r} names no host")
    return urlunsplit(parts._replace(scheme=parts.scheme.lower(), path=parts.path or "/", fragment=""))


def checked_web_address(text: str) -> str:
    """Return `text` as a clean HTTP(S) address; raise ValueError with a sentence that says what is wrong."""
    address = checked_address(text)
    if not address.startswith(("http:", "https:")):
        raise ValueError(f"{redacted(address)!r} does not begin with http:// or https://")
    return address


def _split(address: str) -> SplitResult:
    try:
        parts = urlsplit(address)
        usable = parts.port != 0  # raises where the port is no number up to 65535
        urlsplit("//" + parts.netloc.rpartition("@")[2])  # a bracket in a login hides one that the host lacks
    except ValueError:  # its words may hold the password
        usable = False
    if not usable:
        raise ValueError(f"{redacted(address)!r} is not an address: its host or port is not valid")
    return parts


def split_credentials(address: str) -> tuple[str, tuple[str, str] | None]:
    """Part an address from its `user:password@`; None where it has none."""
    if "@" not in address:
        return address, None
    parts = urlsplit(address)
    userinfo, at, host = parts.netloc.rpartition("@")
    if not at:
        return address, None
    user, _, password = userinfo.partition(":")
    return urlunsplit(parts._replace(netloc=host)), (unquote(user), unquote(password))


@lru_cache(maxsize=256)
def host_of(address: str) -> str:
    """Return the host an address really leads to, with its port where it is not the scheme's own."""
    if plain := _PLAIN.match(address):  # most are, and a list of them is long
        return plain[1]
    parts = urlsplit(address)
    host = parts.hostname or ""
    host = f"[{host}]" if ":" in host else host
    return host if parts.port in (None, PORTS.get(parts.scheme)) else f"{host}:{parts.port}"


def origin_of(address: str) -> tuple[str, str, int]:
    """Return scheme, host and port (RFC 6454): what credentials are bound to."""
    parts = urlsplit(address)
    return parts.scheme, parts.hostname or "", parts.port or PORTS.get(parts.scheme, 0)


def place_of(address: str) -> str:
    """Return an origin as it is written: `https://example.org`, with its port where that is not the scheme's own."""
    return f"{urlsplit(address).scheme}://{host_of(address)}"


def redacted(text: str) -> str:
    """Return `text` with user info and values in queries and fragments masked, for logs, errors and messages."""
    bare = _USERINFO.sub("***@", text) if "@" in text else text
    return _SECRET_VALUE.sub(r"\1***", bare) if "=" in bare else bare


def addresses_in(text: str) -> list[str]:
    """Return the addresses found in any text, in order, each once, without sentence punctuation behind them."""
    found = (_trimmed(match.group()) for match in _CANDIDATE.finditer(text))
    return [address for address in dict.fromkeys(found) if not address.endswith("://")]


def _trimmed(address: str) -> str:
    """Cut punctuation and brackets that were not opened in the address off its end."""
    if address[-1].isalnum():
        return address
    surplus = {last: address.count(last) - address.count(first) for first, last in _PAIRS}
    end = len(address)
    while address[end - 1] in ".,;:!?" or surplus.get(address[end - 1], 0) > 0:
        end -= 1
        if address[end] in surplus:
            surplus[address[end]] -= 1
    return address[:end]
