"""Every benchmark runs, prints its figures and leaves nothing behind. What the figures are, is no matter here."""

import json
import os
import shlex
import subprocess
import sys
from dataclasses import astuple
from pathlib import Path
from typing import Any

import pytest
from headrace.claims import Claims
from headrace.states import DownloadState

from tests.benchmarks.claims_check import Memory, false_claims
from tests.benchmarks.limits import Held
from tests.benchmarks.report import Bar, Table, percentile, spread, tail
from tests.support import seeded
from tests.support.engine_parts import claims_on

ROOT = Path(__file__).resolve().parents[2]

WINDOWS = [
    pytest.mark.needs("Xvfb"),
    pytest.mark.needs("openbox"),
    pytest.mark.needs("xdotool"),
    pytest.mark.needs("import"),
    pytest.mark.needs("xev", "x11-utils"),
]
NGINX = [pytest.mark.needs("nginx")]


def run(folder: Path, *arguments: str) -> tuple[subprocess.CompletedProcess[str], Any]:
    """Run a benchmark with its files below `folder`; return the process and what it wrote as JSON."""
    disk = folder / "disk"
    disk.mkdir()
    result = folder / "result.json"
    command = [sys.executable, "-m", "tests.benchmarks", *arguments, "--folder", str(disk), "--json", str(result)]
    env = {name: text for name, text in os.environ.items() if name != "QT_QPA_PLATFORM"}
    done = subprocess.run(
        command, cwd=ROOT, env=env, capture_output=True, text=True, encoding="utf-8", timeout=100, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert list(disk.iterdir()) == []
    return done, json.loads(result.read_text(encoding="utf-8"))


@pytest.mark.skipif(sys.platform != "linux", reason="the benchmarks read /proc")
@pytest.mark.parametrize(
    ("arguments", "first_column"),
    [
        pytest.param(
            ["throughput", "--runs", "1", "--size", "4"],
            ["headrace get, whole", "curl, whole", "curl, then flushed", "headrace, engine only"],
            marks=[*NGINX, pytest.mark.needs("curl")],
            id="throughput",
        ),
        pytest.param(["start", "--runs", "1"], ["Headrace", "bare PySide6 window"], marks=WINDOWS, id="start"),
        pytest.param(
            ["memory", "--runs", "1", "--size", "4", "--rest", "0.5"],
            ["Headrace, empty list", "bare PySide6 window"],
            marks=[*WINDOWS, *NGINX],
            id="memory",
        ),
        pytest.param(
            ["stall", "--runs", "1", "--size", "4", "--rest", "0.5"],
            ["idle", "1 download, plain"],
            marks=[*WINDOWS, *NGINX],
            id="stall",
        ),
        pytest.param(
            ["window", "--runs", "1", "--rows", "1000", "--size", "1", "--rest", "0.5"],
            ["start to painted list", "sort by name"],
            marks=[*WINDOWS, *NGINX],
            id="window",
        ),
        pytest.param(["jobs", "--runs", "1", "--rows", "100"], ["1", "10", "100"], marks=NGINX, id="jobs"),
        pytest.param(
            ["rpc", "--runs", "1", "--rows", "20"], ["getVersion", "add 20, one by one", "tellStatus"], id="rpc"
        ),
        pytest.param(
            ["limits", "--seconds", "0.2"],
            ["0.05 MB/s, 1 download, 1 connection", "0.05 MB/s, 1 download, 4 connections"],
            marks=NGINX,
            id="limits",
        ),
        pytest.param(
            ["versions", "--runs", "1", "--size", "1", "--only", "loopback, one"],
            ["loopback, one file"],
            marks=NGINX,
            id="versions",
        ),
        pytest.param(["stop", "--runs", "2", "--pauses", "5", "--size", "4"], ["connect, http"], id="stop"),
    ],
)
def test_a_benchmark_runs(tmp_path: Path, arguments: list[str], first_column: list[str]) -> None:
    done, result = run(tmp_path, *arguments)
    (report,) = result["reports"]
    names = [row[0] for row in report["tables"][0]["rows"]]
    assert names[: len(first_column)] == first_column
    assert f"command: python -m tests.benchmarks {shlex.join(arguments)}" in done.stdout.replace("python3", "python")
    assert done.stdout.count("\nbar ") == len(report["bars"]) > 0


@pytest.mark.skipif(sys.platform != "linux", reason="the benchmarks read /proc")
@pytest.mark.needs("nginx")
@pytest.mark.needs("curl")
@pytest.mark.needs("aria2c", "aria2")
def test_peers_are_measured_and_drawn_and_one_that_fails_is_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "bin" / "wget"
    broken.parent.mkdir()
    broken.write_text("#!/bin/sh\nexit 3\n", encoding="ascii")
    broken.chmod(0o755)
    monkeypatch.setenv("PATH", f"{broken.parent}{os.pathsep}{os.environ['PATH']}")
    plots, text = tmp_path / "plots", tmp_path / "peers.txt"
    wishes = ("--runs", "1", "--size", "1", "--only", "plain, one", "--plots", str(plots), "--text", str(text))
    done, result = run(tmp_path, "peers", *wishes)
    assert text.read_text(encoding="utf-8") == done.stdout
    (report,) = result["reports"]
    (table,) = report["tables"]
    assert [row[0] for row in table["rows"]] == ["headrace -x1", "curl", "aria2c -x1"]
    assert any("wget is left out: wget ended with 3" in note for note in report["notes"])
    assert all(row[1] > 0 for row in table["rows"])
    png, svg = sorted(plots.iterdir())
    assert png.read_bytes().startswith(b"\x89PNG")
    assert "<svg" in svg.read_text(encoding="utf-8")


@pytest.mark.skipif(sys.platform != "linux", reason="the benchmarks read /proc")
@pytest.mark.needs("nginx")
@pytest.mark.needs("curl")
@pytest.mark.needs("aria2c", "aria2")
def test_the_window_is_measured_as_a_peer(tmp_path: Path) -> None:
    _, result = run(tmp_path, "peers", "--runs", "1", "--size", "1", "--only", "plain, default")
    (report,) = result["reports"]
    rows = {row[0]: row[1] for row in report["tables"][0]["rows"]}
    assert rows["headrace window"] > 0
    assert list(rows)[:2] == ["headrace", "headrace window"]


@pytest.mark.skipif(sys.platform != "linux", reason="SIGKILL, and /proc")
def test_killed_again_and_again_the_files_are_right(tmp_path: Path) -> None:
    _, result = run(tmp_path, "kill", "--kills", "3", "--size", "2")
    (report,) = result["reports"]
    assert [(bar["what"], bar["value"]) for bar in report["bars"]] == [
        ("wrong files", 0),
        ("false claims", 0),
        ("runs that failed", 0),
    ]
    assert sum(count for _, count in report["tables"][1]["rows"]) == 3


def test_statistics() -> None:
    values = [float(number) for number in range(100, 0, -1)]
    assert spread([3.0, 1.0, 2.0]) == (2.0, 1.0, 3.0)
    assert (percentile(values, 50), percentile(values, 99), percentile([7.0], 99)) == (50.0, 99.0, 7.0)
    assert tail([0.001, 0.003], 1000) == (1.0, 3.0, 3.0)


@pytest.mark.parametrize(
    ("bar", "line"),
    [
        (Bar("speed", 0.99, 1.0, at_least=True), "bar speed: 0.99 >= 1: missed"),
        (Bar("speed", 1.0, 1.0, at_least=True), "bar speed: 1 >= 1: met"),
        (Bar("delay", 12.3456, 50.0, "ms"), "bar delay: 12.3 <= 50 ms: met"),
        (Bar("wrong files", 1, 0), "bar wrong files: 1 <= 0: missed"),
    ],
)
def test_bars(bar: Bar, line: str) -> None:
    assert bar.line() == line


@pytest.mark.parametrize(
    ("writes", "found"),
    [
        ([(0.0, 125), (0.125, 125), (0.25, 125), (0.375, 125)], (1.0, 0.5, 1.0, 0.125)),
        ([(0.0, 100), (0.125, 400), (0.375, 0)], (1.0, 0.0, 2.0, 0.4)),
        ([(0.0, 50)], (0.1, 0.0, 0.2, 0.05)),
    ],
)
def test_how_a_limit_held(writes: list[tuple[float, int]], found: tuple[float, ...]) -> None:
    assert astuple(Held.of(writes, 1000, 0.5)) == pytest.approx(found)


def test_a_table_is_aligned() -> None:
    table = Table("title", ("", "MB/s"), [("one", 1234.5), ("longer", None)])
    assert table.lines() == ["title", "          MB/s", "  one     1234", "  longer     -"]


def claims_of(path: Path, **facts: Any) -> Claims:
    """Return claims on the first half of both halves of a file of 4000 bytes."""
    return claims_on(path, (0, 1000, 2000), (2000, 3000, 4000), total=4000, **facts)


@pytest.mark.parametrize(("place", "seen"), [(999, True), (1000, False), (2000, True), (3000, False)])
def test_a_false_claim_is_found(tmp_path: Path, place: int, seen: bool) -> None:
    part = tmp_path / "part"
    content = bytearray(seeded.body(1, 0, 4000))
    content[place] ^= 1
    part.write_bytes(content)
    found = false_claims(Memory(DownloadState.PAUSED, (claims_of(part),)), tmp_path, 1)
    assert bool(found) is seen


def test_claims_follow_a_file_that_is_being_published(tmp_path: Path) -> None:
    part = tmp_path / "part"
    part.write_bytes(seeded.body(1, 0, 4000))
    memory = Memory(DownloadState.PAUSED, (claims_of(part, publishing_as="final"),))
    part.rename(tmp_path / "final")
    assert false_claims(memory, tmp_path, 1) == []
    (tmp_path / "final").unlink()
    assert len(false_claims(memory, tmp_path, 1)) == 1
    assert false_claims(Memory(DownloadState.COMPLETED, memory.claims), tmp_path, 1) == []
