"""The history as a file for other programs: CSV or JSON, however long it is."""

import csv
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import IO, Final

from headrace.history import HistoryEntry, entry_json


def write_entries(
    entries: Iterable[HistoryEntry], stream: IO[str], *, as_csv: bool, check: Callable[[], None] = lambda: None
) -> None:
    """Write entries as CSV (RFC 4180) or as one JSON array. Raises OSError, and what `check` raises."""
    rows = (_checked(entry, check) for entry in entries)
    if as_csv:
        _write_csv(rows, stream)
    else:
        _write_json(rows, stream)


def _checked(entry: HistoryEntry, check: Callable[[], None]) -> HistoryEntry:
    check()
    return entry


_CSV: Final[Sequence[str]] = (
    "day outcome name folder address host final_host size received seconds average_speed added ended proven failure"
).split()


def _write_csv(entries: Iterator[HistoryEntry], stream: IO[str]) -> None:
    table = csv.writer(stream)
    table.writerow(_CSV)
    for entry in entries:
        values = entry_json(entry)
        values["failure"] = None if entry.failure is None else entry.failure.reason.name.lower()
        table.writerow([_cell(values[name]) for name in _CSV])


def _cell(value: object) -> object:
    """Return what goes into a cell: a name must be no formula where a table is opened, and every name a text."""
    if not isinstance(value, str):
        return value
    text = value.encode("utf-8", "replace").decode()
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def _write_json(entries: Iterator[HistoryEntry], stream: IO[str]) -> None:
    stream.write("[")
    for number, entry in enumerate(entries):
        stream.write(f"{',' if number else ''}\n{json.dumps(entry_json(entry))}")
    stream.write("\n]\n")
