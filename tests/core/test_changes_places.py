"""Downloads moved to other folders: waiting, running and finished ones, on one disk and on two."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from headrace.disk import moving
from headrace.outcomes import ChangeKind, FileVerdict
from headrace.profile import Profile
from headrace.settings import Settings
from headrace.states import DownloadState, FailureReason
from PySide6.QtCore import QCoreApplication

from tests.support import seeded
from tests.support.changing import HALF, SIZE, Witness, part_on_other_disk, paused, stalled
from tests.support.engine import Engine
from tests.support.faulty_server import FaultyServer
from tests.support.small_disk import small_disk

MOVED = ChangeKind.RELOCATED
WHOLE = seeded.body(1, 0, SIZE)


@pytest.fixture
def engine(qapp: QCoreApplication, profile: Profile, tmp_path: Path) -> Iterator[Engine]:
    engine = Engine(profile, tmp_path / "target", Settings(tmp_path / "target"))
    yield engine
    assert engine.close()


@pytest.fixture
def witness(engine: Engine) -> Witness:
    return Witness(engine)


@pytest.fixture(params=[False, True], ids=["one disk", "two disks"])
def other(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder that is not there yet, on the same disk and on another."""
    if request.param:
        part_on_other_disk(monkeypatch)
    return tmp_path / "other" / "deeper"


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


def refetched(server: FaultyServer) -> int:
    """Return the bytes that were sent more than once."""
    return server.body_sent - SIZE


def test_a_paused_download_moves_with_its_bytes(
    engine: Engine, witness: Witness, plain_server: FaultyServer, other: Path
) -> None:
    download_id = paused(engine, plain_server)
    assert engine.manager.changes.relocate([download_id, "unknown"], other) == [download_id]
    assert witness.done(MOVED).detail == str(other)
    assert (names(engine.folder), len(names(other))) == ([], 1)
    assert engine.snapshot(download_id).folder == other
    assert engine.state(download_id) is DownloadState.PAUSED
    engine.restart()
    assert engine.snapshot(download_id).received == HALF
    engine.manager.resume([download_id])
    assert engine.fetched(download_id) == other / "file"
    assert (other / "file").read_bytes() == WHOLE
    assert names(other) == ["file"]
    assert refetched(plain_server) < 100_000


def test_a_running_download_moves_and_goes_on_by_itself(
    engine: Engine, witness: Witness, plain_server: FaultyServer, other: Path
) -> None:
    download_id = stalled(engine, plain_server)
    engine.manager.changes.relocate([download_id], other)
    assert engine.state(download_id) is DownloadState.QUEUED
    plain_server.wait_until(lambda server: server.requests[0].client_left is not None)  # else it would send the rest
    plain_server.heal()
    witness.done(MOVED)
    assert engine.fetched(download_id) == other / "file"
    assert (other / "file").read_bytes() == WHOLE
    assert (names(engine.folder), names(other)) == ([], ["file"])
    assert refetched(plain_server) < 100_000


def test_one_without_a_byte_moves_without_a_trace(
    engine: Engine, witness: Witness, plain_server: FaultyServer, other: Path
) -> None:
    waiting = engine.add(plain_server.file(SIZE), paused=True)
    begun = paused(engine, plain_server, "/begun", at=0)
    engine.manager.changes.relocate([waiting, begun], other)
    witness.done(MOVED, waiting)
    witness.done(MOVED, begun)
    assert names(engine.folder) == []
    engine.manager.resume_all()
    assert {engine.fetched(waiting).parent, engine.fetched(begun).parent} == {other}
    assert names(other) == ["begun", "file"]


def test_a_finished_file_moves_and_overwrites_nothing(
    engine: Engine, witness: Witness, plain_server: FaultyServer, other: Path
) -> None:
    download_id = engine.add(plain_server.file(SIZE))
    source = engine.fetched(download_id)
    stamp = source.stat().st_mtime_ns
    other.mkdir(parents=True)
    (other / "file").write_bytes(b"precious")
    engine.manager.changes.relocate([download_id], other)
    witness.done(MOVED)
    assert engine.snapshot(download_id).path == other / "file (2)"
    assert (other / "file (2)").read_bytes() == WHOLE
    assert (other / "file (2)").stat().st_mtime_ns == stamp
    assert (other / "file").read_bytes() == b"precious"
    assert names(engine.folder) == []
    engine.restart()
    assert engine.snapshot(download_id).path == other / "file (2)"


