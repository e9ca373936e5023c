"""Watches in the database: written with the batches, read when it is opened."""

import json
import logging
import sqlite3
from collections.abc import Mapping
from typing import Any, Final

from headrace.store.records import failure_from, failure_text
from headrace.watches import LookOutcome, Validators, Watch

_log = logging.getLogger(__name__)
_COLUMNS: Final = (
    "download_id every keep next_at looked_at known fails rotations looks changes outcome failure versions coming "
    "offered plain"
).split()
_GET: Final = f"SELECT {', '.join(_COLUMNS)} FROM watches"  # noqa: S608
_PUT: Final = (
    f"INSERT OR REPLACE INTO watches ({', '.join(_COLUMNS)}) SELECT {', '.join('?' * len(_COLUMNS))} "  # noqa: S608
    "WHERE EXISTS (SELECT 1 FROM downloads WHERE id = ?1)"  # a download forgotten meanwhile has none
)


def write_watches(connection: sqlite3.Connection, watches: Mapping[str, Watch | None]) -> None:
    """Write watches by the ids of their downloads; None drops one. Downloads must be written before."""
    gone = [(key,) for key, watch in watches.items() if watch is None]
    connection.executemany("DELETE FROM watches WHERE download_id = ?", gone)
    connection.executemany(_PUT, [_row(watch) for watch in watches.values() if watch is not None])


def read_watches(connection: sqlite3.Connection) -> list[Watch]:
    """Return all watches; a row that makes no sense is passed over. Raises sqlite3.Error."""
    found = []
    for row in connection.execute(_GET):
        try:
            found.append(_watch(row))
        except (ValueError, TypeError) as error:
            _log.warning("the watch of %s cannot be read: %s", row[0], error)
    return found


def _row(watch: Watch) -> tuple[Any, ...]:
    return (
        watch.id,
        watch.every,
        watch.keep,
        watch.next_at,
        watch.looked_at,
        _validators_text(watch.known),
        watch.fails,
        watch.rotations,
        watch.looks,
        watch.changes,
        watch.outcome.value,
        failure_text(watch.failure),
        json.dumps(watch.versions),
        watch.coming,
        _validators_text(watch.offered),
        watch.plain,
    )


def _watch(row: tuple[Any, ...]) -> Watch:
    key, every, keep, next_at, looked_at, known, fails, rotations, looks, changes, outcome, failure, *rest = row
    versions, coming, offered, plain = rest
    return Watch(
        id=key,
        every=every,
        keep=keep,
        next_at=float(next_at),
        looked_at=looked_at,
        known=Validators(*json.loads(known)),
        fails=fails,
        rotations=rotations,
        looks=looks,
        changes=changes,
        outcome=LookOutcome(outcome),
        failure=None if failure is None else failure_from(failure),
        versions=tuple(json.loads(versions)),
        coming=coming,
        offered=Validators(*json.loads(offered)),
        plain=plain,
    )


def _validators_text(known: Validators) -> str:
    return json.dumps([known.etag, known.modified, known.size])
