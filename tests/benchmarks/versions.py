"""The same files by HTTP/1.1 and by HTTP/2, `headrace get` both times, over several lines and from several servers."""

import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Final

from headrace.host_rules import HostRule

from tests.benchmarks import ground, third_version
from tests.benchmarks.far_line import Line, reached
from tests.benchmarks.report import MIB, Bar, Cell, Report, Table, Wishes, spread
from tests.benchmarks.third_version import Works
from tests.support import nginx, seeded
from tests.support.certificates import Certificates, make_certificates
from tests.support.namespaces import SERVER, held, line_of

NEEDS: Final = ("nginx",)
_RUNS: Final = 3
_ROWS: Final = 200
_SMALL: Final = 10_000
_TIMEOUT: Final = 300.0
_JOBS: Final = "8"
_FAR, _LOSSY = Line(0.06), Line(0.06, 0.005)
_BAR: Final = "60 ms, one connection a client, small files"
_NOTES: Final = [
    "seconds of `headrace get`, from before its start to its end; both in turn, A B B A, medians; files compared",
    f"one file: 8 connections at most; small files: {_SMALL} bytes each, {_JOBS} at a time; TLS, nginx both times",
    "lines: two network namespaces, 5 MB/s and 60 ms there and back, packets lost in each direction, TCP with CUBIC",
    "one connection a client: a gate before the server resets a second one while the first lasts;",
    "there HTTP/1.1 has a rule of one connection for the host, HTTP/2 none",
    "ratio: time by HTTP/1.1 over time by HTTP/2; above 1, HTTP/2 is faster",
]


@dataclass(frozen=True)
class _Ground:
    """A line and a server."""

    name: str
    line: Line | None = None
    gated: bool = False


_GROUNDS: Final = (
    _Ground("loopback"),
    _Ground("60 ms", _FAR),
    _Ground("60 ms, 0.5 % lost", _LOSSY),
    _Ground("60 ms, one connection a client", _FAR, gated=True),
)


@dataclass
class _Served:
    """A running server, as the near end of the line sees it."""

    folder: Path
    near: Sequence[str]
    root: Path
    place: str
    ca_file: Path
    gated: bool

    @property
    def _usual(self) -> HostRule:
        """The rule for HTTP/1.1: without one, downloads side by side are reset until they are given up."""
        return HostRule(self.place, connections=1 if self.gated else None)

    def run(self, names: Sequence[str], size: int, *, by_two: bool) -> float:
        """Fetch files; return seconds. Raises RuntimeError where a byte is wrong."""
        own = ground.fresh_folder(self.folder)
        rule = HostRule(self.place, http_version="2") if by_two else self._usual
        profile = ground.make_profile(
            own / "profile", own / "target", self.ca_file, host_rules=() if rule.is_empty else (rule,)
        )
        wishes = ("--quiet", "--profile", str(profile.folder), "--dir", str(own / "target"), "-j", _JOBS)
        addresses = [f"https://{self.place}/{name}" for name in names]
        done = ground.ran([*self.near, *ground.headrace("get", *wishes, *addresses)], own, _TIMEOUT)
        for name in names:
            if wrong := seeded.first_difference(own / "target" / name, ground.SEED, size):
                raise RuntimeError(f"{name}: {wrong}")
            (own / "target" / name).unlink()
        return done.seconds


@contextmanager
def _served(folder: Path, where: _Ground, certificates: Certificates) -> Iterator[_Served]:
    with ExitStack() as stack:
        near, far, address = stack.enter_context(reached(where.line))
        server = stack.enter_context(
            nginx.serving(folder / "nginx", certificates, http2=True, address=address, inside=far)
        )
        port = server.tls_port
        if where.gated:
            command = [*far, sys.executable, "-m", "tests.support.gate", address, str(port)]
            port = int(line_of(stack.enter_context(held(command))))
        yield _Served(folder, near, server.root, f"{address}:{port}", certificates.ca_file, where.gated)


def measure(folder: Path, wishes: Wishes) -> Report:
    """Measure every case whose name is asked for."""
    size, rows = wishes.size or 20 * MIB, wishes.rows or _ROWS
    certificates = make_certificates(folder, "127.0.0.1", SERVER)
    works: Works = {
        "one file": (["file"], size),
        "small files": ([f"small-{number}" for number in range(rows)], _SMALL),
    }
    table = Table(
        f"one file of {size / MIB:g} MiB, {rows} small files", ("", "HTTP/1.1 s", "HTTP/2 s", "ratio", "min", "max")
    )
    for where in _GROUNDS:
        wanted = _wanted(works, where.name, wishes)
        if wanted:
            with _served(ground.fresh_folder(folder), where, certificates) as served:
                table.rows.extend(_rows(where.name, served, wanted, wishes.runs or _RUNS))
    tables, notes = [table], list(_NOTES)
    trials = [_third(where, works, wishes) for where in _GROUNDS if not where.gated]
    if not third_version.is_there():
        notes.append(third_version.MISSING)
    elif trials := [trial for trial in trials if trial.works]:
        tables.append(third_version.table(folder, certificates, trials, wishes.runs or _RUNS))
        notes.append(third_version.NOTE)
    return Report("versions", notes, [one for one in tables if one.rows], _bars(table))


def _third(where: _Ground, works: Works, wishes: Wishes) -> third_version.Trial:
    name = f"HTTP/3, {where.name}"
    return third_version.Trial(name, where.line, _wanted(works, name, wishes))


def _wanted(works: Works, where: str, wishes: Wishes) -> Works:
    return {what: work for what, work in works.items() if wishes.only in f"{where}, {what}"}


def _bars(table: Table) -> list[Bar]:
    ratios = [row[3] for row in table.rows if row[0] == _BAR]
    bars = [
        Bar(f"{_BAR}: HTTP/2 over HTTP/1.1", ratio, 1.15, at_least=True) for ratio in ratios if isinstance(ratio, float)
    ]
    return bars or [Bar("cases that failed", 0.0, 0.0)]


def _rows(where: str, served: _Served, works: Works, runs: int) -> Iterator[tuple[Cell, ...]]:
    for what, (names, size) in works.items():
        for name in names:
            ground.make_file(served.root / name, size)
        yield _row(f"{where}, {what}", served, names, size, runs)


def _row(
    name: str, served: _Served, names: Sequence[str], size: int, runs: int
) -> tuple[str, float, float, float, float, float]:
    one: list[float] = []
    two: list[float] = []
    for number in range(runs):
        for by_two in (False, True) if number % 2 == 0 else (True, False):
            try:
                (two if by_two else one).append(served.run(names, size, by_two=by_two))
            except subprocess.SubprocessError as error:
                raise RuntimeError(f"{name}: {error}") from error
    ratios = [first / second for first, second in zip(one, two, strict=True)]
    return name, median(one), median(two), *spread(ratios)
