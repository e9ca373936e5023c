"""How well a speed limit holds: what `headrace get --limit` writes to its part files, from 50 kB/s to 500 MB/s."""

import json
import os
import subprocess
import sys
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import Final

from headrace.commands.exit_status import ExitStatus

from tests.benchmarks import ground
from tests.benchmarks.report import MB, Bar, Cell, Report, Table, Wishes
from tests.support import needs, proxies
from tests.support.nginx import Nginx

NEEDS: Final = ("nginx",)
_THROUGH: Final = ("tinyproxy", "microsocks")
"""Proxies that one rate is measured through as well, where they are installed."""
_THROUGH_RATE: Final = 20_000_000
_SECONDS: Final = 10.0
_MOST: Final = 2_500_000_000
"""Bytes that one case downloads at most; at the highest rate it takes less time for that."""
_FREE_SECONDS: Final = 2.0
_CAPACITY: Final = 0.7
"""Part of the speed without a limit up to which the machine is not what holds a rate down."""
_RATES: Final = (50_000, 1_000_000, 20_000_000, 100_000_000, 500_000_000)
_CASES: Final = ((1, 1), (1, 4), (3, 1))
"""Downloads at once, and connections of each at most."""
_TIMEOUT: Final = 60.0
_WINDOW: Final = 1.0
_SPARE: Final = 1.3
"""How much larger the files are than what the limit lets through."""
_ROOT: Final = Path(__file__).resolve().parents[2]
_NOTES: Final = [
    "bytes written to part files by the real `headrace get --limit`, each write noted; nginx serves without a bound",
    "of wanted: from the first write on, for --seconds (default 10), over the bytes the rate allows in that time",
    f"least, most: the worst windows of {_WINDOW:g} s (or half the time), over what the rate allows in one",
    "burst: the most by which any stretch of time exceeds the rate, in seconds' worth of bytes",
    f"no more than {_MOST / MB:g} MB in each case: less time at the highest rate; the disk needs room for twice that",
    f"departure: rates above {_CAPACITY:g} of the speed without a limit are only held against being exceeded",
]

Writes = Sequence[tuple[float, int]]
"""Seconds since the first, and bytes."""


@dataclass(frozen=True)
class Held:
    """How a limit held; all but `burst` are parts of what it allows."""

    whole: float
    least: float
    most: float
    burst: float
    """Seconds' worth of bytes."""

    @classmethod
    def of(cls, writes: Writes, rate: int, seconds: float) -> "Held":
        """Compare `writes` in so many seconds with `rate`."""
        window = min(_WINDOW, seconds / 2)
        sums = _windows(writes, window, seconds)
        allowed = rate * window
        whole = sum(size for _, size in writes) / (rate * seconds)
        return cls(whole, min(sums) / allowed, max(sums) / allowed, _burst(writes, rate))

    def departure(self, *, too_slow_counts: bool) -> float:
        """Return by how many percent the whole is off."""
        return 100 * (abs(self.whole - 1) if too_slow_counts else max(0.0, self.whole - 1))


def _windows(writes: Writes, window: float, seconds: float) -> list[int]:
    """Return the bytes of windows that begin just before or just behind a write, the first one not behind."""
    moments = [at for at, _ in writes]
    until = list(accumulate((size for _, size in writes), initial=0))
    starts = [(number, at) for number, at in enumerate(moments) if at + window <= seconds] or [(0, 0.0)]
    before = [until[bisect_left(moments, at + window)] - until[number] for number, at in starts]
    behind = [until[bisect_right(moments, at + window)] - until[number + 1] for number, at in starts]
    return before + behind


def _burst(writes: Writes, rate: int) -> float:
    total, least, worst = 0, 0.0, 0.0
    for at, size in writes:
        least = min(least, total - rate * at)
        total += size
        worst = max(worst, total - rate * at - least)
    return worst / rate


def measure(folder: Path, wishes: Wishes) -> Report:
    """Measure every rate in every case, and what the machine brings without a limit."""
    longest = wishes.seconds or _SECONDS
    rates = _RATES if longest >= _WINDOW else _RATES[::2]  # so short a time shows that it works, not how well
    with ground.served_file(folder, 0) as server:
        free = _free_speed(folder, server, longest)
        found = {rate: _held(folder, server, rate, min(longest, _MOST / rate)) for rate in reversed(rates)}
    table = Table(f"{longest:g} s each", ("", "MB/s", "of wanted", "least", "most", "burst s"))
    table.rows.extend(_row(rate, *case, held) for rate in rates for case, held in found[rate].items())
    through = dict(_through(folder, min(longest, _MOST / _THROUGH_RATE)))
    for name, held in through.items():
        table.rows.append(_row(_THROUGH_RATE, 1, 4, held, f", {name}"))
    table.rows.append(("no limit, 1 download, 1 connection", free / MB, None, None, None, None))
    departure = max(
        [held.departure(too_slow_counts=rate <= _CAPACITY * free) for rate in rates for held in found[rate].values()]
        + [held.departure(too_slow_counts=_CAPACITY * free >= _THROUGH_RATE) for held in through.values()]
    )
    burst = max(held.burst for cases in found.values() for held in cases.values())
    return Report("limits", _NOTES, [table], [Bar("departure", departure, 3.0, "%"), Bar("burst", burst, 0.1, "s")])


