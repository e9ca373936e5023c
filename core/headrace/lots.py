"""Lots: finished downloads that lie dormant, hundreds together, each fact of all of them in one text."""

import json
from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import starmap
from math import isnan
from operator import attrgetter
from pathlib import Path
from typing import Final, NamedTuple, TypeVar

from headrace.activity import average_speed
from headrace.addresses import host_of
from headrace.checksums import Checksum
from headrace.filters import Category, categories_of, category_named
from headrace.snapshots import DownloadSnapshot
from headrace.store.records import RECORD_COLUMNS, DownloadRecord, record_from, told_from
from headrace.viewing import Working, snapshot_of

ROW: Final = "\0"
"""What stands between two downloads in a text."""
SAME: Final = "="
"""In the place of a final address: it is the address itself."""
_ADDED, _FINISHED, _TOTAL = range(3)
_NOTED_AT_ONCE: Final = 10
_SAMPLES: Final = 2
_QUEUE: Final = attrgetter("queue")
_OWN_COLUMNS: Final = {
    "id": "",
    "place": 0.0,
    "address": "",
    "name": "",
    "added_at": 0.0,
    "finished_at": None,
    "total": None,
    "received": 0,
    "checksum": None,
    "told": None,
    "proof": None,
    "final_address": None,
    "active_seconds": 0.0,
    "active_bytes": 0,
}
"""Columns that differ from one finished download to the next, and what stands for each in a pattern."""
PATTERN_COLUMNS: Final = tuple(name for name in RECORD_COLUMNS if name not in _OWN_COLUMNS)
"""The others: what many have in common."""
Value = TypeVar("Value")


class _Own(NamedTuple):
    """What one download has of its own besides name, address and the numbers; None for what is not known."""

    place: str
    received: int
    seconds: str
    """How long bytes came."""
    counted: int
    """How many came then."""
    checksum: str | None = None
    told: str | None = None
    proof: str | None = None
    final: str | None = None


