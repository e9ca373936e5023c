"""SegmentFetcher: the work of one connection, segment after segment, every answer judged before its body is touched."""

import logging
from time import monotonic
from typing import Any, Final, Protocol

import requests

from headrace.addresses import host_of, redacted
from headrace.details import ConnectionSnapshot
from headrace.disk.failures import disk_failure
from headrace.errors import DownloadError, StoppedError
from headrace.net.failures import network_failure
from headrace.net.interrupt import Interrupt
from headrace.net.probe import Answer, RangeRequest, RemoteFile, Verdict, open_range
from headrace.permissions import Permission
from headrace.states import ADVICE, Failure, FailureReason, Notice, ResumeAdvice
from headrace.transfer import target
from headrace.transfer.attempt import Attempt, NothingToFetchError, RestartError
from headrace.transfer.body import GLANCE, OVERLAP, BodyWriter
from headrace.transfer.hosts import Slot
from headrace.transfer.line import Line
from headrace.transfer.segments import Segment
from headrace.transfer.sources import Source

_log = logging.getLogger(__name__)
PROGRESS: Final = (1 << 16) - GLANCE
"""Bytes a connection must have brought for its loss to cost no wait."""
_EXPIRED: Final = {
    FailureReason.FORBIDDEN,
    FailureReason.NOT_FOUND,
    FailureReason.GONE,
    FailureReason.LOGIN_NEEDED,
    FailureReason.REQUEST_REFUSED,
}
"""What is said of a link that works no more."""
_REJECTS: Final = 2
"""Answers thrown away until ranges of this server are given up."""


class Chief(Protocol):
    """Who hands out the work. Called from the connections' threads."""

    def take(self, fetcher: "SegmentFetcher") -> Segment | None:
        """Hand out a segment, None where nothing is left for this connection."""

    def follow(self, fetcher: "SegmentFetcher", offset: int) -> Segment | None:
        """Hand out the segment that begins at `offset`, if nobody has begun it."""

    def alone(self, fetcher: "SegmentFetcher") -> bool:
        """Say whether no other connection is at work."""

    def watched(self) -> None:
        """Be told that the file is not complete with the first piece."""


