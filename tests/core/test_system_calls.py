"""Calls that differ between systems, and what happens where one of them is missing."""

import errno
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from headrace.disk import system_calls
from headrace.disk.failures import disk_failure, disk_faults
from headrace.disk.system_calls import (
    OPEN_FLAGS,
    allocate,
    flush_data,
    flush_folder,
    open_up,
    publish_new,
    read_at,
    write_at,
)
from headrace.errors import DownloadError
from headrace.states import FailureReason

POSIX = pytest.mark.skipif(os.name == "nt", reason="Windows has another call for it")
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
def test_a_short_write_is_carried_on_at_the_right_place(descriptor: int, monkeypatch: pytest.MonkeyPatch) -> None:
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


def test_reading_ends_with_the_file(descriptor: int) -> None:
    write_at(descriptor, memoryview(b"abcdef"), 0)
    assert [read_at(descriptor, 4, offset) for offset in (0, 4, 6, 99)] == [b"abcd", b"ef", b"", b""]


@pytest.mark.parametrize("size", [0, 1, 5_000_000])
def test_allocated_files_have_their_size_and_zeros(descriptor: int, size: int) -> None:
    allocate(descriptor, size)
    assert os.fstat(descriptor).st_size == size
    assert not any(read_at(descriptor, size, 0))


def test_allocating_more_than_any_disk_has_is_refused(descriptor: int) -> None:
    with pytest.raises(OSError, match=r"space|large"):
        allocate(descriptor, 1 << 60)


def test_flushing_works(descriptor: int, tmp_path: Path) -> None:
    write_at(descriptor, memoryview(b"x"), 0)
    flush_data(descriptor)
    flush_folder(tmp_path)


@POSIX
def test_flushing_what_is_not_there_raises(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        flush_folder(tmp_path / "none")
    with pytest.raises(OSError, match="descriptor"):
        flush_data(99_999)


@POSIX
@pytest.mark.parametrize(("number", "raises"), [(errno.EINVAL, False), (errno.ENOTSUP, False), (errno.EIO, True)])
def test_a_system_that_cannot_flush_folders_is_forgiven(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, raises: bool
) -> None:
    monkeypatch.setattr(os, "fsync", refuse(number))
    if raises:
        with pytest.raises(OSError, match=os.strerror(number)):
            flush_folder(tmp_path)
    else:
        flush_folder(tmp_path)


@POSIX
@pytest.mark.parametrize(("umask", "mode"), [(0o022, 0o644), (0o077, 0o600), (0o027, 0o640), (0o000, 0o666)])
def test_a_finished_file_has_the_mode_of_any_new_file(descriptor: int, umask: int, mode: int) -> None:
    before = os.umask(umask)
    try:
        open_up(descriptor)
        assert os.fstat(descriptor).st_mode & 0o777 == mode
        assert os.umask(umask) == umask
    finally:
        os.umask(before)


@pytest.fixture
def part(tmp_path: Path) -> Path:
    path = tmp_path / "name.part"
    path.write_bytes(b"content")
    return path


@pytest.fixture(params=[None, errno.EPERM, errno.EOPNOTSUPP, errno.EMLINK])
def links(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int | None:
    """Run with links, and on filesystems that refuse them in their ways."""
    number: int | None = request.param
    if number is not None:
        monkeypatch.setattr(os, "link", refuse(number))
    return number


@POSIX
def test_publishing_gives_the_name(part: Path, links: int | None) -> None:
    final, inode = part.with_name("name"), part.stat().st_ino
    publish_new(part, final)
    assert (final.read_bytes(), final.stat().st_ino, final.stat().st_nlink) == (b"content", inode, 1)
    assert not part.exists()


@POSIX
@pytest.mark.parametrize("kind", ["file", "folder", "link", "dangling"])
def test_publishing_overwrites_nothing(part: Path, links: int | None, kind: str) -> None:
    final, other = part.with_name("name"), part.with_name("other")
    if kind == "file":
        final.write_bytes(b"precious")
    elif kind == "folder":
        final.mkdir()
    else:
        final.symlink_to(other)
        if kind == "link":
            other.write_bytes(b"precious")
    before = final.lstat()
    with pytest.raises(FileExistsError):
        publish_new(part, final)
    assert final.lstat().st_ino == before.st_ino
    assert part.read_bytes() == b"content"
    if kind in ("file", "link"):
        assert final.read_bytes() == b"precious"
    assert other.exists() == (kind == "link")


@POSIX
def test_a_rename_that_fails_leaves_no_empty_file(part: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "link", refuse(errno.EPERM))
    monkeypatch.setattr(Path, "replace", refuse(errno.EIO))
    with pytest.raises(OSError, match=r"I/O|Input"):
        publish_new(part, part.with_name("name"))
    assert [path.name for path in part.parent.iterdir()] == ["name.part"]


@POSIX
def test_a_disk_fault_is_not_taken_for_missing_links(part: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "link", refuse(errno.EIO))
    with pytest.raises(OSError, match=r"I/O|Input"):
        publish_new(part, part.with_name("name"))
    assert not part.with_name("name").exists()


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
        (errno.EMFILE, R.DISK_ERROR),
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


def test_a_name_longer_than_any_system_takes_is_a_named_failure(tmp_path: Path) -> None:
    with pytest.raises(DownloadError), disk_faults():
        os.open(tmp_path / ("x" * 5000), system_calls.OPEN_FLAGS | os.O_CREAT)
