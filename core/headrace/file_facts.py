"""What is asked about an address before a download of it is added, and what is found out."""

from dataclasses import dataclass, field

from headrace.states import Failure


@dataclass(frozen=True, slots=True)
class Question:
    """One address to ask for, with the headers that a download of it would send."""

    address: str = field(repr=False)
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    proxy: str | None = field(default=None, repr=False)
    """How it is reached; None: as in the settings."""


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
