"""One connection, one thread."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QThread


class SegmentWorker(QThread):
    """Runs one connection's task, which must not raise, in a thread. Made and dropped in the manager's thread."""

    def __init__(self, task: Callable[[], None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._task = task

    def run(self) -> None:
        """Run the task, in the new thread."""
        self._task()
