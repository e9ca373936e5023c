"""The proof the program keeps of a finished file: small, and made of digests that are there anyway. Pure.

It is xxh3-128 over the xxh3-128 digests of the file's blocks in order, with its size beside it. It shows every accident
that befell the file since; forgeries are the business of checksums.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Final

from xxhash import xxh3_128

from headrace.claims import Claims
from headrace.transfer.blocks import BLOCK, BlockMeter

PROOF_ALGORITHM: Final = "xxh3"
"""What people are told of it."""


def proof_text(size: int, digests: Iterable[bytes]) -> str:
    """Return the proof of a file of `size` bytes whose blocks, the last one maybe shorter, have these digests."""
    whole = xxh3_128()
    for digest in digests:
        whole.update(digest)
    return f"{size}:{whole.hexdigest()}"


def proof_size(proof: str) -> int:
    """Return the bytes of the file a proof is of. Raises ValueError for what is no proof."""
    return int(proof.partition(":")[0])


def proof_of_claims(claims: Claims, digests: Callable[[], Mapping[int, bytes]]) -> str | None:
    """Return the proof of a complete file from what was claimed of it, nothing read; None where a digest is missing.

    `digests` is asked for those of whole blocks, if there are any. What it raises is raised.
    """
    if not claims.complete or claims.total is None:
        return None
    count, rest = divmod(claims.total, BLOCK)
    known = digests() if count else {}
    found = [known.get(block) for block in range(count)]
    if rest:
        tails = [one.tail for one in claims.segments if one.position == claims.total and one.start <= count * BLOCK]
        found.append(next(filter(None, tails), None))
    whole = [digest for digest in found if digest is not None]
    return proof_text(claims.total, whole) if len(whole) == len(found) else None


def proof_of(pieces: Iterable[memoryview], check: Callable[[], None] = lambda: None) -> str:
    """Return the proof of a file whose bytes these are; `check` is called with each and may raise to stop."""
    meter = ProofMeter()
    for piece in pieces:
        check()
        meter.update(piece)
    return meter.text()


class ProofMeter:
    """Makes the proof of a file from its bytes in order. The owner serialises access."""

    def __init__(self) -> None:
        self._meter = BlockMeter(0)
        self._whole = xxh3_128()
        self.size = 0
        """Bytes taken in."""

    def update(self, data: memoryview) -> None:
        """Take in the next bytes."""
        self.size += len(data)
        for _, digest in self._meter.update(data):
            self._whole.update(digest)

    def text(self) -> str:
        """Return the proof of the bytes so far."""
        whole = self._whole.copy()
        whole.update(self._meter.tail())
        return f"{self.size}:{whole.hexdigest()}"
