"""DownloadManager: the engine's one face. Everything a window, a terminal or another program may ask of it."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from functools import partial
from itertools import islice
from math import inf
from pathlib import Path
from threading import get_ident
from time import monotonic, time
from typing import Final

from PySide6.QtCore import QObject, QTimer

from headrace.changes import Changes
from headrace.crashes import CALM_SECONDS, CrashCount
from headrace.desk import Desk
from headrace.disk.profile_lock import ProfileInUseError
from headrace.errands import Errands
from headrace.insight import Insight
from headrace.intake import adopt, new_item, readdress, require_new, unfinished
from headrace.item import DownloadItem
from headrace.keychain import SystemKeychain
from headrace.known_hosts import KnownHosts
from headrace.line_keeping import LineKeeping
from headrace.mailbox import Mailbox, do
from headrace.manager_day import Day
from headrace.manager_mail import ManagerMail
from headrace.manager_pace import Alarm, Chores, Pace, Telling
from headrace.manager_runs import STOPPABLE
from headrace.manager_signals import Bell
from headrace.opening import Opening
from headrace.outcomes import ChangeOutcome
from headrace.profile import Profile
from headrace.recycling import UNDO_SECONDS, Recycling
from headrace.removals import Removals
from headrace.roster import Roster
from headrace.runner import Runner, load_jobs
from headrace.settings import Settings, load_settings
from headrace.settings_saver import SettingsSaver
from headrace.sorting import by_rules
from headrace.spec import DownloadSpec
from headrace.states import DownloadState
from headrace.store.records import DownloadRecord
from headrace.store.sqlite_store import StoreError
from headrace.storyteller import Storyteller
from headrace.versions import Hands
from headrace.watching import Means, Watching

__all__ = ["UNDO_SECONDS", "DownloadManager", "ProfileInUseError", "StoreError"]

_TICK_RUNNING: Final = 200
_TICK_WAITING: Final = 1000
_TICK_DAY: Final = 10_000
"""While nothing but an hour of the day is waited for."""
_TOLD_AT_ONCE: Final = 1000
"""Downloads whose changes are told in one turn of the event loop."""


class DownloadManager(ManagerMail):
    """Keeps the list, runs what may run, remembers everything. One per profile.

    Lives in the thread of the event loop that made it; every method returns within a millisecond or so, the work is
    done in threads of its own. What leaves it is frozen.
    """

    def __init__(
        self,
        profile: Profile,
        settings: Settings | None = None,
        *,
        role: str = "window",
        trash: Callable[[Path], bool] | None = None,
        ready: bool = True,
        opening: Opening | None = None,
        parent: QObject | None = None,
    ) -> None:
        """Lock the profile and begin to load. Raises ProfileInUseError, StoreError, OSError, ValueError.

        `trash` moves a file to the system's trash and says whether it did; it is called in a thread. Unless it is to
        be `ready` at once, what downloads need is loaded when the first is to start, in a thread. `opening` is what was
        begun for this profile and role before, if it was.
        """
        super().__init__(parent)
        self._profile = profile
        self._settings = load_settings(profile.settings) if settings is None else settings
        self._owns_all = role != "get"
        opening = Opening(profile, role) if opening is None else opening
        bell = Bell(self)
        bell.rung.connect(self._read_mail)
        self._letters = Pace(self._read_mail, self)
        self._mailbox = Mailbox(partial(self._ring, bell, get_ident()))
        self._roster = Roster()
        self._dirty: dict[str, None] = {}
        self._lock, self._store = opening.take_over(self._on_loaded, self._on_trouble, self._on_dormant)
        self._saver = SettingsSaver(profile.settings, self._on_trouble)
        self._was_alive = self.is_loaded = False
        self._closed = self._is_ending = False
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._tick)
        self._crashes = CrashCount(profile.starts if self._owns_all else None)
        self._calm = QTimer(self, singleShot=True, interval=round(CALM_SECONDS * 1000))
        self._calm.timeout.connect(self._crashes.end)
        self.loaded.connect(self._calm.start)
        self._story = Storyteller(self._store)
        self._runner = Runner(self._settings, self._store, self._on_event, patient=self._owns_all)
        self._runner.promised = self._roster.promised
        self.net_context = self._runner.context
        self.net_context.logins.keychain = SystemKeychain(profile.logins)
        self.net_context.cookies.keychain = SystemKeychain(profile.kept_cookies, "Headrace cookies")
        self.traffic, self.history = self._counted(self._store), self._remembered(profile)
        self._loading = Errands("loading")
        self._may_start: bool | None = None
        """Whether what jobs need is loaded; None while nobody has asked for it."""
        if ready:
            load_jobs()
            self._take_ready()
        self._make_parts(trash)

    def _make_parts(self, trash: Callable[[Path], bool] | None) -> None:
        """Make what shares the desk."""
        self._starts = Pace(self._settle, self, self._is_crowded)
        self._soon = Chores(self, self._settle, self._is_crowded)
        self._sweeps, self._telling = Chores(self, self._settle), Telling(self._tell, self)
        self._insight = Insight(self._roster, self._runner)
        self.downloads_removed.connect(self._insight.forget)
        self._recycling = Recycling(self._store.delete, self._store.flush, trash, self._on_failure)
        self._desk = self._make_desk()
        self._day = Day(self._desk, lambda: self.holds_changed.emit(self.holds), keeps_hours=self._owns_all)
        self._line = LineKeeping(self._desk, self._day, self.traffic)
        self._removals = Removals(self._desk, self._recycling)
        self.changes = Changes(self._desk, self.remove)
        """What may be changed of downloads that are there."""
        self.watching = self._make_watching()

    def _make_watching(self) -> Watching:
        alarm = Alarm(lambda: watching.wake(), self)  # noqa: PLW0108 - it is made below
        hands = Hands(self.add, self.remove, self.resume)
        watching = Watching(self._desk, self.changes, hands, Means(alarm.set))
        if self._owns_all:
            self.loaded.connect(lambda: watching.begin(careful=self._crashes.careful))
        self.downloads_updated.connect(watching.saw)
        self.downloads_removed.connect(watching.left)
        return watching

    def _tell_change(self, outcome: ChangeOutcome) -> None:
        if not self.watching.takes(outcome):
            self.change_told.emit(outcome)

    def _make_desk(self) -> Desk:
        return Desk(
            roster=self._roster,
            runner=self._runner,
            store=self._store,
            story=self._story,
            post=self._mailbox.post,
            save=self._changed,
            show=lambda item: self._dirty.update({item.id: None}),
            settle=self._settle,
            stop=self._stop_jobs,
            sweep=self._sweeps.put,
            finish=self._sweeps.finish,
            soon=self._soon.put,
            apply=self.apply_settings,
            tell=self._tell_change,
            tell_order=lambda: self.order_changed.emit(self._roster.ids()),
        )

    # -- settings ----------------------------------------------------------------------------------------------

    @property
    def settings(self) -> Settings:
        """The settings in force."""
        return self._settings

    def apply_settings(self, settings: Settings) -> None:
        """Put `settings` in force at once, and have the newest saved by a thread: disks may be slow."""
        self._settings = settings
        self._runner.apply(settings)
        if self._owns_all:  # what a command was told is not what the settings say
            self._saver.save(settings)
        self._day.look()
        self.settings_changed.emit(settings)
        self._settle()

    @property
    def hosts(self) -> KnownHosts:
        """What was found out about hosts."""
        return KnownHosts(self._runner.hosts, self._store)

    # -- what a person does ------------------------------------------------------------------------------------

    def add(self, specs: Sequence[DownloadSpec]) -> list[str]:
        """Add downloads and return their ids; an unfinished one of the same address and folder is continued instead.

        Where nobody chose a folder the rules of the settings say where they go, once more when servers have answered.

        Raises ValueError, and adds none, where an id, or an unfinished file, that is asked for belongs to another.
        """
        for spec in specs:
            require_new(spec, lambda known: known in self._roster or known in self._recycling)
        ids, fresh = [], []
        for wanted in specs:
            self.net_context.logins.take(wanted.proxy)
            self.net_context.cookies.take(wanted.cookies)
            spec, facts = by_rules(wanted, self._settings, now := time())
            item = unfinished(self._roster, spec)
            if item is None:
                item = new_item(spec, self._roster.next_rank(now), self._settings.queues, facts, self._store.stem)
                self._roster.add(item)
                self._store.save(self._stored(item))
                self._story.added(item)
                if spec.private:
                    self._clean(spec.folder)
                fresh.append(item)
            else:
                adopt(item, spec, self._settings.queues)
                self._roster.line_up_anew()
                self.changes.take_up(item, go_on=False)
                if not spec.paused:
                    self._queue_again(item)
                self._changed(item)
            ids.append(item.id)
        if fresh:
            self.downloads_added.emit(self._snapshots(fresh))
        self._settle()
        return ids

    def change_address(self, download_id: str, address: str) -> bool:
        """Have a download go on from another address, if it is of the same version of the file; say whether it took it.

        One that runs, is done or would then be fetched twice is left alone. Raises ValueError for no address.
        """
        item = self._roster.get(download_id)
        if item is None or item.id in self._runner or not readdress(self._roster, item, address):
            return False
        self._story.readdressed(item)
        self._changed(item)
        self._settle()
        return True

    def remove(self, ids: Iterable[str], *, with_files: bool = False, for_good: bool = False) -> None:
        """Take downloads off the list; part files go when UNDO_SECONDS are over.

        `with_files`: finished files then go to the trash, and stay, told by `trouble`, where that takes none;
        `for_good`: they are deleted.
        """
        self._sweeps.finish()  # a change on its way must not meet a download that is gone
        gone = self._removals.remove(ids, UNDO_SECONDS, with_files=with_files)
        if gone:
            self.downloads_removed.emit([entry.id for entry in gone])
        self.changes.stop_verifying(entry.id for entry in gone)
        write = partial(self._removals.write_removal, with_files=with_files, for_good=for_good)
        self._sweeps.put(partial(write, entry) for entry in gone)
        self._desk.stop(entry.held for entry in gone if isinstance(entry.held, DownloadItem))

    def restore(self, ids: Iterable[str]) -> None:
        """Undo `remove` for those still restorable; what ran then runs again."""
        self._sweeps.finish()
        back = self._removals.restore(ids)
        if back:
            self.downloads_added.emit(self._snapshots(back))
        self._sweeps.put(partial(self._removals.write_return, item) for item in back)

    def move(self, ids: Iterable[str], places: int) -> None:
        """Move downloads up (negative) or down in the queue."""
        changed = self._roster.move(ids, places)
        if changed:
            self.order_changed.emit(self._roster.ids())
        self._sweeps.put(partial(self._changed, item) for item in changed)

    def make_ready(self) -> None:
        """Have loaded in a thread what downloads need, where it is not yet; what may start then starts."""
        if self._may_start is None:
            self._may_start = False
            self._loading.run(self._load)

    def post(self, task: Callable[[], None]) -> None:
        """Have `task` done in the manager's thread, soon. Any thread."""
        self._mailbox.post(task)

    # -- the end -----------------------------------------------------------------------------------------------

    def shut_down(self, timeout: float = 2.0) -> bool:
        """Stop all, keep all, free the profile, in at most `timeout` seconds; say whether every thread ended."""
        if self._closed:
            return True
        self._is_ending = True
        self.watching.close()
        self._sweeps.finish()
        self._closed = True
        self._timer.stop()
        until = monotonic() + timeout
        ended = self._runner.close(timeout)
        ended = self._loading.close(max(0.1, until - monotonic())) and ended
        ended = self.changes.close(max(0.1, until - monotonic())) and ended
        for task in self._mailbox.waiting():
            do(task)
        self._store.save_hosts(self._runner.hosts.news())
        self.traffic.save()
        self._removals.forget_private()
        self._recycling.empty(inf, busy=self._is_busy, wait=1.0)
        self._saver.wait(max(0.1, until - monotonic()))
        ended = self._line.close(0.1) and ended
        ended = self.history.close(max(0.1, until - monotonic())) and ended
        ended = self._store.close(max(0.1, until - monotonic())) and ended
        self._calm.stop()
        self._crashes.end()
        self._lock.release()
        return ended

    # -- inside ------------------------------------------------------------------------------------------------

    def _changed(self, item: DownloadItem) -> None:
        """Have an item saved, and shown if it is on the list."""
        self._store.save(self._stored(item))
        if item.id in self._roster:
            self._dirty[item.id] = None

    def _stored(self, item: DownloadItem) -> DownloadRecord:
        """Return the record to save: a terminal's unfinished downloads wait for their command, not for the window."""
        if not self._owns_all and item.state not in (DownloadState.COMPLETED, DownloadState.FAILED):
            return item.record.but(state=DownloadState.PAUSED, retry_at=None)
        return item.record

    def _settle(self, *, later: bool = False) -> None:
        """Start what may start, tell what changed (at once or `later`), set the timer: the end of every change."""
        if self._closed:
            return
        if not self._sweeps:
            self._start()
        self._telling.ask(more=any((self._letters, self._starts, self._soon, self._sweeps)), later=later)
        self._set_timer()

    def _start(self) -> None:
        self._line.look()
        able = self._roster.startable(self._day.room(), lambda item: self._is_busy(item.id))
        if able and not self._may_start:
            self.make_ready()
            return
        for item in self._starts.some(able):
            self._runner.start(item)
            self._story.started(item)
            self._changed(item)

    def _load(self) -> None:
        with suppress(Exception):  # it comes again where the first job is made, and is told there
            load_jobs()
        self._mailbox.post(self._take_ready)

    def _take_ready(self) -> None:
        self._may_start = True

    def _tell(self) -> None:
        if self._closed:
            return
        self._tell_stories()
        told = list(islice(self._dirty, _TOLD_AT_ONCE))
        for download_id in told:
            del self._dirty[download_id]
        if self._dirty:
            self._starts.go_on()
        if items := self._roster.pick(told):
            self.downloads_updated.emit(self._snapshots(items))
        self.totals_changed.emit(self.totals())
        alive = bool(self._dirty) or self._roster.count(STOPPABLE) > 0
        if self._was_alive and not alive:
            self.all_idle.emit()
        self._was_alive = alive

    def _set_timer(self) -> None:
        """Tick while something moves, slowly while something waits for its time, not at all otherwise."""
        waiting = bool(self._recycling) or self._roster.count([DownloadState.RETRY_WAIT]) > 0
        interval = _TICK_RUNNING if len(self._runner) else _TICK_WAITING if waiting else 0
        interval = interval or (_TICK_DAY if self._day.has_turns else 0)
        if not interval:
            self._timer.stop()
            self._runner.rest()
        elif not self._timer.isActive() or self._timer.interval() != interval:
            self._timer.start(interval)

    def _tick(self) -> None:
        """Read the counters, start what was waiting for its time, drop what can no longer be restored."""
        self._day.look()
        self._runner.look_around(monotonic())
        for item in self._runner.readings(monotonic()):
            self._dirty[item.id] = None
        for item in self._roster.in_states([DownloadState.RETRY_WAIT]):
            self._dirty[item.id] = None
            if self._runner.is_due(item, time()):
                item.change(DownloadState.QUEUED, retry_at=None)
                self._store.save(self._stored(item))
        if not self._sweeps:
            self._recycling.empty(monotonic(), busy=self._is_busy)
        self._settle(later=True)  # to read the counters of a hundred was work enough for one turn

    def _is_busy(self, download_id: str) -> bool:
        """Say whether a job or a change of its file still works for a download."""
        return download_id in self._runner or self.changes.holds(download_id)
