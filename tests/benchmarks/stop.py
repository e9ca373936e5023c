"""How fast a download stops: the call of `pause`, and the end of its thread, in every phase of a transfer."""

import random
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from headrace.profile import Profile
from headrace.settings import Settings
from headrace.states import DownloadState
from PySide6.QtCore import QCoreApplication, QEventLoop

from tests.benchmarks import ground
from tests.benchmarks.report import MIB, Bar, Report, Table, Wishes, percentile, tail
from tests.support import faults, seeded
from tests.support.certificates import Certificates, make_certificates
from tests.support.dead_ends import silent_port
from tests.support.engine import Engine
from tests.support.faults import Welcome
from tests.support.faulty_server import FaultyServer
from tests.support.replies import Resource

NEEDS: Final = ()
_RUNS: Final = 50
_PAUSES: Final = 300
_STALL_SIZE: Final = 2 * MIB
_FLOW_SIZE: Final = 16 * MIB
_FLOW_RATE: Final = 50_000_000
_STORM_SIZE: Final = 256 * MIB
_STORM_RATE: Final = 20_000_000
_STORM_GAP: Final = 0.06
_IN_CONNECT: Final = 0.02
"""Seconds from CONNECTING until the thread waits in the system's connect."""
_NOTES: Final = [
    "engine and scripted server in one process; the server is silent in each phase but 'body, flowing' (50 MB/s)",
    "ended: from before the call of pause until the manager has seen the thread end, what had arrived being flushed",
    "the storm pauses one TLS download (20 MB/s) at random moments of all phases, 0 to 60 ms after it was resumed",
    "on the wire: body bytes the server gave to its system, also those on their way when the pause came",
]


@dataclass(frozen=True)
class _Stops:
    """Seconds of the calls and until the ends."""

    calls: list[float]
    ends: list[float]


