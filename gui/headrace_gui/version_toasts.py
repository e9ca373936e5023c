"""Tells in the window that a new version of a watched file has arrived."""

from collections.abc import Sequence

from headrace.manager import DownloadManager
from headrace.story import StoryEntry, StoryKind
from PySide6.QtCore import QObject

from headrace_gui.main_window import MainWindow
from headrace_gui.texts import translate
from headrace_gui.watch_words import arrived


class VersionToasts(QObject):
    """Lives as long as its window."""

    def __init__(self, window: MainWindow, manager: DownloadManager) -> None:
        super().__init__(window)
        self._window, self._manager = window, manager
        manager.stories_grew.connect(self._hear)

    def _hear(self, told: Sequence[tuple[str, StoryEntry]]) -> None:
        for download_id, entry in told:
            one = self._manager.snapshot(download_id) if entry.kind is StoryKind.NEW_VERSION else None
            if one is not None:
                self._tell(one.id, one.name)

    def _tell(self, download_id: str, name: str) -> None:
        show = translate("Watch", "Show in folder")
        self._window.toasts.tell(arrived(name), show, lambda: self._window.commands.show_one(download_id))
