"""The event loop of `headrace get`: the only part of the command that needs Qt."""

import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from types import TracebackType

from PySide6.QtCore import QCoreApplication, QObject, QSocketNotifier, QTimer

from headrace.budgets import EVERYWHERE
from headrace.commands.exit_status import CannotStartError, ExitStatus
from headrace.commands.follow import FollowPrinter
from headrace.commands.interrupts import Interrupts
from headrace.commands.over_budget import before, meanwhile, spent
from headrace.commands.report import Reporter
from headrace.commands.untold import Untold
from headrace.manager import DownloadManager, ProfileInUseError
from headrace.manager_garbage import GarbageCollector
from headrace.messages import failure_message
from headrace.net_options import NetContext
from headrace.profile import Profile
from headrace.settings import Settings
from headrace.snapshots import DownloadSnapshot
from headrace.spec import DownloadSpec
from headrace.states import RUNNING, DownloadState, Failure
from headrace.story import StoryEntry

_TICK_MS = 100
_MOVING = RUNNING | {DownloadState.RETRY_WAIT}
_HOLDERS = {
    "window": ("the Headrace window", "add the addresses there, close it"),
    "get": ("another headrace get", "wait for its end"),
    "run": ("headrace run", "add the addresses by 'headrace add', end it"),
}
_OTHER_HOLDER = ("another process", "wait for its end")
_INTERRUPTED = "interrupted; what has arrived is kept, and the same command continues it"
_UNLOADED = "the list of downloads could not be read"
_LEFT_BEHIND = "stopped before all files had arrived; the same command continues"


@dataclass(frozen=True, slots=True)
class Manner:
    """How files are fetched, besides the settings."""

    printer: FollowPrinter | None = None
    context: NetContext | None = None
    follow_network: Callable[[DownloadManager], object] | None = None
    """Has the engine know from then on which network there is."""
    over_budget: bool = False
    """Whether all is fetched although a data budget is used up."""


class GetSession(QObject):
    """Adds `specs` once the manager has loaded, tells `reporter` of them alone, and ends the event loop."""

    def __init__(
        self,
        manager: DownloadManager,
        specs: Sequence[DownloadSpec],
        reporter: Reporter,
        manner: Manner = Manner(),
        untold: Untold | None = None,
    ) -> None:
        super().__init__()
        self._printer, self._over_budget = manner.printer, manner.over_budget
        self._untold = untold
        self._is_spent = False
        """Whether a data budget was used up on the way."""
        self._manager = manager
        self._specs = specs
        self._reporter = reporter
        self._open: set[str] = set()
        self._own: set[str] = set()
        self._early: list[tuple[str, StoryEntry]] = []
        """What happened while it was not known yet which downloads are this command's."""
        self._started = False
        self._status: ExitStatus | None = None
        self._any_failed = False
        self._troubles: set[Failure] = set()
        self._timer = QTimer(self, interval=_TICK_MS)
        self._timer.timeout.connect(reporter.tick)
        self._timer.timeout.connect(self._look_at_budgets)
        manager.loaded.connect(self._start)
        manager.downloads_updated.connect(self._update)
        manager.stories_grew.connect(self._tell_stories)
        manager.trouble.connect(self._tell_trouble)
        manager.all_idle.connect(self._end_if_idle)

    def _start(self) -> None:
        if self._status is not None:
            return
        now = None if self._over_budget else spent(self._manager.budgets_now())
        if now is not None:
            self._reporter.problem(before(now))
            self._end(ExitStatus.OVER_BUDGET)
            return
        ids = self._add()
        self._started = True
        snapshots = self._snapshots(dict.fromkeys(ids))
        self._open = {one.id for one in snapshots}
        self._own = set(self._open)
        self._reporter.added(snapshots)
        early, self._early = self._early, []
        self._tell_stories(early)
        self._timer.start()
        self._update(snapshots)

    def _add(self) -> list[str]:
        """Add what has not arrived already; return the downloads of all."""
        if self._untold is None:
            return self._manager.add(self._specs)
        there = self._untold.arrived(self._specs, self._manager.snapshot)
        specs = [spec for spec, known in zip(self._specs, there, strict=True) if known is None]
        ids = [*filter(None, there), *self._manager.add(specs)]
        self._untold.note([one.id for one in self._snapshots(ids) if not one.is_private])
        return ids

    def _update(self, snapshots: list[DownloadSnapshot]) -> None:
        for snapshot in snapshots:
            if snapshot.id in self._open and self._status is None:
                self._tell(snapshot)
        if self._started and not self._open:
            self._end(ExitStatus.FAILED if self._any_failed else ExitStatus.ARRIVED)

    def _tell(self, snapshot: DownloadSnapshot) -> None:
        if snapshot.state is DownloadState.COMPLETED:
            self._open.discard(snapshot.id)
            self._reporter.finished(snapshot)
        elif snapshot.state is DownloadState.FAILED:
            self._open.discard(snapshot.id)
            self._any_failed = True
            self._reporter.failed(snapshot)
        elif snapshot.state in _MOVING:
            self._reporter.progressed(snapshot)

    def _tell_stories(self, told: list[tuple[str, StoryEntry]]) -> None:
        if not self._reporter.wants_stories:
            return
        if not self._started:
            self._early += told
            return
        for download_id, entry in told:
            snapshot = self._manager.snapshot(download_id) if download_id in self._own else None
            if snapshot is not None and self._status is None:
                self._reporter.happened(snapshot, entry)

    def _snapshots(self, ids: Iterable[str]) -> list[DownloadSnapshot]:
        return [one for one in map(self._manager.snapshot, ids) if one is not None]

    def _end_if_idle(self) -> None:
        """Never wait for what nobody will start: a download may be idle without having ended."""
        self._update(self._snapshots(self._open))
        if self._started and self._open and self._is_spent:
            self._end(ExitStatus.OVER_BUDGET)
        elif self._started and self._open:
            self._reporter.problem(_LEFT_BEHIND)
            self._end(ExitStatus.FAILED)

    def _look_at_budgets(self) -> None:
        """Stop what is on its way where a data budget is used up; what has all its bytes is finished."""
        now = None if self._over_budget or self._is_spent else spent(self._manager.budgets)
        if now is not None:
            self._is_spent = True
            self._reporter.problem(meanwhile(now))
            unfinished = (one for one in self._snapshots(self._open) if one.state is not DownloadState.FINISHING)
            self._manager.pause([one.id for one in unfinished])

    def _tell_trouble(self, failure: Failure) -> None:
        if failure not in self._troubles:
            self._troubles.add(failure)
            self._reporter.problem(failure_message(failure))
        if not self._started:
            self._reporter.problem(_UNLOADED)
            self._end(ExitStatus.FAILED)

    def interrupt(self) -> None:
        """End the event loop with INTERRUPTED; what has arrived is kept by the manager's shut_down."""
        if self._status is not None:
            return
        if self._printer is not None:
            self._printer.close()  # a reader that has stopped reading must not hold the recording
        if self._open and set(self._manager.end(self._open)) == self._open:
            return  # they are published now, and the loop ends with the last of them
        self._end(ExitStatus.INTERRUPTED)
        self._reporter.remark(_INTERRUPTED)

    def crash(self, kind: type[BaseException], error: BaseException, traceback: TracebackType | None) -> None:
        """End the event loop after an exception in a slot, which Qt would pass over: no script may wait for ever."""
        self._end(ExitStatus.FAILED)
        sys.__excepthook__(kind, error, traceback)

    def _end(self, status: ExitStatus) -> None:
        if self._status is None:
            self._status = status
            self._timer.stop()
            self._reporter.close()
            QCoreApplication.exit(status)


