"""The stories of downloads in the database: written with the batches, read when they are asked for."""

import logging
import sqlite3
from collections.abc import Iterable

from headrace.story import FIRST_KEPT, NEWEST_KEPT, StoryEntry

_log = logging.getLogger(__name__)
_PUT = (
    "INSERT INTO story (download_id, number, at, kind, data) SELECT ?1, "
    "(SELECT COALESCE(MAX(number), 0) + 1 FROM story WHERE download_id = ?1), ?2, ?3, ?4 "
    "WHERE EXISTS (SELECT 1 FROM downloads WHERE id = ?1)"
)
_CUT = (
    "DELETE FROM story WHERE download_id = ?1 AND number > ?2 "
    "AND number <= (SELECT MAX(number) FROM story WHERE download_id = ?1) - ?3"
)
_GET = "SELECT at, kind, data FROM story WHERE download_id = ? ORDER BY number"


def write_stories(connection: sqlite3.Connection, entries: Iterable[tuple[str, StoryEntry]]) -> None:
    """Add entries to the stories of downloads that have a row, and cut the middle out of long ones."""
    rows = [(key, entry.at, int(entry.kind), entry.data_text()) for key, entry in entries]
    connection.executemany(_PUT, rows)
    connection.executemany(_CUT, [(key, FIRST_KEPT, NEWEST_KEPT) for key in {row[0] for row in rows}])


def read_story(connection: sqlite3.Connection, download_id: str) -> list[StoryEntry]:
    """Return the committed story of a download; a row that makes no sense is passed over. Raises sqlite3.Error."""
    found = []
    for row in connection.execute(_GET, (download_id,)):
        try:
            found.append(StoryEntry.stored(*row))
        except (ValueError, TypeError) as error:
            _log.warning("an entry in the story of %s cannot be read: %s", download_id, error)
    return found
