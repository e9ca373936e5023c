"""Rules from the command line: printed, tried, obeyed by `add` and `get`, and applied to what is there."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from headrace.category_entries import CategoryEntry
from headrace.profile import Profile
from headrace.rules import Rule
from headrace.settings import Settings, save_settings

from tests.support import seeded
from tests.support.control_command import Control
from tests.support.faulty_server import FaultyServer
from tests.support.processes import wait_until
from tests.support.replies import Resource

SIZE = 100_003
RULES = (
    Rule("Films", categories=("video",), folder="Videos/{host}", name="{year}-{name}", queue="night"),
    Rule("Large", least=1_000_000_000, folder="Large", enabled=False),
)


@pytest.fixture
def control(tmp_path: Path) -> Control:
    profile = Profile.at(tmp_path / "profile")
    save_settings(Settings(tmp_path / "downloads", queues=("night",), rules=RULES), profile.settings)
    return Control(profile, tmp_path / "downloads")


@pytest.fixture
def running(control: Control) -> Iterator[subprocess.Popen[str]]:
    with control.running() as process:
        yield process


def unnamed(server: FaultyServer) -> str:
    return server.add(Resource("/get", size=SIZE, disposition='attachment; filename="film.mkv"'))


def test_rules_are_printed_and_tried(control: Control, running: subprocess.Popen[str]) -> None:
    assert control.run("rules").out.splitlines() == [
        "1  Films  categories=video  folder=Videos/{host}  name={year}-{name}  queue=night",
        "2  Large  (off)  least=1000000000  folder=Large",
    ]
    told = control.run("rules", "http://ann:pw@h.example/film.mkv?key=1", "http://h.example/a.txt")
    first, second = told.out.splitlines()
    assert first.startswith(f"{control.folder}/Videos/h.example/2")
    assert first.endswith("-film.mkv  (rule 1 Films)  queue night")
    assert second == f"{control.folder}/a.txt  (no rule)"
    (tried,) = control.run("rules", "--json", "-o", "clip.webm", "--size", "5M", "http://ann:pw@h.example/x").objects
    found = tried["placed"]
    assert (found["rules"], found["folder"]) == ([1], str(control.folder / "Videos" / "h.example"))
    assert found["name"].endswith("-clip.webm")
    assert "pw" not in found["address"]
    assert control.run("rules", "nonsense").status == 2


def test_what_is_added_without_a_folder_goes_by_the_rules(
    control: Control, running: subprocess.Popen[str], plain_server: FaultyServer, tmp_path: Path
) -> None:
    (row,) = control.rows("add", "--wait", unnamed(plain_server))[-1:]
    path = Path(row["path"])
    assert (path.parent, row["queue"]) == (control.folder / "Videos" / "127.0.0.1", "night")
    assert path.name.endswith("-film.mkv")
    assert seeded.first_difference(path, 1, SIZE) is None
    (given,) = control.rows("add", "--wait", "-d", str(tmp_path / "mine"), unnamed(plain_server))[-1:]
    assert (given["path"], given["queue"]) == (str(tmp_path / "mine" / "film.mkv"), "")


def test_what_is_there_is_sorted(
    control: Control, running: subprocess.Popen[str], plain_server: FaultyServer, tmp_path: Path
) -> None:
    control.run("add", "--wait", "-d", str(tmp_path / "mine"), unnamed(plain_server))
    target = control.folder / "Videos" / "127.0.0.1"
    line = f"film.mkv  {tmp_path / 'mine'} -> {target}"
    assert control.run("sort", "--dry-run", "--all").out.splitlines() == [line]
    assert (tmp_path / "mine" / "film.mkv").exists()
    assert control.run("sort", "film.mkv").out.splitlines() == [line]
    wait_until((target / "film.mkv").exists, "the file")
    assert seeded.first_difference(target / "film.mkv", 1, SIZE) is None
    wait_until(lambda: control.run("sort", "--dry-run", "--all").out == "", "the list")
    assert control.run("sort").status == 2


def test_get_goes_by_the_rules_where_it_is_told_to(
    control: Control, plain_server: FaultyServer, tmp_path: Path
) -> None:
    address, usual = unnamed(plain_server), tmp_path / "here"
    assert control.run("get", "-q", "-d", str(usual), address).status == 0
    assert [path.name for path in usual.iterdir()] == ["film.mkv"]
    assert control.run("get", "-q", "--by-rules", address).status == 0
    (path,) = (control.folder / "Videos" / "127.0.0.1").iterdir()
    assert path.name.endswith("-film.mkv")
    assert control.run("get", "--by-rules", "-d", str(usual), address).status == 2


def test_own_categories_and_expressions_from_the_command_line(control: Control, plain_server: FaultyServer) -> None:
    books = CategoryEntry("books", "E-Books", endings=("epub",), folder="Books")
    series = Rule("Series", name_match=r"^(?P<show>.+)\.S(\d+)E", folder="Series/{show}/{2}", name="{counter:2}-{name}")
    settings = Settings(control.folder, categories=(books,), rules=(series,))
    save_settings(settings, control.profile.settings)
    path = plain_server.add(Resource("/get", size=SIZE, disposition='attachment; filename="Dark.S02E01.mkv"'))
    assert control.run("get", "-q", "--by-rules", path).status == 0
    assert (control.folder / "Series" / "Dark" / "02" / "01-Dark.S02E01.mkv").stat().st_size == SIZE
    with control.running():
        other = plain_server.add(Resource("/b", size=SIZE, disposition='attachment; filename="b.epub"'))
        (row,) = control.rows("add", "--wait", other)[-1:]
        assert (row["path"], row["category"]) == (str(control.folder / "Books" / "b.epub"), "books")
        (row,) = control.rows("add", "--paused", "--category", "e-books", "http://h.example/c.iso")
        assert row["category"] == "books"
        listed = {one["name"] for one in control.rows("list", "--category", "books")}
        assert listed == {"b.epub", "c.iso"}
        assert {one["name"] for one in control.rows("list", "--category", "video")} == {"01-Dark.S02E01.mkv"}
        refused = control.run("list", "--category", "films")
        assert (refused.status, "category must be one of video, music" in refused.err) == (2, True)
        assert control.run("add", "--category", "films", "http://h.example/d").status == 2
