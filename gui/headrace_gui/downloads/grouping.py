"""The groups of the sidebar, and which downloads are in the wanted one and hold the wanted words. No Qt, no order."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from itertools import compress, repeat
from operator import contains, eq, is_
from typing import Any

from headrace.filters import STATES_OF, Category, DownloadFilter, Mark, StatusFilter, category_in, status_of
from headrace.lot_patterns import ROW
from headrace.lots import Lot
from headrace.snapshots import DownloadSnapshot
from headrace.states import DownloadState

Group = StatusFilter | Mark | Category | str
"""What a line of the sidebar stands for; a text is the name of a queue, "" the main one."""


def haystack(snapshot: DownloadSnapshot) -> str:
    """Return the text that searches look through."""
    return f"{snapshot.name}\n{snapshot.address}".casefold()


@dataclass(frozen=True, slots=True)
class Facts:
    """What filters ask of downloads, by id: looked up a dictionary each, 100,000 take half as long as snapshots do."""

    statuses: dict[str, StatusFilter] = field(default_factory=dict)
    categories: dict[str, Category] = field(default_factory=dict)
    queues: dict[str, str] = field(default_factory=dict)
    watched: set[str] = field(default_factory=set)
    """Those whose addresses are watched; none of them lies dormant."""
    texts: dict[str, str] = field(default_factory=dict)
    """What searches look through; found out when it is needed."""

    def put(self, snapshot: DownloadSnapshot) -> None:
        """Note what may have changed with a snapshot's state or queue."""
        self.statuses[snapshot.id] = status_of(snapshot.state)
        self.queues[snapshot.id] = snapshot.queue
        if snapshot.watch is not None:
            self.watched.add(snapshot.id)
        else:
            self.watched.discard(snapshot.id)

    def rename(self, snapshot: DownloadSnapshot) -> None:
        """Note what may have changed with its name, address or category."""
        self.categories[snapshot.id] = category_in(snapshot)
        self.texts.pop(snapshot.id, None)

    def drop(self, download_id: str) -> None:
        """Forget a download."""
        for facts in (self.statuses, self.categories, self.queues, self.texts):
            facts.pop(download_id, None)
        self.watched.discard(download_id)


class Wanted:
    """A filter made ready for 100,000 downloads."""

    def __init__(self, wanted: DownloadFilter) -> None:
        self.words = tuple(dict.fromkeys(wanted.text.casefold().split()))
        """The words searched for, casefolded."""
        self.group = replace(wanted, text="")
        self.accepts_all = wanted.accepts_all
        self.accepts = wanted.accepts

    def narrows(self, before: "Wanted") -> bool:
        """Tell whether nothing is wanted that was not wanted before: the usual thing while a person types."""
        return self.group == before.group and all(any(old in word for word in self.words) for old in before.words)

    def picked(self, ids: list[str], facts: Facts) -> list[str]:
        """Return those of `ids` that are wanted, in their order."""
        group = self.group
        if group.status is not StatusFilter.ALL:
            ids = _those(ids, facts.statuses, is_, group.status)
        if group.category is not None:
            ids = _those(ids, facts.categories, is_, group.category)
        if group.queue is not None:
            ids = _those(ids, facts.queues, eq, group.queue)
        if group.watched:
            ids = list(filter(facts.watched.__contains__, ids))
        for word in self.words:
            ids = _those(ids, facts.texts, contains, word)
        return ids

    def picked_of(self, lot: Lot) -> Collection[str]:
        """Return the ids of those downloads of a lot that are wanted; they are as they were when it was read."""
        group, ids = self.group, lot.ids
        if group.watched or DownloadState.COMPLETED not in STATES_OF[group.status]:
            return ()
        tests: list[Iterable[bool]] = []
        if group.category is not None:
            tests.append(map(is_, lot.categories(), repeat(group.category)))
        if group.queue is not None:
            tests.append(map(eq, lot.queues(), repeat(group.queue)))
        if self.words:
            folded = lot.folded()
            if not all(word in folded for word in self.words):
                return ()
            texts = folded.split(ROW)
            tests += [map(contains, texts, repeat(word)) for word in self.words]
        if not tests:
            return ids
        return list(compress(ids, tests[0] if len(tests) == 1 else map(all, zip(*tests, strict=True))))


def group_marks(snapshot: DownloadSnapshot) -> tuple[object, ...]:
    """Return what tells the groups a download is in, and its place in line."""
    return snapshot.state, snapshot.name, snapshot.category, snapshot.queue, snapshot.priority, snapshot.watch is None


def _those(ids: list[str], facts: Mapping[str, Any], test: Callable[[Any, Any], bool], wanted: object) -> list[str]:
    """Return the ids whose fact passes a test; no line of Python runs for each of them."""
    return list(compress(ids, map(test, map(facts.__getitem__, ids), repeat(wanted))))
