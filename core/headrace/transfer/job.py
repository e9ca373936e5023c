"""DownloadJob: one attempt at one download, from the first request to the published file."""

import logging
from pathlib import Path
from time import monotonic
from typing import Any, Final

from headrace.addresses import host_of, redacted
from headrace.checksums import GIVEN
from headrace.details import ConnectionSnapshot
from headrace.disk.failures import disk_failure
from headrace.errors import DownloadError, StoppedError
from headrace.net.failures import network_failure
from headrace.snapshots import SegmentSnapshot
from headrace.states import Failure, FailureReason, Notice
from headrace.story import StoryKind
from headrace.transfer import places
from headrace.transfer.attempt import Attempt, NothingToFetchError, RestartError
from headrace.transfer.crew import Crew
from headrace.transfer.events import JobEnded, JobFinished, JobFinishing
from headrace.transfer.fetcher import SegmentFetcher
from headrace.transfer.finish import Finish, ForeignBytesError, LostBytesError, WrongBaseError
from headrace.transfer.hosts import Slot
from headrace.transfer.insist import insist
from headrace.transfer.plan import JobPlan
from headrace.transfer.taking_over import TakingOver, is_wanted
from headrace.transfer.tools import JobTools

_log = logging.getLogger(__name__)
_RESTARTS: Final = 3
"""Times one attempt may begin anew before it gives up on a server that never stops contradicting itself."""
_WAIT: Final = 1.0
_WAKE: Final = 0.2
"""Seconds at least between two times that what digests is told of more bytes."""
_PATIENCE: Final = 5.0
"""Seconds to wait within an attempt for one of several addresses."""
_AWAY: Final = {FailureReason.OTHER_DISK, FailureReason.FOLDER_MISSING}
"""Why a part file is not there that may come back: waited for, unless the download is to begin anew anyway."""
_ELSEWHERE: Final = {FailureReason.SOURCES_DIFFER, FailureReason.SIZE_MISMATCH}
"""Faults of the file at one address that say nothing of the others."""
_SOFT_PAUSE: Final = 0.5
"""Seconds until the job's own connection is tried again while others are at work."""


