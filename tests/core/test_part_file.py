"""The growing file, in a real folder, with all that others may do to it."""

import errno
import os
import random
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from headrace.disk import part_file
from headrace.disk.part_file import PartFile
from headrace.states import FailureReason

from tests.support import leaks
from tests.support.engine_parts import refused

R = FailureReason
SIZE = 300_000
POSIX = pytest.mark.skipif(os.name == "nt", reason="an open file is safe from this on Windows")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    folder = tmp_path / "target"
    folder.mkdir()
    return folder / "file.bin.0123.part"


@pytest.fixture
def part(path: Path) -> Iterator[PartFile]:
    made = PartFile.create(path, SIZE)
    yield made
    made.close()


def content(part: PartFile, size: int = SIZE) -> bytes:
    return b"".join(bytes(piece) for piece in part.pieces(size))


# Made.


@pytest.mark.parametrize(("size", "length"), [(None, 0), (0, 0), (1, 1), (SIZE, SIZE)])
def test_a_new_part_file_has_its_size_and_its_owner_only(path: Path, size: int | None, length: int) -> None:
    made = PartFile.create(path, size)
    facts = path.stat()
    made.close()
    assert facts.st_size == length
    assert (made.device, made.inode) == (facts.st_dev, facts.st_ino)
    assert os.name == "nt" or facts.st_mode & 0o777 == 0o600


def test_a_leftover_of_the_same_download_is_replaced(path: Path) -> None:
    path.write_bytes(b"old" * 1000)
    made = PartFile.create(path, 10)
    assert content(made, 10) == bytes(10)
    made.close()


