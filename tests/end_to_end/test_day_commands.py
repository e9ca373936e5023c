"""Queues with options, what starts regardless, and the quiet limit, from the terminal."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from headrace.profile import Profile
from headrace.settings import Settings, load_settings, save_settings

from tests.support import seeded
from tests.support.control_command import Control
from tests.support.faulty_server import FaultyServer

SIZE = 300_003
NEVER = "mon 00:00-00:01, tue 00:00-00:01"


@pytest.fixture
def control(tmp_path: Path) -> Control:
    profile = Profile.at(tmp_path / "profile")
    save_settings(Settings(tmp_path / "downloads", queues=("night",), limit=900_000), profile.settings)
    return Control(profile, tmp_path / "downloads")


@pytest.fixture
def running(control: Control) -> Iterator[subprocess.Popen[str]]:
    with control.running() as process:
        yield process


def test_a_queue_is_made_set_renamed_held_and_removed(control: Control, running: subprocess.Popen[str]) -> None:
    options = ("--limit", "500K", "--running", "2", "--hours", "22:00-06:00")
    assert control.run("queue", "late", "--add", *options).status == 0
    row = control.rows("queue", "late")[0]["queue"]
    assert (row["limit"], row["running"], row["hours"], row["held"]) == (500_000, 2, "22:00-06:00", False)
    assert control.run("queue", "late", "--rename", "dark", "--limit", "0", "--hours", "").status == 0
    row = control.rows("queue", "dark")[0]["queue"]
    assert (row["limit"], row["running"], row["hours"]) == (None, 2, "")
    assert control.rows("queue", "dark", "--hold")[0]["queue"]["waits_for"] == "person"
    assert control.run("queue").out.splitlines() == [
        "(main): 0 downloads",
        "night: 0 downloads",
        "dark: 0 downloads, waits, its queue is held, 2 at once",
    ]
    assert control.rows("queue", "dark", "--release")[0]["queue"]["held"] is False
    assert control.run("queue", "dark", "--remove").status == 0
    assert [row["queue"]["name"] for row in control.rows("queue")] == ["", "night"]
    assert load_settings(control.profile.settings).queue_options == ()


@pytest.mark.parametrize(
    ("arguments", "status", "word"),
    [
        (["gone"], 1, "there is no queue 'gone'"),
        (["--hold"], 2, "name the queue"),
        (["night", "--hours", "always"], 2, "hours are written such as"),
        (["night", "--running", "many"], 2, "give a number of downloads"),
        (["night", "--rename", " "], 2, "a queue needs a name"),
        (["night", "--hold", "--release"], 2, "not allowed with"),
    ],
)
def test_what_cannot_be_is_said(asked: Control, arguments: list[str], status: int, word: str) -> None:
    done = asked.run("queue", *arguments)
    assert done.status == status
    assert word in done.err


def test_what_waits_for_its_hours_starts_regardless_where_one_says_so(
    control: Control, running: subprocess.Popen[str], plain_server: FaultyServer, tmp_path: Path
) -> None:
    folder = tmp_path / "of the night"
    assert control.run("queue", "night", "--hours", NEVER, "--folder", str(folder)).status == 0
    address = plain_server.file(SIZE, "/a.bin")
    (row,) = control.rows("add", "--queue", "night", address)
    assert (row["folder"], row["at_once"]) == (str(folder), False)
    assert control.rows("list")[0]["state"] == "queued"
    assert "waits, out of its hours until" in control.run("queue", "night").out
    assert control.run("resume", "--now", "a.bin").status == 0
    assert control.run("wait", "a.bin").status == 0
    assert seeded.first_difference(folder / "a.bin", 1, SIZE) is None


def test_it_gets_quiet_and_loud_again(control: Control, running: subprocess.Popen[str]) -> None:
    assert control.run("quiet").out == "not quiet, 900.0 kB/s\n"
    assert control.run("quiet", "on").out == "quiet, 500.0 kB/s\n"
    assert control.rows("quiet") == [{"quiet": True, "limit": 500_000, "hours": "", "leaving_room": None}]
    assert control.run("limit").out == "500.0 kB/s\n"
    assert control.run("quiet", "off").out == "not quiet, 900.0 kB/s\n"
    control.run("quiet", "on")
    assert control.run("limit", "700K").out == "700.0 kB/s\n", "who names a limit wants it now"
    assert control.run("quiet").out.startswith("not quiet")


def test_budgets_are_listed_set_and_removed(
    control: Control, running: subprocess.Popen[str], plain_server: FaultyServer
) -> None:
    assert control.run("budget").out == "no budget\n"
    assert "0 bytes of 20.0 GB used in all networks, whole again on" in control.run("budget", "20G").out
    control.run("budget", "1M", "--per", "day", "--where", "name:Home net")
    control.run("add", plain_server.file(SIZE, "/counted.bin"))
    assert control.run("wait").status == 0
    everywhere, home = control.rows("budget")
    assert (everywhere["budget"], everywhere["period"], everywhere["counts_here"]) == (20_000_000_000, "month", True)
    assert SIZE <= everywhere["used"] < 2 * SIZE
    assert (home["where"], home["counts_here"], home["used"]) == ("name:Home net", False, 0)
    assert control.run("budget", "1K", "--per", "month").out.count("nothing is left") == 1
    control.run("budget", "--where", "everywhere", "--day", "15")
    (row,) = control.rows("budget", "--where", "everywhere")
    assert (row["day"], row["spent"]) == (15, True)
    assert "waits, the data budget is used up until" in control.run("queue", "").out
    refused = control.run("budget", "0")
    assert refused.status == 2
    assert "several budgets are meant" in refused.err
    assert control.run("budget", "5G", "--where", "moon").status == 2
    control.run("budget", "0", "--per", "month")
    assert [row["where"] for row in control.rows("budget")] == ["name:Home net"]
