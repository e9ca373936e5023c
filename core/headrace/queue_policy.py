"""Which waiting downloads may start now. Pure: no clock, no I/O."""

from collections.abc import Iterable
from itertools import islice


def startable(waiting: Iterable[str], running: int, max_running: int) -> list[str]:
    """Return the ids from `waiting`, in queue order, that fit beside `running` jobs under "at most N at once"."""
    return list(islice(waiting, max(0, max_running - running)))
