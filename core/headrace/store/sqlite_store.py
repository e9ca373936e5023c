"""The memory of the program: SQLite in WAL mode behind one writer thread that commits in batches."""

import logging
import os
import sqlite3
from collections.abc import Callable, Iterable
from contextlib import closing, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Condition, Thread
from time import monotonic

from headrace.claims import Claims
from headrace.store.migrations import check_pages, check_version, migrate
from headrace.store.records import (
    CLAIM_COLUMNS,
    RECORD_COLUMNS,
    DownloadRecord,
    claims_from,
    claims_row,
    record_from,
    record_row,
)

_log = logging.getLogger(__name__)
_RETRY = 1.0
"""Seconds until a commit that failed (full disk) is tried again."""

_PUT_RECORD = (
    f"INSERT INTO downloads ({', '.join(RECORD_COLUMNS)}) VALUES ({', '.join('?' * len(RECORD_COLUMNS))}) "  # noqa: S608
    f"ON CONFLICT (id) DO UPDATE SET {', '.join(f'{name} = excluded.{name}' for name in RECORD_COLUMNS[1:])}"
)
_PUT_CLAIMS = (
    f"INSERT OR REPLACE INTO claims ({', '.join(CLAIM_COLUMNS)}) SELECT {', '.join('?' * len(CLAIM_COLUMNS))} "  # noqa: S608
    "WHERE EXISTS (SELECT 1 FROM downloads WHERE id = ?1)"  # a download forgotten meanwhile has none
)
_GET_RECORDS = f"SELECT {', '.join(RECORD_COLUMNS)} FROM downloads ORDER BY place"  # noqa: S608
_GET_CLAIMS = f"SELECT {', '.join(CLAIM_COLUMNS)} FROM claims"  # noqa: S608


class StoreError(OSError):
    """The database cannot be used, with a sentence that says what to do."""


@dataclass(slots=True)
class _Batch:
    """Changes not committed yet: the newest word on each download wins."""

    records: dict[str, DownloadRecord] = field(default_factory=dict)
    claims: dict[str, Claims | None] = field(default_factory=dict)
    deleted: set[str] = field(default_factory=set)

    def under(self, newer: "_Batch") -> "_Batch":
        """Return this batch with `newer` laid over it."""
        deleted = (self.deleted | newer.deleted) - newer.records.keys()
        records = {key: row for key, row in (self.records | newer.records).items() if key not in deleted}
        claims = {key: row for key, row in (self.claims | newer.claims).items() if key not in deleted}
        return _Batch(records, claims, deleted)

    def __bool__(self) -> bool:
        return bool(self.records or self.claims or self.deleted)


