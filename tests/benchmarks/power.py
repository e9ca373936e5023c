"""Power cuts on a real ext4 while `headrace get` writes to it: what was promised must be there after each of them."""

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

from tests.benchmarks.kill import described
from tests.benchmarks.report import MIB, Bar, Report, Table, Wishes
from tests.benchmarks.trial import TIMEOUT, Trial, Verdicts
from tests.support.faulty_server import FaultyServer
from tests.support.loop_disk import LoopDisk, NotPermittedError, loop_disk
from tests.support.replies import Resource

NEEDS: Final = ()
_CUTS: Final = 20
_CUTS_PER_FILE: Final = 6
_DISK: Final = 256 * MIB
_SIZE: Final = 24 * MIB
_RATE: Final = 20_000_000
_AFTERWARDS: Final = 2.0
"""Seconds after the end of a command that came to its end, within which its file must survive a cut."""
_MOMENTS: Final = ("anywhere", "end", "complete")
_NOTES: Final = [
    f"profile and target on an ext4 of {_DISK // MIB} MiB on a loop device; server: {_RATE // 1_000_000} MB/s in all",
    "a cut: FS_IOC_SHUTDOWN without a flush of the log, SIGKILL, unmount, mount (which replays the journal)",
    "anywhere: up to 1.5 s after the first request; end: up to 60 ms after the server was done with every answer",
    f"complete: up to {_AFTERWARDS:g} s after the command ended with status 0; each file is cut {_CUTS_PER_FILE} times",
    "after each cut every claim is compared with the disk, and so is every file that has its final name",
    "sent again: body bytes given to the system by the server beyond the file's size, whether or not they were read",
    "not modelled: a disk that lies about its flushes, torn sectors, reordering below the filesystem",
]


@dataclass
class _Findings(Verdicts):
    """What was seen so far."""

    cuts: Counter[str] = field(default_factory=Counter)
    """By moment."""
    states: Counter[str] = field(default_factory=Counter)
    """What the database said after the cut."""
    complete_but_wrong: list[str] = field(default_factory=list)
    files: int = 0
    sent_again: int = 0

    @property
    def count(self) -> int:
        """Cuts so far."""
        return self.cuts.total()


class _CutFile:
    """One file, from the first start to the comparison of every byte."""

    def __init__(self, trial: Trial, disk: LoopDisk, chance: random.Random) -> None:
        self._trial, self._disk, self._chance = trial, disk, chance

    def run(self, findings: _Findings, cuts: int) -> None:
        """Start and cut, `cuts` times or until the file is there; then finish and compare."""
        finished = False
        for number in range(cuts):
            if not finished and not findings.failed:
                last = number == cuts - 1
                finished = self._start(findings, "complete" if last else self._chance.choice(_MOMENTS))
        if not finished and not findings.failed:
            self._trial.complete(findings)
        if not findings.failed:
            self._trial.compare(findings)
            findings.files += 1
            findings.sent_again += self._trial.sent_again

    def _start(self, findings: _Findings, moment: str) -> bool:
        """Run the command once, up to a cut at this moment; say whether nothing is left to do."""
        with self._trial.running() as process:
            self._wait(process, moment)
            status = process.poll()
            self._disk.cut_power()
            process.kill()
            process.wait()
        self._disk.restart()
        if status:  # an end behind the cut, in which every call fails, is no matter
            findings.failed.append(self._trial.said)
        return self._after_cut(findings, moment, arrived=process.returncode == 0)

    def _wait(self, process: subprocess.Popen[bytes], moment: str) -> None:
        """Wait for the moment, or for the end of the process if that comes first, and then a little."""
        asked = len(self._trial.requests)
        if moment == "anywhere":
            _poll(lambda: len(self._trial.requests) > asked or process.poll() is not None)
            _leave(process, self._chance.uniform(0.0, 1.5))
        elif moment == "end":
            _poll(lambda: self._all_answered(asked) or process.poll() is not None)
            _leave(process, self._chance.uniform(0.0, 0.06))
        else:
            _leave(process, TIMEOUT)
        if process.poll() is not None:
            time.sleep(self._chance.uniform(0.0, _AFTERWARDS))

    def _all_answered(self, asked: int) -> bool:
        new = self._trial.requests[asked:]
        return bool(new) and all(request.finished for request in new)

    def _after_cut(self, findings: _Findings, moment: str, *, arrived: bool) -> bool:
        """Judge what the disk holds. A command that had ended well promised a file, whatever the database says."""
        wrong_before = len(findings.wrong)
        memory = self._trial.judge(findings)
        findings.cuts["complete" if arrived else moment] += 1
        findings.states[described(memory)] += 1
        there = (self._trial.target / self._trial.name).exists()
        if arrived and not there:
            findings.wrong.append(f"{self._trial.folder.name}: the command had ended well, and no file is there")
        complete = arrived or memory.state is DownloadState.COMPLETED
        if complete:
            findings.complete_but_wrong += findings.wrong[wrong_before:]
        return complete


