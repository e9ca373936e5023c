"""Lots: finished downloads that lie dormant, hundreds together, each fact of all of them in one text."""

import json
from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import isnan
from pathlib import Path
from typing import Final, NamedTuple, TypeVar

from headrace.activity import average_speeds
from headrace.addresses import host_of
from headrace.categories import in_force
from headrace.checksums import Checksum
from headrace.filters import Category, categories_of, category_named
from headrace.lot_patterns import ROW, Patterns
from headrace.snapshots import DownloadSnapshot
from headrace.store.records import DownloadRecord, told_from
from headrace.viewing import Working, snapshot_of

SAME: Final = "="
"""In the place of a final address: it is the address itself."""
_ADDED, _FINISHED, _TOTAL, _PLACE, _RECEIVED, _SECONDS, _COUNTED = range(7)
_NOTED_AT_ONCE: Final = 10
_SAMPLES: Final = 2
Value = TypeVar("Value")


class Texts(NamedTuple):
    """What each download of a lot has of its own, in a text each, a NUL between two downloads; empty where unknown."""

    names: str
    """Name, line feed, address."""
    proofs: str
    finals: str
    """Final addresses; SAME for the address itself."""
    rare: str
    """JSON arrays of the expected checksum, the one that was told, and the expected size."""


class Lot:
    """Frozen: a download of it that changes is woken, and what the lot says of it counts no longer."""

    __slots__ = ("_book", "_categories", "_folded", "_groups", "_numbers", "_own", "_texts", "ids", "patterns")

    def __init__(self, ids: Sequence[str], own: Texts, numbers: Sequence[str], patterns: Patterns) -> None:
        """Make one of what was read, all in the order of the ids. Raises ValueError for what does not fit.

        `numbers` are, with commas between them, when they were added and finished, sizes, ranks in the queue, bytes
        that came, seconds in which bytes came, and how many came then; `patterns` say all the rest.
        """
        self.ids = tuple(ids)
        self.patterns = patterns
        self._texts, self._own = own.names, own
        self._folded: str | None = None
        self._numbers: list[str | array[float]] = list(map({text: text for text in numbers}.__getitem__, numbers))
        """A text until it is asked for: most never are. What is the same is kept once, as sizes and bytes that came."""
        counts = {text.count(ROW) + 1 for text in own} | {len(self.ids), len(self.patterns)}
        if len(counts) > 1:
            raise ValueError("a name or an address holds what stands between two")
        self._column(_ADDED)  # what a list is sorted by until somebody chooses
        self._sort()

    def __len__(self) -> int:
        return len(self.ids)

    # One download

    def record(self, download_id: str) -> DownloadRecord:
        """Return what is stored of a download."""
        number = self.ids.index(download_id)
        named, proof, final, rare = (text.split(ROW, number + 1)[number] for text in self._own)
        name, _, address = named.rpartition("\n")
        checksum, told, size = json.loads(rare) if rare else (None, None, None)
        finished, total = self._column(_FINISHED)[number], self._column(_TOTAL)[number]
        return self.patterns[number].record.but(
            id=self.ids[number],
            place=self._column(_PLACE)[number],
            address=address,
            name=name,
            added_at=self._column(_ADDED)[number],
            finished_at=None if isnan(finished) else finished,
            total=None if isnan(total) else int(total),
            received=int(self._column(_RECEIVED)[number]),
            checksum=Checksum.parse(checksum) if checksum else None,
            told=told_from(told) if told else None,
            proof=proof or None,
            final_address=address if final == SAME else final or None,
            active_seconds=self._column(_SECONDS)[number],
            active_bytes=int(self._column(_COUNTED)[number]),
            size=size,
        )

    def place(self, download_id: str) -> float:
        """Return a download's rank in the queue."""
        return self._column(_PLACE)[self.ids.index(download_id)]

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
        if self._book is not in_force():
            self._sort()
        return self._categories

    @property
    def groups(self) -> Counter[Category | str]:
        """How many are in each category, and in each queue."""
        if self._book is not in_force():
            self._sort()
        return self._groups

    def _sort(self) -> None:
        """Find out the categories, by the book in force."""
        self._book = in_force()
        self._categories = self._find_categories()
        self._groups = Counter[Category | str](self._categories)
        self._groups.update(self.queues())

    def _find_categories(self) -> tuple[Category, ...]:
        named = categories_of(self.names())
        given = [category_named(pattern.record.category) for pattern in self.patterns.each]
        return tuple(map(_first, self.patterns.spread(given), named)) if any(given) else tuple(named)

    def queues(self) -> list[str]:
        """Return the names of their queues."""
        return self.patterns.spread([pattern.record.queue for pattern in self.patterns.each])

    def folders(self) -> list[Path]:
        """Return the folders they are in."""
        return self.patterns.spread([pattern.record.folder for pattern in self.patterns.each])

    def added(self) -> Sequence[float]:
        """Return when they were added, in Unix seconds."""
        return self._column(_ADDED)

    def finished(self) -> Sequence[float]:
        """Return when they were finished, in Unix seconds; NaN where that is not known."""
        return self._column(_FINISHED)

    def ranks(self) -> Sequence[float]:
        """Return their ranks in the queue."""
        return self._column(_PLACE)

    def totals(self) -> Sequence[float]:
        """Return their sizes in bytes; NaN where that is not known."""
        return self._column(_TOTAL)

    def average_speeds(self) -> list[float | None]:
        """Return bytes per second over the time in which bytes came, None where that is not known."""
        return average_speeds(self._column(_SECONDS), self._column(_COUNTED))

    def hosts(self) -> list[str]:
        """Return the hosts."""
        return [_host(parts[0], parts[2]) for parts in [address.split("/", 3) for address in self.addresses()]]

    def received(self) -> Sequence[float]:
        """Return how many bytes of each came."""
        return self._column(_RECEIVED)

    def have_checksums(self) -> list[bool]:
        """Say of each whether it is known what its file must hash to."""
        rare = self._own.rare
        if not rare.strip(ROW):
            return [False] * len(self)
        return [any(json.loads(text)[:2]) if text else False for text in rare.split(ROW)]

    def shared(self, value: Callable[[DownloadSnapshot], Value]) -> list[Value]:
        """Return a value for each, of what those have in common that differ in name, address, size and times alone."""
        return self.patterns.spread([value(pattern.snapshot) for pattern in self.patterns.each])

    def samples(self, ids: set[str], seen: Counter[int]) -> Iterator[str]:
        """Yield two of `ids` for each pattern, less those `seen` in other lots, and count them."""
        kinds = list(map(id, self.patterns.each))
        if all(seen[key] >= _SAMPLES for key in kinds):
            return
        for download_id, key in zip(self.ids, self.patterns.spread(kinds), strict=True):
            if seen[key] < _SAMPLES and download_id in ids:
                seen[key] += 1
                yield download_id

    def _column(self, which: int) -> "array[float]":
        numbers = self._numbers[which]
        if isinstance(numbers, str):
            numbers = self._numbers[which] = array("d", map(float, numbers.split(",")))
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
            rows = zip(lot.ids, lot.addresses(), lot.folders(), strict=True)
            yield from (key for key, each, own in rows if each == address and own == folder)

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
