"""Downloads of one file at full speed, `headrace get` and `curl -o` in turn, plain and over TLS."""

import json
import os
import time
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Final

from tests.benchmarks import ground
from tests.benchmarks.report import GIB, MB, Bar, Report, Table, Wishes, spread
from tests.support import seeded
from tests.support.nginx import Nginx

NEEDS: Final = ("nginx", "curl")
_RUNS: Final = 5
_TIMEOUT: Final = 300.0
_NOTES: Final = [
    "whole: from before the start of the process to its end, file on disk; A B B A in one run after a warm-up",
    "Headrace flushes the file to the medium before it publishes it; curl does not: 'curl, then flushed' adds that",
    "engine only: from the event `added` to the event `finished` of --json, without the interpreter's start and end",
    "ratio: Headrace's speed over curl's in the same pair of runs; every file Headrace made was compared byte for byte",
    f"peak RSS: VmHWM, read every 20 ms; content incompressible; CPU per GiB ({GIB} bytes), MB is {MB} bytes",
]


@dataclass
class _Series:
    """The runs over one kind of connection."""

    curl: list[ground.Ran] = field(default_factory=list)
    flushed: list[float] = field(default_factory=list)
    """Seconds of curl and of a flush behind it."""
    headrace: list[ground.Ran] = field(default_factory=list)
    engine: list[float] = field(default_factory=list)


class _Bench:
    """The two commands for one address."""

    def __init__(self, folder: Path, server: Nginx, size: int, *, tls: bool) -> None:
        self._folder, self._size = folder, size
        self._url = server.url("file", tls=tls)
        self._ca_file = server.ca_file
        self._profile = ground.make_profile(folder / f"profile-{tls}", folder / "target", server.ca_file)

    def curl(self, series: _Series) -> None:
        """Let curl fetch the file."""
        path = self._folder / "target" / "curl"
        command: ground.Command = [
            "curl",
            "--silent",
            "--show-error",
            "--cacert",
            self._ca_file,
            "--output",
            path,
            self._url,
        ]
        done = ground.ran(command, self._folder, _TIMEOUT)
        began = time.perf_counter()
        _flush(path)
        series.curl.append(done)
        series.flushed.append(done.seconds + time.perf_counter() - began)
        ground.discard(path)

    def headrace(self, series: _Series) -> None:
        """Let Headrace fetch the file. Raises RuntimeError where a byte is wrong."""
        path = self._folder / "target" / "headrace"
        wishes = ("--json", "--profile", self._profile.folder, "--dir", path.parent, "--name", path.name)
        done = ground.ran(ground.headrace("get", *wishes, self._url), self._folder, _TIMEOUT)
        wrong = seeded.first_difference(path, ground.SEED, self._size)
        if wrong:
            raise RuntimeError(f"{path}: {wrong}")
        series.headrace.append(done)
        series.engine.append(_engine_seconds(done.output))
        ground.discard(path)


def measure(folder: Path, wishes: Wishes) -> Report:
    """Measure both kinds of connection."""
    size = wishes.size or GIB
    tables, bars = [], []
    with ground.served_file(folder, size) as server:
        for kind in ("plain", "TLS"):
            bench = _Bench(folder, server, size, tls=kind == "TLS")
            series = _runs(bench, wishes.runs or _RUNS, size)
            tables.append(_table(f"{kind}, {size / GIB:g} GiB, {len(series.curl)} runs", series, size))
            bars.append(Bar(f"{kind}: Headrace over curl, whole", median(_ratios(series)), 1.0, at_least=True))
    return Report("throughput", _NOTES, tables, bars)


def _runs(bench: _Bench, count: int, size: int) -> _Series:
    """Run both in pairs, now the one first and now the other, each from a disk at rest and with memory at hand."""
    warm_up, series = _Series(), _Series()
    for number, target in enumerate((warm_up, *[series] * count)):
        pair = (bench.curl, bench.headrace)
        for run in pair if number % 2 else pair[::-1]:
            ground.settle(size)
            run(target)
    return series


def _table(title: str, series: _Series, size: int) -> Table:
    head = ("", "median MB/s", "min", "max", "CPU s/GiB", "peak RSS MiB")
    table = Table(title, head)
    for name, done in (("headrace get, whole", series.headrace), ("curl, whole", series.curl)):
        cost = median(one.cpu for one in done) * GIB / size
        peak = max(one.peak_rss for one in done) / (1 << 20)
        table.rows.append((name, *_speeds([one.seconds for one in done], size), cost, peak))
    table.rows.append(("curl, then flushed", *_speeds(series.flushed, size), None, None))
    table.rows.append(("headrace, engine only", *_speeds(series.engine, size), None, None))
    engine = [flushed / own for flushed, own in zip(series.flushed, series.engine, strict=True)]
    flushed = [other / own.seconds for other, own in zip(series.flushed, series.headrace, strict=True)]
    table.rows.append(("ratio, whole (the bar)", *spread(_ratios(series)), None, None))
    table.rows.append(("ratio, whole, to flushed curl", *spread(flushed), None, None))
    table.rows.append(("ratio, engine to flushed curl", *spread(engine), None, None))
    return table


def _speeds(seconds: list[float], size: int) -> tuple[float, float, float]:
    return spread([size / MB / one for one in seconds])


def _ratios(series: _Series) -> list[float]:
    return [curl.seconds / own.seconds for curl, own in zip(series.curl, series.headrace, strict=True)]


def _engine_seconds(output: str) -> float:
    times = {event["event"]: float(event["time"]) for event in map(json.loads, output.splitlines())}
    return times["finished"] - times["added"]


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
