"""Which waiting downloads may start now, and which of them first. Pure: no clock, no I/O."""

from bisect import insort
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from heapq import merge
from itertools import islice
from operator import attrgetter
from types import MappingProxyType
from typing import Final, Generic, NamedTuple, Protocol, TypeVar

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

    @property
    def at_once(self) -> bool:
        """Whether it starts regardless of queues and of what runs."""

    @property
    def address(self) -> str:
        """Where it comes from."""


class HasRecord(Protocol):
    """An item with its record."""

    @property
    def record(self) -> Waiting:
        """What decides about it."""


Owner = TypeVar("Owner", bound="HasRecord")


def lined_up(waiting: Iterable[Owner]) -> list[Owner]:
    """Return the owners of what waits as they are to start: higher priorities first, then by place."""
    line = sorted(waiting, key=_BY_PLACE)
    line.sort(key=_BY_PRIORITY, reverse=True)
    return line


def turn(waiting: HasRecord) -> tuple[int, float]:
    """Return what puts the owner of something that waits in its place among those that are lined up."""
    return -waiting.record.priority, waiting.record.place


class Room(NamedTuple):
    """How many downloads may start beside those that run."""

    total: int
    closed: frozenset[str] = frozenset()
    """Queues that start nothing."""
    queues: Mapping[str, int] = MappingProxyType({})
    """How many more each queue may start that has a bound of its own."""
    near: frozenset[str] = frozenset()
    """Closed queues that start what comes from near all the same."""
    is_near: Callable[[str], bool] = bool
    """Says of an address whether it is near, that is within the own network."""


class WaitingLines(Generic[Owner]):
    """What waits, a line for each queue; and one for what is to start at once, for which there is always room."""

    def __init__(self, waiting: Iterable[Owner]) -> None:
        by_line: dict[str | None, list[Owner]] = {}
        for owner in waiting:
            by_line.setdefault(_line_of(owner), []).append(owner)
        self._lines = {name: deque(lined_up(owners)) for name, owners in by_line.items()}
        self._near: dict[str, deque[Owner]] = {}
        """Of queues that start nothing else, what comes from near: found once, for it may be one of 100,000."""

    def insert(self, owner: Owner) -> None:
        """Put one where it is its turn."""
        insort(self._lines.setdefault(_line_of(owner), deque()), owner, key=turn)
        self._near.clear()

    def startable(self, room: Room, waits: Callable[[Owner], bool], is_busy: Callable[[Owner], bool]) -> list[Owner]:
        """Return those for which there is room, in turn; busy ones keep their place, who `waits` no more loses it."""
        for line in self._lines.values():
            while line and not waits(line[0]):
                line.popleft()
        able = [owner for owner in self._lines.get(None, ()) if waits(owner) and not is_busy(owner)]
        lines = [
            islice((owner for owner in line if waits(owner) and not is_busy(owner)), max(0, room.queues[name]))
            if name in room.queues
            else (owner for owner in line if waits(owner) and not is_busy(owner))
            for name, line in self._open_lines(room)
        ]
        return able + list(islice(merge(*lines, key=turn), max(0, room.total - len(able))))

    def _open_lines(self, room: Room) -> Iterator[tuple[str, Iterable[Owner]]]:
        """Yield the lines of queues that start anything, of some only what comes from near."""
        for name, line in self._lines.items():
            if name is not None and name not in room.closed:
                yield name, line
            elif name is not None and name in room.near:
                if name not in self._near:
                    self._near[name] = deque(owner for owner in line if room.is_near(owner.record.address))
                yield name, self._near[name]


def _line_of(owner: HasRecord) -> str | None:
    return None if owner.record.at_once else owner.record.queue
