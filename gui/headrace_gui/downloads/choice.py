"""Downloads that are chosen together: as many as there are, and hardly any of them ever looked at one by one."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import cast, overload

from headrace.lots import Lot
from headrace.snapshots import DownloadSnapshot

Held = DownloadSnapshot | Lot
"""A download, or the lot it lies dormant in."""


class Choice(Sequence[DownloadSnapshot]):
    """Snapshots as they were when they were chosen. Those that lie dormant are made when they are asked for."""

    def __init__(self, ids: Sequence[str], held: Sequence[Held]) -> None:
        """Take ids, and what is held of each."""
        self.ids, self.held = ids, held
        self.kinds = set(map(type, held))
        """What kinds of objects are held: in one quick walk."""

    def __len__(self) -> int:
        return len(self.ids)

    @overload
    def __getitem__(self, which: int) -> DownloadSnapshot: ...

    @overload
    def __getitem__(self, which: slice) -> list[DownloadSnapshot]: ...

    def __getitem__(self, which: int | slice) -> DownloadSnapshot | list[DownloadSnapshot]:
        if isinstance(which, slice):
            return list(map(snapshot_of, self.ids[which], self.held[which]))
        return snapshot_of(self.ids[which], self.held[which])

    def __iter__(self) -> Iterator[DownloadSnapshot]:
        return map(snapshot_of, self.ids, self.held)

    def awake(self) -> Sequence[DownloadSnapshot]:
        """Return those that do not lie dormant: all that are not finished, and some that are."""
        if Lot not in self.kinds:
            return cast("Sequence[DownloadSnapshot]", self.held)  # there is nothing else among them
        return [held for held in self.held if isinstance(held, DownloadSnapshot)]

    def lots(self) -> Iterator[tuple[Lot, set[str]]]:
        """Yield the lots in which others lie, each with those of the ids that it holds."""
        if Lot not in self.kinds:
            return iter(())
        asleep = set(self.ids).difference([each.id for each in self.awake()])
        lots = [
            held for held in dict(zip(map(id, self.held), self.held, strict=True)).values() if isinstance(held, Lot)
        ]
        return ((lot, asleep.intersection(lot.ids)) for lot in lots)

    def samples(self) -> list[DownloadSnapshot]:
        """Return the awake ones, and of the others some of each kind: two where there are two."""
        seen = Counter[int]()
        found = ((lot, each) for lot, some in self.lots() for each in lot.samples(some, seen))
        return [*self.awake(), *(lot.snapshot(each, 0) for lot, each in found)]


def snapshot_of(download_id: str, held: Held) -> DownloadSnapshot:
    """Return the snapshot of a download from what is held of it."""
    return held if isinstance(held, DownloadSnapshot) else held.snapshot(download_id, 0)
