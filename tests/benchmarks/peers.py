"""Headrace beside curl, wget, aria2c and axel: the same work in turn, on servers of one's own."""

import contextlib
import hashlib
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Final

from tests.benchmarks import ground
from tests.benchmarks.far_server import FarServer, far_server
from tests.benchmarks.peer_tools import Aria2, Axel, Curl, Headrace, HeadraceWindow, Job, Peer, Wget
from tests.benchmarks.report import GIB, MB, MIB, Bar, Chart, Report, Table, Wishes, spread
from tests.support import needs, nginx, seeded
from tests.support.certificates import make_certificates

NEEDS: Final = ("nginx", "curl", "aria2c")
_RUNS: Final = 5
_TIMEOUT: Final = 300.0
_FILE: Final = "file"
_PER_CONNECTION: Final = 4 * MB
_FAR: Final = 20 * MB
_ROUND_TRIP: Final = 0.1
_MIDDLE: Final = 64
_MANY: Final = 5_000
_LITTLE: Final = 4096
_NOTES: Final = [
    "whole processes, from before the start to the end, file on disk; one run of each in turn, after one to warm up",
    "Headrace: a new profile each time; verification, checkpoints and history on; its files compared byte for byte",
    "headrace window: from the add in the open window to the last finished file; CPU and memory of the whole process",
    "before each run everything is flushed, and memory of the file's size taken up and given back: see ground.settle",
    "ratio: the other's time over Headrace's in the same turn, median of all turns",
    f"CPU per GiB ({GIB} bytes), user and system; peak: the greatest VmHWM, read every 20 ms",
    "far: every connection and request waits 100 ms, bytes come at 20 MB/s per connection (there is no netem here)",
]


@dataclass(frozen=True)
class Work:
    """What all of some peers do in turn; the first is Headrace."""

    name: str
    peers: tuple[Peer, ...]
    job: Callable[[Path], Job]
    size: int
    """Bytes in all."""
    bars: dict[str, float] = field(default_factory=dict)
    """By peer: how many times as fast as it Headrace is to be."""
    cheaper_than: str = ""
    """The peer whose CPU time is not to be passed."""
    files: int = 1
    before: Callable[[], None] = lambda: None
    """What is done just before each run."""


@dataclass
class _Runs:
    done: list[ground.Ran] = field(default_factory=list)

    seconds: list[float] = field(default_factory=list)


def measure(folder: Path, wishes: Wishes) -> Report:
    """Do all works, or those whose names hold `wishes.only`."""
    report = Report("peers", [*_NOTES], [], [])
    with _works(folder, wishes.size or 2 * GIB) as works:
        chosen = [work for work in works if wishes.only in work.name]
        for work in chosen:
            _note(report, work, _in_turns(folder, work, wishes.runs or _RUNS, report.notes))
    return report


@contextlib.contextmanager
def _works(folder: Path, size: int) -> Iterator[list[Work]]:
    """Start all servers; the large file has `size` bytes, all else is smaller in proportion to 2 GiB."""
    certificates = make_certificates(folder)
    with contextlib.ExitStack() as stack:
        fast = stack.enter_context(nginx.serving(folder / "nginx", certificates))
        slow = stack.enter_context(nginx.serving(folder / "slow", certificates, limit_rate=_PER_CONNECTION))
        far = stack.enter_context(far_server(fast.root, round_trip=_ROUND_TRIP, rate=_FAR))
        near = stack.enter_context(far_server(fast.root, rate=_FAR))
        grounds = _Grounds(certificates.ca_file, fast, slow, far, near, size)
        grounds.make_files()
        yield [*grounds.of_one_file(), *grounds.of_many_connections(), *grounds.of_lists()]


@dataclass(frozen=True)
class _Grounds:
    """The servers, what they have, and what is done with it."""

    ca_file: Path
    fast: nginx.Nginx
    slow: nginx.Nginx
    far: FarServer
    near: FarServer
    size: int

    def _part(self, usual: int) -> int:
        return max(1, int(min(1.0, self.size / (2 * GIB)) * usual))

    @property
    def _small(self) -> int:
        return self._part(256 * MIB)

    def make_files(self) -> None:
        """Make all that is served."""
        self.fast.file(_FILE, self.size, ground.SEED)
        for server in (self.fast, self.slow):
            server.file("small", self._small, ground.SEED)
        for number in range(self._part(_MIDDLE)):
            self.fast.file(f"m{number}", self._part(8 * MIB), number)
        for number in range(self._part(_MANY)):
            self.fast.file(f"s{number}", _LITTLE, number)

    def _job(self, *addresses: str, sha256: str | None = None) -> Callable[[Path], Job]:
        return lambda target: Job(addresses, target, self.ca_file, sha256=sha256)

    def of_one_file(self) -> Iterator[Work]:
        """Yield the works that a fast line bounds."""
        plain, tls, size = self.fast.url(_FILE), self.fast.url(_FILE, tls=True), self.size
        alone, usual = (Headrace(1), Curl(), Aria2(1), Wget()), (Headrace(), HeadraceWindow(), Aria2(8), Axel(8))
        bars = {"curl": 1.5, "aria2c -x1": 2.0}
        yield Work("plain, one connection", alone, self._job(plain), size, bars, cheaper_than="curl")
        yield Work("TLS, one connection", alone, self._job(tls), size, {"curl": 1.15, "aria2c -x1": 1.4})
        yield Work("plain, default", usual, self._job(plain), size, {"aria2c -x8": 1.5})
        yield Work("TLS, default", usual, self._job(tls), size, {"aria2c -x8": 1.3})
        digest = _sha256(self.fast.root / _FILE)
        yield Work("plain, SHA-256 expected", (Headrace(1), Aria2(1)), self._job(plain, sha256=digest), size)

    def of_many_connections(self) -> Iterator[Work]:
        """Yield the works that the speed of single connections bounds."""
        slow, near, size = self.slow.url("small"), self.near.url("small"), self._small
        sixteen, eight = (Headrace(16), Aria2(16, "1M"), Axel(16)), (Headrace(8), Aria2(8, "1M"))
        yield Work("4 MB/s a connection", sixteen, self._job(slow), size, {"aria2c -x16": 1.0})
        yield Work("eight connections", eight, self._job(near), size)
        yield Work("one of eight crawls", eight, self._job(near), size, before=self._let_one_crawl)

    def _let_one_crawl(self) -> None:
        self.near.begin_anew(slow=frozenset({3}), slow_rate=0.03 * _FAR)

    def of_lists(self) -> Iterator[Work]:
        """Yield the works of many files."""
        middle = [self.far.url(f"m{number}") for number in range(self._part(_MIDDLE))]
        small = [self.fast.url(f"s{number}") for number in range(self._part(_MANY))]
        peers: tuple[Peer, ...] = (Headrace(), HeadraceWindow(), Aria2(1), Aria2(8, "1M"), Curl())
        bars = {"aria2c -x1": 1.0, "aria2c -x8": 1.0}
        size = len(middle) * self._part(8 * MIB)
        yield Work("far, files of 8 MiB", peers, self._job(*middle), size, bars, files=len(middle))
        peers, size = (Headrace(), HeadraceWindow(), Aria2(1), Curl(), Wget()), len(small) * _LITTLE
        yield Work("files of 4 KiB", peers, self._job(*small), size, {"aria2c -x1": 1.0}, files=len(small))


