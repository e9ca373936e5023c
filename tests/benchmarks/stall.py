"""The longest time the window's event loop is kept waiting, at rest and while files arrive at full speed."""

import json
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Final

from tests.benchmarks import ground
from tests.benchmarks.report import GIB, MB, Bar, Report, Table, Wishes, tail
from tests.support.desktop import Desktop
from tests.support.nginx import Nginx
from tests.support.starved import INTERVAL_MS

NEEDS: Final = (*ground.DESKTOP, "nginx")
_RUNS: Final = 3
_SECONDS: Final = 5.0
_TIMEOUT: Final = 300.0
_BAR: Final = 50.0
_ROOT: Final = Path(__file__).resolve().parents[2]
_CASES: Final = (("idle", 0), ("1 download", 1), ("4 downloads at once", 4))
_NOTES: Final = [
    f"a precise timer of {INTERVAL_MS} ms in the event loop of the real window, under Xvfb and openbox",
    "delay: time between two beats less the timer's interval; all beats of all runs of a row together",
    f"from 1 s after the list was loaded: add, progress, finish, 1 s more, {_SECONDS:g} s (--rest) at least",
    "nginx and the X server share the CPUs with the window; the idle row shows what the machine itself adds",
    "no CPU: how much of the longest delay the thread was ready to run, but all CPUs were busy with others",
    "worst at: seconds from the add to the longest delay; finished: median seconds to the last file's end",
]


@dataclass
class _Beats:
    """What the runs of one case brought."""

    gaps: list[tuple[float, float, float]] = field(default_factory=list)
    """Seconds since the add, since the beat before, and of these without a CPU."""
    busy: list[float] = field(default_factory=list)
    """Seconds from the add to the end of the last download."""

    @property
    def delays(self) -> list[float]:
        """Milliseconds by which beats were late."""
        return [max(0.0, gap * 1000 - INTERVAL_MS) for _, gap, _ in self.gaps]

    def row(self, name: str, size: int) -> tuple[str | float | None, ...]:
        """Return the row of the table, for `size` bytes downloaded in each run."""
        worst_at, _, starved = max(self.gaps, key=lambda beat: beat[1])
        busy = median(self.busy)
        speed = size / MB / busy if size else None
        return name, *tail(self.delays), starved * 1000, worst_at, busy if size else None, speed


def measure(folder: Path, wishes: Wishes) -> Report:
    """Measure every case, all runs of one taken together."""
    size, runs = wishes.size or GIB, wishes.runs or _RUNS
    head = ("milliseconds", "p50", "p99", "max", "no CPU", "worst at s", "finished s", "MB/s")
    table = Table(f"delay of the event loop, {runs} runs of each, files of {size / GIB:g} GiB", head)
    worst = 0.0
    with ground.desktop(folder / "desktop") as desktop, ground.served_file(folder, size) as server:
        for name, count, tls in _cases():
            beats = _Beats()
            for _ in range(runs):
                addresses = [server.url("file", tls=tls) + f"?{n}" for n in range(count)]
                _run(desktop, server, beats, addresses, wishes.rest or _SECONDS)
            table.rows.append(beats.row(name, size * count))
            worst = max([worst, *beats.delays]) if count else worst
    return Report("stall", _NOTES, [table], [Bar("longest delay while downloading", worst, _BAR, "ms")])


def _cases() -> list[tuple[str, int, bool]]:
    kinds = (("plain", False), ("TLS", True))
    return [
        (f"{name}, {kind}" if count else name, count, tls)
        for name, count in _CASES
        for kind, tls in (kinds if count else kinds[:1])
    ]


def _run(desktop: Desktop, server: Nginx, beats: _Beats, addresses: list[str], seconds: float) -> None:
    """Open a window of a fresh profile with a heartbeat; take in its beats when it has ended."""
    folder = ground.fresh_folder(desktop.folder)
    profile = ground.make_profile(folder / "profile", folder / "target", server.ca_file)
    result, log = folder / "beats.json", folder / "output.log"
    wishes: list[ground.Word] = [profile.folder, result, str(seconds), *addresses]
    command = [sys.executable, "-m", "tests.benchmarks.heartbeat", *wishes]
    with log.open("wb") as stream:
        done = subprocess.run(
            command, env=desktop.env, cwd=_ROOT, stdout=stream, stderr=stream, timeout=_TIMEOUT, check=False
        )
    if done.returncode or not result.exists():
        raise RuntimeError(f"the window ended with {done.returncode}: {log.read_text(encoding='utf-8')}")
    found = json.loads(result.read_text(encoding="utf-8"))
    beats.gaps += map(tuple, found["gaps"])
    beats.busy.append(found["busy"])
    for path in (folder / "target").iterdir():
        ground.discard(path)
