"""A database that cannot be written for a while: nothing is lost, and it is told of once."""

import errno
import sqlite3
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from headrace.store import sqlite_store
from headrace.store.sqlite_store import StoreError

from tests.support.engine_parts import make_claims, make_record
from tests.support.opened_store import Opened
from tests.support.processes import wait_until

CLAIMS = make_claims((0, 5, 10), total=10)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "downloads.sqlite3"


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """Limit the pages of the database: change `pages` to fill the disk and to make room again."""
    limit = {"pages": 1 << 30}
    real = sqlite_store._write

    def write(connection: sqlite3.Connection, batch: Any) -> None:
        connection.execute(f"PRAGMA max_page_count = {limit['pages']}")
        real(connection, batch)

    monkeypatch.setattr(sqlite_store, "_write", write)
    monkeypatch.setattr(sqlite_store, "_RETRY", 0.02)
    return limit


def fill(opened: Opened, disk: dict[str, int]) -> None:
    """Have the disk full, and a batch waiting that does not fit."""
    opened.store.save(make_record(0))
    opened.store.save_claims(make_record(0).id, CLAIMS)
    assert opened.store.flush(5)
    disk["pages"] = 1
    for number in range(1, 300):
        opened.store.save(make_record(number))
    opened.store.save_claims(make_record(0).id, make_claims((0, 9, 10), total=10))
    wait_until(lambda: bool(opened.troubles), "the store")


def test_a_full_disk_is_told_of_once(opened: Opened, disk: dict[str, int]) -> None:
    fill(opened, disk)
    time.sleep(0.1)
    assert [(error.errno, error.strerror) for error in opened.troubles] == [(errno.ENOSPC, "database or disk is full")]
    assert isinstance(opened.troubles[0], StoreError)


def test_while_the_disk_is_full_nothing_is_half_written(opened: Opened, disk: dict[str, int]) -> None:
    fill(opened, disk)
    reader = Opened(opened.path)
    reader.store.close(5)
    assert reader.loaded == [make_record(0, claims=CLAIMS)]


def test_flush_does_not_wait_for_a_full_disk(opened: Opened, disk: dict[str, int]) -> None:
    fill(opened, disk)
    began = time.monotonic()
    assert not opened.store.flush(30)
    assert time.monotonic() - began < 1


def test_with_room_again_everything_is_written_and_trouble_is_told_of_anew(
    opened: Opened, disk: dict[str, int]
) -> None:
    fill(opened, disk)
    opened.store.save(make_record(5, received=55))
    opened.store.delete([make_record(6).id])
    disk["pages"] = 1 << 30
    wait_until(lambda: opened.store.flush(1), "the store")
    fill_again = len(opened.troubles)
    disk["pages"] = 1
    for number in range(300, 900):
        opened.store.save(make_record(number))
    wait_until(lambda: len(opened.troubles) > fill_again, "the store")
    disk["pages"] = 1 << 30
    wait_until(lambda: opened.store.flush(1), "the store")
    found = {record.id: record for record in opened.close()}
    assert len(found) == 899
    assert found[make_record(5).id].received == 55
    assert found[make_record(0).id].claims == make_claims((0, 9, 10), total=10)


def test_closing_with_a_full_disk_takes_no_time_and_says_so(opened: Opened, disk: dict[str, int]) -> None:
    fill(opened, disk)
    began = time.monotonic()
    assert not opened.store.close(5)
    assert time.monotonic() - began < 1


def test_another_process_that_holds_the_database_is_a_trouble_not_a_crash(
    opened: Opened, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite_store, "_RETRY", 0.02)
    real = sqlite_store._write

    def impatient(connection: sqlite3.Connection, batch: Any) -> None:
        connection.execute("PRAGMA busy_timeout = 20")
        real(connection, batch)

    monkeypatch.setattr(sqlite_store, "_write", impatient)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        opened.store.save(make_record())
        wait_until(lambda: bool(opened.troubles), "the store")
        other.execute("ROLLBACK")
    wait_until(lambda: opened.store.flush(1), "the store")
    assert opened.close() == [make_record()]
