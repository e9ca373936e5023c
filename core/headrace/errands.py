"""Errands: tasks that wait for a disk, done one after the other in a thread of their own."""

from collections import deque
from collections.abc import Callable
from threading import Condition, Thread

from headrace.errors import StoppedError

Task = Callable[[], None]


class Errands:
    """A thread that is there only while there is something to do. Methods may be called from any thread."""

    def __init__(self, name: str) -> None:
        """`name` is what the thread is called."""
        self._name = name
        self._changed = Condition()
        self._tasks: deque[Task] = deque()
        self._thread: Thread | None = None
        self._closed = False

    def run(self, task: Task) -> None:
        """Have `task` done behind those that wait; it must not raise. After `close` nothing is done any more."""
        with self._changed:
            if self._closed:
                return
            self._tasks.append(task)
            if self._thread is None:
                self._thread = Thread(target=self._work, name=self._name, daemon=True)
                self._thread.start()

    def check(self) -> None:
        """Raise StoppedError once everything is to end: what takes long asks again and again."""
        if self._closed:
            raise StoppedError

    def close(self, timeout: float) -> bool:
        """Begin nothing more and wait for the task under way, at most `timeout` seconds; say whether it ended."""
        with self._changed:
            self._closed = True
            self._tasks.clear()
            return self._changed.wait_for(lambda: self._thread is None, timeout)

    def _work(self) -> None:
        while (task := self._next()) is not None:
            task()

    def _next(self) -> Task | None:
        with self._changed:
            if self._tasks:
                return self._tasks.popleft()
            self._thread = None
            self._changed.notify_all()
            return None
