"""RecordingJob: one attempt at a body that may have no end, taken down until it ends or somebody ends it."""

import logging
import random
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from itertools import count
from pathlib import Path
from time import monotonic, time
from typing import Any

from headrace.addresses import host_of, redacted
from headrace.checksums import GIVEN
from headrace.details import ConnectionSnapshot
from headrace.disk.failures import disk_failure
from headrace.errors import DownloadError, StoppedError
from headrace.net.body import PIECE
from headrace.net.failures import network_failure
from headrace.net.interrupt import Interrupt
from headrace.net.probe import Answer, RangeRequest, RemoteFile, Verdict, open_range
from headrace.recordings import Recording
from headrace.snapshots import SegmentSnapshot
from headrace.states import ADVICE, Failure, FailureReason, Notice, ResumeAdvice
from headrace.story import StoryKind
from headrace.transfer import places, target
from headrace.transfer.events import JobConnected, JobConnecting, JobEnded, JobFinished, JobFinishing, JobNoted
from headrace.transfer.insist import insist
from headrace.transfer.line import Line
from headrace.transfer.live_text import header_charset
from headrace.transfer.plan import JobPlan
from headrace.transfer.rate import RateEstimator
from headrace.transfer.recorder import OtherContentError, Recorder
from headrace.transfer.retry import retry_wait
from headrace.transfer.throttle import Throttle
from headrace.transfer.tools import JobTools

_log = logging.getLogger(__name__)
_Ask = Callable[[], AbstractContextManager[Answer]]
_TRIES = 5
"""Losses in a row, without one byte between them, until a feed that has an end of its own is given up."""
_RESTARTS = 3
"""Times one attempt may begin a file anew before it gives up on a server that never sends it whole."""
_COMES_BACK = {FailureReason.NOT_FOUND, FailureReason.NO_CONTENT, FailureReason.BAD_RESPONSE}
"""What a server says of a feed while its source is away, besides all that is worth a wait anyway."""


class _Nothing(Exception):  # noqa: N818 - not an error: there is nothing to fetch
    """The file exists and the recording was to be skipped then."""


