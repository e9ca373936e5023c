"""All downloads of a profile, in queue order."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from headrace.item import DownloadItem
from headrace.states import DownloadState


class Roster:
    """Items by id, in queue order, and by what they fetch to where. One thread."""

    def __init__(self) -> None:
        self._items: dict[str, DownloadItem] = {}
        self._by_aim: dict[tuple[str, Path], list[str]] = {}
        self._places: dict[str, int] | None = None

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

    def next_rank(self) -> float:
        """Return the rank of an item to be added at the end."""
        return self._items[next(reversed(self._items))].record.place + 1.0 if self._items else 0.0

    def add(self, item: DownloadItem) -> None:
        """Put an item where its rank belongs."""
        last = self._items[next(reversed(self._items))].record.place if self._items else item.record.place
        self._items[item.id] = item
        self._by_aim.setdefault((item.record.address, item.record.folder), []).append(item.id)
        self._places = None
        if item.record.place < last:
            self._sort()

    def drop(self, download_id: str) -> None:
        """Take an item out."""
        item = self._items.pop(download_id)
        self._by_aim[item.record.address, item.record.folder].remove(download_id)
        self._places = None

    def find(self, address: str, folder: Path) -> list[DownloadItem]:
        """Return the items that fetch `address` to `folder`, oldest first."""
        return [self._items[key] for key in self._by_aim.get((address, folder), ())]

    def waiting(self) -> Iterator[DownloadItem]:
        """Yield the items that may start, in queue order."""
        return (item for item in self if item.state is DownloadState.QUEUED and not item.parked)

    def move(self, ids: Iterable[str], places: int) -> list[DownloadItem]:
        """Move items up (negative) or down among all; return those whose rank changed."""
        chosen = {item.id for item in self.pick(ids)}
        order = self.ids()
        before = list(order)
        for _ in range(abs(places)):
            _shift(order, chosen, -1 if places < 0 else 1)
        changed = [self._items[new] for old, new in zip(before, order, strict=True) if old != new]
        ranks = [item.record.place for item in self]
        for key, rank in zip(order, ranks, strict=True):
            self._items[key].note(place=rank)
        self._sort()
        return changed

    def _sort(self) -> None:
        self._items = dict(sorted(self._items.items(), key=lambda entry: entry[1].record.place))
        self._places = None


def _shift(order: list[str], chosen: set[str], step: int) -> None:
    """Move every chosen id by one place, those at the edge standing still."""
    places = range(len(order)) if step < 0 else range(len(order) - 1, -1, -1)
    for place in places:
        other = place + step
        if order[place] in chosen and 0 <= other < len(order) and order[other] not in chosen:
            order[place], order[other] = order[other], order[place]
