"""What commands may ask of the window: the operator's Front."""

import os
from collections.abc import Sequence

from headrace.control.planning import Plan
from headrace.manager import DownloadManager
from headrace.states import DownloadState
from PySide6.QtCore import QTimer

from headrace_gui.main_window import MainWindow


class WindowFront:
    """The front of a program with a window."""

    def __init__(self, window: MainWindow, manager: DownloadManager, plan: Plan | None = None) -> None:
        self._window, self._manager, self.plan = window, manager, plan

    def come_up(self, addresses: Sequence[str], activation: str) -> None:
        """Show the window, and add addresses without a dialog."""
        if activation:
            os.environ["XDG_ACTIVATION_TOKEN"] = activation
        self._window.show_and_raise()
        self._window.adding.add_at_once(addresses)

    def offer(self, text: str, *, private: bool = False) -> None:
        """Open the dialog for adding."""
        self._window.show_and_raise()
        self._window.adding.open_soon([text] if text else (), private=private)

    def open_file(self, download_id: str, *, folder: bool) -> None:
        """Open a finished file, or show it in its folder. Raises ValueError where it is not there yet."""
        one = self._manager.snapshot(download_id)
        if one is None or one.state is not DownloadState.COMPLETED:
            raise ValueError(f"{download_id if one is None else one.name} is not finished yet")
        commands = self._window.commands
        (commands.show_one if folder else commands.open_one)(download_id)

    def quit(self) -> None:
        """End the program once the answer is on its way."""
        QTimer.singleShot(0, self._window, self._window.quit)
