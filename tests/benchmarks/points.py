"""SIGKILL, and errors of the disk, at the k-th call of each kind that writes; then the same command brings the file.

The catalogue's C02, and D02 to D07 as far as one call can show them.
"""

import json
import random
import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Final

from headrace.states import DownloadState

from tests.benchmarks.kill import bars
from tests.benchmarks.point_runs import (
    Disturbed,
    Phase,
    Place,
    deliver,
    disturbed,
    killed_at_creation,
    survey,
    trial_in,
)
from tests.benchmarks.report import MIB, Report, Table, Wishes
from tests.benchmarks.trial import Trial, Verdicts
from tests.support.faulty_server import FaultyServer
from tests.support.replies import Resource
from tests.support.traced import Injection, why_not

NEEDS: Final = ()
_SIZE: Final = 6 * MIB
_RATE: Final = 20_000_000
_FIRST: Final = 30
"""Calls of a kind of which every one is a point; of the further ones a sample is."""
_GROUPS: Final = (
    "pwrite64",
    "fdatasync",
    "fsync",
    "rename,renameat,renameat2,link,linkat",
    "ftruncate,fallocate",
    "unlink,unlinkat",
    "write",
)
_ERRORS: Final = (
    *((error, "pwrite64", f"error={error}") for error in ("ENOSPC", "EIO", "EDQUOT", "EROFS", "EFBIG")),
    ("EIO of fdatasync", "fdatasync", "error=EIO"),
)
_SHORT: Final = ("short write", "pwrite64", "retval=1000")
_FEW: Final = 10
"""As _FIRST, for each error."""
_NOTES: Final = [
    "a point: the k-th call of one kind, counted by strace for each thread and each system call by itself",
    "from the start: caught before the command does anything, k counts in all threads, the first to reach it is hit",
    "from the answer: caught before the first answer, one thread traced at a time, so that each gets its own k",
    f"every k from 1 until a run is no longer hit; beyond {_FIRST} ({_FEW} for errors) a seeded sample of them",
    "after a point: claims against the disk, then the same command undisturbed, then the folder byte by byte",
    "short write: strace reports 1000 bytes and writes none; they are put there afterwards, as the call had said",
    "named: a reason of the download's own, or one sentence of the command; anything else counts as failed",
]


@dataclass
class _Findings(Verdicts):
    """What was seen so far."""

    places: dict[tuple[str, str], list[tuple[Place, int]]] = field(default_factory=dict)
    """Kills by phase and kind of call: the place and how many points of it were hit."""
    runs: Counter[str] = field(default_factory=Counter)
    """Errors that hit, by kind."""
    ends: Counter[tuple[str, str]] = field(default_factory=Counter)
    """How the runs with an error ended, by kind and end."""


class _Bench:
    """Makes a trial for each point and judges it."""

    def __init__(self, folder: Path, server: FaultyServer, wishes: Wishes) -> None:
        self._folder, self._server, self._wishes = folder, server, wishes
        self._numbers = count(1)
        self.chance = random.Random(wishes.seed)
        self.findings = _Findings()

    def places(self, phases: list[Phase]) -> list[Place]:
        """See what there is to hit."""
        found: list[Place] = []
        for phase in phases:
            trial = self._trial(phase)
            found += survey(trial, phase, _GROUPS)
            self._finish(trial)
        return found

    def kill(self, place: Place, k: int) -> bool:
        """Kill at the k-th call; say whether it came to that."""
        trial = self._trial(place.phase)
        done = disturbed(trial, place.phase, Injection(place.calls, "signal=KILL", str(k)), place.thread)
        if done.hit:
            memory = trial.judge(self.findings)
            if memory.state is not DownloadState.COMPLETED:
                trial.complete(self.findings)
        elif done.status != 0:
            self._failed(place, k, done)
        self._finish(trial)
        return done.hit

    def create(self, phase: Phase) -> None:
        """Kill when the part file is there and the database has been too slow to know of it (C06)."""
        trial = self._trial(phase)
        killed_at_creation(trial)
        trial.judge(self.findings)
        trial.complete(self.findings)
        self._finish(trial)

    def error(self, place: Place, kind: str, what: str, when: str) -> bool:
        """Let calls fail; say whether it came to that."""
        trial = self._trial(place.phase)
        done = disturbed(trial, place.phase, Injection(place.calls, what, when), place.thread)
        deliver(trial, done.lines)
        end = "arrived" if done.status == 0 else named(done)
        if done.hit:
            self.findings.runs[kind] += 1
            self.findings.ends[kind, end or "NOT NAMED"] += 1
        if end is None:
            self._failed(place, when, done)
        if done.status != 0:
            memory = trial.judge(self.findings)
            if memory.state is not DownloadState.COMPLETED:
                trial.complete(self.findings)
        self._finish(trial)
        return done.hit

    def _failed(self, place: Place, when: str | int, done: Disturbed) -> None:
        what = f"{place.phase.name}, thread {place.thread}, {place.calls} {when}"
        self.findings.failed.append(f"{what}: status {done.status}: {done.said[-1500:]}")

    def _trial(self, phase: Phase) -> Trial:
        number = next(self._numbers)
        resource = Resource(f"/file{number}", size=phase.size, seed=number)
        return trial_in(self._folder / str(number), self._server, resource, self._wishes.connections)

    def _finish(self, trial: Trial) -> None:
        trial.compare(self.findings)
        shutil.rmtree(trial.folder)


