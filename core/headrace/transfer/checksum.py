"""Whole-file digests of a part file, read back in pieces."""

from collections.abc import Callable, Iterator

from headrace.checksums import Checksum
from headrace.transfer.hashing import new_digest


def matches(expected: Checksum, pieces: Iterator[memoryview], check: Callable[[], None]) -> bool:
    """Say whether the bytes of `pieces` have the expected digest; `check` is called per piece and may raise to stop."""
    digest = new_digest(expected.algorithm)
    for piece in pieces:
        check()
        digest.update(piece)
    return digest.hexdigest() == expected.digest
