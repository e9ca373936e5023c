"""Watching as people meet it: by commands at a program without a window, and in a real window on a real desktop."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from headrace.profile import Profile
from headrace.settings import Settings, save_settings
from headrace.states import DownloadState

from tests.support.control_command import Control
from tests.support.flows import flow
from tests.support.nginx import Nginx
from tests.support.person import Person
from tests.support.processes import wait_until

WRITER = "import sys, pathlib; out = pathlib.Path(sys.argv[1]); out.open('a').write(' '.join(sys.argv[2:]) + chr(10))"


@pytest.fixture
def control(tmp_path: Path) -> Control:
    profile = Profile.at(tmp_path / "profile")
    told = (sys.executable, "-c", WRITER, str(tmp_path / "told"), "{event}", "{path}")
    save_settings(replace(Settings(tmp_path / "downloads"), command_finished=told), profile.settings)
    return Control(profile, tmp_path / "downloads")


@pytest.fixture
def running(control: Control) -> Iterator[subprocess.Popen[str]]:
    with control.running() as process:
        yield process


@pytest.fixture
def put(nginx: Nginx, tmp_path: Path) -> Callable[[str], str]:
    """Return what has nginx serve a text, dated later than the one before, and tells its address."""
    days = iter(range(1000))
    (nginx.root / tmp_path.name).mkdir()

    def put(content: str) -> str:
        path = nginx.root / tmp_path.name / "data.csv"
        path.write_text(content, encoding="utf-8")
        os.utime(path, (0, 1_600_000_000 + 86_400 * next(days)))
        return nginx.url(f"{tmp_path.name}/data.csv")

    return put


def test_an_address_is_watched_by_commands(
    control: Control, running: subprocess.Popen[str], put: Callable[[str], str], tmp_path: Path
) -> None:
    address = put("one")
    (row,) = control.rows("watch", "--every", "2h", "--keep", "2", address)
    assert (row["watch"]["every"], row["watch"]["keep"], row["watch"]["outcome"]) == (7200, 2, "none")
    assert control.run("wait", "--all").status == 0
    (row,) = control.rows("watch", "--now", "data.csv")
    assert (row["watch"]["outcome"], row["watch"]["changes"]) == ("same", 0)
    put("three")
    (row,) = control.rows("watch", "--now", address)
    assert (row["watch"]["outcome"], row["watch"]["changes"]) == ("new", 1)
    assert Path(row["path"]).read_text(encoding="utf-8") == "three"
    assert Path(row["path"]).name == "data.csv"
    (earlier,) = control.rows("list", *row["watch"]["versions"])
    assert Path(earlier["path"]).read_text(encoding="utf-8") == "one"
    listed = control.run("watch", "--list").out
    assert listed.startswith(row["id"][:8])
    assert "every 2h, next 20" in listed
    assert "2 kept, a new version came  data.csv" in listed
    (kept,) = control.rows("watch", "--every", "1d", row["id"])
    assert (kept["watch"]["every"], kept["watch"]["keep"]) == (86_400, 2), "what is not said stays"
    wait_until(lambda: len((tmp_path / "told").read_text().splitlines()) == 2, "both are told")
    first, second = (tmp_path / "told").read_text(encoding="utf-8").splitlines()
    path = str(control.folder / "data.csv")
    assert (first, second) == (f"finished {path}", f"new_version {path}")
    assert control.run("watch", "--stop", "data.csv").out.endswith("watched no more  data.csv\n")
    assert control.run("watch", "--list").out == ""


def test_watches_outlive_the_program(control: Control, put: Callable[[str], str]) -> None:
    address = put("one")
    with control.running():
        control.rows("watch", address)
        control.run("wait", "--all")
        control.run("watch", "--now", address)
        assert control.run("quit").status == 0
    put("three")
    with control.running():
        (row,) = control.rows("watch", "--list")
        assert row["watch"]["looks"] == 1
        (row,) = control.rows("watch", "--now", "--all")[:1]
        assert row["watch"]["outcome"] == "new"


MOMENTS: list[Callable[[set[str], int], bool]] = [
    lambda names, _: "data (2).csv" in names,
    lambda names, _: "data.csv" not in names,
    lambda names, count: len(names) > count and "data.csv" in names,
]
"""By the files that are there: a version is published, the one before has its stamped name, both have theirs."""


def test_no_version_is_lost_by_a_program_that_is_killed_while_it_names_them(
    control: Control, put: Callable[[str], str]
) -> None:
    had = {"version 0"}
    address = put("version 0")
    with control.running():
        control.rows("watch", "--keep", "all", address)
        control.run("wait", "--all")
    for number, moment in enumerate([*MOMENTS, *MOMENTS], 1):
        newest = f"version {number}"
        put(newest)
        with control.running() as process:
            kill_at(moment, control, process, address)
        assert had <= contents(control)
        with control.running():
            (row,) = control.rows("watch", "--now", address)
        assert Path(row["path"]) == control.folder / "data.csv"
        assert Path(row["path"]).read_text(encoding="utf-8") == newest
        assert had | {newest} == contents(control)
        had.add(newest)


def kill_at(
    moment: Callable[[set[str], int], bool], control: Control, process: subprocess.Popen[str], address: str
) -> None:
    """Have the address looked at, and kill the program at that moment, or once it is through."""
    count = len(contents(control))
    command = control.command("watch", "--now", "--no-start", address)
    asking = subprocess.Popen(command, env=control.env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while asking.poll() is None:
        if moment({path.name for path in control.folder.glob("*.csv")}, count):
            process.kill()
            asking.wait()
    process.kill()


def contents(control: Control) -> set[str]:
    return {path.read_text(encoding="utf-8") for path in control.folder.glob("*.csv")}


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (["--every", "59s", "https://example.org/a"], 2, "every minute"),
        (["--every", "soon", "https://example.org/a"], 2, "is not a time"),
        (["--keep", "0", "https://example.org/a"], 2, "number of versions"),
        (["--stop", "https://example.org/a"], 2, "not on the list"),
        (["nothing.csv"], 1, "no download is called"),
        ([], 2, "name downloads"),
        (["--now", "--stop", "a"], 2, "not allowed with"),
    ],
)
def test_what_cannot_be_watched_is_said(asked: Control, arguments: list[str], status: int, said: str) -> None:
    done = asked.run("watch", *arguments)
    assert done.status == status, done
    assert said in done.err
    assert json.loads(asked.run("list", "--json").out or "null") is None, "nothing is added"


@pytest.mark.window
def test_an_address_is_watched_in_the_window(person: Person, put: Callable[[str], str]) -> None:
    with flow(person, put("one")):
        person.until_state("data.csv", DownloadState.COMPLETED)
        person.offer("data.csv")
        person.press("entry", "^Watch for changes")
        person.press("button", "^Watch$")
        person.look.wait_for("row", "watched", within="Downloads")
        put("three")
        person.offer("data.csv")
        person.press("entry", "^Watch for changes")
        person.press("button", "^Look now$")
        person.look.wait_for("row", "watched: new version", within="Downloads")
        person.until(lambda: len(person.rows()) == 2, "both versions")
        (earlier,) = person.rows().keys() - {"data.csv"}
        assert earlier.startswith("data (20")
