"""Part files that vanish, are tampered with or are not where they seem to be: what is wrong is never published."""

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from headrace.disk.part_file import PartFile
from headrace.disk.space import RESERVE
from headrace.spec import IfExists
from headrace.states import DownloadState, FailureReason, Notice
from headrace.transfer.body import GLANCE

from tests.support import faults
from tests.support.disk_scenes import MIB, SIZE, half_way, is_right
from tests.support.engine import Engine
from tests.support.faulty_server import FaultyServer
from tests.support.invariant import assert_invariant
from tests.support.replies import Resource
from tests.support.small_disk import small_disk

if sys.platform != "linux":
    pytest.skip("mounts and limits of Linux", allow_module_level=True)


R = FailureReason


@pytest.mark.case("D08")
def test_d08_a_folder_deleted_while_writing_is_noticed_within_a_second(
    engine: Engine, plain_server: FaultyServer
) -> None:
    download_id = engine.add(plain_server.add(Resource("/file", size=20 * MIB, rate=2 * MIB)))
    engine.until_received(download_id, MIB)
    for path in engine.folder.iterdir():
        path.unlink()
    engine.folder.rmdir()
    engine.until_state(download_id, DownloadState.FAILED, timeout=1.2)
    assert engine.failed(download_id) is R.FOLDER_MISSING
    assert not engine.folder.exists()


