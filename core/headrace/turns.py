"""Turns: who moves bytes at the moment. As many threads as there are processors; the others wait, and cost nothing."""

import os
from collections import deque
from threading import Lock
from typing import Final

_PATIENCE: Final = 1.0
"""Seconds after which a thread goes ahead without a turn: those who have them may wait for a disk that does not answer.
"""


class Turns:
    """Hands out turns in the order in which they are asked for. Thread-safe.

    A hundred threads with bytes to move would share the processors with the window, and the interpreter too: each time
    the window gives it up for a moment, all of them would be in front of it. And bytes that were just received are
    written while they are in the processor's cache.
    """

    def __init__(self, at_once: int, patience: float = _PATIENCE) -> None:
        """Let `at_once` threads have a turn at the same time; who waits for longer than `patience` seconds goes on."""
        self._lock = Lock()
        self._free = at_once
        self._patience = patience
        self._waiting: deque[Lock] = deque()
        """A lock for each thread that waits, released by whoever hands it a turn."""

    def take(self) -> bool:
        """Wait for a turn; say whether it came, so that `give` must be called."""
        with self._lock:
            if self._free > 0:
                self._free -= 1
                return True
            mine = Lock()
            mine.acquire()
            self._waiting.append(mine)
        return mine.acquire(timeout=self._patience) or self._came_late(mine)

    def give(self) -> None:
        """Hand a turn on to the next."""
        with self._lock:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._free += 1

    def _came_late(self, mine: Lock) -> bool:
        with self._lock:
            if mine not in self._waiting:
                return True
            self._waiting.remove(mine)
            return False


_AT_ONCE: Final = min(8, max(2, os.cpu_count() or 1))
"""Two at least, for one may wait for a disk; eight are as many as one interpreter keeps busy."""
MOVING: Final = Turns(_AT_ONCE)
"""For taking bytes from a connection and writing them."""
HASHING: Final = Turns(_AT_ONCE)
"""For reading written bytes back: who does that must keep up with those that write, and does not wait behind them."""


class Turn:
    """A turn that is taken and given back as the work goes; `with` gives it back in any case. For one thread."""

    def __init__(self, turns: Turns = MOVING) -> None:
        self._turns = turns
        self._has = False

    def begin(self) -> None:
        """Wait for a turn, if this has none."""
        if not self._has:
            self._has = self._turns.take()

    def end(self) -> None:
        """Give it back, if there is one."""
        if self._has:
            self._has = False
            self._turns.give()

    def __enter__(self) -> None:
        self.begin()

    def __exit__(self, *_: object) -> None:
        self.end()
