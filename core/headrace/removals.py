"""Downloads taken off the list and put back on it."""

from collections.abc import Iterable
from time import monotonic

from headrace.desk import Desk
from headrace.item import DownloadItem
from headrace.recycling import Recycling, Removed
from headrace.states import RUNNING, DownloadState
from headrace.story import StoryKind

_WAITING = RUNNING | {DownloadState.QUEUED, DownloadState.RETRY_WAIT}


class Removals:
    """Lives in the manager's thread. The caller tells of what left or came back, has it written down, and stops it."""

    def __init__(self, desk: Desk, recycling: Recycling) -> None:
        self._desk, self._recycling = desk, recycling

    def remove(self, ids: Iterable[str], seconds: float, *, with_files: bool) -> list[Removed]:
        """Take downloads off the list, restorable for so long; return them. What lies dormant is not woken yet."""
        until, gone = monotonic() + seconds, []
        for held in self._desk.roster.drop_all(ids):
            waited = isinstance(held, DownloadItem) and held.state in _WAITING
            gone.append(Removed(held, until, with_files, waited))
            self._recycling.put(gone[-1])
            if isinstance(held, DownloadItem) and held.running:
                held.change(DownloadState.PAUSED, failure=None, retry_at=None)
        return gone

    def forget_private(self) -> None:
        """Have deleted what unfinished private downloads have on disk: nobody can go on with it."""
        unfinished = (item for item in self._desk.roster.awake() if item.state is not DownloadState.COMPLETED)
        self.remove([item.id for item in unfinished if item.record.stem], 0.0, with_files=False)

    def write_removal(self, entry: Removed, *, with_files: bool, for_good: bool) -> None:
        """Have it kept that a download was removed, and what becomes of its file."""
        item = entry.item
        if item.state in _WAITING:
            item.change(DownloadState.PAUSED, failure=None, retry_at=None)
        item.note(removed=True, with_files=with_files, for_good=with_files and for_good)
        self._write(item, StoryKind.REMOVED)

    def write_return(self, item: DownloadItem) -> None:
        """Have it kept that a download was restored."""
        self._write(item, StoryKind.RESTORED)

    def _write(self, item: DownloadItem, kind: StoryKind) -> None:
        self._desk.story.tell(item, kind)
        self._desk.save(item)

    def restore(self, ids: Iterable[str]) -> list[DownloadItem]:
        """Put those still restorable back on the list, to run where they ran; return them."""
        entries = self._recycling.take_back(ids)
        for entry in entries:
            entry.item.note(removed=False, with_files=False, for_good=False)
            if entry.was_waiting and entry.item.state is DownloadState.PAUSED:
                entry.item.change(DownloadState.QUEUED)
            self._desk.roster.add(entry.item)
        return [entry.item for entry in entries]
