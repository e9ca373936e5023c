"""The window under a burden: a long list, a hundred transfers at full speed, much pasted, all paused and resumed."""

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from statistics import median
from typing import Any, Final

from headrace.profile import Profile
from headrace.settings import Settings, save_settings
from headrace.states import DownloadState, Failure, FailureReason
from headrace.store.sqlite_store import SqliteStore

from tests.benchmarks import ground
from tests.benchmarks.report import MB, MIB, Bar, Cell, Report, Table, Wishes, percentile, spread, tail
from tests.support import nginx
from tests.support.certificates import make_certificates
from tests.support.desktop import Desktop
from tests.support.engine_parts import make_record
from tests.support.processes import wait_until
from tests.support.starved import INTERVAL_MS

NEEDS: Final = (*ground.DESKTOP, "nginx")
_ROOT: Final = Path(__file__).resolve().parents[2]
_TIMEOUT: Final = 300.0
_RUNS: Final = 3
_ROWS: Final = 100_000
_AT_ONCE: Final = 100
_PASTED: Final = 10_000
_SECONDS: Final = 10.0
_SIZE: Final = 64 * MIB
_SLOW: Final = 20_000
"""Bytes/s of each download that is paused and resumed."""
_SLOW_SIZE: Final = 4 * MIB
_IDLE_SECONDS: Final = 10.0
_SETTLED: Final = 6.0
_KINDS: Final = (
    ("mp4", "video/mp4"),
    ("zip", "application/zip"),
    ("pdf", "application/pdf"),
    ("bin", "application/octet-stream"),
)
"""Endings of names, and the types servers give such files."""
_NOTES: Final = [
    "the real window under Xvfb and openbox, which share the CPUs with it, as does nginx; a new process for each run",
    "usable: from just before the start of the process until the whole list is painted",
    "an act: from its call until the turn of the event loop behind the painting of its result",
    f"delay: time between two beats of a precise timer of {INTERVAL_MS} ms, less those; all runs together",
    "no CPU: how much of the longest delay the thread was ready to run, but all CPUs were busy with others",
    "pasted: from the key until the dialog has read all, and from its button until all are painted in the list",
    "paused: until the manager has seen the last thread end, whose connection was closed before that",
    "transfers: from the moment they are added, so that the start of a hundred threads counts as well",
    "hidden: voluntary switches of all threads a second, beside a bare PySide6 window that nobody touches",
]


@dataclass(frozen=True)
class _Bench:
    """Where everything is, and what is wished for."""

    folder: Path
    desktop: Desktop
    fast: nginx.Nginx
    slow: nginx.Nginx
    wishes: Wishes
    rows: int

    @property
    def settle(self) -> float:
        """Seconds from when the list is there until nothing of a start is left."""
        return min(_SETTLED, self.wishes.rest or _SETTLED)

    @property
    def runs(self) -> int:
        """How often each play is played."""
        return self.wishes.runs or _RUNS

    def profile(self, **settings: Any) -> Profile:
        """Make a new profile whose list holds the rows."""
        folder = ground.fresh_folder(self.folder)
        profile, target = Profile.at(folder / "profile"), folder / "target"
        target.mkdir()
        save_settings(Settings(target, ca_file=self.fast.ca_file, **settings), profile.settings)
        return profile

    def with_rows(self, profile: Profile) -> Profile:
        """Put the long list into a profile."""
        shutil.copy(self.folder / "rows.sqlite3", profile.database)
        return profile

    def play(self, name: str, profile: Profile, *words: object) -> dict[str, Any]:
        """Play in a process of its own; return its figures, the time before its start as `began`."""
        result = profile.folder / "figures.json"
        began = time.perf_counter()
        with self._player(name, profile, result, words) as process:
            if process.wait(_TIMEOUT) or not result.exists():
                log = (self.folder / "player.log").read_text(encoding="utf-8", errors="replace")
                raise RuntimeError(f"the play {name} ended with {process.returncode}: {log}")
        figures: dict[str, Any] = json.loads(result.read_text(encoding="utf-8"))
        shutil.rmtree(profile.folder.parent)
        return figures | {"began": began}

    def _player(self, name: str, profile: Profile, result: Path, words: Sequence[object]) -> subprocess.Popen[bytes]:
        told: list[ground.Word] = [profile.folder, result, str(self.settle), *map(str, words)]
        command: list[ground.Word] = [sys.executable, "-m", "tests.benchmarks.player", name, *told]
        with (self.folder / "player.log").open("wb") as log:
            return subprocess.Popen(command, env=self.desktop.env, cwd=_ROOT, stdout=log, stderr=log)

    def wake_ups(self, profile: Profile, seconds: float) -> tuple[float, float]:
        """Return switches a second and the share of a CPU, in percent, of a window that is hidden."""
        result = profile.folder / "figures.json"
        with self._player("hidden", profile, result, ()) as process:
            try:
                wait_until(result.exists, "the window is hidden", _TIMEOUT)
                time.sleep(min(1.0, seconds))  # as long as the bare window has: the turn that hid it ends as well
                return _rest_of(process.pid, seconds)
            finally:
                process.terminate()


