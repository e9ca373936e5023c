"""The file of the history: its tables, and the index of words where this SQLite can have one (FTS5)."""

import sqlite3
from collections.abc import Iterable
from typing import Any, Final

from headrace.history import HistoryEntry
from headrace.store.records import failure_text, stored_name

_SCHEMA: Final = 1
COLUMNS: Final = (
    "number download_id outcome ended_at day name folder address host final_host size received seconds added_at "
    "proven failure"
).split()
_TABLES: Final = (
    """CREATE TABLE history (
        number INTEGER PRIMARY KEY, download_id TEXT NOT NULL, outcome INTEGER NOT NULL, ended_at REAL NOT NULL,
        day TEXT NOT NULL, name TEXT NOT NULL, folder TEXT NOT NULL, address TEXT NOT NULL, host TEXT NOT NULL,
        final_host TEXT, size INTEGER, received INTEGER NOT NULL, seconds REAL NOT NULL, added_at REAL NOT NULL,
        proven TEXT, failure TEXT
    )""",
    "CREATE INDEX history_by_download ON history (download_id)",
    "CREATE INDEX history_by_host ON history (host)",
    "CREATE INDEX history_by_day ON history (day)",
    "CREATE INDEX history_by_outcome ON history (outcome)",
    # one row: what of the list was taken over, the last number given, whether the index of words lacks any
    "CREATE TABLE standing (taken INTEGER NOT NULL, last INTEGER NOT NULL, stale INTEGER NOT NULL)",
    "INSERT INTO standing VALUES (0, 0, 0)",
)
_WORDS: Final = (
    "CREATE VIRTUAL TABLE IF NOT EXISTS words USING fts5("
    "name, address, content = 'history', content_rowid = 'number', prefix = '1 2 3')"
)
_PUT: Final = f"INSERT INTO history ({', '.join(COLUMNS)}) VALUES ({', '.join('?' * len(COLUMNS))})"  # noqa: S608
_PUT_WORDS: Final = "INSERT INTO words (rowid, name, address) VALUES (?, ?, ?)"
_DROP_WORDS: Final = "INSERT INTO words (words, rowid, name, address) VALUES ('delete', ?, ?, ?)"


def make_tables(connection: sqlite3.Connection) -> bool:
    """Make what is missing; say whether the file was new. Raises sqlite3.Error; ValueError if a newer program's."""
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version > _SCHEMA:
        raise ValueError("the history was written by a newer Headrace")
    if not version:
        for statement in _TABLES:
            connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {_SCHEMA}")
    return not version


def has_words(connection: sqlite3.Connection) -> bool:
    """Make the index of words, and right again where it was left behind; say whether there is one that can be used.

    Without FTS5 what is written from then on is marked as missing in an index that another SQLite made.
    """
    try:
        connection.execute(_WORDS)
        connection.execute("SELECT 1 FROM words LIMIT 0")
    except sqlite3.OperationalError:
        _mark(connection, stale=True)
        return False
    if _is_stale(connection):
        connection.execute("INSERT INTO words (words) VALUES ('rebuild')")
        _mark(connection, stale=False)
    return True


def _is_stale(connection: sqlite3.Connection) -> bool:
    return bool(connection.execute("SELECT stale FROM standing").fetchone()[0])


def _mark(connection: sqlite3.Connection, *, stale: bool) -> None:
    if _is_stale(connection) != stale:
        connection.execute("UPDATE standing SET stale = ?", (stale,))


def put_entries(connection: sqlite3.Connection, entries: Iterable[HistoryEntry], *, words: bool) -> None:
    """Write entries of new numbers. Raises sqlite3.Error."""
    rows = [_row(entry) for entry in entries]
    connection.executemany(_PUT, rows)
    if words:
        name, address = COLUMNS.index("name"), COLUMNS.index("address")
        connection.executemany(_PUT_WORDS, [(row[0], row[name], row[address]) for row in rows])


def drop_entries(connection: sqlite3.Connection, numbers: Iterable[int], *, words: bool) -> None:
    """Delete entries by their numbers. Raises sqlite3.Error."""
    for number in numbers:
        if words:
            row = connection.execute("SELECT number, name, address FROM history WHERE number = ?", (number,)).fetchone()
            if row is not None:
                connection.execute(_DROP_WORDS, row)
        connection.execute("DELETE FROM history WHERE number = ?", (number,))


def wipe(connection: sqlite3.Connection, *, words: bool) -> None:
    """Have nothing of what was deleted left in the file. May take seconds. Raises sqlite3.Error."""
    if words:
        connection.execute("INSERT INTO words (words) VALUES ('optimize')")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def rename_entry(connection: sqlite3.Connection, number: int, name: str, folder: str, *, words: bool) -> None:
    """Write another name and folder of an entry. Raises sqlite3.Error."""
    row = connection.execute("SELECT number, name, address FROM history WHERE number = ?", (number,)).fetchone()
    if words:
        connection.execute(_DROP_WORDS, row)
        connection.execute(_PUT_WORDS, (number, stored_name(name), row[2]))
    changed = stored_name(name), stored_name(folder), number
    connection.execute("UPDATE history SET name = ?, folder = ? WHERE number = ?", changed)


def _row(entry: HistoryEntry) -> tuple[Any, ...]:
    return (
        entry.number,
        entry.download_id,
        int(entry.outcome),
        entry.ended_at,
        entry.day.isoformat(),
        stored_name(entry.name),
        stored_name(str(entry.folder)),
        entry.address,
        entry.host,
        entry.final_host,
        entry.size,
        entry.received,
        entry.seconds,
        entry.added_at,
        entry.proven,
        failure_text(entry.failure),
    )
