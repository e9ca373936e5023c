"""Work that may touch a disk, done beside the window's thread."""

import logging
from collections.abc import Callable
from threading import Thread
from typing import Any, Final, TypeVar

from PySide6.QtCore import QObject, Qt, Signal
from shiboken6 import isValid

_LOG: Final = logging.getLogger(__name__)
Result = TypeVar("Result")


class Background(QObject):
    """Runs functions in daemon threads, so that a disk that hangs can never hold up the end of the program."""

    _done = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._done.connect(lambda deliver: deliver(), Qt.ConnectionType.QueuedConnection)

    def run(self, owner: QObject, work: Callable[[], Result], then: Callable[[Result | None], object]) -> None:
        """Call `work` in a thread, then `then` with its result in the owner's thread; None where it raised.

        What it raised is logged unless it is an OSError. `then` is not called once `owner` is deleted.
        """
        Thread(target=self._work, args=(owner, work, then), daemon=True, name="headrace-background").start()

    def _work(self, owner: QObject, work: Callable[[], Any], then: Callable[[Any], object]) -> None:
        try:
            result = work()
        except OSError:
            result = None
        except Exception:  # noqa: BLE001 - whoever asked waits for an answer
            _LOG.exception("work beside the window failed")
            result = None
        if isValid(self):
            self._done.emit(lambda: then(result) if isValid(owner) else None)
