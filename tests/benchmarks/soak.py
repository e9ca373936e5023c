"""One engine for hours: files by the dozen, faults of the server and a restless user, and nothing that piles up."""

import os
import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Final

from headrace.profile import Profile
from headrace.settings import Settings
from headrace.states import DownloadState
from PySide6.QtCore import QCoreApplication

from tests.benchmarks.report import Bar, Cell, Report, Table, Wishes
from tests.support import faults
from tests.support.engine import Engine
from tests.support.faults import Fault
from tests.support.faulty_server import FaultyServer
from tests.support.invariant import bodies, false_claims, wrong_files
from tests.support.replies import Framing, Resource

NEEDS: Final = ()
_SECONDS: Final = 600.0
_FILES: Final = 24
"""Files of one round."""
_LARGEST: Final = 6 << 20
_RESTLESS: Final = 2.0
"""Seconds of a round, at most, in which the user pauses, resumes and takes away."""
_PATIENCE: Final = 60.0
_LEAST: Final = 4
"""Rounds, at least."""
_ENDED: Final = {DownloadState.COMPLETED, DownloadState.FAILED}
_NOTES: Final = [
    f"a round: {_FILES} files up to {_LARGEST >> 20} MiB, twelve kinds of faults, up to {_RESTLESS:g} s of commands",
    "then the server is whole again, everything is resumed, and every file is compared byte by byte",
    "right: all of one version the server had in that round, never a mixture of two",
    "false claim: looked for in the database while everything is paused in the middle of the round",
    "memory, descriptors and threads of the whole process after each round, the server and idle connections included",
]


@dataclass
class _Seen:
    files: int = 0
    wrong: list[str] = field(default_factory=list)
    false: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    faults: int = 0
    commands: Counter[str] = field(default_factory=Counter)
    held: list[tuple[int, int, int]] = field(default_factory=list)
    """Bytes of memory, descriptors and threads after each round."""


def measure(folder: Path, wishes: Wishes) -> Report:
    """Go on for `seconds` (default ten minutes), at least for four rounds."""
    application = QCoreApplication.instance() or QCoreApplication([])
    chance, seen = random.Random(wishes.seed), _Seen()
    settings = Settings(folder / "target", max_running=8, tries=50, idle_timeout=2.0, connect_timeout=2.0)
    engine = Engine(Profile.at(folder / "profile"), folder / "target", settings)
    seconds = wishes.seconds or _SECONDS
    until = time.monotonic() + seconds
    while time.monotonic() < until or len(seen.held) < _LEAST:
        with FaultyServer() as server:
            _Round(engine, server, chance, seen).run(min(_RESTLESS, seconds / _LEAST))
        engine.seen.clear()
        application.processEvents()
        seen.held.append(_held())
    seen.failed += [] if engine.close() else ["the engine did not end within two seconds"]
    return Report("soak", [*_NOTES, *seen.wrong, *seen.false, *seen.failed], [_table(seen)], _bars(seen))


class _Round:
    """One server, one set of files, from the first request to the comparison of every byte."""

    def __init__(self, engine: Engine, server: FaultyServer, chance: random.Random, seen: _Seen) -> None:
        self._engine, self._server, self._chance, self._seen = engine, server, chance, seen
        self._resources = [server_file(number, chance) for number in range(_FILES)]

    def run(self, restless: float) -> None:
        """Go through all of it; the user has `restless` seconds."""
        injected = [self._server.inject(fault) for fault in _faults(self._chance)]
        ids = [self._engine.add(self._server.add(resource)) for resource in self._resources]
        self._be_restless(ids, restless)
        self._engine.manager.pause_all()
        self._engine.until_still()
        right = list(bodies(self._server))
        self._seen.false += false_claims(self._engine, right)
        self._server.heal()
        self._seen.faults += sum(fault.applied for fault in injected)
        self._finish(ids)
        self._seen.wrong += wrong_files(self._engine, right, set())
        for download_id in ids:
            self._count(download_id)
        self._engine.manager.remove(ids, with_files=True, for_good=True)
        self._engine.manager._sweeps.finish()  # a removal is written down a few at a time, and none is emptied before
        self._engine.manager._recycling.empty(float("inf"), busy=lambda _key: False, wait=_PATIENCE)

    def _be_restless(self, ids: list[str], seconds: float) -> None:
        manager, until = self._engine.manager, time.monotonic() + seconds
        commands: list[tuple[str, Callable[[list[str]], object]]] = [
            ("pause", manager.pause),
            ("resume", manager.resume),
            ("resume", manager.resume),
            ("take away and back", self._take_away_and_back),
        ]
        while time.monotonic() < until:
            what, command = self._chance.choice(commands)
            command(self._chance.sample(ids, self._chance.randint(1, 6)))
            self._seen.commands[what] += 1
            pause = time.monotonic() + self._chance.uniform(0.0, 0.05)
            self._engine.until(lambda moment=pause: time.monotonic() >= moment)  # type: ignore[misc]

    def _take_away_and_back(self, chosen: list[str]) -> None:
        self._engine.manager.remove(chosen)
        self._engine.manager.restore(chosen)

    def _finish(self, ids: list[str]) -> None:
        """Resume until everything is there; what fails is resumed as a person would."""
        until = time.monotonic() + _PATIENCE
        while time.monotonic() < until:
            states = {self._engine.state(download_id) for download_id in ids}
            if states == {DownloadState.COMPLETED}:
                return
            if not states - _ENDED - {DownloadState.PAUSED, DownloadState.RETRY_WAIT}:
                self._engine.manager.resume(ids)
            QCoreApplication.processEvents()
            time.sleep(0.002)

    def _count(self, download_id: str) -> None:
        snapshot = self._engine.snapshot(download_id)
        self._seen.files += 1
        if snapshot.state is not DownloadState.COMPLETED:
            self._seen.failed.append(f"{snapshot.name}: {snapshot.state.name}, {snapshot.failure}")