def measure(folder: Path, wishes: Wishes) -> Report:
    """Play everything, or what has `wishes.only` in its name."""
    report = Report("window", _NOTES, [], [])
    certificates = make_certificates(folder)
    with (
        ground.desktop(folder / "desktop") as desktop,
        nginx.serving(folder / "fast", certificates) as fast,
        nginx.serving(folder / "slow", certificates, limit_rate=_SLOW) as slow,
    ):
        bench = _Bench(folder, desktop, fast, slow, wishes, wishes.rows or _ROWS)
        _store_rows(folder, bench.rows)
        for name, part in _PARTS.items():
            if wishes.only in name:
                part(bench, report)
    return report


def _rows(bench: _Bench, report: Report) -> None:
    shown = f"{bench.rows:,} rows"
    found = [
        bench.play("rows", bench.with_rows(bench.profile()), bench.rows, min(2, bench.runs)) for _ in range(bench.runs)
    ]
    usable, memory = [one["usable"] - one["began"] for one in found], [one["pss"] for one in found]
    table = Table(f"a list of {shown}", ("milliseconds", "median", "min", "max"))
    table.rows.append(("start to painted list", *(each * 1000 for each in spread(usable))))
    acts = {name: [each for one in found for each in one["acts"][name]] for name in found[0]["acts"]}
    table.rows.extend((name, *spread(each)) for name, each in acts.items())
    report.tables.append(table)
    report.bars.append(Bar(f"median start with {shown}", median(usable), 0.8, "s"))
    report.bars.append(Bar(f"median PSS with {shown}", median(memory), 140, "MiB"))
    for what, bound in (("sort", 100), ("type", 50), ("choose", 50)):
        slowest = max(median(each) for name, each in acts.items() if name.startswith(what))
        report.bars.append(Bar(f"slowest median to {what}, {shown}", slowest, bound, "ms"))


def _busy(bench: _Bench, report: Report) -> None:
    address = bench.fast.file("busy", bench.wishes.size or _SIZE)
    addresses = [f"{address}?{number}" for number in range(_AT_ONCE)]
    figures = []
    for _ in range(bench.runs):
        profile = bench.with_rows(bench.profile(max_running=_AT_ONCE, max_per_host=_AT_ONCE, max_connections=1))
        figures.append(bench.play("busy", profile, bench.rows, bench.wishes.rest or _SECONDS, *addresses))
    name = f"{_AT_ONCE} transfers, {bench.rows:,} rows, details open"
    delays = _delay_table(report, name, [gap for one in figures for gap in one["gaps"]])
    speed = sum(one["bytes"] for one in figures) / sum(one["seconds"] for one in figures) / MB
    report.tables.append(Table("what arrived meanwhile", ("", "MB/s"), [("all transfers together", speed)]))
    report.bars.append(Bar(f"p99 delay, {name}", percentile(delays, 99), 16, "ms"))
    report.bars.append(Bar(f"longest delay, {name}", max(delays), 50, "ms"))


def _paste(bench: _Bench, report: Report) -> None:
    count = min(_PASTED, bench.rows)
    address = bench.fast.file("pasted", 1)
    found = [bench.play("paste", bench.profile(), count, address) for _ in range(bench.runs)]
    table = Table(f"{count:,} addresses pasted", ("milliseconds", "median", "min", "max"))
    titles = {"dialog": "dialog shown", "read": "all read", "listed": "all in the list", "whole": "in all"}
    table.rows.extend((title, *spread([one["ms"][name] for one in found])) for name, title in titles.items())
    report.tables.append(table)
    delays = _delay_table(report, f"{count:,} addresses pasted", [gap for one in found for gap in one["gaps"]])
    whole = median(one["ms"]["whole"] for one in found) / 1000
    report.bars.append(Bar(f"{count:,} pasted, median until in the list", whole, 1, "s"))
    report.bars.append(Bar(f"longest delay, {count:,} pasted", max(delays), 50, "ms"))


def _pauses(bench: _Bench, report: Report) -> None:
    address = bench.slow.file("slow", _SLOW_SIZE)
    addresses = [f"{address}?{number}" for number in range(_AT_ONCE)]
    limits = {"max_running": _AT_ONCE, "max_per_host": _AT_ONCE, "max_connections": 1}
    found = bench.play("pauses", bench.profile(**limits), bench.runs, *addresses)
    table = Table(f"{_AT_ONCE} running downloads", ("milliseconds", "median", "min", "max"))
    report.tables.append(table)
    for name in ("pause", "resume"):
        table.rows.append((f"{name} all", *spread(found[f"{name} ms"])))
        delays = _delay_table(report, f"{name} all {_AT_ONCE}", found[f"{name} gaps"])
        report.bars.append(Bar(f"longest delay, {name} all {_AT_ONCE}", max(delays), 50, "ms"))
    stopped = median(found["pause ms"])
    report.bars.append(Bar(f"pause all {_AT_ONCE}, median until the last has stopped", stopped, 200, "ms"))


