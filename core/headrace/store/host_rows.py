"""What was found out about hosts, in the database."""

import sqlite3
from collections.abc import Mapping
from typing import Final

from headrace.host_notes import HostNote

_COLUMNS: Final = (
    *("host", "useful", "rotating", "ceiling", "refused_at"),
    *("retry_after", "retry_at", "ranges_failed_at", "seen_at"),
)
"""As HostNote has its fields."""
_GET: Final = f"SELECT {', '.join(_COLUMNS)} FROM hosts ORDER BY seen_at DESC LIMIT 1000"  # noqa: S608 - constants
_PUT: Final = f"INSERT OR REPLACE INTO hosts ({', '.join(_COLUMNS)}) VALUES ({', '.join('?' * len(_COLUMNS))})"  # noqa: S608
_DROP: Final = "DELETE FROM hosts WHERE host NOT IN (SELECT host FROM hosts ORDER BY seen_at DESC LIMIT 1000)"


def load_hosts(connection: sqlite3.Connection) -> list[HostNote]:
    """Return what was kept, the latest last. Raises sqlite3.Error."""
    rows = reversed(connection.execute(_GET).fetchall())
    return [HostNote(host, useful, bool(rotating), *more) for host, useful, rotating, *more in rows]


def write_hosts(connection: sqlite3.Connection, notes: Mapping[str, HostNote | None]) -> None:
    """Write notes, None being of a host that is to be forgotten; the latest thousand stay. Raises sqlite3.Error."""
    kept = [tuple(getattr(note, name) for name in _COLUMNS) for note in notes.values() if note is not None]
    connection.executemany(_PUT, kept)
    connection.executemany(
        "DELETE FROM hosts WHERE host = ?", [(host,) for host, note in notes.items() if note is None]
    )
    if kept:
        connection.execute(_DROP)
