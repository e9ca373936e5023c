"""The history of a whole engine."""

import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from headrace.history import HistoryEntry, HistoryQuery, Outcome
from headrace.profile import Profile
from headrace.settings import Settings
from headrace.states import DownloadState, FailureReason
from PySide6.QtCore import QCoreApplication

from tests.support import dying, faults
from tests.support.engine import Engine
from tests.support.faulty_server import FaultyServer

ALL = HistoryQuery()
SIZE = 400_000


@pytest.fixture
def engine(qapp: QCoreApplication, profile: Profile, tmp_path: Path) -> Iterator[Engine]:
    engine = Engine(profile, tmp_path / "target", Settings(tmp_path / "target", find_checksums=False, tries=1))
    yield engine
    assert engine.close()


def remembered(engine: Engine, query: HistoryQuery = ALL) -> list[HistoryEntry]:
    found: list[list[HistoryEntry]] = []
    engine.manager.history.page(query, found.append)
    engine.until(lambda: bool(found))
    return found[0]


def until_remembered(engine: Engine, count: int) -> list[HistoryEntry]:
    engine.until(lambda: len(remembered(engine)) == count)
    return remembered(engine)


def test_an_engine_remembers_what_it_fetched_and_what_it_could_not(engine: Engine, plain_server: FaultyServer) -> None:
    path = engine.fetched(engine.add(plain_server.file(SIZE, "/good.bin")))
    plain_server.inject(faults.status(404, when=faults.on_path("/bad.bin")))
    assert engine.failed(engine.add(plain_server.file(SIZE, "/bad.bin"))) is FailureReason.NOT_FOUND
    bad, good = until_remembered(engine, 2)
    assert (good.path, good.size, good.received, good.outcome) == (path, SIZE, SIZE, Outcome.FINISHED)
    assert good.host == f"127.0.0.1:{plain_server.port}"
    assert (bad.outcome, bad.failure and bad.failure.reason) == (Outcome.FAILED, FailureReason.NOT_FOUND)
    today = engine.manager.traffic.today
    assert today - timedelta(days=1) <= good.day <= today
    engine.restart()
    engine.manager.remove([good.download_id])
    assert [entry.number for entry in remembered(engine)] == [bad.number, good.number]


def test_settings_say_how_long(engine: Engine, plain_server: FaultyServer) -> None:
    engine.fetched(engine.add(plain_server.file(SIZE)))
    until_remembered(engine, 1)
    engine.manager.apply_settings(replace(engine.settings, history_days=0))
    engine.fetched(engine.add(plain_server.file(SIZE, "/second")))
    assert engine.manager._store.flush(5)
    assert len(remembered(engine)) == 1
    engine.restart(history_days=0)
    until_remembered(engine, 0)


@pytest.fixture(scope="module")
def zygote() -> Iterator[dying.Zygote]:
    with dying.zygote() as made:
        yield made


@pytest.mark.skipif(sys.platform == "win32", reason="nothing forks there")
@pytest.mark.parametrize("after", [False, True], ids=["before", "behind"])
@pytest.mark.parametrize(
    "at",
    [
        "store.endings.Endings.note",
        "store.history_file.HistoryFile.take_over",
        "store.history_file.put_entries",
        "store.history_file.drop_entries",
        "store.endings.drop_endings",
        "store.endings._drop",
    ],
)
def test_a_crash_neither_loses_nor_doubles_an_entry(
    qapp: QCoreApplication,
    zygote: dying.Zygote,
    profile: Profile,
    tmp_path: Path,
    plain_server: FaultyServer,
    at: str,
    after: bool,
) -> None:
    folder, call = tmp_path / "target", 2 if at.endswith(("note", "take_over")) else 1
    address = plain_server.file(SIZE)
    assert zygote.live(profile, folder, add=(address,), at=at, after=after, call=call) in (-9, dying.SURVIVED)
    engine = Engine(profile, folder, Settings(folder, find_checksums=False))
    engine.until(lambda: all(one.state is DownloadState.COMPLETED for one in engine.manager.snapshots()))
    assert len(engine.manager.ids()) == 1
    (entry,) = until_remembered(engine, 1)
    assert (entry.outcome, entry.size) == (Outcome.FINISHED, SIZE)
    engine.restart()
    assert remembered(engine) == [entry]
    assert engine.close()
