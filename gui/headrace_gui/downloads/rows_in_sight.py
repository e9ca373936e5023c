"""Watches which finished rows a person has before the eyes, so that their files are looked for, and no others."""

from collections.abc import Callable, Iterable
from time import monotonic
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal

EVERY_MS: Final = 2_000
_AGAIN: Final = 30.0
"""Seconds after which a row still in sight is told again."""
_MOST_KEPT: Final = 10_000


class RowsInSight(QObject):
    """Tells rows a while after they came into sight; of a quick scroll only where it ends."""

    seen = Signal(list)
    """Ids of finished rows in sight, none of them told in the last half minute."""

    def __init__(
        self, in_sight: Callable[[], Iterable[str]], parent: QObject, clock: Callable[[], float] = monotonic
    ) -> None:
        super().__init__(parent)
        self._in_sight, self._clock = in_sight, clock
        self._told: dict[str, float] = {}
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(EVERY_MS)
        self._timer.timeout.connect(self.tell)

    def note(self) -> None:
        """Say that what is in sight may have changed."""
        if not self._timer.isActive():
            self._timer.start()

    def forget(self) -> None:
        """Tell all anew: the person was elsewhere, where files may have been moved."""
        self._told.clear()
        self.note()

    def rest(self) -> None:
        """Tell nothing while nobody looks."""
        self._timer.stop()

    def tell(self) -> None:
        """Tell what is due."""
        now = self._clock()
        fresh = [each for each in self._in_sight() if now - self._told.get(each, -_AGAIN) >= _AGAIN]
        if len(self._told) > _MOST_KEPT:
            self._told.clear()
        self._told.update(dict.fromkeys(fresh, now))
        if fresh:
            self.seen.emit(fresh)
