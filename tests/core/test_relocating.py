"""The steps of a move: what the database is told before each, and what happens where it cannot be told."""

import errno
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from headrace.disk import moving
from headrace.disk.folder import Folder
from headrace.disk.moving import copy_file, identity_of, is_one_name, move_new, take_along
from headrace.errors import DownloadError, StoppedError
from headrace.outcomes import KEEP
from headrace.relocations import Relocation
from headrace.states import FailureReason
from headrace.transfer.blocks import BLOCK, digest
from headrace.transfer.gap_log import log_path
from headrace.transfer.relocating import FileGoneError, Movable, Step, Steps, relocate, rename, take_up

from tests.support import seeded
from tests.support.changing import part_on_other_disk
from tests.support.engine_parts import claims_on, refused

BODY = seeded.body(1, 0, 2 * BLOCK + 50)
ID = f"{7:016x}"


def go_on() -> None:
    """Stop nothing."""


def finished(folder: Path, **facts: Any) -> Movable:
    """Return a finished download with its file."""
    folder.mkdir(exist_ok=True)
    (folder / "file").write_bytes(BODY)
    usual: dict[str, Any] = {"id": ID, "folder": folder, "name": "file", "finished": True, "claims": None}
    usual |= {"is_recording": False, "blocks": dict, "check": go_on}
    return Movable(**(usual | facts))


def unfinished(folder: Path, received: int = BLOCK + 50, **facts: Any) -> Movable:
    """Return a download whose part file holds its first bytes, with their digests."""
    folder.mkdir(exist_ok=True)
    part = folder / f"file.{ID}.part"
    part.write_bytes(BODY[:received])
    tail = digest(memoryview(BODY)[received - received % BLOCK : received])
    claims = claims_on(part, (0, received, len(BODY), tail), total=len(BODY), mtime_ns=part.stat().st_mtime_ns)  # type: ignore[arg-type]
    blocks = {0: digest(memoryview(BODY)[:BLOCK])}
    usual: dict[str, Any] = {"finished": False, "claims": claims, "blocks": lambda: blocks}
    one = finished(folder, **(usual | facts))
    (folder / "file").unlink()
    return one


def taken(steps: Steps) -> list[Step]:
    return list(steps)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_the_intention_is_told_before_anything_is_moved(tmp_path: Path) -> None:
    one, other = finished(tmp_path / "here"), tmp_path / "there"
    steps = relocate(one, other)
    intention = next(steps).facts["relocation"]
    identity = identity_of(one.folder / "file")
    assert intention == Relocation(one.folder / "file", identity, other / "file", identity)  # type: ignore[arg-type]
    assert (names(one.folder), names(other)) == (["file"], [])
    assert taken(steps) == [Step({"folder": other, "relocation": None, "name": "file"})]
    assert (names(one.folder), names(other)) == ([], ["file"])


@pytest.mark.parametrize("make", [finished, unfinished])
def test_an_intention_that_cannot_be_told_moves_nothing(tmp_path: Path, make: Any) -> None:
    one, other = make(tmp_path / "here"), tmp_path / "there"
    steps = relocate(one, other)
    next(steps)
    assert refused(lambda: steps.throw(DownloadError.of(FailureReason.DISK_FULL))) is FailureReason.DISK_FULL
    assert (len(names(one.folder)), names(other)) == (1, [])


@pytest.mark.parametrize("make", [finished, unfinished])
def test_a_copy_that_is_not_known_to_the_database_costs_no_source(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, make: Any
) -> None:
    part_on_other_disk(monkeypatch)
    one, other = make(tmp_path / "here"), tmp_path / "there"
    steps = relocate(one, other)
    while "folder" not in next(steps).facts:
        pass
    assert refused(lambda: steps.throw(DownloadError.of(FailureReason.DISK_FULL))) is FailureReason.DISK_FULL
    assert len(names(one.folder)) == 1
    assert len(names(other)) == 1


def test_a_part_file_on_another_disk_is_as_it_was_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tried = part_on_other_disk(monkeypatch)
    one, other = unfinished(tmp_path / "here"), tmp_path / "there"
    steps = taken(relocate(one, other))
    assert len(tried) == 1
    copy = other / f"file.{ID}.part"
    facts = copy.stat()
    claims = steps[-1].claims
    assert claims is not None
    assert claims is not KEEP
    assert (claims.device, claims.inode, claims.mtime_ns) == (facts.st_dev, facts.st_ino, facts.st_mtime_ns)
    assert copy.read_bytes()[: BLOCK + 50] == BODY[: BLOCK + 50]
    assert names(one.folder) == []


