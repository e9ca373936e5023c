"""What finished downloads have in common: a few records that stand for all columns in which most do not differ."""

import json
from array import array
from collections.abc import Hashable, Sequence
from functools import lru_cache
from itertools import count
from typing import Final, NamedTuple, TypeVar

from headrace.snapshots import DownloadSnapshot
from headrace.store.records import RECORD_COLUMNS, DownloadRecord, record_from
from headrace.viewing import Working, snapshot_of

ROW: Final = "\0"
"""What stands between two downloads in a text."""
_OWN_COLUMNS: Final = {
    "id": "",
    "place": 0.0,
    "address": "",
    "name": "",
    "added_at": 0.0,
    "finished_at": None,
    "total": None,
    "received": 0,
    "checksum": None,
    "told": None,
    "proof": None,
    "final_address": None,
    "active_seconds": 0.0,
    "active_bytes": 0,
    "size": None,
    "content_type": None,
}
"""Columns that differ from one finished download to the next, and what stands for each in a pattern."""
PATTERN_COLUMNS: Final = tuple(name for name in RECORD_COLUMNS if name not in _OWN_COLUMNS)
"""The others: what many have in common."""
Value = TypeVar("Value")
_Key = TypeVar("_Key", bound=Hashable)


class Pattern(NamedTuple):
    """A record, and a view of it, that say what many downloads have in common."""

    record: DownloadRecord
    snapshot: DownloadSnapshot


@lru_cache(maxsize=1024)
def pattern_of(text: str, content_type: str) -> Pattern:
    """Return what a JSON array of PATTERN_COLUMNS describes. Raises ValueError or TypeError."""
    known = dict(zip(PATTERN_COLUMNS, json.loads(text), strict=True), content_type=content_type or None)
    record = record_from(tuple(known.get(name, _OWN_COLUMNS.get(name)) for name in RECORD_COLUMNS), None)
    return Pattern(record, snapshot_of(record, 0, "", Working(0)))


class Patterns:
    """The patterns of the downloads of a lot. Frozen."""

    __slots__ = ("_count", "_which", "each")

    def __init__(self, texts: str, content_types: str, usual: str) -> None:
        """Take JSON arrays, empty ones for the `usual`, and types of content. Raises ValueError or TypeError."""
        kinds = content_types.split(ROW)
        self._count = len(kinds)
        self.each: tuple[Pattern, ...]
        """Each pattern there is, once."""
        if texts.strip(ROW):
            pairs, self._which = _numbered(list(zip(texts.split(ROW), kinds, strict=True)))
            self.each = tuple(pattern_of(text or usual, kind) for text, kind in pairs)
        else:
            known, self._which = _numbered(kinds)
            self.each = tuple(pattern_of(usual, kind) for kind in known)

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, row: int) -> Pattern:
        return self.each[self._which[row]]

    def spread(self, values: Sequence[Value]) -> list[Value]:
        """Return a value for each download, given one for `each` pattern."""
        return [values[0]] * self._count if len(values) == 1 else list(map(values.__getitem__, self._which))


def _numbered(keys: Sequence[_Key]) -> tuple[list[_Key], "array[int]"]:
    """Return what there is, each once, and for each of `keys` its number among these."""
    numbers = dict(zip(dict.fromkeys(keys), count(), strict=False))
    return list(numbers), array("H", map(numbers.__getitem__, keys))