class SqliteStore:
    """Downloads on disk. All methods may be called from any thread and return at once unless said otherwise."""

    def __init__(
        self,
        path: Path,
        on_loaded: Callable[[list[DownloadRecord]], None],
        on_trouble: Callable[[OSError], None],
    ) -> None:
        """Open and migrate (raises StoreError), then load in the writer thread, which calls both callbacks."""
        self._path = path
        self._on_loaded, self._on_trouble = on_loaded, on_trouble
        self._changed = Condition()
        self._waiting = _Batch()
        self._asked = 0
        self._committed = 0
        self._in_trouble = False
        self._closing = False
        self._prepare()
        self._thread = Thread(target=self._run, name="store", daemon=True)
        self._thread.start()

    def save(self, record: DownloadRecord) -> None:
        """Have `record` written, but not its claims: those belong to `save_claims`."""
        with self._changed:
            self._waiting.records[record.id] = replace(record, claims=None)
            self._waiting.deleted.discard(record.id)
            self._ask()

    def save_claims(self, download_id: str, claims: Claims | None) -> None:
        """Have `claims` replace those of a download; None drops them. Claimed bytes must be on the medium by now."""
        with self._changed:
            self._waiting.claims[download_id] = claims
            self._ask()

    def delete(self, download_ids: Iterable[str]) -> None:
        """Have downloads forgotten, claims included."""
        with self._changed:
            for download_id in download_ids:
                self._waiting.records.pop(download_id, None)
                self._waiting.claims.pop(download_id, None)
                self._waiting.deleted.add(download_id)
            self._ask()

    def flush(self, timeout: float) -> bool:
        """Wait until everything asked for so far is committed, at most `timeout` seconds; say whether it is."""
        with self._changed:
            target = self._asked
            return self._changed.wait_for(lambda: self._committed >= target or self._in_trouble, timeout) and (
                self._committed >= target
            )

    def close(self, timeout: float) -> bool:
        """Commit what waits and end the thread, in at most `timeout` seconds; say whether that worked."""
        with self._changed:
            self._closing = True
            self._changed.notify_all()
        self._thread.join(timeout)
        return not self._thread.is_alive() and not self._waiting

    def _ask(self) -> None:
        self._asked += 1
        self._changed.notify_all()

    def _prepare(self) -> None:
        """Make the file readable by its owner only, and bring its schema up to date."""
        try:
            os.close(os.open(self._path, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o600))
            with closing(sqlite3.connect(self._path)) as connection:
                check_version(connection)  # before anything is written, be it only the journal mode
                check_pages(connection)
            with closing(self._connect()) as connection:
                migrate(connection)
        except (sqlite3.DatabaseError, ValueError, OSError) as error:
            raise StoreError(
                f"the list of downloads {self._path} cannot be used: {error}. "
                "Move that file away to begin with an empty list; downloads themselves are not touched."
            ) from error

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._path, isolation_level=None, timeout=5.0)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        return connection

    def _run(self) -> None:
        with closing(self._connect()) as connection:
            self._on_loaded(_load(connection))
            while True:
                with self._changed:
                    self._changed.wait_for(lambda: bool(self._waiting) or self._closing)
                    batch, self._waiting, target = self._waiting, _Batch(), self._asked
                    if not batch:
                        return
                if not self._commit(connection, batch, target):
                    return

    def _commit(self, connection: sqlite3.Connection, batch: _Batch, target: int) -> bool:
        """Write a batch; after a failure keep it for later and say so once. Return False when closing in trouble."""
        try:
            _write(connection, batch)
        except (sqlite3.Error, OverflowError, ValueError) as error:  # the last two: a value SQLite cannot hold
            _log.error("the database cannot be written: %s", error)
            return self._keep(batch, error)
        with self._changed:
            self._committed, self._in_trouble = target, False
            self._changed.notify_all()
        return True

    def _keep(self, batch: _Batch, error: Exception) -> bool:
        with self._changed:
            first, self._in_trouble = not self._in_trouble, True
            self._waiting = batch.under(self._waiting)
            self._changed.notify_all()
        if first:
            self._on_trouble(StoreError(str(error)))
        until = monotonic() + _RETRY
        with self._changed:
            self._changed.wait_for(lambda: self._closing or monotonic() >= until, _RETRY)
            return not self._closing


def _load(connection: sqlite3.Connection) -> list[DownloadRecord]:
    """Read all downloads in queue order; a row that makes no sense is left in place and skipped."""
    claims = {row[0]: row for row in connection.execute(_GET_CLAIMS)}
    records = []
    for row in connection.execute(_GET_RECORDS):
        try:
            found = claims_from(claims[row[0]])[1] if row[0] in claims else None
            records.append(record_from(row, found))
        except (ValueError, TypeError) as error:
            _log.warning("download %s in the database cannot be read: %s", row[0], error)
    return records


def _write(connection: sqlite3.Connection, batch: _Batch) -> None:
    """Write a batch in one transaction. Raises sqlite3.Error, and then nothing of it is written."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        connection.executemany("DELETE FROM downloads WHERE id = ?", [(key,) for key in batch.deleted])
        connection.executemany(_PUT_RECORD, [record_row(record) for record in batch.records.values()])
        kept = [claims_row(key, row) for key, row in batch.claims.items() if row is not None]
        connection.executemany(_PUT_CLAIMS, kept)
        dropped = [(key,) for key, row in batch.claims.items() if row is None]
        connection.executemany("DELETE FROM claims WHERE download_id = ?", dropped)
        connection.execute("COMMIT")
    except (sqlite3.Error, OverflowError, ValueError):
        with suppress(sqlite3.Error):
            connection.execute("ROLLBACK")
        raise
