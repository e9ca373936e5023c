"""Whole-file digests of a part file, read back in pieces."""

import hashlib
from collections.abc import Callable, Iterator

from headrace.spec import Checksum


def matches(expected: Checksum, pieces: Iterator[memoryview], check: Callable[[], None]) -> bool:
    """Say whether the bytes of `pieces` have the expected digest; `check` is called per piece and may raise to stop."""
    digest = hashlib.new(expected.algorithm, usedforsecurity=False)
    for piece in pieces:
        check()
        digest.update(piece)
    return digest.hexdigest() == expected.digest