class DownloadJob:
    """One attempt. `run` does all of it in a worker's thread; the other methods may be called from any thread."""

    def __init__(self, plan: JobPlan, tools: JobTools) -> None:
        self.plan = plan
        self._tools = tools
        self._attempt = Attempt(plan, tools)
        self._crew = Crew(self._attempt, self._watch)
        self._finish = Finish(self._attempt)
        self._restarts = 0
        self._wake_at = 0.0
        self._fault: Failure | None = None
        self._last: DownloadError | None = None

    def stop(self, failure: Failure | None = None) -> None:
        """End the attempt, with `failure` where there is one: returns in microseconds; nothing is written later."""
        self._fault = self._fault or failure
        self._attempt.interrupt.stop()

    @property
    def stopped(self) -> bool:
        """Whether `stop` was called."""
        return self._attempt.interrupt.stopped

    @property
    def received(self) -> int:
        """Bytes written so far."""
        return self._attempt.holding.received

    @property
    def device(self) -> int | None:
        """The disk that is written to, None where nothing is."""
        return self._attempt.holding.device

    def segments(self) -> tuple[SegmentSnapshot, ...]:
        """Every segment as it stands."""
        return self._attempt.holding.segments()

    def connections(self) -> tuple[ConnectionSnapshot, ...]:
        """Every connection as it stands; for one thread."""
        return self._crew.connections(monotonic())

    @property
    def part_path(self) -> Path | None:
        """The part file, None without one."""
        return self._attempt.holding.part_path

    def checkpoint(self) -> None:
        """Flush what is written, then have it claimed; a fault of the disk ends the attempt."""
        failure = self._attempt.holding.checkpoint()
        if failure is not None and failure.reason is not FailureReason.TOO_MANY_OPEN_FILES:
            self.stop(failure)

    def revise(self, **wishes: Any) -> None:
        """Heed what a person changed of the plan meanwhile."""
        self._attempt.revise(**wishes)

    def _watch(self) -> None:
        """Begin what files that come in one piece do without."""
        self._attempt.watch(self)
        self._finish.begin()

    def conduct(self) -> None:
        """Measure, and add or dismiss connections. Must not raise."""
        try:
            now = monotonic()
            self._crew.conduct(now)
            if now >= self._wake_at:
                self._wake_at = now + _WAKE
                self._finish.wake()
        except Exception:  # noqa: BLE001 - whatever it is, the bytes go on
            _log.exception("%s: the number of connections stays as it is", self.plan.id)

    def end(self) -> bool:
        """Say that nothing is recorded that could be kept before its end."""
        return False

    def look_around(self, now: float, *, upset: bool) -> None:
        """End dead connections; after an upheaval of the network none is trusted that brings nothing soon."""
        if upset:
            self.distrust(now)
        self.dismiss_the_dead(now)

    def distrust(self, now: float) -> None:
        """Give connections little time to bring a byte, where what they brought can be continued."""
        if self._continuable():
            self._crew.distrust(now)

    def dismiss_the_dead(self, now: float) -> None:
        """End the connections that let that time pass."""
        self._crew.dismiss_the_dead(now)

    def run(self) -> None:
        """Do the whole attempt and post how it ended, exactly once and last of all."""
        failure: Failure | None = None
        ending: JobFinished | None = None
        try:
            self._attempt.interrupt.add(self._crew.wake)
            ending = self._do()
        except StoppedError:  # by whom, if not by a person, nobody could say: it must not look as if it went on
            failure = None if self.stopped else Failure(FailureReason.INTERNAL, "stopped by nobody")
        except DownloadError as error:
            failure = error.failure
        except Exception as error:  # noqa: BLE001 - whatever a disk makes a library raise, one job ends
            failure = self._failure(error)
        report = self._report(ending, failure)
        insist(lambda: self._tools.post(report))

    def _report(self, ending: JobFinished | None, failure: Failure | None) -> JobFinished | JobEnded:
        """Wind down and say how it ended, even where nothing is known but what was claimed."""
        said: list[JobFinished | JobEnded] = []

        def wind_down() -> None:
            why = self._wind_down(failure)
            said.append(ending or self._ended(why))

        error = insist(wind_down)
        if error is None:
            return said[0]
        claims = self._attempt.holding.claimed
        return ending or JobEnded(claims, claims.received if claims else 0, (), failure or self._failure(error))

    def _wind_down(self, failure: Failure | None) -> Failure | None:
        """End what else works for the attempt; return why it failed."""
        for act in (self._crew.dismiss, self._finish.close, lambda: self._attempt.unwatch(self)):
            error = insist(act)
            if error is not None:
                failure = failure or self._failure(error)
        if failure is not None and failure.reason is FailureReason.NOT_THE_FILE and not self.plan.claims:
            failure = self._discard() or failure
        return failure

    def _ended(self, failure: Failure | None) -> JobEnded:
        """Keep what arrived and say how it ended; a failure after a stop is only the stop's echo."""
        holding = self._attempt.holding
        holding.checkpoint(last=True)
        received = holding.received
        holding.close()
        if self.stopped:
            failure = self._fault
        if failure is not None:
            _log.info("%s: %s (%s)", self.plan.id, failure.reason.name, failure.detail or failure.status)
        return JobEnded(holding.claimed, received, self._attempt.notices, failure)

    def _discard(self) -> Failure | None:
        """Throw a page away that came instead of the file, so that no later attempt takes it for the beginning."""
        error = insist(self._attempt.holding.discard)
        return None if error is None else self._failure(error)

    def _failure(self, error: Exception) -> Failure:
        failure = error.failure if isinstance(error, DownloadError) else network_failure(error)
        if failure is None and isinstance(error, OSError):
            failure = disk_failure(error)
        if failure is None:
            _log.error("%s: unexpected %s", self.plan.id, redacted(repr(error)))
            failure = Failure(FailureReason.INTERNAL, type(error).__name__)
        return failure

    def _do(self) -> JobFinished:
        claims, attempt = self.plan.claims, self._attempt
        if claims and (final := places.published_before(self.plan.folder, claims)):
            self._finish.recall()
            return self._finished(final.name, claims.received)
        try:
            takes_over = is_wanted(attempt)
            if self.plan.name_wanted and not takes_over and not (claims and claims.received):
                attempt.skip_existing(self.plan.name)
            self._reopen()
            if takes_over and attempt.holding.empty:
                TakingOver(attempt).run()
                self.plan = attempt.plan
            return self._fetch_and_finish()
        except NothingToFetchError:
            attempt.note(Notice.SKIPPED_EXISTING)
            return self._finished(attempt.name, 0)

    def _fetch_and_finish(self) -> JobFinished:
        while True:
            self._fetch()
            self._tools.post(JobFinishing())
            try:
                name = self._finish.run()
            except LostBytesError:
                self._count_restart()  # a part was not right: it alone is fetched again
            except WrongBaseError:
                self._begin_elsewhere()
            except ForeignBytesError:
                self._restart(Notice.RESTARTED_TAKEN_OVER)
            else:
                return self._finished(name, self._attempt.holding.received)

    def _finished(self, name: str, size: int) -> JobFinished:
        attempt = self._attempt
        skipped = Notice.SKIPPED_EXISTING in attempt.notices
        algorithm, source = (None if skipped else self._finish.proof) or (None, None)
        told = None if skipped or source == GIVEN else self._finish.verdict
        proof = None if skipped else self._finish.keepsake()
        attempt.holding.close()
        attempt.holding.drop_earlier(attempt.plan.folder)
        _log.info("%s: complete, %d bytes", self.plan.id, size)
        return JobFinished(name, size, attempt.notices, algorithm, source, told, proof)

    # -- earlier bytes -----------------------------------------------------------------------------------------

    def _reopen(self) -> None:
        """Take up the earlier part file if its bytes may be continued; drop them, and say so, if not."""
        claims, holding = self.plan.claims, self._attempt.holding
        if claims is None or not claims.received:
            return
        try:
            lost = holding.reopen(self.plan.folder / claims.part_name, self._attempt.interrupt.check)
        except DownloadError as error:
            gone = {FailureReason.PART_FILE_CHANGED} | (_AWAY if self.plan.restart else set())
            if error.failure.reason not in gone:
                raise
            self._restart(Notice.RESTARTED_PART_LOST, keep_part=False)
            return
        if self.plan.restart:
            self._restart(None)
        elif lost >= claims.received:
            self._restart(Notice.RESTARTED_PART_LOST)
        elif not holding.complete and not self._continuable():
            self._restart(Notice.RESTARTED_NO_RESUME)
        elif lost:
            self._attempt.note(Notice.BLOCKS_REFETCHED)
            self._attempt.tell(StoryKind.BLOCKS_BAD, lost)

    def _continuable(self) -> bool:
        """Say whether a version is known well enough to go on: strongly, or with a length and bytes to compare."""
        holding = self._attempt.holding
        return (
            holding.empty or holding.validator is not None or (holding.total is not None and holding.hint is not None)
        )

    def _restart(self, notice: Notice | None, *, keep_part: bool = True) -> None:
        """Begin anew from byte 0, claims withdrawn first."""
        self._count_restart()
        self._finish.forget()
        self._attempt.sources.forget_proofs()
        if notice is Notice.RESTARTED_CHANGED:
            self._attempt.told_total = None
        self._attempt.holding.forget(keep_part=keep_part)
        if self._restarts > 1:  # its answers do not fit each other: one stream, which is of one version
            self._attempt.ranges = False
        _log.info("%s: begun anew (%s)", self.plan.id, notice.name if notice else "asked for")
        if notice is not None:
            self._attempt.note(notice)
        self._attempt.tell(StoryKind.RESTARTED, notice)

    def _begin_elsewhere(self) -> None:
        """Throw away what came from an address that turned out not to have the file; another is left."""
        attempt = self._attempt
        self._finish.forget()
        attempt.sources.forget_proofs()
        attempt.told_total = self.plan.size
        attempt.holding.discard()
        _log.info("%s: begun anew with another address", self.plan.id)
        attempt.tell(StoryKind.RESTARTED, None)

    def _count_restart(self) -> None:
        self._restarts += 1
        if self._restarts > _RESTARTS:
            raise DownloadError.of(FailureReason.BAD_RANGE)

    # -- the bytes ---------------------------------------------------------------------------------------------

    def _fetch(self) -> None:
        """Fetch until nothing is missing: in this thread, helped by further connections where they help."""
        while not (self._attempt.holding.complete and self._joined):
            self._attempt.interrupt.check()
            try:
                self._crew.check()
                if self._attempt.holding.complete:
                    self._crew.dismiss()
                    self._prove_joins()
                    continue
                self._work()
                if not self._attempt.holding.complete:
                    self._crew.wait(_WAIT)
            except RestartError as error:
                self._crew.dismiss()
                self._restart(error.notice)
        self._crew.learn()
        self._crew.dismiss()

    @property
    def _joined(self) -> bool:
        """Whether the file is one: every join is proven, or a digest will prove the whole."""
        return self._attempt.proves_itself or not self._attempt.holding.doubts.offsets()

    def _prove_joins(self) -> None:
        source = next((one for one in self._attempt.sources.all if self._attempt.is_base(one)), None)
        source = source or self._attempt.sources.primary
        with self._tools.hosts.slot(host_of(source.resolved or source.address), self._attempt.interrupt) as slot:
            fetcher = SegmentFetcher(self._attempt, self._crew, source, slot)
            try:
                fetcher.prove_joins()
            finally:
                fetcher.slot.release()

    def _work(self) -> None:
        """Work as one of the connections, until nothing is left for this one."""
        source = self._attempt.sources.pick(monotonic())
        if source is None:
            self._await_source()
            return
        slot = self._slot(host_of(source.resolved or source.address))
        if slot is None:
            return
        with slot:  # until the fetcher is made, nobody else would give it back
            self._work_with(SegmentFetcher(self._attempt, self._crew, source, slot))

    def _work_with(self, fetcher: SegmentFetcher) -> None:
        try:
            self._crew.enter(fetcher)
            fetcher.work()
        except StoppedError:
            self._attempt.interrupt.check()  # else it was only this connection that was to end
        except DownloadError as error:
            self._crew.leave(fetcher)
            self._after(error, fetcher)
        finally:
            self._crew.leave(fetcher)

    def _await_source(self) -> None:
        """Where every address has failed lately, wait for the first to be worth another try; others may go on."""
        pause = self._attempt.sources.wait(monotonic())
        if self._crew.busy:
            return
        if pause is None or pause > _PATIENCE:
            raise self._last or DownloadError.of(FailureReason.CONNECT_FAILED, "no address is left to try")
        self._attempt.interrupt.wait(pause)

    def _slot(self, host: str) -> Slot | None:
        """Take a place among the connections to a host: wait for it, unless others are at work for this file."""
        hosts = self._tools.hosts
        return hosts.try_slot(host) if self._crew.busy else hosts.slot(host, self._attempt.interrupt)

    def _after(self, error: DownloadError, fetcher: SegmentFetcher) -> None:
        """Go on after a failure that others make good for, or that costs nothing to try again; raise any other."""
        others, reason, self._last = self._crew.busy, error.failure.reason, error
        another = self._attempt.sources.another(fetcher.source)
        if reason is FailureReason.NOT_THE_FILE and another and not (others or self.plan.claims or self.stopped):
            self._begin_elsewhere()
        network = reason < FailureReason.DISK_FULL or reason in _ELSEWHERE
        if not network or self.stopped or not self._continuable() or self._crew.must_ask(fetcher, error.failure):
            raise error
        self._crew.blame(fetcher, error, 2 if others else 1)
        if not others and not another:  # a loss after progress was made good by the connection
            raise error
        self._attempt.tell_lost(fetcher.source, error.failure)
        if others:
            self._crew.wait(_SOFT_PAUSE)
        else:
            _log.info("%s: goes on with another address", self.plan.id)
