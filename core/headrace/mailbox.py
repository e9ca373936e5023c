"""Mailbox: tasks from any thread for the one thread that reads them, in order."""

import sys
from collections.abc import Callable, Iterator
from queue import Empty, SimpleQueue

Task = Callable[[], None]


class Mailbox:
    """`post` may be called from any thread, `waiting` from the reader's alone."""

    def __init__(self, wake: Task) -> None:
        """Have `wake` called, in the thread of whoever posts, for every task that waits."""
        self._wake = wake
        self._tasks: SimpleQueue[Task] = SimpleQueue()

    def post(self, task: Task) -> None:
        """Have `task` done by the reader, soon."""
        self._tasks.put(task)
        self._wake()

    def waiting(self) -> Iterator[Task]:
        """Yield the tasks that wait, in order, each to be done by `do`."""
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
