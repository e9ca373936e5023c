"""One connection, one thread."""

import os
import sys
import threading
from collections.abc import Callable

from PySide6.QtCore import QObject, QThread

_NICENESS = 10


class SegmentWorker(QThread):
    """Runs one connection's task, which must not raise, in a thread. Made and dropped in the manager's thread."""

    def __init__(self, task: Callable[[], None], *, background: bool = False, parent: QObject | None = None) -> None:
        """`background` lets the thread of a window go first where processors are short: bytes can wait, eyes cannot."""
        super().__init__(parent)
        self._task = task
        self._background = background

    def launch(self) -> None:
        """Start the thread."""
        humble = self._background and sys.platform != "linux"
        self.start(QThread.Priority.LowPriority if humble else QThread.Priority.InheritPriority)

    def run(self) -> None:
        """Run the task, in the new thread."""
        if self._background and sys.platform == "linux":  # Qt's priorities do nothing there, but a thread has niceness
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICENESS)
        self._task()
