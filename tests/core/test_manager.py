"""The engine's face: what it does to the list, what it tells, what it keeps."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from threading import current_thread, main_thread

import pytest
from headrace.manager import DownloadManager, ProfileInUseError, StoreError
from headrace.profile import Profile
from headrace.settings import Settings, load_settings
from headrace.snapshots import TotalsSnapshot
from headrace.spec import DownloadSpec
from headrace.states import DownloadState, Failure
from headrace.transfer.body import GLANCE
from PySide6.QtCore import QCoreApplication

from tests.support import faults, seeded
from tests.support.engine import Engine
from tests.support.faulty_server import FaultyServer

SIZE = 400_000


@pytest.fixture
def engine(
    qapp: QCoreApplication, profile: Profile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Engine]:
    """Return an engine whose undo lasts for half a second."""
    monkeypatch.setattr("headrace.manager.UNDO_SECONDS", 0.5)
    monkeypatch.setattr("headrace.manager._TICK_WAITING", 20)
    engine = Engine(profile, tmp_path / "target", Settings(tmp_path / "target"))
    yield engine
    assert engine.close()


def stalled(engine: Engine, server: FaultyServer, path: str = "/file") -> str:
    """Begin a download that stops after half of its bytes."""
    server.inject(faults.stall(SIZE // 2, when=faults.on_path(path)))
    download_id = engine.add(server.file(SIZE, path))
    engine.until_received(download_id, SIZE // 2)
    return download_id


def test_what_downloads_need_is_loaded_when_the_first_is_to_start(
    engine: Engine, plain_server: FaultyServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads: list[bool] = []
    monkeypatch.setattr("headrace.manager.load_jobs", lambda: threads.append(current_thread() is main_thread()))
    assert engine.close()
    engine.manager = DownloadManager(engine.profile, engine.settings, ready=False)
    engine.until(lambda: engine.manager.is_loaded)
    engine.add(plain_server.file(SIZE), paused=True)
    assert threads == []
    engine.fetched(engine.add(plain_server.file(SIZE, "/second")))
    assert threads == [False]


def test_it_tells_of_every_step(engine: Engine, plain_server: FaultyServer) -> None:
    added: list[str] = []
    totals: list[TotalsSnapshot] = []
    idle: list[bool] = []
    engine.manager.downloads_added.connect(lambda batch: added.extend(one.id for one in batch))
    engine.manager.totals_changed.connect(totals.append)
    engine.manager.all_idle.connect(lambda: idle.append(True))
    download_id = engine.add(plain_server.file(SIZE))
    engine.fetched(download_id)
    engine.until(lambda: bool(idle))
    assert added == [download_id]
    states = [one.state for one in engine.seen]
    wanted = [DownloadState.CONNECTING, DownloadState.DOWNLOADING, DownloadState.FINISHING, DownloadState.COMPLETED]
    assert [state for state in wanted if state in states] == sorted({*states} & {*wanted})
    assert (totals[-1].finished, totals[-1].active, totals[-1].waiting) == (1, 0, 0)
    assert idle == [True]


def test_paused_downloads_are_added_without_a_request(engine: Engine, plain_server: FaultyServer) -> None:
    download_id = engine.add(plain_server.file(SIZE), paused=True)
    assert engine.state(download_id) is DownloadState.PAUSED
    engine.manager.resume_all()
    engine.fetched(download_id)


def test_one_aim_never_has_two_writers(engine: Engine, plain_server: FaultyServer) -> None:
    download_id = stalled(engine, plain_server)
    assert engine.add(plain_server.url()) == download_id
    assert engine.add(plain_server.url(), name="other") != download_id
    assert len(engine.manager.snapshots()) == 2
    plain_server.heal()


def test_find_knows_address_and_folder(engine: Engine, plain_server: FaultyServer) -> None:
    download_id = engine.add(plain_server.file(SIZE), paused=True)
    found = engine.manager.find(plain_server.url() + "#part", engine.folder)
    assert found is not None
    assert found.id == download_id
    assert engine.manager.find(plain_server.url(), Path("/elsewhere")) is None


def test_removed_and_restored_goes_on_where_it_was(engine: Engine, plain_server: FaultyServer) -> None:
    download_id = stalled(engine, plain_server)
    engine.manager.remove([download_id])
    assert engine.manager.snapshots() == []
    engine.manager.restore([download_id])
    assert engine.fetched(download_id).read_bytes() == seeded.body(1, 0, SIZE)
    assert plain_server.requests[1].range_start == SIZE // 2 - GLANCE


def test_removed_for_good_leaves_nothing(engine: Engine, plain_server: FaultyServer) -> None:
    download_id = stalled(engine, plain_server)
    assert len(engine.parts()) == 1
    engine.manager.remove([download_id])
    engine.until(lambda: engine.files() == [], 5.0)
    engine.manager.restore([download_id])
    assert engine.manager.snapshots() == []
    engine.restart()
    assert engine.manager.snapshots() == []


def test_removing_a_finished_download_keeps_its_file_unless_asked(engine: Engine, plain_server: FaultyServer) -> None:
    kept, dropped = engine.add(plain_server.file(SIZE, "/kept")), engine.add(plain_server.file(SIZE, "/dropped"))
    engine.fetched(kept)
    engine.fetched(dropped)
    engine.manager.remove([kept])
    engine.manager.remove([dropped], with_files=True, for_good=True)
    engine.until(lambda: engine.files() == ["kept"], 5.0)


def test_quitting_drops_what_was_removed(engine: Engine, plain_server: FaultyServer) -> None:
    engine.manager.remove([stalled(engine, plain_server)])
    assert engine.close()
    assert engine.files() == []


def test_order_is_kept_and_moved(engine: Engine, plain_server: FaultyServer) -> None:
    ids = [engine.add(plain_server.url(f"/{number}"), paused=True) for number in range(4)]
    orders: list[list[str]] = []
    engine.manager.order_changed.connect(orders.append)
    engine.manager.move([ids[3]], -2)
    assert orders == [[ids[0], ids[3], ids[1], ids[2]]]
    engine.restart()
    assert [one.id for one in engine.manager.snapshots()] == orders[0]
    assert [one.queue_place for one in engine.manager.snapshots()] == [0, 1, 2, 3]


def test_pause_all_and_resume_all(engine: Engine, plain_server: FaultyServer) -> None:
    ids = [stalled(engine, plain_server, f"/{number}") for number in range(3)]
    engine.manager.pause_all()
    assert {engine.state(download_id) for download_id in ids} == {DownloadState.PAUSED}
    plain_server.heal()
    engine.manager.resume_all()
    for download_id in ids:
        engine.fetched(download_id)


def test_settings_are_in_force_at_once_and_saved(engine: Engine, plain_server: FaultyServer) -> None:
    engine.manager.apply_settings(replace(engine.manager.settings, max_running=1, limit=500_000))
    assert engine.manager.totals().limit == 500_000
    engine.until(lambda: load_settings(engine.profile.settings) == engine.manager.settings)
    ids = [engine.add(plain_server.file(100_000, f"/{number}")) for number in range(3)]
    states = [engine.state(download_id) for download_id in ids]
    assert states.count(DownloadState.QUEUED) == 2
    engine.manager.apply_settings(replace(engine.manager.settings, max_running=3, limit=None))
    engine.until(lambda: DownloadState.QUEUED not in [engine.state(download_id) for download_id in ids])
    for download_id in ids:
        engine.fetched(download_id)


def test_the_last_of_many_settings_is_saved(engine: Engine) -> None:
    for limit in range(1, 30):
        engine.manager.apply_settings(replace(engine.manager.settings, limit=limit))
    assert engine.close()
    assert load_settings(engine.profile.settings).limit == 29


def test_settings_that_cannot_be_saved_are_told(engine: Engine) -> None:
    troubles: list[Failure] = []
    engine.manager.trouble.connect(troubles.append)
    engine.profile.settings.mkdir()
    engine.manager.apply_settings(replace(engine.manager.settings, limit=5))
    engine.until(lambda: bool(troubles))
    assert engine.manager.settings.limit == 5


def test_what_ran_waits_or_stays_as_the_setting_says(engine: Engine, plain_server: FaultyServer) -> None:
    download_id = stalled(engine, plain_server)
    engine.restart(continue_at_start=False)
    assert engine.state(download_id) is DownloadState.PAUSED
    assert engine.snapshot(download_id).received == SIZE // 2


def test_a_terminal_works_on_its_own_downloads_alone(engine: Engine, plain_server: FaultyServer) -> None:
    waiting = stalled(engine, plain_server)
    assert engine.close()
    terminal = DownloadManager(engine.profile, engine.settings, role="get")
    loaded: list[bool] = []
    terminal.loaded.connect(lambda: loaded.append(True))
    engine.until(lambda: bool(loaded))
    own = terminal.add([DownloadSpec(plain_server.file(SIZE, "/own"), engine.folder)])[0]
    engine.until(lambda: getattr(terminal.snapshot(own), "state", None) is DownloadState.COMPLETED)
    assert terminal.shut_down()
    assert [request.path for request in plain_server.requests] == ["/file", "/own"]
    engine.manager = engine._open()
    engine.fetched(waiting)


def test_the_second_of_one_profile_is_told_who_holds_it(engine: Engine) -> None:
    with pytest.raises(ProfileInUseError) as caught:
        DownloadManager(engine.profile, engine.settings, role="get")
    assert (caught.value.role, caught.value.pid is not None) == ("window", True)


def test_a_list_from_the_future_is_refused_and_untouched(qapp: QCoreApplication, profile: Profile) -> None:
    with closing(sqlite3.connect(profile.database)) as connection:
        connection.execute("PRAGMA user_version = 999")
    before = profile.database.read_bytes()
    with pytest.raises(StoreError, match="newer Headrace"):
        DownloadManager(profile, Settings())
    assert profile.database.read_bytes() == before


def test_ten_thousand_are_added_in_a_second(engine: Engine) -> None:
    specs = [DownloadSpec(f"http://127.0.0.1:9/{number}", engine.folder, paused=True) for number in range(10_000)]
    engine.manager.add(specs)
    assert len(engine.manager.snapshots()) == 10_000
    engine.restart()
    assert engine.manager.snapshots()[9_999].address.endswith("/9999")
