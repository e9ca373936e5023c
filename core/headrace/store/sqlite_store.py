"""The memory of the program: SQLite in WAL mode behind one writer thread that commits in batches."""

import errno
import logging
import os
import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path
from threading import Condition, RLock, Thread
from time import monotonic
from types import MappingProxyType

from headrace.claims import Claims
from headrace.disk.system_calls import give_back_memory
from headrace.host_notes import HostNote
from headrace.lots import Dormant
from headrace.states import Failure, FailureReason
from headrace.store.backup import back_up, backup_of, rescue
from headrace.store.batch import Batch, Write, write_batch
from headrace.store.endings import Endings
from headrace.store.host_rows import load_hosts
from headrace.store.migrations import check_pages, check_version, migrate
from headrace.store.reading import load
from headrace.store.records import (
    DownloadRecord,
)
from headrace.store.stories import read_story
from headrace.store.traffic_rows import read_traffic, write_traffic
from headrace.store.watch_rows import read_watches, write_watches
from headrace.story import StoryEntry
from headrace.traffic import TrafficRow
from headrace.watches import Watch

_log = logging.getLogger(__name__)
_write = write_batch
_RETRY = 1.0
"""Seconds until a commit that failed (full disk) is tried again."""

StoryReader = Callable[[Sequence[StoryEntry]], None]


class StoreError(OSError):
    """The database cannot be used, with a sentence that says what to do."""


def _store_error(error: Exception, path: Path) -> StoreError:
    """Return what SQLite says with the number of the system's error behind it, as far as that can be told."""
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
    number = errno.ENOSPC if code == sqlite3.SQLITE_FULL else errno.EIO
    if code == sqlite3.SQLITE_CANTOPEN:
        try:
            os.close(os.open(path, os.O_RDONLY))
        except OSError as cause:
            number = cause.errno or number
    return StoreError(number, str(error))


