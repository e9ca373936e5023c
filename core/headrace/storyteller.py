"""Storyteller: makes the entries of every download's story where states change and where jobs report."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import time
from typing import Final, Protocol

from headrace.addresses import host_of
from headrace.item import DownloadItem
from headrace.states import RUNNING, DownloadState, Notice
from headrace.store.records import DownloadRecord
from headrace.story import PACE, Datum, StoryEntry, StoryKind, joined
from headrace.transfer.events import JobConnected, JobEnded, JobEvent, JobFinished, JobNoted, JobPlaced

_TOLD_OTHERWISE: Final = {
    Notice.RESTARTED_CHANGED,
    Notice.RESTARTED_NO_RESUME,
    Notice.RESTARTED_PART_LOST,
    Notice.BLOCKS_REFETCHED,
    Notice.SOURCE_DROPPED,
}
"""Notices behind which stands an entry that says more."""
Told = tuple[str, StoryEntry]
"""A download's id, and what happened to it."""


class StoryKeeper(Protocol):
    """Where stories are written."""

    def save_story(self, download_id: str, entry: StoryEntry) -> None:
        """Have an entry written behind those of its download."""

    def ask_story(self, download_id: str, answer: Callable[[Sequence[StoryEntry]], None]) -> None:
        """Have `answer` called, in another thread, with all that is written of a download."""


@dataclass(slots=True)
class _Recent:
    """What of a running download was told last, so that the same is not told again and again."""

    connected: tuple[Datum, ...] = ()
    lost_at: float = float("-inf")


class Storyteller:
    """Lives in the manager's thread."""

    def __init__(self, keeper: StoryKeeper, clock: Callable[[], float] = time) -> None:
        self._keeper, self._clock = keeper, clock
        self._recent: dict[str, _Recent] = {}
        self._fresh: list[Told] = []
        self._asked: dict[str, list[list[StoryEntry]]] = {}
        """Downloads whose story is being read: for each time it was asked for what was told since."""

    def tell(self, item: DownloadItem, kind: StoryKind, *data: Datum) -> None:
        """Add an entry to the story of a download."""
        entry = StoryEntry.of(self._clock(), kind, *data)
        self._keeper.save_story(item.id, entry)
        self._fresh.append((item.id, entry))
        for since in self._asked.get(item.id, ()):
            since.append(entry)

    def take_fresh(self) -> list[Told]:
        """Hand out, once, what was told since the last time."""
        fresh, self._fresh = self._fresh, []
        return fresh

    def ask(self, download_id: str, answer: Callable[[Sequence[StoryEntry]], None]) -> None:
        """Have a story read; `answer`, called in another thread, has to bring what it is given to `complete`."""
        self._asked.setdefault(download_id, []).append([])
        self._keeper.ask_story(download_id, answer)

    def complete(self, download_id: str, read: Sequence[StoryEntry]) -> tuple[StoryEntry, ...]:
        """Return a story as it was read, with what was told since it was asked for; answers come in that order."""
        pending = self._asked.pop(download_id, [])
        if pending[1:]:
            self._asked[download_id] = pending[1:]
        return joined(read, pending[0] if pending else [])

    # -- what a person does ------------------------------------------------------------------------------------

    def added(self, item: DownloadItem) -> None:
        """Tell that a download came onto the list."""
        self.tell(item, StoryKind.ADDED, host_of(item.record.address), len(item.record.mirrors))

    def at(self, item: DownloadItem, kind: StoryKind) -> None:
        """Tell of what has only to say how much was there: PAUSED, RESUMED, STOPPED, TAKEN_UP."""
        self.tell(item, kind, item.record.received)

    def readdressed(self, item: DownloadItem) -> None:
        """Tell that a download goes on from another address."""
        self.tell(item, StoryKind.READDRESSED, host_of(item.record.address))

    def taken_up(self, stored: DownloadRecord, item: DownloadItem) -> None:
        """Tell that a new process found a download under way, if it did, and that it must wait for a person."""
        if stored.state in RUNNING:
            self.at(item, StoryKind.TAKEN_UP)
        if stored.state is not item.state:
            self._gave_up(item)

    # -- what a job does ---------------------------------------------------------------------------------------

    def started(self, item: DownloadItem) -> None:
        """Tell what became of the start of an attempt."""
        if not self._gave_up(item):
            self._recent.pop(item.id, None)
            self.tell(item, StoryKind.STARTED, item.record.attempts + 1)

    def heard(self, before: DownloadRecord, item: DownloadItem, event: JobEvent) -> None:
        """Tell what a job reported of `item`, whose record was `before`."""
        if isinstance(event, JobNoted):
            self._noted(item, event)
        if isinstance(event, JobPlaced) and item.record.folder != before.folder:
            self.tell(item, StoryKind.RELOCATED, str(item.record.folder))
        for notice in item.record.notices:
            if notice not in before.notices and notice not in _TOLD_OTHERWISE:
                self.tell(item, StoryKind.NOTED, notice)
        if isinstance(event, JobConnected) and item.state is DownloadState.DOWNLOADING:
            self._connected(item, event)
        elif isinstance(event, JobFinished):
            self._finished(item, event)
        elif isinstance(event, JobEnded):
            self._ended(item)

    def _noted(self, item: DownloadItem, event: JobNoted) -> None:
        recent, now = self._recent.setdefault(item.id, _Recent()), self._clock()
        if event.kind is StoryKind.LOST:
            if 0 <= now - recent.lost_at < PACE:
                return
            recent.lost_at = now
        if event.kind in (StoryKind.LOST, StoryKind.RESTARTED):
            recent.connected = ()
        if event.kind is not StoryKind.NOTED:
            self.tell(item, event.kind, *event.data)

    def _connected(self, item: DownloadItem, event: JobConnected) -> None:
        recent = self._recent.setdefault(item.id, _Recent())
        facts = (event.host, event.status, event.total, event.resumable)
        if facts != recent.connected:
            recent.connected = facts
            self.tell(item, StoryKind.CONNECTED, *facts, event.received)

    def _finished(self, item: DownloadItem, event: JobFinished) -> None:
        self._recent.pop(item.id, None)
        if Notice.SKIPPED_EXISTING in event.notices:
            return  # that is the end of this story: nothing was fetched
        if event.checksum_verified is not None:
            self.tell(item, StoryKind.VERIFIED, event.checksum_verified, event.checksum_source)
        lasted = (item.record.finished_at or item.record.added_at) - item.record.added_at
        self.tell(item, StoryKind.FINISHED, event.size, round(max(0.0, lasted), 1))

    def _ended(self, item: DownloadItem) -> None:
        """Tell why a job ended, unless a person ended it: that was told when it was done."""
        if not self._gave_up(item) and item.running:
            self.at(item, StoryKind.STOPPED)
        self._recent.pop(item.id, None)

    def _gave_up(self, item: DownloadItem) -> bool:
        """Tell of a failure that ended an attempt, if one did; say whether."""
        failure = item.record.failure
        if failure is not None and item.state is DownloadState.RETRY_WAIT:
            wait = max(0.0, (item.record.retry_at or 0.0) - self._clock())
            self.tell(item, StoryKind.RETRY, failure.reason, failure.status, round(wait, 1))
            return True
        if failure is not None and item.state is DownloadState.FAILED:
            self.tell(item, StoryKind.FAILED, failure.reason, failure.status, failure.detail)
            return True
        return False
