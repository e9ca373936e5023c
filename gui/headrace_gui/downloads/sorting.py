"""Arithmetic of the list: what order rows have, and which spans of rows changed. Pure functions."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from headrace.snapshots import DownloadSnapshot

from headrace_gui.downloads.columns import SortKey


def sorted_ids(
    snapshots: Iterable[DownloadSnapshot], key: Callable[[DownloadSnapshot], SortKey], *, falling: bool
) -> list[str]:
    """Return the ids in the order of `key`, unknown ones last, equal ones in the order they came in."""
    known: list[tuple[SortKey, str]] = []
    unknown: list[str] = []
    for snapshot in snapshots:
        value = key(snapshot)
        if value is None:
            unknown.append(snapshot.id)
        else:
            known.append((value, snapshot.id))
    known.sort(key=lambda pair: pair[0], reverse=falling)  # type: ignore[arg-type,return-value]  # one type per column
    return [download_id for _, download_id in known] + unknown


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


def places_in_line(waiting: Sequence[str]) -> Mapping[str, int]:
    """Return the place in line, from 1, of every waiting id."""
    return {download_id: place for place, download_id in enumerate(waiting, 1)}
