"""What is read of the database when it is opened."""

import logging
import sqlite3
from typing import Final

from headrace.lots import Dormant
from headrace.store.lot_reading import NOT_DORMANT, NOT_FINISHED, Found, read_dormant
from headrace.store.records import CLAIM_COLUMNS, RECORD_COLUMNS, DownloadRecord, claims_from, record_from

_log = logging.getLogger(__name__)
_GET_RECORDS: Final = f"SELECT {', '.join(RECORD_COLUMNS)} FROM downloads"  # noqa: S608
_GET_CLAIMS: Final = f"SELECT {', '.join(CLAIM_COLUMNS)} FROM claims"  # noqa: S608


def load(connection: sqlite3.Connection, *, in_lots: bool) -> tuple[Dormant | None, list[DownloadRecord]]:
    """Read all downloads as they are at one moment: finished ones `in_lots` where that works, others in queue order.

    A row that makes no sense is left in place and skipped. Raises sqlite3.Error.
    """
    connection.execute("BEGIN")
    try:
        found = _load_dormant(connection) if in_lots else None
        if found is None:
            return None, _load_records(connection, "")
        return found.dormant, _load_records(connection, NOT_FINISHED if found.is_all else NOT_DORMANT)
    finally:
        connection.execute("END")
        connection.execute("PRAGMA shrink_memory")  # pages are hardly read again


def _load_dormant(connection: sqlite3.Connection) -> Found | None:
    try:
        return read_dormant(connection)
    except (sqlite3.Error, ValueError, TypeError) as error:
        _log.warning("finished downloads are read one by one: %s", error)
        return None


def _load_records(connection: sqlite3.Connection, which: str) -> list[DownloadRecord]:
    claims = {row[0]: row for row in connection.execute(_GET_CLAIMS)}
    records = []
    for row in connection.execute(f"{_GET_RECORDS} WHERE {which}" if which else _GET_RECORDS):
        try:
            found = claims_from(claims[row[0]])[1] if row[0] in claims else None
            records.append(record_from(row, found))
        except (ValueError, TypeError) as error:
            _log.warning("download %s in the database cannot be read: %s", row[0], error)
    records.sort(key=lambda record: record.place)  # SQLite would sort whole rows
    return records
