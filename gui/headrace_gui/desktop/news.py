"""What is worth telling somebody who looks elsewhere: downloads that have just finished or failed."""

from collections.abc import Iterable

from headrace.manager_signals import ManagerSignals
from headrace.snapshots import DownloadSnapshot
from headrace.states import DownloadState
from PySide6.QtCore import QObject, Signal

_ENDS = frozenset({DownloadState.COMPLETED, DownloadState.FAILED})


class News(QObject):
    """Follows the manager. What had finished or failed before it was loaded or added is no news.

    Private downloads are none either: desktops keep what they were told.
    """

    finished = Signal(list)
    """list[DownloadSnapshot], never empty."""
    failed = Signal(list)
    """list[DownloadSnapshot], never empty."""

    def __init__(self, manager: ManagerSignals, present: Iterable[DownloadSnapshot], parent: QObject) -> None:
        super().__init__(parent)
        self._open: set[str] = set()
        manager.downloads_added.connect(self._note_all)
        manager.downloads_updated.connect(self._take)
        manager.downloads_removed.connect(self._open.difference_update)
        self._note_all(present)

    def _note_all(self, snapshots: Iterable[DownloadSnapshot]) -> None:
        self._open.update(each.id for each in snapshots if each.state not in _ENDS)

    def _take(self, snapshots: Iterable[DownloadSnapshot]) -> None:
        ended = [each for each in snapshots if self._has_ended(each) and not each.is_private]
        finished = [each for each in ended if each.state is DownloadState.COMPLETED]
        failed = [each for each in ended if each.state is DownloadState.FAILED]
        if finished:
            self.finished.emit(finished)
        if failed:
            self.failed.emit(failed)

    def _has_ended(self, snapshot: DownloadSnapshot) -> bool:
        if snapshot.state not in _ENDS or snapshot.version_of is not None:  # it may be no other version after all
            self._open.add(snapshot.id)
            return False
        was_open = snapshot.id in self._open
        self._open.discard(snapshot.id)
        return was_open