def _hidden(bench: _Bench, report: Report) -> None:
    seconds = bench.wishes.rest or _IDLE_SECONDS
    own = [bench.wake_ups(bench.profile(), seconds) for _ in range(bench.runs)]
    bare = []
    program = ground.window_programs(bench.folder / "none")[1]
    for _ in range(bench.runs):
        with ground.window(bench.desktop, program) as (process, _):
            wait_until(lambda: bool(bench.desktop.windows(program.title)), "a bare window", _TIMEOUT)
            time.sleep(min(1.0, seconds))
            bare.append(_rest_of(process.pid, seconds))
    table = Table(f"at rest, {seconds:g} s", ("", "wake-ups/s", "min", "max", "CPU %", "min", "max"))
    for name, found in (("Headrace, hidden", own), ("bare PySide6 window", bare)):
        table.rows.append((name, *spread([one[0] for one in found]), *spread([one[1] for one in found])))
    report.tables.append(table)
    beyond = median(one[0] for one in own) - median(one[0] for one in bare)
    report.bars.append(Bar("wake-ups a second beyond Qt's own, hidden", max(0.0, round(beyond, 1)), 0))
    report.bars.append(Bar("CPU, hidden", round(median(one[1] for one in own), 1), 0, "%"))


_PARTS: Final = {"rows": _rows, "busy": _busy, "paste": _paste, "pauses": _pauses, "hidden": _hidden}


def _delay_table(report: Report, name: str, gaps: Sequence[Sequence[float]]) -> list[float]:
    """Add a row of delays to the report; return them, in milliseconds."""
    head = ("milliseconds", "p50", "p99", "max", "no CPU")
    table = next((each for each in report.tables if each.title == "delay of the event loop"), None)
    if table is None:
        table = Table("delay of the event loop", head)
        report.tables.append(table)
    delays = [max(0.0, gap * 1000 - INTERVAL_MS) for gap, _ in gaps]
    starved = max(gaps, key=lambda gap: gap[0])[1] * 1000
    row: tuple[Cell, ...] = (name, *tail(delays), starved)
    table.rows.append(row)
    return delays


def _store_rows(folder: Path, count: int) -> None:
    """Make a database of finished downloads of all kinds, as the program leaves them, and of a few that failed."""
    chance, path = Random(1), folder / "rows.sqlite3"
    store = SqliteStore(path, lambda _records: None, lambda _error: None)
    for number in range(1, count + 1):
        ending, kind = chance.choice(_KINDS)
        name = f"file-{chance.randrange(10**6)}.{ending}"
        size, state = chance.randrange(1, 10**9), DownloadState.COMPLETED if number % 100 else DownloadState.FAILED
        added, seconds = 1.7e9 - chance.random() * 1e6, size / 1e7 * (1 + chance.random())
        facts: dict[str, Any] = {"name": name, "address": f"https://host{number % 50}.example/{name}"}
        if state is DownloadState.FAILED:
            facts["failure"] = Failure(FailureReason.NOT_FOUND)
        else:
            facts["proof"] = f"{size}:{chance.randbytes(16).hex()}"
            facts["finished_at"], facts["active_seconds"] = added + seconds, seconds
            facts["active_bytes"], facts["resumable"], facts["content_type"] = size, True, kind
        store.save(make_record(number, state=state, received=size, total=size, added_at=added, **facts))
    if not store.close(_TIMEOUT):
        raise RuntimeError("the list was not stored")


def _rest_of(pid: int, seconds: float) -> tuple[float, float]:
    """Return voluntary switches a second, of all threads of a process, and the percent of a CPU it took."""
    before, cpu = _switches(pid), _cpu(pid)
    time.sleep(seconds)
    return (_switches(pid) - before) / seconds, (_cpu(pid) - cpu) / seconds * 100


def _switches(pid: int) -> int:
    lines = (path.read_text(encoding="ascii", errors="replace") for path in Path(f"/proc/{pid}/task").glob("*/status"))
    return sum(int(line.split()[1]) for text in lines for line in text.splitlines() if line.startswith("voluntary"))


def _cpu(pid: int) -> float:
    """Return the CPU seconds all threads of a process have had (a thread's clock counts nanoseconds)."""
    return sum(int(path.read_text().split()[0]) for path in Path(f"/proc/{pid}/task").glob("*/schedstat")) / 1e9
