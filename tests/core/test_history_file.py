"""The file of the history: what goes in once, what is found, what is counted, what is gone for good."""

import os
import sqlite3
from collections import Counter
from collections.abc import Iterable
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from headrace.history import HistoryEntry, HistoryQuery, Outcome, entry_from, entry_json
from headrace.states import Failure, FailureReason
from headrace.store import history_file, history_schema
from headrace.store.history_file import HistoryError, HistoryFile
from hypothesis import given
from hypothesis import strategies as st

from tests.support.opened_store import Opened
from tests.support.remembering import fill, make_entry, note

ALL = HistoryQuery()
CANARY = "zanzibar"


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "downloads.sqlite3"
    assert Opened(path).store.close(5)
    return path


@pytest.fixture(params=["fts5", "like"])
def words(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Try with the index of words and as if this SQLite had none."""
    if request.param == "like":
        monkeypatch.setattr(history_schema, "_WORDS", "CREATE VIRTUAL TABLE words USING none")
    return bool(request.param == "fts5")


@pytest.fixture
def history(database: Path) -> HistoryFile:
    return HistoryFile(database.with_name("history.sqlite3"), database)


def names(found: Iterable[HistoryEntry]) -> list[str]:
    return [entry.name for entry in found]


# Entries.


failures = st.builds(Failure, st.sampled_from(FailureReason), st.text(), st.none() | st.integers(100, 599))


@given(
    st.builds(
        make_entry,
        st.integers(1, 1 << 60),
        name=st.text(min_size=1),
        outcome=st.sampled_from(Outcome),
        day=st.dates(),
        size=st.none() | st.integers(0, 1 << 62),
        proven=st.none() | st.text(),
        failure=st.none() | failures,
    )
)
def test_an_entry_is_read_as_it_was_written(entry: HistoryEntry) -> None:
    assert entry_from(entry_json(entry), entry.number) == entry


def test_a_name_that_is_no_unicode_survives(history: HistoryFile, database: Path) -> None:
    odd = os.fsdecode(b"\xff\xfe.iso")
    fill(history, database, [make_entry(name=odd, folder=Path(os.fsdecode(b"/d/\xfa")))])
    (found,) = history.page(ALL)
    assert (found.name, os.fsencode(found.folder)) == (odd, b"/d/\xfa")


def test_all_of_an_entry_comes_back(history: HistoryFile, database: Path, words: bool) -> None:
    failure = Failure(FailureReason.NOT_FOUND, "gone", 404)
    entry = make_entry(
        1, outcome=Outcome.FAILED, failure=failure, final_host="cdn.example", proven="sha256 given", size=None
    )
    fill(history, database, [entry])
    assert history.page(ALL) == [entry]


# Taken over from the list.


def test_what_is_taken_over_twice_is_there_once(history: HistoryFile, database: Path) -> None:
    fill(history, database, map(make_entry, range(1, 2501)))
    assert history.take_over() == 2500  # as after a crash before the list forgot them
    assert history.count(ALL) == 2500
    assert names(history.page(ALL, most=2)) == ["2500.bin", "2499.bin"]


def test_a_crash_in_the_middle_is_made_good(
    history: HistoryFile, database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    note(database, map(make_entry, range(1, 1501)))
    calls = Counter[str]()

    def failing(*given: Any, **options: Any) -> None:
        calls["put"] += 1
        if calls["put"] == 1200:
            raise sqlite3.OperationalError("disk I/O error")
        history_schema.put_entries(*given, **options)

    with monkeypatch.context() as patched:
        patched.setattr(history_file, "put_entries", failing)
        with pytest.raises(HistoryError):
            history.take_over()
    assert history.count(ALL) == 1000  # the first thousand were whole
    history.take_over()
    assert history.count(ALL) == 1500
    assert len({entry.download_id for entry in history.entries(ALL)}) == 1500


def test_a_backup_of_the_list_counts_anew_and_nothing_is_lost(history: HistoryFile, database: Path) -> None:
    fill(history, database, map(make_entry, range(1, 6)))
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("DELETE FROM endings WHERE number > 2")
        connection.execute("UPDATE sqlite_sequence SET seq = 2")
    fill(history, database, [make_entry(8)])
    assert names(history.page(ALL)) == ["8.bin", "5.bin", "4.bin", "3.bin", "2.bin", "1.bin"]


def test_a_failure_is_overtaken_by_how_the_download_ends(history: HistoryFile, database: Path) -> None:
    first = make_entry(1, outcome=Outcome.FAILED, failure=Failure(FailureReason.NOT_FOUND))
    fill(history, database, [first, make_entry(2)])
    fill(history, database, [replace(first, outcome=Outcome.FINISHED, failure=None)])
    assert [(entry.name, entry.outcome) for entry in history.page(ALL)] == [
        ("1.bin", Outcome.FINISHED),
        ("2.bin", Outcome.FINISHED),
    ]


def test_a_file_that_is_fetched_again_is_there_twice(history: HistoryFile, database: Path) -> None:
    fill(history, database, [make_entry(1), make_entry(1, ended_at=1_777_990_000.0)])
    assert history.count(ALL) == 2


def test_an_entry_that_makes_no_sense_is_passed_over(history: HistoryFile, database: Path) -> None:
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("INSERT INTO endings (entry) VALUES ('{')")
    fill(history, database, [make_entry(2)])
    assert names(history.page(ALL)) == ["2.bin"]
    with closing(sqlite3.connect(history._path)) as connection, connection:
        connection.execute("UPDATE history SET day = 'soon'")
    assert history.page(ALL) == []


def test_a_damaged_history_is_kept_aside_and_begun_anew(history: HistoryFile, database: Path) -> None:
    fill(history, database, [make_entry(1)])
    history._path.write_bytes(b"no database at all" * 1000)
    with pytest.raises(HistoryError):
        history.page(ALL)
    assert history.page(ALL) == []
    assert len(list(history._path.parent.glob("history.sqlite3.damaged-*"))) == 1


def test_a_history_of_a_newer_program_is_left_alone(history: HistoryFile, database: Path) -> None:
    fill(history, database, [make_entry(1)])
    with closing(sqlite3.connect(history._path)) as connection:
        connection.execute("PRAGMA user_version = 99")
    with pytest.raises(ValueError, match="newer Headrace"):
        history.page(ALL)


# Search.


@pytest.fixture
def library(history: HistoryFile, database: Path) -> HistoryFile:
    def one(number: int, name: str, host: str, **facts: Any) -> HistoryEntry:
        return make_entry(number, name=name, host=host, address=f"https://{host}/pub/{name}?key=***", **facts)

    fill(
        history,
        database,
        [
            one(1, "debian-12.5-amd64.iso", "cdimage.debian.example", day=date(2026, 1, 1)),
            one(2, "ubuntu_24.04-desktop.iso", "releases.ubuntu.example", day=date(2026, 1, 2)),
            one(3, "Überraschung 100%.zip", "files.example", outcome=Outcome.FAILED, day=date(2026, 1, 3)),
            one(4, "notes.txt", "files.example", outcome=Outcome.REMOVED, day=date(2026, 1, 4)),
        ],
    )
    return history


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", [4, 3, 2, 1]),
        ("iso", [2, 1]),
        ("DEBIAN", [1]),
        ("deb iso", [1]),
        ("deb txt", []),
        ("files.example", [4, 3]),
        ("cdimage", [1]),
        ("ubuntu_24", [2]),
        ("100%", [3]),
        ("%", [3]),
        ("_", [2]),
        ('"', []),
        ("a' OR 1=1 --", []),
        ("nothing", []),
    ],
)
def test_words_are_found_in_names_hosts_and_addresses(
    words: bool, library: HistoryFile, text: str, found: list[int]
) -> None:
    assert [entry.number for entry in library.page(HistoryQuery(text))] == found
    assert library.count(HistoryQuery(text)) == len(found)


@pytest.mark.parametrize(
    ("facts", "found"),
    [
        ({"host": "files.example"}, [4, 3]),
        ({"outcome": Outcome.FAILED}, [3]),
        ({"first": date(2026, 1, 3)}, [4, 3]),
        ({"last": date(2026, 1, 2)}, [2, 1]),
        ({"first": date(2026, 1, 2), "last": date(2026, 1, 3), "words": "example"}, [3, 2]),
        ({"host": "files.example", "outcome": Outcome.REMOVED, "words": "notes"}, [4]),
        ({"host": "files.example", "words": "iso"}, []),
    ],
)
def test_days_hosts_and_outcomes_narrow_it_down(
    words: bool, library: HistoryFile, facts: dict[str, Any], found: list[int]
) -> None:
    assert [entry.number for entry in library.page(HistoryQuery(**facts))] == found


def test_accents_make_no_difference_where_words_are_indexed(library: HistoryFile) -> None:
    assert [entry.number for entry in library.page(HistoryQuery("uberrasch"))] == [3]


def test_pages_follow_one_another_without_gap(history: HistoryFile, database: Path, words: bool) -> None:
    fill(history, database, map(make_entry, range(1, 2346)))
    assert [entry.number for entry in history.entries(HistoryQuery("bin"))] == list(range(2345, 0, -1))
    assert [entry.number for entry in history.page(ALL, 100, 3)] == [99, 98, 97]


def test_an_index_that_another_sqlite_left_behind_is_made_right(
    history: HistoryFile, database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(history, database, [make_entry(1, name="first.iso"), make_entry(2, name="second.iso")])
    with monkeypatch.context() as without:
        without.setattr(history_schema, "_WORDS", "CREATE VIRTUAL TABLE words USING none")
        fill(history, database, [make_entry(3, name="third.iso")])
        history.delete([1])
    assert names(history.page(HistoryQuery("iso"))) == ["third.iso", "second.iso"]


# Deleting.


def left_of(word: str, folder: Path) -> list[str]:
    needle = word.encode()
    return [path.name for path in folder.iterdir() if path.is_file() and needle in path.read_bytes().lower()]


def test_what_is_deleted_is_gone_from_the_file(history: HistoryFile, database: Path, words: bool) -> None:
    others = [make_entry(number) for number in range(2, 300)]
    fill(history, database, [make_entry(1, name=f"{CANARY}.iso", address=f"https://{CANARY}.example/")])
    fill(history, database, others)
    assert left_of(CANARY, database.parent) == ["downloads.sqlite3", "history.sqlite3"] or words
    history.delete([1])
    assert left_of(CANARY, history._path.parent) == ["downloads.sqlite3"]  # until the list forgets it too
    assert history.count(ALL) == len(others)
    assert history.count(HistoryQuery(CANARY)) == 0


@pytest.mark.parametrize(
    ("facts", "left"),
    [
        ({}, []),
        ({"host": "files.example"}, [2, 1]),
        ({"last": date(2026, 1, 3)}, [4]),
        ({"words": "iso"}, [4, 3]),
    ],
)
def test_all_that_is_meant_is_cleared_and_no_more(
    words: bool, library: HistoryFile, facts: dict[str, Any], left: list[int]
) -> None:
    assert library.clear(HistoryQuery(**facts)) == 4 - len(left)
    assert [entry.number for entry in library.page(ALL)] == left


def test_numbers_are_never_given_twice(history: HistoryFile, database: Path) -> None:
    fill(history, database, map(make_entry, range(1, 4)))
    history.clear(ALL)
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("DELETE FROM endings")
    fill(history, database, [make_entry(9)])
    assert [entry.number for entry in history.page(ALL)] == [4]
