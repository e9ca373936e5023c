"""The growing file, in a real folder: made, written, taken up again, with all that others may do to it."""

import errno
import os
import random
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from headrace.disk import part_file
from headrace.disk.file_names import part_name
from headrace.disk.folder import Folder
from headrace.disk.part_file import Facts, PartFile
from headrace.disk.system_calls import read_at
from headrace.states import FailureReason

from tests.support import leaks
from tests.support.engine_parts import refused
from tests.support.part_files import (
    POSIX,
    SIZE,
    add_link,
    content,
    lengthen,
    make_folder,
    make_link,
    make_pipe,
    shorten,
    swap,
    take_folder_away,
)

R = FailureReason


# Made.


@pytest.mark.parametrize(("size", "length"), [(None, 0), (0, 0), (1, 1), (SIZE, SIZE)])
def test_a_new_part_file_has_its_size_and_its_owner_only(path: Path, size: int | None, length: int) -> None:
    made = PartFile.create(path, size)
    facts = path.stat()
    made.close()
    assert facts.st_size == length
    assert (made.device, made.inode) == (facts.st_dev, facts.st_ino)
    assert made.reserved or length
    assert os.name == "nt" or facts.st_mode & 0o777 == 0o600


def test_a_leftover_of_the_same_download_is_replaced(path: Path) -> None:
    path.write_bytes(b"old" * 1000)
    made = PartFile.create(path, 10)
    assert content(made, 10) == bytes(10)
    made.close()


