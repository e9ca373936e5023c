"""Options, categories, queues, priorities and the order of downloads that are there."""

import hashlib
import inspect
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from headrace.changes import Changes
from headrace.filters import Category, DownloadFilter, category_in
from headrace.manager import DownloadManager
from headrace.outcomes import ChangeKind
from headrace.profile import Profile
from headrace.settings import Settings
from headrace.spec import IfExists
from headrace.states import DownloadState, FailureReason
from PySide6.QtCore import QCoreApplication

from tests.support import seeded
from tests.support.changing import HALF, SIZE, Witness, paused, stalled
from tests.support.engine import Engine
from tests.support.fake_changes import FakeChanges
from tests.support.fake_manager import FakeManager
from tests.support.faulty_server import FaultyServer

DIGEST = hashlib.sha256(seeded.body(1, 0, SIZE)).hexdigest()
WRONG = "0" * 64


@pytest.fixture
def engine(qapp: QCoreApplication, profile: Profile, tmp_path: Path) -> Iterator[Engine]:
    engine = Engine(profile, tmp_path / "target", Settings(tmp_path / "target"))
    yield engine
    assert engine.close()


def test_options_are_kept_and_shown(engine: Engine, plain_server: FaultyServer) -> None:
    download_id = engine.add(plain_server.file(SIZE), paused=True, limit=1000)
    changes = engine.manager.changes
    changes.set_options([download_id, "unknown"], connections=3, checksum=f"sha256:{DIGEST}")
    snapshot = engine.snapshot(download_id)
    assert (snapshot.limit, snapshot.max_connections, snapshot.checksum) == (1000, 3, f"sha256:{DIGEST}")
    changes.set_options([download_id], limit=None, connections=None, checksum=None)
    engine.restart()
    snapshot = engine.snapshot(download_id)
    assert (snapshot.limit, snapshot.max_connections, snapshot.checksum) == (None, None, None)


@pytest.mark.parametrize(
    "wishes",
    [
        {"limit": 0},
        {"connections": 0},
        {"connections": 65},
        {"checksum": "sha256:short"},
        {"headers": [("Host", "elsewhere")]},
        {"headers": [("X-Key", "a\r\nX-Other: b")]},
        {"mirrors": ["file:///etc/passwd"]},
    ],
)
def test_what_cannot_be_changes_nothing(engine: Engine, plain_server: FaultyServer, wishes: dict[str, Any]) -> None:
    download_id = engine.add(plain_server.file(SIZE), paused=True)
    before = engine.manager._roster.pick([download_id])[0].record
    with pytest.raises(ValueError, match=r"[a-z]{3}"):
        engine.manager.changes.set_options([download_id], **{"if_exists": IfExists.FAIL, **wishes})
    assert engine.manager._roster.pick([download_id])[0].record == before


def test_a_limit_is_in_force_at_once(engine: Engine, plain_server: FaultyServer) -> None:
    download_id = engine.add(plain_server.file(SIZE), limit=20_000)
    engine.until_received(download_id, 1)
    engine.manager.changes.set_options([download_id], limit=None)
    assert engine.fetched(download_id, timeout=10).stat().st_size == SIZE


@pytest.mark.parametrize("running", [False, True])
@pytest.mark.parametrize("right", [False, True])
def test_a_checksum_that_came_later_is_heeded(
    engine: Engine, plain_server: FaultyServer, running: bool, right: bool
) -> None:
    download_id = (stalled if running else paused)(engine, plain_server)
    engine.manager.changes.set_options([download_id], checksum=f"sha256:{DIGEST if right else WRONG}")
    plain_server.heal()
    engine.manager.resume([download_id])
    if right:
        engine.fetched(download_id)
        assert engine.snapshot(download_id).checksum_source == "given"
    else:
        assert engine.failed(download_id) is FailureReason.CHECKSUM_MISMATCH
        assert "file" not in engine.files()


def test_headers_stay_in_memory(engine: Engine, plain_server: FaultyServer) -> None:
    download_id = paused(engine, plain_server)
    engine.manager.changes.set_options([download_id], headers=[("X-Key", "canary-of-this-test")])
    engine.manager.resume([download_id])
    engine.fetched(download_id)
    assert plain_server.requests[-1].headers["x-key"] == "canary-of-this-test"
    assert engine.close()
    stored = b"".join(path.read_bytes() for path in engine.profile.folder.iterdir())
    assert b"canary-of-this-test" not in stored
    assert b"X-Key" in stored
    engine.manager = engine._open()


