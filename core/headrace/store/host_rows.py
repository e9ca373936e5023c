"""What was learnt of hosts, in the database: the thousand of the latest."""

import sqlite3
from collections.abc import Collection
from typing import Final

HostRow = tuple[str, int | None, bool, float]
"""Host, connections that helped a download from it, whether its entity tags rotate, and Unix seconds."""
_GET: Final = "SELECT host, useful, rotating, seen_at FROM hosts ORDER BY seen_at DESC LIMIT 1000"
_DROP: Final = "DELETE FROM hosts WHERE host NOT IN (SELECT host FROM hosts ORDER BY seen_at DESC LIMIT 1000)"


def read_hosts(connection: sqlite3.Connection) -> list[HostRow]:
    """Return what was kept, the latest last. Raises sqlite3.Error."""
    rows = connection.execute(_GET).fetchall()
    return [(host, useful, bool(rotating), seen_at) for host, useful, rotating, seen_at in reversed(rows)]


def write_hosts(connection: sqlite3.Connection, rows: Collection[HostRow]) -> None:
    """Keep these, and let go of the oldest beyond a thousand. Raises sqlite3.Error."""
    if rows:
        connection.executemany("INSERT OR REPLACE INTO hosts VALUES (?, ?, ?, ?)", rows)
        connection.execute(_DROP)