class RecordingJob:
    """One attempt. `run` does all of it in a worker's thread; the other methods may be called from any thread.

    One connection, never a Range. A lost feed is asked for again and what comes then is appended, the gap marked in a
    side log. Without `reconnect` the body may be a file, which a server sends again from its beginning: then it is
    compared with what is there, and goes on where it broke off; a file of known length that differs is begun anew.
    """

    def __init__(self, plan: JobPlan, tools: JobTools, wishes: Recording) -> None:
        self.plan = plan
        self._tools = tools
        self._wishes = wishes
        self._halt = Interrupt()
        self._line = Interrupt()  # ends what waits for the feed, and by `end` that alone
        self._throttle = Throttle(tools.limiters, tools.host_limits)
        self._recorder = Recorder(plan, tools, wishes, self._tell_gap)
        self._notices: list[Notice] = []
        self._media_type: str | None = None
        self._announced: JobConnected | None = None
        self._connection_state = Line(tools.exchanges)
        self._numbers = count(1)
        self._estimator: RateEstimator | None = None
        self._fault: Failure | None = None
        self._losses = self._restarts = 0
        self._received_at_loss = 0

    def stop(self, failure: Failure | None = None) -> None:
        """End the attempt, with `failure` where there is one: returns in microseconds; nothing is written later."""
        self._fault = self._fault or failure
        self._halt.stop()
        self._line.stop()

    def end(self) -> bool:
        """Stop and keep: returns in microseconds; what has come is published as a finished file. False once stopped."""
        self._line.stop()
        return not self.stopped

    def look_around(self, now: float, *, upset: bool) -> None:
        """Leave the one connection alone: a feed may rest, and whether it is lost shows by itself."""

    @property
    def stopped(self) -> bool:
        """Whether `stop` was called."""
        return self._halt.stopped

    @property
    def received(self) -> int:
        """Bytes written so far, in all pieces."""
        return self._recorder.tape.received

    @property
    def device(self) -> int | None:
        """The disk that is written to, None where nothing is."""
        return self._recorder.tape.device

    def segments(self) -> tuple[SegmentSnapshot, ...]:
        """Return the piece under way."""
        tape = self._recorder.tape
        if not tape.open:
            return ()
        claims, position = tape.claimed, tape.position
        claimed = min(claims.received, position) if claims else 0
        return (SegmentSnapshot(0, position, tape.total, self._connected, claimed),)

    def connections(self) -> tuple[ConnectionSnapshot, ...]:
        """Return the one connection, while there is one; for one thread."""
        line, tape, now = self._connection_state, self._recorder.tape, monotonic()
        start, estimator, position = line.start, self._estimator, tape.position
        if start is None:
            return ()
        if estimator is not None:
            estimator.update(now, tape.received)
        return (
            ConnectionSnapshot(
                number=line.number,
                host=self._announced.host if self._announced and self._connected else host_of(self.plan.address),
                start=min(start, position),
                position=position,
                end=tape.total,
                speed=estimator.speed if estimator and self._connected else None,
                state=line.state(now, ending=self._line.stopped),
            ),
        )

    @property
    def part_path(self) -> Path | None:
        """The part file of the piece under way, None without one."""
        return self._recorder.tape.path

    @property
    def _connected(self) -> bool:
        return self._connection_state.receiving

    def checkpoint(self) -> None:
        """Flush what is written, then have it claimed."""
        self._recorder.tape.checkpoint()

    def revise(self, **wishes: Any) -> None:
        """Heed what a person changed meanwhile: of one in several files the name, from the next of them on."""
        if self._wishes.rolls:
            self._recorder.wanted = wishes.get("name", self._recorder.wanted)

    def run(self) -> None:
        """Do the whole attempt and post how it ended, exactly once and last of all."""
        failure: Failure | None = None
        ending: JobFinished | None = None
        try:
            ending = self._attempt()
        except StoppedError:
            failure = None
        except Exception as error:  # noqa: BLE001 - whatever a server or a disk makes a library raise, one job ends
            failure = self._failure(error)
        insist(lambda: self._tools.checkpointer.forget(self))
        report = ending or self._last_word(failure)
        insist(lambda: self._tools.post(report))

    def _last_word(self, failure: Failure | None) -> JobEnded:
        """Return how it ended, even where nothing is known but what was claimed."""
        said: list[JobEnded] = []
        error = insist(lambda: said.append(self._ended(failure)))
        if error is None:
            return said[0]
        claims = self._recorder.tape.claimed
        return JobEnded(claims, claims.received if claims else 0, (), failure or self._failure(error))

    def _ended(self, failure: Failure | None) -> JobEnded:
        """Keep what arrived and say how it ended; a failure after a stop is only the stop's echo."""
        tape = self._recorder.tape
        tape.checkpoint()
        tape.close()
        if self._halt.stopped:
            failure = self._fault
        if failure is not None:
            _log.info("%s: %s (%s)", self.plan.id, failure.reason.name, failure.detail or failure.status)
        return JobEnded(tape.claimed, tape.received, tuple(self._notices), failure)

    def _failure(self, error: Exception) -> Failure:
        failure = error.failure if isinstance(error, DownloadError) else network_failure(error)
        if failure is None and isinstance(error, OSError):
            failure = disk_failure(error)
        if failure is None:
            _log.error("%s: unexpected %s", self.plan.id, redacted(repr(error)))
            failure = Failure(FailureReason.INTERNAL, type(error).__name__)
        return failure

    def _attempt(self) -> JobFinished:
        claims = self.plan.claims
        if claims and (final := places.published_before(self.plan.folder, claims)):
            return self._finished(final.name, claims.received)
        try:
            self._take_up()
            self._record()
        except _Nothing:
            self._notices.append(Notice.SKIPPED_EXISTING)
            return self._finished(self._recorder.name, 0)
        except StoppedError:
            self._halt.check()
            if not self._recorder.begun:
                raise DownloadError.of(FailureReason.NO_CONTENT, "ended before anything came") from None
            self._notices.append(Notice.ENDED_BY_USER)
        self._tools.post(JobFinishing())
        name, size = self._recorder.finish(self._halt.check)
        return self._finished(name, size)

    def _finished(self, name: str, size: int) -> JobFinished:
        self._recorder.tape.close()
        _log.info("%s: complete, %d bytes", self.plan.id, size)
        proven = self.plan.checksum if not self._wishes.rolls else None
        skipped = Notice.SKIPPED_EXISTING in self._notices
        algorithm, source = (proven.algorithm, GIVEN) if proven and not skipped else (None, None)
        return JobFinished(name, size, tuple(self._notices), algorithm, source, proof=self._recorder.proof)

    def _take_up(self) -> None:
        """Go on with the earlier part file; begin anew, and say so, if it is not there any more."""
        try:
            self._recorder.take_up()
        except DownloadError as error:
            if error.failure.reason is not FailureReason.PART_FILE_CHANGED:
                raise
            self._begin_anew(Notice.RESTARTED_PART_LOST if self.plan.claims and self.plan.claims.received else None)
        if self.plan.restart and self._recorder.begun:
            self._begin_anew(None)
        if not self._recorder.begun and self.plan.name_wanted:
            self._skip_existing(self.plan.name)

    def _begin_anew(self, notice: Notice | None) -> None:
        self._restarts += 1
        if self._restarts > _RESTARTS:
            raise DownloadError.of(FailureReason.SHORT_BODY, "the file never came whole")
        self._recorder.forget()
        self._note(notice)
        self._tools.post(JobNoted(StoryKind.RESTARTED, (notice,)))

    def _note(self, notice: Notice | None) -> None:
        if notice is not None and notice not in self._notices:
            self._notices.append(notice)

    def _skip_existing(self, name: str) -> None:
        if not self._wishes.rolls and target.must_skip(self.plan, name):
            self._recorder.name = name
            raise _Nothing

    # -- connections -------------------------------------------------------------------------------------------

    def _record(self) -> None:
        """Connect again and again until the feed ends."""
        request = RangeRequest(self.plan.address, self.plan.headers)
        timeouts = (self.plan.connect_timeout, self.plan.idle_timeout)
        with self._tools.transport.session(self._connection_state.wire) as session:
            over = self._recorder.tape.complete
            while not over:
                self._line.check()
                self._tools.post(JobConnecting())
                over = self._connection(lambda: open_range(session, request, self._line, timeouts))

    def _connection(self, ask: _Ask) -> bool:
        """Take in one body; say whether it was the last. Returns after the wait that its loss calls for."""
        self._connection_state.ask(next(self._numbers), self._recorder.tape.position)
        try:
            with ask() as answer:
                self._take_in(answer)
            if answer.remote.length is not None or not self._wishes.reconnect:
                return True
            self._lose(None)
        except (StoppedError, _Nothing):
            raise
        except OtherContentError:
            self._begin_anew(Notice.RESTARTED_CHANGED)
        except Exception as error:
            failure = self._failure(error)
            self._line.check()
            if not self._worth_waiting(failure):
                raise DownloadError(failure) from error
            self._lose(failure)
        finally:
            self._connection_state.end()
        return False

    def _worth_waiting(self, failure: Failure) -> bool:
        """Say whether to try again here; what had not even begun is tried again by the queue."""
        waits = ADVICE[failure.reason] is ResumeAdvice.WAIT
        if self._wishes.reconnect:
            waits = waits or failure.reason in _COMES_BACK
        elif self.received == self._received_at_loss:
            waits = waits and self._losses < _TRIES
        return self._recorder.begun and waits

    def _lose(self, failure: Failure | None) -> None:
        """Note the loss, or (None) an end that may not be the feed's own, then wait before the next try."""
        reason = "ended" if failure is None else failure.reason.name.lower()
        self._connection_state.end()
        if self.received != self._received_at_loss:
            self._losses = 0
        self._losses += 1
        self._received_at_loss = self.received
        _log.info("%s: feed lost (%s)", self.plan.id, reason)
        self._recorder.lost(reason, time())
        self._tell_lost(failure)
        self._tools.post(JobConnecting())
        self._line.wait(retry_wait(self._losses, failure.retry_after if failure else None, random.random()))

    def _tell_lost(self, failure: Failure | None) -> None:
        host = self._announced.host if self._announced else host_of(self.plan.address)
        why = (failure.reason, failure.status) if failure else (None, None)
        self._tools.post(JobNoted(StoryKind.LOST, (host, *why)))

    def _take_in(self, answer: Answer) -> None:
        if answer.verdict is not Verdict.WHOLE:
            raise DownloadError.of(FailureReason.BAD_RESPONSE, "no whole body", status=answer.remote.status)
        name = target.choose_name(self.plan, answer.remote)
        if answer.remote.encoded and target.as_stored(answer.remote, name):
            answer.remote = replace(answer.remote, encoded=False, total=answer.remote.length, validator=None)
        self._place(answer.remote, name)
        self._tools.checkpointer.register(self)
        self._media_type = answer.remote.media_type
        self._recorder.listen(answer.remote, header_charset(answer.response.headers.get("Content-Type")))
        self._announce(answer.remote)
        self._copy(answer)

    def _place(self, remote: RemoteFile, name: str) -> None:
        """Decide what a body is to what is there already."""
        tape = self._recorder.tape
        if self._recorder.begun:
            if self._media_type != "text/html":
                target.refuse_web_page(remote)
            if tape.total in (None, remote.total):
                self._recorder.join()
                return
            self._begin_anew(Notice.RESTARTED_CHANGED)
        self._skip_existing(name)
        self._recorder.open(name, remote)

    def _announce(self, remote: RemoteFile) -> None:
        tape = self._recorder.tape
        if tape.total is None and not self._wishes.reconnect:
            self._note(Notice.LENGTH_UNKNOWN)
        keeps = tape.total is None or tape.validator is not None
        _log.info("%s: %s answers %d, %s bytes", self.plan.id, host_of(remote.address), remote.status, tape.total)
        host, there = host_of(remote.address), tape.received
        self._estimator = RateEstimator(monotonic(), there)
        self._connection_state.accept()
        said = (host, remote.status, None, there, remote.facts)
        self._announced = JobConnected(self._recorder.name, tape.total, keeps, tuple(self._notices), *said)
        self._tools.post(self._announced)

    def _tell_gap(self) -> None:
        self._note(Notice.FEED_GAPS)
        if self._announced is not None and self._connected:
            self._tools.post(replace(self._announced, notices=tuple(self._notices)))

    def _copy(self, answer: Answer) -> None:
        """Record the body as it arrives; then see that it was as long as announced."""
        body, remote = answer.body, answer.remote
        body.decode = remote.encoded
        body.piece = self._throttle.piece(PIECE, remote.address)
        came, line = 0, self._connection_state
        for piece in answer.response.iter_content(PIECE):
            size = len(piece)
            line.hold()
            self._recorder.take(memoryview(piece))
            came += size
            self._throttle.pace(size, self._line, remote.address)
            line.go_on()
            body.piece = self._throttle.piece(PIECE, remote.address)
        if not remote.encoded and came < (remote.length or 0):
            raise DownloadError.of(FailureReason.SHORT_BODY)
