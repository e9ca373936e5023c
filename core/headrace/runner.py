"""Runs jobs for items: starts and stops them, and turns what they report into the items' facts and states."""

import logging
import random
from collections.abc import Callable, Iterable
from time import monotonic, time
from typing import Any

from headrace.answers import AnswerFacts
from headrace.categories import use
from headrace.counters import Counters, Promised
from headrace.exchanges import ExchangeLogs
from headrace.item import DownloadItem
from headrace.job_plans import lost_of, plan_of
from headrace.limits import Limits
from headrace.net.uplink import own_addresses
from headrace.net_options import NetContext
from headrace.netrc_file import login_in_netrc
from headrace.offline import network_missing
from headrace.settings import Settings
from headrace.sorting import settled
from headrace.states import ADVICE, DownloadState, Failure, FailureReason, Notice, Placing, ResumeAdvice
from headrace.story import StoryKind
from headrace.transfer.disk_rounds import DiskRounds
from headrace.transfer.events import (
    JobConnected,
    JobConnecting,
    JobEnded,
    JobEvent,
    JobFinished,
    JobFinishing,
    JobNoted,
    JobPlaced,
)
from headrace.transfer.hosts import HostMemory
from headrace.transfer.insist import insist
from headrace.transfer.job_face import Job, JobMaker
from headrace.transfer.ledger import UNWRITTEN
from headrace.transfer.plan import ClaimKeeper
from headrace.transfer.retry import PROGRESS_RESETS_BUDGET, retry_is_due, retry_wait
from headrace.transfer.rounds import Rounds
from headrace.transfer.worker import SegmentWorker
from headrace.upheaval import Upheaval, sleepless

CHECKPOINT_PACE = 0.25
"""Seconds between checkpoints, at least."""
_DISK_SHARE = 4.0
"""A disk whose flush takes long is left alone for this many times as long."""
_CONDUCT_PACE = 0.25
_YOUNG_PACE = 0.05
Post = Callable[[DownloadItem, JobEvent], None]
_LOOK_AGAIN = 5.0
"""Seconds after which is looked again whether there is a network, if nothing shows it before."""
_R = FailureReason
_ACCIDENTS = {_R.NAME_NOT_FOUND, _R.CONNECT_FAILED, _R.CONNECT_TIMEOUT, _R.CONNECTION_LOST, _R.STALLED, _R.SHORT_BODY}
_ACCIDENTS |= {_R.SLOW_HEADERS, _R.TOO_SLOW, _R.TLS_ERROR, _R.PROXY_FAILED, _R.NETWORK_GONE, _R.OFFLINE}
"""What a way through another network may mend."""
_log = logging.getLogger(__name__)


def load_jobs() -> Callable[..., JobMaker]:
    """Load what jobs are made of, the network above all: a few tenths of a second once in a process. Any thread."""
    from headrace.transfer.workshop import Workshop  # noqa: PLC0415 - see above

    return Workshop


