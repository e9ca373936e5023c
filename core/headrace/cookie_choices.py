"""Which cookies a person chose for downloads that may have different addresses. Pure but for the home folder."""

import random
from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path

from headrace.cookie_scopes import Cookie
from headrace.cookie_texts import is_netscape, read_line, read_netscape
from headrace.own_cookies import OwnCookies


@dataclass(frozen=True, slots=True)
class CookieChoice:
    """One of: a file, the line of a request, cookies."""

    path: Path | None = None
    line: str = field(default="", repr=False)
    """As `cookie_texts.read_line` reads it: each address has it for its own origin."""
    cookies: tuple[Cookie, ...] = field(default=(), repr=False)
    key: str = ""
    """What the keyring is to keep them under; "" where it is not to."""

    def for_address(self, address: str, *, private: bool = False) -> OwnCookies:
        """Return what a download from an address has of it; of a `private` one nothing is kept. Raises ValueError."""
        if self.path is not None:
            return OwnCookies(path=self.path)
        key = "" if private else self.key
        if not self.line:
            return OwnCookies(self.cookies, key=key)
        cookies = read_line(self.line, address)
        return OwnCookies(cookies, key=key and _key_of(key, cookies[0].origin))

    @property
    def domains(self) -> tuple[str, ...]:
        """The domains that have cookies, in order; none of a file, and of a line, whose are not known yet."""
        return tuple(sorted({one.domain for one in self.cookies}))


def pasted(text: str, address: str, *, keep: bool = False) -> CookieChoice:
    """Return what a text comes to, which a person pasted for `address` and maybe others. Raises ValueError."""
    key = new_key() if keep else ""
    if is_netscape(text):
        found = read_netscape(text)
        if not found:
            raise ValueError("there are no cookies in it")
        return CookieChoice(cookies=found, key=key)
    read_line(text, address)
    return CookieChoice(line=text, key=key)


def chosen(cookies: Iterable[Cookie], *, keep: bool = False) -> CookieChoice:
    """Return what cookies come to that were taken from somewhere."""
    return CookieChoice(cookies=tuple(cookies), key=new_key() if keep else "")


def cookie_file(name: str | None) -> OwnCookies | None:
    """Return the cookies of a file that is named in full or from `~/` on; None for none."""
    if name is None:
        return None
    try:
        return OwnCookies(path=Path(name).expanduser())
    except (ValueError, RuntimeError):  # of another system, or nobody's home is known
        return None


def new_key() -> str:
    """Return a key that no other cookies have; it is no secret."""
    return f"{random.getrandbits(64):016x}"


def _key_of(key: str, origin: str) -> str:
    """Return the key of one origin's part of what has a key: a line means other cookies for each."""
    return blake2b(f"{key} {origin}".encode(), digest_size=8).hexdigest()
