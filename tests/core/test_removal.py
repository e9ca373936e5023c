"""Deleting what a removed download leaves, and nothing else."""

import logging
import os
from pathlib import Path

import pytest
from headrace.disk.removal import Removal, remove_files


def make(path: Path) -> tuple[int, int]:
    path.write_bytes(b"bytes")
    facts = path.stat()
    return facts.st_dev, facts.st_ino


def test_both_files_go(tmp_path: Path) -> None:
    part, finished = tmp_path / "a.part", tmp_path / "a"
    identity = make(part)
    make(finished)
    remove_files([Removal(part, identity, finished)])
    assert list(tmp_path.iterdir()) == []


def test_earlier_generations_go_too_and_links_of_their_names_stay(tmp_path: Path) -> None:
    part, older, aside, victim, link = (tmp_path / name for name in ("p", "older", "p.bad", "victim", "link"))
    for path in (older, aside, victim):
        make(path)
    link.symlink_to(victim)
    remove_files([Removal(part, make(part), others=(older, aside, link, tmp_path / "none"))])
    assert sorted(path.name for path in tmp_path.iterdir()) == ["link", "victim"]


@pytest.mark.parametrize("size", [5, 4, None])
def test_a_finished_file_of_another_size_is_not_ours_any_more(tmp_path: Path, size: int | None) -> None:
    finished = tmp_path / "a"
    make(finished)
    remove_files([Removal(finished=finished, finished_size=size)])
    assert finished.exists() == (size == 4)


def test_what_is_not_named_stays(tmp_path: Path) -> None:
    make(tmp_path / "a")
    remove_files([Removal(), Removal(tmp_path / "none.part", (1, 2), tmp_path / "none")])
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


@pytest.mark.parametrize("identity", [(0, 0), None])
def test_another_file_in_the_part_files_place_stays(tmp_path: Path, identity: tuple[int, int] | None) -> None:
    part = tmp_path / "a.part"
    make(part)
    remove_files([Removal(part, identity)])
    assert part.exists() == (identity is not None)


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
@pytest.mark.parametrize("role", ["part", "finished"])
def test_links_and_folders_stay(tmp_path: Path, role: str) -> None:
    victim, link, folder = tmp_path / "victim", tmp_path / "link", tmp_path / "folder"
    make(victim)
    link.symlink_to(victim)
    folder.mkdir()
    for path in (link, folder):
        remove_files([Removal(part=path) if role == "part" else Removal(finished=path)])
    assert victim.read_bytes() == b"bytes"
    assert link.is_symlink()
    assert folder.is_dir()


def test_one_that_cannot_be_deleted_is_logged_and_the_rest_go(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    stuck, other = tmp_path / "canary", tmp_path / "other"
    make(stuck)
    make(other)
    real = Path.unlink

    def unlink(self: Path, missing_ok: bool = False) -> None:
        if self == stuck:
            raise PermissionError(13, "Permission denied", str(self))
        real(self, missing_ok)

    monkeypatch.setattr(Path, "unlink", unlink)
    with caplog.at_level(logging.WARNING):
        remove_files([Removal(finished=stuck), Removal(finished=other)])
    assert (stuck.exists(), other.exists()) == (True, False)
    assert "Permission denied" in caplog.text
    assert "canary" not in caplog.text
