"""What a server says the body of one partial answer hashes to, against what came (RFC 9530 section 2)."""

from typing import Final

from headrace.checksums import FoundDigest
from headrace.net.digest_fields import content_digest
from headrace.net.probe import Answer
from headrace.transfer.hashing import new_digest

_LONGEST: Final = 64 << 20
"""Bytes of an answer, at most, that wait for their digest before they are claimed."""


class AnswerDigest:
    """Digests one answer's body as it passes. One thread."""

    def __init__(self, expected: FoundDigest) -> None:
        self._expected = expected.checksum
        self._digest = new_digest(expected.checksum.algorithm)

    @classmethod
    def of(cls, answer: Answer) -> "AnswerDigest | None":
        """Return a digest for a part that says what it hashes to and is short enough to be fetched twice, else None.

        The digest of a whole file is proven with the file.
        """
        length = answer.remote.length
        if answer.remote.status != 206 or length is None or length > _LONGEST:
            return None
        expected = content_digest(answer.response.headers)
        return None if expected is None else cls(expected)

    @property
    def algorithm(self) -> str:
        """What it is computed with."""
        return self._expected.algorithm

    def update(self, data: memoryview) -> None:
        """Take in the next bytes of the body."""
        self._digest.update(data)

    @property
    def matches(self) -> bool:
        """Whether the bytes taken in are those the server meant to send."""
        return self._digest.hexdigest() == self._expected.digest
