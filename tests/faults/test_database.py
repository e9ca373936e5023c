"""The list of downloads itself: its disk full, damaged, too new, held by a second copy, half brought up to date."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Final

import pytest
from headrace.control.operator import Operator
from headrace.manager import DownloadManager, ProfileInUseError, StoreError
from headrace.profile import Profile
from headrace.settings import Settings
from headrace.spec import DownloadSpec
from headrace.states import DownloadState, Failure, FailureReason
from headrace.store import migrations
from headrace.store.backup import backup_of
from headrace_gui.desktop.control_server import ControlServer
from PySide6.QtCore import QCoreApplication

from tests.support import faults
from tests.support.disk_scenes import RATE, SIZE, half_way, is_right
from tests.support.dying import Zygote, zygote
from tests.support.engine import Engine
from tests.support.faulty_server import FaultyServer
from tests.support.fronts import OffStage
from tests.support.invariant import assert_invariant
from tests.support.opened_store import Opened
from tests.support.replies import Resource
from tests.support.small_disk import SmallDisk, small_disk

if sys.platform != "linux":
    pytest.skip("mounts and forks of Linux", allow_module_level=True)

S = DownloadState
Troubles = list[Failure]


def told_by(engine: Engine) -> Troubles:
    """Collect the troubles that the engine tells of from now on."""
    troubles: Troubles = []
    engine.manager.trouble.connect(troubles.append)
    return troubles


# Full.


@pytest.fixture
def narrow(
    qapp: QCoreApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[Engine, SmallDisk]]:
    """Return an engine whose profile, and nothing else, is on a disk of a few MiB."""
    monkeypatch.setattr("headrace.store.sqlite_store._RETRY", 0.02)
    (tmp_path / "profile").mkdir()
    with small_disk(tmp_path / "profile", 8 << 20) as disk:
        engine = Engine(Profile.at(tmp_path / "profile"), tmp_path / "target", Settings(tmp_path / "target"))
        yield engine, disk
        assert engine.close()


@pytest.mark.case("D04")
def test_d04_a_full_disk_under_the_database_keeps_the_file_and_the_last_commit(
    narrow: tuple[Engine, SmallDisk], plain_server: FaultyServer
) -> None:
    engine, disk = narrow
    troubles = told_by(engine)
    gate = plain_server.inject(faults.stall(SIZE // 2)).gate
    download_id = engine.add(plain_server.file(SIZE))
    engine.until_received(download_id, SIZE // 2)
    ballast = disk.fill()
    engine.manager.add([spec_of(engine, plain_server, number) for number in range(200)])
    engine.until(lambda: bool(troubles))
    assert [one.reason for one in troubles] == [FailureReason.DISK_FULL]
    assert_invariant(engine, plain_server)
    gate.release.set()
    assert engine.failed(download_id) is FailureReason.DISK_FULL
    assert [path.stat().st_size for path in engine.parts()] == [SIZE]
    assert_invariant(engine, plain_server)
    ballast.unlink()
    engine.until(lambda: engine.manager._store.flush(0.05))
    engine.manager.resume([download_id])
    is_right(engine, download_id)
    assert [request.path for request in plain_server.requests] == ["/file"]
    engine.restart()
    assert engine.state(download_id) is S.COMPLETED
    assert len(engine.manager.snapshots()) == 201


def spec_of(engine: Engine, server: FaultyServer, number: int) -> DownloadSpec:
    """Return a paused download with a long address."""
    return DownloadSpec(server.url(f"/{number}{'x' * 2000}"), engine.folder, paused=True)


# Damaged.


def _random(path: Path) -> None:
    path.write_bytes(os.urandom(path.stat().st_size))


def _in_the_middle(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[4096:-4096] = os.urandom(len(content) - 8192)
    path.write_bytes(content)


def _cut(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2 + 100)


def _empty(path: Path) -> None:
    os.truncate(path, 0)


DAMAGES: Final = [_random, _in_the_middle, _cut, _empty]


@pytest.mark.case("D21")
@pytest.mark.parametrize("damage", DAMAGES)
def test_d21_a_damaged_database_is_kept_and_its_backup_goes_on(
    engine: Engine, plain_server: FaultyServer, damage: Callable[[Path], None]
) -> None:
    download_id = half_way(engine, plain_server)
    assert engine.close()
    damage(engine.profile.database)
    damaged = engine.profile.database.read_bytes()
    engine.manager = engine._open()
    assert engine.state(download_id) is S.PAUSED
    assert engine.snapshot(download_id).received == SIZE // 2
    (kept,) = engine.profile.folder.glob("*.damaged-*")
    assert kept.read_bytes() == damaged
    assert engine.manager._store.repair == Failure(FailureReason.LIST_RESTORED, kept.name)
    engine.manager.resume([download_id])
    is_right(engine, download_id)
    assert plain_server.requests[-1].range_start is not None
    assert plain_server.body_sent < SIZE + SIZE // 4
    assert_invariant(engine, plain_server)


@pytest.mark.case("D21")
def test_d21_what_went_on_behind_the_backup_is_verified(engine: Engine, plain_server: FaultyServer) -> None:
    download_id = half_way(engine, plain_server)
    assert engine.close()
    old = backup_of(engine.profile.database).read_bytes()
    engine.manager = engine._open()
    engine.manager.resume([download_id])
    is_right(engine, download_id)
    assert engine.close()
    _empty(engine.profile.database)
    backup_of(engine.profile.database).write_bytes(old)
    engine.manager = engine._open()
    engine.manager.resume([download_id])
    is_right(engine, download_id)
    assert_invariant(engine, plain_server)


@pytest.mark.case("D21")
@pytest.mark.parametrize("damage", [_random, _cut, None], ids=["random", "cut", "newer"])
def test_d21_without_a_backup_it_is_refused_in_words_and_stays(
    engine: Engine, plain_server: FaultyServer, damage: Callable[[Path], None] | None
) -> None:
    half_way(engine, plain_server)
    assert engine.close()
    if damage is None:
        with closing(sqlite3.connect(engine.profile.database)) as connection:
            connection.execute(f"PRAGMA user_version = {migrations.SCHEMA + 1}")
    else:
        backup_of(engine.profile.database).unlink()
        damage(engine.profile.database)
    left = engine.profile.database.read_bytes()
    for _ in range(2):
        with pytest.raises(StoreError, match="Move that file away"):
            DownloadManager(engine.profile, engine.settings)
    assert engine.profile.database.read_bytes() == left
    assert len(engine.parts()) == 1


# A second copy.


@pytest.mark.case("D22")
def test_d22_a_second_copy_hands_its_links_over_and_exits(
    qapp: QCoreApplication, engine: Engine, plain_server: FaultyServer
) -> None:
    front = OffStage(lambda addresses: [engine.add(address) for address in addresses])
    server = ControlServer(engine.profile, Operator(engine.manager, front))
    address = plain_server.add(Resource("/file", size=SIZE, rate=RATE))
    download_id = engine.add(address)
    engine.until_received(download_id, SIZE // 4)
    command = [sys.executable, "-c", "import sys; from headrace_gui.main import main; sys.exit(main())"]
    command += ["--profile", str(engine.profile.folder), plain_server.file(SIZE, "/second", seed=2)]
    with subprocess.Popen(command, stderr=subprocess.PIPE) as second:
        engine.until(lambda: second.poll() is not None)
        assert second.communicate()[1] == b""
    assert second.returncode == 0
    found = {one.name: one.id for one in engine.manager.snapshots()}
    is_right(engine, found["file"])
    is_right(engine, found["second"], seed=2)
    assert_invariant(engine, plain_server)
    server.close()


@pytest.mark.case("D22")
def test_d22_a_second_engine_never_touches_the_database(engine: Engine, plain_server: FaultyServer) -> None:
    download_id = half_way(engine, plain_server)
    for role in ("window", "get"):
        with pytest.raises(ProfileInUseError):
            DownloadManager(engine.profile, engine.settings, role=role)
    engine.manager.resume([download_id])
    is_right(engine, download_id)


# Half migrated.


@pytest.fixture(scope="module")
def parent() -> Iterator[Zygote]:
    """Return what makes processes."""
    with zygote() as made:
        yield made


_OLD_ROW: Final = (
    "INSERT INTO downloads (id, place, address, folder, name, name_wanted, state, added_at, received, attempts,"
    " notices, if_exists, header_names, removed) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '[]', 0)"
)


def old_database(path: Path) -> None:
    """Make a database as the first version of the program left it, with three downloads."""
    with closing(sqlite3.connect(path)) as connection, connection:
        for statement in migrations._STEPS[0]:
            connection.execute(statement)
        for number in range(3):
            row = (
                f"{number:016x}",
                number,
                f"http://127.0.0.1:9/{number}",
                "/nowhere",
                "a",
                0,
                6,
                1.0,
                0,
                0,
                "[]",
                "rename",
            )
            connection.execute(_OLD_ROW, row)
        connection.execute("PRAGMA user_version = 1")


STATEMENTS: Final = 1 + sum(len(step) + 3 for step in migrations._STEPS[1:])
"""What it takes from the first version on: looking at it, and for each step begin, changes, new number, commit."""


@pytest.mark.case("C07")
@pytest.mark.parametrize("number", range(1, STATEMENTS + 1, 2))
def test_c07_killed_in_a_migration_every_download_is_still_there(
    profile: Profile, tmp_path: Path, parent: Zygote, number: int
) -> None:
    old_database(profile.database)
    assert parent.live(profile, tmp_path, statement=number) == -9
    opened = Opened(profile.database)
    assert opened.store.close(5)
    assert [record.id for record in opened.loaded] == [f"{number:016x}" for number in range(3)]
    assert opened.store.damaged is None
