"""IdleConnections: connections kept for the next request, and closed when none comes soon."""

from collections.abc import Callable
from threading import Condition, Thread
from time import monotonic
from typing import Final, Protocol

IDLE_SECONDS: Final = 10.0
"""How long a connection waits for its next request: servers end theirs after five seconds or more, unseen by us."""


class Closable(Protocol):
    """A connection."""

    def close(self) -> None:
        """Close it; twice does no harm."""


class IdleConnections:
    """Closes what lay idle for too long, in a thread that exists as long as anything does. Thread-safe."""

    def __init__(self, seconds: float = IDLE_SECONDS, clock: Callable[[], float] = monotonic) -> None:
        self._seconds, self._clock = seconds, clock
        self._changed = Condition()
        self._since: dict[Closable, float] = {}
        """Since when each lies idle, the longest first."""
        self._thread: Thread | None = None
        self._closed = False

    def __len__(self) -> int:
        return len(self._since)

    def put(self, connection: Closable) -> None:
        """Begin to watch a connection, before anybody can take it from its pool."""
        with self._changed:
            if self._closed:
                return
            self._since.pop(connection, None)
            self._since[connection] = self._clock()
            if self._thread is None:
                self._thread = Thread(target=self._run, name="idle connections", daemon=True)
                self._thread.start()

    def take(self, connection: Closable) -> None:
        """Stop watching a connection that was taken from its pool: from now on nobody closes it but its user."""
        with self._changed:
            self._since.pop(connection, None)

    def close(self) -> None:
        """Close all of them, and end the thread."""
        with self._changed:
            self._closed, thread = True, self._thread
            self._close_all(list(self._since))
            self._changed.notify_all()
        if thread is not None:
            thread.join()

    def _run(self) -> None:
        with self._changed:
            while self._since:
                oldest = next(iter(self._since.values()))
                if self._changed.wait_for(lambda: self._closed, max(0.0, oldest + self._seconds - self._clock())):
                    return
                due = self._clock() - self._seconds
                self._close_all([one for one, since in self._since.items() if since <= due])
            self._thread = None

    def _close_all(self, connections: list[Closable]) -> None:
        for connection in connections:
            del self._since[connection]
            connection.close()
