"""Downloads that have ended, in the database of the list: written with their end, kept until the history has them.

The history is a file of its own, since the list is looked through at every start and copied at every end. What is
written here in the same transaction as the end of a download is moved there afterwards, by its number, so that a crash
in between neither loses it nor has it twice.
"""

import json
import logging
import sqlite3
from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import date
from functools import partial
from time import time
from typing import Final, NamedTuple

from headrace.days import day_of
from headrace.history import HistoryEntry, ended, entry_from, entry_text
from headrace.states import DownloadState
from headrace.store.records import RECORD_COLUMNS, DownloadRecord, record_from, stored_name

_log = logging.getLogger(__name__)
_PUT: Final = "INSERT INTO endings (entry) VALUES (?)"
_GET: Final = "SELECT number, entry FROM endings WHERE number > ? ORDER BY number LIMIT 1000"
_BEFORE: Final = "SELECT state, finished_at, name, folder, partial FROM downloads WHERE id = ?"
_ROW: Final = f"SELECT {', '.join(RECORD_COLUMNS)} FROM downloads WHERE id = ?"  # noqa: S608
_FINISHED: Final = (
    f"SELECT {', '.join(RECORD_COLUMNS)} FROM downloads WHERE state = {int(DownloadState.COMPLETED)} "  # noqa: S608
    "ORDER BY finished_at DESC"
)
_ENDED: Final = {DownloadState.COMPLETED, DownloadState.FAILED}


class Move(NamedTuple):
    """A finished file has another name, or is in another folder."""

    download_id: str
    name: str
    folder: str


class Endings:
    """Finds what has ended in what is about to be written. In the store's thread, but for `wanted`."""

    def __init__(self, clock: Callable[[], float] = time, day: Callable[[float], date] = day_of) -> None:
        """`clock` gives Unix seconds, `day` the local day of them."""
        self.wanted = True
        """Whether anything is to be remembered."""
        self.told: Callable[[], None] = lambda: None
        """Called where something was written and committed."""
        self._clock, self._day = clock, day

    def note(self, connection: sqlite3.Connection, records: Iterable[DownloadRecord], deleted: Collection[str]) -> bool:
        """Write what of these has ended, before they are written or go themselves; say whether any was.

        Raises sqlite3.Error.
        """
        if not self.wanted:
            return False
        texts = list(self._left(connection, deleted))
        for record in records:
            if record.state in _ENDED:
                texts += self._of(connection.execute(_BEFORE, (record.id,)).fetchone(), record)
        connection.executemany(_PUT, [(text,) for text in texts])
        return bool(texts)

    def _of(self, before: tuple[object, ...] | None, record: DownloadRecord) -> list[str]:
        """Return what is to be written of a record that has ended, `before` being what is written of it."""
        state, finished_at, name, folder, partial = before or (None, None, None, None, None)
        if state != int(record.state) or (finished_at != record.finished_at and record.finished_at is not None):
            return self._text(record, was_partial=partial is not None)
        now = record.name, str(record.folder)
        if record.state is DownloadState.COMPLETED and (name, folder) != tuple(map(stored_name, now)):
            return [json.dumps({"moved": [record.id, *now]})]
        return []

    def _left(self, connection: sqlite3.Connection, deleted: Iterable[str]) -> Iterator[str]:
        """Yield what is to be written of downloads that go unfinished; of failed ones it was written before."""
        for download_id in deleted:
            row = connection.execute(_ROW, (download_id,)).fetchone()
            record = None if row is None else _readable(row)
            if record is not None and record.state not in _ENDED:
                yield from self._text(record, was_partial=record.partial is not None)

    def _text(self, record: DownloadRecord, *, was_partial: bool) -> list[str]:
        at = record.finished_at or self._clock()
        entry = ended(record, at, self._day(at), was_partial=was_partial)
        return [] if entry is None else [entry_text(entry)]


def read_endings(connection: sqlite3.Connection, behind: int) -> list[tuple[int, HistoryEntry | Move | None]]:
    """Return the thousand next ones behind a number, with their numbers; None for one that makes no sense.

    Raises sqlite3.Error.
    """
    return [(number, _read(number, text)) for number, text in connection.execute(_GET, (behind,))]


def _read(number: int, text: str) -> HistoryEntry | Move | None:
    try:
        values = json.loads(text)
        return Move(*values["moved"]) if "moved" in values else entry_from(values, number)
    except (ValueError, TypeError, KeyError) as error:
        _log.warning("an entry of the history cannot be read: %s", type(error).__name__)
        return None


def drop_endings(up_to: int) -> Callable[[sqlite3.Connection], object]:
    """Return what forgets those up to a number: the history has them."""
    return partial(_drop, up_to=up_to)


def _drop(connection: sqlite3.Connection, up_to: int) -> None:
    connection.execute("DELETE FROM endings WHERE number <= ?", (up_to,))


def finished_before(connection: sqlite3.Connection, day: Callable[[float], date] = day_of) -> Iterator[HistoryEntry]:
    """Yield the finished downloads of the list, the newest first. Raises sqlite3.Error."""
    for row in connection.execute(_FINISHED):
        record = _readable(row)
        if record is not None and record.finished_at is not None:
            entry = ended(record, record.finished_at, day(record.finished_at))
            if entry is not None:
                yield entry


def _readable(row: tuple[object, ...]) -> DownloadRecord | None:
    try:
        return record_from(row, None)
    except (ValueError, TypeError):
        return None
