"""Reference cycles are collected in the thread of the event loop alone, between two of its turns."""

import gc
from time import monotonic
from typing import Final

from PySide6.QtCore import QAbstractEventDispatcher, QObject

_SHARE: Final = 100
"""Of so many seconds one, at most, is spent on walking everything there is."""
_LEAST_SECONDS: Final = 10.0


class GarbageCollector(QObject):
    """Collects in the place of Python, which does it in whichever thread happens to make an object.

    What such a cycle holds of Qt must end in its own thread: a timer or a widget that ends in another one takes the
    process with it. Nothing is done in the middle of a turn, so that none is held up.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        """Take over from Python, for the whole process. Main thread."""
        super().__init__(parent)
        gc.disable()
        gc.freeze()  # what is loaded stays
        self._full_from = monotonic() + _LEAST_SECONDS

    def follow_events(self) -> None:
        """Look after every turn of this thread's event loop; raises RuntimeError where there is none."""
        dispatcher = QAbstractEventDispatcher.instance()
        if dispatcher is None:
            raise RuntimeError("there is no event loop in this thread")
        dispatcher.aboutToBlock.connect(self.collect_due)

    def collect_due(self) -> None:
        """Collect the oldest generation that is due, by the thresholds that Python itself goes by."""
        counts, thresholds = gc.get_count(), gc.get_threshold()
        due = [number for number in range(3) if thresholds[number] and counts[number] > thresholds[number]]
        if not due:
            return
        if due[-1] < 2:
            gc.collect(due[-1])
        elif (began := monotonic()) < self._full_from:
            gc.collect(1)
        else:
            gc.collect()
            ended = monotonic()
            self._full_from = ended + max(_LEAST_SECONDS, _SHARE * (ended - began))
