"""The process dies while a file is moved: the next one finds all its bytes, and sees the move to its end."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from time import sleep

import pytest
from headrace.disk.part_file import PartFile
from headrace.manager import DownloadManager
from headrace.outcomes import ChangeKind
from headrace.profile import Profile
from headrace.settings import Settings
from headrace.states import DownloadState
from PySide6.QtCore import QCoreApplication

from tests.support import seeded
from tests.support.changing import HALF, SIZE, DeathTrap, after_a_crash, part_on_other_disk, paused
from tests.support.engine import Engine
from tests.support.faulty_server import FaultyServer

WHOLE = seeded.body(1, 0, SIZE)
MOVES = "headrace.transfer.relocating"
PART_ON_ONE_DISK = [(f"{MOVES}.move_over", False), (f"{MOVES}.move_over", True), (f"{MOVES}._take_along", True)]
PART_ON_TWO_DISKS = [
    ("headrace.transfer.part_copy._copied", False),
    ("headrace.transfer.part_copy._compare", False),
    (f"{MOVES}.copy_part", True),
    (f"{MOVES}.remove_files", False),
    (f"{MOVES}.remove_files", True),
]
FILE_ON_ONE_DISK = [(f"{MOVES}.move_new", False), (f"{MOVES}.move_new", True), (f"{MOVES}._take_along", True)]
FILE_ON_TWO_DISKS = [
    ("headrace.disk.moving._compare", False),
    (f"{MOVES}.copy_file", True),
    (f"{MOVES}.move_new", True),
    (f"{MOVES}.remove_files", False),
    (f"{MOVES}.remove_files", True),
]


@pytest.fixture
def engine(qapp: QCoreApplication, profile: Profile, tmp_path: Path) -> Iterator[Engine]:
    engine = Engine(profile, tmp_path / "target", Settings(tmp_path / "target"))
    yield engine
    engine.close()


def everything(*folders: Path) -> list[str]:
    return sorted(path.name for folder in folders if folder.exists() for path in folder.iterdir())


@pytest.mark.parametrize(
    ("where", "after", "two"),
    [(*point, False) for point in PART_ON_ONE_DISK] + [(*point, True) for point in PART_ON_TWO_DISKS],
)
def test_c09_a_part_file_is_whole_at_one_place(
    engine: Engine,
    plain_server: FaultyServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    where: str,
    after: bool,
    two: bool,
) -> None:
    other = tmp_path / "other"
    download_id = paused(engine, plain_server)
    if two:
        part_on_other_disk(monkeypatch)
    with monkeypatch.context() as patched:
        trap = DeathTrap(patched, where, after=after)
        engine.manager.changes.relocate([download_id], other)
        engine.until(trap.reached.is_set)
    following = after_a_crash(engine, tmp_path / "next", continue_at_start=False)
    try:
        following.until(lambda: not following.manager.changes.holds(download_id))
        snapshot = following.snapshot(download_id)
        assert (snapshot.folder, snapshot.received, snapshot.state) == (other, HALF, DownloadState.PAUSED)
        assert everything(engine.folder) == []
        assert len(everything(other)) == 1
        following.manager.resume([download_id])
        assert following.fetched(download_id).read_bytes() == WHOLE
        assert everything(other) == ["file"]
        assert plain_server.body_sent - SIZE < 100_000
    finally:
        trap.release()
        assert following.close()


@pytest.mark.parametrize(
    ("where", "after", "two"),
    [(*point, False) for point in FILE_ON_ONE_DISK] + [(*point, True) for point in FILE_ON_TWO_DISKS],
)
def test_c09_a_finished_file_is_whole_at_one_place(
    engine: Engine,
    plain_server: FaultyServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    where: str,
    after: bool,
    two: bool,
) -> None:
    other = tmp_path / "other"
    download_id = engine.add(plain_server.file(SIZE))
    engine.fetched(download_id)
    engine.until_still()
    if two:
        part_on_other_disk(monkeypatch)
    with monkeypatch.context() as patched:
        trap = DeathTrap(patched, where, after=after)
        engine.manager.changes.relocate([download_id], other)
        engine.until(trap.reached.is_set)
    following = after_a_crash(engine, tmp_path / "next")
    try:
        following.until(lambda: not following.manager.changes.holds(download_id))
        assert following.snapshot(download_id).path == other / "file"
        assert (other / "file").read_bytes() == WHOLE
        assert everything(engine.folder, other) == ["file"]
    finally:
        trap.release()
        assert following.close()


@pytest.mark.parametrize("after", [False, True])
def test_c05_a_rename_that_was_cut_off_is_done(
    engine: Engine, plain_server: FaultyServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, after: bool
) -> None:
    download_id = engine.add(plain_server.file(SIZE))
    engine.fetched(download_id)
    engine.until_still()
    with monkeypatch.context() as patched:
        trap = DeathTrap(patched, f"{MOVES}.move_new", after=after)
        engine.manager.changes.rename(download_id, "renamed")
        engine.until(trap.reached.is_set)
    following = after_a_crash(engine, tmp_path / "next")
    try:
        following.until(lambda: not following.manager.changes.holds(download_id))
        assert following.snapshot(download_id).name == "renamed"
        assert everything(engine.folder) == ["renamed"]
    finally:
        trap.release()
        assert following.close()


@pytest.mark.parametrize("where", [f"{MOVES}.move_over", f"{MOVES}._take_along"])
def test_c08_what_was_removed_while_it_was_moved_leaves_nothing(
    engine: Engine, plain_server: FaultyServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    other = tmp_path / "other"
    download_id = paused(engine, plain_server)
    with monkeypatch.context() as patched:
        trap = DeathTrap(patched, where, after=True)
        engine.manager.changes.relocate([download_id], other)
        engine.until(trap.reached.is_set)
    engine.manager.remove([download_id])
    assert engine.manager._store.flush(5)
    following = after_a_crash(engine, tmp_path / "next")
    try:
        following.until(lambda: not following.manager._recycling)
        assert following.close()
        assert everything(engine.folder, other) == []
    finally:
        trap.release()
        following.close()


def test_quitting_in_the_middle_of_a_long_copy_takes_no_time_and_the_next_start_goes_on(
    engine: Engine, plain_server: FaultyServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    part_on_other_disk(monkeypatch)
    download_id = engine.add(plain_server.file(SIZE))
    engine.fetched(download_id)
    real, written = PartFile.write_at, []
    errands = engine.manager.changes._files._errands[ChangeKind.RELOCATED]

    def slow(self: PartFile, data: memoryview, offset: int) -> None:
        written.append(offset)
        while not errands._closed:
            sleep(0.001)
        real(self, data, offset)

    with monkeypatch.context() as patched:
        patched.setattr(PartFile, "write_at", slow)
        engine.manager.changes.relocate([download_id], tmp_path / "other")
        engine.until(lambda: bool(written))
        engine.restart()
    assert written == [0]
    engine.until(lambda: not engine.manager.changes.holds(download_id))
    assert engine.snapshot(download_id).path == tmp_path / "other" / "file"
    assert everything(engine.folder, tmp_path / "other") == ["file"]


def test_a_terminal_finds_what_it_continues_and_leaves_the_rest(
    engine: Engine, plain_server: FaultyServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "other"
    download_id = paused(engine, plain_server)
    with monkeypatch.context() as patched:
        trap = DeathTrap(patched, f"{MOVES}.move_over", after=True)
        engine.manager.changes.relocate([download_id], other)
        engine.until(trap.reached.is_set)
    monkeypatch.setattr("tests.support.engine.DownloadManager", partial(DownloadManager, role="get"))
    following = after_a_crash(engine, tmp_path / "next")
    try:
        assert not following.manager.changes.holds(download_id)
        assert following.add(plain_server.url()) == download_id
        assert following.fetched(download_id) == other / "file"
        assert plain_server.body_sent - SIZE < 100_000
    finally:
        trap.release()
        assert following.close()
