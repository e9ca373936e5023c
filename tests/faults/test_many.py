"""Many at once: ten thousand on the list, a thousand waits, and a host that takes few connections from all together."""

import threading
import time
from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from typing import Any, Final

import pytest
from headrace.net.connections import WakeableHTTPConnection
from headrace.spec import DownloadSpec
from headrace.states import DownloadState, Failure, FailureReason

from tests.benchmarks.report import percentile
from tests.support import faults, seeded
from tests.support.engine import Engine
from tests.support.engine_parts import make_record
from tests.support.faulty_server import FaultyServer
from tests.support.invariant import assert_invariant
from tests.support.leaks import held
from tests.support.opened_store import Opened
from tests.support.replies import Resource

pytestmark = pytest.mark.alone

MIB: Final = 1 << 20
MANY: Final = 10_000
BATCH: Final = 200
"""How many a window hands over in one turn of its event loop."""
WAITS: Final = 1_000
CAP: Final = 6


def resident() -> int:
    """Return the bytes of memory this process has now (Linux)."""
    lines = Path("/proc/self/status").read_text(encoding="ascii", errors="replace").splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmRSS"))


@pytest.mark.case("U07")
def test_u07_ten_thousand_pasted_and_loaded_again(engine: Engine, plain_server: FaultyServer) -> None:
    plain_server.inject(faults.stall(times=None))
    before, turns = resident(), []
    for first in range(0, MANY, BATCH):
        addresses = (plain_server.url(f"/{number}") for number in range(first, first + BATCH))
        specs = [DownloadSpec(address, engine.folder) for address in addresses]
        turns.append(seconds_of(lambda specs=specs: engine.manager.add(specs)))  # type: ignore[misc]
    assert len(engine.manager.snapshots()) == MANY
    assert percentile(turns, 90) < 0.1
    engine.until(lambda: len(engine.manager._runner) == engine.settings.max_running)
    for call in (engine.manager.pause_all, engine.manager.totals):
        assert seconds_of(call) < 2.0
    assert engine.close()
    assert seconds_of(lambda: setattr(engine, "manager", engine._open())) < 2.0
    assert {one.state for one in engine.manager.snapshots()} == {DownloadState.PAUSED}
    assert len(engine.manager.snapshots()) == MANY
    assert resident() - before < 300 * MIB


def seconds_of(call: Callable[[], object]) -> float:
    """Return how long a call takes."""
    began = perf_counter()
    call()
    return perf_counter() - began


class Doors:
    """Counts the connections of this program, from before they are made until they are closed."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._open: dict[int, int] = {}
        self.peak: dict[int, int] = {}

    def opened(self, port: int) -> None:
        """Count one more to `port`."""
        with self._lock:
            self._open[port] = self._open.get(port, 0) + 1
            self.peak[port] = max(self.peak.get(port, 0), self._open[port])

    def closed(self, port: int) -> None:
        """Count one less."""
        with self._lock:
            self._open[port] -= 1


@pytest.fixture
def doors(monkeypatch: pytest.MonkeyPatch) -> Doors:
    """Return a count of the engine's connections, by port."""
    found = Doors()
    connect, drop = WakeableHTTPConnection._connect_to, WakeableHTTPConnection._drop_handle

    def counted(connection: Any, call: Any, kind: Any, address: Any) -> Any:
        found.opened(connection.port)
        return connect(connection, call, kind, address)

    def dropped(connection: Any) -> None:
        if connection._handle is not None:
            found.closed(connection.port)
        drop(connection)

    monkeypatch.setattr(WakeableHTTPConnection, "_connect_to", counted)
    monkeypatch.setattr(WakeableHTTPConnection, "_drop_handle", dropped)
    return found


@pytest.mark.case("U09")
@pytest.mark.parametrize("redirected", [False, True], ids=["", "redirected"])
def test_u09_a_host_never_has_more_connections_than_allowed(
    engine: Engine, faulty_server: Any, doors: Doors, redirected: bool
) -> None:
    first, server = faulty_server(), faulty_server()
    engine.restart(max_per_host=CAP, max_connections=8, max_running=30)
    engine.manager._runner.hosts.learn(f"127.0.0.1:{server.port}", 8)
    sizes = [6 * MIB if number % 8 == 0 else 40_000 for number in range(40)]
    ids = []
    for number, size in enumerate(sizes):
        address = server.add(Resource(f"/{number}", size=size, rate=3 * MIB))
        if redirected:
            address = first.add(Resource(f"/{number}", redirect=address))
        ids.append(engine.add(address))
    for download_id, size in zip(ids, sizes, strict=True):
        assert seeded.first_difference(engine.fetched(download_id), 1, size) is None
    assert doors.peak[server.port] == CAP
    assert doors.peak.get(first.port, 0) <= CAP
    assert_invariant(engine, server)


def own_threads() -> int:
    """Return how many threads there are beside those of the scripted server (Linux)."""
    servers = sum(thread.name.startswith("faulty") for thread in threading.enumerate())
    return len(held().system_threads) - servers


@pytest.mark.case("U15")
def test_u15_a_thousand_waits_hold_no_thread(engine: Engine, plain_server: FaultyServer) -> None:
    assert engine.close()
    store = Opened(engine.profile.database)
    busy = Failure(FailureReason.SERVER_BUSY, status=503, retry_after=3600.0)
    for number in range(1, WAITS + 1):
        soon = number % 100 == 0
        store.store.save(
            make_record(
                number,
                address=plain_server.file(1000, f"/{number}"),
                folder=engine.folder,
                state=DownloadState.RETRY_WAIT,
                failure=busy,
                retry_at=time.time() + (0.5 if soon else 3600.0),
            )
        )
    store.close()
    before = own_threads()
    engine.manager = engine._open()
    assert len(engine.manager.snapshots()) == WAITS
    engine.until(lambda: engine.manager.totals().finished == WAITS // 100)
    engine.until_still()
    assert {request.path for request in plain_server.requests} == {f"/{one}" for one in range(100, WAITS + 1, 100)}
    assert own_threads() <= before + 4  # the store, the two that go the rounds, and what closes idle connections
    assert engine.manager.totals().waiting == WAITS - WAITS // 100


@pytest.mark.case("U15")
def test_u15_what_a_server_asks_to_wait_is_waited_by_the_clock(engine: Engine, plain_server: FaultyServer) -> None:
    count = 60
    plain_server.inject(faults.status(503, ("Retry-After", "60"), times=None))
    engine.restart(max_running=10)
    before = own_threads()
    engine.manager.add([DownloadSpec(plain_server.url(f"/{number}"), engine.folder) for number in range(count)])
    engine.until(lambda: {one.state for one in engine.manager.snapshots()} == {DownloadState.RETRY_WAIT})
    engine.until_still()
    assert engine.manager.totals().waiting == count
    assert all(one.retry_at is not None and one.retry_at > time.time() + 50 for one in engine.manager.snapshots())
    assert own_threads() <= before
