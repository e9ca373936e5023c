"""A folder held open while names in it change."""

import errno
import os
from pathlib import Path

import pytest
from headrace.disk.folder import Folder

POSIX = pytest.mark.skipif(os.name == "nt", reason="Windows reaches names by path")


@pytest.fixture
def place(tmp_path: Path) -> Path:
    made = tmp_path / "folder"
    made.mkdir()
    (made / "name").write_bytes(b"content")
    return made


def test_names_are_made_moved_and_removed(place: Path) -> None:
    with Folder(place) as folder:
        descriptor = folder.open("new", os.O_RDWR | os.O_CREAT | os.O_EXCL)
        os.close(descriptor)
        assert folder.lstat("name").st_size == 7
        folder.replace("name", "new")
        folder.rename("new", "newest")
        folder.flush()
        assert folder.device() == place.stat().st_dev
    assert [path.name for path in place.iterdir()] == ["newest"]
    with Folder(place) as folder:
        folder.unlink("newest")
    assert not list(place.iterdir())


@POSIX
def test_d15_a_link_put_into_the_path_meanwhile_leads_nowhere_else(place: Path, tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.mkdir()
    (victim / "name").write_bytes(b"precious")
    with Folder(place) as folder:
        place.rename(tmp_path / "away")
        place.symlink_to(victim, target_is_directory=True)
        os.close(folder.open("new", os.O_RDWR | os.O_CREAT | os.O_EXCL))
        folder.replace("name", "moved")
        folder.link("moved", "second")
        folder.unlink("moved")
    assert [(path.name, path.read_bytes()) for path in victim.iterdir()] == [("name", b"precious")]
    assert sorted(path.name for path in (tmp_path / "away").iterdir()) == ["new", "second"]


@POSIX
@pytest.mark.parametrize(("number", "raises"), [(errno.EINVAL, False), (errno.ENOTSUP, False), (errno.EIO, True)])
def test_d18_a_system_that_cannot_flush_folders_is_forgiven(
    place: Path, monkeypatch: pytest.MonkeyPatch, number: int, raises: bool
) -> None:
    def fsync(_descriptor: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", fsync)
    with Folder(place) as folder:
        if raises:
            with pytest.raises(OSError, match=os.strerror(number)):
                folder.flush()
        else:
            folder.flush()


@POSIX
@pytest.mark.parametrize("name", ["none", "folder/name"])
def test_what_is_no_folder_is_not_opened(tmp_path: Path, place: Path, name: str) -> None:
    with pytest.raises((FileNotFoundError, NotADirectoryError)):
        Folder(tmp_path / name)