@pytest.mark.parametrize("fault", ["digest", "short", "no digest"])
def test_a_source_that_is_not_right_is_doubted_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    part_on_other_disk(monkeypatch)
    one, other = unfinished(tmp_path / "here"), tmp_path / "there"
    part = one.folder / f"file.{ID}.part"
    if fault == "short":
        os.truncate(part, BLOCK)
    elif fault == "digest":
        with part.open("r+b") as stream:
            stream.write(b"rotten")
    else:
        one = unfinished(tmp_path / "here", blocks=dict)
    claims = taken(relocate(one, other))[-1].claims
    assert getattr(claims, "mtime_ns", 0) is None
    assert getattr(claims, "received", 0) == BLOCK + 50, "each block is judged by the next attempt"


def test_what_was_about_to_be_published_moves_as_a_part(tmp_path: Path) -> None:
    one = unfinished(tmp_path / "here", len(BODY))
    part = one.folder / f"file.{ID}.part"
    tail = digest(memoryview(BODY)[2 * BLOCK :])
    claims = claims_on(part, (0, len(BODY), len(BODY), tail), total=len(BODY), publishing_as="file")  # type: ignore[arg-type]
    part.rename(one.folder / "file")
    steps = taken(relocate(replace(one, claims=claims), tmp_path / "there"))
    assert names(tmp_path / "there") == [part.name]
    assert getattr(steps[-1].claims, "publishing_as", "") is None


