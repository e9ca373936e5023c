"""DownloadManager: the engine's one face. Everything a window, a terminal or another program may ask of it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from math import inf
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Lock, Thread
from time import monotonic, time
from typing import Final

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from headrace.addresses import checked_address, split_credentials
from headrace.disk.failures import disk_failure
from headrace.disk.profile_lock import ProfileInUseError, ProfileLock
from headrace.intake import adopt, at_start, new_item, unfinished
from headrace.item import DownloadItem
from headrace.profile import Profile
from headrace.queue_policy import startable
from headrace.recycling import UNDO_SECONDS, Recycling, Removed
from headrace.roster import Roster
from headrace.runner import Runner
from headrace.settings import Settings, load_settings, save_settings
from headrace.snapshots import DownloadSnapshot, TotalsSnapshot
from headrace.spec import DownloadSpec
from headrace.states import RUNNING, DownloadState
from headrace.store.records import DownloadRecord
from headrace.store.sqlite_store import SqliteStore, StoreError
from headrace.transfer.events import JobEvent, JobFinished
from headrace.transfer.retry import retry_is_due

__all__ = ["UNDO_SECONDS", "DownloadManager", "ProfileInUseError", "StoreError"]

_TICK_RUNNING: Final = 200
_TICK_WAITING: Final = 1000
_STOPPABLE: Final = RUNNING | {DownloadState.QUEUED, DownloadState.RETRY_WAIT}
_RESUMABLE: Final = {DownloadState.PAUSED, DownloadState.FAILED, DownloadState.RETRY_WAIT}


class DownloadManager(QObject):
    """Keeps the list, runs what may run, remembers everything. One per profile.

    Lives in the thread of the event loop that made it; every method returns within a millisecond or so, the work is
    done in threads of its own. What leaves it is frozen.
    """

    loaded = Signal()
    """The stored list is known; `downloads_added` came just before."""
    downloads_added = Signal(object)
    """list[DownloadSnapshot], one batch in queue order."""
    downloads_updated = Signal(object)
    """list[DownloadSnapshot]: what changed since the last time; five times a second at most for progress."""
    downloads_removed = Signal(object)
    """list[str]: ids that left the list."""
    order_changed = Signal(object)
    """list[str]: all ids in queue order."""
    totals_changed = Signal(object)
    """TotalsSnapshot."""
    trouble = Signal(object)
    """Failure of the engine itself, such as a database that cannot be written."""
    all_idle = Signal()
    """Nothing runs or waits to run any more."""
    _woken = Signal()

    def __init__(
        self, profile: Profile, settings: Settings | None = None, *, role: str = "window", parent: QObject | None = None
    ) -> None:
        """Lock the profile and begin to load. Raises ProfileInUseError, StoreError, OSError, ValueError."""
        super().__init__(parent)
        self._profile = profile
        self._settings = load_settings(profile.settings) if settings is None else settings
        self._owns_all = role == "window"
        self._lock = ProfileLock(profile.lock, role)
        self._mailbox: SimpleQueue[Callable[[], None]] = SimpleQueue()
        self._woken.connect(self._read_mail, Qt.ConnectionType.QueuedConnection)
        self._roster = Roster()
        self._dirty: dict[str, None] = {}
        self._saving: Thread | None = None
        self._saving_lock = Lock()
        self._was_alive = False
        self.is_loaded = False
        """Whether the stored list is known; `loaded` tells when."""
        self._closed = False
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._tick)
        try:
            self._store = SqliteStore(profile.database, self._on_loaded, self._on_trouble)
        except OSError:
            self._lock.release()
            raise
        self._runner = Runner(self._settings, self._store, self._on_event)
        self._recycling = Recycling(self._store.delete)

    # -- settings ----------------------------------------------------------------------------------------------

    @property
    def settings(self) -> Settings:
        """The settings in force."""
        return self._settings

    def apply_settings(self, settings: Settings) -> None:
        """Put `settings` in force at once, and have them saved by a thread: disks may be slow."""
        self._settings = settings
        self._runner.apply(settings)
        self._saving = Thread(target=self._save_settings, name="settings", daemon=True)
        self._saving.start()
        self._settle()

    def _save_settings(self) -> None:
        """Save the newest settings. Runs in a thread of its own."""
        with self._saving_lock:
            try:
                save_settings(self._settings, self._profile.settings)
            except OSError as error:
                self._on_trouble(error)

    # -- what a person does ------------------------------------------------------------------------------------

    def add(self, specs: Sequence[DownloadSpec]) -> list[str]:
        """Add downloads and return their ids; an unfinished one of the same address and folder is continued instead."""
        ids, fresh = [], []
        for spec in specs:
            item = unfinished(self._roster, spec)
            if item is None:
                item = new_item(spec, self._roster.next_rank(time()))
                self._roster.add(item)
                self._store.save(self._stored(item))
                fresh.append(item)
            else:
                adopt(item, spec)
                if item.state in _RESUMABLE and not spec.paused:
                    item.queue_again()
                self._changed(item)
            ids.append(item.id)
        if fresh:
            self.downloads_added.emit(self._snapshots(fresh))
        self._settle()
        return ids

    def pause(self, ids: Iterable[str]) -> None:
        """Stop downloads and keep their bytes; those not running or waiting are left alone."""
        for item in self._roster.pick(ids):
            if item.state in _STOPPABLE:
                self._runner.stop(item)
                item.change(DownloadState.PAUSED, failure=None, retry_at=None)
                self._changed(item)
        self._settle()

    def resume(self, ids: Iterable[str]) -> None:
        """Queue paused, failed or waiting downloads again; others are left alone."""
        for item in self._roster.pick(ids):
            if item.state in _RESUMABLE:
                item.queue_again()
                self._changed(item)
        self._settle()

    def pause_all(self) -> None:
        """Pause all that runs or waits."""
        self.pause(self._roster.ids())

    def resume_all(self) -> None:
        """Resume all that is paused."""
        self.resume([item.id for item in self._roster if item.state is DownloadState.PAUSED])

    def remove(self, ids: Iterable[str], *, with_files: bool = False) -> None:
        """Take downloads off the list; part files go when UNDO_SECONDS are over, finished files with them if asked."""
        items = self._roster.pick(ids)
        for item in items:
            waiting = item.state in _STOPPABLE
            self._runner.stop(item)
            if waiting:
                item.change(DownloadState.PAUSED, failure=None, retry_at=None)
            item.note(removed=True)
            self._roster.drop(item.id)
            self._dirty.pop(item.id, None)
            self._recycling.put(Removed(item, monotonic() + UNDO_SECONDS, with_files, waiting))
            self._store.save(self._stored(item))
        if items:
            self.downloads_removed.emit([item.id for item in items])
        self._settle()

    def restore(self, ids: Iterable[str]) -> None:
        """Undo `remove` for those still restorable; what ran then runs again."""
        entries = self._recycling.take_back(ids)
        for entry in entries:
            entry.item.note(removed=False)
            if entry.was_waiting and entry.item.state is DownloadState.PAUSED:
                entry.item.change(DownloadState.QUEUED)
            self._roster.add(entry.item)
            self._store.save(self._stored(entry.item))
        if entries:
            self.downloads_added.emit(self._snapshots(entry.item for entry in entries))
        self._settle()

    def move(self, ids: Iterable[str], places: int) -> None:
        """Move downloads up (negative) or down in the queue."""
        changed = self._roster.move(ids, places)
        for item in changed:
            self._changed(item)
        if changed:
            self.order_changed.emit(self._roster.ids())
        self._settle()

    # -- what a person sees ------------------------------------------------------------------------------------

    def snapshots(self) -> list[DownloadSnapshot]:
        """Return all downloads in queue order."""
        return self._snapshots(self._roster)

    def snapshot(self, download_id: str) -> DownloadSnapshot | None:
        """Return one download, None where there is none of that id on the list."""
        item = self._roster.get(download_id)
        return None if item is None else item.snapshot(self._roster.place(item.id))

    def find(self, address: str, folder: Path) -> DownloadSnapshot | None:
        """Return the newest download of `address` to `folder`, None where there is none. Raises ValueError."""
        bare, _ = split_credentials(checked_address(address))
        found = self._roster.find(bare, folder)
        return self.snapshot(found[-1].id) if found else None

    def totals(self) -> TotalsSnapshot:
        """Return the sums over all downloads."""
        count = self._roster.count
        return TotalsSnapshot(
            speed=sum(item.speed or 0.0 for item in self._roster.in_states([DownloadState.DOWNLOADING])),
            active=count(RUNNING),
            waiting=count([DownloadState.QUEUED, DownloadState.RETRY_WAIT]),
            paused=count([DownloadState.PAUSED]),
            finished=count([DownloadState.COMPLETED]),
            failed=count([DownloadState.FAILED]),
            limit=self._settings.limit,
        )

    # -- the end -----------------------------------------------------------------------------------------------

    def shut_down(self, timeout: float = 2.0) -> bool:
        """Stop all, keep all, free the profile, in at most `timeout` seconds; say whether every thread ended."""
        if self._closed:
            return True
        self._closed = True
        self._timer.stop()
        until = monotonic() + timeout
        ended = self._runner.close(timeout)
        self._read_mail()
        self._recycling.empty(inf, busy=self._runner.__contains__, wait=1.0)
        if self._saving is not None:
            self._saving.join(max(0.1, until - monotonic()))
        ended = self._store.close(max(0.1, until - monotonic())) and ended
        self._lock.release()
        return ended

    # -- from other threads, through the mailbox ---------------------------------------------------------------

    def _post(self, task: Callable[[], None]) -> None:
        self._mailbox.put(task)
        self._woken.emit()

    def _on_event(self, item: DownloadItem, event: JobEvent) -> None:
        self._post(lambda: self._take_event(item, event))

    def _on_loaded(self, records: list[DownloadRecord]) -> None:
        self._post(lambda: self._take_loaded(records))

    def _on_trouble(self, error: OSError) -> None:
        self._post(lambda: self.trouble.emit(disk_failure(error)))

    def _read_mail(self) -> None:
        """Do what other threads asked for, in order, then tell of all of it at once."""
        read = False
        while True:
            try:
                task = self._mailbox.get_nowait()
            except Empty:
                break
            task()
            read = True
        if read:
            self._settle()

    def _take_event(self, item: DownloadItem, event: JobEvent) -> None:
        if item.id in self._runner:
            self._runner.handle(item, event)
            self._changed(item)
            if isinstance(event, JobFinished):  # only behind the record: a crash in between must find the file
                self._store.save_claims(item.id, None)

    def _take_loaded(self, records: list[DownloadRecord]) -> None:
        items = []
        for record in records:
            item = DownloadItem(at_start(record, continuing=self._settings.continue_at_start and self._owns_all))
            if record.removed and self._owns_all:
                self._recycling.put(Removed(item, 0.0, with_files=False, was_waiting=False))
            elif not record.removed:
                self._roster.add(item)
                items.append(item)
        if items:
            self.downloads_added.emit(self._snapshots(items))
        self._settle()
        self.is_loaded = True
        self.loaded.emit()

    # -- inside ------------------------------------------------------------------------------------------------

    def _changed(self, item: DownloadItem) -> None:
        """Have an item saved, and shown if it is on the list."""
        self._store.save(self._stored(item))
        if item.id in self._roster:
            self._dirty[item.id] = None

    def _stored(self, item: DownloadItem) -> DownloadRecord:
        """Return the record to save: a terminal's unfinished downloads wait for their command, not for the window."""
        if not self._owns_all and item.state not in (DownloadState.COMPLETED, DownloadState.FAILED):
            return replace(item.record, state=DownloadState.PAUSED, retry_at=None)
        return item.record

    def _settle(self) -> None:
        """Start what may start, tell what changed, set the timer: the end of every change."""
        if self._closed:
            return
        ready = (item.id for item in self._roster.waiting() if item.id not in self._runner)
        for item in self._roster.pick(startable(ready, len(self._runner), self._settings.max_running)):
            self._runner.start(item)
            self._changed(item)
        self._tell()
        self._set_timer()

    def _tell(self) -> None:
        items = self._roster.pick(self._dirty)
        self._dirty.clear()
        if items:
            self.downloads_updated.emit(self._snapshots(items))
        self.totals_changed.emit(self.totals())
        alive = self._roster.count(_STOPPABLE) > 0
        if self._was_alive and not alive:
            self.all_idle.emit()
        self._was_alive = alive

    def _set_timer(self) -> None:
        """Tick while something moves, slowly while something waits for its time, not at all otherwise."""
        waiting = bool(self._recycling) or self._roster.count([DownloadState.RETRY_WAIT]) > 0
        interval = _TICK_RUNNING if len(self._runner) else _TICK_WAITING if waiting else 0
        if not interval:
            self._timer.stop()
        elif not self._timer.isActive() or self._timer.interval() != interval:
            self._timer.start(interval)

    def _tick(self) -> None:
        """Read the counters, start what was waiting for its time, drop what can no longer be restored."""
        for item in self._runner.readings(monotonic()):
            self._dirty[item.id] = None
        now = time()
        for item in self._roster.in_states([DownloadState.RETRY_WAIT]):
            self._dirty[item.id] = None
            if retry_is_due(item.record.retry_at, now):
                item.change(DownloadState.QUEUED, retry_at=None)
                self._store.save(self._stored(item))
        self._recycling.empty(monotonic(), busy=self._runner.__contains__)
        self._settle()

    def _snapshots(self, items: Iterable[DownloadItem]) -> list[DownloadSnapshot]:
        return [item.snapshot(self._roster.place(item.id)) for item in items]
