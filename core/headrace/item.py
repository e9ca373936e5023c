"""DownloadItem: one download's facts in memory, and the only door through which its state changes."""

from collections.abc import Callable
from dataclasses import replace
from time import monotonic
from typing import Any

from headrace.addresses import host_of
from headrace.snapshots import DownloadSnapshot, SegmentSnapshot
from headrace.states import RUNNING, TRANSITIONS, DownloadState, FailureReason
from headrace.store.records import DownloadRecord
from headrace.transfer.rate import RateEstimator, RateLimiter

_FETCH_ANEW = {FailureReason.CHECKSUM_MISMATCH, FailureReason.SIZE_MISMATCH, FailureReason.PART_FILE_CHANGED}


class DownloadItem:
    """One download. Lives in the manager's thread."""

    def __init__(self, record: DownloadRecord, headers: tuple[tuple[str, str], ...] = ()) -> None:
        self.record = record
        self.headers = headers
        """Request headers with their values: in memory only."""
        self.watcher: Callable[[DownloadItem, DownloadState], None] | None = None
        """Told of each change of state, with the state before."""
        self.restart = False
        """Whether the next attempt must begin at byte 0."""
        self.ending = False
        """Whether the next attempt has only to publish what was recorded."""
        self.address_is_new = False
        """Whether the address was replaced since bytes arrived."""
        self.progress_at_failure = 0
        self.limiter = RateLimiter(record.limit)
        self._estimator: RateEstimator | None = None
        self._segments: tuple[SegmentSnapshot, ...] = ()

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

    def note(self, **facts: Any) -> None:
        """Change facts other than the state."""
        self.record = replace(self.record, **facts)

    def change(self, state: DownloadState, **facts: Any) -> None:
        """Change the state, and facts with it. Raises ValueError for a change that the table does not know."""
        if state is not self.state and state not in TRANSITIONS[self.state]:
            raise ValueError(f"a download cannot go from {self.state.name} to {state.name}")
        if state is DownloadState.DOWNLOADING:
            self._estimator = RateEstimator(monotonic(), self.record.received)
        elif state not in RUNNING:
            self._estimator, self._segments = None, ()
        before = self.record
        self.note(state=state, **facts)
        if self.watcher is not None and before.state is not state:
            try:
                self.watcher(self, before.state)
            except BaseException:
                self.record = before  # who counts states must not count others than there are
                raise

    def queue_again(self) -> None:
        """Queue a paused, waiting or failed download with its full budget; what was proven wrong is fetched anew."""
        failure = self.record.failure
        if failure is not None and failure.reason in _FETCH_ANEW:
            self.restart = True
        self.change(DownloadState.QUEUED, failure=None, retry_at=None, attempts=0)

    def progress(self, received: int, segments: tuple[SegmentSnapshot, ...], now: float) -> bool:
        """Take a reading of the running job at monotonic time `now`; say whether there is anything new to show."""
        before = (self.record.received, self.speed)
        self._segments = segments
        if self._estimator is not None:
            self._estimator.update(now, received)
        self.note(received=received)
        return before != (received, self.speed)

    def snapshot(self, place: int) -> DownloadSnapshot:
        """Return the frozen view at queue place `place`."""
        record = self.record
        missing = None if record.total is None else record.total - record.received
        return DownloadSnapshot(
            id=record.id,
            address=record.address,
            host=host_of(record.address),
            name=record.name,
            folder=record.folder,
            state=record.state,
            total=record.total,
            received=record.received,
            speed=self.speed,
            time_left=self._estimator.time_left(missing) if self._estimator and self.speed is not None else None,
            connections=sum(segment.connected for segment in self._segments),
            resumable=record.resumable,
            added_at=record.added_at,
            finished_at=record.finished_at,
            retry_at=record.retry_at,
            failure=record.failure,
            notices=record.notices,
            checksum_verified=record.checksum_verified,
            checksum_source=record.checksum_source,
            queue_place=place,
            segments=self._segments,
            is_recording=record.recording is not None,
        )
