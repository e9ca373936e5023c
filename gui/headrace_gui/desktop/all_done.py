"""Follows the list, and has done what is wanted once nothing is left to be done: with a window and without one."""

import logging
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from functools import cached_property, partial
from threading import Thread
from time import monotonic, time
from typing import Any, Final

from headrace.day import Hold, HoldReason
from headrace.finale import ENDING, Deed, Finale
from headrace.manager import DownloadManager
from headrace.settings import Settings
from headrace.snapshots import DownloadSnapshot
from headrace.states import DownloadState
from headrace.story import StoryEntry, StoryKind
from PySide6.QtCore import QObject, QTimer, Signal

from headrace_gui.desktop.deeds import Deeds

_LOG: Final = logging.getLogger(__name__)
_TICK_MS: Final = 500
_SOON: Final = 3600.0
"""Seconds: what is tried again later than that is not waited for."""
_PLANNED: Final = 24 * 3600.0
"""Seconds: queues whose hours begin by then are waited for, since they are what the evening was planned for."""
_WAITING: Final = (DownloadState.QUEUED, DownloadState.RETRY_WAIT)
_BY_HAND: Final = frozenset({StoryKind.PAUSED, StoryKind.REMOVED})
_BY_ITSELF: Final = frozenset({StoryKind.STARTED, StoryKind.FINISHED, StoryKind.FAILED})


class Farewell:
    """What is to be done with the machine once the program has come to its end in order."""

    def __init__(self, make: Callable[[], Deeds]) -> None:
        """Take what makes the machine's deeds: that loads much, and few want any."""
        self._make = make
        self.deed = Deed.NOTHING

    @cached_property
    def deeds(self) -> Deeds:
        """What can be done with the machine. In a thread."""
        return self._make()

    def say(self) -> None:
        """Do it, when everything is saved and stopped. Waits for the system; what it refuses is logged."""
        if self.deed in (Deed.NOTHING, Deed.QUIT):
            return
        try:
            self.deeds.do(self.deed)
        except OSError as error:
            _LOG.warning("%s was refused: %s", self.deed.value, error)


@dataclass(frozen=True, slots=True)
class Standing:
    """What is planned now."""

    deed: Deed
    left: int | None
    """Seconds until it happens, None while nothing is being counted."""


