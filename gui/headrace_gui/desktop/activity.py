"""How far everything that runs has come, all together, for the places that have room for one bar."""

from collections.abc import Iterable
from dataclasses import dataclass

from headrace.manager_signals import ManagerSignals
from headrace.snapshots import DownloadSnapshot
from headrace.states import RUNNING
from PySide6.QtCore import QObject, Signal


@dataclass(frozen=True, slots=True)
class Activity:
    """How many downloads run, and which part of their bytes is there; None where no length is known."""

    running: int = 0
    fraction: float | None = None


class ActivityMeter(QObject):
    """Follows the manager; keeps only those that run, so that its cost does not grow with the list."""

    changed = Signal(object)
    """The new Activity."""

    def __init__(self, manager: ManagerSignals, present: Iterable[DownloadSnapshot], parent: QObject) -> None:
        super().__init__(parent)
        self._running: dict[str, DownloadSnapshot] = {}
        self.now = Activity()
        manager.downloads_added.connect(self._take)
        manager.downloads_updated.connect(self._take)
        manager.downloads_removed.connect(self._drop)
        self._take(present)

    def _take(self, snapshots: Iterable[DownloadSnapshot]) -> None:
        for each in snapshots:
            if each.state in RUNNING:
                self._running[each.id] = each
            else:
                self._running.pop(each.id, None)
        self._tell()

    def _drop(self, ids: Iterable[str]) -> None:
        for each in ids:
            self._running.pop(each, None)
        self._tell()

    def _tell(self) -> None:
        activity = activity_of(self._running.values())
        if activity != self.now:
            self.now = activity
            self.changed.emit(activity)


def activity_of(running: Iterable[DownloadSnapshot]) -> Activity:
    """Sum up downloads that run; those of unknown length count as running only."""
    number = received = total = 0
    for each in running:
        number += 1
        if each.total is not None:
            received, total = received + min(each.received, each.total), total + each.total
    return Activity(number, received / total if total else None)
