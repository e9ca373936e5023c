"""SIGKILL at random moments of `headrace get`, again and again until the file is there; then every byte is compared."""

import random
import subprocess
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from headrace.profile import Profile
from headrace.states import DownloadState

from tests.benchmarks import ground
from tests.benchmarks.claims_check import Memory, false_claims, remembered
from tests.benchmarks.report import MIB, Bar, Report, Table, Wishes
from tests.support import seeded
from tests.support.faulty_server import FaultyServer
from tests.support.processes import end
from tests.support.replies import Request, Resource

NEEDS: Final = ()
_KILLS: Final = 100
_KILLS_PER_FILE: Final = 6
_SIZE: Final = 24 * MIB
_RATE: Final = 20_000_000
_TIMEOUT: Final = 60.0
_NEVER: Final = "never"
_MOMENTS: Final = ("anywhere", "begin", "end")
_LONGEST_WAIT: Final = {"anywhere": 1.5, "begin": 0.03, "end": 0.03}
"""Seconds, at random, from the moment to the kill."""
_NOTES: Final = [
    f"server: {_RATE // 1_000_000} MB/s; a profile of its own for each file, {_KILLS_PER_FILE} kills at most",
    "anywhere: up to 1.5 s after the start of the process; begin: up to 30 ms after the request",
    "end: up to 30 ms after the last byte was sent (flush, rename, database)",
    "false claim: a byte range the database claims after a kill that differs from the served file, checked after each",
    "sent twice: body bytes given to the system by the server beyond the file's size, whether or not they were read",
    "SIGKILL leaves the system's cache intact: this shows that order and recovery are right, not that flushes work",
]


@dataclass
class _Findings:
    """What was seen so far."""

    kills: Counter[str] = field(default_factory=Counter)
    """By moment."""
    states: Counter[str] = field(default_factory=Counter)
    """What the database said after the kill."""
    files: int = 0
    wrong: list[str] = field(default_factory=list)
    false: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    sent_twice: int = 0

    @property
    def count(self) -> int:
        """Kills so far."""
        return self.kills.total()


class _Trial:
    """One file, from the first start to the comparison of every byte."""

    def __init__(self, folder: Path, server: FaultyServer, number: int, size: int, chance: random.Random) -> None:
        self._folder, self._server, self._size, self._chance = folder / str(number), server, size, chance
        self._folder.mkdir()
        self._seed, self._path = number, f"/file{number}"
        self._address = server.add(Resource(self._path, size=size, seed=number, rate=_RATE))
        self._profile = Profile.at(self._folder / "profile")
        self._target = self._folder / "target"

    def run(self, findings: _Findings, kills: int) -> None:
        """Start and kill, `kills` times or until the file is there; then finish and compare."""
        finished = False
        for _ in range(kills):
            if not finished:
                finished = self._start(findings, self._chance.choice(_MOMENTS))
        if not finished:
            self._start(findings, _NEVER)
        if not findings.failed:
            self._compare(findings)

    def _start(self, findings: _Findings, moment: str) -> bool:
        """Run the command once, up to a kill at this moment; say whether nothing is left to do."""
        command = ground.headrace("get", "--quiet", "--profile", self._profile.folder, "--dir", self._target)
        log = self._folder / "output.log"
        with log.open("ab") as stream:
            process = subprocess.Popen([*command, self._address], stdout=stream, stderr=stream, cwd=self._folder)
            try:
                self._wait(process, moment)
                process.kill()
                process.wait()
            finally:
                end(process)
        if process.returncode < 0:
            return self._after_kill(findings, moment)
        if process.returncode:
            findings.failed.append(log.read_text(encoding="utf-8", errors="replace"))
        return True

    def _wait(self, process: subprocess.Popen[bytes], moment: str) -> None:
        """Wait for the moment, or for the end of the process if that comes first."""
        asked = len(self._requests())
        if moment == "begin":
            _poll(lambda: len(self._requests()) > asked or process.poll() is not None)
        elif moment == "end":
            _poll(lambda: any(request.complete for request in self._requests()[asked:]) or process.poll() is not None)
        with suppress(subprocess.TimeoutExpired):
            process.wait(_TIMEOUT if moment == _NEVER else self._chance.uniform(0.0, _LONGEST_WAIT[moment]))

    def _after_kill(self, findings: _Findings, moment: str) -> bool:
        memory = remembered(self._profile, self._folder / "scratch")
        findings.kills[moment] += 1
        findings.states[_described(memory)] += 1
        findings.false += false_claims(memory, self._target, self._seed)
        return memory.state is DownloadState.COMPLETED

    def _compare(self, findings: _Findings) -> None:
        """See that the file, and nothing else, is there and right."""
        names = sorted(path.name for path in self._target.glob("*"))
        if names != [self._path[1:]]:
            findings.wrong.append(f"{self._target} holds {names}")
        elif wrong := seeded.first_difference(self._target / names[0], self._seed, self._size):
            findings.wrong.append(f"{names[0]}: {wrong}")
        findings.files += 1
        findings.sent_twice += sum(request.body_sent for request in self._requests()) - self._size
        for path in self._target.glob("*"):
            path.unlink()

    def _requests(self) -> list[Request]:
        return [request for request in self._server.requests if request.path == self._path]


def measure(folder: Path, wishes: Wishes) -> Report:
    """Kill as often as asked for, over as many files as that takes."""
    findings, chance = _Findings(), random.Random(wishes.seed)
    wanted, size = wishes.kills or _KILLS, wishes.size or _SIZE
    with FaultyServer() as server:
        while findings.count < wanted and not findings.failed:
            trial = _Trial(folder, server, findings.files + 1, size, chance)
            trial.run(findings, min(_KILLS_PER_FILE, wanted - findings.count))
    return Report("kill", [*_NOTES, *_evidence(findings)], [_table(findings, size), _states(findings)], _bars(findings))


def _table(findings: _Findings, size: int) -> Table:
    head = ("", "kills", *_MOMENTS, "files", "wrong files", "false claims", "failed", "sent twice per kill, KiB")
    counts = tuple(findings.kills[moment] for moment in _MOMENTS)
    faults = (len(findings.wrong), len(findings.false), len(findings.failed))
    twice = findings.sent_twice / findings.count / 1024 if findings.count else None
    table = Table(f"files of {size / MIB:g} MiB", head)
    table.rows.append(("headrace get", findings.count, *counts, findings.files, *faults, twice))
    return table


def _states(findings: _Findings) -> Table:
    rows = [(state, count) for state, count in sorted(findings.states.items())]
    return Table("what the database said after a kill", ("", "kills"), [*rows])


def _bars(findings: _Findings) -> list[Bar]:
    return [
        Bar("wrong files", len(findings.wrong), 0),
        Bar("false claims", len(findings.false), 0),
        Bar("runs that failed", len(findings.failed), 0),
    ]


def _evidence(findings: _Findings) -> list[str]:
    return [*findings.wrong, *findings.false, *findings.failed]


def _described(memory: Memory) -> str:
    if memory.state is None:
        return "nothing yet"
    publishing = any(claims.publishing_as for claims in memory.claims)
    return f"{memory.state.name.lower()}, {'publishing' if publishing else 'claims' if memory.claimed else 'no claims'}"


def _poll(condition: Callable[[], bool]) -> None:
    """Ask every 2 ms until `condition` holds, for so long as a whole run may take."""
    deadline = time.monotonic() + _TIMEOUT
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.002)