class AllDone(QObject):
    """Lives in the manager's thread; the machine is asked in others."""

    changed = Signal(object)
    """The Standing, whenever it is another."""
    refused = Signal(object, str)
    """The Deed that the system did not do, and why."""

    def __init__(
        self,
        manager: DownloadManager,
        farewell: Farewell,
        quit_program: Callable[[], object],
        parent: QObject | None = None,
        *,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        """Begin to follow; `quit_program` ends the program in order."""
        super().__init__(parent or manager)
        self._manager, self._farewell, self._quit = manager, farewell, quit_program
        self._clock = clock
        self._is_otherwise_busy: Callable[[], bool] = lambda: False
        self._finale = Finale(Deed(manager.settings.when_done))
        self._standing = self.standing
        self.timer = QTimer(self, interval=_TICK_MS)
        self.timer.timeout.connect(self.tick)
        manager.stories_grew.connect(self._hear)
        manager.totals_changed.connect(self.look)
        manager.settings_changed.connect(self._follow)
        manager.holds_changed.connect(self.look)
        self.look()

    @property
    def standing(self) -> Standing:
        """What is planned now."""
        left = self._finale.left
        return Standing(self._finale.deed, None if left is None else max(0, round(left)))

    def wait_for(self, is_busy: Callable[[], bool]) -> None:
        """Wait for other work than what is on the list too, as long as `is_busy`; `look` when that ends."""
        self._is_otherwise_busy = is_busy

    # -- what a person wants -----------------------------------------------------------------------------------

    def choose(self, deed: Deed, *, always: bool = False) -> None:
        """Have `deed` happen when all is done, this time or `always`; NOTHING also ends a countdown."""
        self._look_closely()
        if always:
            self._manager.apply_settings(replace(self._manager.settings, when_done=deed.value))
        self._finale.choose(deed)
        self._tell()

    def stop(self) -> None:
        """Have it not happen this time."""
        self._finale.stop()
        self._tell()

    def hasten(self) -> None:
        """Have what is being counted down to happen now."""
        self._finale.hasten()
        self.tick()

    def able(self) -> Future[frozenset[Deed]]:
        """Return what can be done here and now, once the system has been asked; QUIT and NOTHING always can."""
        asked = Future[frozenset[Deed]]()
        Thread(target=self._ask, args=(asked,), name="deeds", daemon=True).start()
        return asked

    def _ask(self, asked: Future[frozenset[Deed]]) -> None:
        able = {Deed.NOTHING, Deed.QUIT}
        try:
            able |= self._farewell.deeds.able()
        except Exception:  # noqa: BLE001 - whoever asked waits for an answer
            _LOG.exception("the system could not be asked what it can do")
        asked.set_result(frozenset(able))

    # -- what happens ------------------------------------------------------------------------------------------

    def _hear(self, told: Sequence[tuple[str, StoryEntry]]) -> None:
        for _, entry in told:
            if entry.kind in _BY_HAND:
                self._finale.interrupt()
            elif entry.kind in _BY_ITSELF:
                self._finale.progress()
                if entry.kind is StoryKind.STARTED:  # it may have ended before anybody looks
                    self._finale.look(self._clock(), is_busy=True)

    def _follow(self, settings: Settings) -> None:
        self._look_closely()
        self._finale.follow(Deed(settings.when_done))
        self._tell()

    def look(self, _told: object = None) -> None:
        """Look whether anything is to be done; whoever has work besides the list calls it when that ends."""
        if self._finale.deed is Deed.NOTHING:  # the list may be long, and nobody wants to know
            totals = self._manager.totals()
            self._finale.look(self._clock(), is_busy=totals.active + totals.waiting > 0 or self._is_otherwise_busy())
        else:
            self._look_closely()
        self._tell()

    def _look_closely(self) -> None:
        self._finale.look(self._clock(), is_busy=self._is_busy())

    def _is_busy(self) -> bool:
        totals = self._manager.totals()
        return totals.active > 0 or self._is_otherwise_busy() or (totals.waiting > 0 and self._waits())

    def _waits(self) -> bool:
        """Say whether something will run by itself before long."""
        holds, now = self._manager.holds, time()
        waiting = map(self._manager.snapshot, self._manager.ids_in(_WAITING))
        return any(one is not None and _is_to_come(one, holds.get(one.queue), now) for one in waiting)

    def tick(self) -> None:
        """Count, and do it when the time has come."""
        deed = self._finale.tick(self._clock())
        self._tell()
        if deed is Deed.QUIT:
            self._end(deed)
        elif deed is not None:
            Thread(target=self._do, args=(deed,), name="deeds", daemon=True).start()

    def _do(self, deed: Deed) -> None:
        """Do it; of what ends the program only find out whether it can be done, since it comes at the very end."""
        deeds = self._farewell.deeds
        if deed in ENDING and deed in deeds.able():
            self._manager.post(partial(self._end, deed))
            return
        why = "it wants a password, or cannot do it"
        try:
            if deed not in ENDING:
                deeds.do(deed)
                return
        except OSError as error:
            why = str(error)
        _LOG.warning("%s was refused: %s", deed.value, why)
        self._manager.post(partial(self.refused.emit, deed, why))

    def _end(self, deed: Deed) -> None:
        if self._is_busy():  # something was added while the system was asked
            self._finale.choose(deed)
            self.look()
            return
        self._farewell.deed = deed
        self._quit()

    def _tell(self) -> None:
        standing = self.standing
        counts = standing.left is not None
        if counts is not self.timer.isActive():
            self.timer.start() if counts else self.timer.stop()
        if standing != self._standing:
            self._standing = standing
            self.changed.emit(standing)

    def facts(self) -> dict[str, Any]:
        """Return what a command is told of it."""
        return {"deed": self.standing.deed.value, "seconds_left": self.standing.left}


def _is_to_come(one: DownloadSnapshot, hold: Hold | None, now: float) -> bool:
    """Say whether what waits is soon tried again, and its queue is not held by a person, for long or nobody knows."""
    if hold is not None and not one.at_once:
        patience = _PLANNED if hold.reason is HoldReason.HOURS else _SOON
        if hold.until is None or hold.until > now + patience:
            return False
    return one.retry_at is None or one.retry_at <= now + _SOON