def server_file(number: int, chance: random.Random) -> Resource:
    """Return a file of a size drawn on a logarithmic scale, some of them without a length or a validator."""
    size = int(_LARGEST ** chance.uniform(0.0, 1.0))
    framing = chance.choice([Framing.LENGTH] * 4 + [Framing.CHUNKED])
    etag = f'"{number}"' if chance.random() < 0.8 else None
    return Resource(f"/{number}.bin", size=size, seed=chance.randint(1, 10_000), framing=framing, etag=etag)


def _faults(chance: random.Random) -> list[Fault]:
    """Return twelve kinds of faults that no file is lost to, at random places of random requests."""
    at, share = chance.randint(0, _LARGEST // 4), chance.uniform(0.05, 0.5)

    def when(_request: object) -> bool:
        return chance.random() < share

    makers: list[Callable[[], Fault]] = [
        lambda: faults.cut(at, times=6, when=when),
        lambda: faults.reset(at, times=6, when=when),
        lambda: faults.stall(at, times=2, when=when),
        lambda: faults.slow(200_000, after=at, times=4, when=when),
        lambda: faults.status(503, times=6, when=when),
        lambda: faults.status(429, times=4, when=when),
        lambda: faults.raw(b"\x00\xffnoise\r\n\r\n", times=2, when=when),
        lambda: faults.ignore_range(times=6, when=when),
        lambda: faults.wrong_offset(chance.choice([-700, 1, 4096]), times=4),
        lambda: faults.wrong_offset(chance.choice([-700, 4096]), honest=False, times=4),
        lambda: faults.content_range(None, times=4),
        lambda: faults.shorter(50_000, times=4),
        lambda: faults.gzipped(times=3, when=when),
        lambda: faults.replaced(etag='"other"', when=when),
    ]
    return [make() for make in chance.sample(makers, 12)]


def _held() -> tuple[int, int, int]:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE"), sum(1 for _ in Path("/proc/self/fd").iterdir()), threading.active_count()


def _quarters(seen: _Seen) -> tuple[list[float], list[float]]:
    """Return the medians of memory, descriptors and threads in the second quarter of the rounds, and in the last."""
    quarter = len(seen.held) // 4
    parts = seen.held[quarter : 2 * quarter], seen.held[-quarter:]
    first, last = ([float(median(column)) for column in zip(*part, strict=True)] for part in parts)
    return first, last


def _table(seen: _Seen) -> Table:
    first, last = _quarters(seen)
    table = Table(f"{len(seen.held)} rounds", ("medians", "2nd quarter", "last quarter"))
    rows: list[tuple[Cell, ...]] = [
        ("memory, MiB", first[0] / (1 << 20), last[0] / (1 << 20)),
        ("descriptors", first[1], last[1]),
        ("threads of Python", first[2], last[2]),
        ("files", "", seen.files),
        ("faults injected", "", seen.faults),
        *((f"commands: {what}", "", count) for what, count in sorted(seen.commands.items())),
    ]
    table.rows.extend(rows)
    return table


def _bars(seen: _Seen) -> list[Bar]:
    first, last = _quarters(seen)
    return [
        Bar("wrong files", len(seen.wrong), 0),
        Bar("false claims", len(seen.false), 0),
        Bar("files that did not arrive", len(seen.failed), 0),
        Bar("descriptors, last to second quarter", last[1] / first[1], 1.25),
        Bar("threads of Python, last to second quarter", last[2] / first[2], 1.25),
        Bar("memory, last to second quarter", last[0] / first[0], 1.05),
    ]
