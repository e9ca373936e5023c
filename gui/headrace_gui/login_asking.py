"""Asks for a login as soon as a server or a proxy wants one: once for each, and once more for each that was refused."""

from collections.abc import Sequence

from headrace.logging_in import asked_by, place_wanted
from headrace.manager import DownloadManager
from headrace.story import StoryEntry, StoryKind
from PySide6.QtCore import QObject, QTimer

from headrace_gui.main_window import MainWindow

_TOGETHER_MS = 300
"""For which others of one server are waited for before it is asked for."""


class LoginAsking(QObject):
    """Follows what happens, and asks where somebody looks at the window."""

    def __init__(self, window: MainWindow, manager: DownloadManager) -> None:
        super().__init__(window)
        self._window, self._manager = window, manager
        self._asked: dict[str, int] = {}
        """How many logins had been refused when each place was asked for the last time."""
        self._failed: list[str] = []
        self._soon = QTimer(self, singleShot=True, interval=_TOGETHER_MS)
        self._soon.timeout.connect(self._ask)
        manager.stories_grew.connect(self._hear)

    def _hear(self, told: Sequence[tuple[str, StoryEntry]]) -> None:
        failed = [download_id for download_id, entry in told if entry.kind is StoryKind.FAILED]
        if failed and self._window.isVisible():
            self._failed += failed
            self._soon.start()

    def _ask(self) -> None:
        failed, self._failed = self._failed, []
        snapshots = filter(None, map(self._manager.snapshot, failed))
        by_place = {place_wanted(one.failure): one.failure for one in snapshots}  # a thousand may fail at once
        for failure in by_place.values():
            asked = asked_by(failure, self._manager)
            if asked is not None and asked.ids and asked.refusals > self._asked.get(asked.place, -1):
                self._asked[asked.place] = asked.refusals
                self._window.edits.ask_login(asked)
                return
