"""What is asked about an address before a download of it is added, and what is found out."""

from dataclasses import dataclass, field

from headrace.own_cookies import OwnCookies
from headrace.permissions import Permission
from headrace.states import Failure


@dataclass(frozen=True, slots=True)
class Question:
    """One address to ask for, with the headers that a download of it would send."""

    address: str = field(repr=False)
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    cookies: OwnCookies | None = field(default=None, repr=False, kw_only=True)
    """Cookies of its own."""
    proxy: str | None = field(default=None, repr=False)
    """How it is reached; None: as in the settings."""
    unless: tuple[tuple[str, str], ...] = ()
    """Conditions under which it is enough to be told that nothing has changed (RFC 9110 section 13.1)."""
    allow: frozenset[Permission] = frozenset()
    """What is done although it is refused otherwise."""


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What a server said of one address. Unknown is None."""

    name: str
    """What a download would be called."""
    size: int | None = None
    """Bytes."""
    media_type: str | None = None
    resumable: bool | None = None
    is_page: bool = False
    """Whether a web page is sent where the address promises a file."""
    failure: Failure | None = None
    """Why there is no file."""
    is_unchanged: bool = False
    """Whether the conditions of the question hold: there is no other version."""
    etag: str | None = None
    last_modified: str | None = None
    modified: float | None = None
    """The same date in Unix seconds."""
    fresh_for: float | None = None
    """Seconds for which the server expects no other version."""
