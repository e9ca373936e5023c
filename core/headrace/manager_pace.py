"""Work for many downloads at once, done a little in each turn of the event loop: nobody waits for the last of them."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from time import monotonic, time
from typing import Final, NamedTuple, TypeVar

from PySide6.QtCore import QObject, QTimer

_TURN_SECONDS: Final = 0.005
_TELL_SECONDS: Final = 0.05
_LONG_REST: Final = 0.05
_GLANCE: Final = 60.0
"""Seconds between two looks at the clock: timers stand still while a computer sleeps."""
_LONG_AGO: Final = 0.5
"""Seconds: nobody has waited for a turn since then, so that it is not late."""

Thing = TypeVar("Thing")
Chore = Callable[[], object]


class Manner(NamedTuple):
    """How work goes on where others are busy: seconds of a turn, of the rest behind it, and times it was late more."""

    turn: float
    rest: float
    for_being_late: float


STARTING: Final = Manner(0.0, 0.005, 2.0)
"""One at a time: each has a thread come that wants its turns from now on."""
STOPPING: Final = Manner(0.0003, 0.001, 0.0)
"""Soon done, but not all at once: each wakes a thread that winds up."""


class Pace(QObject):
    """Hands out as many things as can be done in one turn; has `again` called in another where that was not all."""

    def __init__(
        self,
        again: Callable[[], object],
        parent: QObject,
        is_busy: Callable[[], bool] = lambda: False,
        manner: Manner = STARTING,
    ) -> None:
        """Where others are said to be `is_busy`, things are done in that `manner`."""
        super().__init__(parent)
        self._is_busy, self._manner = is_busy, manner
        self._due = 0.0
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(again)

    def some(self, things: Iterable[Thing]) -> Iterator[Thing]:
        """Yield one thing at least, or none while another turn is still to come."""
        if self._timer.isActive():
            return
        end = monotonic() + (self._manner.turn if self._is_busy() else _TURN_SECONDS)
        for thing in things:
            yield thing
            if monotonic() >= end:
                self.go_on()
                return

    def __bool__(self) -> bool:
        """Say whether another turn is to come."""
        return self._timer.isActive()

    def go_on(self) -> None:
        """Have another turn come."""
        rest = 0.0
        if self._is_busy():
            late = max(0.0, monotonic() - self._due)
            more = self._manner.for_being_late * (late if late < _LONG_AGO else 0.0)
            rest = min(self._manner.rest + more, _LONG_REST)
        self._due = monotonic() + rest
        self._timer.start(round(rest * 1000))

    def rest(self) -> None:
        """Have none come."""
        self._timer.stop()


class Alarm(QObject):
    """Calls at a moment of the wall clock, or up to a minute later where the computer slept or its clock was set."""

    def __init__(self, call: Callable[[], object], parent: QObject, clock: Callable[[], float] = time) -> None:
        super().__init__(parent)
        self._call, self._clock = call, clock
        self._at: float | None = None
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._look)

    def set(self, at: float | None) -> None:
        """Have it call once at `at`, Unix seconds, in the place of what was set before; None has it call no more."""
        self._at = at
        if at is None:
            self._timer.stop()
        else:
            self._timer.start(round(1000 * min(max(at - self._clock(), 0.0), _GLANCE)))

    def _look(self) -> None:
        at, self._at = self._at, None
        if at is not None and at > self._clock():
            self.set(at)
        elif at is not None:
            self._call()


class Telling(QObject):
    """Has changes told: at once, or while more are to come only now and then, for showing them is work as well."""

    def __init__(self, tell: Callable[[], object], parent: QObject) -> None:
        super().__init__(parent)
        self._tell = tell
        self._told = 0.0
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._now)

    def ask(self, *, more: bool, later: bool = False) -> None:
        """Tell, by and by where there is `more` to come; `later` is in another turn: this one was long enough."""
        if later:
            self._timer.start(0)
        elif not more or monotonic() - self._told > _TELL_SECONDS:
            self._now()
        elif not self._timer.isActive():
            self._timer.start(round(_TELL_SECONDS * 1000))

    def _now(self) -> None:
        self._timer.stop()
        self._told = monotonic()
        self._tell()


class Chores(QObject):
    """Calls what it is given, in order: as much of it as can be done at once, the rest in later turns."""

    def __init__(
        self,
        parent: QObject,
        after: Callable[[], object] = lambda: None,
        is_busy: Callable[[], bool] = lambda: False,
    ) -> None:
        """`after` is called at the end of every turn, and where nothing could be done in it.

        Where others are said to be `is_busy`, little is done in one.
        """
        super().__init__(parent)
        self._waiting: deque[Iterator[Chore]] = deque()
        self._pace = Pace(self._do_some, self, is_busy, STOPPING)
        self._after = after

    def __bool__(self) -> bool:
        """Say whether there is any left; while the last one is called, there is."""
        return bool(self._waiting)

    def put(self, chores: Iterable[Chore]) -> None:
        """Call these, behind those that still wait; `chores` is walked as they are called."""
        self._waiting.append(iter(chores))
        self._do_some()

    def finish(self) -> None:
        """Call all that still wait."""
        self._pace.rest()
        for chore in self._taken():
            chore()

    def _do_some(self) -> None:
        try:
            for chore in self._pace.some(self._taken()):
                chore()
        finally:
            if self._waiting:  # also where one raised: the others are done nevertheless
                self._pace.go_on()
            self._after()

    def _taken(self) -> Iterator[Chore]:
        while self._waiting:
            chores = self._waiting[0]
            while (chore := next(chores, None)) is not None:
                yield chore
            if self._waiting and self._waiting[0] is chores:  # a chore may have had others called
                self._waiting.popleft()
