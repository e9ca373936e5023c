"""The history by commands, of a program of its own."""

import csv
import json
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from headrace.profile import Profile
from headrace.settings import Settings, save_settings

from tests.support.control_command import Control
from tests.support.faulty_server import FaultyServer
from tests.support.processes import wait_until

SIZE = 300_003


@pytest.fixture
def control(tmp_path: Path, plain_server: FaultyServer) -> Iterator[Control]:
    """Run a program that fetched two files, one of which is off the list again, and failed at a third."""
    profile = Profile.at(tmp_path / "profile")
    save_settings(Settings(tmp_path / "downloads", tries=1), profile.settings)
    control = Control(profile, tmp_path / "downloads")
    with control.running():
        first, _, _ = control.rows(
            "add",
            plain_server.file(SIZE, "/first.iso") + "?token=hush",
            plain_server.file(SIZE, "/second.zip"),
            plain_server.url("/missing.txt"),
        )
        control.run("wait")
        control.run("remove", first["id"])
        wait_until(lambda: len(control.run("history").out.splitlines()) == 3, "all three are remembered")
        yield control


def entries(control: Control, *arguments: str) -> list[dict[str, Any]]:
    return control.rows("history", *arguments)


def names(control: Control, *arguments: str) -> list[str]:
    return sorted(one["name"] for one in entries(control, *arguments))


def test_what_ended_is_printed_found_summed_and_forgotten(
    control: Control, plain_server: FaultyServer, tmp_path: Path
) -> None:
    host = f"127.0.0.1:{plain_server.port}"
    first = next(one for one in entries(control) if one["name"] == "first.iso")
    assert first["address"] == f"http://{host}/first.iso?token=***"
    assert (first["outcome"], first["size"], first["host"]) == ("finished", SIZE, host)
    assert names(control, "first") == ["first.iso"]
    assert names(control, "--outcome", "failed") == ["missing.txt"]
    assert len(names(control, "--host", host, "-n", "2")) == 2
    assert names(control, "--since", "7d", "iso") == ["first.iso"]
    assert names(control, "--until", "30d") == []
    text = control.run("history", "missing").out
    assert "failed" in text
    assert "no such file" in text
    _sums(control, host)
    _files(control, tmp_path)
    assert control.run("history", "--clear").status == 2
    assert control.run("history", "--clear", "second").out == "1 forgotten\n"
    assert names(control) == ["first.iso", "missing.txt"]
    assert control.run("history", "--clear", "--all").out == "2 forgotten\n"
    assert control.run("history").out == ""
    assert len(control.rows("list")) == 2  # the list stays, and so do the files
    assert (control.folder / "second.zip").stat().st_size == SIZE


def _sums(control: Control, host: str) -> None:
    *days, total = control.rows("history", "--figures", "day")
    assert {date.fromisoformat(day["key"]) for day in days} <= {date.today() - timedelta(days=n) for n in (0, 1)}  # noqa: DTZ011 - local days
    assert sum(day["files"] for day in days) == total["total"]["files"] == 2
    assert 2 * SIZE <= sum(day["came"] for day in days) < 2 * SIZE + 5_000
    (one, total) = control.rows("history", "--figures", "host")
    assert (one["key"], one["files"], one["received"]) == (host, 2, total["total"]["received"])
    assert "in all" in control.run("history", "--figures", "month").out


def _files(control: Control, tmp_path: Path) -> None:
    table, listed = tmp_path / "out.csv", tmp_path / "out.json"
    for path in (table, listed):
        assert control.run("history", "-o", str(path)).status == 0
    with table.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert sorted(row["name"] for row in rows) == ["first.iso", "missing.txt", "second.zip"]
    assert len(json.loads(listed.read_text())) == 3
    before = table.read_bytes()
    assert control.run("history", "-o", str(table)).status == 1
    assert table.read_bytes() == before


@pytest.mark.parametrize(
    "arguments",
    [
        ("--since", "yesterday"),
        ("--figures", "year"),
        ("--outcome", "lost"),
        ("-n", "x"),
        ("--clear", "--figures", "day"),
    ],
    ids=str,
)
def test_slips_are_told(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    control = Control(Profile.at(tmp_path / "profile"), tmp_path)
    done = control.run("history", "--no-start", *arguments)
    assert done.status == 2
    assert "--help" in done.err
