"""What all jobs share."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from headrace.exchanges import ExchangeLog
from headrace.net.sessions import Transport
from headrace.transfer.disk_rounds import DiskRounds
from headrace.transfer.events import JobEvent
from headrace.transfer.folder_lists import FolderLists
from headrace.transfer.host_limits import HostLimits
from headrace.transfer.hosts import HostMemory
from headrace.transfer.job_face import Tap
from headrace.transfer.plan import ClaimKeeper
from headrace.transfer.rate import RateLimiter
from headrace.transfer.rounds import Rounds


@dataclass(frozen=True, slots=True)
class JobTools:
    """What jobs share. `post` may be called from any thread."""

    transport: Transport
    keeper: ClaimKeeper
    checkpointer: DiskRounds[Any] | Rounds[Any]
    """Has claims written again and again."""
    conductor: Rounds[Any]
    """Has the number of connections looked at again and again."""
    hosts: HostMemory
    folder_lists: FolderLists
    limiters: tuple[RateLimiter, ...]
    post: Callable[[JobEvent], None]
    tap: Tap | None = None
    host_limits: HostLimits | None = None
    """Speeds by the rules of hosts; None for none."""
    exchanges: ExchangeLog = field(default_factory=ExchangeLog)
    """Where the requests of this download are kept to be looked at."""