class SegmentFetcher:
    """One connection at work for an attempt. `work` runs in its thread; `dismiss` may be called from any."""

    def __init__(self, attempt: Attempt, chief: Chief, source: Source, slot: Slot) -> None:
        self._attempt, self._chief, self.source = attempt, chief, source
        self.slot = slot
        """The place among the connections to one host; whoever made this gives it back when `work` has ended."""
        self.interrupt = Interrupt()
        self.segment: Segment | None = None
        self.received = 0
        """Bytes this connection wrote."""
        self.line = Line(attempt.tools.exchanges)
        self.leaving = False
        """Whether it takes no further segment."""
        self.latency = 0.0
        """Seconds from the last request to its answer."""
        self.answered_at = 0.0
        """When the present answer began, by the monotonic clock; 0 before the first."""
        self._fault: Failure | None = None
        self._rejects = 0

    @property
    def connected(self) -> bool:
        """Whether its answer was accepted, and the body is coming."""
        return self.line.receiving

    def seen(self, speed: float | None, now: float) -> ConnectionSnapshot | None:
        """Return what it is doing at monotonic time `now`, None between requests; for one thread."""
        segment, start = self.segment, self.line.start
        if start is None:
            return None
        position = start if segment is None else segment.position  # before the end, which never falls below it
        return ConnectionSnapshot(
            number=self.line.number,
            host=self.slot.host,
            start=min(start, position),
            position=position,
            end=None if segment is None else segment.end,
            speed=speed if self.connected else None,
            state=self.line.state(now, ending=self.interrupt.stopped),
        )

    def dismiss(self, failure: Failure | None = None) -> None:
        """End the work at once; `failure` is then raised by `work`."""
        self._fault, self.leaving = failure, True
        self.interrupt.stop()

    def work(self) -> None:
        """Fetch segment after segment until nothing is left for this connection.

        Raises DownloadError, RestartError, StoppedError, NothingToFetchError.
        """
        attempt = self._attempt
        attempt.interrupt.add(self.interrupt.stop)
        try:
            with attempt.tools.transport.session(self.line.wire) as session:
                while self._was_cut(session):
                    pass
        finally:
            attempt.interrupt.remove(self.interrupt.stop)

    def _was_cut(self, session: requests.Session) -> bool:
        """Work to the end; return early, and True, where a connection was lost that had brought enough to ask again."""
        before = self.received
        try:
            self._work(session)
        except (RestartError, NothingToFetchError):
            raise
        except Exception as error:  # noqa: BLE001 - whatever a server or a disk makes a library raise
            named = self._named(error)
            if not isinstance(named, DownloadError) or not self._may_go_on(named, self.received - before):
                raise named from None
            self._attempt.tell_lost(self.source, named.failure)
            return True
        return False

    def _may_go_on(self, error: DownloadError, brought: int) -> bool:
        """Say whether to ask for the rest at once: a loss after progress costs neither a try nor a wait."""
        attempt = self._attempt
        if self.interrupt.stopped or brought < PROGRESS:
            return False
        reason, held = error.failure.reason, attempt.holding
        is_lost = reason < FailureReason.DISK_FULL and ADVICE[reason] is ResumeAdvice.WAIT
        is_joinable = held.validator is not None or (held.total is not None and held.hint is not None)
        return is_lost and is_joinable and not error.failure.retry_after and attempt.sources.only_one

    def _work(self, session: requests.Session) -> None:
        if self._attempt.holding.empty:
            self._request(session, None)
        elif not self.source.proven:
            self._prove_source(session)
        while not self.leaving and (segment := self._chief.take(self)) is not None:
            self._request(session, segment)

    def _named(self, error: Exception) -> Exception:
        """Return a stop for what is only the echo of a stop, else the error with its numbered reason."""
        if self.interrupt.stopped:
            return DownloadError(self._fault) if self._fault else StoppedError()
        if isinstance(error, DownloadError | StoppedError):
            return error
        failure = network_failure(error)
        if failure is None and isinstance(error, OSError):
            failure = disk_failure(error)
        if failure is None:
            _log.error("%s: unexpected %s", self._attempt.plan.id, redacted(repr(error)))
            failure = Failure(FailureReason.INTERNAL, type(error).__name__)
        return DownloadError(failure)

    # -- one request -------------------------------------------------------------------------------------------

    def _request(self, session: requests.Session, segment: Segment | None) -> None:
        ask = self._ask(segment)
        self.segment, before, began = segment, self.received, monotonic()
        self._asks_from(segment.position if segment else 0)
        if self._chief.alone(self):
            self._attempt.connecting()
        self._attempt.sources.begin(self.source)
        try:
            with open_range(session, ask, self.interrupt, self._attempt.plan.timeouts, self._arrive) as answer:
                self.answered_at = monotonic()
                self.line.accept(answer.body)
                self.latency = self.answered_at - began
                self._take_in(answer, ask, segment)
        except DownloadError as error:
            self._attempt.tools.hosts.told_to_wait(self.slot.host, error.failure.retry_after)
            if not self._resolve_anew(error, ask):
                raise
        finally:
            self.line.end()
            self._attempt.sources.end(self.source, self.received - before, monotonic() - began)
            if self.segment is not None:
                self._attempt.holding.give_back(self.segment)
                self.segment = None

    def _asks_from(self, offset: int) -> None:
        self.line.ask(self.line.number or next(self._attempt.numbers), offset)

    def _arrive(self, address: str) -> None:
        """Give the place at one host back for a place at another, where a redirect leads there: each has its cap."""
        host = host_of(address)
        self._attempt.tools.hosts.asked(host)
        if host != self.slot.host:
            self.slot.release()
            self.slot = self._attempt.tools.hosts.slot(host, self.interrupt)

    def _resolve_anew(self, error: DownloadError, ask: RangeRequest) -> bool:
        """After a link that a redirect had led to expired, say to ask the address it came from, from now on."""
        if error.failure.reason not in _EXPIRED or ask.address == self.source.address:
            return False
        self.source.lasting = False
        return True

    def _ask(self, segment: Segment | None) -> RangeRequest:
        """Say what to ask for a segment: what is missing, or a little more where only bytes can prove the join."""
        holding = self._attempt.holding
        if segment is None:
            return self._asking()
        total, validator, hint = holding.total, self.source.validator, self.source.hint
        before = min(GLANCE, segment.position - segment.start)
        if self._attempt.is_base(self.source):
            validator, hint = holding.validator, holding.hint
            if validator is not None and validator.startswith('"') and self._tags_rotate:
                validator = None
            if validator is None or segment.position in holding.doubts:
                before = min(OVERLAP, segment.position)
        last = None if segment.end in (None, total) else (segment.end or 0) - 1
        if not segment.position:  # without a validator there is nothing to compare before it: go through the whole
            last = None if validator is None else (segment.end or total or 0) - 1
        stretch = {"first": segment.position - before, "last": last, "overlap": before}
        return self._asking(**stretch, validator=validator, hint=hint, total=total)

    @property
    def _tags_rotate(self) -> bool:
        return self._attempt.tools.hosts.tags_rotate(host_of(self.source.address))

    def _asking(self, **stretch: Any) -> RangeRequest:
        plan, source = self._attempt.plan, self.source
        return RangeRequest(
            address=source.resolved if source.resolved and source.lasting else source.address,
            origin=source.address,
            headers=plan.headers if source.address == plan.address else (),
            allow=plan.allow,
            ignore_tags=self._tags_rotate,
            **stretch,
        )

    def _prove_source(self, session: requests.Session) -> None:
        """See that another address has the same file, by length and by bytes, before any of its bytes count.

        Raises DownloadError SOURCES_DIFFER.
        """
        holding, total = self._attempt.holding, self._attempt.holding.total
        start, end = holding.sample(OVERLAP)
        if start == end and not self._attempt.proves_itself:
            raise DownloadError.of(FailureReason.SOURCES_DIFFER, host_of(self.source.address))
        ask = self._asking(first=start, last=max(start, end - 1), total=total)
        self._asks_from(start)
        with open_range(session, ask, self.interrupt, self._attempt.plan.timeouts, self._arrive) as answer:
            remote = answer.remote
            if answer.verdict is not Verdict.CONTINUE or remote.range is None or remote.range.total != total:
                raise DownloadError.of(FailureReason.SOURCES_DIFFER, host_of(self.source.address))
            data = b"".join(bytes(piece) for piece in answer.response.iter_content(OVERLAP))
        if len(data) < end - start or holding.differs(memoryview(data), start):
            raise DownloadError.of(FailureReason.SOURCES_DIFFER, host_of(self.source.address))
        self.source.resolved = remote.address
        self.source.validator, self.source.hint = remote.validator, remote.hint
        self._attempt.sources.prove(self.source)

    def prove_joins(self) -> None:
        """Compare the bytes on both sides of each join in doubt with the server's. Raises what `work` raises."""
        holding, total = self._attempt.holding, self._attempt.holding.total or 0
        self._attempt.interrupt.add(self.interrupt.stop)
        try:
            with self._attempt.tools.transport.session(self.line.wire) as session:
                for join in holding.doubts.offsets():
                    if join < total:
                        self._prove_join(session, max(0, join - OVERLAP), min(join + OVERLAP, total))
                        self._attempt.note(Notice.JOINED_BY_OVERLAP)
                    holding.doubts.end(join)
        except RestartError:
            raise
        except Exception as error:  # noqa: BLE001 - whatever a server or a disk makes a library raise
            raise self._named(error) from None
        finally:
            self._attempt.interrupt.remove(self.interrupt.stop)

    def _prove_join(self, session: requests.Session, start: int, end: int) -> None:
        """Ask for bytes that are there, and compare: of the whole file where the server knows no ranges."""
        held = self._attempt.holding
        validator = None if self._tags_rotate else held.validator
        ask = self._asking(first=start, last=end - 1, validator=validator, hint=held.hint, total=held.total)
        with open_range(session, ask, self.interrupt, self._attempt.plan.timeouts, self._arrive) as answer:
            if answer.verdict not in (Verdict.CONTINUE, Verdict.WHOLE):
                raise self._changed(answer.remote)
            offset = start if answer.verdict is Verdict.CONTINUE else 0
            for piece in answer.response.iter_content(OVERLAP):
                if held.differs(memoryview(piece), offset):
                    raise self.different()
                offset += len(piece)
                if offset >= end:
                    return
        raise DownloadError.of(FailureReason.SHORT_BODY)

    def _take_in(self, answer: Answer, ask: RangeRequest, segment: Segment | None) -> None:
        verdict, remote = answer.verdict, answer.remote
        if verdict is Verdict.REJECT:
            self._reject()
        elif verdict is Verdict.NOTHING_LEFT:
            self._attempt.holding.learn_total(None)
        elif verdict is Verdict.CHANGED:
            raise self._changed(remote)
        elif verdict is Verdict.WHOLE:
            self._whole(answer, ask, segment)
        elif segment is not None:
            if self._attempt.holding.total is None and remote.total is not None:
                self._attempt.holding.learn_total(remote.total)
            self._refuse_page(remote, ask)
            self.source.resolved = remote.address
            if self._attempt.is_base(self.source):
                self._attempt.recall(remote)
            if self._chief.alone(self):
                self._attempt.announce(remote)
            named = ask.validator is not None and ask.validator in (remote.etag, remote.last_modified)
            BodyWriter(self._attempt, self, answer).copy(ask.first, segment, named=named)

    def _refuse_page(self, remote: RemoteFile, ask: RangeRequest) -> None:
        """Refuse a web page as a part of something else. Raises DownloadError LOGIN_NEEDED."""
        attempt = self._attempt
        if Permission.ANY_TYPE not in attempt.plan.allow and Notice.TYPE_UNEXPECTED not in attempt.notices:
            target.refuse_page_part(remote, attempt.name, bound=ask.validator is not None)

    def _changed(self, remote: RemoteFile) -> Exception:
        """Return what follows from another version: a mirror is left, the file itself begins anew."""
        attempt, held = self._attempt, self._attempt.holding
        if remote.total == held.total and remote.last_modified and remote.last_modified in (held.hint or ""):
            attempt.tools.hosts.tag_differed(host_of(self.source.address))
        return self.different()

    def different(self) -> Exception:
        """Return what follows from bytes that are not those of the file: they may be right for somebody else."""
        if self._attempt.plan.address_is_new:
            return DownloadError.of(FailureReason.SOURCES_DIFFER, "the new address has another version of the file")
        if not self.source.lasting:
            return DownloadError.of(FailureReason.SOURCES_DIFFER, "the link expired, the new one has another version")
        if not self._attempt.is_base(self.source):
            return DownloadError.of(FailureReason.SOURCES_DIFFER, host_of(self.source.address))
        return RestartError(Notice.RESTARTED_CHANGED)

    def watched(self) -> None:
        """Pass on that the file is not complete with the first piece."""
        self._chief.watched()

    def follow(self, offset: int) -> Segment | None:
        """Go on into the segment behind, where nobody is at it."""
        return None if self.leaving else self._chief.follow(self, offset)

    def _reject(self) -> None:
        """Ask once more on a new connection; then give up ranges, and begin anew where nobody else goes on."""
        self._rejects += 1
        if self._rejects < _REJECTS:
            return
        self._attempt.learn_ranges_fail()
        if not self._chief.alone(self):
            self.leaving = True
            return
        if self._attempt.plan.address_is_new:
            raise self.different()
        raise RestartError(Notice.RESTARTED_NO_RESUME)

    def _whole(self, answer: Answer, ask: RangeRequest, segment: Segment | None) -> None:
        """Take in a 200: the beginning of everything, or an answer that passes over the range."""
        attempt, remote = self._attempt, answer.remote
        if segment is None:
            attempt.begin(answer, self.source)
            self.segment = first = attempt.holding.take()
            if first is not None:  # an empty file has none
                BodyWriter(attempt, self, answer).copy(0, first, named=True)
            return
        if Permission.ANY_TYPE not in attempt.plan.allow:
            target.refuse_web_page(remote)
        if self._contradicts(remote):
            raise self._changed(remote)
        if ask.ranged:
            attempt.learn_ranges_fail()
        if not self._chief.alone(self) or not attempt.is_base(self.source):
            self.leaving = True  # one stream is enough: whoever is at work goes on
            return
        BodyWriter(attempt, self, answer).sweep(segment)

    def _contradicts(self, remote: RemoteFile) -> bool:
        """Say whether a 200 is of another version than the one held."""
        holding = self._attempt.holding
        if remote.encoded or (remote.total is not None and holding.total not in (None, remote.total)):
            return True
        held = holding.validator
        return held is not None and remote.validator is not None and remote.validator != held
