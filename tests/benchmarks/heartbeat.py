"""A process of its own for `stall`: Headrace's real window with a heartbeat in its event loop.

`python -m tests.benchmarks.heartbeat PROFILE RESULT SECONDS [URL...]` opens the window, adds the addresses at once or
none, and when they are finished, and at least SECONDS are over, writes all gaps between beats to RESULT and ends.
"""

import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final
from unittest.mock import patch

from headrace.brought import Brought
from headrace.manager import DownloadManager
from headrace.profile import Profile
from headrace.snapshots import DownloadSnapshot
from headrace.spec import DownloadSpec
from headrace.states import DownloadState
from headrace_gui import app
from PySide6.QtCore import QCoreApplication, QObject, Qt, QTimer
from PySide6.QtWidgets import QApplication

from tests.support.starved import INTERVAL_MS, starved_seconds

_STARTING_MS: Final = 1000
"""From the loaded list on; not measured."""
_AFTER_SECONDS: Final = 1.0
"""Measured after the last file was finished."""
_LOOK_MS: Final = 100


class Heartbeat(QObject):
    """Beats in the event loop of `manager`'s window, and keeps every gap."""

    def __init__(self, manager: DownloadManager, addresses: Sequence[str], seconds: float, result: Path) -> None:
        super().__init__(manager)
        self._manager, self._addresses, self._seconds, self._result = manager, addresses, seconds, result
        self._gaps: list[tuple[float, float, float]] = []
        """Seconds since the add, seconds since the beat before, and of these without a CPU though ready to run."""
        self._starved = 0.0
        self._open = len(addresses)
        self._began = self._last = self._finished = 0.0
        self._beats = QTimer(self, interval=INTERVAL_MS, timerType=Qt.TimerType.PreciseTimer)
        self._beats.timeout.connect(self._beat)
        self._looks = QTimer(self, interval=_LOOK_MS)
        self._looks.timeout.connect(self._end_if_done)
        manager.downloads_updated.connect(self._count)
        manager.loaded.connect(lambda: QTimer.singleShot(_STARTING_MS, self, self._begin))

    def _begin(self) -> None:
        self._began = self._last = self._finished = time.perf_counter()
        self._starved = starved_seconds()
        self._beats.start()
        self._looks.start()
        folder = self._manager.settings.download_folder
        specs = [DownloadSpec(address, folder, name=f"file{n}") for n, address in enumerate(self._addresses)]
        if specs:
            self._manager.add(specs)

    def _beat(self) -> None:
        now, starved = time.perf_counter(), starved_seconds()
        self._gaps.append((now - self._began, now - self._last, starved - self._starved))
        self._last, self._starved = now, starved

    def _count(self, snapshots: list[DownloadSnapshot]) -> None:
        for snapshot in snapshots:
            if snapshot.state is DownloadState.FAILED:
                print(snapshot.failure, file=sys.stderr)
                QCoreApplication.exit(1)
            elif snapshot.state is DownloadState.COMPLETED:
                self._open -= 1
                self._finished = time.perf_counter()

    def _end_if_done(self) -> None:
        now = time.perf_counter()
        if self._open or now - self._began < self._seconds or now - self._finished < _AFTER_SECONDS:
            return
        found = {"gaps": self._gaps, "busy": self._finished - self._began}
        self._result.write_text(json.dumps(found), encoding="utf-8")
        QApplication.closeAllWindows()


def main(argv: Sequence[str]) -> int:
    """Run the window as `headrace` does, with a manager that carries a heartbeat."""
    profile, result, seconds, *addresses = argv

    def make_manager(*args: Any, **named: Any) -> DownloadManager:
        manager = DownloadManager(*args, **named)
        Heartbeat(manager, addresses, float(seconds), Path(result))
        return manager

    with patch.object(app, "DownloadManager", make_manager):
        return app.run(Profile.at(profile), Brought())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
