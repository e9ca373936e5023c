"""All downloads of a profile, in queue order."""

from bisect import insort
from collections import deque
from collections.abc import Iterable, Iterator
from itertools import pairwise
from math import inf, nextafter
from pathlib import Path

from headrace.item import DownloadItem
from headrace.queue_policy import is_held, lined_up, turn
from headrace.snapshots import TotalsSnapshot
from headrace.states import RUNNING, DownloadState


class Roster:
    """Items by id, in queue order, by state, and by what they fetch to where. One thread.

    Counting and finding what waits costs no walk over the list, however long it is.
    """

    def __init__(self) -> None:
        self._items: dict[str, DownloadItem] = {}
        self._by_aim: dict[tuple[str, Path], list[str]] = {}
        self._by_state: dict[DownloadState, dict[str, DownloadItem]] = {state: {} for state in DownloadState}
        self._line: deque[DownloadItem] | None = None
        self._held: frozenset[str] = frozenset()
        self._aside: set[str] = set()
        self._places: dict[str, int] | None = None
        self._beyond = 0.0

    def __iter__(self) -> Iterator[DownloadItem]:
        return iter(self._items.values())

    def __len__(self) -> int:
        return len(self._items)

    def __contains__(self, download_id: str) -> bool:
        return download_id in self._items

    def get(self, download_id: str) -> DownloadItem | None:
        """Return an item by id."""
        return self._items.get(download_id)

    def pick(self, ids: Iterable[str]) -> list[DownloadItem]:
        """Return the items of those ids that are there, each once."""
        return [self._items[key] for key in dict.fromkeys(ids) if key in self._items]

    def ids(self) -> list[str]:
        """Return all ids in queue order."""
        return list(self._items)

    def place(self, download_id: str) -> int:
        """Return the place of an item in the queue, from 0."""
        if self._places is None:
            self._places = {key: number for number, key in enumerate(self._items)}
        return self._places[download_id]

    def next_rank(self, now: float) -> float:
        """Return the rank of an item added at `now` (Unix seconds): behind all others, those to be loaded too."""
        return max(now, self._beyond)

    def add(self, item: DownloadItem) -> None:
        """Put an item where its rank belongs, and follow its state from now on."""
        last = self._items[next(reversed(self._items))].record.place if self._items else item.record.place
        self._items[item.id] = item
        self._beyond = max(self._beyond, item.record.place + 1.0)
        self._by_aim.setdefault((item.record.address, item.record.folder), []).append(item.id)
        self._by_state[item.state][item.id] = item
        item.watcher = self._state_changed
        self._line = None
        if item.record.place < last:
            self._sort()
        elif self._places is not None:
            self._places[item.id] = len(self._items) - 1

    def drop(self, download_id: str) -> None:
        """Take an item out."""
        item = self._items.pop(download_id)
        item.watcher = None
        del self._by_state[item.state][download_id]
        self._drop_aim(item)
        self._places = self._line = None

    def _drop_aim(self, item: DownloadItem) -> None:
        aim = (item.record.address, item.record.folder)
        self._by_aim[aim].remove(item.id)
        if not self._by_aim[aim]:
            del self._by_aim[aim]

    def _state_changed(self, item: DownloadItem, before: DownloadState) -> None:
        self._by_state[item.state][item.id] = item
        self._by_state[before].pop(item.id, None)
        if item.state is DownloadState.QUEUED:
            self._line = None

    def count(self, states: Iterable[DownloadState]) -> int:
        """Return how many items are in one of `states`."""
        return sum(len(self._by_state[state]) for state in states)

    def in_states(self, states: Iterable[DownloadState]) -> list[DownloadItem]:
        """Return the items in one of `states`, in no order."""
        return [item for state in states for item in self._by_state[state].values()]

    def find(self, address: str, folder: Path) -> list[DownloadItem]:
        """Return the items that fetch `address` to `folder`, oldest first."""
        return [self._items[key] for key in self._by_aim.get((address, folder), ())]

    def rehouse(self, item: DownloadItem, folder: Path) -> None:
        """Have an item that is there fetch to `folder` from now on."""
        self._drop_aim(item)
        item.note(folder=folder)
        self._by_aim.setdefault((item.record.address, folder), []).append(item.id)

    def line_up_anew(self) -> None:
        """Heed that items changed their priority or their queue."""
        self._line = None

    def set_aside(self, download_id: str) -> None:
        """Have an item not start, on the list or off it, until it is put back."""
        self._aside.add(download_id)
        self._line = None

    def put_back(self, download_id: str) -> None:
        """Let an item start that was set aside: where it is its turn in the line."""
        self._aside.discard(download_id)
        item = self._items.get(download_id)
        if item is None or self._line is None or item.state is not DownloadState.QUEUED:
            return
        if not is_held(item.record, self._held):
            insort(self._line, item, key=turn)

    def _may_start(self, item: DownloadItem) -> bool:
        return item.state is DownloadState.QUEUED and item.id not in self._aside

    def waiting(self, held: Iterable[str] = ()) -> Iterator[DownloadItem]:
        """Yield the items that may start, first those of high priority, in queue order; none of the `held` queues."""
        held = frozenset(held)
        if self._line is None or held != self._held:
            self._held = held
            queued = filter(self._may_start, self._by_state[DownloadState.QUEUED].values())
            self._line = deque(lined_up(one for one in queued if not is_held(one.record, held)))
        while self._line and not self._may_start(self._line[0]):
            self._line.popleft()
        return filter(self._may_start, self._line)

    def totals(self, limit: int | None) -> TotalsSnapshot:
        """Return the sums over all downloads, under a common limit in bytes/s."""
        return TotalsSnapshot(
            speed=sum(item.speed or 0.0 for item in self.in_states([DownloadState.DOWNLOADING])),
            active=self.count(RUNNING),
            waiting=self.count([DownloadState.QUEUED, DownloadState.RETRY_WAIT]),
            paused=self.count([DownloadState.PAUSED]),
            finished=self.count([DownloadState.COMPLETED]),
            failed=self.count([DownloadState.FAILED]),
            limit=limit,
        )

    def move(self, ids: Iterable[str], places: int) -> list[DownloadItem]:
        """Move items up (negative) or down among all; return those whose rank changed."""
        order = _moved(self.ids(), {item.id for item in self.pick(ids)}, places)
        changed = []
        for key, rank in zip(order, _rising(item.record.place for item in self), strict=True):
            if self._items[key].record.place != rank:
                self._items[key].note(place=rank)
                changed.append(self._items[key])
        self._sort()
        return changed

    def move_to(self, ids: Iterable[str], place: int) -> list[DownloadItem]:
        """Put items, in their order, before the one that is at `place` now; return those whose rank changed."""
        chosen = {item.id for item in self.pick(ids)}
        before = [item for number, item in enumerate(self) if number < place and item.id not in chosen]
        behind = next((item for number, item in enumerate(self) if number >= place and item.id not in chosen), None)
        moved = [item for item in self if item.id in chosen]
        low = before[-1].record.place if before else None
        ranks = _between(low, behind.record.place if behind else None, len(moved))
        if ranks is None:  # no number is left between the two
            return self._put(before, moved)
        for item, rank in zip(moved, ranks, strict=True):
            item.note(place=rank)
        self._beyond = max(self._beyond, *(rank + 1.0 for rank in ranks), 0.0)
        self._sort()
        return moved

    def _put(self, before: list[DownloadItem], moved: list[DownloadItem]) -> list[DownloadItem]:
        """Give new ranks to all behind `before`."""
        ahead = {item.id for item in (*before, *moved)}
        order = [*before, *moved, *(item for item in self if item.id not in ahead)]
        changed = []
        for item, rank in zip(order, _rising([item.record.place for item in self]), strict=True):
            if item.record.place != rank:
                item.note(place=rank)
                changed.append(item)
        self._sort()
        return changed

    def _sort(self) -> None:
        self._items = {item.id: item for item in sorted(self._items.values(), key=_rank)}
        self._places = self._line = None


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
