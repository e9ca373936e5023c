"""DownloadJob: one attempt at one download, from the first request to the published file."""

import logging
from collections.abc import Iterator
from dataclasses import replace
from time import monotonic

import requests

from headrace.addresses import host_of, redacted
from headrace.disk.failures import disk_failure
from headrace.errors import DownloadError, StoppedError
from headrace.net.arriving_body import PIECE
from headrace.net.failures import network_failure
from headrace.net.interrupt import Interrupt
from headrace.net.probe import Answer, RangeRequest, RemoteFile, Verdict, open_range
from headrace.snapshots import SegmentSnapshot
from headrace.states import Failure, FailureReason, Notice
from headrace.transfer import target
from headrace.transfer.events import JobConnected, JobConnecting, JobEnded, JobFinished, JobFinishing
from headrace.transfer.finish import finish
from headrace.transfer.holding import Holding
from headrace.transfer.plan import JobPlan, JobTools
from headrace.transfer.segments import Segment

_log = logging.getLogger(__name__)
_REJECTS_BEFORE_RESTART = 2
_LIMIT_PATIENCE = 0.25
"""Seconds after which a thread held by a limit looks whether that limit has changed."""
_RESTARTS = 3
"""Times one attempt may begin anew before it gives up on a server that never stops contradicting itself."""


class _Nothing(Exception):  # noqa: N818 - not an error: there is nothing to fetch
    """The file exists and the download was to be skipped then."""