def measure(folder: Path, wishes: Wishes) -> Report:
    """Cut as often as asked for, over as many files as that takes."""
    findings, size = _Findings(), wishes.size or _SIZE
    try:
        with loop_disk(folder, _DISK) as disk:
            _cut(findings, disk, size, wishes)
    except NotPermittedError as error:
        return Report("power", [f"skipped: {error}"], [], [])
    tables = [_table(findings, size, wishes.connections), _states(findings)]
    return Report("power", [*_NOTES, *findings.evidence], tables, _bars(findings))


def _cut(findings: _Findings, disk: LoopDisk, size: int, wishes: Wishes) -> None:
    chance, wanted = random.Random(wishes.seed), wishes.cuts or _CUTS
    with FaultyServer(line_rate=_RATE) as server:
        while findings.count < wanted and not findings.failed:
            number = findings.files + 1
            resource = Resource(f"/file{number}", size=size, seed=number)
            trial = Trial(disk.folder / str(number), server, resource, wishes.connections)
            trial.log = disk.folder.parent / f"output{number}.log"  # a log on the disk would end with its power
            _CutFile(trial, disk, chance).run(findings, min(_CUTS_PER_FILE, wanted - findings.count))


def _table(findings: _Findings, size: int, connections: int | None) -> Table:
    head = (
        "",
        "cuts",
        *_MOMENTS,
        "files",
        "wrong",
        "complete but wrong",
        "false claims",
        "failed",
        "sent again/cut, MiB",
    )
    moments = tuple(findings.cuts[moment] for moment in _MOMENTS)
    wrong, false, failed = findings.counts
    again = findings.sent_again / findings.count / MIB if findings.count else None
    table = Table(f"files of {size / MIB:g} MiB, connections: {connections or 'as set by default'}", head)
    counts = (wrong, len(findings.complete_but_wrong), false, failed)
    table.rows.append(("headrace get", findings.count, *moments, findings.files, *counts, again))
    return table


def _states(findings: _Findings) -> Table:
    rows = [(state, count) for state, count in sorted(findings.states.items())]
    return Table("what the database said after a cut", ("", "cuts"), [*rows])


def _bars(findings: _Findings) -> list[Bar]:
    wrong, false, failed = findings.counts
    return [
        Bar("wrong files", wrong, 0),
        Bar("complete but wrong", len(findings.complete_but_wrong), 0),
        Bar("false claims", false, 0),
        Bar("runs that failed", failed, 0),
    ]


def _leave(process: subprocess.Popen[bytes], seconds: float) -> None:
    """Leave the process alone for so long, or until it ends."""
    with suppress(subprocess.TimeoutExpired):
        process.wait(seconds)


def _poll(condition: Callable[[], bool]) -> None:
    """Ask every 2 ms until `condition` holds, for so long as a whole run may take."""
    deadline = time.monotonic() + TIMEOUT
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.002)
