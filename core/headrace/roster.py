"""All downloads of a profile, in queue order."""

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator
from itertools import compress, pairwise
from math import inf, nextafter
from operator import itemgetter
from pathlib import Path
from typing import Final

from headrace.item import DownloadItem
from headrace.lots import Dormant, DormantAims, Lot, Sleeper
from headrace.queue_policy import Room, WaitingLines
from headrace.snapshots import DownloadSnapshot, TotalsSnapshot
from headrace.states import RUNNING, DownloadState

_FEW: Final = 50
"""Up to so many are taken out of the order one by one."""


class Roster:
    """Items by id, in queue order, by state, and by what they fetch to where. One thread.

    Counting and finding what waits costs no walk over the list, however long it is. Finished downloads may lie dormant
    in lots: where somebody asks for one as an item, it is woken and is one from then on.
    """

    def __init__(self) -> None:
        self._items: dict[str, DownloadItem | Lot] = {}
        self._order: list[str] = []
        self._ranks: array[float] = array("d")
        """The rank of each in `_order`, rising."""
        self._by_address: dict[str, list[str]] = {}
        self._dormant = DormantAims()
        self._by_state: dict[DownloadState, dict[str, DownloadItem]] = {state: {} for state in DownloadState}
        self._lines: WaitingLines[DownloadItem] | None = None
        self._aside: set[str] = set()
        self._beyond = 0.0

    def __iter__(self) -> Iterator[DownloadItem]:
        """Yield all as items: none is dormant then."""
        return (self._item(key) for key in self.ids())

    def __len__(self) -> int:
        return len(self._items)

    def __contains__(self, download_id: str) -> bool:
        return download_id in self._items

    def get(self, download_id: str) -> DownloadItem | None:
        """Return an item by id."""
        return self._item(download_id) if download_id in self._items else None

    def pick(self, ids: Iterable[str]) -> list[DownloadItem]:
        """Return the items of those ids that are there, each once."""
        return list(self.each(ids))

    def each(self, ids: Iterable[str]) -> Iterator[DownloadItem]:
        """Yield the same; a dormant one is woken when it is its turn."""
        known = [key for key in dict.fromkeys(ids) if key in self._items]
        return (self._item(key) for key in known if key in self._items)

    def awake(self, ids: Iterable[str] | None = None) -> list[DownloadItem]:
        """Return all, or those of `ids`, that do not lie dormant: none that is not finished does."""
        found = map(self._items.get, self._order if ids is None else dict.fromkeys(ids))
        return [item for item in found if isinstance(item, DownloadItem)]

    def promised(self) -> Iterator[tuple[str, Path, str]]:
        """Yield id, folder and name of each download that is not there yet, and whose name is settled."""
        for item in self.awake():
            if item.record.name_wanted and item.state is not DownloadState.COMPLETED:
                yield item.id, item.record.folder, item.record.name

    def _item(self, download_id: str) -> DownloadItem:
        held = self._items[download_id]
        if isinstance(held, DownloadItem):
            return held
        item = self._items[download_id] = DownloadItem(held.record(download_id))
        self._note(item)
        return item

    def snapshot(self, download_id: str) -> DownloadSnapshot | None:
        """Return the frozen view of a download, None where there is none of that id; a dormant one sleeps on."""
        held = self._items.get(download_id)
        if held is None:
            return None
        place = self.place(download_id)
        return held.snapshot(place) if isinstance(held, DownloadItem) else held.snapshot(download_id, place)

    def ids(self) -> list[str]:
        """Return all ids in queue order."""
        return list(self._order)

    def place(self, download_id: str) -> int:
        """Return the place of an item in the queue, from 0."""
        held = self._items[download_id]
        rank = held.record.place if isinstance(held, DownloadItem) else held.place(download_id)
        return self._order.index(download_id, bisect_left(self._ranks, rank))

    def next_rank(self, now: float) -> float:
        """Return the rank of an item added at `now` (Unix seconds): behind all others, those to be loaded too."""
        return max(now, self._beyond)

    def take_in(self, dormant: Dormant) -> None:
        """Put downloads that lie dormant where their ranks belong."""
        for lot in dormant.lots:
            self._items.update(dict.fromkeys(lot.ids, lot))
        self._dormant.lots += dormant.lots
        if dormant.ranks:
            self._beyond = max(self._beyond, dormant.ranks[-1] + 1.0)
        merge = bool(self._order)
        self._order += dormant.ids
        self._ranks.extend(dormant.ranks)
        if merge:
            self._sort()

    def add(self, item: DownloadItem) -> None:
        """Put an item where its rank belongs, and follow its state from now on."""
        rank = item.record.place
        self._items[item.id] = item
        self._beyond = max(self._beyond, rank + 1.0)
        place = bisect_right(self._ranks, rank)
        self._ranks.insert(place, rank)
        self._order.insert(place, item.id)
        self._note(item)
        self._lines = None

    def _note(self, item: DownloadItem) -> None:
        self._by_address.setdefault(item.record.address, []).append(item.id)
        self._by_state[item.state][item.id] = item
        item.watcher = self._state_changed

    def drop(self, download_id: str) -> DownloadItem | Sleeper:
        """Take a download out; return it."""
        place = self.place(download_id)
        del self._order[place], self._ranks[place]
        return self._forget(download_id)

    def drop_all(self, ids: Iterable[str]) -> list[DownloadItem | Sleeper]:
        """Take those of `ids` out that are there; return them."""
        known = [key for key in dict.fromkeys(ids) if key in self._items]
        if len(known) <= _FEW:
            return list(map(self.drop, known))
        gone = list(map(self._forget, known))
        self._ranks = array("d", compress(self._ranks, map(self._items.__contains__, self._order)))
        self._order = list(filter(self._items.__contains__, self._order))
        asleep = dict.fromkeys(held for held in self._items.values() if isinstance(held, Lot))
        self._dormant = DormantAims(asleep)
        return gone

    def _forget(self, download_id: str) -> DownloadItem | Sleeper:
        held = self._items.pop(download_id)
        if isinstance(held, Lot):
            return Sleeper(download_id, held)
        held.watcher = None
        del self._by_state[held.state][download_id]
        self._drop_address(held)
        self._lines = None
        return held

    def _drop_address(self, item: DownloadItem) -> None:
        alike = self._by_address[item.record.address]
        alike.remove(item.id)
        if not alike:
            del self._by_address[item.record.address]

    def _state_changed(self, item: DownloadItem, before: DownloadState) -> None:
        self._by_state[item.state][item.id] = item
        self._by_state[before].pop(item.id, None)
        if item.state is DownloadState.QUEUED:
            self._lines = None

    def count(self, states: Iterable[DownloadState]) -> int:
        """Return how many items are in one of `states`."""
        awake = {state: len(self._by_state[state]) for state in states}
        if DownloadState.COMPLETED in awake:
            awake[DownloadState.COMPLETED] += len(self) - sum(map(len, self._by_state.values()))
        return sum(awake.values())

    def in_states(self, states: Iterable[DownloadState]) -> list[DownloadItem]:
        """Return the items in one of `states`, in no order, without those that lie dormant."""
        return [item for state in states for item in self._by_state[state].values()]

    def ids_in(self, states: Iterable[DownloadState]) -> list[str]:
        """Return the ids of those in one of `states`, in queue order."""
        wanted = frozenset(states)
        found, items = {item.id for item in self.in_states(wanted)}, self._items
        if DownloadState.COMPLETED not in wanted:
            return [key for key in self._order if key in found] if found else []
        return [key for key in self._order if key in found or isinstance(items[key], Lot)]

    def finished_ids(self) -> list[str]:
        """Return the ids of all that are finished, in queue order."""
        return self.ids_in([DownloadState.COMPLETED])

    def ids_in_queue(self, name: str) -> list[str]:
        """Return the ids of those in a queue, in their order."""
        found = {item.id for item in self.awake() if item.record.queue == name}
        for lot in self._dormant.lots:
            found.update(key for key, queue in zip(lot.ids, lot.queues(), strict=True) if queue == name)
        return [key for key in self._order if key in found and self._is_in_queue(key, name)]

    def _is_in_queue(self, download_id: str, name: str) -> bool:
        held = self._items[download_id]
        return isinstance(held, Lot) or held.record.queue == name

    def find(self, address: str, folder: Path | None = None) -> list[DownloadItem]:
        """Return the items that fetch `address` to `folder`, or anywhere, oldest first; none that lies dormant."""
        found = self.awake(self._by_address.get(address, ()))
        found = [item for item in found if folder is None or item.record.folder == folder]
        return sorted(found, key=_rank) if len(found) > 1 else found

    def newest(self, address: str, folder: Path) -> DownloadSnapshot | None:
        """Return the newest download of `address` to `folder`, dormant or not, None where there is none."""
        awake = [item.id for item in self.find(address, folder)]
        asleep = [key for key in self._dormant.find(address, folder) if isinstance(self._items.get(key), Lot)]
        return self.snapshot(max([*awake, *asleep], key=self.place)) if awake or asleep else None

    def rehouse(self, item: DownloadItem, folder: Path) -> None:
        """Have an item that is there fetch to `folder` from now on."""
        item.note(folder=folder)

    def line_up_anew(self) -> None:
        """Heed that items changed their priority or their queue."""
        self._lines = None

    def set_aside(self, download_id: str) -> None:
        """Have an item not start, on the list or off it, until it is put back."""
        self._aside.add(download_id)
        self._lines = None

    def put_back(self, download_id: str) -> None:
        """Let an item start that was set aside: where it is its turn in the line."""
        self._aside.discard(download_id)
        item = self._items.get(download_id)
        if isinstance(item, DownloadItem) and self._lines is not None and item.state is DownloadState.QUEUED:
            self._lines.insert(item)

    def _may_start(self, item: DownloadItem) -> bool:
        return item.state is DownloadState.QUEUED and item.id not in self._aside

    def startable(self, room: Room, is_busy: Callable[[DownloadItem], bool] = lambda _: False) -> list[DownloadItem]:
        """Return the items that may start now, in their turn; one that `is_busy` otherwise keeps its place."""
        if self._lines is None:
            self._lines = WaitingLines(filter(self._may_start, self._by_state[DownloadState.QUEUED].values()))
        return self._lines.startable(room, self._may_start, is_busy)

    def totals(self, limit: int | None, *, is_quiet: bool = False) -> TotalsSnapshot:
        """Return the sums over all downloads, under a common limit in bytes/s, which may be the quiet one."""
        return TotalsSnapshot(
            speed=sum(item.speed or 0.0 for item in self.in_states([DownloadState.DOWNLOADING])),
            active=self.count(RUNNING),
            waiting=self.count([DownloadState.QUEUED, DownloadState.RETRY_WAIT]),
            paused=self.count([DownloadState.PAUSED]),
            finished=self.count([DownloadState.COMPLETED]),
            failed=self.count([DownloadState.FAILED]),
            limit=limit,
            is_quiet=is_quiet,
        )

    def move(self, ids: Iterable[str], places: int) -> list[DownloadItem]:
        """Move items up (negative) or down among all; return those whose rank changed."""
        chosen = {key for key in ids if key in self._items}
        return self._put(_moved(self._order, chosen, places))

    def move_to(self, ids: Iterable[str], place: int) -> list[DownloadItem]:
        """Put items, in their order, before the one that is at `place` now; return those whose rank changed."""
        chosen = {key for key in ids if key in self._items}
        moved = [key for key in self._order if key in chosen]
        number = sum(key not in chosen for key in self._order[: max(place, 0)])
        others = [(key, rank) for key, rank in zip(self._order, self._ranks, strict=True) if key not in chosen]
        low = others[number - 1][1] if number else None
        ranks = _between(low, others[number][1] if number < len(others) else None, len(moved))
        if ranks is None:  # no number is left between the two
            keys = [key for key, _ in others]
            return self._put([*keys[:number], *moved, *keys[number:]])
        items = self.pick(moved)
        for item, rank in zip(items, ranks, strict=True):
            item.note(place=rank)
        self._beyond = max(self._beyond, *(rank + 1.0 for rank in ranks), 0.0)
        self._set_order([*others[:number], *zip(moved, ranks, strict=True), *others[number:]])
        return items

    def _put(self, order: list[str]) -> list[DownloadItem]:
        """Put all into this order, by ranks of which as few change as can be; return whose did."""
        before = dict(zip(self._order, self._ranks, strict=True))
        ranks = list(_rising(self._ranks))
        changed = [(key, rank) for key, rank in zip(order, ranks, strict=True) if before[key] != rank]
        for key, rank in changed:
            self._item(key).note(place=rank)
        self._set_order(list(zip(order, ranks, strict=True)))
        return [self._item(key) for key, _ in changed]

    def _sort(self) -> None:
        self._set_order(sorted(zip(self._order, self._ranks, strict=True), key=itemgetter(1)))

    def _set_order(self, ranked: list[tuple[str, float]]) -> None:
        self._order = [key for key, _ in ranked]
        self._ranks = array("d", (rank for _, rank in ranked))
        self._lines = None