def test_mirrors_and_what_exists_are_heeded(engine: Engine, plain_server: FaultyServer) -> None:
    download_id = paused(engine, plain_server)
    (engine.folder / "file").write_bytes(b"precious")
    mirror = plain_server.file(SIZE, "/mirror")
    own = plain_server.url()
    engine.manager.changes.set_options([download_id], if_exists=IfExists.FAIL, mirrors=[own, mirror])
    assert engine.manager._roster.pick([download_id])[0].record.mirrors == (mirror,)
    engine.manager.resume([download_id])
    assert engine.failed(download_id) is FailureReason.FILE_EXISTS


def test_a_finished_download_has_no_options(engine: Engine, plain_server: FaultyServer) -> None:
    download_id = engine.add(plain_server.file(SIZE))
    engine.fetched(download_id)
    engine.manager.changes.set_options([download_id], checksum=f"sha256:{WRONG}", limit=5)
    assert (engine.snapshot(download_id).checksum, engine.snapshot(download_id).limit) == (None, None)


# Categories and queues.


def test_a_category_is_kept_and_filtered_by(engine: Engine, plain_server: FaultyServer) -> None:
    download_id = engine.add(plain_server.file(SIZE, "/film.mp4"), paused=True)
    assert category_in(engine.snapshot(download_id)) is Category.VIDEO
    engine.manager.changes.set_category([download_id], "archives")
    engine.restart()
    snapshot = engine.snapshot(download_id)
    assert (snapshot.category, category_in(snapshot)) == ("archives", Category.ARCHIVES)
    assert DownloadFilter(category=Category.ARCHIVES).accepts(snapshot)
    assert not DownloadFilter(category=Category.VIDEO).accepts(snapshot)
    assert category_in(replace(snapshot, category="of a later version")) is Category.VIDEO
    engine.manager.changes.set_category([download_id], None)
    assert category_in(engine.snapshot(download_id)) is Category.VIDEO
    with pytest.raises(ValueError, match="nonsense"):
        engine.manager.changes.set_category([download_id], "nonsense")


def test_a_queue_is_kept_and_filtered_by(engine: Engine, plain_server: FaultyServer) -> None:
    engine.manager.apply_settings(replace(engine.settings, queues=("night",)))
    download_id = engine.add(plain_server.file(SIZE), paused=True)
    engine.manager.changes.set_queue([download_id], "night")
    engine.restart(queues=("night",))
    snapshot = engine.snapshot(download_id)
    assert snapshot.queue == "night"
    assert DownloadFilter(queue="night").accepts(snapshot)
    assert not DownloadFilter(queue="").accepts(snapshot)
    assert DownloadFilter().accepts_all
    assert not DownloadFilter(queue="").accepts_all
    with pytest.raises(ValueError, match="no queue called 'day'"):
        engine.manager.changes.set_queue([download_id], "day")


def test_a_held_queue_starts_nothing_until_it_is_let_go(engine: Engine, plain_server: FaultyServer) -> None:
    held = replace(engine.settings, queues=("night",), held_queues=("night",))
    engine.manager.apply_settings(held)
    night, day = engine.add(plain_server.file(SIZE), paused=True), plain_server.file(SIZE, "/day")
    engine.manager.changes.set_queue([night], "night")
    engine.manager.resume([night])
    engine.fetched(engine.add(day))
    assert engine.state(night) is DownloadState.QUEUED
    engine.manager.apply_settings(replace(held, held_queues=("",)))
    other = engine.add(plain_server.file(SIZE, "/other"))
    engine.fetched(night)
    assert engine.state(other) is DownloadState.QUEUED
    engine.manager.changes.set_queue([other], "night")
    engine.fetched(other)


def test_priority_comes_before_place(engine: Engine, plain_server: FaultyServer) -> None:
    engine.manager.apply_settings(replace(engine.settings, max_running=1))
    running = stalled(engine, plain_server)
    low, usual, high = (engine.add(plain_server.file(SIZE, f"/{number}")) for number in range(3))
    engine.manager.changes.set_priority([low], -1)
    engine.manager.changes.set_priority([high], 1)
    with pytest.raises(ValueError, match="not 2"):
        engine.manager.changes.set_priority([high], 2)
    assert [one.id for one in engine.manager.snapshots()] == [running, low, usual, high]
    plain_server.heal()
    for download_id in (running, low, usual, high):
        engine.fetched(download_id)
    paths = list(dict.fromkeys(request.path for request in plain_server.requests))
    assert paths == ["/file", "/2", "/1", "/0"]
    engine.restart()
    assert [one.priority for one in engine.manager.snapshots()] == [0, -1, 0, 1]


