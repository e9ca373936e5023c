"""Arithmetic of the list: what order rows have, and which spans of rows changed. Pure functions."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cmp_to_key

from headrace.snapshots import DownloadSnapshot

from headrace_gui.downloads.columns import SortKey


@dataclass(frozen=True, slots=True)
class SortBy:
    """One of the keys the list is sorted by: a column's number, and whether the largest come first."""

    column: int
    falling: bool = False


KeyOf = Callable[[DownloadSnapshot], SortKey]
Direction = tuple[KeyOf, bool]
"""How to sort by one key; True puts the largest first."""


def ordered(ids: Sequence[str], by: Sequence[tuple[Sequence[SortKey], bool]]) -> list[str]:
    """Return the ids sorted by the first keys, those equal in them by the second, and so on, else as they stand.

    Each has its key in the same place; True puts the largest first. What is unknown comes last in both directions.
    """
    order: Sequence[int] = range(len(ids))
    for values, falling in reversed(by):
        order = _sorted(order, values, falling=falling)
    return list(map(ids.__getitem__, order))


def _sorted(order: Sequence[int], values: Sequence[SortKey], *, falling: bool) -> list[int]:
    try:
        return sorted(order, key=values.__getitem__, reverse=falling)  # type: ignore[arg-type]  # one type per column
    except TypeError:  # None is compared with nothing, and every key is with some other
        unknown = [number for number in order if values[number] is None]
        if not unknown:
            raise
        known = [number for number in order if values[number] is not None]
        return [*_sorted(known, values, falling=falling), *unknown]


def compared(one: DownloadSnapshot, other: DownloadSnapshot, by: Sequence[Direction]) -> int:
    """Return -1, 0 or 1 as `one` comes before, beside or behind `other` in what `ordered` returns."""
    for key, falling in by:
        first, second = key(one), key(other)
        if first == second:
            continue
        if first is None or second is None:
            return 1 if first is None else -1
        return 1 if (first < second) is falling else -1  # type: ignore[operator]  # one type per column
    return 0


def put_in(line: list[str], coming: Iterable[str], compare: Callable[[str, str], int]) -> None:
    """Insert ids into a sorted `line` where they belong; `compare` never finds two of them equal."""
    for place, ids in reversed(places_among(line, sorted(coming, key=cmp_to_key(compare)), compare)):
        line[place:place] = ids


def places_among(
    line: Sequence[str], coming: Iterable[str], compare: Callable[[str, str], int]
) -> list[tuple[int, list[str]]]:
    """Return before which places of a sorted `line` ids belong that are sorted too; those of one place together."""
    rank, place, found = cmp_to_key(compare), 0, list[tuple[int, list[str]]]()
    for each in coming:
        beyond = place < len(line) and compare(each, line[place]) > 0
        if found and not beyond:  # beside the one before, as most are
            found[-1][1].append(each)
            continue
        place = bisect_left(line, rank(each), place, key=rank) if beyond else place
        found.append((place, [each]))
    return found


def spans(rows: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Join row numbers to spans (first, last), rising."""
    first = last = -2
    for row in sorted(rows):
        if row != last + 1:
            if last >= 0:
                yield first, last
            first = row
        last = row
    if last >= 0:
        yield first, last


def places_in_line(waiting: Iterable[DownloadSnapshot]) -> Mapping[str, int]:
    """Return the place in its queue's line, from 1, of every waiting download; high priority stands in front."""
    found: dict[str, int] = {}
    lengths: defaultdict[str, int] = defaultdict(int)
    for each in sorted(waiting, key=lambda snapshot: -snapshot.priority):
        lengths[each.queue] += 1
        found[each.id] = lengths[each.queue]
    return found