def test_a_finished_file_that_is_gone_is_told_so(
    engine: Engine, witness: Witness, plain_server: FaultyServer, other: Path
) -> None:
    download_id = engine.add(plain_server.file(SIZE))
    engine.fetched(download_id).unlink()
    engine.manager.changes.relocate([download_id], other)
    found = witness.outcome(MOVED)
    assert (found.verdict, found.failure is not None) == (FileVerdict.MISSING, True)
    snapshot = engine.snapshot(download_id)
    assert (snapshot.folder, snapshot.is_missing) == (engine.folder, True)


def test_a_folder_that_cannot_be_made_leaves_all_as_it_was(
    engine: Engine, witness: Witness, plain_server: FaultyServer, tmp_path: Path
) -> None:
    (tmp_path / "file").write_bytes(b"no folder")
    download_id = paused(engine, plain_server)
    engine.manager.changes.relocate([download_id], tmp_path / "file" / "deeper")
    failure = witness.outcome(MOVED).failure
    assert failure is not None
    assert failure.reason is FailureReason.FOLDER_MISSING
    assert engine.snapshot(download_id).folder == engine.folder
    engine.manager.resume([download_id])
    assert engine.fetched(download_id).read_bytes() == WHOLE


@pytest.mark.parametrize("finished", [False, True], ids=["paused", "finished"])
def test_a_disk_that_is_too_small_gets_nothing(
    engine: Engine, witness: Witness, plain_server: FaultyServer, tmp_path: Path, finished: bool
) -> None:
    other = tmp_path / "small"
    other.mkdir()
    with small_disk(other, 1 << 20):
        if finished:
            engine.fetched(download_id := engine.add(plain_server.file(SIZE)))
        else:
            download_id = paused(engine, plain_server)
        engine.manager.changes.relocate([download_id], other)
        failure = witness.outcome(MOVED).failure
        assert failure is not None
        assert failure.reason is FailureReason.DISK_FULL
        assert names(other) == []
        engine.manager.resume([download_id])
        assert engine.fetched(download_id).read_bytes() == WHOLE
        assert engine.snapshot(download_id).folder == engine.folder


@pytest.mark.parametrize("finished", [False, True], ids=["paused", "finished"])
def test_another_disk_in_truth(
    engine: Engine, witness: Witness, plain_server: FaultyServer, tmp_path: Path, finished: bool
) -> None:
    other = tmp_path / "large"
    other.mkdir()
    with small_disk(other, 64 << 20):
        if finished:
            engine.fetched(download_id := engine.add(plain_server.file(SIZE)))
        else:
            download_id = paused(engine, plain_server)
        engine.manager.changes.relocate([download_id], other)
        witness.done(MOVED)
        engine.manager.resume([download_id])
        assert engine.fetched(download_id).read_bytes() == WHOLE
        assert (names(other), names(engine.folder)) == (["file"], [])
        assert refetched(plain_server) < 100_000