@pytest.mark.case("D09")
def test_d09_a_part_file_deleted_while_writing_is_begun_anew(engine: Engine, plain_server: FaultyServer) -> None:
    plain_server.inject(faults.slow(MIB, after=SIZE // 3, times=1))
    download_id = engine.add(plain_server.file(SIZE))
    engine.until_received(download_id, SIZE // 3)
    engine.parts()[0].unlink()
    is_right(engine, download_id)
    assert len(plain_server.requests) == 2


def _cut(path: Path) -> None:
    os.truncate(path, SIZE * 2 // 5)


def _append(path: Path) -> None:
    with path.open("ab") as stream:
        stream.write(b"surplus")


def _swap(path: Path) -> None:
    other = path.with_name("other")
    other.write_bytes(bytes(SIZE))
    other.replace(path)


def _spoil(path: Path) -> None:
    with path.open("r+b") as stream:
        stream.seek(1000)
        stream.write(b"spoilt")


@pytest.mark.case("D09")
@pytest.mark.parametrize(
    ("tamper", "notice"),
    [
        (Path.unlink, Notice.RESTARTED_PART_LOST),
        (_cut, Notice.BLOCKS_REFETCHED),
        (_append, None),
        (_swap, Notice.RESTARTED_PART_LOST),
        (_spoil, Notice.BLOCKS_REFETCHED),
    ],
)
def test_d09_what_was_done_to_a_paused_part_file_is_never_published(
    engine: Engine, plain_server: FaultyServer, tamper: Callable[[Path], object], notice: Notice | None
) -> None:
    download_id = half_way(engine, plain_server)
    tamper(engine.parts()[0])
    engine.manager.resume([download_id])
    is_right(engine, download_id)
    found = set(engine.snapshot(download_id).notices)
    assert found & {Notice.RESTARTED_PART_LOST, Notice.BLOCKS_REFETCHED} == ({notice} if notice else set())
    assert_invariant(engine, plain_server)


@pytest.mark.case("D10")
def test_d10_a_stick_pulled_out_and_put_back(engine: Engine, plain_server: FaultyServer, tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    engine.folder.mkdir()
    with small_disk(stick, RESERVE + 4 * SIZE):
        with _bound(stick, engine.folder):
            download_id = half_way(engine, plain_server)
        assert engine.files() == []
        engine.manager.resume([download_id])
        assert engine.failed(download_id) is R.OTHER_DISK
        assert engine.files() == []
        with _bound(stick, engine.folder):
            engine.manager.resume([download_id])
            is_right(engine, download_id)
            assert plain_server.requests[-1].range_start == SIZE // 2 - GLANCE


@pytest.mark.case("D10")
def test_d10_begun_anew_without_the_stick_it_uses_the_disk_that_is_there(
    engine: Engine, plain_server: FaultyServer
) -> None:
    engine.folder.mkdir()
    with small_disk(engine.folder, RESERVE + 4 * SIZE) as disk:
        download_id = half_way(engine, plain_server)
        disk.pull_out()
    engine.manager._roster.pick([download_id])[0].restart = True
    engine.manager.resume([download_id])
    is_right(engine, download_id)
    assert engine.files() == ["file"]


@pytest.mark.case("D10")
def test_d10_pulled_out_while_writing_nothing_lands_on_the_disk_below(
    engine: Engine, plain_server: FaultyServer
) -> None:
    engine.folder.mkdir()
    with small_disk(engine.folder, RESERVE + 4 * SIZE) as disk:
        gate = plain_server.inject(faults.stall(SIZE // 2)).gate
        download_id = engine.add(plain_server.file(SIZE))
        engine.until_received(download_id, SIZE // 2)
        disk.pull_out()
        gate.release.set()
        assert engine.failed(download_id) is R.OTHER_DISK
    assert engine.files() == []


class _bound:  # noqa: N801 - reads as a function
    """Show `source` at `folder` for the length of a block."""

    def __init__(self, source: Path, folder: Path) -> None:
        self._source, self._folder = source, folder

    def __enter__(self) -> None:
        import subprocess  # noqa: PLC0415

        subprocess.run(["mount", "--bind", self._source, self._folder], check=True, capture_output=True)

    def __exit__(self, *_: object) -> None:
        import subprocess  # noqa: PLC0415

        subprocess.run(["umount", "--lazy", self._folder], check=True, capture_output=True)


# Where the file is, and what is planted there.


@pytest.mark.case("D14")
def test_d14_a_folder_that_is_a_link_to_another_disk(
    engine: Engine, plain_server: FaultyServer, tmp_path: Path
) -> None:
    (tmp_path / "elsewhere").mkdir()
    engine.folder.symlink_to(tmp_path / "elsewhere")
    with small_disk(tmp_path / "elsewhere", RESERVE + 4 * SIZE) as disk:
        download_id = half_way(engine, plain_server)
        assert engine.parts()[0].stat().st_dev == disk.folder.stat().st_dev
        engine.manager.resume([download_id])
        is_right(engine, download_id)
        assert engine.files() == ["file"]


@pytest.mark.case("D15", "D16")
@pytest.mark.parametrize("plant", [Path.symlink_to, Path.hardlink_to], ids=["symbolic", "hard"])
def test_d15_d16_links_planted_at_both_names_leave_their_victim_alone(
    engine: Engine, plain_server: FaultyServer, tmp_path: Path, plant: Callable[[Path, Path], None]
) -> None:
    victim = tmp_path / "victim"
    victim.write_bytes(b"precious")
    download_id = half_way(engine, plain_server)
    part = engine.parts()[0]
    part.unlink()
    plant(part, victim)
    plant(engine.folder / "file", victim)
    engine.manager.resume([download_id])
    assert engine.fetched(download_id).name == "file (2)"
    is_right(engine, download_id)
    assert victim.read_bytes() == b"precious"


@pytest.mark.case("D17")
def test_d17_two_of_one_name_never_share_a_part_file(engine: Engine, plain_server: FaultyServer) -> None:
    ids = [half_way(engine, plain_server, f"/{seed}/file", seed) for seed in (1, 2)]
    assert len(engine.parts()) == 2
    engine.manager.resume(ids)
    for seed, download_id in enumerate(ids, 1):
        is_right(engine, download_id, seed=seed)
    assert engine.files() == ["file", "file (2)"]
    assert_invariant(engine, plain_server)


def test_an_open_part_file_is_what_these_tests_break() -> None:
    assert {"flush", "publish", "write_at"} <= set(dir(PartFile))


def test_removed_with_its_file_a_download_that_was_skipped_leaves_what_was_there(
    engine: Engine, plain_server: FaultyServer
) -> None:
    engine.folder.mkdir()
    (engine.folder / "file").write_bytes(b"the user's own")
    download_id = engine.add(plain_server.file(SIZE), name="file", if_exists=IfExists.SKIP)
    engine.fetched(download_id)
    engine.manager.remove([download_id], with_files=True, for_good=True)
    assert engine.close()
    assert (engine.folder / "file").read_bytes() == b"the user's own"
