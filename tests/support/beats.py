"""A heartbeat in an event loop, which tells of every gap how long it was and where the thread was meanwhile."""

import atexit
import signal
import time
from collections import Counter
from pathlib import Path
from threading import Event, Thread, get_ident
from types import FrameType
from typing import Final

from PySide6.QtCore import QObject, Qt, QTimer
from shiboken6 import isValid

from tests.support.starved import INTERVAL_MS, starved_seconds

_NOTEWORTHY: Final = 0.02
"""Seconds between two beats from which on they are kept."""
_LOOK_SECONDS: Final = 0.005
_PLACES, _DEPTH, _OWN = 3, 4, "/headrace"


class Beats(QObject):
    """A heartbeat in the event loop; what goes by while a question is answered is not the window's fault."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._gaps: list[tuple[float, str]] = []
        self._seen: Counter[str] = Counter()
        """Where the loop's thread was each time it was found late."""
        self._last, self._starved = time.perf_counter(), starved_seconds()
        self._timer = QTimer(self, interval=INTERVAL_MS, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self.note)
        self._timer.start()
        self._over = Event()
        self._before = signal.signal(signal.SIGUSR1, self._look)
        signal.siginterrupt(signal.SIGUSR1, False)
        atexit.register(self.close)  # at the end of a program the signal would end it in a way of its own
        self._watcher = Thread(target=self._watch, args=(get_ident(),), daemon=True)
        self._watcher.start()

    def close(self) -> None:
        """Beat no more."""
        if self._over.is_set():
            return
        self._over.set()
        self._watcher.join()
        signal.signal(signal.SIGUSR1, self._before)
        atexit.unregister(self.close)
        if isValid(self._timer):
            self._timer.stop()

    def note(self) -> None:
        """Count the time since the last beat as a gap."""
        now, starved = time.perf_counter(), starved_seconds()
        gap = now - self._last - (starved - self._starved)
        if self._seen or gap > _NOTEWORTHY:
            seen, self._seen = self._seen, Counter()  # a look may come in between, and must not change what is counted
            if gap > _NOTEWORTHY:
                self._gaps.append((gap, "; ".join(f"{place} {count}" for place, count in seen.most_common(_PLACES))))
        self._last, self._starved = now, starved

    def skip(self) -> None:
        """Begin anew from here."""
        self._last, self._starved = time.perf_counter(), starved_seconds()
        self._seen = Counter()

    def take(self) -> list[tuple[float, str]]:
        """Return the seconds of every noteworthy gap since the last time, less those without a CPU, and its places."""
        gaps, self._gaps = self._gaps, []
        return gaps

    def _watch(self, thread: int) -> None:
        while not self._over.wait(_LOOK_SECONDS):
            if time.perf_counter() - self._last > _NOTEWORTHY:
                signal.pthread_kill(thread, signal.SIGUSR1)

    def _look(self, _number: int, frame: FrameType | None) -> None:
        """Note where the loop's thread is; `sys._current_frames` would stop everything now and then (gh-106883)."""
        self._seen[_place(frame)] += 1


def _place(frame: FrameType | None) -> str:
    """Say where a thread is in our own code, the innermost function first."""
    own: list[str] = []
    while frame is not None and len(own) < _DEPTH:
        code = frame.f_code
        if _OWN in code.co_filename:
            own.append(f"{Path(code.co_filename).stem}.{code.co_name}:{frame.f_lineno}")
        frame = frame.f_back
    return " < ".join(own)