def test_earlier_generations_and_logs_go_along(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    part_on_other_disk(monkeypatch)
    one = unfinished(tmp_path / "here", is_recording=True)
    assert one.claims is not None
    one = replace(one, claims=replace(one.claims, earlier=("older.part",)))
    (one.folder / "older.part").write_bytes(b"old")
    (one.folder / f"file.{ID}.part.bad").write_bytes(b"bad")
    log_path(one.folder, "file").write_bytes(b"gaps")
    (one.folder / "stranger").write_bytes(b"not ours")
    taken(relocate(one, tmp_path / "there"))
    assert names(one.folder) == ["stranger"]
    assert names(tmp_path / "there") == [f"file.{ID}.part", f"file.{ID}.part.bad", "file.gaps.log", "older.part"]


def test_a_name_that_is_taken_in_the_last_moment_is_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = finished(tmp_path / "here"), tmp_path / "there"
    steps = relocate(one, other)
    next(steps)
    (other / "file").write_bytes(b"precious")
    assert taken(steps)[-1].facts["name"] == "file (2)"
    assert (other / "file").read_bytes() == b"precious"


def test_no_file_is_no_move(tmp_path: Path) -> None:
    one = finished(tmp_path / "here")
    (one.folder / "file").unlink()
    with pytest.raises(FileGoneError):
        taken(relocate(one, tmp_path / "there"))
    (one.folder / "file").symlink_to(tmp_path)
    with pytest.raises(FileGoneError):
        taken(rename(one, "other"))


def test_a_disk_that_is_away_is_no_loss(tmp_path: Path) -> None:
    one = unfinished(tmp_path / "here")
    (one.folder / f"file.{ID}.part").unlink()
    one.folder.rmdir()
    assert refused(lambda: taken(relocate(one, tmp_path / "there"))) is FailureReason.FOLDER_MISSING


# Taken up.


def test_what_is_nowhere_is_left_alone(tmp_path: Path) -> None:
    """Where the source is gone and the target is none that is known, nothing is deleted."""
    one = unfinished(tmp_path / "here")
    there = tmp_path / "there"
    there.mkdir()
    part = one.folder / f"file.{ID}.part"
    known = Relocation(part, identity_of(part), there / part.name)  # type: ignore[arg-type]
    (there / part.name).write_bytes(b"perhaps all there is")
    part.unlink()
    assert taken(take_up(one, known, go_on=False)) == [Step({"relocation": None})]
    assert names(there) == [part.name]


def test_an_unfinished_copy_is_dropped_and_made_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    part_on_other_disk(monkeypatch)
    one = unfinished(tmp_path / "here")
    there = tmp_path / "there"
    there.mkdir()
    part = one.folder / f"file.{ID}.part"
    known = Relocation(part, identity_of(part), there / part.name, identity_of(part))  # type: ignore[arg-type]
    (there / part.name).write_bytes(b"half of it")
    assert taken(take_up(one, known, go_on=False)) == [Step({"relocation": None})]
    assert names(there) == []
    taken(take_up(one, known, go_on=True))
    assert (names(one.folder), names(there)) == ([], [part.name])


def test_both_links_of_one_file_become_one(tmp_path: Path) -> None:
    one, there = finished(tmp_path / "here"), tmp_path / "there"
    there.mkdir()
    os.link(one.folder / "file", there / "file")
    identity = identity_of(there / "file")
    known = Relocation(one.folder / "file", identity, there / "file", identity)  # type: ignore[arg-type]
    assert taken(take_up(one, known, go_on=True))[-1].facts["folder"] == there
    assert (names(one.folder), (there / "file").read_bytes()) == ([], BODY)


def test_strangers_at_the_target_are_not_touched(tmp_path: Path) -> None:
    one, there = finished(tmp_path / "here"), tmp_path / "there"
    there.mkdir()
    (there / "file").write_bytes(b"precious")
    identity = identity_of(one.folder / "file")
    known = Relocation(one.folder / "file", identity, there / "file", identity)  # type: ignore[arg-type]
    taken(take_up(one, known, go_on=True))
    assert names(there) == ["file", "file (2)"]
    assert (there / "file").read_bytes() == b"precious"


def test_a_part_file_is_no_target_for_what_was_completed_since(tmp_path: Path) -> None:
    """Its copy was finished although the database never heard that it had arrived."""
    old, one = unfinished(tmp_path / "here"), finished(tmp_path / "there")
    part = old.folder / f"file.{ID}.part"
    known = Relocation(part, identity_of(part), one.folder / part.name, (1, 2))  # type: ignore[arg-type]
    assert taken(take_up(one, known, go_on=True)) == [Step({"relocation": None})]
    assert (names(old.folder), names(one.folder)) == ([], ["file"])


def test_a_finished_file_is_not_what_is_left_at_the_old_place(tmp_path: Path) -> None:
    one = finished(tmp_path / "here")
    source = one.folder / "file"
    known = Relocation(source, identity_of(source), tmp_path / "there" / f"file.{ID}.part", (1, 2))  # type: ignore[arg-type]
    assert taken(take_up(one, known, go_on=True)) == [Step({"relocation": None})]
    assert source.read_bytes() == BODY


def test_the_part_file_that_was_begun_at_the_new_place_stays(tmp_path: Path) -> None:
    old, one = unfinished(tmp_path / "here"), unfinished(tmp_path / "there")
    part = old.folder / f"file.{ID}.part"
    known = Relocation(part, identity_of(part), one.folder / part.name, (1, 2))  # type: ignore[arg-type]
    taken(take_up(one, known, go_on=True))
    assert names(one.folder) == [part.name]


# The calls below.


@pytest.mark.parametrize("make", [finished, unfinished])
def test_a_rename_that_fails_behind_the_rename_is_a_move(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, make: Any
) -> None:
    """The folder cannot be flushed: the file has its new name all the same."""
    one, other = make(tmp_path / "here"), tmp_path / "there"
    there = sorted(one.folder.iterdir())[0].name

    def broken(_folder: Folder) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(Folder, "flush", broken)
    facts = taken(relocate(one, other))[-1].facts
    assert (facts["folder"], facts["relocation"]) == (other, None)
    assert (names(one.folder), names(other)) == ([], [there])


def test_marks_and_times_are_copied(tmp_path: Path) -> None:
    source, target = tmp_path / "source", tmp_path / f"target.{ID}.part"
    source.write_bytes(BODY)
    source.chmod(0o640)
    os.utime(source, (1_600_000_000, 1_600_000_000))
    if hasattr(os, "setxattr"):
        os.setxattr(source, "user.xdg.origin.url", b"http://example/")
    assert copy_file(source, target, go_on) == identity_of(target)
    facts = target.stat()
    assert (target.read_bytes(), facts.st_mtime, facts.st_mode & 0o777) == (BODY, 1_600_000_000, 0o640)
    if hasattr(os, "getxattr"):
        assert os.getxattr(target, "user.xdg.origin.url") == b"http://example/"


def test_a_copy_that_is_stopped_leaves_nothing(tmp_path: Path) -> None:
    source, target = tmp_path / "source", tmp_path / "target"
    source.write_bytes(BODY)
    left = [1]

    def check() -> None:
        if not left:
            raise StoppedError
        left.pop()

    with pytest.raises(StoppedError):
        copy_file(source, target, check)
    assert names(tmp_path) == ["source"]


def test_what_belongs_to_a_file_never_takes_anothers_place(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"a")
    (tmp_path / "b").write_bytes(b"b")
    take_along(tmp_path / "a", tmp_path / "b", go_on)
    take_along(tmp_path / "missing", tmp_path / "c", go_on)
    assert names(tmp_path) == ["a", "b"]


def test_a_log_that_cannot_be_moved_is_no_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_args: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    (tmp_path / "a").write_bytes(b"a")
    monkeypatch.setattr(moving, "move_new", full)
    take_along(tmp_path / "a", tmp_path / "b", go_on)
    assert names(tmp_path) == ["a"]


def test_two_names_of_one_file_are_not_one_name(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"a")
    assert is_one_name(tmp_path / "a", tmp_path / "." / "a")
    os.link(tmp_path / "a", tmp_path / "b")
    assert not is_one_name(tmp_path / "a", tmp_path / "b")
    with pytest.raises(FileExistsError):
        move_new(tmp_path / "a", tmp_path / "b")
