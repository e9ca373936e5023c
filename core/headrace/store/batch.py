"""What is to be written next, and how it is: whole or not at all."""

import sqlite3
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

from headrace.claims import Claims
from headrace.host_notes import HostNote
from headrace.store.endings import Endings
from headrace.store.host_rows import write_hosts
from headrace.store.records import CLAIM_COLUMNS, RECORD_COLUMNS, DownloadRecord, claims_row, record_row
from headrace.store.stories import write_stories
from headrace.story import StoryEntry

_PUT_RECORD = (
    f"INSERT INTO downloads ({', '.join(RECORD_COLUMNS)}) VALUES ({', '.join('?' * len(RECORD_COLUMNS))}) "  # noqa: S608
    f"ON CONFLICT (id) DO UPDATE SET {', '.join(f'{name} = excluded.{name}' for name in RECORD_COLUMNS[1:])}"
)
_PUT_CLAIMS = (
    f"INSERT OR REPLACE INTO claims ({', '.join(CLAIM_COLUMNS)}) SELECT {', '.join('?' * len(CLAIM_COLUMNS))} "  # noqa: S608
    "WHERE EXISTS (SELECT 1 FROM downloads WHERE id = ?1)"  # a download forgotten meanwhile has none
)
_PUT_BLOCK = (
    "INSERT OR REPLACE INTO blocks (download_id, block, digest) SELECT ?, ?, ? "
    "WHERE EXISTS (SELECT 1 FROM downloads WHERE id = ?1)"
)

Write = Callable[[sqlite3.Connection], object]


@dataclass(slots=True)
class Batch:
    """Changes not committed yet: the newest word on each download wins."""

    records: dict[str, DownloadRecord] = field(default_factory=dict)
    claims: dict[str, Claims | None] = field(default_factory=dict)
    blocks: dict[str, dict[int, bytes]] = field(default_factory=dict)
    wiped: set[str] = field(default_factory=set)
    """Downloads whose stored block digests go before `blocks` are written."""
    deleted: set[str] = field(default_factory=set)
    hosts: dict[str, HostNote | None] = field(default_factory=dict)
    """None is of a host that is to be forgotten."""
    story: list[tuple[str, StoryEntry]] = field(default_factory=list)
    others: list[Write] = field(default_factory=list)
    """What is called behind all that, in the same transaction."""
    endings: Endings = field(default_factory=Endings)
    has_ended: bool = False
    """Whether a download ended with it: known once it is written."""

    def under(self, newer: "Batch") -> "Batch":
        """Return this batch with `newer` laid over it."""
        deleted = (self.deleted | newer.deleted) - newer.records.keys()
        records = {key: row for key, row in (self.records | newer.records).items() if key not in deleted}
        claims = {key: row for key, row in (self.claims | newer.claims).items() if key not in deleted}
        blocks = {key: dict(rows) for key, rows in self.blocks.items() if key not in newer.wiped | deleted}
        for key, rows in newer.blocks.items():
            blocks.setdefault(key, {}).update(rows)
        hosts, story = self.hosts | newer.hosts, self.story + newer.story
        others = self.others + newer.others
        return Batch(records, claims, blocks, self.wiped | newer.wiped, deleted, hosts, story, others)

    def __bool__(self) -> bool:
        changes = (self.records, self.claims, self.blocks, self.wiped, self.deleted, self.hosts, self.story)
        return any(changes) or bool(self.others)


def write_batch(connection: sqlite3.Connection, batch: Batch) -> None:
    """Write a batch in one transaction. Raises sqlite3.Error, and then nothing of it is written."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        batch.has_ended = batch.endings.note(connection, batch.records.values(), batch.deleted)
        connection.executemany("DELETE FROM downloads WHERE id = ?", [(key,) for key in batch.deleted])
        connection.executemany(_PUT_RECORD, [record_row(record) for record in batch.records.values()])
        kept = [claims_row(key, row) for key, row in batch.claims.items() if row is not None]
        connection.executemany(_PUT_CLAIMS, kept)
        dropped = [(key,) for key, row in batch.claims.items() if row is None]
        connection.executemany("DELETE FROM claims WHERE download_id = ?", dropped)
        connection.executemany("DELETE FROM blocks WHERE download_id = ?", [(key,) for key in batch.wiped])
        digests = ((key, block, digest) for key, rows in batch.blocks.items() for block, digest in rows.items())
        connection.executemany(_PUT_BLOCK, digests)
        write_hosts(connection, batch.hosts)
        write_stories(connection, batch.story)
        for write in batch.others:
            write(connection)
        connection.execute("COMMIT")
    except BaseException:
        with suppress(sqlite3.Error):
            connection.execute("ROLLBACK")
        raise