class SqliteStore:
    """Downloads on disk. All methods may be called from any thread and return at once unless said otherwise."""

    def __init__(
        self,
        path: Path,
        on_loaded: Callable[[list[DownloadRecord]], None],
        on_trouble: Callable[[OSError], None],
        on_dormant: Callable[[Dormant], None] | None = None,
    ) -> None:
        """Open and migrate (raises StoreError), then load in the writer thread, which calls the callbacks.

        With `on_dormant`, finished downloads are told by it, before `on_loaded` tells the others.
        """
        self._path = path
        self._on_loaded, self._on_trouble, self._on_dormant = on_loaded, on_trouble, on_dormant
        self._changed = RLock()
        self._asked_for, self._written = Condition(self._changed), Condition(self._changed)
        """What the one writer waits for, and what many jobs do: nobody is woken for what is none of its business."""
        self._waiting = Batch()
        self._readers: list[tuple[str, StoryReader]] = []
        self._known: set[str] = set()
        """Downloads that have a row; of the dormant ones those that were saved since."""
        self.hosts: list[HostNote] = []
        """What was kept of hosts, the latest last; read before `on_loaded` is called."""
        self.traffic: list[TrafficRow] = []
        """What was kept of bytes by days; read then as well."""
        self.watches: list[Watch] = []
        """Those that were stored; read before `on_loaded` is called."""
        self._asked = 0
        self._committed = 0
        self._trouble: StoreError | None = None
        self._closing = False
        self.damaged: Path | None = None
        """Where a database is kept that was damaged, so that its backup took its place; None if all was well."""
        self.endings = Endings()
        self._prepare()
        self._thread = Thread(target=self._run, name="store", daemon=True)
        self._thread.start()

    def save(self, record: DownloadRecord) -> None:
        """Have `record` written, but not its claims: those belong to `save_claims`."""
        with self._changed:
            self._waiting.records[record.id] = record
            self._waiting.deleted.discard(record.id)
            self._asked += 1
            self._asked_for.notify()

    def save_claims(
        self, download_id: str, claims: Claims | None, blocks: Mapping[int, bytes] = MappingProxyType({})
    ) -> None:
        """Have `claims` replace those of a download and `blocks` join its digests; None drops both.

        Claimed bytes must be on the medium by now.
        """
        with self._changed:
            self._waiting.claims[download_id] = claims
            if claims is None or not claims.received:
                self._waiting.wiped.add(download_id)
                self._waiting.blocks.pop(download_id, None)
            if blocks:
                self._waiting.blocks.setdefault(download_id, {}).update(blocks)
            self._ask()

    def await_record(self, download_id: str, timeout: float) -> bool:
        """Wait until a download has its row, at most `timeout` seconds; say whether it has. For worker threads."""
        with self._changed:
            self._written.wait_for(lambda: download_id in self._known or self._trouble, timeout)
            if download_id in self._known:
                return True
        return self._has_row(download_id)  # it lay dormant, and nothing can be written since

    def _has_row(self, download_id: str) -> bool:
        try:
            with closing(sqlite3.connect(self._path, timeout=5.0)) as connection:
                return connection.execute("SELECT 1 FROM downloads WHERE id = ?", (download_id,)).fetchone() is not None
        except sqlite3.Error:
            return False

    def load_blocks(self, download_id: str) -> dict[int, bytes]:
        """Return the committed block digests of a download. Reads the disk: for worker threads. Raises StoreError."""
        try:
            with closing(sqlite3.connect(self._path, timeout=5.0)) as connection:
                rows = connection.execute("SELECT block, digest FROM blocks WHERE download_id = ?", (download_id,))
                return dict(rows.fetchall())
        except sqlite3.Error as error:
            raise _store_error(error, self._path) from error

    def save_hosts(self, notes: Iterable[HostNote], forgotten: Iterable[str] = ()) -> None:
        """Have what was learnt of hosts written, others forgotten; the thousand of the latest are kept."""
        with self._changed:
            self._waiting.hosts.update({note.host: note for note in notes})
            self._waiting.hosts.update(dict.fromkeys(forgotten))
            self._ask()

    def put(self, write: Write) -> None:
        """Have `write` called in the store's thread, within the next batch, and again if that fails."""
        with self._changed:
            self._waiting.others.append(write)
            self._ask()

    def add_traffic(self, rows: Iterable[TrafficRow]) -> None:
        """Have bytes added to the sums of days."""
        self.put(partial(write_traffic, rows=list(rows)))

    def save_story(self, download_id: str, entry: StoryEntry) -> None:
        """Have an entry written behind those of a download; the middle of a long story is dropped."""
        with self._changed:
            self._waiting.story.append((download_id, entry))
            self._asked += 1
            self._asked_for.notify()

    def save_watches(self, watches: Mapping[str, Watch | None]) -> None:
        """Have watches written in one transaction, by the ids of their downloads; None drops one."""
        self.put(partial(write_watches, watches=dict(watches)))

    def ask_story(self, download_id: str, answer: StoryReader) -> None:
        """Have `answer` called in the store's thread with the story of a download as told so far."""
        with self._changed:
            self._readers.append((download_id, answer))
            self._asked_for.notify()

    def delete(self, download_ids: Iterable[str]) -> None:
        """Have downloads forgotten, claims included."""
        with self._changed:
            for download_id in download_ids:
                self._waiting.records.pop(download_id, None)
                self._waiting.claims.pop(download_id, None)
                self._waiting.blocks.pop(download_id, None)
                self._waiting.deleted.add(download_id)
            self._ask()

    def flush(self, timeout: float) -> bool:
        """Wait until everything asked for so far is committed, at most `timeout` seconds; say whether it is."""
        with self._changed:
            target = self._asked
            self._written.wait_for(lambda: self._committed >= target or self._trouble, timeout)
            return self._committed >= target

    @property
    def repair(self) -> Failure | None:
        """What a person is told where the backup took the place of a damaged database."""
        if self.damaged is None:
            return None
        return Failure(FailureReason.LIST_RESTORED, self.damaged.name)

    @property
    def disk_full(self) -> bool:
        """Whether nothing can be written at present for want of room."""
        trouble = self._trouble
        return trouble is not None and trouble.errno == errno.ENOSPC

    def close(self, timeout: float) -> bool:
        """Commit what waits and end the thread, in at most `timeout` seconds; say whether that worked."""
        with self._changed:
            self._closing = True
            self._asked_for.notify()
        self._thread.join(timeout)
        return not self._thread.is_alive() and not self._waiting

    def _ask(self) -> None:
        if self._waiting:  # for nothing there will be no commit, and `flush` would wait for one
            self._asked += 1
            self._asked_for.notify()

    def _prepare(self) -> None:
        """Make the file readable by its owner only, whole (or its backup in its place), and of the present schema."""
        try:
            rescued = rescue(self._path)
            self.damaged = rescued.damaged
            os.close(os.open(self._path, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o600))
            with closing(sqlite3.connect(self._path)) as connection:
                check_version(connection)  # before anything is written, be it only the journal mode
                if not rescued.is_whole:
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
            try:
                dormant, records = load(connection, in_lots=self._on_dormant is not None)
                self.hosts = load_hosts(connection)
                self.traffic = read_traffic(connection)
                self.watches = read_watches(connection)
            except sqlite3.Error as error:
                self._give_up(error)
                return
            with self._changed:
                self._known.update(record.id for record in records)
            if self._on_dormant is not None and dormant is not None:
                self._on_dormant(dormant)
            del dormant
            self._on_loaded(records)
            del records
            give_back_memory()  # to read a long list takes a good deal more than to keep it
            if self._write_all(connection) and (self._committed or not backup_of(self._path).exists()):
                back_up(connection, self._path)

    def _write_all(self, connection: sqlite3.Connection) -> bool:
        """Write what is asked for until the end; say whether all of it was."""
        while True:
            with self._changed:
                self._asked_for.wait_for(lambda: bool(self._waiting or self._readers) or self._closing)
                batch, self._waiting, target = self._waiting, Batch(), self._asked
                readers, self._readers = self._readers, []
            if not batch and not readers:
                return True
            if batch and not self._commit(connection, batch, target):
                return False
            for download_id, answer in readers:
                answer(self._story(connection, download_id))

    def _story(self, connection: sqlite3.Connection, download_id: str) -> list[StoryEntry]:
        """Return what was told of a download, even what cannot be written at present."""
        try:
            written = read_story(connection, download_id)
        except sqlite3.Error as error:
            _log.error("the story of %s cannot be read: %s", download_id, error)
            written = []
        with self._changed:
            return written + [entry for key, entry in self._waiting.story if key == download_id]

    def _give_up(self, error: Exception) -> None:
        """Tell that nothing can be read, nor will be written."""
        with self._changed:
            self._trouble = trouble = _store_error(error, self._path)
            self._written.notify_all()
        self._on_trouble(trouble)

    def _commit(self, connection: sqlite3.Connection, batch: Batch, target: int) -> bool:
        """Write a batch; after a failure keep it for later and say so once. Return False when closing in trouble."""
        try:
            batch.endings = self.endings
            _write(connection, batch)
        except Exception as error:  # noqa: BLE001 - whatever it is, it must not end the one thread that writes
            _log.error("the database cannot be written: %s", error)
            return self._keep(batch, error)
        with self._changed:
            self._committed, self._trouble = target, None
            self._known.difference_update(batch.deleted)
            self._known.update(batch.records)
            self._written.notify_all()
        if batch.has_ended:
            self.endings.told()
        return True

    def _keep(self, batch: Batch, error: Exception) -> bool:
        with self._changed:
            first, self._trouble = self._trouble is None, _store_error(error, self._path)
            trouble = self._trouble
            self._waiting = batch.under(self._waiting)
            self._written.notify_all()
        if first:
            self._on_trouble(trouble)
        until = monotonic() + _RETRY
        with self._changed:
            self._asked_for.wait_for(lambda: self._closing or monotonic() >= until, _RETRY)
            return not self._closing