def _in_turns(folder: Path, work: Work, count: int, notes: list[str]) -> dict[str, _Runs]:
    """Let the peers that are on the machine run in turn, each time beginning with another; one that fails is left out.

    Raises RuntimeError where Headrace fails.
    """
    peers = [peer for peer in work.peers if peer.program is None or needs.program(peer.program)]
    found = {peer.name: _Runs() for peer in peers}
    for turn in range(count + 1):
        shift = turn % len(peers)
        for peer in peers[shift:] + peers[:shift]:
            try:
                done = _run(folder, work, peer) if peer.name in found else None
            except RuntimeError as error:
                if isinstance(peer, Headrace | HeadraceWindow):
                    raise
                notes.append(f"{work.name}: {peer.name} is left out: {error}")
                del found[peer.name]
                continue
            if done is not None and turn:
                found[peer.name].done.append(done)
                found[peer.name].seconds.append(peer.seconds(done))
    return {name: runs for name, runs in found.items() if runs.done}


def _run(folder: Path, work: Work, peer: Peer) -> ground.Ran | None:
    target = folder / "target"
    target.mkdir()
    job = work.job(target)
    command = peer.command(job)
    try:
        if command is None:
            return None
        ground.settle(work.size)
        work.before()
        done = ground.ran(command, folder, _TIMEOUT)
        _check(work, peer, target)
        return done
    finally:
        shutil.rmtree(target)
        shutil.rmtree(target.with_suffix(".profile"), ignore_errors=True)


def _check(work: Work, peer: Peer, target: Path) -> None:
    """See that all is there, and of Headrace that it is right. Raises RuntimeError."""
    files = sorted(target.iterdir())
    if len(files) != work.files or sum(path.stat().st_size for path in files) != work.size:
        raise RuntimeError(f"{work.name}: {peer.name} left {len(files)} files of {work.files}, or not all of them")
    if not isinstance(peer, Headrace | HeadraceWindow):
        return
    for path in files:
        seed = int(path.name[1:]) if path.name[1:].isdecimal() else ground.SEED
        if wrong := seeded.first_difference(path, seed, path.stat().st_size):
            raise RuntimeError(f"{work.name}: {path.name}: {wrong}")


def _note(report: Report, work: Work, found: dict[str, _Runs]) -> None:
    """Enter what one work gave into the report."""
    unit, scale = ("MB/s", work.size / MB) if work.files == 1 else ("files/s", float(work.files))
    title = f"{work.name}: {work.size / MIB:g} MiB in {work.files} file(s)"
    table = Table(title, ("", f"median {unit}", "min", "max", "CPU s/GiB", "peak MiB", "ratio"))
    chart = Chart(work.name, unit)
    own = next(iter(found.values()))
    for name, runs in found.items():
        speeds = spread([scale / one for one in runs.seconds])
        peak = max(one.peak_rss for one in runs.done) / MIB
        ratio = None if runs is own else _ratio(own, runs)
        table.rows.append((name, *speeds, _cost(runs, work), peak, ratio))
        chart.bars.append((name, *speeds))
    report.tables.append(table)
    report.charts.append(chart)
    for name, bound in work.bars.items():
        if name in found:
            report.bars.append(
                Bar(f"{work.name}: times as fast as {name}", _ratio(own, found[name]), bound, at_least=True)
            )
    if work.cheaper_than in found:
        cost, most = _cost(own, work), _cost(found[work.cheaper_than], work)
        report.bars.append(Bar(f"{work.name}: CPU s/GiB, against {work.cheaper_than}", cost, most))


def _ratio(own: _Runs, other: _Runs) -> float:
    return median(theirs / ours for theirs, ours in zip(other.seconds, own.seconds, strict=True))


def _cost(runs: _Runs, work: Work) -> float:
    return median(one.cpu for one in runs.done) * GIB / work.size


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