def watched(interrupts: Interrupts, act: Callable[[], None]) -> QSocketNotifier:
    """Have the event loop call `act` after an interruption, one before this call included; keep what is returned."""
    notifier = QSocketNotifier(interrupts.descriptor, QSocketNotifier.Type.Read)
    notifier.activated.connect(lambda: act() if interrupts.take() else None)
    return notifier


def fetch(
    profile: Profile,
    settings: Settings,
    specs: Sequence[DownloadSpec],
    reporter: Reporter,
    interrupts: Interrupts,
    manner: Manner = Manner(),
) -> tuple[int, bool]:
    """Fetch all `specs`; return the exit status and whether every thread has ended. Raise CannotStartError."""
    app = QCoreApplication.instance() or QCoreApplication(["headrace"])
    hook_before = sys.excepthook
    collector = GarbageCollector()
    collector.follow_events()
    manager = _manager(profile, settings)
    if manner.context is not None:
        manager.net_context.adopt(manner.context)
    untold, printer = Untold(profile.untold), manner.printer
    session = GetSession(manager, specs, reporter, manner, untold)
    if printer is not None:
        manager.tap(printer.tap)
    _follow_network(manager, manner)
    notifier = watched(interrupts, session.interrupt)
    sys.excepthook = session.crash
    try:
        status = app.exec()
        drained = printer is None or printer.drain(interrupts.take)
        ended = manager.shut_down() and drained
        if status != ExitStatus.INTERRUPTED:
            untold.end()
        return status, ended
    finally:
        notifier.setEnabled(False)
        sys.excepthook = hook_before


def _follow_network(manager: DownloadManager, manner: Manner) -> None:
    """Learn of the network: before all else where a budget is for some networks, else beside what is fetched."""
    follow = manner.follow_network
    if follow is None:
        return
    if any(budget.where != EVERYWHERE for budget in manager.settings.budgets):
        follow(manager)
    else:
        manager.loaded.connect(lambda: QTimer.singleShot(0, manager, lambda: follow(manager)))


def _manager(profile: Profile, settings: Settings) -> DownloadManager:
    try:
        return DownloadManager(profile, settings, role="get")
    except ProfileInUseError as error:
        raise CannotStartError(in_use_message(error, profile)) from error
    except OSError as error:
        raise CannotStartError(f"the profile {profile.folder} cannot be used: {error.strerror or error}") from error


def in_use_message(error: ProfileInUseError, profile: Profile) -> str:
    """Return one sentence: who holds the profile, and what to do."""
    who, advice = _HOLDERS.get(error.role, _OTHER_HOLDER)
    process = f" (process {error.pid})" if error.pid is not None else ""
    return f"{who}{process} uses the profile {profile.folder}; {advice}, or give another folder with --profile"
