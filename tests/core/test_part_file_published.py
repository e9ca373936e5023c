"""The growing file gets its time stamp, its marks and its final name."""

import errno
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from headrace.disk import part_file, renaming
from headrace.disk.folder import Folder
from headrace.disk.origin import Origin
from headrace.disk.part_file import PartFile
from headrace.states import FailureReason

from tests.support.engine_parts import refused
from tests.support.part_files import (
    POSIX,
    SIZE,
    add_link,
    make_folder,
    make_link,
    swap,
    take_folder_away,
)

R = FailureReason


# Dressed.


NOW = 1_700_000_000.0


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "time", lambda: NOW)


@pytest.mark.usefixtures("clock")
@pytest.mark.parametrize("modified", [315_532_800.0, 1_234_567_890.0, NOW])
def test_a_finished_file_has_the_servers_time_stamp(part: PartFile, path: Path, modified: float) -> None:
    assert part.dress(modified, None) is True
    final = path.with_name("file.bin")
    part.publish(final, overwrite=False)
    assert final.stat().st_mtime == modified


@pytest.mark.usefixtures("clock")
@pytest.mark.parametrize(
    "modified", [None, 0.0, -1.0, 315_532_799.0, NOW + 1, 1e300, float("nan"), float("inf"), float("-inf")]
)
def test_d23_a_time_stamp_that_is_nonsense_is_left_out(part: PartFile, modified: float | None) -> None:
    before = part.facts()
    assert part.dress(modified, None) is True
    assert part.facts() == before


def test_a_file_that_takes_no_time_stamp_is_no_failure(part: PartFile, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_args: object) -> None:
        raise OSError(errno.EPERM, os.strerror(errno.EPERM))

    monkeypatch.setattr(part_file, "set_modified", fail)
    assert part.dress(1_234_567_890.0, None) is True


@pytest.mark.parametrize("works", [False, True])
def test_marks_are_on_the_part_file_before_it_is_stamped(
    part: PartFile, path: Path, monkeypatch: pytest.MonkeyPatch, works: bool
) -> None:
    calls: list[object] = []

    def mark(path: Path, _descriptor: int, origin: Origin) -> bool:
        calls.append((path, origin))
        return works

    monkeypatch.setattr(part_file, "set_marks", mark)
    monkeypatch.setattr(part_file, "set_modified", lambda *_: calls.append("stamp"))
    origin = Origin("https://example.org/a")
    assert part.dress(1_234_567_890.0, origin) is works
    assert calls == [(path, origin), "stamp"]


@pytest.mark.parametrize("origin", [None, Origin("https://example.org/a")])
def test_a_closed_file_is_not_dressed_and_nothing_is_raised(part: PartFile, origin: Origin | None) -> None:
    part.close()
    assert part.dress(1_234_567_890.0, origin) is (origin is None)


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


def test_d15_publishing_never_overwrites_unasked(part: PartFile, path: Path) -> None:
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
def test_d15_overwriting_a_link_leaves_what_it_leads_to(part: PartFile, path: Path) -> None:
    final, victim = path.with_name("file.bin"), path.with_name("victim")
    victim.write_bytes(b"precious")
    final.symlink_to(victim)
    part.publish(final, overwrite=True)
    assert victim.read_bytes() == b"precious"
    assert not final.is_symlink()


@POSIX
def test_d08_publishing_to_a_folder_that_vanished_is_a_failure(part: PartFile, path: Path) -> None:
    take_folder_away(path)
    assert refused(lambda: part.publish(path.with_name("file.bin"), overwrite=False)) is R.FOLDER_MISSING


def test_d14_publishing_to_another_folder_is_refused(part: PartFile, path: Path, tmp_path: Path) -> None:
    assert refused(lambda: part.publish(tmp_path / "file.bin", overwrite=True)) is R.INTERNAL
    assert path.stat().st_size == SIZE
    assert not (tmp_path / "file.bin").exists()


@POSIX
@pytest.mark.parametrize("overwrite", [False, True])
@pytest.mark.parametrize("change", [swap, add_link, make_link, make_folder, Path.unlink])
def test_d09_what_took_the_part_files_place_is_never_published(
    part: PartFile, path: Path, change: Callable[[Path], None], overwrite: bool
) -> None:
    final = path.with_name("file.bin")
    change(path)
    assert refused(lambda: part.publish(final, overwrite=overwrite)) is R.PART_FILE_CHANGED
    assert not final.exists()


@pytest.mark.parametrize("overwrite", [False, True])
def test_a_folder_is_not_overwritten(part: PartFile, path: Path, overwrite: bool) -> None:
    final = path.with_name("file.bin")
    final.mkdir()
    if overwrite:
        assert refused(lambda: part.publish(final, overwrite=True)) in {R.FILE_EXISTS, R.NO_PERMISSION}
    else:
        with pytest.raises(FileExistsError):
            part.publish(final, overwrite=False)
    assert path.stat().st_size == SIZE


@pytest.mark.parametrize(("times", "published"), [(0, True), (3, True), (4, False)])
@pytest.mark.parametrize("overwrite", [False, True])
def test_d13_a_rename_that_is_refused_is_tried_again(
    part: PartFile, path: Path, monkeypatch: pytest.MonkeyPatch, times: int, published: bool, overwrite: bool
) -> None:
    naps: list[float] = []
    left = [errno.EACCES] * times
    real_over = Folder.replace

    def fail() -> None:
        if left:
            number = left.pop()
            raise OSError(number, os.strerror(number))

    def new(folder: Folder, old: str, final: str) -> None:
        fail()
        renaming.publish_new(folder, old, final)

    def over(folder: Folder, old: str, final: str) -> None:
        fail()
        real_over(folder, old, final)

    monkeypatch.setattr(renaming, "sleep", naps.append)
    monkeypatch.setattr(part_file, "publish_new", new)
    monkeypatch.setattr(Folder, "replace", over)
    final = path.with_name("file.bin")
    if published:
        part.publish(final, overwrite=overwrite)
    else:
        assert refused(lambda: part.publish(final, overwrite=overwrite)) is R.NO_PERMISSION
    assert (final.exists(), path.exists()) == (published, not published)
    assert naps == [0.2, 0.4, 0.8][:times]


def test_d03_a_disk_full_at_the_rename_is_named_and_the_part_file_stays(
    part: PartFile, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_args: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(part_file, "publish_new", full)
    assert refused(lambda: part.publish(path.with_name("file.bin"), overwrite=False)) is R.DISK_FULL
    assert path.stat().st_size == SIZE


@POSIX
def test_the_folder_is_flushed_after_the_rename(part: PartFile, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    final, seen = path.with_name("file.bin"), []
    monkeypatch.setattr(Folder, "flush", lambda _folder: seen.append((final.exists(), path.exists())))
    part.publish(final, overwrite=False)
    assert seen == [(True, False)]