def test_a_copy_that_is_not_the_source_is_never_taken_for_it(
    engine: Engine, witness: Witness, plain_server: FaultyServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    part_on_other_disk(monkeypatch)
    monkeypatch.setattr("headrace.transfer.part_copy._compare", _refuse)
    monkeypatch.setattr(moving, "_compare", _refuse)
    unfinished, finished = paused(engine, plain_server), engine.add(plain_server.file(SIZE, "/done"))
    engine.fetched(finished)
    engine.manager.changes.relocate([unfinished, finished], tmp_path / "other")
    for download_id in (unfinished, finished):
        failure = witness.outcome(MOVED, download_id).failure
        assert failure is not None
        assert failure.reason is FailureReason.DISK_ERROR
    assert names(tmp_path / "other") == []
    assert len(names(engine.folder)) == 2


def _refuse(*_args: object) -> None:
    raise OSError(5, "the copy differs")


def test_bytes_that_went_bad_are_found_after_the_move(
    engine: Engine, witness: Witness, plain_server: FaultyServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    part_on_other_disk(monkeypatch)
    download_id = paused(engine, plain_server)
    part = engine.parts()[0]
    stamp = part.stat().st_mtime_ns
    with part.open("r+b") as stream:
        stream.seek(1000)
        stream.write(b"rotten")
    os.utime(part, ns=(stamp, stamp))  # as a disk does it: without a word
    engine.manager.changes.relocate([download_id], tmp_path / "other")
    witness.done(MOVED)
    engine.manager.resume([download_id])
    assert engine.fetched(download_id).read_bytes() == WHOLE


def test_a_part_file_that_is_gone_is_no_obstacle(
    engine: Engine, witness: Witness, plain_server: FaultyServer, other: Path
) -> None:
    download_id = paused(engine, plain_server)
    engine.parts()[0].unlink()
    engine.manager.changes.relocate([download_id], other)
    witness.done(MOVED)
    engine.manager.resume([download_id])
    assert engine.fetched(download_id) == other / "file"


def test_a_second_wish_waits_for_the_first(
    engine: Engine, witness: Witness, plain_server: FaultyServer, other: Path, tmp_path: Path
) -> None:
    download_id = stalled(engine, plain_server)
    engine.manager.changes.relocate([download_id], other)
    engine.manager.changes.relocate([download_id], tmp_path / "last")
    plain_server.heal()
    assert witness.done(MOVED).detail == str(other)
    assert witness.done(MOVED).detail == str(tmp_path / "last")
    assert engine.fetched(download_id) == tmp_path / "last" / "file"
    assert names(other) == []


def test_one_that_is_removed_meanwhile_leaves_nothing(
    engine: Engine, plain_server: FaultyServer, other: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("headrace.manager.UNDO_SECONDS", 0.1)
    monkeypatch.setattr("headrace.manager._TICK_WAITING", 20)
    download_id = paused(engine, plain_server)
    engine.manager.changes.relocate([download_id], other)
    engine.manager.remove([download_id])
    engine.until(lambda: not names(engine.folder) and not names(other))
    engine.restart()
    assert engine.manager.snapshots() == []


def test_a_folder_is_given_in_full(engine: Engine) -> None:
    with pytest.raises(ValueError, match="in full"):
        engine.manager.changes.relocate([], Path("here"))


def test_the_same_folder_by_another_way_changes_nothing_on_disk(
    engine: Engine, witness: Witness, plain_server: FaultyServer, tmp_path: Path
) -> None:
    download_id = engine.add(plain_server.file(SIZE))
    engine.fetched(download_id)
    (tmp_path / "link").symlink_to(engine.folder, target_is_directory=True)
    engine.manager.changes.relocate([download_id], tmp_path / "link")
    witness.done(MOVED)
    assert names(engine.folder) == ["file"]
    assert engine.snapshot(download_id).path == tmp_path / "link" / "file"


def test_the_address_is_found_where_it_went(
    engine: Engine, witness: Witness, plain_server: FaultyServer, other: Path
) -> None:
    download_id = paused(engine, plain_server)
    engine.manager.changes.relocate([download_id], other)
    witness.done(MOVED)
    assert engine.manager.find(plain_server.url(), engine.folder) is None
    found = engine.manager.find(plain_server.url(), other)
    assert found is not None
    assert found.id == download_id


def test_a_copy_the_database_never_heard_of_may_be_completed(
    engine: Engine, witness: Witness, plain_server: FaultyServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    part_on_other_disk(monkeypatch)
    other, download_id = tmp_path / "other", paused(engine, plain_server)
    store, item = engine.manager._store, engine.manager._roster.get(download_id)
    assert item is not None
    real = store.flush
    with monkeypatch.context() as patched:
        patched.setattr(store, "flush", lambda timeout: item.record.folder != other and real(timeout))
        engine.manager.changes.relocate([download_id], other)
        assert witness.outcome(MOVED).failure is not None
    assert (len(names(engine.folder)), len(names(other))) == (1, 1)
    engine.manager.resume([download_id])
    assert engine.fetched(download_id) == other / "file"
    engine.until(lambda: item.record.relocation is None and not engine.manager.changes.holds(download_id))
    assert (names(engine.folder), names(other)) == ([], ["file"])
    engine.restart()
    engine.until(lambda: not engine.manager.changes.holds(download_id))
    assert engine.snapshot(download_id).path == other / "file"
    assert (other / "file").read_bytes() == WHOLE
