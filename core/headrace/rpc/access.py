"""Who may call: the secret token, the names this machine is called by, and the web pages that may ask."""

import hashlib
import hmac
import re
from base64 import b64decode, b64encode
from collections.abc import Collection, Iterable
from secrets import token_bytes, token_urlsafe
from typing import Final
from urllib.parse import urlsplit

_COST: Final = 1 << 14
"""Of scrypt (RFC 7914): about 30 ms and 16 MiB for each token that is tried."""
_KIND: Final = "scrypt"
_HOST: Final = re.compile(r"[a-z0-9](?:[a-z0-9.-]{0,250}[a-z0-9])?|\[[0-9a-f:.]+\]")
_OWN_NAMES: Final = ("127.0.0.1", "localhost", "[::1]")
LONGEST_TOKEN: Final = 1024
"""Characters."""


def fresh_token() -> str:
    """Return a secret token that nobody guesses."""
    return token_urlsafe(24)


def sealed(token: str) -> str:
    """Return what is kept of a token: it proves the token, and tells nobody what it is."""
    salt = token_bytes(16)
    return "$".join((_KIND, b64encode(salt).decode(), b64encode(_hashed(token, salt)).decode()))


def _hashed(token: str, salt: bytes) -> bytes:
    return hashlib.scrypt(token.encode(), salt=salt, n=_COST, r=8, p=1)


class TokenCheck:
    """Knows a token by what was sealed of it; the right one is remembered, so that only the first call is slow."""

    def __init__(self, seal: str) -> None:
        self._seal = seal
        self._known: bytes | None = None
        self._key = token_bytes(32)

    def knows(self, token: str) -> bool:
        """Say, in the time of one hash, whether a token was proven before."""
        return self._known is not None and hmac.compare_digest(self._marked(token), self._known)

    def proves(self, token: str) -> bool:
        """Find out, which takes a while, whether a token is the right one. Any thread."""
        kind, _, rest = self._seal.partition("$")
        salt, _, digest = rest.partition("$")
        if kind != _KIND or len(token) > LONGEST_TOKEN:
            return False
        right = hmac.compare_digest(_hashed(token, b64decode(salt)), b64decode(digest))
        if right:
            self._known = self._marked(token)
        return right

    def _marked(self, token: str) -> bytes:
        return hmac.digest(self._key, token.encode(), "sha256")


def is_own_host(host: str | None, port: int, others: Iterable[str] = ()) -> bool:
    """Say whether a request's Host names this machine: a page whose name was made to lead here names another.

    `others` are names that count besides, without a port. Raises nothing.
    """
    if not host:
        return False
    name, _, number = host.rpartition(":") if not host.endswith("]") else (host, "", "")
    if not name:
        name, number = number, ""
    names = {*_OWN_NAMES, *(each.lower() for each in others)}
    return name.lower() in names and number in (str(port), "" if port == 80 else str(port))


def is_allowed_origin(origin: str | None, allowed: Collection[str]) -> bool:
    """Say whether what a browser says of the page that asks is fine: no page at all, or one of the allowed."""
    return origin is None or (origin != "null" and origin in allowed)


def checked_host(text: str) -> str:
    """Return a name of this machine in lower case. Raises ValueError with a sentence."""
    name = text.strip().lower()
    if not _HOST.fullmatch(name):
        raise ValueError(f"{text!r} is no name of a machine: write it without http:// and port")
    return name


def checked_origin(text: str) -> str:
    """Return an origin as browsers write it. Raises ValueError with a sentence."""
    parts = urlsplit(text.strip())
    if not parts.scheme or not parts.netloc or parts.path.strip("/") or parts.query or parts.fragment or "@" in text:
        raise ValueError(f"{text!r} is no origin: write it as https://example.org or chrome-extension://ID")
    return f"{parts.scheme.lower()}://{parts.netloc.lower()}"