class _Bench:
    """Brings downloads into a phase and pauses them."""

    def __init__(self, folder: Path, certificates: Certificates) -> None:
        self.certificates = certificates
        settings = Settings(folder / "target", ca_file=certificates.ca_file)
        self.engine = Engine(Profile.at(folder / "profile"), folder / "target", settings)

    def stop(self, download_id: str) -> tuple[float, float]:
        """Pause; return the seconds of the call and until no thread is left."""
        manager, runner = self.engine.manager, self.engine.manager._runner
        began = time.perf_counter()
        manager.pause([download_id])
        called = time.perf_counter()
        while len(runner):
            QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
        return called - began, time.perf_counter() - began

    def stops(self, count: int, bring: Callable[[], str]) -> _Stops:
        """Pause `count` downloads as `bring` brings them into the phase."""
        found = _Stops([], [])
        for _ in range(count):
            download_id = bring()
            call, end = self.stop(download_id)
            found.calls.append(call)
            found.ends.append(end)
            self.engine.manager.remove([download_id])
        return found

    @contextmanager
    def server(self, *, tls: bool) -> Iterator[FaultyServer]:
        """Run a scripted server that lets go of everything at the end."""
        with FaultyServer(self.certificates.server_context() if tls else None) as server:
            yield server
            server.heal()

    # The phases: each brings a download there and returns its id.

    def connecting(self, address: str) -> str:
        """Wait in the system's connect."""
        download_id = self.engine.add(address)
        self.engine.until_state(download_id, DownloadState.CONNECTING)
        time.sleep(_IN_CONNECT)
        return download_id

    def shaking_hands(self, server: FaultyServer) -> str:
        """Wait for the answer to the TLS greeting."""
        gate = server.welcome(Welcome()).gate
        download_id = self.engine.add(server.file(_STALL_SIZE))
        self.engine.until(gate.reached.is_set)
        return download_id

    def in_headers(self, server: FaultyServer) -> str:
        """Wait for the answer."""
        gate = server.inject(faults.stall()).gate
        download_id = self.engine.add(server.file(_STALL_SIZE))
        self.engine.until(gate.reached.is_set)
        return download_id

    def in_silent_body(self, server: FaultyServer) -> str:
        """Wait for the second half of the body."""
        server.inject(faults.stall(_STALL_SIZE // 2))
        download_id = self.engine.add(server.file(_STALL_SIZE))
        self.engine.until_received(download_id, _STALL_SIZE // 2)
        return download_id

    def in_flowing_body(self, server: FaultyServer) -> str:
        """Receive the body."""
        address = server.add(Resource("/flow", size=_FLOW_SIZE, rate=_FLOW_RATE))
        download_id = self.engine.add(address)
        self.engine.until_state(download_id, DownloadState.DOWNLOADING)
        self.engine.until_received(download_id, 1)
        return download_id


def measure(folder: Path, wishes: Wishes) -> Report:
    """Measure every phase, then one download that is paused again and again."""
    QCoreApplication.instance() or QCoreApplication([])
    bench = _Bench(folder, make_certificates(folder))
    try:
        found = dict(_phases(bench, wishes.runs or _RUNS))
        storm, right = _storm(bench, wishes)
    finally:
        bench.engine.close()
    return Report("stop", _NOTES, [_table(found), storm], [*_bars(found), right])


def _phases(bench: _Bench, count: int) -> Iterator[tuple[str, _Stops]]:
    with silent_port() as port:
        for scheme in ("http", "https"):
            address = f"{scheme}://127.0.0.1:{port}/file"
            yield f"connect, {scheme}", bench.stops(count, lambda address=address: bench.connecting(address))  # type: ignore[misc]
    with ExitStack() as stack:
        plain, tls = (stack.enter_context(bench.server(tls=tls)) for tls in (False, True))
        yield "TLS handshake", bench.stops(count, lambda: bench.shaking_hands(tls))
        bodies = {
            "headers": bench.in_headers,
            "body, silent": bench.in_silent_body,
            "body, flowing": bench.in_flowing_body,
        }
        for phase, bring in bodies.items():
            yield f"{phase}, plain", bench.stops(count, lambda bring=bring: bring(plain))  # type: ignore[misc]
            yield f"{phase}, TLS", bench.stops(count, lambda bring=bring: bring(tls))  # type: ignore[misc]


def _table(found: dict[str, _Stops]) -> Table:
    count = len(next(iter(found.values())).calls)
    head = ("milliseconds", "call p50", "p99", "max", "ended p50", "p99", "max")
    rows = [(phase, *tail(stops.calls, 1000), *tail(stops.ends, 1000)) for phase, stops in found.items()]
    return Table(f"pause, {count} in each phase", head, [*rows])


def _bars(found: dict[str, _Stops]) -> list[Bar]:
    calls = [call for stops in found.values() for call in stops.calls]
    worst = max(percentile(stops.ends, 99) for stops in found.values())
    return [
        Bar("median call of pause", percentile(calls, 50) * 1000, 1.0, "ms"),
        Bar("p99 until the thread's end, worst phase", worst * 1000, 100.0, "ms"),
    ]


def _storm(bench: _Bench, wishes: Wishes) -> tuple[Table, Bar]:
    """Pause and resume one download again and again, then let it finish and compare every byte."""
    size, pauses = wishes.size or _STORM_SIZE, wishes.pauses or _PAUSES
    with bench.server(tls=True) as server:
        download_id = bench.engine.add(server.add(Resource("/storm", size=size, seed=ground.SEED, rate=_STORM_RATE)))
        done, ends = _pause_again_and_again(bench, download_id, pauses, random.Random(wishes.seed))
        server.add(Resource("/storm", size=size, seed=ground.SEED))  # the rest at full speed
        wrong = seeded.first_difference(bench.engine.fetched(download_id, 60), ground.SEED, size)
        sent = server.body_sent
    head = ("", "pauses", "ended p50 ms", "p99", "max", "on the wire / size", "twice per pause, KiB", "file")
    table = Table(f"one TLS download of {size / MIB:g} MiB paused {done} times", head)
    table.rows.append(("storm", done, *tail(ends, 1000), sent / size, (sent - size) / done / 1024, wrong or "right"))
    return table, Bar("wrong files after the storm", int(bool(wrong)), 0)


def _pause_again_and_again(
    bench: _Bench, download_id: str, pauses: int, chance: random.Random
) -> tuple[int, list[float]]:
    """Pause and resume until `pauses` are done or the file is; return their number and the seconds until each end."""
    ends = []
    for _ in range(pauses):
        moment = time.perf_counter() + chance.uniform(0, _STORM_GAP)
        bench.engine.until(lambda moment=moment: time.perf_counter() >= moment)  # type: ignore[misc]
        if bench.engine.state(download_id) is DownloadState.COMPLETED:
            break
        ends.append(bench.stop(download_id)[1])
        bench.engine.manager.resume([download_id])
    return len(ends), ends
