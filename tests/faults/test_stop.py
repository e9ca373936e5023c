"""Stopping: pause, cancel and quit in every phase, plain and TLS, with a server that does not answer."""

from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter

import pytest
from headrace.states import DownloadState

from tests.conftest import ServerFactory
from tests.support import faults, seeded
from tests.support.dead_ends import silent_port
from tests.support.engine import Engine
from tests.support.faults import Welcome
from tests.support.faulty_server import FaultyServer
from tests.support.replies import Resource

pytestmark = pytest.mark.alone

CALL_BAR = 0.001
STOP_BAR = 0.1
SIZE = 2_000_000


@contextmanager
def stalled(server: FaultyServer, engine: Engine, phase: str) -> Iterator[str]:
    """Bring a download to a stall in `phase`."""
    address = server.file(SIZE)
    if phase == "handshake":
        gate = server.welcome(Welcome()).gate
    else:
        gate = server.inject(faults.stall(faults.BEFORE_HEAD if phase == "headers" else SIZE // 2)).gate
    download_id = engine.add(address)
    engine.until(gate.reached.is_set)
    if phase == "body":
        engine.until_received(download_id, SIZE // 2)
    yield download_id
    gate.release.set()


PHASES = [("plain", "headers"), ("plain", "body"), ("tls", "handshake"), ("tls", "headers"), ("tls", "body")]


@pytest.mark.case("S05")
@pytest.mark.parametrize("action", ["pause", "remove"])
@pytest.mark.parametrize(("kind", "phase"), PHASES)
def test_a_stalled_transfer_stops_at_once(
    engine: Engine, faulty_server: ServerFactory, kind: str, phase: str, action: str
) -> None:
    server = faulty_server(tls=kind == "tls")
    with stalled(server, engine, phase) as download_id:
        began = perf_counter()
        getattr(engine.manager, action)([download_id])
        engine.until_still()
        stopped = perf_counter() - began
    assert stopped < STOP_BAR
    server.wait_until(lambda seen: seen.connections_open == 0, 2.0)


def test_a_connect_without_answer_stops_at_once(engine: Engine) -> None:
    with silent_port() as port:
        download_id = engine.add(f"http://127.0.0.1:{port}/file")
        engine.until_state(download_id, DownloadState.CONNECTING)
        began = perf_counter()
        engine.manager.pause([download_id])
        engine.until_still()
        assert perf_counter() - began < STOP_BAR


def test_pause_returns_in_a_millisecond(engine: Engine, plain_server: FaultyServer) -> None:
    calls = []
    gate = plain_server.inject(faults.stall(1000, times=None)).gate
    download_id = engine.add(plain_server.file(SIZE))
    for _ in range(20):
        engine.until_received(download_id, 1000)
        began = perf_counter()
        engine.manager.pause([download_id])
        calls.append(perf_counter() - began)
        engine.until_still()
        engine.manager.resume([download_id])
        engine.until_state(download_id, DownloadState.DOWNLOADING)
    gate.release.set()
    assert sorted(calls)[len(calls) // 2] < CALL_BAR


def test_quit_with_stalled_transfers_takes_no_time(engine: Engine, tls_server: FaultyServer) -> None:
    tls_server.inject(faults.stall(1000, times=None))
    ids = [engine.add(tls_server.add(Resource(f"/{number}", size=SIZE))) for number in range(4)]
    for download_id in ids:
        engine.until_received(download_id, 1000)
    began = perf_counter()
    assert engine.close()
    assert perf_counter() - began < 1.0
    tls_server.heal()


@pytest.mark.case("U01")
@pytest.mark.parametrize("tls", [False, True], ids=["plain", "tls"])
def test_u01_many_pauses_leave_the_right_file_and_little_waste(
    engine: Engine, faulty_server: ServerFactory, tls: bool
) -> None:
    size = 24_000_000
    server = faulty_server(tls=tls)
    download_id = engine.add(server.add(Resource("/file", size=size, rate=20_000_000)))
    for number in range(25):
        engine.until(lambda: engine.state(download_id) is not DownloadState.CONNECTING)
        target = (number + 1) * size // 30
        engine.until(lambda target=target: engine.snapshot(download_id).received >= target)  # type: ignore[misc]
        engine.manager.pause([download_id])
        engine.manager.resume([download_id])
    path = engine.fetched(download_id, 60)
    assert path.read_bytes() == seeded.body(1, 0, size)


@pytest.mark.case("U02")
def test_u02_an_old_attempt_never_writes_into_a_new_one(engine: Engine, plain_server: FaultyServer) -> None:
    address = plain_server.file(SIZE)
    for _ in range(10):
        download_id = engine.add(address)
        engine.until(lambda: bool(plain_server.requests))
        engine.manager.remove([download_id])
    download_id = engine.add(address)
    assert engine.fetched(download_id).read_bytes() == seeded.body(1, 0, SIZE)


@pytest.mark.case("U03")
def test_u03_needless_calls_have_no_effect(engine: Engine, plain_server: FaultyServer) -> None:
    download_id = engine.add(plain_server.file(1000))
    engine.fetched(download_id)
    for action in ("pause", "resume", "pause", "restore"):
        getattr(engine.manager, action)([download_id, "unknown"])
    assert engine.state(download_id) is DownloadState.COMPLETED
    engine.manager.remove([download_id])
    engine.manager.remove([download_id])
    assert engine.manager.snapshot(download_id) is None
