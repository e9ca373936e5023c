"""What the runner does with a job, and with what makes jobs; the network they need is loaded with the first."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

from headrace.details import ConnectionSnapshot
from headrace.exchanges import ExchangeLog
from headrace.net_options import NetOptions
from headrace.recordings import Recording
from headrace.snapshots import SegmentSnapshot
from headrace.states import Failure
from headrace.transfer.events import JobEvent
from headrace.transfer.plan import JobPlan
from headrace.transfer.rate import RateLimiter

Tap = Callable[[str, memoryview, str | None], None]
"""Given the id, the bytes in order and their charset as they are written, in the worker's thread."""


class Job(Protocol):
    """One attempt at one download. `run` is called in a thread of its own, all else in any."""

    @property
    def stopped(self) -> bool:
        """Whether `stop` was called."""

    @property
    def received(self) -> int:
        """Bytes written so far."""

    @property
    def device(self) -> int | None:
        """The disk that is written to, None where nothing is."""

    @property
    def part_path(self) -> Path | None:
        """The part file, None without one."""

    def segments(self) -> tuple[SegmentSnapshot, ...]:
        """Every segment as it stands."""

    def connections(self) -> tuple[ConnectionSnapshot, ...]:
        """Every connection as it stands; for one thread."""

    def run(self) -> None:
        """Do the whole attempt and post how it ended, exactly once and last of all."""

    def stop(self, failure: Failure | None = None) -> None:
        """End the attempt, with `failure` where there is one: returns in microseconds."""

    def end(self) -> bool:
        """Stop and keep what was recorded; False where nothing is recorded, or not any more."""

    def checkpoint(self) -> None:
        """Flush what is written, then have it claimed."""

    def revise(self, **wishes: Any) -> None:
        """Heed what a person changed of the plan meanwhile."""

    def look_around(self, now: float, *, upset: bool) -> None:
        """End dead connections; after an upheaval of the network none is trusted that brings nothing soon."""


class JobMaker(Protocol):
    """Makes jobs: `headrace.transfer.workshop.Workshop`."""

    def make(
        self,
        plan: JobPlan,
        recording: Recording | None,
        limiters: tuple[RateLimiter, ...],
        post: Callable[[JobEvent], None],
        tap: Tap | None,
        exchanges: ExchangeLog,
    ) -> Job:
        """Make a job, of a recording where there are wishes for one; `post` may be called from any thread."""

    def follow(self, options: NetOptions) -> None:
        """Heed these in the jobs to come."""

    def follow_rules(self) -> None:
        """Put the speeds of the rules of hosts in force at once."""

    def drop_idle(self) -> None:
        """Trust no connection that waits for its next request."""

    def close(self) -> None:
        """Close what is kept open for the next request."""
