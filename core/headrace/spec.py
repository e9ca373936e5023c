"""What a person asks for: one frozen, validated DownloadSpec per address."""

import re
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path

from headrace.addresses import checked_address
from headrace.after import checked_after
from headrace.checksums import HASH_LENGTHS as HASH_LENGTHS  # noqa: PLC0414 - exported
from headrace.checksums import Checksum as Checksum  # noqa: PLC0414 - exported
from headrace.checksums import fragment_checksum
from headrace.disk.file_names import chosen_name
from headrace.filters import Category
from headrace.own_cookies import OwnCookies
from headrace.permissions import Permission as Permission  # noqa: PLC0414 - exported
from headrace.pieces import PieceHashes
from headrace.proxies import checked_choice
from headrace.recordings import Recording
from headrace.request_headers import parse_header as parse_header  # noqa: PLC0414 - exported
from headrace.settings import BOUNDS

MIRROR_LIMIT = 1_000
"""Further addresses of one download, at most."""

_ID = re.compile("[0-9a-f]{16}")


class IfExists(Enum):
    """What to do when a file of the final name is there already."""

    RENAME = "rename"
    OVERWRITE = "overwrite"
    SKIP = "skip"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class DownloadSpec:
    """One wanted download. Raises ValueError, with a sentence for people, for what cannot be meant."""

    address: str = field(repr=False)
    """It may hold a password; see `addresses.redacted`."""
    folder: Path
    name: str | None = None
    """The final name wanted; None takes the server's or the address's."""
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    """Request headers of this download; sent to the first origin only, never stored."""
    checksum: Checksum | None = None
    """What the file must have; None takes the one in the address's fragment (`#sha256=HEX`), if there is one."""
    limit: int | None = None
    """Bytes per second at most; None for no limit of its own."""
    connections: int | None = None
    """Connections at most; None takes the setting."""
    if_exists: IfExists = IfExists.RENAME
    recording: Recording | None = None
    """How a body without end is taken down; None for an ordinary download."""
    paused: bool = False
    """Add without starting."""
    mirrors: tuple[str, ...] = field(default=(), repr=False)
    """Further addresses of the same file, best first; they may hold passwords too."""
    pieces: PieceHashes | None = None
    """What the pieces of the file must hash to."""
    size: int | None = None
    """Bytes the file must have; a server with a file of another length does not have it. None where nobody said."""
    allow: frozenset[Permission] = frozenset()
    """What is done for this download although it is refused otherwise."""
    category: Category | None = None
    """The category it is put in; None goes by its name."""
    queue: str = ""
    """The queue it waits in from the first moment; "" and one that there is not are the main one."""
    priority: int = 0
    """Higher ones start first, whatever their place: -1, 0 or 1."""
    proxy: str | None = field(default=None, repr=False)
    """How its servers are reached, as `proxies.checked_choice` has it, password and all. None: as in the settings.
    """
    after: tuple[str, ...] | None = None
    """What happens to the file when it is there, as `after.After` reads it. None: as in the settings."""
    cookies: OwnCookies | None = field(default=None, repr=False)
    """Cookies of this download alone, each for whom it belongs to; None for none but those of the settings."""
    partial: Path | None = None
    """A file that another program left unfinished, to be gone on with: `takeover.partial_at` reads it."""
    by_rules: bool = False
    """Whether nobody chose its folder, so that the rules of the settings may, where there are any.

    They leave alone what is given besides: name, category, queue, priority.
    """
    private: bool = False
    """Whether nothing of it is to be kept but its file: it cannot go on after the process has ended."""
    id: str | None = None
    """16 hexadecimal digits that no other download has; None has them made."""

    def __post_init__(self) -> None:
        address = checked_address(self.address)  # without its fragment
        in_fragment = fragment_checksum(self.address.strip())
        object.__setattr__(self, "checksum", self.checksum or in_fragment)
        object.__setattr__(self, "address", address)
        mirrors = dict.fromkeys(map(checked_address, self.mirrors))
        object.__setattr__(self, "mirrors", tuple(mirror for mirror in mirrors if mirror != address))
        if self.name is not None:
            chosen_name(self.name)
        if self.proxy is not None:
            object.__setattr__(self, "proxy", checked_choice(self.proxy))
        if self.after is not None:
            object.__setattr__(self, "after", checked_after(self.after))
        if self.partial is not None and not (self.partial.is_absolute() and self.recording is None):
            raise ValueError("an unfinished file must be given in full, and recordings go on from none")
        if self.private and self.cookies is not None and self.cookies.key:
            raise ValueError("cookies of a private download are not kept in the keyring")
        if self.private and (self.partial is not None or self.recording is not None):
            raise ValueError("a private download begins anew and is no recording: both would leave notes")
        if self.id is not None and not _ID.fullmatch(self.id):
            raise ValueError("the id of a download has 16 hexadecimal digits")
        _check("speed limit", self.limit, BOUNDS["limit"])
        _check("number of connections", self.connections, BOUNDS["max_connections"])
        _check("priority", self.priority, (-1, 1))
        _check("size", self.size, (0, (1 << 63) - 1))
        _check("number of mirrors", len(self.mirrors), (0, MIRROR_LIMIT))


def _check(what: str, number: int | None, bounds: tuple[float, float]) -> None:
    low, high = bounds
    if number is not None and not low <= number <= high:
        raise ValueError(f"the {what} must be from {low} to {high}, not {number}")
