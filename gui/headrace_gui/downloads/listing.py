"""All downloads in queue order, and which of them are shown in which order. No Qt: the model tells views of it."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from itertools import filterfalse, islice
from typing import Final

from headrace.filters import DownloadFilter
from headrace.snapshots import DownloadSnapshot

from headrace_gui.downloads.grouping import Facts, Wanted, haystack
from headrace_gui.downloads.sorting import Direction, compared, place_in, put_in, sorted_ids

_FEW_GONE: Final = 3
"""Up to so many rows are looked for in the order one by one."""
_FEW: Final = 500
"""Up to so many moved rows are put where they belong one by one; for more all is sorted anew."""


class Listing:
    """Sorts once and then keeps in order what changes: 100,000 rows are sorted in 0.2 s, 100 moved in 20 ms."""

    def __init__(self) -> None:
        self.downloads: dict[str, DownloadSnapshot] = {}
        """All of them, in queue order."""
        self.facts = Facts()
        self.wanted = Wanted(DownloadFilter())
        self._by: tuple[Direction, ...] = ()
        self._order: list[str] = []
        self._places: Mapping[str, int] | None = None

    # All downloads

    def add(self, fresh: Sequence[DownloadSnapshot]) -> None:
        """Take in new downloads: behind the others in queue order, or where they were before they were removed."""
        before = len(self.downloads)
        self.put(fresh)
        if before and any(each.queue_place < len(self.downloads) - len(fresh) for each in fresh):
            self._put_back(fresh)

    def put(self, snapshots: Iterable[DownloadSnapshot]) -> None:
        """Take in newer snapshots; `settle` or `arrange` finds their rows."""
        for each in snapshots:
            old = self.downloads.get(each.id)
            self.downloads[each.id] = each
            self.facts.put(each)
            if old is None or old.name != each.name or old.category != each.category or old.address != each.address:
                self.facts.rename(each)

    def _put_back(self, fresh: Sequence[DownloadSnapshot]) -> None:
        coming = {each.id for each in fresh}
        others = iter(list(filterfalse(coming.__contains__, self.downloads)))
        order: list[str] = []
        for snapshot in sorted(fresh, key=lambda each: each.queue_place):
            order.extend(islice(others, max(snapshot.queue_place - len(order), 0)))
            order.append(snapshot.id)
        self.reorder([*order, *others])

    def drop(self, ids: Collection[str]) -> None:
        """Forget downloads."""
        gone = [each for each in ids if self.downloads.pop(each, None) is not None]
        for each in gone:
            self.facts.drop(each)
        if len(gone) > _FEW_GONE:
            self._order = list(filter(self.downloads.__contains__, self._order))
        else:  # each is found in a walk, but one that hashes no text
            for each in gone:
                with suppress(ValueError):
                    self._order.remove(each)
        self._places = None

    def reorder(self, ids: Iterable[str]) -> None:
        """Put all into another queue order; ids that are unknown are left out, those left out stay at the end."""
        known = {each: self.downloads[each] for each in ids if each in self.downloads}
        self.downloads = known | self.downloads
        self._places = None

    def of(self, ids: Iterable[str]) -> list[DownloadSnapshot]:
        """Return downloads by their ids, those left out of which nothing is known."""
        return list(filter(None, map(self.downloads.get, ids)))

    def place(self, download_id: str) -> int:
        """Return the place in queue order among all, from 0."""
        if self._places is None or len(self._places) != len(self.downloads):
            self._places = {each: place for place, each in enumerate(self.downloads)}
        return self._places[download_id]

    # Those shown

    def arrange(self, by: Sequence[Direction] | None = None) -> list[str]:
        """Sort all anew, by other keys if some are given, and return the ids to show; no keys are the queue's order."""
        self._by = self._by if by is None else tuple(by)
        self._order = sorted_ids(self.downloads.values(), self._by) if self._by else list(self.downloads)
        return self.picked()

    def picked(self) -> list[str]:
        """Return the ids to show."""
        return list(self._order) if self.wanted.accepts_all else self._of(self._order)

    def filtered(self, wanted: DownloadFilter, shown: list[str]) -> list[str]:
        """Return the ids to show from now on, after another filter, given what is shown until now."""
        before, self.wanted = self.wanted, Wanted(wanted)
        return self._of(shown) if self.wanted.narrows(before) else self.picked()

    def settle(self, shown: list[str], moved: Collection[str]) -> list[str]:
        """Return the ids to show after `moved` have changed their place, given what was shown before."""
        if len(moved) > _FEW:
            return self.arrange()
        moved = {each for each in moved if each in self.downloads}
        self._order = self._put_in(self._order, moved, moved)
        if self.wanted.accepts_all:
            return list(self._order)
        return self._put_in(shown, moved, self._of(list(moved)))

    def put_new(self, shown: Sequence[str], fresh: str) -> int | None:
        """Put a download that was not there before in order; return its place in what is shown, None outside of it."""
        compare = self._comparison()
        put_in(self._order, [fresh], compare)
        return place_in(shown, fresh, compare) if self.accepts(fresh) else None

    def moves(self, old: DownloadSnapshot, new: DownloadSnapshot, *, is_shown: bool) -> bool:
        """Tell whether a newer snapshot, already put in, changes what is shown or its order."""
        return any(key(old) != key(new) for key, _ in self._by) or self.accepts(new.id) != is_shown

    def accepts(self, download_id: str) -> bool:
        """Tell whether a download is to be shown."""
        return self.wanted.accepts_all or bool(self._of([download_id]))

    def _of(self, ids: list[str]) -> list[str]:
        if self.wanted.words:
            self.read(ids)
        return self.wanted.picked(ids, self.facts)

    def read(self, ids: Iterable[str]) -> None:
        """Note what searches look through, of downloads of which it is not known yet."""
        texts = self.facts.texts
        if len(texts) < len(self.downloads):
            texts.update({each: haystack(self.downloads[each]) for each in ids if each not in texts})

    def unread(self, at_most: int) -> list[str]:
        """Return the first downloads of which it is not known yet what searches look through."""
        texts = self.facts.texts
        if len(texts) == len(self.downloads):
            return []
        return list(islice((each for each in self.downloads if each not in texts), at_most))

    def _put_in(self, line: list[str], moved: Collection[str], coming: Iterable[str]) -> list[str]:
        fresh = list(filterfalse(moved.__contains__, line))
        put_in(fresh, coming, self._comparison())
        return fresh

    def _comparison(self) -> Callable[[str, str], int]:
        downloads, by, place = self.downloads, self._by, self.place

        def compare(one: str, other: str) -> int:
            return compared(downloads[one], downloads[other], by) or place(one) - place(other)

        return compare
