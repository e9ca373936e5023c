"""Mailbox: tasks from any thread for the one thread that reads them, in order."""

import sys
from collections.abc import Callable, Iterator
from queue import Empty, SimpleQueue

Task = Callable[[], None]


class Mailbox:
    """`post` may be called from any thread, `waiting` from the reader's alone."""

    def __init__(self, wake: Task) -> None:
        """Have `wake` called, in the thread of whoever posts, for the first task since `waiting` was last called."""
        self._wake = wake
        self._is_woken = False
        self._tasks: SimpleQueue[Task] = SimpleQueue()

    def post(self, task: Task) -> None:
        """Have `task` done by the reader, soon."""
        self._tasks.put(task)
        if not self._is_woken:  # looked at behind the put, and taken back before the get: a task is never left waiting
            self._is_woken = True
            self._wake()

    def waiting(self) -> Iterator[Task]:
        """Yield the tasks that wait, in order, each to be done by `do`."""
        self._is_woken = False
        while True:
            try:
                yield self._tasks.get_nowait()
            except Empty:
                return


def do(task: Task) -> None:
    """Do a task. One that raises keeps no other from being done."""
    try:
        task()
    except Exception:  # noqa: BLE001 - told as Qt tells what a slot raises
        sys.excepthook(*sys.exc_info())
