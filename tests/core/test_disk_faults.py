"""What real disks do to a part file: full, pulled out, without features, at the limits of the system."""

import errno
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from headrace.disk.folder import Folder
from headrace.disk.origin import Origin
from headrace.disk.part_file import PartFile
from headrace.disk.renaming import publish_new
from headrace.disk.space import RESERVE, free_space
from headrace.states import FailureReason

from tests.support.engine_parts import refused
from tests.support.small_disk import SmallDisk, small_disk

if sys.platform != "linux":
    pytest.skip("mounts and limits of Linux", allow_module_level=True)

import resource

R = FailureReason
SIZE = 4 << 20
PIECE = bytes(range(256)) * 1024


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "target"
    made.mkdir()
    return made


@pytest.fixture
def disk(folder: Path) -> Iterator[SmallDisk]:
    with small_disk(folder, RESERVE + SIZE) as mounted:
        yield mounted


@pytest.fixture
def path(folder: Path) -> Path:
    return folder / "file.bin.0123.part"


def write_until_it_fails(part: PartFile) -> tuple[FailureReason, int]:
    """Write PIECE after PIECE; return why that ended and the bytes that were taken before."""
    offset = 0

    def write() -> None:
        nonlocal offset
        while True:
            part.write_at(memoryview(PIECE), offset)
            offset += len(PIECE)

    return refused(write), offset


# Full.


def test_d01_what_leaves_no_reserve_is_refused_before_the_first_byte(disk: SmallDisk, path: Path) -> None:
    free = free_space(disk.folder)
    assert refused(lambda: PartFile.create(path, free - RESERVE + 1)) is R.DISK_FULL
    assert not path.exists()
    part = PartFile.create(path, free - RESERVE)
    part.close()
    assert part.reserved
    assert free_space(disk.folder) <= RESERVE


