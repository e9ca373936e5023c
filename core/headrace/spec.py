"""What a person asks for: one frozen, validated DownloadSpec per address."""

import re
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path

from headrace.addresses import checked_address
from headrace.disk.file_names import chosen_name
from headrace.settings import BOUNDS

HASH_LENGTHS = {"md5": 32, "sha1": 40, "sha224": 56, "sha256": 64, "sha384": 96, "sha512": 128, "blake2b": 128}
"""Hex digits of each checksum algorithm accepted; names as hashlib has them."""

_TOKEN = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")


class IfExists(Enum):
    """What to do when a file of the final name is there already."""

    RENAME = "rename"
    OVERWRITE = "overwrite"
    SKIP = "skip"
    FAIL = "fail"


class Permission(Enum):
    """What a person may allow one download that is refused otherwise."""

    PRIVATE_ADDRESS = "private"
    """A redirect from a public host into a private network."""
    PLAIN_HTTP = "http"
    """A redirect from https to http."""
    ANY_TYPE = "type"
    """A web page, or another kind of file, in the place of the one asked for."""
    LARGE_DECODED = "large"
    """A body that unpacks to far more than was sent."""


@dataclass(frozen=True, slots=True)
class Checksum:
    """An expected digest: algorithm as hashlib names it, digest in lower-case hex."""

    algorithm: str
    digest: str

    @classmethod
    def parse(cls, text: str) -> "Checksum":
        """Read `ALGO:HEX`, in any case, `sha-256` and `SHA256` alike. Raise ValueError that says what is wrong."""
        name, colon, digest = text.partition(":")
        algorithm = name.strip().lower().replace("-", "").replace("_", "")
        digest = "".join(digest.split()).lower()
        if not colon or algorithm not in HASH_LENGTHS:
            raise ValueError(f"a checksum is written ALGO:HEX with ALGO one of {', '.join(HASH_LENGTHS)}")
        if len(digest) != HASH_LENGTHS[algorithm] or not re.fullmatch("[0-9a-f]+", digest):
            raise ValueError(f"a {algorithm} checksum has {HASH_LENGTHS[algorithm]} hexadecimal digits")
        return cls(algorithm, digest)

    def __str__(self) -> str:
        return f"{self.algorithm}:{self.digest}"


def parse_header(text: str) -> tuple[str, str]:
    """Read one `Name: value` request header. Raise ValueError for a bad one or one that the engine sets itself."""
    name, colon, value = text.partition(":")
    name, value = name.strip(), value.strip()
    if not colon or not _TOKEN.fullmatch(name):
        raise ValueError("a header is written 'Name: value'")
    if any(ord(char) < 32 and char != "\t" for char in value) or "\x7f" in value:
        raise ValueError(f"the value of header {name} holds a control character")
    if any(ord(char) > 255 for char in value):
        raise ValueError(f"the value of header {name} holds a character that HTTP cannot send")
    if name.lower() in {"range", "if-range", "accept-encoding", "host", "content-length", "transfer-encoding"}:
        raise ValueError(f"header {name} is set by the program itself")
    return name, value


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
    limit: int | None = None
    """Bytes per second at most; None for no limit of its own."""
    connections: int | None = None
    """Connections at most; None takes the setting."""
    if_exists: IfExists = IfExists.RENAME
    paused: bool = False
    """Add without starting."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "address", checked_address(self.address))
        if self.name is not None:
            chosen_name(self.name)
        _check("speed limit", self.limit, BOUNDS["limit"])
        _check("number of connections", self.connections, BOUNDS["max_connections"])


def _check(what: str, number: int | None, bounds: tuple[float, float]) -> None:
    low, high = bounds
    if number is not None and not low <= number <= high:
        raise ValueError(f"the {what} must be from {low} to {high}, not {number}")
