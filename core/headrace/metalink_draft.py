"""One file of a Metalink as it is read: each fact checked when it comes, a MetalinkFile at the end. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from headrace.addresses import checked_web_address
from headrace.checksums import HASH_LENGTHS, Checksum, algorithm_named
from headrace.disk.file_names import name_from_address, safe_name
from headrace.pieces import PIECE_LENGTHS, PIECE_LIMIT, PieceHashes

SOURCE_LIMIT: Final = 1_000
"""Addresses of one file, at most, those that are of no use counted in."""

_TEXT_LIMIT: Final = 8_192
"""Characters of one address, at most."""
_LARGEST: Final = (1 << 63) - 1
_NUMBER: Final = re.compile("[0-9]{1,19}")
_HEX: Final = re.compile("[0-9a-f]+")


@dataclass(frozen=True, slots=True)
class MetalinkFile:
    """One file: what it must be, and at least one address of it, best first. `name` is one harmless component."""

    name: str
    size: int | None
    checksums: tuple[Checksum, ...]
    """Of different algorithms, strongest first."""
    pieces: PieceHashes | None
    sources: tuple[str, ...] = field(repr=False)
    """Clean http and https addresses; they may hold passwords."""


class FileDraft:
    """One file as far as it is read. Raises ValueError, with a sentence for people, for hashes that are damaged."""

    def __init__(self, name: str, version: int) -> None:
        self._name = name
        self._version = version
        self._size: int | None = None
        self._hashes: dict[str, str] = {}
        self._pieces: dict[str, PieceHashes] = {}
        self._algorithm = ""
        self._length = 0
        self._digests: list[str] = []
        self._sources: list[tuple[int, str]] = []
        self.offered = 0
        """Addresses named, those of no use counted in."""

    def size(self, _attributes: Mapping[str, str], text: str) -> None:
        """Take the size in bytes."""
        self._size = _number(text)
        if self._size is None:
            raise ValueError(f"the Metalink gives no number as the size of {self._shown}")

    def hash(self, attributes: Mapping[str, str], text: str) -> None:
        """Take a hash of the whole file; one of an unknown algorithm proves nothing and does no harm."""
        algorithm = _algorithm(attributes)
        if algorithm not in HASH_LENGTHS:
            return
        digest = self._digest(algorithm, HASH_LENGTHS[algorithm], text)
        if self._hashes.setdefault(algorithm, digest) != digest:
            raise ValueError(f"the Metalink gives two different {algorithm} hashes of {self._shown}")

    def begin_pieces(self, attributes: Mapping[str, str]) -> None:
        """Begin a row of hashes of pieces; a file may have one row for each algorithm."""
        self._algorithm = _algorithm(attributes)
        self._length = _number(attributes.get("length", "")) or 0
        self._digests = []

    def piece(self, attributes: Mapping[str, str], text: str) -> None:
        """Take the hash of the next piece; version 3 numbers them."""
        if self._algorithm not in PIECE_LENGTHS:
            return
        place = len(self._digests)
        if self._version == 3 and _number(attributes.get("piece", str(place))) != place:
            raise ValueError(f"the Metalink does not number the pieces of {self._shown} in order")
        if place == PIECE_LIMIT:
            raise ValueError(f"the Metalink gives more than {PIECE_LIMIT:,} pieces of {self._shown}")
        self._digests.append(self._digest(self._algorithm, PIECE_LENGTHS[self._algorithm], text))

    def end_pieces(self, _attributes: Mapping[str, str], _text: str) -> None:
        """End the row."""
        if self._algorithm in PIECE_LENGTHS:
            if not self._length:
                raise ValueError(f"the Metalink does not say how long the pieces of {self._shown} are")
            self._pieces[self._algorithm] = PieceHashes(self._algorithm, self._length, tuple(self._digests))
            self._digests = []

    def source(self, attributes: Mapping[str, str], text: str) -> None:
        """Take an address. Version 3 says by a type what it leads to: one of http may lead to a torrent."""
        self.offered += 1
        if self.offered > SOURCE_LIMIT:
            raise ValueError(f"the Metalink gives more than {SOURCE_LIMIT:,} addresses of {self._shown}")
        if self._version == 3 and attributes.get("type", "http").strip().lower() not in {"http", "https"}:
            return
        if len(text) <= _TEXT_LIMIT and (address := _usable(text)):
            self._sources.append((_rank(attributes, self._version), address))

    def finished(self) -> MetalinkFile:
        """Return the file with the strongest row of pieces. Raise ValueError where its facts do not go together."""
        if not self._sources:
            raise ValueError(f"the Metalink gives no http or https address of {self._shown}")
        sources = tuple(dict.fromkeys(address for _, address in sorted(self._sources, key=lambda pair: pair[0])))
        pieces = max(self._pieces.values(), key=lambda one: [*PIECE_LENGTHS].index(one.algorithm), default=None)
        if pieces is not None and self._size is not None:
            pieces.check(self._size)
        checksums = (Checksum(algorithm, digest) for algorithm, digest in self._hashes.items())
        return MetalinkFile(
            name=safe_name(self._name, fallback=name_from_address(sources[0])),
            size=self._size,
            checksums=tuple(sorted(checksums, key=lambda checksum: checksum.rank)),
            pieces=pieces,
            sources=sources,
        )

    @property
    def _shown(self) -> str:
        return repr(safe_name(self._name))

    def _digest(self, algorithm: str, digits: int, text: str) -> str:
        digest = text.lower()
        if len(digest) != digits or not _HEX.fullmatch(digest):
            raise ValueError(f"the Metalink gives a damaged {algorithm} hash of {self._shown}")
        return digest


def _number(text: str) -> int | None:
    stripped = text.strip()
    number = int(stripped) if _NUMBER.fullmatch(stripped) else None
    return number if number is not None and number <= _LARGEST else None


def _algorithm(attributes: Mapping[str, str]) -> str:
    return algorithm_named(attributes.get("type", "")[:40]) or ""


def _rank(attributes: Mapping[str, str], version: int) -> int:
    """Return what to sort by: a priority (RFC 5854 §4.2.16.2: 1 is best) or a preference (3.0: 100 is best)."""
    number = _number(attributes.get("priority" if version == 4 else "preference", ""))
    if number is None:
        return _LARGEST
    return number if version == 4 else -number


def _usable(text: str) -> str | None:
    try:
        return checked_web_address(text)
    except ValueError:
        return None
