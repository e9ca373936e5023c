"""What runs and what rests: the half of the manager that has downloads stop and go on."""

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Final, Unpack

from headrace.changes import Changes
from headrace.day import Known
from headrace.desk import Desk
from headrace.item import DownloadItem
from headrace.manager_pace import Chores
from headrace.manager_views import ManagerViews
from headrace.permissions import PERMISSION_FOR
from headrace.runner import Runner
from headrace.states import RUNNING, DownloadState
from headrace.story import StoryKind
from headrace.traffic import Traffic

STOPPABLE: Final = RUNNING | {DownloadState.QUEUED, DownloadState.RETRY_WAIT}
_RESUMABLE: Final = {DownloadState.PAUSED, DownloadState.FAILED, DownloadState.RETRY_WAIT}
_AT_EASE: Final = 8
"""Downloads whose threads leave a window its turns."""
_ENDABLE: Final = _RESUMABLE | STOPPABLE - {DownloadState.FINISHING}


class ManagerRuns(ManagerViews):
    """Asked for many at once, it does a few in each turn of the event loop; nothing is started before the last."""

    _desk: Desk
    _owns_all: bool
    _runner: Runner
    _soon: Chores
    changes: Changes
    traffic: Traffic

    def _is_crowded(self) -> bool:
        """Say whether so many downloads run that the threads of more of them keep a window from its turns."""
        return self._owns_all and len(self._runner) > _AT_EASE

    def _stop_jobs(self, items: Iterable[DownloadItem]) -> None:
        """Stop what works for these: few at once, many by and by."""
        stops = self._runner.stops(items)
        if len(stops) > _AT_EASE:
            self._soon.put(stops)
            return
        for stop in stops:
            stop()

    def pause(self, ids: Iterable[str]) -> None:
        """Stop downloads and keep their bytes, and stop verifying finished ones; others are left alone."""
        items = self._roster.awake(ids)
        self.changes.stop_verifying(item.id for item in items)
        self._pause_each(items)

    def _pause_each(self, items: list[DownloadItem]) -> None:
        running = [item for item in items if item.running]
        for item in running:
            self._pause(item)
        self._desk.sweep(partial(self._pause, item) for item in items)
        self._desk.stop(running)  # last: the threads this wakes take turns with what is told

    def _pause(self, item: DownloadItem) -> None:
        if item.state in STOPPABLE:
            item.change(DownloadState.PAUSED, failure=None, retry_at=None, at_once=False)
            self._story.at(item, StoryKind.PAUSED)
            self._desk.save(item)

    def resume(self, ids: Iterable[str]) -> None:
        """Queue paused, failed or waiting downloads again; others are left alone."""
        self._desk.sweep(partial(self._queue_again, item) for item in self._roster.awake(ids))

    def _queue_again(self, item: DownloadItem) -> None:
        if item.state in _RESUMABLE:
            item.queue_again()
            self._story.at(item, StoryKind.RESUMED)
            self._desk.save(item)

    def start_now(self, ids: Iterable[str]) -> None:
        """Start downloads that are not finished regardless: of their queue, its hours, and how many run."""
        self._desk.sweep(self._starts_now(self._roster.awake(ids)))

    def _starts_now(self, items: Iterable[DownloadItem]) -> Iterator[Callable[[], object]]:
        yield from (partial(self._start_now, item) for item in items)
        yield self._roster.line_up_anew

    def _start_now(self, item: DownloadItem) -> None:
        if item.state is not DownloadState.COMPLETED:
            item.note(at_once=True)
            self._queue_again(item)
            self._desk.save(item)

    def heed(self, **circumstances: Unpack[Known]) -> None:
        """Hold or let go downloads by what is known of the network; what comes from now on is counted to it."""
        self._day.learn(circumstances)
        self.traffic.network = self._day.network.key
        self._desk.settle()

    def pause_all(self) -> None:
        """Pause all that runs or waits; what is being verified goes on."""
        self._pause_each(self._roster.awake())

    def resume_all(self) -> None:
        """Resume all that is paused."""
        self._desk.sweep(partial(self._resume_paused, item) for item in self._roster.in_states([DownloadState.PAUSED]))

    def _resume_paused(self, item: DownloadItem) -> None:
        if item.state is DownloadState.PAUSED:
            self._queue_again(item)

    def end(self, ids: Iterable[str]) -> list[str]:
        """End recordings and keep what they hold, under its final name; return the ids of those concerned."""
        items = [item for item in self._roster.awake(ids) if item.record.recording and item.state in _ENDABLE]
        for item in items:
            self._desk.runner.end(item)
            self._queue_again(item)
        self._desk.settle()
        return [item.id for item in items]

    def tap(self, listener: Callable[[str, memoryview, str | None], None] | None) -> None:
        """Have `listener` called with id, bytes in order and charset by downloads started from now on, in threads."""
        self._desk.runner.tap = listener

    def allow(self, ids: Iterable[str]) -> None:
        """Let failed downloads do what they were refused, each what its own failure names, and queue them again."""
        self._desk.sweep(partial(self._allow, item) for item in self._roster.awake(ids))

    def _allow(self, item: DownloadItem) -> None:
        wanted = PERMISSION_FOR.get(item.record.failure.reason) if item.record.failure else None
        if wanted is not None and item.state is DownloadState.FAILED:
            item.note(allow=item.record.allow | {wanted})
            self._queue_again(item)
