"""What checksum lists the folders of servers have, remembered so that many files of one folder ask once."""

from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from time import monotonic
from typing import Final

REMEMBERED_FOR: Final = 600.0
"""Seconds: long enough for a batch of files, short enough for a folder that gets a new build each night."""
REMEMBERED_BYTES: Final = 4 << 20
REMEMBERED: Final = 512
"""Lists, and folders, at most."""
MISSES: Final = 3
"""Files of one folder without any checksum file of their own until it is believed to have none."""
_LOOK_AGAIN: Final = 0.05


class FolderLists:
    """The checksum lists of folders, for all downloads of a process. Thread-safe and bounded; what is old is forgotten.

    One is made at the top and passed down.
    """

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._lock = Lock()
        self._texts: OrderedDict[str, tuple[float, bytes | None]] = OrderedDict()
        self._bytes = 0
        self._fetching: set[str] = set()
        self._missed: OrderedDict[str, tuple[float, int]] = OrderedDict()

    def remembered(self, address: str) -> bytes | None:
        """Return the list at `address` if it is remembered and was there."""
        with self._lock:
            return self._fresh(address)[1]

    def get(self, address: str, fetch: Callable[[str], bytes | None], pause: Callable[[float], object]) -> bytes | None:
        """Return the list at `address`, fetched if nobody has; None if there is none.

        While another thread fetches it, `pause(seconds)` is called again and again, and may raise to stop.
        """
        while True:
            with self._lock:
                known, text = self._fresh(address)
                if known:
                    return text
                if address not in self._fetching:
                    self._fetching.add(address)
                    break
            pause(_LOOK_AGAIN)
        try:
            text = fetch(address)
            self._remember(address, text)
        finally:
            with self._lock:
                self._fetching.discard(address)
        return text

    def has_sidecars(self, folder: str) -> bool:
        """Say whether it is worth asking for checksum files beside the files of `folder`."""
        with self._lock:
            since, count = self._missed.get(folder, (0.0, 0))
            return count < MISSES or self._clock() - since > REMEMBERED_FOR

    def note_sidecar(self, folder: str, *, found: bool) -> None:
        """Note whether a file of `folder` had a checksum file of its own."""
        with self._lock:
            _, count = self._missed.pop(folder, (0.0, 0))
            if not found:
                self._missed[folder] = self._clock(), min(count, MISSES - 1) + 1
                _drop_oldest(self._missed)

    def _fresh(self, address: str) -> tuple[bool, bytes | None]:
        """Return whether it is known what is at `address`, and that. The lock is held."""
        since, text = self._texts.get(address, (0.0, None))
        if address in self._texts and self._clock() - since <= REMEMBERED_FOR:
            return True, text
        return False, None

    def _remember(self, address: str, text: bytes | None) -> None:
        with self._lock:
            self._bytes -= len(self._texts.pop(address, (0.0, None))[1] or b"")
            self._texts[address] = self._clock(), text
            self._bytes += len(text or b"")
            while self._texts and (self._bytes > REMEMBERED_BYTES or len(self._texts) > REMEMBERED):
                _, (_, dropped) = self._texts.popitem(last=False)
                self._bytes -= len(dropped or b"")


def _drop_oldest(kept: OrderedDict[str, tuple[float, int]]) -> None:
    while len(kept) > REMEMBERED:
        kept.popitem(last=False)
