"""Runs jobs for items: starts and stops them, and turns what they report into the items' facts and states."""

import logging
import random
from collections.abc import Callable
from time import monotonic, time

from headrace.item import DownloadItem
from headrace.net.sessions import Transport
from headrace.settings import Settings
from headrace.states import ADVICE, DownloadState, Failure, FailureReason, Notice, ResumeAdvice
from headrace.transfer.checkpoints import Checkpointer
from headrace.transfer.events import JobConnected, JobConnecting, JobEnded, JobEvent, JobFinished, JobFinishing
from headrace.transfer.job import DownloadJob
from headrace.transfer.plan import ClaimKeeper, JobPlan, JobTools
from headrace.transfer.rate import RateLimiter
from headrace.transfer.retry import PROGRESS_RESETS_BUDGET, retry_wait
from headrace.transfer.worker import SegmentWorker

_log = logging.getLogger(__name__)


class Runner:
    """Keeps one job per running item. Lives in the manager's thread; jobs report through `post` from theirs."""

    def __init__(self, settings: Settings, keeper: ClaimKeeper, post: Callable[[DownloadItem, JobEvent], None]) -> None:
        self.settings = settings
        self._keeper = keeper
        self._post = post
        self._transport = Transport(settings.ca_file)
        self._checkpointer = Checkpointer()
        self._limiter = RateLimiter(settings.limit)
        self._jobs: dict[str, tuple[DownloadItem, DownloadJob, SegmentWorker]] = {}

    def __len__(self) -> int:
        return len(self._jobs)

    def __contains__(self, download_id: str) -> bool:
        """Say whether a job of this download still has a thread, if only to wind down."""
        return download_id in self._jobs

    def apply(self, settings: Settings) -> None:
        """Put settings in force: limits at once, timeouts from the next attempt on."""
        if settings.ca_file != self.settings.ca_file:
            self._transport = Transport(settings.ca_file)
        self._limiter.change(settings.limit, monotonic())
        self.settings = settings

    def start(self, item: DownloadItem) -> None:
        """Start an attempt at a queued item."""
        if item.record.header_names and not item.headers:
            item.change(DownloadState.FAILED, failure=Failure(FailureReason.HEADERS_NEEDED))
            return
        tools = JobTools(
            self._transport,
            self._keeper,
            self._checkpointer,
            (self._limiter, item.limiter),
            lambda event: self._post(item, event),
        )
        job = DownloadJob(self._plan(item), tools)
        worker = SegmentWorker(job.run)
        item.progress_at_failure = item.record.received
        item.restart = False
        item.change(DownloadState.CONNECTING, retry_at=None)
        self._jobs[item.id] = (item, job, worker)
        worker.start()

    def stop(self, item: DownloadItem) -> None:
        """Stop the item's job, if it has one: returns in microseconds."""
        if item.id in self._jobs:
            self._jobs[item.id][1].stop()

    def readings(self, now: float) -> list[DownloadItem]:
        """Read the counters of all jobs; return the items that have something new to show."""
        return [
            item
            for item, job, _ in self._jobs.values()
            if item.running and item.progress(job.received, job.segments(), now)
        ]

    def handle(self, item: DownloadItem, event: JobEvent) -> None:
        """Take in a report. A job that was stopped changes facts, but no state any more, unless it was done already."""
        if isinstance(event, JobFinished):
            self._reap(item)
            item.change(
                DownloadState.COMPLETED,
                name=event.name,
                total=event.size,
                received=event.size,
                notices=_merged(item, event.notices),
                checksum_verified=event.checksum_verified,
                finished_at=time(),
                failure=None,
                claims=None,
            )
        elif isinstance(event, JobEnded):
            self._reap(item)
            notices = _merged(item, event.notices)
            item.note(claims=event.claims, received=event.received, notices=notices)
            if event.failure is not None and item.running:
                self._failed(item, event.failure)
        elif item.running and not self._jobs[item.id][1].stopped:
            self._progressed(item, event)

    def close(self, timeout: float) -> bool:
        """Stop all jobs and wait for their threads, at most `timeout` seconds in all; say whether all ended."""
        until = monotonic() + timeout
        for _, job, _ in self._jobs.values():
            job.stop()
        ended = [worker.wait(_milliseconds(until)) for _, _, worker in self._jobs.values()]
        ended.append(self._checkpointer.close(max(0.0, until - monotonic())))
        if all(ended):
            self._transport.close()
        return all(ended)

    def _plan(self, item: DownloadItem) -> JobPlan:
        record = item.record
        return JobPlan(
            id=record.id,
            address=record.address,
            folder=record.folder,
            name=record.name,
            name_wanted=record.name_wanted,
            headers=item.headers,
            checksum=record.checksum,
            if_exists=record.if_exists,
            claims=record.claims,
            connect_timeout=self.settings.connect_timeout,
            idle_timeout=self.settings.idle_timeout,
            restart=item.restart,
        )

    def _reap(self, item: DownloadItem) -> None:
        """Let go of a job whose last act was its report: its thread has nothing left to do but end."""
        _, _, worker = self._jobs.pop(item.id)
        worker.wait()

    def _progressed(self, item: DownloadItem, event: JobEvent) -> None:
        if isinstance(event, JobConnecting):
            item.change(DownloadState.CONNECTING)
        elif isinstance(event, JobConnected):
            notices = _merged(item, event.notices)
            item.note(name=event.name, total=event.total, resumable=event.resumable, notices=notices)
            item.note(received=self._jobs[item.id][1].received)
            item.change(DownloadState.DOWNLOADING, failure=None)
        elif isinstance(event, JobFinishing):
            item.change(DownloadState.FINISHING)

    def _failed(self, item: DownloadItem, failure: Failure) -> None:
        """Decide by the one table what follows a failure."""
        advice = ADVICE[failure.reason]
        progressed = item.record.received - item.progress_at_failure >= PROGRESS_RESETS_BUDGET
        attempts = 1 if progressed else item.record.attempts + 1
        if advice is ResumeAdvice.ASK or attempts >= self.settings.tries:
            item.change(DownloadState.FAILED, failure=failure, attempts=attempts)
            return
        item.restart = advice is ResumeAdvice.RESTART
        wait = retry_wait(attempts, failure.retry_after, random.random())
        item.change(DownloadState.RETRY_WAIT, failure=failure, attempts=attempts, retry_at=time() + wait)


def _merged(item: DownloadItem, notices: tuple[Notice, ...]) -> tuple[Notice, ...]:
    return tuple(dict.fromkeys((*item.record.notices, *notices)))


def _milliseconds(until: float) -> int:
    return max(0, round((until - monotonic()) * 1000))
