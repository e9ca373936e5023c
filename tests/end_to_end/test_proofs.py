"""The proofs in their short form: kills, faults at single system calls, power cuts, and the rivals side by side."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from headrace.claims import Claims, SegmentClaim

from tests.benchmarks.claims_check import claimed_spans
from tests.benchmarks.point_runs import Disturbed, Phase, deliver, killed_at_creation, trial_in
from tests.benchmarks.points import named
from tests.benchmarks.rival_cases import CASES
from tests.benchmarks.trial import Verdicts
from tests.conftest import ServerFactory
from tests.end_to_end.test_benchmarks import run
from tests.support import seeded
from tests.support.faulty_server import FaultyServer
from tests.support.loop_disk import NotPermittedError, loop_disk
from tests.support.replies import Resource
from tests.support.traced import why_not

linux = pytest.mark.skipif(sys.platform != "linux", reason="SIGKILL, strace, loop devices")


def report_of(folder: Path, *arguments: str) -> Any:
    """Run a proof; skip where the system does not permit it, else see that every bar is met."""
    _, result = run(folder, *arguments)
    (report,) = result["reports"]
    skipped = next((note for note in report["notes"] if note.startswith("skipped: ")), None)
    if skipped:
        pytest.skip(skipped.removeprefix("skipped: "))
    assert [bar for bar in report["bars"] if not bar["met"]] == [], report["notes"]
    assert report["bars"]
    return report


@pytest.mark.case("C01")
@linux
def test_killed_twenty_times_with_eight_connections(tmp_path: Path) -> None:
    report = report_of(tmp_path, "kill", "--kills", "20", "--size", "8", "--connections", "8")
    assert report["tables"][0]["title"] == "files of 8 MiB, connections: 8"
    assert report["tables"][0]["rows"][0][1] == 20


@pytest.mark.case("C02", "C05")
@linux
@pytest.mark.case("U16")
def test_u16_random_faults_and_a_restless_user_for_a_moment(tmp_path: Path) -> None:
    _, result = run(tmp_path, "soak", "--seconds", "2")
    (report,) = result["reports"]
    right = [bar for bar in report["bars"] if bar["bound"] == 0]
    assert [(bar["what"], bar["value"]) for bar in right] == [
        ("wrong files", 0),
        ("false claims", 0),
        ("files that did not arrive", 0),
    ], report["notes"]


@linux
@pytest.mark.needs("strace")
def test_disturbed_at_single_system_calls(tmp_path: Path) -> None:
    report = report_of(tmp_path, "points", "--runs", "4")
    kills, errors = report["tables"]
    assert kills["rows"][-1][-1] > 0
    assert sum(row[1] for row in errors["rows"]) > 0


@pytest.mark.case("C06")
@linux
@pytest.mark.needs("strace")
def test_killed_at_the_creation_of_its_file_it_leaves_no_orphan(tmp_path: Path, faulty_server: ServerFactory) -> None:
    if reason := why_not(tmp_path):
        pytest.skip(reason)
    trial = trial_in(tmp_path / "trial", faulty_server(line_rate=20_000_000), Resource("/file", size=2 << 20), None)
    verdicts = Verdicts()
    killed_at_creation(trial)
    trial.judge(verdicts)
    trial.complete(verdicts)
    trial.compare(verdicts)
    assert verdicts.evidence == []


@pytest.mark.case("C03", "C04")
@linux
def test_the_power_is_cut(tmp_path: Path) -> None:
    report = report_of(tmp_path, "power", "--cuts", "3", "--size", "8")
    assert report["tables"][0]["rows"][0][1] == 3


@linux
@pytest.mark.needs("curl")
def test_the_rivals_side_by_side(tmp_path: Path) -> None:
    report = report_of(tmp_path, "rivals", "--runs", "3")
    (table,) = report["tables"]
    assert [row[0] for row in table["rows"][:-1]] == [case.name for case in CASES[:3]]
    curl, headrace = (table["head"].index(name) for name in ("curl -C -", "headrace get"))
    assert {row[headrace] for row in table["rows"][:-1]} == {"right file"}
    assert table["rows"][0][curl] == "WRONG BYTES, EXIT 0"  # that the fault is one


# The proofs' own parts.


def test_every_claimed_stretch_is_compared() -> None:
    segments = (SegmentClaim(0, 10, 50), SegmentClaim(50, 50, 90), SegmentClaim(90, 95, None))
    claims = Claims("part", 1, 2, None, None, segments)
    assert [span for span in claimed_spans(claims) if span[0] < span[1]] == [(0, 10), (90, 95)]


@pytest.mark.parametrize(
    ("status", "said", "reason"),
    [
        (1, '{"event": "added"}\n{"event": "failed", "reason": "disk_full"}\n', "disk_full"),
        (1, '{"event": "failed", "reason": "internal"}\n', None),
        (1, "headrace: the profile cannot be used: no space left on device\n", "refused to start"),
        (1, "Traceback (most recent call last):\nheadrace: so\n", None),
        (1, "", None),
        (-11, "headrace: so\n", None),
        (None, '{"event": "failed", "reason": "disk_full"}\n', None),
    ],
)
def test_a_failure_has_a_name(status: int | None, said: str, reason: str | None) -> None:
    assert named(Disturbed(status, [], [], said)) == reason


def test_a_write_that_was_cut_short_is_delivered(tmp_path: Path, plain_server: FaultyServer) -> None:
    trial = trial_in(tmp_path / "trial", plain_server, Resource("/file", size=4000), None)
    trial.target.mkdir()
    part, content = trial.target / "part", bytearray(seeded.body(1, 0, 4000))
    content[500:1500] = bytes(1000)
    part.write_bytes(content)
    deliver(trial, [f'pwrite64(9<{part}>, ""..., 2000, 500) = 1000 (INJECTED)', "fdatasync(9</x>) = 0"])
    part.rename(trial.target / "file")
    verdicts = Verdicts()
    trial.compare(verdicts)
    assert verdicts.evidence == []


@pytest.mark.parametrize("names", [["file", "file.part"], ["other"], []])
def test_a_leftover_is_seen(tmp_path: Path, plain_server: FaultyServer, names: list[str]) -> None:
    trial = trial_in(tmp_path / "trial", plain_server, Resource("/file", size=40), None)
    trial.target.mkdir()
    for name in names:
        (trial.target / name).write_bytes(seeded.body(1, 0, 40))
    verdicts = Verdicts()
    trial.compare(verdicts)
    assert len(verdicts.wrong) == 1


def test_phases_have_names_of_their_own() -> None:
    phases = [Phase(4096), Phase(4096, from_start=True), Phase(1 << 20), Phase(1 << 20, resumed=True)]
    assert len({phase.name for phase in phases}) == 4


@linux
def test_a_cut_loses_what_was_not_flushed_and_keeps_what_was(tmp_path: Path) -> None:
    try:
        with loop_disk(tmp_path, 32 << 20) as disk:
            with (disk.folder / "flushed").open("wb") as stream:
                stream.write(b"kept")
                stream.flush()
                subprocess.run(["sync"], check=True)
            (disk.folder / "not flushed").write_bytes(b"lost")
            disk.cut_power()
            with pytest.raises(OSError, match="Input/output"):
                (disk.folder / "third").write_bytes(b"refused")
            disk.restart()
            assert {path.name for path in disk.folder.iterdir()} == {"flushed", "lost+found"}
            assert (disk.folder / "flushed").read_bytes() == b"kept"
    except NotPermittedError as error:
        pytest.skip(str(error))
    assert list(tmp_path.iterdir()) == []
