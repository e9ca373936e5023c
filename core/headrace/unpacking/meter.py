"""How much an archive may become: against its own size, the room on the disk, and a number of files."""

from collections.abc import Callable
from typing import Final

from headrace.unpacking.kinds import Fault, UnpackError

MOST_FILES: Final = 250_000
HARMLESS: Final = 1 << 30
"""Bytes that any archive may become."""
RATIO: Final = 200
"""Times its own size that a larger one may become."""
RESERVE: Final = 256 << 20
"""Bytes left free on the disk."""
_LOOK_EVERY: Final = 32 << 20


class Meter:
    """Counts, and raises UnpackError as soon as something is too much, whatever the archive says of itself."""

    def __init__(
        self,
        size: int,
        room: Callable[[], int],
        check: Callable[[], None] = lambda: None,
        tell: Callable[[float], object] = lambda _: None,
    ) -> None:
        """Take the archive's `size`, what asks for free bytes, what raises to stop it all, and who hears fractions."""
        self.most = max(HARMLESS, RATIO * size)
        self.size = size
        self.tell = tell
        self._room, self._check = room, check
        self._files = self._written = self._read = 0
        self._looked_at = -_LOOK_EVERY

    def declare(self, total: int) -> None:
        """Be told what an archive says it becomes."""
        if total > self.most:
            raise UnpackError(Fault.BOMB)
        if total + RESERVE > self._room():
            raise UnpackError(Fault.ROOM)

    def file(self) -> None:
        """Be told of one more file, folder or link."""
        self._check()
        self._files += 1
        if self._files > MOST_FILES:
            raise UnpackError(Fault.MANY)

    def writes(self, count: int) -> None:
        """Be told of bytes that are about to be written."""
        self._check()
        self._written += count
        if self._written > self.most:
            raise UnpackError(Fault.BOMB)
        if self._written - self._looked_at >= _LOOK_EVERY:
            self._looked_at = self._written
            if count + RESERVE > self._room():
                raise UnpackError(Fault.ROOM)

    def reads(self, count: int) -> None:
        """Be told of unpacked bytes that were read, and may be passed over."""
        self._check()
        self._read += count
        if self._read > 2 * self.most:
            raise UnpackError(Fault.BOMB)
