"""Calls that differ between systems, and what happens where one of them is missing."""

import ctypes
import errno
import os
import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest
from headrace.disk import system_calls
from headrace.disk.failures import disk_failure, disk_faults
from headrace.disk.system_calls import (
    OPEN_FLAGS,
    allocate,
    flush_data,
    new_file_mode,
    open_up,
    read_at,
    set_modified,
    write_at,
)
from headrace.errors import DownloadError
from headrace.states import FailureReason

POSIX = pytest.mark.skipif(os.name == "nt", reason="Windows has another call for it")
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="other systems allocate in their own ways")
R = FailureReason


@pytest.fixture
def descriptor(tmp_path: Path) -> Iterator[int]:
    opened = os.open(tmp_path / "file", OPEN_FLAGS | os.O_CREAT | os.O_EXCL, 0o600)
    yield opened
    os.close(opened)


def refuse(number: int) -> Any:
    """Return a call that fails with this number."""

    def call(*_args: Any, **_kwargs: Any) -> Any:
        raise OSError(number, os.strerror(number))

    return call


@POSIX
def test_d07_a_short_write_is_carried_on_at_the_right_place(descriptor: int, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.pwrite
    monkeypatch.setattr(os, "pwrite", lambda fd, data, offset: real(fd, data[:1000], offset))
    data = os.urandom(4321)
    write_at(descriptor, memoryview(data), 777)
    assert read_at(descriptor, 10_000, 777) == data


@POSIX
def test_a_write_that_meets_the_end_of_the_disk_raises(descriptor: int, monkeypatch: pytest.MonkeyPatch) -> None:
    real, calls = os.pwrite, []

    def pwrite(fd: int, data: memoryview, offset: int) -> int:
        calls.append(offset)
        if len(calls) > 1:
            raise OSError(errno.ENOSPC, "No space left on device")
        return real(fd, data[:100], offset)

    monkeypatch.setattr(os, "pwrite", pwrite)
    with pytest.raises(OSError, match="No space"):
        write_at(descriptor, memoryview(bytes(500)), 50)
    assert calls == [50, 150]


@POSIX
def test_a_disk_that_takes_nothing_is_a_fault_and_no_endless_loop(
    descriptor: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "pwrite", lambda *_: 0)
    with pytest.raises(OSError, match="takes no byte"):
        write_at(descriptor, memoryview(b"x"), 0)


def test_reading_ends_with_the_file(descriptor: int) -> None:
    write_at(descriptor, memoryview(b"abcdef"), 0)
    assert [read_at(descriptor, 4, offset) for offset in (0, 4, 6, 99)] == [b"abcd", b"ef", b"", b""]


@pytest.mark.parametrize("size", [0, 1, 5_000_000])
def test_allocated_files_have_their_size_and_zeros(descriptor: int, size: int) -> None:
    allocate(descriptor, size)  # whether it could be promised is the filesystem's affair
    assert os.fstat(descriptor).st_size == size
    assert not any(read_at(descriptor, size, 0))


def test_allocating_more_than_any_disk_has_is_refused(descriptor: int) -> None:
    with pytest.raises(OSError, match=r"space|large"):
        allocate(descriptor, 1 << 60)


def refusing(monkeypatch: pytest.MonkeyPatch, numbers: dict[int, int]) -> list[int]:
    """Let the filesystem refuse modes of allocation with these numbers; return the modes that were asked for."""
    asked: list[int] = []

    class Library:
        @staticmethod
        def fallocate(_descriptor: int, mode: int, _offset: int, _size: int) -> int:
            asked.append(mode)
            ctypes.set_errno(numbers.get(mode, 0))
            return -1 if mode in numbers else 0

    monkeypatch.setattr(system_calls, "libc", Library)
    return asked


@LINUX
@pytest.mark.parametrize(
    ("numbers", "promised", "length"),
    [
        ({0: errno.EOPNOTSUPP}, True, 0),  # FAT: room is taken, the length comes with the bytes
        ({0: errno.EOPNOTSUPP, 1: errno.EOPNOTSUPP}, False, 5000),  # ZFS, NFS 3
        ({0: errno.ENOSYS, 1: errno.ENOSYS}, False, 5000),
    ],
)
def test_d18_a_filesystem_that_cannot_allocate_gets_the_length_alone(
    descriptor: int, monkeypatch: pytest.MonkeyPatch, numbers: dict[int, int], promised: bool, length: int
) -> None:
    refusing(monkeypatch, numbers)
    assert allocate(descriptor, 5000) is promised
    assert os.fstat(descriptor).st_size == length


@LINUX
@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EFBIG, errno.EDQUOT, errno.EIO])
def test_d01_a_refusal_to_allocate_is_not_taken_for_a_missing_call(
    descriptor: int, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    asked = refusing(monkeypatch, {0: number})
    with pytest.raises(OSError, match=re.escape(os.strerror(number))):
        allocate(descriptor, 5000)
    assert asked == [0]


@POSIX
@pytest.mark.parametrize(("number", "raises"), [(errno.ENOSYS, False), (errno.EFBIG, True)])
def test_d18_a_filesystem_that_cannot_even_set_a_length_is_forgiven(
    descriptor: int, monkeypatch: pytest.MonkeyPatch, number: int, raises: bool
) -> None:
    monkeypatch.setattr(system_calls, "_reserve", lambda *_: False)
    monkeypatch.setattr(system_calls, "_fallocate", lambda *_: False)
    monkeypatch.setattr(os, "ftruncate", refuse(number))
    if raises:
        with pytest.raises(OSError, match="large"):
            allocate(descriptor, 5000)
    else:
        assert allocate(descriptor, 5000) is False


def test_flushing_works(descriptor: int) -> None:
    write_at(descriptor, memoryview(b"x"), 0)
    flush_data(descriptor)


@POSIX
def test_flushing_what_is_not_there_raises() -> None:
    with pytest.raises(OSError, match="descriptor"):
        flush_data(99_999)


@POSIX
@pytest.mark.parametrize(
    ("number", "raises"), [(errno.EINVAL, False), (errno.ENOSYS, False), (errno.EIO, True), (errno.ENOSPC, True)]
)
def test_d18_a_filesystem_that_cannot_flush_is_forgiven_and_a_fault_is_not(
    descriptor: int, monkeypatch: pytest.MonkeyPatch, number: int, raises: bool
) -> None:
    monkeypatch.setattr(system_calls, "_flush", refuse(number))
    if raises:
        with pytest.raises(OSError, match=os.strerror(number)):
            flush_data(descriptor)
    else:
        flush_data(descriptor)


@POSIX
@pytest.mark.parametrize("asked", ["/proc", "a new file"])
@pytest.mark.parametrize(("umask", "mode"), [(0o022, 0o644), (0o077, 0o600), (0o027, 0o640), (0o000, 0o666)])
def test_a_finished_file_has_the_mode_of_any_new_file(
    descriptor: int, umask: int, mode: int, asked: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    if asked != "/proc":  # as on macOS, and in a sandbox
        monkeypatch.setattr("builtins.open", refuse(errno.ENOENT))
    made = Mock(side_effect=system_calls._mode_of_a_new_file)
    monkeypatch.setattr(system_calls, "_mode_of_a_new_file", made)
    before = os.umask(umask)
    try:
        open_up(descriptor, new_file_mode())
        assert os.fstat(descriptor).st_mode & 0o777 == mode
        assert os.umask(umask) == umask
        assert [path.name for path in tmp_path.iterdir()] == ["file"]
        assert made.called == (asked != "/proc")
    finally:
        os.umask(before)


@POSIX
def test_no_mode_is_guessed_where_no_more_files_can_be_opened(descriptor: int, monkeypatch: pytest.MonkeyPatch) -> None:
    before = os.fstat(descriptor).st_mode
    monkeypatch.setattr("builtins.open", refuse(errno.EMFILE))
    monkeypatch.setattr(os, "open", refuse(errno.EMFILE))
    with pytest.raises(OSError, match="oo many open files"):
        open_up(descriptor, new_file_mode())
    monkeypatch.undo()
    assert os.fstat(descriptor).st_mode == before


@POSIX
@pytest.mark.parametrize(("number", "raises"), [(errno.EPERM, False), (errno.ENOTSUP, False), (errno.EROFS, True)])
def test_d18_a_filesystem_without_modes_is_forgiven(
    descriptor: int, monkeypatch: pytest.MonkeyPatch, number: int, raises: bool
) -> None:
    monkeypatch.setattr(os, "fchmod", refuse(number))
    if raises:
        with pytest.raises(OSError, match="ead-only"):
            open_up(descriptor, new_file_mode())
    else:
        open_up(descriptor, new_file_mode())


def test_a_time_stamp_leaves_the_last_access_alone(descriptor: int, tmp_path: Path) -> None:
    before = os.fstat(descriptor).st_atime_ns
    set_modified(tmp_path / "file", descriptor, 1_234_567_890.25)
    facts = os.fstat(descriptor)
    assert (facts.st_mtime_ns, facts.st_atime_ns) == (1_234_567_890_250_000_000, before)


@POSIX
def test_a_planted_link_is_never_opened(tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_bytes(b"precious")
    (tmp_path / "planted").symlink_to(victim)
    with pytest.raises(OSError, match="symbolic"):
        os.open(tmp_path / "planted", OPEN_FLAGS)
    assert victim.read_bytes() == b"precious"


# What a number means.


@pytest.mark.parametrize(
    ("number", "reason"),
    [
        (errno.ENOSPC, R.DISK_FULL),
        (errno.EDQUOT, R.DISK_FULL),
        (errno.EFBIG, R.FILE_TOO_LARGE),
        (errno.EACCES, R.NO_PERMISSION),
        (errno.EPERM, R.NO_PERMISSION),
        (errno.EROFS, R.NO_PERMISSION),
        (errno.ENOENT, R.FOLDER_MISSING),
        (errno.ENOTDIR, R.FOLDER_MISSING),
        (errno.EEXIST, R.FILE_EXISTS),
        (errno.EIO, R.DISK_ERROR),
        (errno.EISDIR, R.FILE_EXISTS),
        (errno.EMFILE, R.TOO_MANY_OPEN_FILES),
        (errno.ENFILE, R.TOO_MANY_OPEN_FILES),
        (errno.ENODEV, R.OTHER_DISK),
        (errno.ENXIO, R.OTHER_DISK),
        (errno.ESTALE, R.OTHER_DISK),
        (errno.ENOTCONN, R.OTHER_DISK),
        (errno.ENAMETOOLONG, R.DISK_ERROR),
    ],
)
def test_a_disk_fault_has_its_reason(number: int, reason: FailureReason) -> None:
    with pytest.raises(DownloadError) as caught, disk_faults():
        raise OSError(number, os.strerror(number), "/home/canary/secret")
    failure = caught.value.failure
    assert (failure.reason, failure.detail) == (reason, os.strerror(number))
    assert isinstance(caught.value.__cause__, OSError)


def test_a_fault_without_a_number_still_has_a_reason() -> None:
    assert disk_failure(OSError("odd")).reason is R.DISK_ERROR


@pytest.mark.parametrize(
    ("number", "reason"), [(39, R.DISK_FULL), (1295, R.DISK_FULL), (223, R.FILE_TOO_LARGE), (1167, R.OTHER_DISK)]
)
def test_what_windows_alone_can_say_has_its_reason(number: int, reason: FailureReason) -> None:
    error = OSError(errno.EINVAL, "the C library has no number for it")
    error.winerror = number  # type: ignore[attr-defined,unused-ignore]
    assert disk_failure(error).reason is reason


def test_d24_a_name_longer_than_any_system_takes_is_a_named_failure(tmp_path: Path) -> None:
    with pytest.raises(DownloadError), disk_faults():
        os.open(tmp_path / ("x" * 5000), system_calls.OPEN_FLAGS | os.O_CREAT)


@pytest.mark.skipif(sys.platform != "linux", reason="only there memory is kept that was freed")
def test_memory_that_was_freed_goes_back_to_the_system() -> None:
    kept = [bytes(90_000) for _ in range(600)]
    del kept[:-1]  # the last one keeps the heap from shrinking by itself
    before = _resident()
    system_calls.give_back_memory()
    assert before - _resident() > 30_000_000


def _resident() -> int:
    fields = Path("/proc/self/statm").read_text(encoding="ascii").split()
    return int(fields[1]) * os.sysconf("SC_PAGE_SIZE")
