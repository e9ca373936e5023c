"""A program of its own with everything the window has on the desktop, over a manager that invents one download."""

import sys
from pathlib import Path
from typing import cast

from headrace.manager import DownloadManager
from headrace.states import DownloadState
from headrace_gui.desktop.presence import Presence
from headrace_gui.desktop.tray import TrayActions
from headrace_gui.memory import Memory
from headrace_gui.preferences import PreferenceKeeper
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QMainWindow

from tests.support.fake_manager import FakeManager, make_snapshot


def main(folder: Path) -> int:
    """Run until Quit is chosen in the tray's menu."""
    app = QApplication(["headrace"])
    app.setQuitOnLastWindowClosed(False)
    manager = FakeManager()
    manager.put(make_snapshot("debian.iso", state=DownloadState.DOWNLOADING, total=1000, received=620, speed=2e6))
    window = QMainWindow()
    window.show()
    leave = QAction("Quit", window)
    presence = Presence(
        window,
        cast(DownloadManager, manager),
        PreferenceKeeper(folder / "window.ini"),
        Memory(folder / "window.ini"),
        TrayActions([QAction("Add downloads…", window)], leave),
    )
    leave.triggered.connect(app.quit)
    app.aboutToQuit.connect(presence.close)
    return app.exec()


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
