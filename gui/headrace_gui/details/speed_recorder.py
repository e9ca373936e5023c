"""Keeps the speeds of all downloads that run, for whoever wants to see one."""

import time
from collections.abc import Callable, Iterable, Sequence

from headrace.manager_signals import ManagerSignals
from headrace.snapshots import DownloadSnapshot
from PySide6.QtCore import QObject

from headrace_gui.details.speed_history import SpeedHistory


class SpeedRecorder(QObject):
    """Listens to a manager from the time it is made; forgets a download when it leaves the list."""

    def __init__(
        self, manager: ManagerSignals, clock: Callable[[], float] = time.monotonic, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._clock = clock
        self._histories: dict[str, SpeedHistory] = {}
        manager.downloads_updated.connect(self._take)
        manager.downloads_removed.connect(self._forget)

    def now(self) -> float:
        """Return the time of the clock the histories go by, in seconds."""
        return self._clock()

    def history(self, download_id: str) -> SpeedHistory | None:
        """Return the speeds of a download, None where none was ever measured here."""
        return self._histories.get(download_id)

    def _take(self, snapshots: Sequence[DownloadSnapshot]) -> None:
        now = self._clock()
        for snapshot in snapshots:
            if snapshot.speed is not None:
                self._histories.setdefault(snapshot.id, SpeedHistory()).add(now, snapshot.speed)

    def _forget(self, ids: Iterable[str]) -> None:
        for download_id in ids:
            self._histories.pop(download_id, None)
