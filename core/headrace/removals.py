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
    """Lives in the manager's thread. The caller tells of what left or came back, and settles."""

    def __init__(self, desk: Desk, recycling: Recycling) -> None:
        self._desk, self._recycling = desk, recycling

    def remove(self, ids: Iterable[str], seconds: float, *, with_files: bool, for_good: bool) -> list[str]:
        """Take downloads off the list, restorable for so long; return their ids."""
        items = self._desk.roster.pick(ids)
        for item in items:
            waiting = item.state in _WAITING
            if waiting:
                item.change(DownloadState.PAUSED, failure=None, retry_at=None)
            item.note(removed=True, with_files=with_files, for_good=with_files and for_good)
            self._desk.story.tell(item, StoryKind.REMOVED)
            self._desk.roster.drop(item.id)
            self._recycling.put(Removed(item, monotonic() + seconds, with_files, waiting))
            self._desk.save(item)
        self._desk.stop(items)
        return [item.id for item in items]

    def restore(self, ids: Iterable[str]) -> list[DownloadItem]:
        """Put those still restorable back on the list, to run where they ran; return them."""
        entries = self._recycling.take_back(ids)
        for entry in entries:
            entry.item.note(removed=False, with_files=False, for_good=False)
            self._desk.story.tell(entry.item, StoryKind.RESTORED)
            if entry.was_waiting and entry.item.state is DownloadState.PAUSED:
                entry.item.change(DownloadState.QUEUED)
            self._desk.roster.add(entry.item)
            self._desk.save(entry.item)
        return [entry.item for entry in entries]
