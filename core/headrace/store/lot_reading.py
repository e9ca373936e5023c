"""Finished downloads read in lots: a few long texts rather than a row each.

At every row `sqlite3` lets other threads have the interpreter and must wait for it again: behind a window that is being
made, a hundred thousand rows take seconds. These texts are put together without it. Two connections at once are no
faster: SQLite counts its memory under one lock.
"""

import sqlite3
from array import array
from concurrent.futures import ThreadPoolExecutor
from itertools import chain, pairwise
from typing import Final, NamedTuple

from headrace.lot_patterns import PATTERN_COLUMNS, Patterns
from headrace.lots import Dormant, Lot, Texts
from headrace.states import DownloadState

_SIZE: Final = 256
"""Downloads in a lot at most: few enough to look one up by walking, many enough to share what a lot costs."""
_PATTERN: Final = f"json_array({', '.join(PATTERN_COLUMNS)})"
_IS_USUAL: Final = " AND ".join(f"{name} IS ?" for name in PATTERN_COLUMNS)
_FINISHED: Final = f"state = {int(DownloadState.COMPLETED)} AND removed = 0"
_UNCLAIMED: Final = "id NOT IN (SELECT download_id FROM claims)"
_DORMANT: Final = (
    f"{_FINISHED} AND relocation IS NULL AND retry_at IS NULL AND typeof(folder) = 'text' AND typeof(name) = 'text' "
    f"AND max(coalesce(total, 0), received, active_bytes) <= 9007199254740992 AND {_UNCLAIMED}"
)
"""Finished, with nothing left to be done, readable as text, and of a size that a float holds."""
NOT_DORMANT: Final = f"NOT ({_DORMANT})"
NOT_FINISHED: Final = f"NOT ({_FINISHED})"
_FINAL: Final = "CASE WHEN final_address = address THEN '=' ELSE coalesce(final_address, '') END"
_RARE: Final = "CASE WHEN coalesce(checksum, told, size) IS NULL THEN '' ELSE json_array(checksum, told, size) END"


def _number(column: str) -> str:
    """Write a float with all its digits; `quote` would try fewer first."""
    return f"group_concat(CASE WHEN {column} IS NULL THEN 'nan' ELSE printf('%!.17g', {column}) END)"


_GET_LOT: Final = (
    "SELECT group_concat(id), group_concat(name || char(10) || address, char(0)), "  # noqa: S608
    f"group_concat(coalesce(proof, ''), char(0)), group_concat({_FINAL}, char(0)), group_concat({_RARE}, char(0)), "
    f"{_number('added_at')}, {_number('finished_at')}, group_concat(coalesce(total, 'nan')), {_number('place')}, "
    f"group_concat(received), {_number('active_seconds')}, group_concat(active_bytes), "
    f"group_concat(CASE WHEN {_IS_USUAL} THEN '' ELSE {_PATTERN} END, char(0)), "
    "group_concat(coalesce(content_type, ''), char(0)) "
    f"FROM downloads WHERE id >= ? AND id < ? AND {_DORMANT}"
)
_GET_IDS: Final = f"SELECT group_concat(id) FROM downloads WHERE {_FINISHED}"  # noqa: S608 - in their order
_GET_USUAL: Final = f"SELECT {_PATTERN}, {', '.join(PATTERN_COLUMNS)} FROM downloads WHERE {_DORMANT} LIMIT 1"  # noqa: S608
_BEHIND_ALL: Final = "\N{REPLACEMENT CHARACTER}"
_RUN: Final = 10_000
"""Ranks sorted in one go, during which no other thread has the interpreter."""


class Found(NamedTuple):
    """What was found of finished downloads."""

    dormant: Dormant
    is_all: bool
    """Whether every finished download lies dormant."""


def read_dormant(connection: sqlite3.Connection) -> Found:
    """Return the finished downloads that lie dormant; within a transaction, so that nobody changes them meanwhile.

    Raises sqlite3.Error, ValueError or TypeError where they cannot be read so; then each has to be read by itself.
    """
    (ids,) = connection.execute(_GET_IDS).fetchone()
    usual = connection.execute(_GET_USUAL).fetchone()
    if usual is None:
        return Found(Dormant(), is_all=ids is None)
    finished = ids.split(",")
    bounds = ["", *finished[_SIZE::_SIZE], _BEHIND_ALL]
    with ThreadPoolExecutor(1, "lots") as maker:  # it makes one while SQLite puts the next together
        rows = (connection.execute(_GET_LOT, (*usual[1:], *ends)).fetchone() for ends in pairwise(bounds))
        made = [maker.submit(_lot, row, usual[0]) for row in rows if row[0] is not None]
        lots = [one.result() for one in made]
    return Found(_in_order(lots), is_all=sum(map(len, lots)) == len(finished))


def _lot(row: tuple[str, ...], usual: str) -> Lot:
    ids, texts, proofs, finals, rare, *numbers, patterns, content_types = row
    own = Texts(texts, proofs, finals, rare)
    return Lot(ids.split(","), own, numbers, Patterns(patterns, content_types, usual))


def _in_order(lots: list[Lot]) -> Dormant:
    """Sort all by their ranks: in runs first, between which others have their turn."""
    ranks = array("d", chain.from_iterable(lot.ranks() for lot in lots))
    spots = list[int]()
    for first in range(0, len(ranks), _RUN):
        spots += sorted(range(first, min(first + _RUN, len(ranks))), key=ranks.__getitem__)
    spots.sort(key=ranks.__getitem__)
    ids = list(chain.from_iterable(lot.ids for lot in lots))
    ordered = list(map(ids.__getitem__, spots))
    return Dormant(lots, ordered, array("d", map(ranks.__getitem__, spots)), array("l", spots))
