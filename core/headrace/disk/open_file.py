"""A descriptor that several threads use at once."""

import errno
import os
from threading import Lock
from types import TracebackType


class OpenFile:
    """Lends a descriptor for the length of a `with` block; closed, it lends nothing any more and raises OSError.

    The system's own close waits until nobody is inside a block: a late write would otherwise go to whatever file had
    got the same number meanwhile.
    """

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._lock = Lock()
        self._users = 0
        self._closed = False

    def __enter__(self) -> int:
        with self._lock:
            if self._closed:
                raise OSError(errno.EBADF, os.strerror(errno.EBADF))
            self._users += 1
        return self._descriptor

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._lock:
            self._users -= 1
            last = self._closed and not self._users
        if last:
            os.close(self._descriptor)

    def close(self) -> None:
        """Close it as soon as nobody uses it, mostly at once. Twice does no harm."""
        with self._lock:
            first, self._closed = not self._closed, True
            idle = not self._users
        if first and idle:
            os.close(self._descriptor)

    @property
    def closed(self) -> bool:
        """Whether `close` was called."""
        return self._closed
