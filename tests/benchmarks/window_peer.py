"""A process of its own for `peers`: Headrace's window, offscreen, that fetches a list and ends.

`python window_peer.py PROFILE LIST` adds the addresses in LIST, one a line, once the window has come to rest, and
prints the seconds from then until the last file is finished.
"""

import os
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
from PySide6.QtCore import QCoreApplication, QObject, QTimer
from PySide6.QtWidgets import QApplication

_REST_MS: Final = 1000
"""From the loaded list on, in which the rest of the program is loaded."""


class Errand(QObject):
    """Adds the addresses to `manager`, and closes the window behind the last file."""

    def __init__(self, manager: DownloadManager, addresses: Sequence[str]) -> None:
        super().__init__(manager)
        self._manager, self._addresses = manager, addresses
        self._open = len(addresses)
        self._began = 0.0
        manager.downloads_updated.connect(self._count)
        manager.loaded.connect(lambda: QTimer.singleShot(_REST_MS, self, self._begin))

    def _begin(self) -> None:
        self._began = time.perf_counter()
        folder = self._manager.settings.download_folder
        self._manager.add([DownloadSpec(address, folder) for address in self._addresses])

    def _count(self, snapshots: list[DownloadSnapshot]) -> None:
        states = [snapshot.state for snapshot in snapshots]
        if DownloadState.FAILED in states:
            QCoreApplication.exit(1)
        self._open -= states.count(DownloadState.COMPLETED)
        if not self._open:
            print(time.perf_counter() - self._began)
            QApplication.closeAllWindows()


def main(argv: Sequence[str]) -> int:
    """Run the window as `headrace` does, with a manager that has something to do."""
    profile, addresses = argv[0], Path(argv[1]).read_text(encoding="utf-8").split()
    os.environ["QT_QPA_PLATFORM"] = "offscreen"

    def make_manager(*args: Any, **named: Any) -> DownloadManager:
        manager = DownloadManager(*args, **named)
        Errand(manager, addresses)
        return manager

    with patch.object(app, "DownloadManager", make_manager):
        return app.run(Profile.at(profile), Brought())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
