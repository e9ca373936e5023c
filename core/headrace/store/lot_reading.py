"""Finished downloads read in lots: a few long texts rather than a row each.

At every row `sqlite3` lets other threads have the interpreter and must wait for it again: behind a window that is
being made, a hundred thousand rows take seconds.
"""

import sqlite3
from array import array
from itertools import count, pairwise
from typing import Final

from headrace.lots import PATTERN_COLUMNS, Dormant, Lot, patterns_of
from headrace.states import DownloadState

_SIZE: Final = 256
"""Downloads in a lot at most: few enough to look one up by walking, many enough to share what a lot costs."""
_PATTERN: Final = f"json_array({', '.join(PATTERN_COLUMNS)})"
_FINISHED: Final = f"state = {int(DownloadState.COMPLETED)} AND removed = 0"
_UNCLAIMED: Final = "id NOT IN (SELECT download_id FROM claims)"
_DORMANT: Final = (
    f"{_FINISHED} AND relocation IS NULL AND retry_at IS NULL AND typeof(folder) = 'text' AND typeof(name) = 'text' "
    f"AND coalesce(total, 0) <= 9007199254740992 AND {_UNCLAIMED}"
)
"""Finished, with nothing left to be done, readable as text, and of a size that a float holds."""
NOT_DORMANT: Final = f"NOT ({_DORMANT})"
_FINAL: Final = "CASE WHEN final_address = address THEN '=' ELSE final_address END"
_NUMBERS: Final = "quote(place), received, quote(active_seconds), active_bytes"
_OWN: Final = (
    "CASE WHEN coalesce(checksum, told, proof, final_address) IS NULL "
    f"THEN json_array({_NUMBERS}) ELSE json_array({_NUMBERS}, checksum, told, proof, {_FINAL}) END"
)
"""Floats are quoted, for JSON has 15 digits of them; calls take long, and this is one for each row."""
_GET_LOT: Final = (
    "SELECT group_concat(id), group_concat(name || char(10) || address, char(0)), "  # noqa: S608
    f"group_concat({_OWN}, char(0)), group_concat(quote(added_at)), group_concat(quote(finished_at)), "
    f"group_concat(quote(total)), group_concat({_PATTERN}, char(0)) "
    f"FROM downloads WHERE id >= ? AND id < ? AND {_DORMANT}"
)
_GET_IDS: Final = f"SELECT group_concat(id) FROM downloads WHERE {_DORMANT}"  # noqa: S608 - in their order
_GET_ORDER: Final = (
    "SELECT group_concat(id), group_concat(quote(place)) "  # noqa: S608
    f"FROM (SELECT id, place FROM downloads WHERE {_DORMANT} ORDER BY place)"
)
_BEHIND_ALL: Final = "\N{REPLACEMENT CHARACTER}"


def read_dormant(connection: sqlite3.Connection) -> Dormant:
    """Return the finished downloads that lie dormant.

    Raises sqlite3.Error, ValueError or TypeError where they cannot be read so; then each has to be read by itself.
    """
    (ids,) = connection.execute(_GET_IDS).fetchone()
    if ids is None:
        return Dormant()
    bounds = ["", *ids.split(",")[_SIZE::_SIZE], _BEHIND_ALL]
    lots = [_lot(connection.execute(_GET_LOT, ends).fetchone()) for ends in pairwise(bounds)]
    together = [download_id for lot in lots for download_id in lot.ids]
    number_of = dict(zip(together, count(), strict=False))
    ordered, ranks = connection.execute(_GET_ORDER).fetchone()
    spots = array("l", map(number_of.__getitem__, ordered.split(",")))
    order = list(map(together.__getitem__, spots))
    return Dormant(lots, order, array("d", map(float, ranks.split(","))), spots)


def _lot(row: tuple[str, ...]) -> Lot:
    ids, texts, own, *numbers, patterns = row
    return Lot(ids.split(","), texts, own, numbers, patterns_of(patterns))
