"""Digests of a growing file: computed in a thread of its own, in order, behind the threads that write it."""

import hashlib
import zlib
from collections.abc import Callable, Sequence
from threading import Event, Thread
from typing import Final, Protocol

from headrace.checksums import HASH_LENGTHS
from headrace.errors import DownloadError, StoppedError
from headrace.states import FailureReason
from headrace.turns import HASHING, Turn

PIECE: Final = 1 << 20
"""Bytes read back and digested at a time: hashlib lets other threads run meanwhile."""
_PACE: Final = 0.02
"""Seconds between two looks at a file that grows, at least: writers wake the thread with every piece."""
_CHECK_EVERY: Final = 0.05


class RunningDigest(Protocol):
    """A digest that takes the bytes piece by piece."""

    def update(self, piece: bytes | memoryview, /) -> None:
        """Take the next bytes."""

    def hexdigest(self) -> str:
        """Return the digest of all bytes so far, in lower-case hex."""


class _Crc32:
    def __init__(self) -> None:
        self._value = 0

    def update(self, piece: bytes | memoryview, /) -> None:
        self._value = zlib.crc32(piece, self._value)

    def hexdigest(self) -> str:
        return f"{self._value:08x}"


class _Crc32c:
    def __init__(self) -> None:
        from google_crc32c import extend  # noqa: PLC0415 - few downloads need it

        self._extend: Callable[[int, bytes], int] = extend
        self._value = 0

    def update(self, piece: bytes | memoryview, /) -> None:
        self._value = self._extend(self._value, bytes(piece))  # it takes bytes alone

    def hexdigest(self) -> str:
        return f"{self._value:08x}"


def new_digest(algorithm: str) -> RunningDigest:
    """Return an empty digest of an algorithm of `checksums.DIGEST_LENGTHS`. Raises ValueError for any other."""
    if algorithm in HASH_LENGTHS:
        return hashlib.new(algorithm, usedforsecurity=False)
    if algorithm in ("crc32", "crc32c"):
        return _Crc32() if algorithm == "crc32" else _Crc32c()
    raise ValueError(f"{algorithm!r} is no digest known here")


class BehindHasher:
    """Digests a file in order while others write it in any order; what is read back was written before.

    `ready()` returns how many bytes from offset 0 on are written without a hole, `read(offset, size)` reads them back;
    both are called in the thread of this hasher, and what they raise is raised by `finish`. Should `ready` ever fall
    below what was digested, or `restart` be called, digesting begins anew. One thread starts, finishes and closes.
    """

    def __init__(
        self, algorithms: Sequence[str], read: Callable[[int, int], memoryview | bytes], ready: Callable[[], int]
    ) -> None:
        """Make one that reads nothing before `start`. Raises ValueError for no algorithm or an unknown one."""
        if not algorithms:
            raise ValueError("a hasher needs an algorithm")
        self._algorithms = tuple(dict.fromkeys(algorithms))
        self._read, self._ready = read, ready
        self._digests: dict[str, RunningDigest] = {}
        self.progress = 0
        """Bytes digested so far."""
        self._begin()
        self._total: int | None = None
        self._failure: Exception | None = None
        self._outdated = self._closed = False
        self._news, self._hurry, self._ended = Event(), Event(), Event()
        self._turn = Turn(HASHING)
        self._thread = Thread(target=self._run, name="hasher", daemon=True)

    def start(self) -> None:
        """Begin to digest what is there; once is enough."""
        if self._thread.ident is None and not self._closed:
            self._thread.start()

    def wake(self) -> None:
        """Say that more was written. From any thread; takes no lock while the last news has not been looked at."""
        if not self._news.is_set():
            self._news.set()

    def restart(self) -> None:
        """Say that bytes digested before may be others now. Not while `finish` runs."""
        self._outdated = True
        self._news.set()

    def finish(self, total: int, check: Callable[[], None]) -> dict[str, str]:
        """Digest the rest of `total` bytes, all written by now, and return the hex digest per algorithm.

        `check` is called every 50 ms and may raise to stop. Raises that, what `read` or `ready` raised, or StoppedError
        after `close`. The thread has ended when this returns or raises.
        """
        self._total = total
        try:
            check()
            self.start()
            self._hurry.set()
            self._news.set()
            while not self._ended.wait(_CHECK_EVERY):
                check()
        finally:
            self.close()
        if self._failure is not None:
            raise self._failure
        if self.progress != total:
            raise StoppedError
        return {algorithm: digest.hexdigest() for algorithm, digest in self._digests.items()}

    def close(self) -> None:
        """End the thread after the piece it is at, and wait for that; does nothing the second time."""
        self._closed = True
        self._hurry.set()
        self._news.set()
        if self._thread.ident is not None:
            self._thread.join()
        self._ended.set()

    def _run(self) -> None:
        try:
            while self._step():
                pass
        except Exception as error:  # noqa: BLE001 - whatever a disk makes a library raise, `finish` raises it
            self._failure = error
        finally:
            self._ended.set()

    def _step(self) -> bool:
        """Digest one piece or wait for news; False at the end. News is cleared first, so that none is missed."""
        self._news.clear()
        if self._closed:
            return False
        if self._outdated:
            self._begin()
        total = self._total
        ready = self._ready() if total is None else total
        if ready < self.progress:
            self._begin()
        if self.progress == total:
            return False
        if total is not None or ready - self.progress >= PIECE:
            self._digest(min(ready - self.progress, PIECE))
        else:
            self._news.wait()
            self._hurry.wait(_PACE)
        return True

    def _begin(self) -> None:
        self._outdated = False
        self._digests = {algorithm: new_digest(algorithm) for algorithm in self._algorithms}
        self.progress = 0

    def _digest(self, size: int) -> None:
        with self._turn:
            piece = self._read(self.progress, size)
            if not piece:
                raise DownloadError.of(FailureReason.PART_FILE_CHANGED, "shorter than what was written")
            for digest in self._digests.values():
                digest.update(piece)
        self.progress += len(piece)