def named(done: Disturbed) -> str | None:
    """Return the reason a run gave for its failure; None where it gave none, or more than a sentence."""
    if done.status is None or done.status < 0 or "Traceback" in done.said:
        return None
    lines = done.said.splitlines()
    events = [json.loads(line) for line in lines if line.startswith("{")]
    reasons = [str(event["reason"]) for event in events if event["event"] == "failed"]
    if reasons:
        return None if reasons[-1] == "internal" else reasons[-1]
    return "refused to start" if any(line.startswith("headrace") for line in lines) else None


def measure(folder: Path, wishes: Wishes) -> Report:
    """Disturb at every point, or at a sample of so many as asked for."""
    if reason := why_not(folder):
        return Report("points", [f"skipped: {reason}"], [], [])
    size = wishes.size or _SIZE
    phases = [Phase(size, from_start=True), Phase(size), Phase(size, resumed=True)]
    phases += [Phase(4096, from_start=True), Phase(4096)]
    with FaultyServer(line_rate=_RATE) as server:
        bench = _Bench(folder, server, wishes)
        if wishes.runs:
            _sample(bench, bench.places(phases[:2]), wishes.runs)
        else:
            _everything(bench, bench.places(phases))
    found = bench.findings
    return Report("points", [*_NOTES, *found.evidence], [_kills(found), _errors(found)], bars(found))


def _everything(bench: _Bench, places: list[Place]) -> None:
    for phase in {place.phase for place in places if place.phase.from_start}:
        bench.create(phase)
        _note(bench, Place(phase, None, "fdatasync 0.1 s late, killed at creation", 1, ("file",)), 1)
    for place in places:
        hits = 0
        for k in _numbers(_FIRST, bench.chance):
            if not bench.kill(place, k):
                break
            hits += 1
        _note(bench, place, hits)
    for kind, place, what, for_ever in _faults(places):
        for k in _numbers(_FEW, bench.chance):
            if not bench.error(place, kind, what, f"{k}{for_ever}"):
                break


def _sample(bench: _Bench, places: list[Place], wanted: int) -> None:
    """Disturb at so many random points that were seen: first kills, then errors."""
    weights = [place.count for place in places]
    for place in bench.chance.choices(places, weights, k=wanted):
        _note(bench, place, int(bench.kill(place, bench.chance.randint(1, place.count))))
    faults = [*_faults(places)]
    for kind, place, what, for_ever in bench.chance.sample(faults, min(wanted, len(faults))):
        bench.error(place, kind, what, f"{bench.chance.randint(1, place.count)}{for_ever}")


def _note(bench: _Bench, place: Place, hits: int) -> None:
    bench.findings.places.setdefault((place.phase.name, place.calls), []).append((place, hits))


def _numbers(first: int, chance: random.Random) -> Iterator[int]:
    """Yield 1, 2, 3... up to `first`, and then ever fewer of the further numbers."""
    yield from range(1, first + 1)
    k = first
    for step in count(2):
        k += chance.randint(1, step * 2)
        yield k


def _faults(places: list[Place]) -> Iterator[tuple[str, Place, str, str]]:
    """Yield every error with every place of its call: once, and for a full disk also from then on."""
    for place in places:
        for kind, calls, what in _ERRORS:
            if place.calls == calls:
                yield kind, place, what, ""
        if place.calls == "pwrite64":
            yield "ENOSPC, lasting", place, "error=ENOSPC", "+"
        if place.calls == _SHORT[1] and place.on == ("file",):
            yield _SHORT[0], place, _SHORT[2], ""


def _kills(found: _Findings) -> Table:
    table = Table("killed at the k-th call", ("", "call", "threads", "on", "points"))
    for (phase, calls), hits in found.places.items():
        on = "+".join(sorted({one for place, _ in hits for one in place.on}))
        threads = len({place.thread for place, _ in hits})
        table.rows.append((phase, calls.partition(",")[0], threads, on, sum(number for _, number in hits)))
    table.rows.append(("all", "", None, "", sum(number for hits in found.places.values() for _, number in hits)))
    return table


def _errors(found: _Findings) -> Table:
    table = Table("an error at the k-th call", ("", "runs", "how they ended"))
    for kind, runs in found.runs.items():
        ends = ", ".join(f"{end} {times}" for (of, end), times in found.ends.items() if of == kind)
        table.rows.append((kind, runs, ends))
    return table
