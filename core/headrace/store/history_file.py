"""The history on disk: a file of its own beside the list, so that a million entries cost a start nothing."""

import logging
import os
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from datetime import date
from itertools import islice
from pathlib import Path
from threading import Lock
from typing import Final

from headrace.days import day_of
from headrace.history import Figure, HistoryEntry, HistoryQuery, Outcome, Period
from headrace.store import history_search
from headrace.store.endings import Move, finished_before, read_endings
from headrace.store.history_schema import drop_entries, has_words, make_tables, put_entries, rename_entry, wipe

_log = logging.getLogger(__name__)
PAGE: Final = 200
"""Entries that are read at once."""
_SLICE: Final = 1000
"""Entries that are deleted in one transaction: others have their turn in between."""
_DAMAGED: Final = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}


class HistoryError(OSError):
    """The history cannot be used; the text says why."""


class HistoryFile:
    """Opened anew for each task, in whichever thread does it: one writes at a time, any number read meanwhile.

    All methods but the constructor may wait for a disk. They raise OSError, and ValueError for a file of a newer
    program.
    """

    def __init__(
        self, path: Path, database: Path, day: Callable[[float], date] = day_of, *, held: bool = False
    ) -> None:
        """Keep the history in `path`, of the downloads in `database`; `day` gives the local day of Unix seconds.

        One that is `held` stays open from its first use until `close`: else SQLite tidies up behind every task.
        """
        self._path, self._database, self._day = path, database, day
        self._lock, self._held = Lock(), held
        self._anchor: sqlite3.Connection | None = None

    def close(self) -> None:
        """Hold the file no longer; what is under way goes on."""
        with self._lock:
            self._held = False
            self._let_go()

    def _let_go(self) -> None:
        if self._anchor is not None:
            self._anchor.close()
            self._anchor = None

    def _hold(self) -> None:
        with self._lock:
            if self._held and self._anchor is None:
                self._anchor = self._connected()

    # -- writing -----------------------------------------------------------------------------------------------

    def take_over(self) -> int:
        """Move here what has ended since the last time; return the number up to which the list may forget it.

        A new file begins with the finished downloads that are on the list.
        """
        with self._opened() as (connection, words, is_new), self._list() as source:
            taken = _taken(connection, source)
            while endings := read_endings(source, taken):
                taken = endings[-1][0]
                with _transaction(connection):
                    for _, one in endings:
                        self._take(connection, one, words=words)
                    connection.execute("UPDATE standing SET taken = ?", (taken,))
            if is_new:
                self._begin(connection, source, words=words)
        return taken

    def _take(self, connection: sqlite3.Connection, one: HistoryEntry | Move | None, *, words: bool) -> None:
        if one is None:
            return
        known = "SELECT number, outcome, ended_at FROM history WHERE download_id = ? ORDER BY number DESC"
        earlier = connection.execute(known, (one.download_id,)).fetchall()
        if isinstance(one, Move):
            finished = next((number for number, outcome, _ in earlier if outcome == Outcome.FINISHED), None)
            if finished is not None:
                rename_entry(connection, finished, one.name, one.folder, words=words)
        elif (int(one.outcome), one.ended_at) not in [row[1:] for row in earlier]:
            overtaken = [number for number, outcome, _ in earlier if outcome != Outcome.FINISHED]
            drop_entries(connection, overtaken, words=words)
            connection.execute("UPDATE standing SET last = last + 1")
            (number,) = connection.execute("SELECT last FROM standing").fetchone()
            put_entries(connection, [replace(one, number=number)], words=words)

    def _begin(self, connection: sqlite3.Connection, source: sqlite3.Connection, *, words: bool) -> None:
        """Write what had finished before there was a history, under numbers below all others."""
        known = {row[0] for row in connection.execute("SELECT download_id FROM history")}
        (least,) = connection.execute("SELECT coalesce(min(number), 1) FROM history").fetchone()
        found = (entry for entry in finished_before(source, self._day) if entry.download_id not in known)
        with _transaction(connection):
            number = int(min(least, 1))
            while some := list(islice(found, _SLICE)):
                numbered = [replace(entry, number=number - place) for place, entry in enumerate(some, 1)]
                put_entries(connection, numbered, words=words)
                number -= len(numbered)

    def delete(self, numbers: Iterable[int]) -> None:
        """Delete entries for good."""
        with self._opened() as (connection, words, _):
            walked = iter(numbers)
            while some := list(islice(walked, _SLICE)):
                with _transaction(connection):
                    drop_entries(connection, some, words=words)
            wipe(connection, words=words)

    def clear(self, query: HistoryQuery, check: Callable[[], None] = lambda: None) -> int:
        """Delete all that is meant, a slice at a time; return how many that were. `check` may raise to end it."""
        gone = 0
        with self._opened() as (connection, words, _):
            while numbers := history_search.numbers(connection, query, _SLICE, words=words):
                with _transaction(connection):
                    drop_entries(connection, numbers, words=words)
                gone += len(numbers)
                check()
            if gone:
                wipe(connection, words=words)
        return gone

    # -- reading -----------------------------------------------------------------------------------------------

    def page(self, query: HistoryQuery, before: int | None = None, most: int = PAGE) -> list[HistoryEntry]:
        """Return entries of numbers below `before`, the latest first."""
        with self._opened() as (connection, words, _):
            return history_search.page(connection, query, before, most, words=words)

    def entries(self, query: HistoryQuery) -> Iterator[HistoryEntry]:
        """Yield all that are meant, the latest first, however many."""
        before: int | None = None
        while some := self.page(query, before, _SLICE):
            yield from some
            before = some[-1].number

    def count(self, query: HistoryQuery, most: int = -1) -> int:
        """Return how many entries are meant; of more than `most` no more are counted."""
        with self._opened() as (connection, words, _):
            return history_search.count(connection, query, words=words, most=most)

    def figures(self, query: HistoryQuery, period: Period, most: int = -1) -> list[Figure]:
        """Return sums by day, week or month, the latest first, or by host, the greatest first."""
        with self._opened() as (connection, words, _):
            return history_search.figures(connection, query, period, most, words=words)

    def total(self, query: HistoryQuery) -> Figure:
        """Return the sum over all that is meant."""
        with self._opened() as (connection, words, _):
            return history_search.total(connection, query, words=words)

    # -- the file ----------------------------------------------------------------------------------------------

    @contextmanager
    def _opened(self) -> Iterator[tuple[sqlite3.Connection, bool, bool]]:
        """Open the file, whole; yield with it whether words are indexed, and whether it is new."""
        try:
            self._hold()
            with closing(self._connected()) as connection:
                is_new = _is_made(connection)
                yield connection, has_words(connection), is_new
        except sqlite3.Error as error:
            if getattr(error, "sqlite_errorcode", 0) & 0xFF in _DAMAGED:
                self._put_aside()
            raise HistoryError(str(error)) from error

    @contextmanager
    def _list(self) -> Iterator[sqlite3.Connection]:
        """Open the database of the list, to be read."""
        with closing(sqlite3.connect(f"{self._database.as_uri()}?mode=ro", uri=True, timeout=5.0)) as source:
            yield source

    def _connected(self) -> sqlite3.Connection:
        os.close(os.open(self._path, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o600))
        connection = sqlite3.connect(self._path, isolation_level=None, timeout=30.0, check_same_thread=False)
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA secure_delete = ON")  # what was deleted is gone from the file as well
        except BaseException:
            connection.close()
            raise
        return connection

    def _put_aside(self) -> None:
        """Keep a damaged file under another name: the next one begins with what is on the list."""
        with self._lock:
            self._let_go()
        aside = f"{self._path.name}.damaged-{time.strftime('%Y%m%d-%H%M%S', time.gmtime())}"
        _log.error("the history was damaged: it is kept as %s, and a new one is begun", aside)
        for ending in ("-wal", "-shm", ""):
            with suppress(OSError):
                self._path.with_name(self._path.name + ending).rename(self._path.with_name(aside + ending))


def _taken(connection: sqlite3.Connection, source: sqlite3.Connection) -> int:
    """Return up to which number the list was taken over; 0 where a backup of it took its place, which counts anew."""
    (taken,) = connection.execute("SELECT taken FROM standing").fetchone()
    row = source.execute("SELECT seq FROM sqlite_sequence WHERE name = 'endings'").fetchone()
    return int(taken) if row is not None and row[0] >= taken else 0


def _is_made(connection: sqlite3.Connection) -> bool:
    """Make the tables where they are missing; say whether they were."""
    if connection.execute("PRAGMA user_version").fetchone() != (0,):
        return make_tables(connection)
    with _transaction(connection):
        return make_tables(connection)


@contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[None]:
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        with suppress(sqlite3.Error):
            connection.execute("ROLLBACK")
        raise
