"""A folder in which lists are laid down."""

import os
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import Mock

import pytest
from headrace.automation import watch_folder
from headrace.automation.automation import Automation, Trouble
from headrace.automation.watch_folder import Found, WatchFolder
from headrace.settings import Settings

from tests.support.processes import wait_until

ADDRESS = "https://example.org/a.iso"


class Watch:
    """A folder that is looked at by hand, and what was found there."""

    def __init__(self, folder: Path, target: Path) -> None:
        self.folder, self.found, self.refused = folder, list[Found](), set[str]()
        self.watcher = WatchFolder(folder, lambda: target, self.take)

    def take(self, found: Found) -> bool:
        """Note what was found."""
        self.found.append(found)
        return not found.fault and found.name not in self.refused

    def look(self) -> list[str]:
        """Look twice, as it takes to see that a list stands still, and return the names that are there then."""
        self.watcher.look()
        self.watcher.look()
        return sorted(path.name for path in self.folder.iterdir())


@pytest.fixture
def watch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Watch]:
    monkeypatch.setattr(WatchFolder, "_work", lambda _self: None)
    folder = tmp_path / "inbox"
    folder.mkdir()
    made = Watch(folder, tmp_path / "downloads")
    yield made
    made.watcher.close()


def test_a_list_is_added_and_says_so(watch: Watch, tmp_path: Path) -> None:
    (watch.folder / "a.txt").write_text(f"{ADDRESS}\nhttps://example.org/b.iso\n")
    assert watch.look() == ["a.txt.added"]
    (found,) = watch.found
    assert [(spec.address, spec.folder, spec.by_rules) for spec in found.specs] == [
        (ADDRESS, tmp_path / "downloads", True),
        ("https://example.org/b.iso", tmp_path / "downloads", True),
    ]
    (watch.folder / "a.txt").write_text(ADDRESS)
    assert watch.look() == ["a.txt (2).added", "a.txt.added"]
    assert len(watch.found) == 2


def test_what_the_list_refuses_is_not_called_added(watch: Watch) -> None:
    watch.refused = {"a.txt"}
    (watch.folder / "a.txt").write_text(ADDRESS)
    assert watch.look() == ["a.txt.refused"]


def test_a_list_that_would_take_what_is_anothers_is_told(watch: Watch) -> None:
    troubles = list[tuple[object, ...]]()
    manager = Mock(settings=Settings(watch.folder))
    manager.post = lambda task: task()
    manager.add.side_effect = ValueError("there is another with this id")
    automation = Automation(manager, lambda *why: troubles.append(why))
    assert not automation.take(Found("a.json", ()))
    assert troubles == [(Trouble.LIST, "a.json", "there is another with this id")]


def test_what_cannot_be_used_stays_and_says_so(watch: Watch) -> None:
    (watch.folder / "bad.meta4").write_text("<!DOCTYPE x [<!ENTITY a 'b'>]><metalink>&a;</metalink>")
    (watch.folder / "none.txt").write_text("nothing in here")
    (watch.folder / "up.json").write_text('{"headrace": 1, "downloads": [{"address": "file:///etc/passwd"}]}')
    assert watch.look() == ["bad.meta4.refused", "none.txt.refused", "up.json.refused"]
    assert all(found.fault and not found.specs for found in watch.found)


def test_a_list_names_no_folder_and_no_file_of_this_computer(watch: Watch, tmp_path: Path) -> None:
    row = f'{{"address": "{ADDRESS}", "folder": "/etc", "partial": "/etc/shadow"}}'
    (watch.folder / "a.json").write_text(f'{{"headrace": 1, "downloads": [{row}]}}')
    watch.look()
    (spec,) = watch.found[0].specs
    assert (spec.folder, spec.partial) == (tmp_path / "downloads", None)


def test_one_that_still_grows_is_waited_for(watch: Watch) -> None:
    path = watch.folder / "a.txt"
    path.write_text(ADDRESS[:-4])
    watch.watcher.look()
    path.write_text(ADDRESS)
    watch.watcher.look()
    assert watch.found == []
    watch.watcher.look()
    assert [spec.address for spec in watch.found[0].specs] == [ADDRESS]


def test_other_files_are_left_alone(watch: Watch) -> None:
    for name in ("a.torrent", "b.iso", ".hidden.txt", "c.txt.added"):
        (watch.folder / name).write_text(ADDRESS)
    (watch.folder / "folder.txt").mkdir()
    (watch.folder / "link.txt").symlink_to(watch.folder / "b.iso")
    os.mkfifo(watch.folder / "pipe.txt")
    before = sorted(path.name for path in watch.folder.iterdir())
    assert watch.look() == before
    assert watch.found == []


def test_one_that_cannot_be_renamed_is_added_once(watch: Watch, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError(13, "no")

    monkeypatch.setattr(watch_folder, "publish_new", refuse)
    (watch.folder / "a.txt").write_text(ADDRESS)
    assert watch.look() == ["a.txt"]
    assert watch.look() == ["a.txt"]
    assert len(watch.found) == 1


def test_a_folder_that_goes_is_told_once_and_comes_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch_folder, "PACE", 0.02)
    folder, found = tmp_path / "inbox", list[Found]()

    def take(one: Found) -> bool:
        found.append(one)
        return not one.fault

    watcher = WatchFolder(folder, lambda: tmp_path, take)
    wait_until(lambda: bool(found), "it is told that the folder is missing")
    folder.mkdir()
    (folder / "a.txt").write_text(ADDRESS)
    wait_until((folder / "a.txt.added").exists, "the list is added")
    watcher.close()
    assert [bool(each.fault) for each in found] == [True, False]
