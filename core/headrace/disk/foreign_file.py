"""A file that another program left: read, never written, and watched for being left alone meanwhile."""

import os
import stat
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from headrace.disk.holes import holes
from headrace.disk.system_calls import OPEN_FLAGS, has_writer, read_at
from headrace.relocations import Identity


class ForeignFile:
    """An open file of another program; for one thread. Methods raise OSError."""

    def __init__(self, path: Path) -> None:
        """Open it: an ordinary file of one name, no link. Raises OSError, ValueError with a sentence."""
        self.path = path
        self._descriptor = os.open(path, OPEN_FLAGS & ~os.O_RDWR | os.O_RDONLY)
        self._found = os.fstat(self._descriptor)
        if not stat.S_ISREG(self._found.st_mode) or self._found.st_nlink != 1:
            os.close(self._descriptor)
            raise ValueError("it is no ordinary file, or has several names")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.close(self._descriptor)

    @property
    def identity(self) -> Identity:
        """Which file it is."""
        return self._found.st_dev, self._found.st_ino

    @property
    def size(self) -> int:
        """Bytes it had when it was opened."""
        return self._found.st_size

    @property
    def mtime_ns(self) -> int:
        """When it was written last, at the time it was opened."""
        return self._found.st_mtime_ns

    def is_in_use(self) -> bool:
        """Say whether another program has it open to write, as far as the system tells, or has written since."""
        now = os.fstat(self._descriptor)
        same = (now.st_size, now.st_mtime_ns, now.st_nlink) == (self.size, self.mtime_ns, 1)
        return not same or has_writer(self._descriptor)

    def read(self, offset: int, size: int) -> bytes:
        """Read up to `size` bytes; fewer at its end."""
        pieces = []
        while size and (piece := read_at(self._descriptor, size, offset)):
            pieces.append(piece)
            offset, size = offset + len(piece), size - len(piece)
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)

    def holes(self) -> list[tuple[int, int]]:
        """Return the stretches that were never written; none where the filesystem does not tell."""
        with suppress(OSError):
            return holes(self._descriptor, self.size)
        return []
