"""The story of a download: what happened to it, in order, as numbers and data without words for people. Pure."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum
from types import MappingProxyType
from typing import Any, Final

from headrace.addresses import redacted

FIRST_KEPT: Final = 20
NEWEST_KEPT: Final = 180
"""Entries of one story that are kept: its beginning and what happened last."""
PACE: Final = 10.0
"""Seconds between two entries on what may happen many times a second."""
_LONGEST: Final = 500
"""Characters of one text, at most."""
_SETTLED: Final = 1.0
"""Seconds for which a number of connections must stand to be worth an entry."""

Datum = str | int | float | None


class StoryKind(IntEnum):
    """What happened. The numbers are stored: never reuse one."""

    ADDED = 1
    STARTED = 2
    CONNECTED = 3
    RESTARTED = 4
    CONNECTIONS = 5
    RETRY = 6
    PAUSED = 7
    RESUMED = 8
    FAILED = 9
    NOTED = 10
    SOURCE_LEFT = 11
    VERIFIED = 12
    FINISHED = 13
    REMOVED = 14
    RESTORED = 15
    LOST = 16
    BLOCKS_BAD = 17
    STOPPED = 18
    TAKEN_UP = 19
    READDRESSED = 20
    RENAMED = 21
    RELOCATED = 22
    CHECKED = 23
    ASKED_ANEW = 24
    TAKEN_OVER = 25
    HELD = 26
    NEW_VERSION = 33
    SUPERSEDED = 34


_K = StoryKind
FIELDS: Mapping[StoryKind, tuple[str, ...]] = MappingProxyType(
    {
        _K.ADDED: ("host", "mirrors"),
        _K.STARTED: ("attempt",),
        _K.CONNECTED: ("host", "status", "total", "resumable", "received"),
        _K.RESTARTED: ("notice",),
        _K.CONNECTIONS: ("count",),
        _K.RETRY: ("reason", "status", "wait"),
        _K.PAUSED: ("received",),
        _K.RESUMED: ("received",),
        _K.FAILED: ("reason", "status", "detail"),
        _K.NOTED: ("notice",),
        _K.SOURCE_LEFT: ("host", "reason"),
        _K.VERIFIED: ("algorithm", "source"),
        _K.FINISHED: ("size", "seconds"),
        _K.REMOVED: (),
        _K.RESTORED: (),
        _K.LOST: ("host", "reason", "status"),
        _K.BLOCKS_BAD: ("size",),
        _K.STOPPED: ("received",),
        _K.TAKEN_UP: ("received",),
        _K.READDRESSED: ("host",),
        _K.RENAMED: ("name",),
        _K.RELOCATED: ("folder",),
        _K.CHECKED: ("verdict", "proof"),
        _K.ASKED_ANEW: (),
        _K.TAKEN_OVER: ("size", "samples", "program"),
        _K.HELD: ("hold",),
        _K.NEW_VERSION: ("name",),
        _K.SUPERSEDED: ("name",),
    }
)
"""What the data of each kind is. Hosts are "host:port" and never whole addresses; "reason" is a FailureReason, "notice"
a Notice or None for what was asked for; sizes in bytes, "wait" and "seconds" (since it was added) in seconds, "status"
of HTTP. LOST is a connection that ended before its work was done, STOPPED the end of the program, TAKEN_UP the next one
finding a download under way, READDRESSED another first address, CHECKED a look at a finished file: "verdict" is the
value of an outcomes.FileVerdict, "proof" an algorithm or None where only the size is known. TAKEN_OVER
is bytes of another program's file, of which samples were compared with the server's: "program" is the value of a
takeover.Program. HELD is a stop because the queue starts nothing now: "hold" is the value of a day.HoldReason.
NEW_VERSION is another version of a watched file, called "name"; SUPERSEDED is told of the one before it, with the name
that this one has now."""


@dataclass(frozen=True, slots=True)
class StoryEntry:
    """One thing that happened, at Unix time `at`. Raises ValueError for data that is not what FIELDS says."""

    at: float
    kind: StoryKind
    data: tuple[Datum, ...] = ()

    def __post_init__(self) -> None:
        if len(self.data) != len(FIELDS[self.kind]):
            raise ValueError(f"an entry of {self.kind.name} has {len(FIELDS[self.kind])} data, not {len(self.data)}")

    @classmethod
    def of(cls, at: float, kind: StoryKind, *data: Datum) -> "StoryEntry":
        """Make an entry; addresses in its texts lose their secrets."""
        return cls(at, kind, tuple(map(_plain, data)))

    @property
    def facts(self) -> dict[str, Datum]:
        """The data by their names in FIELDS."""
        return dict(zip(FIELDS[self.kind], self.data, strict=True))

    def data_text(self) -> str:
        """Return the data in the form that `stored` reads, in ASCII."""
        return json.dumps(self.data, allow_nan=False)

    @classmethod
    def stored(cls, at: float, kind: int, data: str) -> "StoryEntry":
        """Rebuild an entry from a row. Raises ValueError or TypeError for one that makes no sense."""
        values: Any = json.loads(data)
        if not isinstance(values, list) or not all(isinstance(one, str | int | float | None) for one in values):
            raise ValueError("the data of a stored entry are not plain values")
        return cls(float(at), StoryKind(kind), tuple(values))


def _plain(datum: Datum) -> Datum:
    if isinstance(datum, str):
        return redacted(datum)[:_LONGEST]
    return int(datum) if isinstance(datum, int) else datum  # members of enumerations, True and False


def joined(earlier: Iterable[StoryEntry], later: Iterable[StoryEntry]) -> tuple[StoryEntry, ...]:
    """Return a story as it was read with what was told meanwhile, of which the reader may have met some already."""
    known = list(earlier)
    return (*known, *(entry for entry in later if entry not in known))


class Headcount:
    """Says when a number of connections is worth an entry: changed, settled, and not too soon after the last."""

    def __init__(self) -> None:
        self._told, self._told_at = 1, float("-inf")
        self._seen, self._seen_at = 1, 0.0

    def due(self, count: int, now: float) -> bool:
        """Take in the number at `now`, in seconds of any one clock; say whether to tell it."""
        if count != self._seen:
            self._seen, self._seen_at = count, now
        if not count or count == self._told or now - self._seen_at < _SETTLED or now - self._told_at < PACE:
            return False
        self._told, self._told_at = count, now
        return True