def _rank(item: DownloadItem) -> float:
    return item.record.place


def _moved(order: list[str], chosen: set[str], places: int) -> list[str]:
    """Return `order` with the chosen ids moved, as far as the ends let them, all others keeping their order."""
    if places > 0:
        return _moved(order[::-1], chosen, -places)[::-1]
    found = [place for place, key in enumerate(order) if key in chosen]
    aims = {max(place + places, number): order[place] for number, place in enumerate(found)}
    others = (key for key in order if key not in chosen)
    return [aims[place] if place in aims else next(others) for place in range(len(order))]


def _between(low: float | None, high: float | None, count: int) -> list[float] | None:
    """Return `count` ranks that rise between two, None for no bound; None where there is no room for them."""
    if low is None or high is None:
        first = 0.0 if low is None and high is None else low + 1.0 if low is not None else (high or 0.0) - count
        ranks = [first + number for number in range(count)]
    else:
        ranks = [low + (high - low) * (number + 1) / (count + 1) for number in range(count)]
    bounds = [-inf if low is None else low, *ranks, inf if high is None else high]
    return ranks if all(one < other for one, other in pairwise(bounds)) else None


def _rising(ranks: Iterable[float]) -> Iterator[float]:
    """Yield ranks in their order, made greater by the least where two are equal."""
    last = -inf
    for rank in ranks:
        last = rank if rank > last else nextafter(last, inf)
        yield last
