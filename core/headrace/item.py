"""DownloadItem: one download's facts in memory, and the only door through which its state changes."""

from collections.abc import Callable
from sys import intern
from time import monotonic
from typing import Any

from headrace.activity import Activity
from headrace.addresses import host_of
from headrace.answers import AnswerFacts
from headrace.own_cookies import OwnCookies, remembered
from headrace.snapshots import DownloadSnapshot, SegmentSnapshot
from headrace.spec import IfExists
from headrace.states import RUNNING, TRANSITIONS, DownloadState, FailureReason
from headrace.store.records import DownloadRecord
from headrace.transfer.rate import RateEstimator, RateLimiter
from headrace.viewing import Working, snapshot_of
from headrace.watches import Watch

_FETCH_ANEW = {FailureReason.CHECKSUM_MISMATCH, FailureReason.SIZE_MISMATCH, FailureReason.PART_FILE_CHANGED}


class DownloadItem:
    """One download. Lives in the manager's thread."""

    __slots__ = (
        "_activity",
        "_claimed",
        "_estimator",
        "_host",
        "_limiter",
        "_segments",
        "address_is_new",
        "answer",
        "cookies",
        "ending",
        "headers",
        "is_missing",
        "is_verifying",
        "progress_at_failure",
        "record",
        "renamed",
        "restart",
        "version_of",
        "watch",
        "watcher",
    )
    """There may be 100,000 of them."""

    def __init__(
        self, record: DownloadRecord, headers: tuple[tuple[str, str], ...] = (), cookies: OwnCookies | None = None
    ) -> None:
        self.record = record
        self.headers = headers
        """Request headers with their values: in memory only."""
        self.cookies = cookies or remembered(record.cookies)
        """Its own cookies: in memory only; None where there are none, or none any more."""
        self.watcher: Callable[[DownloadItem, DownloadState], None] | None = None
        """Told of each change of state, with the state before."""
        self.restart = False
        """Whether the next attempt must begin at byte 0."""
        self.ending = False
        """Whether the next attempt has only to publish what was recorded."""
        self.address_is_new = False
        """Whether the address was replaced since bytes arrived."""
        self.renamed = False
        """Whether a person gave it another name since its job began: what that job calls it is out of date."""
        self.is_missing = False
        """Whether its finished file was found to be gone: in memory only."""
        self.is_verifying = False
        """Whether its finished file is read, or is going to be, to be compared with what is known of it."""
        self.watch: Watch | None = None
        """How its address is looked at again and again; kept apart from the record."""
        self.version_of: str | None = None
        """The watched download of which it fetches what may be a new version."""
        self.progress_at_failure = 0
        self._limiter: RateLimiter | None = None
        self._estimator: RateEstimator | None = None
        self.answer: AnswerFacts | None = None
        """What the server said last of the file: in memory only."""
        self._segments: tuple[SegmentSnapshot, ...] = ()
        self._claimed = _claimed(record)
        self._host = intern(host_of(record.address))
        self._activity: Activity | None = None

    @property
    def limiter(self) -> RateLimiter:
        """What bounds its speed; few of many downloads ever need one."""
        if self._limiter is None:
            self._limiter = RateLimiter(self.record.limit)
        return self._limiter

    @property
    def id(self) -> str:
        """16 hexadecimal digits."""
        return self.record.id

    @property
    def state(self) -> DownloadState:
        """The state, changed by `change` alone."""
        return self.record.state

    @property
    def running(self) -> bool:
        """Whether the state is one in which a job works."""
        return self.state in RUNNING

    @property
    def speed(self) -> float | None:
        """Bytes per second, None unless bytes are arriving."""
        return self._estimator.speed if self._estimator and self.state is DownloadState.DOWNLOADING else None

    @property
    def segments(self) -> tuple[SegmentSnapshot, ...]:
        """The segments of the running job, as last read."""
        return self._segments

    def note(self, **facts: Any) -> None:
        """Change facts other than the state."""
        if self._activity is not None and "received" in facts and self.state is not DownloadState.CONNECTING:
            self._activity.count_to(facts["received"])  # while it connects, it may not have looked what is there
            facts |= {"active_seconds": self._activity.seconds, "active_bytes": self._activity.count}
        self.record = self.record.but(**facts)
        if "address" in facts:
            self._host = host_of(self.record.address)
        if "claims" in facts:
            self._claimed = _claimed(self.record)

    def change(self, state: DownloadState, **facts: Any) -> None:
        """Change the state, and facts with it. Raises ValueError for a change that the table does not know."""
        if state is not self.state and state not in TRANSITIONS[self.state]:
            raise ValueError(f"a download cannot go from {self.state.name} to {state.name}")
        if state is DownloadState.DOWNLOADING:
            self._estimator = RateEstimator(monotonic(), self.record.received)
        elif state not in RUNNING:
            self._estimator, self._segments = None, ()
        before = self.record
        facts = self._active(state) | facts
        self.note(state=state, **facts)
        if self.watcher is not None and before.state is not state:
            try:
                self.watcher(self, before.state)
            except BaseException:
                self.record = before  # who counts states must not count others than there are
                raise

    def _active(self, state: DownloadState) -> dict[str, Any]:
        """Count the time in which bytes come; return the facts of it at the change to `state`."""
        if state is DownloadState.DOWNLOADING:
            self._activity = self._activity or Activity(self.record.active_seconds, self.record.active_bytes)
            self._activity.begin(monotonic(), self.record.received)
        elif self._activity is None:
            return {}
        elif self.running:
            self._activity.pause(monotonic())
        else:
            self._activity.forget()
        return {"active_seconds": self._activity.seconds, "active_bytes": self._activity.count}

    def queue_again(self) -> None:
        """Queue a paused, waiting or failed download with its full budget; what was proven wrong is fetched anew."""
        failure = self.record.failure
        if failure is not None and failure.reason in _FETCH_ANEW:
            self.restart = True
        if failure is not None and failure.reason is FailureReason.NOT_TAKEN_OVER:
            self.note(partial=None)
        self.change(DownloadState.QUEUED, failure=None, retry_at=None, attempts=0)

    def fetch_anew(self) -> None:
        """Queue a finished download once more, from byte 0; a file that is still there is never overwritten."""
        self._activity, self.is_missing = None, False
        self.change(
            DownloadState.QUEUED,
            finished_at=None,
            total=None,
            received=0,
            resumable=None,
            failure=None,
            retry_at=None,
            attempts=0,
            notices=(),
            checksum_verified=None,
            checksum_source=None,
            told=None,
            proof=None,
            claims=None,
            relocation=None,
            partial=None,
            if_exists=IfExists.RENAME,
            name_wanted=self.record.name_wanted or not (self.record.recording and self.record.recording.rolls),
            active_seconds=0.0,
            active_bytes=0,
            at_once=False,
        )

    def progress(self, received: int, segments: tuple[SegmentSnapshot, ...], now: float) -> bool:
        """Take a reading of the running job at monotonic time `now`; say whether there is anything new to show."""
        before = (self.record.received, self.speed, self._claimed)
        self._segments, self._claimed = segments, self._claimed_of(received, segments)
        if self._activity is not None:
            self._activity.pass_time(now)
        if self._estimator is not None:
            self._estimator.update(now, received)
        self.note(received=received)
        return before != (received, self.speed, self._claimed)

    def _claimed_of(self, received: int, segments: tuple[SegmentSnapshot, ...]) -> int:
        """Return the claimed bytes of a running job; what a recording has published before is safe."""
        claimed = sum((one.claimed or one.start) - one.start for one in segments)
        if self.record.recording is not None:
            claimed += max(0, received - sum(one.position - one.start for one in segments))
        return min(received, claimed)

    def snapshot(self, place: int) -> DownloadSnapshot:
        """Return the frozen view at queue place `place`."""
        record, speed = self.record, self.speed
        missing = None if record.total is None else record.total - record.received
        working = Working(
            claimed=self._claimed,
            speed=speed,
            time_left=self._estimator.time_left(missing) if self._estimator and speed is not None else None,
            segments=self._segments,
            is_missing=self.is_missing,
            is_verifying=self.is_verifying,
            watch=self.watch,
            version_of=self.version_of,
        )
        return snapshot_of(record, place, self._host, working)


def _claimed(record: DownloadRecord) -> int:
    """Return how many bytes are flushed and vouched for, as long as no job tells more."""
    if record.state is DownloadState.COMPLETED:
        return record.received
    return record.claims.received if record.claims else 0
