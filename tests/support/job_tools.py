"""The tools of jobs, opened for a test: a real transport, real rounds, and a keeper that only remembers."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from headrace.net.sessions import Transport
from headrace.net_options import NetOptions
from headrace.transfer.events import JobEvent
from headrace.transfer.folder_lists import FolderLists
from headrace.transfer.hosts import HostMemory
from headrace.transfer.plan import ClaimKeeper
from headrace.transfer.rate import RateLimiter
from headrace.transfer.rounds import Rounds
from headrace.transfer.tools import JobTools

PACE = 0.05
"""Seconds between rounds: shorter than a person's engine has, so that tests see many."""


@contextmanager
def opened_tools(
    keeper: ClaimKeeper,
    post: Callable[[JobEvent], None] = lambda _event: None,
    *,
    ca_file: Path | None = None,
    limiters: tuple[RateLimiter, ...] = (),
    per_host: int = 16,
) -> Iterator[JobTools]:
    """Open tools for any number of jobs; all must have ended when the block does."""
    checkpointer: Rounds[Any] = Rounds("checkpoints", lambda job: job.checkpoint(), PACE, share=4.0)
    conductor: Rounds[Any] = Rounds("conductor", lambda job: job.conduct(), PACE)
    transport = Transport(NetOptions(ca_file))
    hosts = HostMemory(per_host)
    try:
        yield JobTools(transport, keeper, checkpointer, conductor, hosts, FolderLists(), limiters, post)
    finally:
        closed = checkpointer.close(5), conductor.close(5)
        transport.close()
    assert closed == (True, True)
