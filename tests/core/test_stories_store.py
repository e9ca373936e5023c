"""Stories in the database, on real files: their order, their length, older databases, disks that run full."""

import sqlite3
import threading
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from headrace.store import migrations, sqlite_store
from headrace.store.migrations import SCHEMA
from headrace.story import FIRST_KEPT, NEWEST_KEPT, StoryEntry, StoryKind

from tests.support.engine_parts import make_record
from tests.support.opened_store import Opened

K = StoryKind
ID = make_record().id


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "downloads.sqlite3"


def entry(number: int) -> StoryEntry:
    return StoryEntry.of(1000.0 + number, K.CONNECTIONS, number)


def asked(opened: Opened, download_id: str = ID) -> list[StoryEntry]:
    """Return what the store answers."""
    answers: list[Sequence[StoryEntry]] = []
    done = threading.Event()

    def take(read: Sequence[StoryEntry]) -> None:
        answers.append(read)
        done.set()

    opened.store.ask_story(download_id, take)
    assert done.wait(5), "never answered"
    return list(answers[0])


def after_a_restart(opened: Opened, download_id: str = ID) -> list[StoryEntry]:
    """Close the store and return what another one answers."""
    assert opened.store.close(5)
    again = Opened(opened.path)
    try:
        return asked(again, download_id)
    finally:
        assert again.store.close(5)


def numbers(path: Path) -> list[int]:
    with closing(sqlite3.connect(path)) as connection:
        return [row[0] for row in connection.execute("SELECT number FROM story ORDER BY number")]


# Order.


def test_a_story_comes_back_in_order_with_its_data(opened: Opened) -> None:
    story = [
        StoryEntry.of(5.0, K.ADDED, "files.test:8080", 0),
        StoryEntry.of(4.0, K.CONNECTED, "files.test:8080", 200, None, False, 0),
        StoryEntry.of(4.0, K.FAILED, 301, None, "voll: \udcff \u2028 文"),
        StoryEntry.of(4.0, K.FAILED, 301, None, "voll: \udcff \u2028 文"),
        StoryEntry.of(6.5, K.REMOVED),
    ]
    opened.store.save(make_record())
    for one in story:
        opened.store.save_story(ID, one)
    assert asked(opened) == story, "the order is that of the telling, whatever the clock said"
    assert after_a_restart(opened) == story


def test_a_story_goes_on_after_a_restart(opened: Opened) -> None:
    opened.store.save(make_record())
    opened.store.save_story(ID, entry(1))
    assert opened.store.close(5)
    again = Opened(opened.path)
    again.store.save_story(ID, entry(2))
    again.store.save(make_record(received=9))
    assert after_a_restart(again) == [entry(1), entry(2)]


def test_what_was_told_before_the_question_is_in_the_answer(opened: Opened) -> None:
    opened.store.save(make_record())
    for number in range(100):
        opened.store.save_story(ID, entry(number))
        assert asked(opened) == [entry(one) for one in range(number + 1)]


def test_stories_do_not_mix(opened: Opened) -> None:
    for number in (1, 2):
        opened.store.save(make_record(number))
    for number in range(10):
        opened.store.save_story(make_record(1 + number % 2).id, entry(number))
    assert asked(opened, make_record(1).id) == [entry(number) for number in range(0, 10, 2)]
    assert asked(opened, make_record(2).id) == [entry(number) for number in range(1, 10, 2)]
    assert asked(opened, "nobody") == []


