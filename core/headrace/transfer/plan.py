"""What one attempt is given: the plan of the download, and where its claims are kept."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Protocol

from headrace.checksums import FoundDigest
from headrace.claims import Claims
from headrace.own_cookies import OwnCookies
from headrace.permissions import Permission
from headrace.pieces import PieceHashes
from headrace.rules import Placed
from headrace.spec import Checksum, IfExists


@dataclass(frozen=True, slots=True)
class JobPlan:
    """One attempt at one download; times in seconds, limits in bytes/s."""

    id: str
    address: str
    folder: Path
    name: str
    name_wanted: bool
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    checksum: Checksum | None = None
    if_exists: IfExists = IfExists.RENAME
    claims: Claims | None = None
    total: int | None = None
    """Bytes the server has once said the file has."""
    mirrors: tuple[str, ...] = field(default=(), repr=False)
    pieces: PieceHashes | None = None
    size: int | None = None
    """Bytes the file must have; None where nobody but the server says."""
    told: FoundDigest | None = None
    """What the server said, in an earlier attempt, that the claimed file hashes to."""
    allow: frozenset[Permission] = frozenset()
    max_connections: int = 1
    connections_chosen: bool = False
    """Whether these are of the download's own, and no rule of a host allows it more."""
    connect_timeout: float = 10.0
    idle_timeout: float = 30.0
    low_speed: int | None = None
    """Bytes/s below which, over a minute, a connection is given up; None for never."""
    proxy: str | None = None
    """How servers are reached, as `proxies.checked_choice` has it; None: as in the settings."""
    cookies: OwnCookies | None = field(default=None, repr=False)
    """Cookies of this download alone."""
    partial: Path | None = None
    """A file that another program left, whose bytes are, or were, taken over."""
    restart: bool = False
    """Whether earlier bytes are to be thrown away."""
    address_is_new: bool = False
    """Whether the user gave another address for bytes that are there: another version is then no reason to restart."""
    follow_links: bool = True
    """Whether mirrors that the server names are used."""
    find_checksums: bool = True
    """Whether checksum files are looked for beside large files."""
    mark_origin: bool = True
    """Whether the file is marked with where it came from."""
    stem: str = ""
    """What its part files are called where they are to say nothing; nothing is kept of such a download."""
    referrer: str | None = field(default=None, repr=False)
    placer: Callable[[str, str | None, int | None], Placed] | None = field(default=None, repr=False, compare=False)
    """Says where a file goes of that name, type and size; None where that is settled. Any thread."""

    @property
    def timeouts(self) -> tuple[float, float]:
        """Seconds to connect, seconds without one byte."""
        return self.connect_timeout, self.idle_timeout


class ClaimKeeper(Protocol):
    """Where claims are written. The calls come from worker threads."""

    def save_claims(
        self, download_id: str, claims: Claims | None, blocks: Mapping[int, bytes] = MappingProxyType({})
    ) -> None:
        """Have claims, and digests of blocks finished since the last, written soon."""

    def await_record(self, download_id: str, timeout: float) -> bool:
        """Wait until the download itself is in the database, at most `timeout` seconds; say whether it is."""

    def load_blocks(self, download_id: str) -> dict[int, bytes]:
        """Read the digests of finished blocks back. Raises OSError."""

    def flush(self, timeout: float) -> bool:
        """Wait until what was to be written is, at most `timeout` seconds; say whether it is."""

    @property
    def disk_full(self) -> bool:
        """Whether nothing can be written at present for want of room."""
