"""Changes of many at once: nothing starts in between, nobody waits for the last, and what was asked for comes true."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from headrace.filters import Category
from headrace.outcomes import ChangeKind, FileVerdict
from headrace.profile import Profile
from headrace.queue_policy import Room
from headrace.settings import Settings
from headrace.spec import DownloadSpec
from headrace.states import DownloadState
from PySide6.QtCore import QCoreApplication

from tests.support.changing import SIZE, Witness
from tests.support.engine import Engine
from tests.support.engine_parts import make_record
from tests.support.faulty_server import FaultyServer
from tests.support.opened_store import Opened

_S = DownloadState
MANY = 3_000
"""More than is done in one turn."""


@pytest.fixture
def engine(qapp: QCoreApplication, profile: Profile, tmp_path: Path) -> Iterator[Engine]:
    engine = Engine(profile, tmp_path / "target", Settings(tmp_path / "target", queues=("night",)))
    yield engine
    assert engine.close()


@pytest.fixture
def crowd(engine: Engine) -> Callable[..., list[str]]:
    """Return what puts many downloads on the list that are as its arguments say; their files are missing."""

    def fill(**facts: object) -> list[str]:
        assert engine.close()
        with_rows = Opened(engine.profile.database)
        for number in range(MANY):
            row = make_record(number, address=f"http://127.0.0.1:9/{number}", folder=engine.folder, **facts)
            with_rows.store.save(row)
        with_rows.close()
        engine.manager = engine._open()
        return [one.id for one in engine.manager.snapshots()]

    return fill


def states(engine: Engine) -> set[DownloadState]:
    return {one.state for one in engine.manager.snapshots()}


def hold(engine: Engine, *names: str) -> None:
    engine.manager.apply_settings(replace(engine.manager.settings, held_queues=names))


# Queues.


def test_what_is_added_to_a_held_queue_does_not_start(engine: Engine, plain_server: FaultyServer) -> None:
    hold(engine, "night")
    address = plain_server.file(SIZE)
    spec = DownloadSpec(address, engine.folder, queue="night", category=Category.MUSIC, priority=1)
    (held,) = engine.manager.add([spec])
    snapshot = engine.snapshot(held)
    assert (snapshot.state, snapshot.queue, snapshot.category, snapshot.priority) == (_S.QUEUED, "night", "music", 1)
    assert len(engine.manager._runner) == 0
    unknown = DownloadSpec(plain_server.file(SIZE, "/other"), engine.folder, queue="gone")
    (other,) = engine.manager.add([unknown])
    assert engine.snapshot(other).queue == ""
    engine.fetched(other)
    assert [request.path for request in plain_server.requests] == ["/other"]


def test_an_unfinished_download_that_is_added_again_goes_where_it_is_wanted_now(
    engine: Engine, plain_server: FaultyServer
) -> None:
    hold(engine, "night")
    address = plain_server.file(SIZE)
    download_id = engine.add(address, paused=True)
    assert engine.add(address, queue="night", category=Category.VIDEO) == download_id
    assert engine.add(address) == download_id
    snapshot = engine.snapshot(download_id)
    assert (snapshot.state, snapshot.queue, snapshot.category) == (_S.QUEUED, "night", "video")


@pytest.mark.parametrize("renamed", [True, False])
def test_a_held_queue_changes_with_all_that_is_in_it(
    engine: Engine, crowd: Callable[..., list[str]], renamed: bool
) -> None:
    engine.settings = replace(engine.settings, held_queues=("night", ""))
    ids = crowd(queue="night")
    names: list[tuple[str, ...]] = []
    engine.manager.settings_changed.connect(lambda settings: names.append(settings.queues))
    if renamed:
        engine.manager.changes.rename_queue("night", " dusk ")
    else:
        assert engine.manager.changes.remove_queue("night") == ids
    wanted = ("dusk", ("dusk",)) if renamed else ("", ())
    assert engine.manager.settings.queues == wanted[1]
    assert set(engine.manager.settings.held_queues) == {"", *wanted[1]}
    engine.until(lambda: len(engine.manager.ids_in_queue(wanted[0])) == MANY)
    assert states(engine) == {_S.QUEUED}
    assert names == [wanted[1]]


def test_queues_that_are_not_there_are_not_changed(engine: Engine) -> None:
    for call in (
        lambda: engine.manager.changes.rename_queue("day", "dusk"),
        lambda: engine.manager.changes.rename_queue("night", "  "),
        lambda: engine.manager.changes.remove_queue("day"),
    ):
        with pytest.raises(ValueError, match="queue"):
            call()
    assert engine.manager.settings.queues == ("night",)


# Many.


def test_many_are_paused_and_resumed_in_the_order_of_the_wishes(
    engine: Engine, crowd: Callable[..., list[str]]
) -> None:
    hold(engine, "")
    engine.settings = engine.manager.settings
    ids = crowd()
    engine.manager.pause_all()
    engine.manager.resume_all()
    engine.manager.pause(ids)
    engine.until(lambda: engine.manager.totals().paused == MANY)
    engine.manager.resume(ids)
    engine.until(lambda: engine.manager.totals().waiting == MANY)
    engine.manager.pause_all()
    engine.restart()
    assert states(engine) == {_S.PAUSED}


def test_nothing_starts_while_many_are_put_elsewhere(engine: Engine, crowd: Callable[..., list[str]]) -> None:
    engine.settings = replace(engine.settings, held_queues=("",))
    ids = crowd()
    engine.manager.changes.set_queue(ids, "night")
    hold(engine, "night")  # some are not in it yet
    engine.until(lambda: len(engine.manager.ids_in_queue("night")) == MANY)
    assert states(engine) == {_S.QUEUED}


@pytest.mark.parametrize("call", ["set_category", "set_priority", "set_options", "to_bottom", "fetch_again", "verify"])
def test_no_turn_of_the_loop_does_all(engine: Engine, crowd: Callable[..., list[str]], call: str) -> None:
    engine.settings = replace(engine.settings, held_queues=("",))
    ids = crowd(state=_S.COMPLETED if call in ("fetch_again", "verify") else _S.QUEUED)
    batches: list[int] = []
    engine.manager.downloads_updated.connect(lambda batch: batches.append(len(batch)))
    wishes = {"set_category": "music", "set_priority": 1, "to_bottom": None, "fetch_again": None, "verify": None}
    asked, changes = ids[: MANY // 2] if call == "to_bottom" else ids, engine.manager.changes
    if call == "set_options":
        changes.set_options(asked, limit=5000)
    else:
        getattr(changes, call)(asked, *filter(None, [wishes[call]]))
    engine.until(lambda: sum(batches) >= len(asked))
    assert max(batches) <= 1000


def test_what_is_removed_meanwhile_is_paused_before(engine: Engine, crowd: Callable[..., list[str]]) -> None:
    engine.settings = replace(engine.settings, held_queues=("",))
    ids = crowd()
    engine.manager.pause_all()
    engine.manager.remove(ids)
    assert engine.manager.snapshots() == []
    engine.manager.restore(ids)
    assert states(engine) == {_S.PAUSED}
    assert len(engine.manager.snapshots()) == MANY


# Moved and verified.


def test_those_that_are_moved_are_out_of_the_line(
    engine: Engine, crowd: Callable[..., list[str]], tmp_path: Path
) -> None:
    engine.settings = replace(engine.settings, held_queues=("",))
    ids = crowd()
    assert engine.manager.changes.relocate(ids, tmp_path / "elsewhere") == ids
    engine.until(lambda: engine.manager.changes.holds(ids[-1]))
    assert not any(engine.manager.changes.holds(one.id) for one in engine.manager._roster.startable(Room(10_000)))
    engine.until(lambda: not engine.manager._sweeps and not engine.manager._roster._aside, 40)
    assert {one.folder for one in engine.manager.snapshots()} == {tmp_path / "elsewhere"}
    assert states(engine) == {_S.QUEUED}
    assert [one.id for one in engine.manager._roster.startable(Room(10_000))] == ids


def test_many_are_verified_one_after_the_other_until_they_are_paused(
    engine: Engine, crowd: Callable[..., list[str]]
) -> None:
    ids = crowd(state=_S.COMPLETED)
    witness = Witness(engine)
    assert engine.manager.changes.verify(ids) == ids
    assert len(witness.told) < MANY
    assert all(one.is_verifying for one in engine.manager.snapshots()[1:])
    assert witness.outcome(ChangeKind.VERIFIED).verdict is FileVerdict.MISSING
    engine.manager.pause(ids)
    engine.until(lambda: not any(one.is_verifying for one in engine.manager.snapshots()))
    ended = [one for one in witness.told if one.kind is ChangeKind.VERIFIED]
    assert {one.verdict for one in ended} <= {FileVerdict.MISSING, FileVerdict.STOPPED}
    assert ended[-1].verdict is FileVerdict.STOPPED
    assert len({one.id for one in ended}) == len(ended)
    assert states(engine) == {_S.COMPLETED}


def test_a_file_that_is_read_is_let_go_before_it_is_deleted(
    engine: Engine, plain_server: FaultyServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("headrace.transfer.examining.PIECE", 1)  # three million steps
    first, second = (engine.add(plain_server.file(SIZE, path)) for path in ("/first", "/second"))
    for download_id in (first, second):
        engine.fetched(download_id)
    witness = Witness(engine)
    engine.manager.changes.verify([first, second])
    engine.until(lambda: any(one.fraction for one in witness.told))
    engine.manager.remove([first])
    assert engine.manager._is_busy(first)
    engine.until(lambda: not engine.manager._is_busy(first))
    engine.until(lambda: any(one.id == second and one.fraction for one in witness.told))
    engine.manager.pause([second])
    assert witness.outcome(ChangeKind.VERIFIED, second).verdict is FileVerdict.STOPPED