# Order.


def test_downloads_are_put_where_they_were_dropped(engine: Engine, plain_server: FaultyServer) -> None:
    a, b, c, d, e = (engine.add(plain_server.url(f"/{number}"), paused=True) for number in range(5))
    orders: list[list[str]] = []
    engine.manager.order_changed.connect(orders.append)
    engine.manager.changes.move_to([e, b], 1)
    engine.manager.changes.to_top([d])
    engine.manager.changes.to_bottom([a, "unknown"])
    engine.manager.changes.move_to(["unknown"], 2)
    assert orders == [[a, b, e, c, d], [d, a, b, e, c], [d, b, e, c, a]]
    assert [one.queue_place for one in engine.manager.snapshots()] == [0, 1, 2, 3, 4]
    engine.restart()
    assert [one.id for one in engine.manager.snapshots()] == orders[-1]
    last = engine.add(plain_server.url("/last"), paused=True)
    assert [one.id for one in engine.manager.snapshots()][-1] == last


def test_clearing_leaves_the_files(engine: Engine, plain_server: FaultyServer) -> None:
    done, waiting = engine.add(plain_server.file(SIZE)), paused(engine, plain_server, "/other", at=HALF)
    engine.fetched(done)
    assert engine.manager.changes.clear_finished() == [done]
    assert [one.id for one in engine.manager.snapshots()] == [waiting]
    assert engine.close()
    assert (engine.folder / "file").exists()
    engine.manager = engine._open()


def test_more_connections_come_to_a_running_download(engine: Engine, plain_server: FaultyServer) -> None:
    """The bound of the crew is the new one, in both directions."""
    download_id = stalled(engine, plain_server, connections=1)
    engine.manager.changes.set_options([download_id], connections=5)
    job = engine.manager._runner.job(download_id)
    assert job is not None
    assert job._attempt.plan.max_connections == 5  # type: ignore[attr-defined]
    engine.manager.changes.set_options([download_id], connections=None)
    assert job._attempt.plan.max_connections == engine.settings.max_connections  # type: ignore[attr-defined]
    plain_server.heal()
    engine.fetched(download_id)


def test_the_members_of_a_queue(engine: Engine, plain_server: FaultyServer) -> None:
    engine.manager.apply_settings(replace(engine.settings, queues=("Night",)))
    ids = [engine.add(plain_server.url(f"/{name}"), paused=True) for name in "abc"]
    engine.manager.changes.set_queue(ids[1:], "Night")
    assert engine.manager.ids_in_queue("Night") == ids[1:]
    assert engine.manager.ids_in_queue("") == ids[:1]
    assert engine.manager.ids_in_queue("Day") == []


def test_nothing_of_it_is_told_as_a_change_of_files(engine: Engine, plain_server: FaultyServer) -> None:
    witness = Witness(engine)
    download_id = engine.add(plain_server.file(SIZE), paused=True)
    engine.manager.changes.set_priority([download_id], 1)
    engine.manager.changes.set_options([download_id], limit=7)
    assert [one.kind for one in witness.told if one.kind is not ChangeKind.VERIFYING] == []


OF_OTHERS = {"make_ready", "tap", "addresses", "heed", "budgets_now"}
"""What the window does not ask of a manager."""


@pytest.mark.parametrize(
    ("fake", "real", "of_tests", "unneeded"),
    [
        (FakeChanges, Changes, {"tell"}, {"holds", "take_up", "heard", "close"}),
        (FakeManager, DownloadManager, {"put", "change", "change_many", "set_order"}, OF_OTHERS),
    ],
)
def test_the_fakes_of_the_window_have_the_same_face(
    fake: type, real: type, of_tests: set[str], unneeded: set[str]
) -> None:
    faked, wanted = _face(fake), _face(real)
    assert faked.keys() - wanted.keys() == of_tests
    assert wanted.keys() - faked.keys() == unneeded
    assert {name: faked[name] for name in faked.keys() & wanted.keys()} == {
        name: wanted[name] for name in faked.keys() & wanted.keys()
    }


def _face(kind: type) -> dict[str, inspect.Signature]:
    """Return the public methods of a class, with what they take and return."""
    methods = inspect.getmembers(kind, inspect.isfunction)
    return {name: inspect.signature(method) for name, method in methods if not name.startswith("_")}