def test_many_threads_tell_each_its_own_order(opened: Opened) -> None:
    def tell(which: int) -> None:
        opened.store.save(make_record(which))
        for number in range(50):
            opened.store.save_story(make_record(which).id, entry(number))

    threads = [threading.Thread(target=tell, args=(which,)) for which in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for which in range(8):
        assert asked(opened, make_record(which).id) == [entry(number) for number in range(50)]


# Length.

KEPT = FIRST_KEPT + NEWEST_KEPT


@pytest.mark.parametrize("together", [True, False], ids=["in one batch", "one by one"])
@pytest.mark.parametrize("count", [KEPT, KEPT + 1, KEPT + 60])
def test_the_middle_of_a_long_story_is_cut(opened: Opened, count: int, together: bool) -> None:
    opened.store.save(make_record())
    for number in range(1, count + 1):
        opened.store.save_story(ID, entry(number))
        assert together or opened.store.flush(5)
    kept = [*range(1, FIRST_KEPT + 1), *range(max(FIRST_KEPT, count - NEWEST_KEPT) + 1, count + 1)]
    assert after_a_restart(opened) == [entry(number) for number in kept]
    assert numbers(opened.path) == kept


def test_a_long_story_leaves_the_others_whole(opened: Opened) -> None:
    for number in (1, 2):
        opened.store.save(make_record(number))
    for number in range(100):
        opened.store.save_story(make_record(1).id, entry(number))
    for number in range(5 * KEPT):
        opened.store.save_story(make_record(2).id, entry(number))
    assert len(asked(opened, make_record(1).id)) == 100
    assert len(asked(opened, make_record(2).id)) == KEPT


# Downloads that go.


def test_a_download_takes_its_story_along(opened: Opened) -> None:
    for number in (1, 2):
        opened.store.save(make_record(number))
        opened.store.save_story(make_record(number).id, entry(number))
    assert opened.store.flush(5)
    opened.store.delete([ID])
    assert asked(opened) == []
    assert asked(opened, make_record(2).id) == [entry(2)]


@pytest.mark.parametrize("committed", [False, True])
def test_what_is_told_of_a_forgotten_download_harms_nobody(opened: Opened, committed: bool) -> None:
    opened.store.save(make_record())
    assert opened.store.flush(5)
    opened.store.delete([ID])
    assert not committed or opened.store.flush(5)
    opened.store.save_story(ID, entry(1))
    opened.store.save(make_record(2))
    assert opened.store.flush(5)
    assert (opened.troubles, numbers(opened.path)) == ([], [])


# Databases of other times, and damaged ones.


def test_a_database_without_stories_gets_them(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as older, closing(sqlite3.connect(path, isolation_level=None)) as connection:
        older.setattr(migrations, "SCHEMA", 1)
        migrations.migrate(connection)
        tables = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        assert tables == ["downloads", "claims"]
        columns = [row[1] for row in connection.execute("PRAGMA table_info(downloads)")]
        values: tuple[Any, ...] = (ID, 1.0, "http://h/f", "/d", "f", 0, 6, 1.0, None, 10, 5, 1, None, None, 0, "[]")
        values += (None, None, None, None, "rename", "[]", 0)
        connection.execute(f"INSERT INTO downloads VALUES ({', '.join('?' * len(columns))})", values)  # noqa: S608
    opened = Opened(path)
    assert [record.id for record in opened.loaded] == [ID]
    assert asked(opened) == []
    opened.store.save_story(ID, entry(1))
    assert after_a_restart(opened) == [entry(1)]
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (SCHEMA,)


@pytest.mark.parametrize(
    "damage", ["kind = 999", "kind = 'x'", "data = '{'", "data = '[[1]]'", "data = '[1, 2]'", "at = 'soon'"]
)
def test_an_entry_that_makes_no_sense_is_passed_over_and_kept(opened: Opened, damage: str) -> None:
    opened.store.save(make_record())
    for number in (1, 2, 3):
        opened.store.save_story(ID, entry(number))
    assert opened.store.flush(5)
    with closing(sqlite3.connect(opened.path)) as connection, connection:
        connection.execute(f"UPDATE story SET {damage} WHERE number = 2")  # noqa: S608
    assert asked(opened) == [entry(1), entry(3)]
    opened.store.save_story(ID, entry(4))
    assert after_a_restart(opened) == [entry(1), entry(3), entry(4)]
    assert numbers(opened.path) == [1, 2, 3, 4]


# Trouble.


def test_what_cannot_be_written_at_present_is_told_all_the_same_and_written_later(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened.store.save(make_record())
    opened.store.save_story(ID, entry(1))
    assert opened.store.flush(5)
    monkeypatch.setattr(sqlite_store, "_RETRY", 0.01)
    with monkeypatch.context() as broken:
        broken.setattr(sqlite_store, "_write", _full)
        opened.store.save_story(ID, entry(2))
        assert not opened.store.flush(5)
        opened.store.save_story(ID, entry(3))
        assert asked(opened) == [entry(1), entry(2), entry(3)]
        assert len(opened.troubles) == 1
    assert asked(opened) == [entry(1), entry(2), entry(3)], "asked once more, it is written before the answer"
    assert after_a_restart(opened) == [entry(1), entry(2), entry(3)]


def _full(*_: Any) -> None:
    raise sqlite3.OperationalError("database or disk is full")


def test_a_database_that_cannot_be_read_answers_with_what_is_known(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unreadable(*_: Any) -> None:
        raise sqlite3.DatabaseError("database disk image is malformed")

    opened.store.save(make_record())
    opened.store.save_story(ID, entry(1))
    assert opened.store.flush(5)
    monkeypatch.setattr(sqlite_store, "read_story", unreadable)
    assert asked(opened) == []


def test_telling_and_asking_never_wait_for_the_disk(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    go = threading.Event()
    real = sqlite_store._write

    def write(connection: sqlite3.Connection, batch: Any) -> None:
        go.wait(5)
        real(connection, batch)

    monkeypatch.setattr(sqlite_store, "_write", write)
    answers: list[Sequence[StoryEntry]] = []
    opened.store.save(make_record())
    began = time.monotonic()
    for number in range(500):
        opened.store.save_story(ID, entry(number))
    opened.store.ask_story(ID, answers.append)
    assert time.monotonic() - began < 0.5
    assert answers == []
    go.set()
    assert opened.store.close(5)
    assert [len(answer) for answer in answers] == [KEPT]
