"""Checksums: how people and servers write them, which of them prove what. Pure functions."""

import re
from base64 import b64decode
from binascii import Error as Base64Error
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote

from headrace.addresses import checked_address

HASH_LENGTHS: Final = {"md5": 32, "sha1": 40, "sha224": 56, "sha256": 64, "sha384": 96, "sha512": 128, "blake2b": 128}
"""Hex digits of each checksum algorithm that a person may give; names as hashlib has them."""
DIGEST_LENGTHS: Final = HASH_LENGTHS | {"crc32": 8, "crc32c": 8}
"""Hex digits of every algorithm known: servers also name sums that only show accidents."""
GIVEN: Final = "given"
"""The source of a checksum that the user gave."""
PIECES: Final = "pieces"
"""The source of a proof by the hashes of all pieces."""
WEAK: Final = frozenset({"md5", "sha1", "crc32", "crc32c"})
"""Algorithms for which anyone can make another file with the same digest."""

_STRONGEST_FIRST: Final = ("sha512", "blake2b", "sha384", "sha256", "sha224", "sha1", "md5", "crc32c", "crc32")
_BY_LENGTH: Final = {length: name for name, length in HASH_LENGTHS.items() if name != "blake2b"}
"""What a bare digest is: BLAKE2b is as long as SHA-512 and must be named."""
_ALIASES: Final = {f"sha2{bits}": f"sha{bits}" for bits in (224, 256, 384, 512)} | {"blake2b512": "blake2b"}

_LONGEST: Final = 8192
"""Characters of a text that is looked at: the name behind a digest may be a whole path."""
_NAME: Final = r"(?:md-?5|sha[-_ ]?(?:2-)?(?:1|224|256|384|512)|blake2b(?:[-_]?512)?|crc[-_]?32[-_]?c?)"
_NAMED: Final = re.compile(
    rf"({_NAME})(?: ?(?:check)?sum| hash| digest)?(?:\s*[:=]\s*|\s+|-)(.*)", re.IGNORECASE | re.ASCII | re.DOTALL
)
_BSD: Final = re.compile(rf"({_NAME})[ \t]*\([^\r\n]*\)[ \t]*=[ \t]*(\S+)", re.IGNORECASE | re.ASCII)
_GNU: Final = re.compile(r"\\?(\S+)[ \t][ \t*][^\r\n]+")
_LOOSE: Final = re.compile(r"(\S+)[ \t][^\r\n]+")
_HEX: Final = re.compile("[0-9a-f]+")
_BASE64: Final = re.compile("([A-Za-z0-9+/]+)={0,2}")


@dataclass(frozen=True, slots=True)
class Checksum:
    """An expected digest: algorithm as hashlib names it (or crc32, crc32c), digest in lower-case hex."""

    algorithm: str
    digest: str

    @classmethod
    def parse(cls, text: str) -> "Checksum":
        """Read what people paste: `ALGO:HEX` and its kin, base64, a bare digest, a line of sha256sum or of BSD.

        A bare digest tells its algorithm by its length. Raise ValueError with a sentence that says what is wrong.
        """
        text = text.strip().strip("\ufeff\"'`").strip() if len(text) <= _LONGEST else ""
        match = _BSD.fullmatch(text) or _NAMED.fullmatch(text)
        if match is None:
            return _bare(text)
        algorithm = algorithm_named(match[1])
        if algorithm is None:
            raise _unknown()
        digest = _read(match[2], algorithm)
        if digest is None:
            raise ValueError(f"a {algorithm} checksum has {DIGEST_LENGTHS[algorithm]} hexadecimal digits")
        return cls(algorithm, digest)

    @property
    def weak(self) -> bool:
        """Whether it shows accidents only, not forgeries."""
        return self.algorithm in WEAK

    @property
    def rank(self) -> int:
        """Its place among the algorithms: 0 is the strongest."""
        return _STRONGEST_FIRST.index(self.algorithm)

    def __str__(self) -> str:
        return f"{self.algorithm}:{self.digest}"


@dataclass(frozen=True, slots=True)
class FoundDigest:
    """A checksum nobody asked for but a server told, and where: the name of a header field or of a checksum file."""

    checksum: Checksum
    source: str


def algorithm_named(name: str) -> str | None:
    """Return the algorithm that `SHA-256`, `sha2_256`, `Blake2b-512` and the like mean; None for none known."""
    plain = name.strip().lower()
    for filler in "-_ ":
        plain = plain.replace(filler, "")
    plain = _ALIASES.get(plain, plain)
    return plain if plain in DIGEST_LENGTHS else None


def algorithm_of_length(digits: int) -> str | None:
    """Return the algorithm whose bare digest has so many hex digits; None where none or more than one has."""
    return _BY_LENGTH.get(digits)


def digest_in_hex(text: str, algorithm: str) -> str | None:
    """Read a digest in hex of any case or in base64, standard or url-safe; None if it has another length."""
    lowered, length = text.lower(), DIGEST_LENGTHS[algorithm]
    if _HEX.fullmatch(lowered):  # never base64: hex that was cut must not pass for it
        return lowered if len(lowered) == length else None
    match = _BASE64.fullmatch(text.replace("-", "+").replace("_", "/"))
    if match is None or len(match[1]) != (length // 2 * 4 + 2) // 3:
        return None
    try:
        return b64decode(match[1] + "=" * (-len(match[1]) % 4)).hex()
    except Base64Error:
        return None


def fragment_checksum(address: str) -> Checksum | None:
    """Read the checksum behind the `#` of an address: `#sha256=HEX`, `#md5:HEX`, also among others parted by `&`.

    None where no part of the fragment names an algorithm; ValueError where one does and its digest is malformed.
    """
    found: list[Checksum] = []
    for part in unquote(address.partition("#")[2]).split("&"):
        name, mark, digest = part.partition("=") if "=" in part.partition(":")[0] else part.partition(":")
        if mark and algorithm_named(name) in HASH_LENGTHS:
            found.append(Checksum.parse(f"{name}:{digest}"))
    return min(found, key=lambda checksum: checksum.rank, default=None)


def address_with_checksum(text: str) -> str:
    """Return a clean address with the checksum that its fragment names behind it; every other fragment goes.

    Raise ValueError with a sentence for what is no address, or for a malformed checksum.
    """
    address, found = checked_address(text), fragment_checksum(text.strip())
    return address if found is None else f"{address}#{found.algorithm}={found.digest}"


def _bare(text: str) -> Checksum:
    """Read a digest that stands alone or before a file's name."""
    line, loose = _GNU.fullmatch(text), _LOOSE.fullmatch(text)
    for digits in (line[1] if line else "", "".join(text.split()), loose[1] if loose else ""):
        algorithm = algorithm_of_length(len(digits))
        if algorithm and _HEX.fullmatch(digits.lower()):
            return Checksum(algorithm, digits.lower())
    raise _unknown()


def _read(value: str, algorithm: str) -> str | None:
    """Read the digest in what stands behind the algorithm's name: in one piece, in groups, or before a file's name."""
    line = _GNU.fullmatch(value)
    return digest_in_hex("".join(value.split()), algorithm) or (digest_in_hex(line[1], algorithm) if line else None)


def _unknown() -> ValueError:
    return ValueError(f"a checksum is written ALGO:HEX with ALGO one of {', '.join(HASH_LENGTHS)}")
