"""A `get` that is broken off: what had arrived by then is not fetched a second time by the same command."""

import signal
import sqlite3
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from headrace.checksums import Checksum
from headrace.commands.untold import Untold
from headrace.profile import Profile
from headrace.rules import Rule
from headrace.settings import Settings, save_settings
from headrace.snapshots import DownloadSnapshot
from headrace.spec import DownloadSpec
from headrace.states import DownloadState

from tests.support import faults
from tests.support.control_command import Control
from tests.support.fake_manager import make_snapshot
from tests.support.faulty_server import FaultyServer
from tests.support.processes import wait_until

ADDRESS = "https://h.example/film.mkv"
SIZE = 300_001


class Clock:
    now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def one(tmp_path: Path) -> DownloadSnapshot:
    (tmp_path / "x-film.mkv").write_bytes(b"12345")
    return make_snapshot("x-film.mkv", id="a", address=ADDRESS, folder=tmp_path, state=DownloadState.COMPLETED, total=5)


def arrived(tmp_path: Path, one: DownloadSnapshot, spec: DownloadSpec, later: float = 0.0) -> str | None:
    """Say by which download a `get` is fulfilled that comes after one that was broken off."""
    clock = Clock()
    Untold(tmp_path / "get.json", clock).note(["gone", one.id])
    clock.now += later
    (found,) = Untold(tmp_path / "get.json", clock).arrived([spec], {one.id: one}.get)
    return found


def test_what_has_arrived_is_known_again(tmp_path: Path, one: DownloadSnapshot) -> None:
    assert arrived(tmp_path, one, DownloadSpec(ADDRESS, tmp_path / "other", by_rules=True)) == "a"
    assert arrived(tmp_path, one, DownloadSpec("https://ann:pw@h.example/film.mkv", tmp_path)) == "a"
    assert arrived(tmp_path, one, DownloadSpec(ADDRESS, tmp_path, name="x-film.mkv")) == "a"
    summed = Checksum.parse("md5:" + "0" * 32)
    told = replace(one, checksum=str(summed))
    assert arrived(tmp_path, told, DownloadSpec(ADDRESS, tmp_path, checksum=summed)) == "a"


@pytest.mark.parametrize(
    ("changed", "wish"),
    [
        ({}, {"address": "https://h.example/other.mkv"}),
        ({}, {"folder": Path("/elsewhere")}),
        ({}, {"name": "mine.mkv"}),
        ({}, {"id": "0123456789abcdef"}),
        ({}, {"checksum": Checksum.parse("md5:" + "0" * 32)}),
        ({"state": DownloadState.FAILED}, {}),
        ({"total": 6}, {}),
        ({"name": "none.mkv"}, {}),
    ],
)
def test_what_is_something_else_is_fetched(
    tmp_path: Path, one: DownloadSnapshot, changed: dict[str, Any], wish: dict[str, Any]
) -> None:
    spec = replace(DownloadSpec(ADDRESS, tmp_path), **wish)
    assert arrived(tmp_path, replace(one, **changed), spec) is None


def test_it_counts_for_a_day_and_for_one_wish(tmp_path: Path, one: DownloadSnapshot) -> None:
    spec = DownloadSpec(ADDRESS, tmp_path)
    assert arrived(tmp_path, one, spec, 86_399.0) == "a"
    assert arrived(tmp_path, one, spec, 86_400.0) is None
    assert arrived(tmp_path, one, spec, -1.0) is None
    untold = Untold(tmp_path / "get.json", Clock())
    assert untold.arrived([spec, spec], {"a": one}.get) == ["a", None]
    untold.end()
    assert Untold(tmp_path / "get.json", Clock()).arrived([spec], {"a": one}.get) == [None]


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"at": "x", "ids": []}', '{"at": 1e6, "ids": [3]}', "[" * 9999])
def test_a_note_that_cannot_be_read_says_nothing(tmp_path: Path, one: DownloadSnapshot, text: str) -> None:
    (tmp_path / "get.json").write_text(text, encoding="utf-8")
    untold = Untold(tmp_path / "get.json", Clock())
    assert untold.arrived([DownloadSpec(ADDRESS, tmp_path)], {"a": one}.get) == [None]


def test_where_all_is_private_nothing_is_written(tmp_path: Path) -> None:
    Untold(tmp_path / "get.json", Clock()).note([])
    assert not (tmp_path / "get.json").exists()


def test_a_folder_that_refuses_the_note_is_no_fault(tmp_path: Path) -> None:
    (tmp_path / "get.json").mkdir()
    untold = Untold(tmp_path / "get.json", Clock())
    untold.note(["a"])
    untold.end()
    assert (tmp_path / "get.json").is_dir()


# -- the command -----------------------------------------------------------------------------------------------


@pytest.fixture
def control(tmp_path: Path) -> Control:
    profile = Profile.at(tmp_path / "profile")
    rules = (Rule(categories=("video",), folder="Videos", name="x-{name}"),)
    save_settings(Settings(tmp_path / "downloads", rules=rules), profile.settings)
    return Control(profile, tmp_path / "downloads")


def videos(control: Control) -> list[str]:
    return sorted(path.name for path in (control.folder / "Videos").iterdir())


def test_one_that_was_killed_between_the_file_and_its_last_word(control: Control, plain_server: FaultyServer) -> None:
    address = plain_server.file(SIZE, "/film.mkv")
    assert control.run("get", "-q", "--by-rules", address).status == 0
    assert not control.profile.untold.exists()
    with sqlite3.connect(control.profile.database) as database:
        ((known,),) = database.execute("SELECT id FROM downloads").fetchall()
    database.close()
    Untold(control.profile.untold).note([known])  # as it stands at the moment of the kill
    asked = len(plain_server.requests)
    assert control.run("get", "-q", "--by-rules", address).status == 0
    assert (videos(control), len(plain_server.requests)) == (["x-film.mkv"], asked)
    assert not control.profile.untold.exists()


def test_one_that_was_interrupted_with_a_file_of_two_there(control: Control, plain_server: FaultyServer) -> None:
    first, second = plain_server.file(SIZE, "/one.mkv"), plain_server.file(SIZE, "/two.mkv")
    plain_server.inject(faults.stall(SIZE // 2, times=None, when=faults.on_path("/two.mkv")))
    command = control.command("get", "-q", "--by-rules", first, second)
    with subprocess.Popen(command, stderr=subprocess.PIPE) as process:
        wait_until((control.folder / "Videos" / "x-one.mkv").exists, "the first file")
        wait_until(lambda: any("two" in name for name in videos(control)), "the second one's part")
        wait_until(control.profile.untold.exists, "the note")
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=90)
    assert process.returncode == 130
    plain_server.heal()
    assert control.run("get", "-q", "--by-rules", first, second).status == 0
    assert videos(control) == ["x-one.mkv", "x-two.mkv"]
