"""Watches in the database, on real files: what comes back, what goes with its download, what makes no sense."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from headrace.states import Failure, FailureReason
from headrace.store.migrations import migrate
from headrace.store.watch_rows import read_watches, write_watches
from headrace.watches import EVERY, KEEP, LookOutcome, Validators, Watch
from hypothesis import given
from hypothesis import strategies as st

from tests.support.engine_parts import make_record
from tests.support.opened_store import Opened

ID = make_record().id
TEXTS = st.one_of(st.none(), st.text("abc\"'\\/\u00e9", max_size=8))
VALIDATORS = st.builds(Validators, TEXTS, TEXTS, st.one_of(st.none(), st.integers(0, 1 << 62)))
WATCHES = st.builds(
    Watch,
    id=st.just(ID),
    every=st.integers(*EVERY),
    keep=st.one_of(st.none(), st.integers(*KEEP)),
    next_at=st.floats(0, 1e12),
    looked_at=st.one_of(st.none(), st.floats(0, 1e12)),
    known=VALIDATORS,
    fails=st.integers(0, 100),
    rotations=st.integers(0, 3),
    looks=st.integers(0, 1 << 40),
    changes=st.integers(0, 1 << 40),
    outcome=st.sampled_from(LookOutcome),
    failure=st.one_of(st.none(), st.builds(Failure, st.sampled_from(FailureReason), st.text(max_size=5))),
    versions=st.lists(st.text("0123456789abcdef", min_size=16, max_size=16), max_size=4).map(tuple),
    coming=TEXTS,
    offered=VALIDATORS,
    plain=st.text(max_size=8),
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "downloads.sqlite3"


@given(WATCHES)
def test_what_is_written_comes_back(watch: Watch) -> None:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        migrate(connection)
        connection.execute("PRAGMA foreign_keys = OFF")
        connection.execute("CREATE TEMP TABLE downloads (id TEXT)")
        connection.execute("INSERT INTO temp.downloads VALUES (?)", (watch.id,))
        write_watches(connection, {watch.id: watch})
        assert read_watches(connection) == [watch]


def test_a_watch_goes_on_with_another_version_in_one_step(opened: Opened) -> None:
    store, other = opened.store, "f" * 16
    store.save(make_record())
    store.save(make_record().but(id=other))
    store.save_watches({ID: Watch(ID)})
    assert store.flush(5)
    store.save_watches({ID: None, other: Watch(other, versions=(ID,))})
    assert store.close(5)
    again = Opened(opened.path)
    assert again.store.watches == [Watch(other, versions=(ID,))]
    again.store.delete([other])
    assert again.store.close(5)
    last = Opened(opened.path)
    assert last.store.watches == [], "it goes with its download"
    assert last.store.close(5)


def test_a_download_that_is_forgotten_has_no_watch(opened: Opened) -> None:
    opened.store.save_watches({ID: Watch(ID)})
    assert opened.store.close(5)
    with closing(sqlite3.connect(opened.path)) as connection:
        assert connection.execute("SELECT COUNT(*) FROM watches").fetchone() == (0,)


@pytest.mark.parametrize("spoilt", ["every = 1", "known = 'x'", "outcome = 'x'", "failure = '[0]'", "versions = '1'"])
def test_a_row_that_makes_no_sense_is_passed_over(opened: Opened, spoilt: str) -> None:
    opened.store.save(make_record())
    opened.store.save_watches({ID: replace(Watch(ID), next_at=5.0)})
    assert opened.store.close(5)
    with closing(sqlite3.connect(opened.path)) as connection:
        connection.execute(f"UPDATE watches SET {spoilt}")  # noqa: S608
        connection.commit()
    again = Opened(opened.path)
    assert again.store.watches == []
    assert again.store.close(5)