@POSIX
def test_a_link_in_its_place_is_replaced_and_its_victim_untouched(tmp_path: Path, path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_bytes(b"precious")
    path.symlink_to(victim)
    made = PartFile.create(path, 10)
    made.write_at(memoryview(b"x" * 10), 0)
    made.close()
    assert victim.read_bytes() == b"precious"
    assert not path.is_symlink()


@POSIX
def test_a_hard_link_in_its_place_leaves_the_other_name_alone(tmp_path: Path, path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_bytes(b"precious")
    path.hardlink_to(victim)
    PartFile.create(path, 10).close()
    assert (victim.read_bytes(), victim.stat().st_nlink) == (b"precious", 1)


@POSIX
def test_a_link_planted_in_the_last_moment_is_refused(
    tmp_path: Path, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    victim = tmp_path / "victim"
    victim.write_bytes(b"precious")
    monkeypatch.setattr(Path, "unlink", lambda self, **_options: self.symlink_to(victim))
    assert refused(lambda: PartFile.create(path, 10)) is R.FILE_EXISTS
    assert victim.read_bytes() == b"precious"


@pytest.mark.parametrize("parent", ["none", "file"])
def test_without_its_folder_nothing_is_made(tmp_path: Path, parent: str) -> None:
    (tmp_path / "file").write_bytes(b"")
    assert refused(lambda: PartFile.create(tmp_path / parent / "x.part", None)) is R.FOLDER_MISSING


def test_a_folder_in_its_place_is_a_failure(path: Path) -> None:
    path.mkdir()
    assert refused(lambda: PartFile.create(path, 10)) in {R.DISK_ERROR, R.NO_PERMISSION}


def test_more_than_fits_is_refused_before_the_first_byte(path: Path) -> None:
    assert refused(lambda: PartFile.create(path, 1 << 60)) is R.DISK_FULL
    assert not path.exists()


def test_a_disk_that_fills_up_meanwhile_leaves_no_file_and_no_handle(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_descriptor: int, _size: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(part_file, "allocate", full)
    before = leaks.held().files
    assert refused(lambda: PartFile.create(path, 10)) is R.DISK_FULL
    assert not path.exists()
    assert leaks.held().files == before


# Written.


def test_bytes_go_where_they_belong_in_any_order(part: PartFile) -> None:
    chance, expected = random.Random(7), bytearray(SIZE)
    for _ in range(300):
        offset = chance.randrange(SIZE)
        data = chance.randbytes(min(chance.randrange(1, 5000), SIZE - offset))
        part.write_at(memoryview(data), offset)
        expected[offset : offset + len(data)] = data
    assert content(part) == bytes(expected)


def test_many_threads_write_at_once(part: PartFile) -> None:
    def write(number: int) -> None:
        for offset in range(number * 1000, SIZE, 8000):
            part.write_at(memoryview(bytes([number + 1]) * min(1000, SIZE - offset)), offset)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert content(part) == b"".join(bytes([number % 8 + 1]) * 1000 for number in range(SIZE // 1000))


def test_writing_behind_the_end_makes_the_file_longer(path: Path) -> None:
    made = PartFile.create(path, None)
    made.write_at(memoryview(b"tail"), 1000)
    assert content(made, 1004) == bytes(1000) + b"tail"
    made.close()


def test_a_closed_file_takes_no_more_bytes(part: PartFile) -> None:
    part.close()
    part.close()
    assert part.closed
    assert refused(lambda: part.write_at(memoryview(b"x"), 0)) is R.DISK_ERROR


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_has_its_name() -> None:
    full = PartFile(Path("/dev/full"), os.open("/dev/full", os.O_RDWR))
    assert refused(lambda: full.write_at(memoryview(b"x"), 0)) is R.DISK_FULL
    full.close()


def test_what_is_behind_the_end_is_cut_off_and_what_is_missing_stays_missing(part: PartFile, path: Path) -> None:
    part.cut(SIZE)
    part.cut(1000)
    assert path.stat().st_size == 1000
    part.cut(SIZE)
    assert path.stat().st_size == 1000


def test_reading_more_than_there_is_is_noticed(part: PartFile) -> None:
    assert refused(lambda: content(part, SIZE + 1)) is R.PART_FILE_CHANGED


# Taken up again.


def reopened(path: Path, part: PartFile, least: int = SIZE) -> None:
    PartFile.reopen(path, part.device, part.inode, least).close()


def test_the_same_file_is_taken_up(part: PartFile, path: Path) -> None:
    part.write_at(memoryview(b"abc"), 5)
    again = PartFile.reopen(path, part.device, part.inode, SIZE)
    again.write_at(memoryview(b"def"), 8)
    assert content(again, 11) == bytes(5) + b"abcdef"
    again.close()


def test_a_longer_file_is_taken_up(part: PartFile, path: Path) -> None:
    with path.open("ab") as stream:
        stream.write(b"surplus")
    reopened(path, part)


def shorten(path: Path) -> None:
    os.truncate(path, SIZE - 1)


def swap(path: Path) -> None:
    other = path.with_name("other")
    other.write_bytes(path.read_bytes())
    other.replace(path)


def add_link(path: Path) -> None:
    path.with_name("second").hardlink_to(path)


def make_link(path: Path) -> None:
    real = path.with_name("real")
    path.rename(real)
    path.symlink_to(real)


def make_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def make_pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)  # type: ignore[attr-defined,unused-ignore]


def take_folder_away(path: Path) -> None:
    path.parent.rename(path.parent.with_name("elsewhere"))


@POSIX
@pytest.mark.parametrize("change", [shorten, swap, add_link, make_link, make_folder, make_pipe, Path.unlink])
def test_what_is_not_that_file_any_more_is_refused(part: PartFile, path: Path, change: Callable[[Path], None]) -> None:
    change(path)
    before = leaks.held().files
    assert refused(lambda: reopened(path, part)) is R.PART_FILE_CHANGED
    assert leaks.held().files == before


@POSIX
def test_a_folder_that_is_gone_may_come_back(part: PartFile, path: Path) -> None:
    take_folder_away(path)
    assert refused(lambda: reopened(path, part)) is R.FOLDER_MISSING
    path.parent.with_name("elsewhere").rename(path.parent)
    reopened(path, part)


def test_a_file_as_long_as_what_is_claimed_is_enough(part: PartFile, path: Path) -> None:
    shorten(path)
    reopened(path, part, SIZE - 1)


# Checked.


def test_the_file_in_place_passes(part: PartFile) -> None:
    part.check_in_place(SIZE)


@POSIX
@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (Path.unlink, R.PART_FILE_CHANGED),
        (swap, R.PART_FILE_CHANGED),
        (add_link, R.PART_FILE_CHANGED),
        (make_link, R.PART_FILE_CHANGED),
        (make_folder, R.PART_FILE_CHANGED),
        (take_folder_away, R.FOLDER_MISSING),
        (shorten, R.SIZE_MISMATCH),
    ],
)
def test_what_was_done_to_the_file_is_noticed(
    part: PartFile, path: Path, change: Callable[[Path], None], reason: FailureReason
) -> None:
    change(path)
    assert refused(lambda: part.check_in_place(SIZE)) is reason


def test_surplus_is_noticed(part: PartFile, path: Path) -> None:
    with path.open("ab") as stream:
        stream.write(b"surplus")
    assert refused(lambda: part.check_in_place(SIZE)) is R.SIZE_MISMATCH


# Flushed.


@POSIX
def test_the_folder_is_flushed_once_and_the_file_each_time(part: PartFile, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[str] = []
    monkeypatch.setattr(part_file, "flush_data", lambda _descriptor: calls.append("data"))
    monkeypatch.setattr(part_file, "flush_folder", lambda _folder: calls.append("folder"))
    part.flush()
    part.flush()
    assert calls == ["data", "folder", "data"]


def test_a_flush_that_fails_has_its_name(part: PartFile, monkeypatch: pytest.MonkeyPatch) -> None:
    def lost(_descriptor: int) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(part_file, "flush_data", lost)
    assert refused(part.flush) is R.DISK_ERROR


@POSIX
def test_a_folder_that_vanished_is_noticed_by_the_first_flush(part: PartFile, path: Path) -> None:
    take_folder_away(path)
    assert refused(part.flush) is R.FOLDER_MISSING


@POSIX
@pytest.mark.parametrize(("what", "reason"), [("file", R.PART_FILE_CHANGED), ("folder", R.FOLDER_MISSING)])
def test_what_was_deleted_is_noticed_by_the_next_flush(
    part: PartFile, path: Path, what: str, reason: FailureReason
) -> None:
    part.flush()
    if what == "file":
        path.unlink()
    else:
        shutil.rmtree(path.parent)
    assert refused(part.flush) is reason


@POSIX
@pytest.mark.parametrize("again", [False, True], ids=["made", "taken up"])
def test_a_file_made_shorter_is_noticed_by_the_next_flush(part: PartFile, path: Path, again: bool) -> None:
    opened = PartFile.reopen(path, part.device, part.inode, 0) if again else part
    shorten(path)
    assert refused(opened.flush) is R.PART_FILE_CHANGED
    opened.close()


def test_what_we_cut_off_ourselves_is_not_missed(part: PartFile) -> None:
    part.cut(10)
    part.flush()


# Published.


@pytest.fixture
def umask() -> Iterator[int]:
    before = os.umask(0o027)
    yield 0o027
    os.umask(before)


@pytest.mark.parametrize("overwrite", [False, True])
def test_publishing_gives_the_final_name(part: PartFile, path: Path, umask: int, overwrite: bool) -> None:
    final = path.with_name("file.bin")
    part.write_at(memoryview(b"abc"), 0)
    part.publish(final, overwrite=overwrite)
    assert final.read_bytes()[:3] == b"abc"
    assert not path.exists()
    assert os.name == "nt" or final.stat().st_mode & 0o777 == 0o666 & ~umask


def test_publishing_never_overwrites_unasked(part: PartFile, path: Path) -> None:
    final = path.with_name("file.bin")
    final.write_bytes(b"precious")
    with pytest.raises(FileExistsError):
        part.publish(final, overwrite=False)
    assert final.read_bytes() == b"precious"
    assert path.stat().st_size == SIZE


def test_publishing_overwrites_when_asked(part: PartFile, path: Path) -> None:
    final = path.with_name("file.bin")
    final.write_bytes(b"old")
    part.publish(final, overwrite=True)
    assert final.stat().st_size == SIZE


@POSIX
def test_overwriting_a_link_leaves_what_it_leads_to(part: PartFile, path: Path) -> None:
    final, victim = path.with_name("file.bin"), path.with_name("victim")
    victim.write_bytes(b"precious")
    final.symlink_to(victim)
    part.publish(final, overwrite=True)
    assert victim.read_bytes() == b"precious"
    assert not final.is_symlink()


@POSIX
def test_publishing_to_a_folder_that_vanished_is_a_failure(part: PartFile, path: Path) -> None:
    take_folder_away(path)
    assert refused(lambda: part.publish(path.with_name("file.bin"), overwrite=False)) is R.FOLDER_MISSING
