"""Long work in the window's own thread, done in slices so short that nobody notices."""

from collections.abc import Generator
from time import monotonic
from typing import Any, Final

from PySide6.QtCore import QObject, QTimer

_SLICE: Final = 0.008
"""Seconds of work between two looks at the event loop."""
_OVER: Final = object()
PAINTED_MS: Final = 50
"""From when a window is shown: work that is begun with it would hold up its first painting."""


class Steps(QObject):
    """Runs one generator at a time; what it yields counts for nothing, a new one takes the place of the old.

    What it raises comes out of `start`, `finish` or the event loop, and ends it.
    """

    def __init__(self, parent: QObject | None = None, *, seconds: float = _SLICE) -> None:
        """Take for how long at least it works between two looks at the event loop, where there is so much to do."""
        super().__init__(parent)
        self._slice = seconds
        self._work: Generator[Any, None, Any] | None = None
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._go_on)

    @property
    def busy(self) -> bool:
        """Whether something is left to do."""
        return self._work is not None

    def start(self, work: Generator[Any, None, Any]) -> None:
        """Begin now: what fits into one slice is done when this returns."""
        self.stop()
        self._work = work
        self._go_on()
        if self._work is work:
            self._timer.start(0)

    def stop(self) -> None:
        """Leave the rest undone."""
        self._timer.stop()
        if self._work is not None:
            work, self._work = self._work, None
            work.close()

    def finish(self) -> None:
        """Do the rest now, however long it takes."""
        self._timer.stop()
        if self._work is not None:
            work, self._work = self._work, None
            for _ in work:
                pass

    def _go_on(self) -> None:
        work, end = self._work, monotonic() + self._slice
        while work is not None and self._work is work:
            has_more = False
            try:
                has_more = next(work, _OVER) is not _OVER
            finally:
                if not has_more and self._work is work:
                    self.stop()
            if monotonic() >= end:
                return