class DownloadJob:
    """One attempt. `run` does all of it in a worker's thread; the other methods may be called from any thread."""

    def __init__(self, plan: JobPlan, tools: JobTools) -> None:
        self.plan = plan
        self._tools = tools
        self._interrupt = Interrupt()
        self._holding = Holding(plan.id, tools.keeper, plan.claims)
        self._name = plan.name
        self._notices: list[Notice] = []
        self._rejects = self._restarts = 0

    def stop(self) -> None:
        """End the attempt: returns in microseconds, and nothing that arrives later is written."""
        self._interrupt.stop()

    @property
    def stopped(self) -> bool:
        """Whether `stop` was called."""
        return self._interrupt.stopped

    @property
    def received(self) -> int:
        """Bytes written so far."""
        return self._holding.received

    def segments(self) -> tuple[SegmentSnapshot, ...]:
        """Every segment as it stands."""
        return self._holding.segments()

    def checkpoint(self) -> None:
        """Flush what is written, then have it claimed."""
        self._holding.checkpoint()

    def run(self) -> None:
        """Do the whole attempt and post how it ended, exactly once and last of all."""
        self._tools.checkpointer.register(self)
        failure: Failure | None = None
        ending: JobFinished | None = None
        try:
            ending = self._attempt()
        except StoppedError:
            failure = None
        except DownloadError as error:
            failure = error.failure
        except Exception as error:  # noqa: BLE001 - whatever a server or a disk makes a library raise, one job ends
            failure = self._failure(error)
        self._tools.checkpointer.forget(self)
        self._tools.post(ending or self._ended(failure))

    def _ended(self, failure: Failure | None) -> JobEnded:
        """Keep what arrived and say how it ended; a failure after a stop is only the stop's echo."""
        self._holding.checkpoint()
        received = self._holding.received
        self._holding.close()
        if self._interrupt.stopped:
            failure = None
        if failure is not None:
            _log.info("%s: %s (%s)", self.plan.id, failure.reason.name, failure.detail or failure.status)
        return JobEnded(self._holding.claimed, received, tuple(self._notices), failure)

    def _failure(self, error: Exception) -> Failure:
        failure = network_failure(error)
        if failure is None and isinstance(error, OSError):
            failure = disk_failure(error)
        if failure is None:
            _log.error("%s: unexpected %s", self.plan.id, redacted(repr(error)))
            failure = Failure(FailureReason.INTERNAL, type(error).__name__)
        return failure

    def _attempt(self) -> JobFinished:
        claims = self.plan.claims
        if claims and (final := target.published_before(self.plan.folder, claims)):
            return self._finished(final.name, claims.received)
        self._reopen()
        try:
            if self._holding.empty and self.plan.name_wanted:
                self._skip_existing(self.plan.name)
            with self._tools.transport.session() as session:
                while not self._holding.complete:
                    self._interrupt.check()
                    self._connection(session)
        except _Nothing:
            self._notices.append(Notice.SKIPPED_EXISTING)
            return self._finished(self._name, 0)
        self._tools.post(JobFinishing())
        name = finish(self.plan, self._holding, self._name, self._interrupt)
        return self._finished(name, self._holding.received)

    def _finished(self, name: str, size: int) -> JobFinished:
        self._holding.close()
        _log.info("%s: complete, %d bytes", self.plan.id, size)
        checksum = self.plan.checksum.algorithm if self.plan.checksum else None
        skipped = Notice.SKIPPED_EXISTING in self._notices
        return JobFinished(name, size, tuple(self._notices), None if skipped else checksum)

    def _skip_existing(self, name: str) -> None:
        if target.must_skip(self.plan, name):
            self._name = name
            raise _Nothing

    # -- earlier bytes -----------------------------------------------------------------------------------------

    def _reopen(self) -> None:
        """Take up the earlier part file if its bytes may be continued; drop them, and say so, if not."""
        claims = self.plan.claims
        if claims is None:
            return
        try:
            self._holding.reopen(target.part_path(self.plan, self._name))
        except DownloadError as error:
            if error.failure.reason is not FailureReason.PART_FILE_CHANGED:
                raise
            self._restart(Notice.RESTARTED_PART_LOST if claims.received else None)
            return
        if self.plan.restart:
            self._restart(None)
        elif claims.received and not (claims.complete or claims.validator):
            self._restart(Notice.RESTARTED_NO_RESUME)

    def _restart(self, notice: Notice | None) -> None:
        """Begin anew from byte 0, claims withdrawn first."""
        self._restarts += 1
        if self._restarts > _RESTARTS:
            raise DownloadError.of(FailureReason.BAD_RANGE)
        self._holding.forget()
        _log.info("%s: begun anew (%s)", self.plan.id, notice.name if notice else "asked for")
        if notice is not None and notice not in self._notices:
            self._notices.append(notice)

    # -- one connection ----------------------------------------------------------------------------------------

    def _connection(self, session: requests.Session) -> None:
        """Make one request and take in what it brings."""
        segment = self._holding.take()
        ask = self._ask(segment)
        self._tools.post(JobConnecting())
        timeouts = (self.plan.connect_timeout, self.plan.idle_timeout)
        try:
            with open_range(session, ask, self._interrupt, timeouts) as answer:
                self._take_in(answer, ask, segment)
        finally:
            if segment is not None:
                self._holding.give_back(segment)

    def _ask(self, segment: Segment | None) -> RangeRequest:
        first = segment.position if segment else 0
        total = self._holding.total
        last = segment.end - 1 if segment and segment.end not in (None, total) and segment.end else None
        return RangeRequest(self.plan.address, self.plan.headers, first, last, self._holding.validator, total)

    def _take_in(self, answer: Answer, ask: RangeRequest, segment: Segment | None) -> None:
        verdict, remote = answer.verdict, answer.remote
        if verdict is Verdict.REJECT:
            self._reject()
        elif verdict is Verdict.CHANGED:
            self._restart(Notice.RESTARTED_CHANGED)
        elif verdict is Verdict.WHOLE:
            if ask.ranged:
                target.refuse_web_page(remote)
                self._restart(self._why_whole(remote))
            self._begin(answer)
        elif segment is not None:
            if self._holding.total is None and remote.total is not None:
                self._holding.learn_total(remote.total)
            self._announce(remote)
            self._copy(answer, segment)

    def _why_whole(self, remote: RemoteFile) -> Notice:
        same = remote.validator == self._holding.validator and remote.total == self._holding.total
        return Notice.RESTARTED_NO_RESUME if same else Notice.RESTARTED_CHANGED

    def _reject(self) -> None:
        """Ask once more on a new connection, then begin anew without a range."""
        self._rejects += 1
        if self._rejects >= _REJECTS_BEFORE_RESTART:
            self._restart(Notice.RESTARTED_NO_RESUME)

    def _begin(self, answer: Answer) -> None:
        """Choose the name, make part file and plan, now that the server has said what it sends; then take it in."""
        name = target.choose_name(self.plan, answer.remote)
        self._skip_existing(name)
        if answer.remote.encoded and target.as_stored(answer.remote, name):
            answer.remote = replace(answer.remote, encoded=False, total=answer.remote.length, validator=None)
        remote = answer.remote
        target.make_folder(self.plan.folder)
        self._name = target.vacant_name(self.plan.folder, name, self.plan.if_exists)
        path = target.part_path(replace(self.plan, claims=None), self._name)
        self._holding.begin(path, remote.total, remote.validator if remote.resumable else None)
        self._announce(remote)
        segment = self._holding.take()
        if segment is not None:  # an empty file has none
            self._copy(answer, segment)
            self._holding.give_back(segment)

    def _announce(self, remote: RemoteFile) -> None:
        if self._holding.total is None and Notice.LENGTH_UNKNOWN not in self._notices:
            self._notices.append(Notice.LENGTH_UNKNOWN)
        resumable = remote.resumable and self._holding.validator is not None
        host, total = host_of(remote.address), self._holding.total
        _log.info("%s: %s answers %d, %s bytes, resumable: %s", self.plan.id, host, remote.status, total, resumable)
        self._tools.post(JobConnected(self._name, total, resumable, tuple(self._notices)))

    # -- the body ----------------------------------------------------------------------------------------------

    def _copy(self, answer: Answer, segment: Segment) -> None:
        """Write the body where it belongs, as it arrives; then see that it was as long as announced.

        The body hands out nothing that was received after a stop, so no byte of a stopped attempt is written late.
        """
        answer.body.decode = answer.remote.encoded
        until = _end_of(answer.remote, segment)
        for piece in self._pieces(answer):
            missing = len(piece) if until is None else until - segment.position
            self._holding.write(segment, memoryview(piece)[:missing])
        if until is None:
            self._holding.learn_total(None)
        elif segment.position < until:
            raise DownloadError.of(FailureReason.SHORT_BODY)

    def _pieces(self, answer: Answer) -> Iterator[bytes | memoryview]:
        """Loop over the body, at most as fast as the limits allow."""
        limiters, body = self._tools.limiters, answer.body
        body.piece = min(limiter.piece(PIECE) for limiter in limiters)
        for piece in answer.response.iter_content(PIECE):
            size = len(piece)
            yield piece  # written first: what was received is not lost to a stop while waiting
            places = [(limiter, limiter.reserve(size, monotonic())) for limiter in limiters]
            while delay := max(limiter.delay(place, monotonic()) for limiter, place in places):
                self._interrupt.wait(min(delay, _LIMIT_PATIENCE))
            body.piece = min(limiter.piece(PIECE) for limiter in limiters)


def _end_of(remote: RemoteFile, segment: Segment) -> int | None:
    """Return the offset at which this body must end: the least of what was announced and what is missing."""
    announced = None if remote.encoded or remote.length is None else segment.position + remote.length
    stretch = None if remote.range is None else remote.range.last + 1
    known = [end for end in (segment.end, announced, stretch) if end is not None]
    return min(known) if known else None
