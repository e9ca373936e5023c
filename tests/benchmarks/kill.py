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

from headrace.states import DownloadState

from tests.benchmarks.claims_check import Memory
from tests.benchmarks.report import MIB, Bar, Report, Table, Wishes
from tests.benchmarks.trial import TIMEOUT, Trial, Verdicts
from tests.support.faulty_server import FaultyServer
from tests.support.replies import Resource

NEEDS: Final = ()
_KILLS: Final = 100
_KILLS_PER_FILE: Final = 6
_SIZE: Final = 24 * MIB
_RATE: Final = 20_000_000
_MOMENTS: Final = ("anywhere", "begin", "end")
_LONGEST_WAIT: Final = {"anywhere": 1.5, "begin": 0.03, "end": 0.03}
"""Seconds, at random, from the moment to the kill."""
_NOTES: Final = [
    f"server: {_RATE // 1_000_000} MB/s for all connections together; a profile of its own for each file",
    f"each file is killed {_KILLS_PER_FILE} times at most; --connections N is the option -x of `headrace get`",
    "anywhere: up to 1.5 s after the start of the process; begin: up to 30 ms after the request",
    "end: up to 30 ms after the server was done with every answer (flush, rename, database)",
    "false claim: a byte range the database claims after a kill that differs from the served file, checked after each",
    "sent twice: body bytes given to the system by the server beyond the file's size, whether or not they were read",
    "SIGKILL leaves the system's cache intact: this shows that order and recovery are right, not that flushes work",
]


@dataclass
class _Findings(Verdicts):
    """What was seen so far."""

    kills: Counter[str] = field(default_factory=Counter)
    """By moment."""
    states: Counter[str] = field(default_factory=Counter)
    """What the database said after the kill."""
    files: int = 0
    sent_twice: int = 0

    @property
    def count(self) -> int:
        """Kills so far."""
        return self.kills.total()


class _KilledFile:
    """One file, from the first start to the comparison of every byte."""

    def __init__(self, trial: Trial, chance: random.Random) -> None:
        self._trial, self._chance = trial, chance

    def run(self, findings: _Findings, kills: int) -> None:
        """Start and kill, `kills` times or until the file is there; then finish and compare."""
        finished = False
        for _ in range(kills):
            finished = finished or self._start(findings, self._chance.choice(_MOMENTS))
        if not finished:
            self._trial.complete(findings)
        if not findings.failed:
            self._trial.compare(findings)
            findings.files += 1
            findings.sent_twice += self._trial.sent_again

    def _start(self, findings: _Findings, moment: str) -> bool:
        """Run the command once, up to a kill at this moment; say whether nothing is left to do."""
        with self._trial.running() as process:
            self._wait(process, moment)
            process.kill()
            process.wait()
        if process.returncode < 0:
            return self._after_kill(findings, moment)
        if process.returncode:
            findings.failed.append(self._trial.said)
        return True

    def _wait(self, process: subprocess.Popen[bytes], moment: str) -> None:
        """Wait for the moment, or for the end of the process if that comes first."""
        asked = len(self._trial.requests)
        if moment == "begin":
            _poll(lambda: len(self._trial.requests) > asked or process.poll() is not None)
        elif moment == "end":
            _poll(lambda: self._all_answered(asked) or process.poll() is not None)
        with suppress(subprocess.TimeoutExpired):
            process.wait(self._chance.uniform(0.0, _LONGEST_WAIT[moment]))

    def _all_answered(self, asked: int) -> bool:
        new = self._trial.requests[asked:]
        return bool(new) and all(request.finished for request in new)

    def _after_kill(self, findings: _Findings, moment: str) -> bool:
        memory = self._trial.judge(findings)
        findings.kills[moment] += 1
        findings.states[described(memory)] += 1
        return memory.state is DownloadState.COMPLETED


def measure(folder: Path, wishes: Wishes) -> Report:
    """Kill as often as asked for, over as many files as that takes."""
    findings, chance = _Findings(), random.Random(wishes.seed)
    wanted, size = wishes.kills or _KILLS, wishes.size or _SIZE
    with FaultyServer(line_rate=_RATE) as server:
        while findings.count < wanted and not findings.failed:
            number = findings.files + 1
            resource = Resource(f"/file{number}", size=size, seed=number)
            trial = Trial(folder / str(number), server, resource, wishes.connections)
            _KilledFile(trial, chance).run(findings, min(_KILLS_PER_FILE, wanted - findings.count))
    tables = [_table(findings, size, wishes.connections), _states(findings)]
    return Report("kill", [*_NOTES, *findings.evidence], tables, bars(findings))


def _table(findings: _Findings, size: int, connections: int | None) -> Table:
    head = ("", "kills", *_MOMENTS, "files", "wrong files", "false claims", "failed", "sent twice per kill, KiB")
    counts = tuple(findings.kills[moment] for moment in _MOMENTS)
    twice = findings.sent_twice / findings.count / 1024 if findings.count else None
    table = Table(f"files of {size / MIB:g} MiB, connections: {connections or 'as set by default'}", head)
    table.rows.append(("headrace get", findings.count, *counts, findings.files, *findings.counts, twice))
    return table


def _states(findings: _Findings) -> Table:
    rows = [(state, count) for state, count in sorted(findings.states.items())]
    return Table("what the database said after a kill", ("", "kills"), [*rows])


def bars(verdicts: Verdicts) -> list[Bar]:
    """Return the bars every proof by force is held against."""
    words = ("wrong files", "false claims", "runs that failed")
    return [Bar(what, count, 0) for what, count in zip(words, verdicts.counts, strict=True)]


def described(memory: Memory) -> str:
    """Say what the database knew of its download."""
    if memory.state is None:
        return "nothing yet"
    publishing = any(claims.publishing_as for claims in memory.claims)
    return f"{memory.state.name.lower()}, {'publishing' if publishing else 'claims' if memory.claimed else 'no claims'}"


def _poll(condition: Callable[[], bool]) -> None:
    """Ask every 2 ms until `condition` holds, for so long as a whole run may take."""
    deadline = time.monotonic() + TIMEOUT
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.002)