class Lot:
    """Frozen: a download of it that changes is woken, and what the lot says of it counts no longer."""

    __slots__ = ("_categories", "_folded", "_numbers", "_own", "_texts", "groups", "ids", "patterns")

    def __init__(
        self, ids: Sequence[str], texts: str, own: str, numbers: Sequence[str], patterns: Sequence[DownloadRecord]
    ) -> None:
        """Make one of what was read, all in the order of the ids. Raises ValueError for what does not fit.

        `texts` hold name, line feed, address; `own` a JSON array of what `_Own` has; `numbers` are, with commas between
        them, when they were added and finished, and their sizes; `patterns` are records that say all the rest, shared
        by many.
        """
        self.ids = tuple(ids)
        self.patterns = tuple(patterns)
        self._texts, self._own = texts, own
        self._folded: str | None = None
        self._numbers: list[str | array[float]] = list(numbers)
        """A text until it is asked for: most never are."""
        counts = {texts.count(ROW) + 1, own.count(ROW) + 1, len(self.ids), len(self.patterns)}
        if len(counts) > 1:
            raise ValueError("a name or an address holds what stands between two")
        self._column(_ADDED)  # what a list is sorted by until somebody chooses
        self._categories = self._find_categories()
        self.groups = Counter[Category | str](self._categories)
        """How many are in each category, and in each queue."""
        self.groups.update(self.queues())

    def __len__(self) -> int:
        return len(self.ids)

    # One download

    def record(self, download_id: str) -> DownloadRecord:
        """Return what is stored of a download."""
        number = self.ids.index(download_id)
        name, _, address = self._texts.split(ROW, number + 1)[number].rpartition("\n")
        own = _Own(*json.loads(self._own.split(ROW, number + 1)[number]))
        finished, total = self._column(_FINISHED)[number], self._column(_TOTAL)[number]
        return self.patterns[number].but(
            id=self.ids[number],
            place=float(own.place),
            address=address,
            name=name,
            added_at=self._column(_ADDED)[number],
            finished_at=None if isnan(finished) else finished,
            total=None if isnan(total) else int(total),
            received=own.received,
            checksum=Checksum.parse(own.checksum) if own.checksum else None,
            told=told_from(own.told) if own.told else None,
            proof=own.proof,
            final_address=address if own.final == SAME else own.final,
            active_seconds=float(own.seconds),
            active_bytes=own.counted,
        )

    def place(self, download_id: str) -> float:
        """Return a download's rank in the queue."""
        number = self.ids.index(download_id)
        return float(_Own(*json.loads(self._own.split(ROW, number + 1)[number])).place)

    def snapshot(self, download_id: str, place: int) -> DownloadSnapshot:
        """Return the frozen view of a download at queue place `place`."""
        record = self.record(download_id)
        return snapshot_of(record, place, host_of(record.address), Working(record.received))

    # All of them, in the order of the ids

    def folded(self) -> str:
        """Return names and addresses casefolded, a NUL between two downloads: what searches look through."""
        if self._folded is None:
            folded = self._texts.casefold()
            self._folded = self._texts if folded == self._texts else folded
        return self._folded

    def names(self) -> list[str]:
        """Return the names of the files."""
        return _parts(self._texts, len(self))[0]

    def folded_names(self) -> list[str]:
        """Return the names of the files, casefolded."""
        return _parts(self.folded(), len(self))[0]

    def addresses(self) -> list[str]:
        """Return the addresses."""
        return _parts(self._texts, len(self))[1]

    def may_fetch(self, address: str) -> bool:
        """Say whether an address may be among theirs."""
        return address in self._texts

    def categories(self) -> tuple[Category, ...]:
        """Return the categories they are in."""
        return self._categories

    def _find_categories(self) -> tuple[Category, ...]:
        named = categories_of(self.names())
        given = self.by_pattern(lambda pattern: category_named(pattern.category))
        return tuple(map(_first, given, named)) if any(given) else tuple(named)

    def queues(self) -> list[str]:
        """Return the names of their queues."""
        return list(map(_QUEUE, self.patterns))

    def added(self) -> Sequence[float]:
        """Return when they were added, in Unix seconds."""
        return self._column(_ADDED)

    def finished(self) -> Sequence[float]:
        """Return when they were finished, in Unix seconds; NaN where that is not known."""
        return self._column(_FINISHED)

    def totals(self) -> Sequence[float]:
        """Return their sizes in bytes; NaN where that is not known."""
        return self._column(_TOTAL)

    def average_speeds(self) -> list[float | None]:
        """Return bytes per second over the time in which bytes came, None where that is not known."""
        return [average_speed(float(one.seconds), one.counted) for one in self._each_own()]

    def hosts(self) -> list[str]:
        """Return the hosts."""
        return [_host(parts[0], parts[2]) for parts in [address.split("/", 3) for address in self.addresses()]]

    def received(self) -> list[int]:
        """Return how many bytes of each came."""
        return [one.received for one in self._each_own()]

    def have_checksums(self) -> list[bool]:
        """Say of each whether it is known what its file must hash to."""
        return [bool(one.checksum or one.told) for one in self._each_own()]

    def shared(self, value: Callable[[DownloadSnapshot], Value]) -> list[Value]:
        """Return a value for each, of what those have in common that differ in name, address, size and times alone."""
        return self.by_pattern(lambda pattern: value(snapshot_of(pattern, 0, "", Working(0))))

    def _each_own(self) -> Iterator[_Own]:
        return starmap(_Own, json.loads(f"[{self._own.replace(ROW, ',')}]"))

    def by_pattern(self, value: Callable[[DownloadRecord], Value]) -> list[Value]:
        """Return a value for each that all have in common which share a pattern."""
        if self.patterns.count(self.patterns[0]) == len(self):
            return [value(self.patterns[0])] * len(self)
        values = {key: value(pattern) for key, pattern in {id(one): one for one in self.patterns}.items()}
        return list(map(values.__getitem__, map(id, self.patterns)))

    def samples(self, ids: set[str], seen: Counter[int]) -> Iterator[str]:
        """Yield two of `ids` for each pattern, less those `seen` in other lots, and count them."""
        wanted = set(map(id, self.patterns))
        if all(seen[key] >= _SAMPLES for key in wanted):
            return
        for download_id, key in zip(self.ids, map(id, self.patterns), strict=True):
            if seen[key] < _SAMPLES and download_id in ids:
                seen[key] += 1
                yield download_id

    def _column(self, which: int) -> "array[float]":
        numbers = self._numbers[which]
        if isinstance(numbers, str):
            numbers = self._numbers[which] = array("d", map(float, numbers.replace("NULL", "nan").split(",")))
        return numbers


