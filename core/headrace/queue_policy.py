"""Which waiting downloads may start now, and which of them first. Pure: no clock, no I/O."""

from collections.abc import Collection, Iterable
from itertools import islice
from operator import attrgetter
from typing import Final, Protocol, TypeVar

_BY_PLACE: Final = attrgetter("record.place")
_BY_PRIORITY: Final = attrgetter("record.priority")
"""Two quick sorts are several times as fast as one by pairs, and the line is made anew at every batch."""


class Waiting(Protocol):
    """What decides about a download that waits."""

    @property
    def place(self) -> float:
        """Its rank in the queue."""

    @property
    def priority(self) -> int:
        """-1, 0 or 1."""

    @property
    def queue(self) -> str:
        """The name of its queue."""


class HasRecord(Protocol):
    """An item with its record."""

    @property
    def record(self) -> Waiting:
        """What decides about it."""


Owner = TypeVar("Owner", bound=HasRecord)


def lined_up(waiting: Iterable[Owner]) -> list[Owner]:
    """Return the owners of what waits as they are to start: higher priorities first, then by place."""
    line = sorted(waiting, key=_BY_PLACE)
    line.sort(key=_BY_PRIORITY, reverse=True)
    return line


def turn(waiting: HasRecord) -> tuple[int, float]:
    """Return what puts the owner of something that waits in its place among those that are lined up."""
    return -waiting.record.priority, waiting.record.place


def is_held(waiting: Waiting, held: Collection[str]) -> bool:
    """Say whether a download waits in one of the queues that start nothing."""
    return waiting.queue in held


def startable(waiting: Iterable[str], running: int, max_running: int) -> list[str]:
    """Return the ids from `waiting`, in their order, that fit beside `running` jobs under "at most N at once"."""
    return list(islice(waiting, max(0, max_running - running)))
