"""The invariant itself: it must see what is wrong, or it proves nothing."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from headrace.manager import DownloadManager

from tests.support import faults, seeded
from tests.support.engine import Engine
from tests.support.faulty_server import FaultyServer
from tests.support.invariant import assert_invariant
from tests.support.replies import Resource

SIZE = 600_000


@pytest.fixture
def half_way(engine: Engine, plain_server: FaultyServer) -> Engine:
    """Return an engine with one download complete, and one paused half way."""
    engine.fetched(engine.add(plain_server.file(1000, "/done", seed=2)))
    address = plain_server.file(SIZE)
    gate = plain_server.inject(faults.stall(SIZE // 2)).gate
    download_id = engine.add(address)
    engine.until_received(download_id, SIZE // 2)
    engine.manager.pause([download_id])
    engine.until_still()
    assert engine.manager._store.flush(5)
    gate.release.set()
    return engine


def test_it_holds_where_nothing_is_wrong(half_way: Engine, plain_server: FaultyServer) -> None:
    assert_invariant(half_way, plain_server)
    with closing(sqlite3.connect(half_way.profile.database)) as connection:
        assert connection.execute("SELECT count(*) FROM claims").fetchone() == (1,)


def test_a_claim_is_right_only_against_one_content(half_way: Engine, plain_server: FaultyServer) -> None:
    plain_server.file(SIZE, seed=3)
    with pytest.raises(AssertionError, match="claimed wrongly"):
        assert_invariant(half_way, plain_server)
    assert_invariant(half_way, plain_server, also=[Resource("/file", size=SIZE)])


def flip(path: Path, offset: int) -> None:
    with path.open("r+b") as stream:
        stream.seek(offset)
        byte = stream.read(1)[0]
        stream.seek(offset)
        stream.write(bytes([byte ^ 1]))


SPOILT: list[tuple[str, Callable[[Engine], object]]] = [
    ("done is not what was served", lambda engine: flip(engine.folder / "done", 500)),
    ("done is not what was served", lambda engine: (engine.folder / "done").write_bytes(seeded.body(2, 0, 999))),
    ("done is complete and not there", lambda engine: (engine.folder / "done").unlink()),
    ("half is not what was served", lambda engine: (engine.folder / "half").write_bytes(b"half")),
    ("is claimed wrongly", lambda engine: flip(engine.parts()[0], 0)),
    ("is claimed wrongly", lambda engine: flip(engine.parts()[0], SIZE // 2 - 1)),
    ("escaped is outside", lambda engine: (engine.folder.parent / "escaped").write_bytes(b"")),
    ("settings.json: canary", lambda engine: engine.profile.settings.write_text("canary")),
]


@pytest.mark.parametrize(("seen", "spoil"), SPOILT)
def test_it_sees_what_is_wrong(
    half_way: Engine, plain_server: FaultyServer, seen: str, spoil: Callable[[Engine], object]
) -> None:
    spoil(half_way)
    with pytest.raises(AssertionError, match=seen):
        assert_invariant(half_way, plain_server)
    half_way.profile.settings.unlink(missing_ok=True)  # the canary must not outlast the test


def test_what_faults_put_in_the_place_of_a_file_is_right_too(engine: Engine, plain_server: FaultyServer) -> None:
    address = plain_server.file(SIZE)
    plain_server.inject(faults.replaced())
    engine.fetched(engine.add(address))
    assert_invariant(engine, plain_server)
    plain_server.heal()
    with pytest.raises(AssertionError, match="not what was served"):
        assert_invariant(engine, plain_server)


def test_a_failure_must_not_tell(engine: Engine, plain_server: FaultyServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(DownloadManager, "snapshots", lambda _: [_Snapshot()])
    with pytest.raises(AssertionError, match="canary"):
        assert_invariant(engine, plain_server)


class _Snapshot:
    state, name, failure = None, "x", "Failure(detail='canary')"
