"""Mailbox: tasks from any thread for the one thread that reads them, in order."""

import sys
from collections.abc import Callable
from queue import Empty, SimpleQueue

Task = Callable[[], None]


class Mailbox:
    """`post` may be called from any thread, `read` from the reader's alone."""

    def __init__(self, wake: Task) -> None:
        """Have `wake` called, in the thread of whoever posts, for every task that waits."""
        self._wake = wake
        self._tasks: SimpleQueue[Task] = SimpleQueue()

    def post(self, task: Task) -> None:
        """Have `task` done by the reader, soon."""
        self._tasks.put(task)
        self._wake()

    def read(self) -> bool:
        """Do what waits; say whether there was anything. A task that raises keeps no other from being done."""
        found = False
        while True:
            try:
                task = self._tasks.get_nowait()
            except Empty:
                return found
            found = True
            try:
                task()
            except Exception:  # noqa: BLE001 - told as Qt tells what a slot raises
                sys.excepthook(*sys.exc_info())
