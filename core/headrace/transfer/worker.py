"""One connection, one thread."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QObject, QThread

from headrace.disk.system_calls import has_descriptors

_NAME: Final = "segment worker"
_SPARE: Final = 12
"""Descriptors that must be free for a thread to start: a few for itself, the others for what runs meanwhile."""


class SegmentWorker(QThread):
    """Runs one connection's task, which must not raise, in a thread. `wait` for it before it is dropped."""

    def __init__(self, task: Callable[[], None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(_NAME)  # without one a new thread looks for its class, before it has the interpreter's lock
        self._task = task

    @staticmethod
    def may_start() -> bool:
        """Say whether a thread can be started: Qt and GLib abort the process where theirs finds no descriptor."""
        return has_descriptors(_SPARE)

    def run(self) -> None:
        """Run the task, in the new thread."""
        self._task()
