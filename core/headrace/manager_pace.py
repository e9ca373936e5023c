"""Work for many downloads at once, done a little in each turn of the event loop: nobody waits for the last of them."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from time import monotonic
from typing import Final, TypeVar

from PySide6.QtCore import QObject, QTimer

_TURN_SECONDS: Final = 0.005

Thing = TypeVar("Thing")


class Pace(QObject):
    """Hands out as many things as can be done in one turn; has `again` called in another where that was not all."""

    def __init__(self, again: Callable[[], object], parent: QObject) -> None:
        super().__init__(parent)
        self._timer = QTimer(self, singleShot=True, interval=0)
        self._timer.timeout.connect(again)

    def some(self, things: Iterable[Thing]) -> Iterator[Thing]:
        """Yield one thing at least, or none while another turn is still to come."""
        if self._timer.isActive():
            return
        end = monotonic() + _TURN_SECONDS
        for thing in things:
            yield thing
            if monotonic() > end:
                self._timer.start()
                return


class Chores(QObject):
    """Calls what it is given, in order: as much of it as can be done at once, the rest in later turns."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._waiting: deque[Callable[[], object]] = deque()
        self._pace = Pace(self._do_some, self)

    def put(self, chores: Iterable[Callable[[], object]]) -> None:
        """Call these, behind those that still wait."""
        self._waiting.extend(chores)
        self._do_some()

    def _do_some(self) -> None:
        for chore in self._pace.some(self._taken()):
            chore()

    def _taken(self) -> Iterator[Callable[[], object]]:
        while self._waiting:
            yield self._waiting.popleft()