class Runner:
    """Keeps one job per running item. Lives in the manager's thread; jobs report through `post` from theirs."""

    def __init__(self, settings: Settings, keeper: ClaimKeeper, post: Post, *, patient: bool = False) -> None:
        """While there is no network a `patient` one waits for it, and that costs no tries."""
        self.settings, self._patient = settings, patient
        self.context = NetContext()
        """What requests draw on besides the settings; to be filled in before the first job."""
        self._keeper = keeper
        self._post = post
        self._maker: JobMaker | None = None
        self._checkpointer: DiskRounds[Job] = DiskRounds(
            "checkpoints", lambda job: job.checkpoint(), CHECKPOINT_PACE, share=_DISK_SHARE
        )
        self._conductor: Rounds[Any] = Rounds(
            "conductor", lambda job: job.conduct(), _CONDUCT_PACE, young_pace=_YOUNG_PACE
        )
        self.limits = Limits(settings.limit, settings.queue_options)
        """What bounds the speed of all, and of those in one queue."""
        self.hosts = HostMemory(settings.max_per_host, book=self.context.hosts)
        self.hosts.follow(settings.host_rules)
        use(settings.categories)
        self.tap: Callable[[str, memoryview, str | None], None] | None = None
        """Given what downloads started from now on receive, in order, in their threads."""
        self._counters = Counters()
        self.promised: Callable[[], Promised] = tuple
        """Tells the names of all downloads that are not there yet; to be filled in before the first job."""
        self.exchanges = ExchangeLogs()
        """Requests and answers, to be looked at."""
        self._jobs: dict[str, tuple[DownloadItem, Job, SegmentWorker]] = {}
        self._upheaval = Upheaval()
        self.hastened = False
        """Whether the last look around showed that the machine slept, or is in another network."""
        self._neighbours: set[str] = set()
        """Downloads that were stopped because another found their disk full."""

    def __len__(self) -> int:
        return len(self._jobs)

    def __contains__(self, download_id: str) -> bool:
        """Say whether a job of this download still has a thread, if only to wind down."""
        return download_id in self._jobs

    def _made(self) -> JobMaker:
        """Return what makes jobs: of a list on which nothing starts it is not needed."""
        if self._maker is None:
            self.context.logins.elsewhere = login_in_netrc if self.settings.netrc else None
            rounds = self._checkpointer, self._conductor
            self._maker = load_jobs()(self.settings.net, self.context, self._keeper, self.hosts, *rounds)
        return self._maker

    def apply(self, settings: Settings) -> None:
        """Put settings in force: limits at once, timeouts from the next attempt on."""
        if settings.net != self.settings.net and self._maker is not None:
            self._maker.follow(settings.net)
        self.limits.follow_queues(settings.queue_options)
        self.context.logins.elsewhere = login_in_netrc if settings.netrc else None
        self.hosts.per_host = settings.max_per_host
        if settings.host_rules != self.settings.host_rules:
            self.hosts.follow(settings.host_rules)
            if self._maker is not None:
                self._maker.follow_rules()
        use(settings.categories)
        self.settings = settings

    def start(self, item: DownloadItem) -> None:
        """Start an attempt at a queued item; where it cannot be started the item's state says so."""
        try:
            self._start(item)
        except Exception as error:  # noqa: BLE001 - one that cannot be started must not keep the others from it
            _log.error("%s: not started: %s", item.id, type(error).__name__)
            self._give_up(item, error)

    def _start(self, item: DownloadItem) -> None:
        if lost := lost_of(item):
            item.change(DownloadState.FAILED, failure=lost)
            return
        if not SegmentWorker.may_start():
            item.change(DownloadState.CONNECTING)
            self._wait(item, Failure(FailureReason.TOO_MANY_OPEN_FILES), item.record.attempts)
            return
        exchanges = self.exchanges.begin(item.id, (*item.headers, *(item.cookies.secrets if item.cookies else ())))
        job = self._made().make(
            plan_of(item, self.settings, self._counters, self.promised),
            item.record.recording,
            self.limits.of(item),
            lambda event: self._post(item, event),
            self.tap,
            exchanges,
        )
        if item.ending:
            job.end()
        worker = SegmentWorker(job.run)
        if item.restart:
            item.note(partial=None)
        item.progress_at_failure = item.record.received
        item.restart = item.ending = item.renamed = False
        item.change(DownloadState.CONNECTING, retry_at=None)
        self._jobs[item.id] = (item, job, worker)
        worker.start()

    def items(self) -> list[DownloadItem]:
        """Return what has a job, if only one that winds down."""
        return [item for item, _, _ in self._jobs.values()]

    def job(self, download_id: str) -> Job | None:
        """Return the job of a download, if only to be read: it may be winding down."""
        return self._jobs[download_id][1] if download_id in self._jobs else None

    def stop(self, item: DownloadItem) -> None:
        """Stop the item's job, if it has one: returns in microseconds."""
        if item.id in self._jobs:
            self._jobs[item.id][1].stop()

    def stops(self, items: Iterable[DownloadItem]) -> list[Callable[[], object]]:
        """Return what stops the jobs that these items have now, to be called when there is time for it."""
        return [self._jobs[item.id][1].stop for item in items if item.id in self._jobs]

    def end(self, item: DownloadItem) -> None:
        """Have the item's recording end and its file published: now, or as the first thing its next job does."""
        job = self.job(item.id)
        item.ending = job is None or not job.end()

    def revise(self, item: DownloadItem, **wishes: Any) -> None:
        """Have the item's job, if it has one, heed what a person changed of its plan."""
        if item.id in self._jobs:
            self._jobs[item.id][1].revise(**wishes)

    def look_around(self, now: float) -> None:
        """See whether the machine slept or changed its network: then no connection is trusted, no accident waited out.

        To be called with every reading; `hastened` is for what waits.
        """
        self.hastened = self._upheaval.seen(sleepless(), own_addresses)
        if self.hastened:
            _log.info("the machine slept, or is in another network")
            if self._maker is not None:
                self._maker.drop_idle()
        for _, job, _ in self._jobs.values():
            job.look_around(now, upset=self.hastened)

    def rest(self) -> None:
        """Be told that there will be no look around for a while."""
        self._upheaval.rest()

    def is_due(self, item: DownloadItem, now: float) -> bool:
        """Say whether a waiting item may try again, `now` being Unix seconds: accidents of the network end with it."""
        failure = item.record.failure
        accident = failure is not None and failure.reason in _ACCIDENTS and not failure.retry_after
        return retry_is_due(item.record.retry_at, now) or (self.hastened and accident)

    def readings(self, now: float) -> list[DownloadItem]:
        """Read the counters of all jobs; return the items that have something new to show."""
        return [item for item, job, _ in self._jobs.values() if item.running and _progress(item, job, now)]

    def handle(self, item: DownloadItem, event: JobEvent) -> None:
        """Take in a report. A job that was stopped changes facts, but no state any more, unless it was done already."""
        error = insist(lambda: self._take_in(item, event))
        if error is None:
            return
        if not isinstance(event, JobFinished | JobEnded):
            raise error
        _log.error("%s: its end was not taken in: %s", item.id, type(error).__name__)
        self._give_up(item, error)

    def _give_up(self, item: DownloadItem, error: Exception) -> None:
        """Let go of an item with whose job something is wrong, so that a person may try it again."""
        self._reap(item)
        if item.running or item.state is DownloadState.QUEUED:
            item.change(DownloadState.FAILED, failure=Failure(FailureReason.INTERNAL, type(error).__name__))

    def _take_in(self, item: DownloadItem, event: JobEvent) -> None:
        if isinstance(event, JobFinished):
            self._reap(item)
            item.is_missing = False
            if item.state is DownloadState.DOWNLOADING:  # a stop that came too late hid that it was finishing
                item.change(DownloadState.FINISHING)
            item.change(
                DownloadState.COMPLETED,
                name=event.name,
                total=event.size,
                received=event.size,
                notices=_merged(item, event.notices),
                checksum_verified=event.checksum_verified,
                checksum_source=event.checksum_source,
                told=event.told or item.record.told,
                proof=event.proof,
                partial=None,
                finished_at=time(),
                failure=None,
                claims=None,
                at_once=False,
                placing=Placing.CHOSEN,
            )
        elif isinstance(event, JobEnded):
            self._stop_neighbours(item, event.failure)
            self._reap(item)
            notices = _merged(item, event.notices)
            item.note(claims=event.claims, received=event.received, notices=notices)
            if event.failure is not None and item.running:
                self._failed(item, event.failure)
        elif isinstance(event, JobPlaced):
            item.note(**settled(item.record, event.found))
        elif isinstance(event, JobNoted):
            if event.kind is StoryKind.NOTED:
                item.note(notices=_merged(item, tuple(Notice(int(number or 0)) for number in event.data)))
        elif item.running and not self._jobs[item.id][1].stopped:
            self._progressed(item, event)

    def close(self, timeout: float) -> bool:
        """Stop all jobs and wait for their threads, at most `timeout` seconds in all; say whether all ended."""
        until = monotonic() + timeout
        for _, job, _ in self._jobs.values():
            job.stop()
        ended = [worker.wait(_milliseconds(until)) for _, _, worker in self._jobs.values()]
        ended += [rounds.close(max(0.0, until - monotonic())) for rounds in (self._checkpointer, self._conductor)]
        if all(ended) and self._maker is not None:
            self._maker.close()
        return all(ended)

    def _reap(self, item: DownloadItem) -> None:
        """Let go of a job whose last act was its report: its thread has nothing left to do but end."""
        self._neighbours.discard(item.id)
        if item.id in self._jobs:
            self._jobs.pop(item.id)[2].wait()

    def _stop_neighbours(self, item: DownloadItem, failure: Failure | None) -> None:
        """Stop all that write to a disk which ran full under one of them: the rest of it is needed to keep order.

        A file that was refused before its first byte says nothing of the others, nor does a full disk elsewhere, under
        the database.
        """
        if failure is None or failure.reason is not FailureReason.DISK_FULL or item.id in self._neighbours:
            return
        if item.id not in self._jobs:
            return
        device = self._jobs[item.id][1].device
        if device is None or failure.detail == UNWRITTEN:
            return
        for key, (_, job, _) in self._jobs.items():
            if key != item.id and job.device == device and not job.stopped:
                self._neighbours.add(key)
                job.stop(failure)

    def _progressed(self, item: DownloadItem, event: JobEvent) -> None:
        if isinstance(event, JobConnecting):
            if item.state is not DownloadState.CONNECTING:
                item.change(DownloadState.CONNECTING)
        elif isinstance(event, JobConnected):
            notices = _merged(item, event.notices)
            name = item.record.name if item.renamed else event.name
            item.note(
                name=name,
                total=event.total,
                resumable=event.resumable,
                notices=notices,
                told=event.told,
                received=self._jobs[item.id][1].received,
                **_learnt(item, event.facts),
            )
            item.change(DownloadState.DOWNLOADING, failure=None)
        elif isinstance(event, JobFinishing):
            item.change(DownloadState.FINISHING)

    def _failed(self, item: DownloadItem, failure: Failure) -> None:
        """Decide by the one table what follows a failure; a shortage of our own costs no try."""
        if failure.reason is FailureReason.TOO_MANY_OPEN_FILES:
            self._wait(item, failure, item.record.attempts)
            return
        is_accident = self._patient and failure.reason in _ACCIDENTS
        if is_accident and (missing := network_missing(item.record.address, failure)):
            self._wait(item, missing, item.record.attempts, _LOOK_AGAIN)
            return
        advice = ADVICE[failure.reason]
        progressed = item.record.received - item.progress_at_failure >= PROGRESS_RESETS_BUDGET
        attempts = 1 if progressed else item.record.attempts + 1
        if advice is ResumeAdvice.ASK or attempts >= self.settings.tries:
            item.change(DownloadState.FAILED, failure=failure, attempts=attempts)
            return
        item.restart = advice is ResumeAdvice.RESTART
        self._wait(item, failure, attempts)

    @staticmethod
    def _wait(item: DownloadItem, failure: Failure, attempts: int, wait: float | None = None) -> None:
        wait = wait or retry_wait(max(1, attempts), failure.retry_after, random.random())
        item.change(DownloadState.RETRY_WAIT, failure=failure, attempts=attempts, retry_at=time() + wait)


def _progress(item: DownloadItem, job: Job, now: float) -> bool:
    """Have an item take a reading of its job; say whether there is anything new to show."""
    try:
        return item.progress(job.received, job.segments(), now)
    except Exception as error:  # noqa: BLE001 - the next reading is soon
        _log.error("%s: not read: %s", item.id, type(error).__name__)
        return False


def _learnt(item: DownloadItem, facts: AnswerFacts | None) -> dict[str, Any]:
    """Keep what the server said of a file; return what of it is remembered."""
    if facts is None:
        return {}
    item.answer = facts
    return {"final_address": facts.final_address, "content_type": facts.content_type}


def _merged(item: DownloadItem, notices: tuple[Notice, ...]) -> tuple[Notice, ...]:
    return tuple(dict.fromkeys((*item.record.notices, *notices)))


def _milliseconds(until: float) -> int:
    return max(0, round((until - monotonic()) * 1000))
