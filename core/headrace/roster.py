"""All downloads of a profile, in queue order."""

from collections import deque
from collections.abc import Iterable, Iterator
from math import inf, nextafter
from pathlib import Path

from headrace.item import DownloadItem
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
        self._places = self._line = None
        if item.record.place < last:
            self._sort()

    def drop(self, download_id: str) -> None:
        """Take an item out."""
        item = self._items.pop(download_id)
        item.watcher = None
        del self._by_state[item.state][download_id]
        aim = (item.record.address, item.record.folder)
        self._by_aim[aim].remove(download_id)
        if not self._by_aim[aim]:
            del self._by_aim[aim]
        self._places = self._line = None

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

    def waiting(self) -> Iterator[DownloadItem]:
        """Yield the items that may start, in queue order."""
        if self._line is None:
            self._line = deque(sorted(self._by_state[DownloadState.QUEUED].values(), key=_rank))
        while self._line and self._line[0].state is not DownloadState.QUEUED:
            self._line.popleft()
        return (item for item in self._line if item.state is DownloadState.QUEUED)

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


def _rising(ranks: Iterable[float]) -> Iterator[float]:
    """Yield ranks in their order, made greater by the least where two are equal."""
    last = -inf
    for rank in ranks:
        last = rank if rank > last else nextafter(last, inf)
        yield last
