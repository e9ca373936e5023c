"""Whether the growing file is still the one that was made, and what is believed of the disk it is on."""

import errno
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from headrace.disk import part_file
from headrace.disk.folder import Folder
from headrace.disk.part_file import PartFile
from headrace.states import FailureReason

from tests.support.engine_parts import refused
from tests.support.part_files import (
    POSIX,
    SIZE,
    add_link,
    make_folder,
    make_link,
    shorten,
    swap,
    take_folder_away,
)

R = FailureReason
FAULTS = [
    ("write_at", errno.EIO, R.DISK_ERROR),
    ("write_at", errno.ENODEV, R.OTHER_DISK),
    ("flush_data", errno.EIO, R.DISK_ERROR),
    ("flush_data", errno.ENOSPC, R.DISK_FULL),
    ("flush_data", errno.EDQUOT, R.DISK_FULL),
    ("flush_data", errno.ESTALE, R.OTHER_DISK),
]


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
def test_d09_what_was_done_to_the_file_is_noticed(
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
    monkeypatch.setattr(Folder, "flush", lambda _folder: calls.append("folder"))
    part.flush()
    part.flush()
    assert calls == ["data", "folder", "data"]


@pytest.mark.parametrize(("call", "number", "reason"), FAULTS)
def test_d06_after_a_fault_nothing_more_is_believed(
    part: PartFile, path: Path, monkeypatch: pytest.MonkeyPatch, call: str, number: int, reason: FailureReason
) -> None:
    def fail(*_args: object) -> None:
        raise OSError(number, os.strerror(number))

    def write() -> None:
        part.write_at(memoryview(b"x"), 0)

    with monkeypatch.context() as broken:
        broken.setattr(part_file, call, fail)
        assert refused(write if call == "write_at" else part.flush) is reason
    for again in (write, part.flush, write):  # the disk works again and its silence proves nothing
        assert refused(again) is reason
    fresh = PartFile.reopen(path, part.device)
    fresh.write_at(memoryview(b"x"), 0)
    fresh.flush()
    fresh.close()


@pytest.mark.parametrize(
    ("number", "reason"),
    [
        (errno.ENOSPC, R.DISK_FULL),
        (errno.EDQUOT, R.DISK_FULL),
        (errno.EFBIG, R.FILE_TOO_LARGE),
        (errno.EROFS, R.NO_PERMISSION),
    ],
)
def test_d05_what_was_written_before_a_write_was_refused_is_kept(
    part: PartFile, monkeypatch: pytest.MonkeyPatch, number: int, reason: FailureReason
) -> None:
    def fail(*_args: object) -> None:
        raise OSError(number, os.strerror(number))

    def write() -> None:
        part.write_at(memoryview(b"y"), 1)

    part.write_at(memoryview(b"x"), 0)
    with monkeypatch.context() as broken:
        broken.setattr(part_file, "write_at", fail)
        assert refused(write) is reason
    assert refused(write) is reason  # the room others may have made is for the next attempt
    part.flush()
    assert bytes(part.read(0, 1)) == b"x"


def test_d06_the_first_fault_is_the_one_that_is_told(part: PartFile, monkeypatch: pytest.MonkeyPatch) -> None:
    numbers = iter([errno.ENODEV, errno.EIO])

    def fail(*_args: object) -> None:
        number = next(numbers)
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(part_file, "write_at", fail)
    monkeypatch.setattr(part_file, "flush_data", fail)
    assert refused(lambda: part.write_at(memoryview(b"x"), 0)) is R.OTHER_DISK
    assert refused(part.flush) is R.OTHER_DISK


def test_a_fault_in_reading_is_named_and_forgotten(part: PartFile, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_args: object) -> bytes:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    with monkeypatch.context() as broken:
        broken.setattr(part_file, "read_at", fail)
        assert refused(lambda: part.read(0, 1)) is R.DISK_ERROR
    part.write_at(memoryview(b"x"), 0)
    part.flush()


def test_d20_no_free_descriptor_for_the_folder_says_nothing_of_the_file(
    part: PartFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_folder: Folder) -> None:
        raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))

    with monkeypatch.context() as broken:
        broken.setattr(Folder, "flush", fail)
        assert refused(part.flush) is R.TOO_MANY_OPEN_FILES
    calls: list[str] = []
    monkeypatch.setattr(Folder, "flush", lambda _folder: calls.append("folder"))
    part.flush()
    assert calls == ["folder"]


@POSIX
def test_d08_a_folder_that_vanished_is_noticed_by_the_first_flush(part: PartFile, path: Path) -> None:
    take_folder_away(path)
    assert refused(part.flush) is R.FOLDER_MISSING


@POSIX
@pytest.mark.parametrize(("what", "reason"), [("file", R.PART_FILE_CHANGED), ("folder", R.FOLDER_MISSING)])
def test_d08_what_was_deleted_is_noticed_by_the_next_flush(
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
def test_d09_a_file_made_shorter_is_noticed_by_the_next_flush(part: PartFile, path: Path, again: bool) -> None:
    opened = PartFile.reopen(path, part.device) if again else part
    shorten(path)
    assert refused(opened.flush) is R.PART_FILE_CHANGED
    opened.close()


def test_d09_what_was_written_beyond_the_first_length_is_missed_too(path: Path) -> None:
    made = PartFile.create(path, None)
    made.write_at(memoryview(bytes(1000)), 500)
    made.flush()
    os.truncate(path, 1499)
    assert refused(made.flush) is R.PART_FILE_CHANGED
    made.close()


def test_what_we_cut_off_ourselves_is_not_missed(part: PartFile) -> None:
    part.cut(10)
    part.flush()