class Sleeper(NamedTuple):
    """One dormant download, off the list."""

    id: str
    lot: Lot

    @property
    def record(self) -> DownloadRecord:
        """What is stored of it."""
        return self.lot.record(self.id)


@dataclass(frozen=True, slots=True)
class Dormant:
    """All downloads that lie dormant when a list is read."""

    lots: Sequence[Lot] = ()
    """In no order."""
    ids: Sequence[str] = ()
    """In queue order: the same objects as in the lots."""
    ranks: Sequence[float] = ()
    """Their ranks in the queue, rising."""
    spots: Sequence[int] = ()
    """Where each is if the lots stand in a row."""


class DormantAims:
    """Finds dormant downloads by what they fetched to where. What was woken or removed since is found as well."""

    def __init__(self, lots: Iterable[Lot] = ()) -> None:
        self.lots = list(lots)
        self._by_address: dict[int, Lot] = {}
        self._others: dict[int, list[Lot]] = {}
        """Where an address is in several lots, all but the first."""
        self._noted = 0

    def find(self, address: str, folder: Path) -> Iterator[str]:
        """Yield the ids of those of an address and a folder; who asks again and again is answered faster."""
        key = hash(address)
        known = [self._by_address[key], *self._others.get(key, ())] if key in self._by_address else []
        unknown = [lot for lot in self.lots[self._noted :] if lot.may_fetch(address)]
        for lot in self.lots[self._noted : self._noted + _NOTED_AT_ONCE]:
            self._remember(lot)
        self._noted = min(self._noted + _NOTED_AT_ONCE, len(self.lots))
        for lot in (*known, *unknown):
            rows = zip(lot.ids, lot.addresses(), lot.patterns, strict=True)
            yield from (key for key, each, pattern in rows if each == address and pattern.folder == folder)

    def _remember(self, lot: Lot) -> None:
        for key in set(map(hash, lot.addresses())):
            if self._by_address.setdefault(key, lot) is not lot:
                self._others.setdefault(key, []).append(lot)


def _parts(texts: str, count: int) -> tuple[list[str], list[str]]:
    """Part names from addresses, in which no line feed is; in names one may be."""
    lines = texts.replace(ROW, "\n").split("\n")
    if len(lines) == 2 * count:
        return lines[::2], lines[1::2]
    rows = [text.rpartition("\n") for text in texts.split(ROW)]
    return [name for name, _, _ in rows], [address for _, _, address in rows]


@lru_cache(maxsize=4096)
def _host(scheme: str, authority: str) -> str:
    """Return the host of addresses that begin so; `scheme` with its colon."""
    return host_of(f"{scheme}//{authority}")


def _first(given: Category | None, named: Category) -> Category:
    return given or named


@lru_cache(maxsize=1024)
def pattern_of(text: str) -> DownloadRecord:
    """Return the record that a JSON array of PATTERN_COLUMNS describes. Raises ValueError or TypeError."""
    known = dict(zip(PATTERN_COLUMNS, json.loads(text), strict=True))
    return record_from(tuple(known.get(name, _OWN_COLUMNS.get(name)) for name in RECORD_COLUMNS), None)


def patterns_of(texts: str) -> list[DownloadRecord]:
    """Return the records of a lot's texts. Raises ValueError or TypeError."""
    each = texts.split(ROW)
    first = each[0]
    if each.count(first) == len(each):
        return [pattern_of(first)] * len(each)
    return list(map(pattern_of, each))