@POSIX
def test_d15_a_link_in_its_place_is_replaced_and_its_victim_untouched(tmp_path: Path, path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_bytes(b"precious")
    path.symlink_to(victim)
    made = PartFile.create(path, 10)
    made.write_at(memoryview(b"x" * 10), 0)
    made.close()
    assert victim.read_bytes() == b"precious"
    assert not path.is_symlink()


@POSIX
def test_d16_a_hard_link_in_its_place_leaves_the_other_name_alone(tmp_path: Path, path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_bytes(b"precious")
    path.hardlink_to(victim)
    PartFile.create(path, 10).close()
    assert (victim.read_bytes(), victim.stat().st_nlink) == (b"precious", 1)


@POSIX
def test_d15_a_link_planted_in_the_last_moment_is_refused(
    tmp_path: Path, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    victim = tmp_path / "victim"
    victim.write_bytes(b"precious")
    monkeypatch.setattr(part_file, "require_room", lambda *_: path.symlink_to(victim))
    assert refused(lambda: PartFile.create(path, 10)) is R.FILE_EXISTS
    assert victim.read_bytes() == b"precious"


@pytest.mark.parametrize("parent", ["none", "file"])
def test_without_its_folder_nothing_is_made(tmp_path: Path, parent: str) -> None:
    (tmp_path / "file").write_bytes(b"")
    assert refused(lambda: PartFile.create(tmp_path / parent / "x.part", None)) is R.FOLDER_MISSING


def test_a_folder_in_its_place_is_a_failure_and_stays(path: Path) -> None:
    path.mkdir()
    assert refused(lambda: PartFile.create(path, 10)) is R.FILE_EXISTS
    assert path.is_dir()


@POSIX
def test_a_pipe_in_its_place_is_a_failure_and_stays(path: Path) -> None:
    os.mkfifo(path)  # type: ignore[attr-defined,unused-ignore]
    assert refused(lambda: PartFile.create(path, 10)) is R.FILE_EXISTS
    assert path.is_fifo()


def test_d17_downloads_of_one_name_have_part_files_of_their_own(path: Path) -> None:
    paths = [path.with_name(part_name("file.bin", f"{number:08x}" * 2)) for number in range(3)]
    parts = [PartFile.create(each, 10) for each in paths]
    for number, part in enumerate(parts):
        part.write_at(memoryview(b"%d" % number * 10), 0)
        part.close()
    assert [each.read_bytes() for each in paths] == [b"0" * 10, b"1" * 10, b"2" * 10]


def test_d18_room_that_could_not_be_set_aside_is_told(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def allocate(descriptor: int, size: int) -> bool:
        os.ftruncate(descriptor, size)
        return False

    monkeypatch.setattr(part_file, "allocate", allocate)
    made = PartFile.create(path, 10)
    made.flush()
    made.close()
    assert not made.reserved


def test_d18_a_file_whose_length_comes_with_its_bytes_is_missed_nothing(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(part_file, "allocate", lambda *_: True)
    made = PartFile.create(path, 10)
    made.flush()
    made.write_at(memoryview(b"abc"), 0)
    made.flush()
    assert content(made, 3) == b"abc"
    os.truncate(path, 2)
    assert refused(made.flush) is R.PART_FILE_CHANGED
    made.close()


def test_d01_more_than_fits_is_refused_before_the_first_byte(path: Path) -> None:
    assert refused(lambda: PartFile.create(path, 1 << 60)) is R.DISK_FULL
    assert not path.exists()


def test_d01_a_disk_that_fills_up_meanwhile_leaves_no_file_and_no_handle(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_descriptor: int, _size: int) -> bool:
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


def test_any_stretch_is_read_back_whole(part: PartFile, monkeypatch: pytest.MonkeyPatch) -> None:
    data = random.Random(3).randbytes(SIZE)
    part.write_at(memoryview(data), 0)
    for most in (SIZE, 1000):  # also from a system that hands out less than was asked for
        monkeypatch.setattr(part_file, "read_at", lambda fd, size, at, most=most: read_at(fd, min(size, most), at))
        for offset, size in ((0, SIZE), (0, 0), (7, 5555), (SIZE - 1, 1)):
            assert part.read(offset, size) == data[offset : offset + size]


@pytest.mark.parametrize(("offset", "size"), [(0, SIZE + 1), (SIZE, 1), (SIZE - 10, 11), (SIZE * 9, 5)])
def test_d09_reading_more_than_there_is_is_noticed(part: PartFile, offset: int, size: int) -> None:
    assert refused(lambda: part.read(offset, size)) is R.PART_FILE_CHANGED


def test_d09_pieces_of_a_shorter_file_are_noticed(part: PartFile) -> None:
    assert refused(lambda: content(part, SIZE + 1)) is R.PART_FILE_CHANGED


def test_the_facts_are_those_of_the_open_file(part: PartFile, path: Path) -> None:
    with path.open("ab") as stream:
        stream.write(b"surplus")
    found = path.stat()
    assert part.facts() == Facts(found.st_dev, found.st_ino, SIZE + 7, found.st_mtime_ns)
    swap(path)
    assert part.facts().inode == found.st_ino


# Taken up again.


def reopened(path: Path, part: PartFile) -> Facts:
    again = PartFile.reopen(path, part.device)
    facts = again.facts()
    again.close()
    return facts


def test_the_same_file_is_taken_up(part: PartFile, path: Path) -> None:
    part.write_at(memoryview(b"abc"), 5)
    again = PartFile.reopen(path, part.device)
    again.write_at(memoryview(b"def"), 8)
    assert content(again, 11) == bytes(5) + b"abcdef"
    again.close()


@POSIX
@pytest.mark.parametrize(
    ("change", "same", "size"), [(shorten, True, SIZE - 1), (lengthen, True, SIZE + 7), (swap, False, SIZE)]
)
def test_d09_a_changed_file_is_taken_up_and_its_facts_say_so(
    part: PartFile, path: Path, change: Callable[[Path], None], same: bool, size: int
) -> None:
    change(path)
    facts = reopened(path, part)
    assert (facts.inode == part.inode, facts.size) == (same, size)


def test_a_file_from_another_device_is_taken_up(part: PartFile, path: Path) -> None:
    again = PartFile.reopen(path, part.device + 1)
    assert again.facts() == part.facts()
    again.close()


@POSIX
@pytest.mark.parametrize("change", [add_link, make_link, make_folder, make_pipe, Path.unlink])
def test_d09_d16_what_is_not_that_file_any_more_is_refused(
    part: PartFile, path: Path, change: Callable[[Path], None]
) -> None:
    change(path)
    before = leaks.held().files
    assert refused(lambda: reopened(path, part)) is R.PART_FILE_CHANGED
    assert leaks.held().files == before


@POSIX
def test_d09_what_takes_its_place_in_the_last_moment_is_refused(
    part: PartFile, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, changes = Folder.open, iter([swap, make_link, make_folder])

    def opened(self: Folder, name: str, flags: int) -> int:
        next(changes)(path)
        return real(self, name, flags)

    monkeypatch.setattr(Folder, "open", opened)
    before = len(leaks.held().files)
    assert [refused(lambda: reopened(path, part)) for _ in range(3)] == [R.PART_FILE_CHANGED] * 3
    assert len(leaks.held().files) == before


@POSIX
def test_d10_gone_with_another_disk_under_its_folder_it_is_the_disk_that_is_gone(part: PartFile, path: Path) -> None:
    path.unlink()
    assert refused(lambda: PartFile.reopen(path, part.device + 1)) is R.OTHER_DISK
    assert refused(lambda: PartFile.reopen(path, part.device)) is R.PART_FILE_CHANGED


@POSIX
def test_d08_a_folder_that_is_gone_may_come_back(part: PartFile, path: Path) -> None:
    take_folder_away(path)
    assert refused(lambda: reopened(path, part)) is R.FOLDER_MISSING
    path.parent.with_name("elsewhere").rename(path.parent)
    assert reopened(path, part).inode == part.inode
