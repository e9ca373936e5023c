"""What one attempt is given: the plan of the download, and the tools it shares with all others."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from headrace.claims import Claims
from headrace.net.sessions import Transport
from headrace.spec import Checksum, IfExists
from headrace.transfer.checkpoints import Checkpointer
from headrace.transfer.events import JobEvent
from headrace.transfer.rate import RateLimiter


@dataclass(frozen=True, slots=True)
class JobPlan:
    """One attempt at one download; times in seconds, limits in bytes/s."""

    id: str
    address: str
    folder: Path
    name: str
    name_wanted: bool
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    checksum: Checksum | None = None
    if_exists: IfExists = IfExists.RENAME
    claims: Claims | None = None
    connect_timeout: float = 10.0
    idle_timeout: float = 30.0
    restart: bool = False
    """Whether earlier bytes are to be thrown away."""


class ClaimKeeper(Protocol):
    """Where claims are written. Both calls come from worker threads."""

    def save_claims(self, download_id: str, claims: Claims | None) -> None:
        """Have claims written soon."""

    def flush(self, timeout: float) -> bool:
        """Wait until they are, at most `timeout` seconds; say whether they are."""


@dataclass(frozen=True, slots=True)
class JobTools:
    """What jobs share. `post` may be called from any thread."""

    transport: Transport
    keeper: ClaimKeeper
    checkpointer: Checkpointer
    limiters: tuple[RateLimiter, ...]
    post: Callable[[JobEvent], None]
