"""The sums of bytes by day and network in the database."""

import logging
import sqlite3
from collections.abc import Iterable
from datetime import date

from headrace.traffic import TrafficRow

_log = logging.getLogger(__name__)
_ADD = (
    "INSERT INTO traffic (day, network, bytes) VALUES (?, ?, ?) "
    "ON CONFLICT (day, network) DO UPDATE SET bytes = bytes + excluded.bytes"
)


def write_traffic(connection: sqlite3.Connection, rows: Iterable[TrafficRow]) -> None:
    """Add bytes to the sums of days. Raises sqlite3.Error."""
    connection.executemany(_ADD, [(day.isoformat(), network, size) for day, network, size in rows])


def read_traffic(connection: sqlite3.Connection) -> list[TrafficRow]:
    """Return all sums; a row that makes no sense is passed over. Raises sqlite3.Error."""
    found = []
    for day, network, size in connection.execute("SELECT day, network, bytes FROM traffic"):
        try:
            found.append((date.fromisoformat(day), str(network), int(size)))
        except (ValueError, TypeError) as error:
            _log.warning("the bytes of a day cannot be read: %s", error)
    return found
