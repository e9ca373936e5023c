"""The hashes of a file's pieces, as Metalinks give them: which bytes each covers and whether some match. Pure."""

import hashlib
import json
import re
from dataclasses import dataclass, field
from typing import Final

PIECE_LENGTHS: Final = {"md5": 32, "sha1": 40, "sha256": 64, "sha512": 128}
"""Hex digits of each algorithm that pieces may have, weakest first; names as hashlib has them."""
PIECE_LIMIT: Final = 4_000_000
"""Pieces of one file, at most."""

_LONGEST: Final = (1 << 63) - 1
_HEX: Final = re.compile("[0-9a-f]*")


@dataclass(frozen=True, slots=True)
class PieceHashes:
    """Digests (lower-case hex) of a file cut into pieces of `length` bytes; the last piece may be shorter.

    Raises ValueError for an unknown algorithm, digests of another length, and numbers beyond all files.
    """

    algorithm: str
    length: int
    digests: tuple[str, ...] = field(repr=False)

    def __post_init__(self) -> None:
        digits = PIECE_LENGTHS.get(self.algorithm)
        if digits is None:
            raise ValueError(f"pieces are hashed with one of {', '.join(PIECE_LENGTHS)}, not {self.algorithm[:40]!r}")
        if not 0 < self.length <= _LONGEST:
            raise ValueError("the length of a piece must be one byte or more")
        if len(self.digests) > PIECE_LIMIT:
            raise ValueError(f"a file may have {PIECE_LIMIT:,} pieces at most")
        if not all(len(digest) == digits and _HEX.fullmatch(digest) for digest in self.digests):
            raise ValueError(f"the {self.algorithm} hash of a piece has {digits} hexadecimal digits")

    @property
    def count(self) -> int:
        """Pieces there are; none for an empty file."""
        return len(self.digests)

    def check(self, total: int) -> None:
        """Raise ValueError unless the pieces tile a file of `total` bytes."""
        if not self.tile(total):
            raise ValueError(f"{self.count:,} pieces of {self.length:,} bytes do not make a file of {total:,} bytes")

    def tile(self, total: int) -> bool:
        """Say whether the pieces make a file of `total` bytes."""
        return -(-total // self.length) == self.count

    def span(self, index: int, total: int) -> tuple[int, int]:
        """Return the bytes [start, end) of piece `index` (from 0) in a file of `total` bytes, which `check` passed.

        Raise IndexError for a piece there is not.
        """
        if not 0 <= index < self.count:
            raise IndexError(f"there is no piece {index} of {self.count}")
        start = index * self.length
        return start, min(start + self.length, total)

    def matches(self, index: int, data: bytes | bytearray | memoryview) -> bool:
        """Say whether `data` is what piece `index` must be."""
        return hashlib.new(self.algorithm, data, usedforsecurity=False).hexdigest() == self.digests[index]

    def to_text(self) -> str:
        """Return compact JSON for the database; the digests stand in one row, since all are of one length."""
        return json.dumps([self.algorithm, self.length, "".join(self.digests)], separators=(",", ":"))

    @classmethod
    def from_text(cls, text: str) -> "PieceHashes":
        """Read what `to_text` wrote. Raise ValueError for anything else."""
        try:
            algorithm, length, row = json.loads(text)
        except (ValueError, TypeError, RecursionError):
            raise ValueError("the stored hashes of pieces are damaged") from None
        if not (isinstance(algorithm, str) and type(length) is int and isinstance(row, str)):
            raise ValueError("the stored hashes of pieces are damaged")
        digits = PIECE_LENGTHS.get(algorithm, 1)
        return cls(algorithm, length, tuple(row[start : start + digits] for start in range(0, len(row), digits)))