def test_d01_room_set_aside_is_there_when_the_disk_is_full(disk: SmallDisk, path: Path) -> None:
    part = PartFile.create(path, SIZE // 2)
    disk.fill()
    for offset in range(0, SIZE // 2, len(PIECE)):
        part.write_at(memoryview(PIECE), offset)
    part.flush()
    part.publish(path.with_name("file.bin"), overwrite=False)
    part.close()
    assert path.with_name("file.bin").read_bytes() == PIECE * (SIZE // 2 // len(PIECE))


def test_d01_a_leftover_is_no_reason_to_refuse(disk: SmallDisk, path: Path) -> None:
    for _ in range(3):
        PartFile.create(path, SIZE * 3 // 4).close()
    assert path.stat().st_size == SIZE * 3 // 4


def test_d02_a_disk_that_fills_up_is_named_and_what_was_written_stays(disk: SmallDisk, path: Path) -> None:
    part = PartFile.create(path, None)
    ballast = disk.fill(leave=SIZE // 4 + 5000)  # the last write is a short one
    reason, taken = write_until_it_fails(part)
    assert (reason, taken) == (R.DISK_FULL, SIZE // 4)
    assert part.read(0, taken) == PIECE * (taken // len(PIECE))
    part.close()
    ballast.unlink()
    again = PartFile.reopen(path, part.device)
    again.write_at(memoryview(PIECE), taken)
    again.flush()
    assert again.read(0, taken + len(PIECE)) == PIECE * (taken // len(PIECE) + 1)
    again.close()


def test_d02_room_that_comes_back_is_for_the_next_attempt(disk: SmallDisk, path: Path) -> None:
    part = PartFile.create(path, None)
    ballast = disk.fill(leave=10_000)
    reason, taken = write_until_it_fails(part)
    assert reason is R.DISK_FULL
    ballast.unlink()
    part.flush()
    assert refused(lambda: part.write_at(memoryview(PIECE), taken)) is R.DISK_FULL
    assert part.read(0, taken) == (PIECE * (taken // len(PIECE) + 1))[:taken]
    part.close()


def test_d03_d19_a_full_disk_still_publishes_what_is_complete(disk: SmallDisk, path: Path) -> None:
    part = PartFile.create(path, len(PIECE))
    part.write_at(memoryview(PIECE), 0)
    disk.fill()
    part.flush()
    part.dress(1_234_567_890.0, Origin("https://example.org/" + "a" * 5000))  # whether there is room for it or not
    part.publish(path.with_name("file.bin"), overwrite=False)
    part.close()
    assert path.with_name("file.bin").read_bytes() == PIECE


# Limits.


@pytest.fixture
def soft_limit() -> Iterator[None]:
    kinds = (resource.RLIMIT_FSIZE, resource.RLIMIT_NOFILE)
    before = [(kind, resource.getrlimit(kind)) for kind in kinds]
    yield
    for kind, limits in before:
        resource.setrlimit(kind, limits)


def lower(kind: int, limit: int) -> None:
    resource.setrlimit(kind, (limit, resource.getrlimit(kind)[1]))


@pytest.mark.usefixtures("soft_limit")
def test_d05_a_file_larger_than_the_system_takes_is_named(path: Path) -> None:
    part = PartFile.create(path, None)
    lower(resource.RLIMIT_FSIZE, len(PIECE) * 3 // 2)
    assert write_until_it_fails(part) == (R.FILE_TOO_LARGE, len(PIECE))
    assert refused(lambda: PartFile.create(path.with_name("other.part"), SIZE)) is R.FILE_TOO_LARGE
    part.close()
    assert [found.name for found in path.parent.iterdir()] == [path.name]


def test_d05_a_disk_that_is_read_only_is_named(folder: Path, path: Path) -> None:
    with small_disk(folder, SIZE, options="ro"):
        assert refused(lambda: PartFile.create(path, None)) is R.NO_PERMISSION


@pytest.mark.usefixtures("soft_limit")
def test_d20_no_free_descriptor_is_named_and_harms_nothing(path: Path) -> None:
    part = PartFile.create(path, len(PIECE))
    hoard = [os.open(path, os.O_RDONLY)]
    try:
        lower(resource.RLIMIT_NOFILE, hoard[0] + 1)
        assert refused(lambda: PartFile.create(path.with_name("b.part"), 1)) is R.TOO_MANY_OPEN_FILES
        assert refused(lambda: PartFile.reopen(path, part.device)) is R.TOO_MANY_OPEN_FILES
        part.write_at(memoryview(PIECE), 0)
        assert refused(part.flush) is R.TOO_MANY_OPEN_FILES
        assert refused(lambda: part.publish(path.with_name("a"), overwrite=False)) is R.TOO_MANY_OPEN_FILES
    finally:
        os.close(hoard[0])
    part.flush()
    part.publish(path.with_name("a"), overwrite=False)
    part.close()
    assert [(found.name, found.read_bytes()) for found in path.parent.iterdir()] == [("a", PIECE)]


@pytest.mark.parametrize("name", ["x" * 300 + ".part", "y" * 4096])
def test_d24_a_name_too_long_is_a_named_failure(folder: Path, name: str) -> None:
    assert refused(lambda: PartFile.create(folder / name, 1)) is R.DISK_ERROR
    assert refused(lambda: PartFile.reopen(folder / name, 1)) is R.DISK_ERROR
    assert not list(folder.iterdir())


def test_d24_a_path_too_long_is_a_named_failure(folder: Path) -> None:
    deep = folder.joinpath(*["d" * 200] * 21)
    assert len(str(deep)) > 4096
    assert refused(lambda: PartFile.create(deep / "a.part", 1)) is R.DISK_ERROR


def test_d24_a_folder_with_a_line_end_in_its_name_is_one_like_any_other(folder: Path) -> None:
    odd = folder / "two\nlines"
    assert refused(lambda: PartFile.create(odd / "a.part", 1)) is R.FOLDER_MISSING
    odd.mkdir()
    part = PartFile.create(odd / "a.part", 1)
    part.flush()
    part.publish(odd / "a", overwrite=False)
    part.close()
    assert [found.name for found in odd.iterdir()] == ["a"]


# Pulled out.


def test_d10_a_disk_pulled_out_is_told_from_a_file_that_was_deleted(disk: SmallDisk, path: Path) -> None:
    part = PartFile.create(path, len(PIECE))
    part.flush()
    part.close()
    path.rename(path.with_name("moved"))
    assert refused(lambda: PartFile.reopen(path, part.device)) is R.PART_FILE_CHANGED
    path.with_name("moved").rename(path)
    disk.pull_out()
    assert refused(lambda: PartFile.reopen(path, part.device)) is R.OTHER_DISK
    assert not list(path.parent.iterdir())


def test_d10_nothing_is_written_to_the_folder_below(disk: SmallDisk, path: Path) -> None:
    part = PartFile.create(path, len(PIECE))
    disk.pull_out()
    part.write_at(memoryview(PIECE), 0)  # still to the disk it was made on
    assert refused(lambda: part.check_in_place(len(PIECE))) is R.OTHER_DISK
    assert refused(lambda: part.publish(path.with_name("file.bin"), overwrite=True)) is R.OTHER_DISK
    part.close()
    assert not list(path.parent.iterdir())


def test_d10_the_disk_that_comes_back_is_taken_up_whatever_its_number_is(tmp_path: Path, folder: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    with small_disk(folder, SIZE), small_disk(other, SIZE):
        before = PartFile.create(folder / "a.part", None)
        before.close()
        (other / "a.part").write_bytes(PIECE)
        again = PartFile.reopen(other / "a.part", before.device)
        assert again.read(0, len(PIECE)) == PIECE
        assert again.facts().device != before.device
        again.close()


# Without features.


def test_d18_d19_a_disk_without_attributes_and_allocation_serves(folder: Path, path: Path) -> None:
    with small_disk(folder, SIZE, "ramfs"):
        part = PartFile.create(path, len(PIECE))
        assert not part.reserved
        part.write_at(memoryview(PIECE), 0)
        part.flush()
        assert part.dress(1_234_567_890.0, Origin("https://example.org/a")) is False
        final = path.with_name("file.bin")
        part.publish(final, overwrite=False)
        part.close()
        assert (final.read_bytes(), final.stat().st_mtime) == (PIECE, 1_234_567_890.0)


def test_d14_a_name_on_another_disk_is_no_rename(disk: SmallDisk, tmp_path: Path) -> None:
    (tmp_path / "a.part").write_bytes(b"content")
    with Folder(tmp_path) as folder, pytest.raises(OSError, match="cross-device") as caught:
        publish_new(folder, "a.part", f"{disk.folder.name}/a")
    assert caught.value.errno == errno.EXDEV
    assert (tmp_path / "a.part").read_bytes() == b"content"
    assert not list(disk.folder.iterdir())


# Planted.


def test_d15_d16_what_is_planted_at_every_name_leaves_its_victim_alone(tmp_path: Path, folder: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_bytes(b"precious")
    before = victim.stat()
    part_path, final = folder / "a.part", folder / "a"
    for plant in (part_path.symlink_to, part_path.hardlink_to):
        plant(victim)
        assert refused(lambda: PartFile.reopen(part_path, victim.stat().st_dev)) is R.PART_FILE_CHANGED
        final.unlink(missing_ok=True)
        final.symlink_to(victim)
        part = PartFile.create(part_path, 10)
        part.write_at(memoryview(b"x" * 10), 0)
        part.dress(1_234_567_890.0, Origin("https://example.org/a"))
        with pytest.raises(FileExistsError):
            part.publish(final, overwrite=False)
        part.publish(final, overwrite=True)
        part.close()
    after = victim.stat()
    assert victim.read_bytes() == b"precious"
    assert (after.st_mode, after.st_mtime_ns, after.st_nlink) == (before.st_mode, before.st_mtime_ns, 1)
    assert "user.xdg.origin.url" not in os.listxattr(victim)
