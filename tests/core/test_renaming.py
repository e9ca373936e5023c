"""Names given to finished files, on systems with and without the calls for it."""

import errno
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from headrace.disk import renaming
from headrace.disk.folder import Folder
from headrace.disk.renaming import PAUSES, patiently, publish_new, rename_exclusively, set_aside
from headrace.states import FailureReason

from tests.support.engine_parts import refused

POSIX = pytest.mark.skipif(os.name == "nt", reason="Windows has one call for it")
R = FailureReason
ONE_STEP = "rename_exclusively"
WAYS = [(), (errno.EINVAL,), (errno.ENOSYS,), (errno.EPERM,)]
WAYS += [(errno.EINVAL, number) for number in (errno.EPERM, errno.EOPNOTSUPP, errno.EMLINK, errno.EXDEV)]


def refuse(number: int) -> Any:
    """Return a call that fails with this number."""

    def call(*_args: Any, **_kwargs: Any) -> Any:
        raise OSError(number, os.strerror(number))

    return call


@pytest.fixture
def part(tmp_path: Path) -> Path:
    path = tmp_path / "folder" / "name.part"
    path.parent.mkdir()
    path.write_bytes(b"content")
    return path


@pytest.fixture
def folder(part: Path) -> Iterator[Folder]:
    with Folder(part.parent) as opened:
        yield opened


@pytest.fixture(params=WAYS, ids=lambda way: "-".join(errno.errorcode[number] for number in way) or "one step")
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> tuple[int, ...]:
    """Run on a system that has the call, on ones that refuse it in their ways, and on ones without links too."""
    numbers: tuple[int, ...] = request.param
    if numbers:
        monkeypatch.setattr(renaming, ONE_STEP, refuse(numbers[0]))
    if numbers[1:]:
        monkeypatch.setattr(os, "link", refuse(numbers[1]))
    return numbers


@pytest.fixture
def naps(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Return the seconds that were waited, in order; none really are."""
    taken: list[float] = []
    monkeypatch.setattr(renaming, "sleep", taken.append)
    return taken


# Published.


@POSIX
def test_d18_publishing_gives_the_name_on_every_system(part: Path, folder: Folder, way: tuple[int, ...]) -> None:
    final, inode = part.with_name("name"), part.stat().st_ino
    publish_new(folder, part.name, final.name)
    assert (final.read_bytes(), final.stat().st_ino, final.stat().st_nlink) == (b"content", inode, 1)
    assert not part.exists()


@POSIX
@pytest.mark.parametrize("kind", ["file", "folder", "link", "dangling"])
def test_d15_publishing_overwrites_nothing(part: Path, folder: Folder, way: tuple[int, ...], kind: str) -> None:
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
        publish_new(folder, part.name, final.name)
    assert final.lstat().st_ino == before.st_ino
    assert part.read_bytes() == b"content"
    if kind in ("file", "link"):
        assert final.read_bytes() == b"precious"
    assert other.exists() == (kind == "link")


@POSIX
@pytest.mark.parametrize("step", ["replace", "unlink"])
def test_a_last_step_that_fails_frees_the_name_again(
    part: Path, folder: Folder, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    monkeypatch.setattr(renaming, ONE_STEP, refuse(errno.EINVAL))
    real = Folder.unlink

    def unlink(self: Folder, name: str) -> None:
        if name == part.name:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        real(self, name)

    if step == "replace":
        monkeypatch.setattr(os, "link", refuse(errno.EPERM))
        monkeypatch.setattr(Folder, "replace", refuse(errno.EIO))
    else:
        monkeypatch.setattr(Folder, "unlink", unlink)
    with pytest.raises(OSError, match=r"I/O|Input"):
        publish_new(folder, part.name, "name")
    assert [path.name for path in part.parent.iterdir()] == ["name.part"]


@POSIX
@pytest.mark.parametrize("call", [ONE_STEP, "link"])
def test_d03_a_disk_fault_is_not_taken_for_a_missing_call(
    part: Path, folder: Folder, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    monkeypatch.setattr(renaming, ONE_STEP, refuse(errno.ENOSPC if call == ONE_STEP else errno.EINVAL))
    monkeypatch.setattr(os, "link", refuse(errno.ENOSPC))
    with pytest.raises(OSError, match="space"):
        publish_new(folder, part.name, "name")
    assert [path.name for path in part.parent.iterdir()] == ["name.part"]


@POSIX
def test_a_library_without_the_call_says_so(part: Path, folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(renaming, "libc", object)
    with pytest.raises(OSError, match="implemented"):
        rename_exclusively(folder, part.name, "name")
    publish_new(folder, part.name, "name")
    assert part.with_name("name").read_bytes() == b"content"


# Held by somebody else.


@pytest.mark.parametrize("number", [errno.EACCES, errno.EPERM, errno.EBUSY])
@pytest.mark.parametrize("times", [0, 1, 3])
def test_d13_a_file_that_is_held_for_a_moment_is_waited_for(naps: list[float], number: int, times: int) -> None:
    left = [number] * times

    def call() -> None:
        if left:
            refuse(left.pop())()

    patiently(call)
    assert naps == [0.2, 0.4, 0.8][:times]


def test_d13_one_that_is_held_for_good_is_given_up(naps: list[float]) -> None:
    with pytest.raises(PermissionError):
        patiently(refuse(errno.EACCES))
    assert naps == list(PAUSES)


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EEXIST, errno.EIO])
def test_what_no_waiting_mends_is_raised_at_once(naps: list[float], number: int) -> None:
    with pytest.raises(OSError, match=r"."):
        patiently(refuse(number))
    assert naps == []


# Set aside.


def test_a_bad_file_is_kept_beside(part: Path) -> None:
    assert set_aside(part) == part.with_name("name.part.bad")
    assert [(path.name, path.read_bytes()) for path in part.parent.iterdir()] == [("name.part.bad", b"content")]


def test_earlier_bad_files_stay(part: Path) -> None:
    names = []
    for number in range(3):
        part.write_bytes(b"%d" % number)
        names.append(set_aside(part).name)
    assert names == ["name.part.bad", "name.part (2).bad", "name.part (3).bad"]
    assert [part.with_name(name).read_bytes() for name in names] == [b"0", b"1", b"2"]


@POSIX
def test_a_name_that_would_grow_too_long_is_cut(part: Path) -> None:
    long = part.rename(part.with_name("x" * 250 + ".part"))
    aside = set_aside(long)
    assert len(aside.name.encode()) <= 255
    assert aside.suffix == ".bad"
    assert aside.read_bytes() == b"content"


@POSIX
@pytest.mark.parametrize(
    ("kind", "reason"),
    [("none", R.PART_FILE_CHANGED), ("link", R.PART_FILE_CHANGED), ("folder", R.PART_FILE_CHANGED)],
)
def test_what_is_no_file_is_not_set_aside(part: Path, kind: str, reason: FailureReason) -> None:
    other = part.rename(part.with_name("other"))
    if kind == "link":
        part.symlink_to(other)
    elif kind == "folder":
        part.mkdir()
    assert refused(lambda: set_aside(part)) is reason
    assert not part.with_name("name.part.bad").exists()
    assert refused(lambda: set_aside(part.parent / "none" / "x")) is R.FOLDER_MISSING
