"""One answer of an HTTP/2 connection, on its way to the thread that reads it."""

from collections import deque
from collections.abc import Callable, Sequence
from threading import Condition, RLock
from time import monotonic
from typing import Protocol

from headrace.errors import DownloadError
from headrace.net.connections import Call
from headrace.states import FailureReason


class Owner(Protocol):
    """The connection that carries a stream."""

    def taken(self, number: int, size: int) -> None:
        """Let the server send as many bytes more. Called under the lock."""

    def left(self, stream: "Http2Stream") -> None:
        """Be told that nothing more is read of a stream. Called under the lock."""


class Http2Stream:
    """Filled by the connection's thread, read by one other. What came before a fault is handed out before it."""

    def __init__(self, owner: Owner, lock: RLock, number: int, call: Call) -> None:
        self._owner, self.number, self._call = owner, number, call
        self._changed = Condition(lock)
        self._pieces: deque[memoryview] = deque()
        self.unread = 0
        """Bytes that came and were not taken."""
        self.head: Sequence[tuple[str, str]] | None = None
        self.interim = 0
        """Interim answers that came."""
        self.ended = False
        """Whether the server said that this is all."""
        self.fault: Callable[[], Exception] | None = None
        """Makes what is raised once all that came was taken."""

    def watch(self) -> None:
        """Have a stop of the call wake who reads. Not under the lock: a stop takes it."""
        self._call.interrupt.add(self._wake)

    def put(self, data: bytes) -> None:
        """Take in a piece of the body. Called under the lock, as all that fills it is."""
        self._pieces.append(memoryview(data))
        self.unread += len(data)
        self._changed.notify_all()

    def tell(self) -> None:
        """Have whoever waits look again."""
        self._changed.notify_all()

    def fail(self, fault: Callable[[], Exception]) -> None:
        """Have no more come; what is whole stays whole."""
        if not self.ended and self.fault is None:
            self.fault = fault
            self._changed.notify_all()

    def await_head(self, silence: float) -> Sequence[tuple[str, str]]:
        """Return the head of the answer.

        Raises DownloadError SLOW_HEADERS, TimeoutError, StoppedError, and what ended the connection.
        """
        seconds = min(silence, self._call.head_seconds)
        with self._changed:
            came = self._changed.wait_for(lambda: self._call.interrupt.stopped or self._is_known, seconds)
            self._call.interrupt.check()
            if self.head is not None:
                return self.head
            if self.fault is not None:
                raise self.fault()
        if came:
            raise ConnectionResetError("the answer ended before its head")
        if seconds < silence:
            raise DownloadError.of(FailureReason.SLOW_HEADERS)
        raise TimeoutError("timed out")

    @property
    def _is_known(self) -> bool:
        return self.head is not None or self.fault is not None or self.ended

    def take(self, view: memoryview) -> int:
        """Take what has come; 0 is the end. Raises BlockingIOError where none has, StoppedError, and what ended it."""
        with self._changed:
            filled = 0
            while self._pieces and filled < len(view):
                piece = self._pieces.popleft()
                size = min(len(piece), len(view) - filled)
                view[filled : filled + size] = piece[:size]
                filled += size
                if size < len(piece):
                    self._pieces.appendleft(piece[size:])
            if filled:
                self.unread -= filled
                self._owner.taken(self.number, filled)
                return filled
            if self.fault is not None:
                raise self.fault()
            if self.ended:
                return 0
        self._call.interrupt.check()
        raise BlockingIOError

    def wait(self, seconds: float | None) -> bool:
        """Wait until `take` has something to say; a stop ends the wait. Says whether it has."""
        until = None if seconds is None else monotonic() + seconds
        with self._changed:
            return self._changed.wait_for(self._has_news, None if until is None else max(0.0, until - monotonic()))

    def _has_news(self) -> bool:
        return bool(self._pieces) or self.ended or self.fault is not None or self._call.interrupt.stopped

    def leave(self, *, whole: bool) -> None:  # noqa: ARG002 - the connection knows what came
        """Have the server send no more of it, and the connection serve others."""
        self._call.interrupt.remove(self._wake)
        with self._changed:
            self._pieces.clear()
            self._owner.left(self)

    def _wake(self) -> None:
        with self._changed:
            self._changed.notify_all()
