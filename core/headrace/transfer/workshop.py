"""Makes the jobs of a process, and holds what they share. Brings the network along: loaded with the first of them."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from headrace.exchanges import ExchangeLog
from headrace.net.sessions import Transport
from headrace.recordings import Recording
from headrace.transfer.disk_rounds import DiskRounds
from headrace.transfer.events import JobEvent
from headrace.transfer.folder_lists import FolderLists
from headrace.transfer.hosts import HostMemory
from headrace.transfer.job import DownloadJob
from headrace.transfer.job_face import Job, Tap
from headrace.transfer.plan import ClaimKeeper, JobPlan
from headrace.transfer.rate import RateLimiter
from headrace.transfer.recording import RecordingJob
from headrace.transfer.rounds import Rounds
from headrace.transfer.tools import JobTools


class Workshop:
    """Makes jobs in the manager's thread; what they share is made once."""

    def __init__(
        self,
        ca_file: Path | None,
        keeper: ClaimKeeper,
        hosts: HostMemory,
        checkpointer: DiskRounds[Any],
        conductor: Rounds[Any],
    ) -> None:
        self._transport = Transport(ca_file)
        self._keeper, self._hosts = keeper, hosts
        self._checkpointer, self._conductor = checkpointer, conductor
        self._folder_lists = FolderLists()

    def trust(self, ca_file: Path | None) -> None:
        """Trust these authorities in the jobs to come."""
        self._transport = Transport(ca_file)

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
        tools = JobTools(
            self._transport,
            self._keeper,
            self._checkpointer,
            self._conductor,
            self._hosts,
            self._folder_lists,
            limiters,
            post,
            tap,
            exchanges,
        )
        return DownloadJob(plan, tools) if recording is None else RecordingJob(plan, tools, recording)

    def drop_idle(self) -> None:
        """Trust no connection that waits for its next request."""
        self._transport.drop_idle()

    def close(self) -> None:
        """Close what is kept open for the next request."""
        self._transport.close()
