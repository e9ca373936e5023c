"""What was found out about hosts, in real files."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from headrace.host_notes import HostNote
from headrace.store import migrations

from tests.support.opened_store import Opened

NOTES = (
    HostNote("a.example", 4, seen_at=1.0),
    HostNote("b.example:8080", None, rotating=True, seen_at=2.0),
    HostNote("c.example", 1, False, 3, 10.5, 120.0, 11.5, 12.5, 3.0),
)


def reopened(opened: Opened) -> Opened:
    assert opened.store.close(5)
    return Opened(opened.path)


def test_all_that_is_known_comes_back_the_latest_last(opened: Opened) -> None:
    opened.store.save_hosts(reversed(NOTES))
    again = reopened(opened)
    assert again.store.hosts == list(NOTES)
    assert again.store.close(5)


def test_the_newest_word_counts_be_it_to_forget(opened: Opened) -> None:
    opened.store.save_hosts(NOTES, ["a.example"])
    opened.store.save_hosts([HostNote("b.example:8080", 2, seen_at=9.0)], ["never.seen", "c.example"])
    again = reopened(opened)
    assert again.store.hosts == [HostNote("b.example:8080", 2, seen_at=9.0)]
    again.store.save_hosts([], ["b.example:8080"])
    last = reopened(again)
    assert last.store.hosts == []
    assert last.store.close(5)


def test_the_thousand_seen_last_are_kept(opened: Opened) -> None:
    opened.store.save_hosts(HostNote(f"{number}.example", 1, seen_at=float(number)) for number in range(1500))
    again = reopened(opened)
    assert (len(again.store.hosts), again.store.hosts[0].host) == (1000, "500.example")
    assert again.store.close(5)


def test_what_an_older_program_kept_is_taken_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "older.sqlite3"
    since = next(n for n, step in enumerate(migrations._STEPS) if any("hosts ADD COLUMN ceiling" in do for do in step))
    with monkeypatch.context() as older:
        older.setattr(migrations, "SCHEMA", since)
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            migrations.migrate(connection)
            connection.execute("INSERT INTO hosts VALUES ('a.example', 4, 1, 5.0)")
    opened = Opened(path)
    assert opened.store.hosts == [HostNote("a.example", 4, rotating=True, seen_at=5.0)]
    assert opened.store.close(5)