def _through(folder: Path, seconds: float) -> Iterator[tuple[str, Held]]:
    """Measure one rate through each proxy that there is."""
    for name in filter(needs.program, _THROUGH):
        own = ground.fresh_folder(folder)
        begin, scheme = (proxies.tinyproxy, "http") if name == "tinyproxy" else (proxies.microsocks, "socks5h")
        with ground.served_file(own, 0) as server, begin(own) as port:
            with (server.root / "file").open("wb") as stream:
                stream.truncate(int(_SPARE * _THROUGH_RATE * seconds) + (8 << 20))
            way: list[ground.Word] = ["--proxy", f"{scheme}://127.0.0.1:{port}"]
            yield name, Held.of(_run(own, server, _THROUGH_RATE, 1, 4, seconds, way), _THROUGH_RATE, seconds)


def _held(folder: Path, server: Nginx, rate: int, seconds: float) -> dict[tuple[int, int], Held]:
    """Measure every case at one rate."""
    found = {}
    for jobs, connections in _CASES:
        _shrink(server.root / "file", rate * seconds / jobs)
        found[jobs, connections] = Held.of(_run(folder, server, rate, jobs, connections, seconds), rate, seconds)
    return found


def _free_speed(folder: Path, server: Nginx, longest: float) -> float:
    """Make the file, have the system keep it in memory, and return bytes/s without a limit."""
    path = server.root / "file"
    with path.open("wb") as stream:
        stream.truncate(int(_SPARE * min(_MOST, _RATES[-1] * longest)))
    buffer = bytearray(1 << 20)
    with path.open("rb", buffering=0) as stream:
        while stream.readinto(buffer):
            pass
    writes = _run(folder, server, 0, 1, 1, min(longest, _FREE_SECONDS))
    return sum(size for _, size in writes) / writes[-1][0]


def _shrink(path: Path, size: float) -> None:
    """Leave so much of the file as a download cannot reach the end of; the system keeps that in memory."""
    os.truncate(path, min(path.stat().st_size, int(_SPARE * size) + (8 << 20)))


def _row(rate: int, jobs: int, connections: int, held: Held, more: str = "") -> tuple[Cell, ...]:
    name = f"{rate / MB:g} MB/s, {jobs} download{'s' * (jobs > 1)}, {connections} connection{'s' * (connections > 1)}"
    return f"{name}{more}", held.whole * rate / MB, held.whole, held.least, held.most, held.burst


def _run(
    folder: Path,
    server: Nginx,
    rate: int,
    jobs: int,
    connections: int,
    seconds: float,
    way: Sequence[ground.Word] = (),
) -> Writes:
    """Let `headrace get` download under a limit for so long; return what it wrote. Raises RuntimeError."""
    own = ground.fresh_folder(folder)
    profile = ground.make_profile(own / "profile", own / "target", server.ca_file)
    result, log = own / "writes.json", own / "output.log"
    urls = [f"{server.url('file')}?{number}" for number in range(jobs)]
    limits: list[ground.Word] = ["--limit", str(rate), "-j", str(jobs), "-x", str(connections), *way]
    command = [sys.executable, "-m", "tests.benchmarks.written", result, str(seconds), *limits]
    with log.open("wb") as stream:
        try:
            done = subprocess.run(
                [*command, "--profile", profile.folder, "--dir", own / "target", *urls],
                cwd=_ROOT,
                stdin=subprocess.DEVNULL,
                stdout=stream,
                stderr=stream,
                timeout=seconds + _TIMEOUT,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise RuntimeError(f"headrace get did not end: {log.read_text(encoding='utf-8')}") from None
    if done.returncode not in (ExitStatus.INTERRUPTED, ExitStatus.ARRIVED):
        raise RuntimeError(f"headrace get ended with {done.returncode}: {log.read_text(encoding='utf-8')}")
    for path in (own / "target").iterdir():
        ground.discard(path)
    writes = [(at, size) for at, size in json.loads(result.read_text(encoding="utf-8"))]
    if rate and sum(size for _, size in writes) >= jobs * (server.root / "file").stat().st_size:
        raise RuntimeError("the files arrived before the time was over")
    return writes
