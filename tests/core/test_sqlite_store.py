"""The memory of the program, on real files."""

import os
import sqlite3
import threading
import time
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from headrace.claims import Claims
from headrace.states import DownloadState
from headrace.store import sqlite_store
from headrace.store.backup import backup_of
from headrace.store.migrations import SCHEMA
from headrace.store.sqlite_store import StoreError

from tests.support.engine_parts import make_claims, make_record
from tests.support.opened_store import Opened

CLAIMS = make_claims((0, 5, 10), total=10)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "downloads.sqlite3"


def rows(path: Path, table: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(f"SELECT * FROM {table}").fetchall()  # noqa: S608


# Written and read.


def test_a_new_store_is_empty(opened: Opened) -> None:
    assert (opened.loaded, opened.troubles) == ([], [])
    assert opened.close() == []


def test_downloads_come_back_in_queue_order_with_their_claims(opened: Opened) -> None:
    for number in (3, 1, 2):
        opened.store.save(make_record(number))
    opened.store.save_claims(make_record(2).id, CLAIMS)
    assert opened.close() == [make_record(1), make_record(2, claims=CLAIMS), make_record(3)]


def test_the_newest_word_wins(opened: Opened) -> None:
    for received in range(500):
        opened.store.save(make_record(received=received))
        opened.store.save_claims(make_record().id, make_claims((0, received, 500), total=500))
    (found,) = opened.close()
    assert found.received == 499
    assert found.claims is not None
    assert found.claims.received == 499


def test_saving_a_record_leaves_its_claims_alone(opened: Opened) -> None:
    opened.store.save(make_record())
    opened.store.save_claims(make_record().id, CLAIMS)
    assert opened.store.flush(5)
    opened.store.save(make_record(state=DownloadState.PAUSED, claims=make_claims(total=None)))
    assert opened.close() == [make_record(state=DownloadState.PAUSED, claims=CLAIMS)]


def test_claims_are_replaced_and_dropped(opened: Opened) -> None:
    opened.store.save(make_record())
    newer = replace(CLAIMS, publishing_as="1.bin")
    kept: list[Claims | None] = []
    for claims in (CLAIMS, newer, None):
        opened.store.save_claims(make_record().id, claims)
        assert opened.store.flush(5)
        reader = Opened(opened.path)
        kept.append(reader.loaded[0].claims)
        reader.store.close(5)
    assert kept == [CLAIMS, newer, None]


def test_deleting_takes_the_claims_along(opened: Opened, path: Path) -> None:
    for number in (1, 2):
        opened.store.save(make_record(number))
        opened.store.save_claims(make_record(number).id, CLAIMS)
    assert opened.store.flush(5)
    opened.store.delete([make_record(1).id, "never there"])
    assert opened.close() == [make_record(2, claims=CLAIMS)]
    assert len(rows(path, "claims")) == 1


def test_deleting_what_was_never_committed(opened: Opened) -> None:
    opened.store.save(make_record())
    opened.store.save_claims(make_record().id, CLAIMS)
    opened.store.delete([make_record().id])
    assert opened.close() == []


def test_what_is_saved_after_deleting_is_there(opened: Opened) -> None:
    opened.store.save(make_record())
    opened.store.delete([make_record().id])
    opened.store.save(make_record(received=7))
    assert opened.close() == [make_record(received=7)]


@pytest.mark.parametrize("committed", [False, True])
def test_late_claims_of_a_forgotten_download_harm_nobody(opened: Opened, committed: bool) -> None:
    opened.store.save(make_record(1))
    assert opened.store.flush(5)
    opened.store.delete([make_record(1).id])
    if committed:
        assert opened.store.flush(5)
    opened.store.save_claims(make_record(1).id, CLAIMS)
    opened.store.save(make_record(2))
    assert opened.store.flush(5)
    assert opened.troubles == []
    assert opened.close() == [make_record(2)]


def test_names_that_are_no_unicode_can_be_stored(opened: Opened) -> None:
    record = make_record(name="\udcff", folder=Path("/caf\udce9"))
    opened.store.save(record)
    opened.store.save_claims(record.id, replace(CLAIMS, part_name="\udcff.part"))
    assert opened.store.flush(5)
    assert opened.close() == [replace(record, claims=replace(CLAIMS, part_name="\udcff.part"))]


def test_calls_return_at_once_and_are_committed_together(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    commits: list[int] = []
    real = sqlite_store._write

    def write(connection: sqlite3.Connection, batch: Any) -> None:
        commits.append(len(batch.records))
        real(connection, batch)

    monkeypatch.setattr(sqlite_store, "_write", write)
    began = time.monotonic()
    for number in range(2000):
        opened.store.save(make_record(number))
    assert time.monotonic() - began < 0.5
    assert opened.store.flush(5)
    assert (sum(commits), len(opened.close())) == (2000, 2000)
    assert len(commits) < 200


def test_many_threads_at_once(opened: Opened) -> None:
    def save(number: int) -> None:
        for received in range(50):
            opened.store.save(make_record(number, received=received))
            opened.store.save_claims(make_record(number).id, make_claims((0, received, 50), total=50))
        assert opened.store.flush(5)

    threads = [threading.Thread(target=save, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = opened.close()
    assert [(record.received, record.claims and record.claims.received) for record in found] == [(49, 49)] * 8


# Flush and close.


def test_flush_waits_for_the_commit(opened: Opened, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    go = threading.Event()
    real = sqlite_store._write

    def write(connection: sqlite3.Connection, batch: Any) -> None:
        go.wait(5)
        real(connection, batch)

    monkeypatch.setattr(sqlite_store, "_write", write)
    opened.store.save(make_record())
    assert not opened.store.flush(0.02)
    assert rows(path, "downloads") == []
    go.set()
    assert opened.store.flush(5)
    assert len(rows(path, "downloads")) == 1


def test_with_nothing_to_write_flush_is_done(opened: Opened) -> None:
    assert opened.store.flush(0)


def test_nothing_asked_for_is_nothing_to_wait_for(opened: Opened) -> None:
    opened.store.save_hosts([])
    opened.store.delete([])
    assert opened.store.flush(0)


def test_closing_commits_what_waits(opened: Opened) -> None:
    opened.store.save(make_record())
    assert opened.close() == [make_record()]


def test_closing_twice_does_no_harm(opened: Opened) -> None:
    assert opened.store.close(5)
    assert opened.store.close(5)


def test_a_close_that_takes_too_long_says_so(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    go = threading.Event()
    monkeypatch.setattr(sqlite_store, "_write", lambda _connection, _batch: go.wait(5))
    opened.store.save(make_record())
    assert not opened.store.close(0.02)
    go.set()


# Files that cannot be used.


def test_a_newer_schema_is_refused_in_words_and_stays(opened: Opened, path: Path) -> None:
    opened.store.save(make_record())
    opened.close()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA user_version = {SCHEMA + 1}")
    before = path.read_bytes()
    with pytest.raises(StoreError, match=rf"newer Headrace \(schema {SCHEMA + 1}, .*Move that file away"):
        Opened(path)
    assert path.read_bytes() == before


@pytest.mark.parametrize("rubbish", [b"this is no database" * 100, os.urandom(8192)])
def test_garbage_is_refused_in_words_and_untouched(path: Path, rubbish: bytes) -> None:
    path.write_bytes(rubbish)
    with pytest.raises(StoreError, match=r"cannot be used: .*Move that file away"):
        Opened(path)
    assert path.read_bytes() == rubbish


def test_a_damaged_page_is_refused_in_words_and_untouched(opened: Opened, path: Path) -> None:
    for number in range(500):
        opened.store.save(make_record(number))
    opened.close()
    damaged = bytearray(path.read_bytes())
    damaged[8192 : len(damaged) - 4096] = os.urandom(len(damaged) - 12_288)
    path.write_bytes(damaged)
    backup_of(path).unlink()
    with pytest.raises(StoreError, match="cannot be used"):
        Opened(path)
    assert path.read_bytes() == damaged


def test_an_empty_file_is_a_new_store(path: Path) -> None:
    path.touch()
    assert Opened(path).close() == []


def test_a_folder_in_its_place_is_refused_in_words(path: Path) -> None:
    path.mkdir()
    with pytest.raises(StoreError, match="cannot be used"):
        Opened(path)


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE downloads SET state = 99 WHERE id LIKE '%1'",
        "UPDATE downloads SET notices = '{' WHERE id LIKE '%1'",
        "UPDATE downloads SET if_exists = 'x' WHERE id LIKE '%1'",
        "UPDATE claims SET segments = '[[' WHERE download_id LIKE '%1'",
        "UPDATE claims SET device = 'x' WHERE download_id LIKE '%1'",
    ],
)
def test_a_row_that_makes_no_sense_is_skipped_and_kept(opened: Opened, path: Path, damage: str) -> None:
    for number in (1, 2):
        opened.store.save(make_record(number))
        opened.store.save_claims(make_record(number).id, CLAIMS)
    opened.close()
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(damage)
    assert [record.id for record in Opened(path).close()] == [make_record(2).id]
    assert len(rows(path, "downloads")) == 2


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps other modes")
def test_only_the_owner_may_read_any_of_its_files(opened: Opened, path: Path) -> None:
    opened.store.save(make_record())
    assert opened.store.flush(5)
    modes = {found.name: found.stat().st_mode & 0o777 for found in path.parent.iterdir()}
    assert set(modes.values()) == {0o600}
    assert len(modes) > 1


def test_commits_are_as_safe_as_sqlite_can_make_them(opened: Opened) -> None:
    with closing(opened.store._connect()) as connection:
        pragmas = [connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode", "synchronous")]
    assert pragmas == ["wal", 2]
