"""Makes the jobs of a process, and holds what they share. Brings the network along: loaded with the first of them."""

from collections.abc import Callable
from typing import Any
from weakref import WeakSet

from headrace.exchanges import ExchangeLog
from headrace.net.idle import Closable
from headrace.net.sessions import Transport
from headrace.net_options import NetContext, NetOptions
from headrace.recordings import Recording
from headrace.transfer.disk_rounds import DiskRounds
from headrace.transfer.events import JobEvent
from headrace.transfer.folder_lists import FolderLists
from headrace.transfer.host_limits import HostLimits
from headrace.transfer.hosts import HostMemory, QuietHosts
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
        options: NetOptions,
        context: NetContext,
        keeper: ClaimKeeper,
        hosts: HostMemory,
        checkpointer: DiskRounds[Any],
        conductor: Rounds[Any],
    ) -> None:
        self._context = context
        self._open: WeakSet[Closable] = WeakSet()
        """What holds connections, of settings before these too, as long as a job uses it or its connections wait."""
        self._transport = self._transport_of(options)
        self._keeper, self._hosts = keeper, hosts
        self._checkpointer, self._conductor = checkpointer, conductor
        self._folder_lists = FolderLists()
        self._limits = HostLimits(context.hosts)

    def follow(self, options: NetOptions) -> None:
        """Heed these in the jobs to come."""
        self._transport.drop_idle()
        self._transport = self._transport_of(options)

    def follow_rules(self) -> None:
        """Put the speeds of the rules of hosts in force at once."""
        self._limits.follow()

    def _transport_of(self, options: NetOptions) -> Transport:
        made = Transport(options, self._context)
        self._open.update((made.adapter, made.adapter.idle, made.versions))
        return made

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
        transport = self._transport.through(plan.proxy).carrying(plan.cookies)
        tools = JobTools(
            transport.unwritten() if plan.stem else transport,
            self._keeper,
            self._checkpointer,
            self._conductor,
            QuietHosts(self._hosts) if plan.stem else self._hosts,
            self._folder_lists,
            limiters,
            post,
            tap,
            self._limits,
            exchanges,
        )
        return DownloadJob(plan, tools) if recording is None else RecordingJob(plan, tools, recording)

    def drop_idle(self) -> None:
        """Trust no connection that waits for its next request."""
        self._transport.drop_idle()

    def close(self) -> None:
        """Close what is kept open for the next request."""
        for adapter in list(self._open):
            adapter.close()
