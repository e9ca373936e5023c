"""A machine that slept, a network that changed: S39 and S40. Clock and addresses are the test's, all else is real.

No connection tells of its own that its other end is gone: silence is all there is, and the usual patience is long.
"""

from dataclasses import dataclass, field, replace
from time import monotonic, time
from typing import Final

import pytest
from headrace.states import DownloadState, FailureReason
from headrace.transfer import distrust, retry

from tests.conftest import ServerFactory
from tests.support import faults
from tests.support.dead_ends import refusing_port
from tests.support.engine import Engine
from tests.support.faulty_server import FaultyServer
from tests.support.invariant import assert_invariant
from tests.support.replies import Framing
from tests.support.scene import Scene
from tests.support.ways import Way, four_ways

_S = DownloadState
_AT: Final = 400_000
_PATIENCE: Final = 60.0
"""Seconds of silence that a connection is usually allowed."""
_LIFE: Final = 0.4
"""Seconds in which a connection in doubt must bring a byte, in these tests."""
WIRE: Final = frozenset({"192.168.7.2", "2001:db8:7::2"})
HOURS: Final = 3600.0


@dataclass
class World:
    """What the engine is told of sleep and networks."""

    addresses: frozenset[str] = WIRE
    slept: float = 0.0
    shaken: float = field(default_factory=monotonic)

    def clock(self) -> float:
        """Return seconds by a clock that goes on in sleep."""
        return monotonic() + self.slept

    def sleep(self) -> None:
        """Have slept for an hour."""
        self.slept += HOURS
        self.shaken = monotonic()

    def move(self) -> None:
        """Be behind another network, as when a tunnel is opened."""
        self.addresses = frozenset({"10.8.0.6"}) if self.addresses == WIRE else WIRE
        self.shaken = monotonic()

    def shake(self, how: str) -> None:
        """Let one of both happen."""
        {"sleep": self.sleep, "move": self.move}[how]()


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    """Return the world of this test."""
    usual = distrust.SIGN_OF_LIFE + retry.BACKOFF_FIRST  # of the constants as they are without a test
    world = World()
    assert usual < 10.0
    monkeypatch.setattr("headrace.transfer.distrust.SIGN_OF_LIFE", _LIFE)
    monkeypatch.setattr("headrace.upheaval._PACE", 0.1)
    monkeypatch.setattr("headrace.runner.sleepless", world.clock)
    monkeypatch.setattr("headrace.runner.own_addresses", lambda: world.addresses)
    return world


shaken: Final = pytest.mark.parametrize(
    "how", [pytest.param("sleep", marks=pytest.mark.case("S39")), pytest.param("move", marks=pytest.mark.case("S40"))]
)


@shaken
@four_ways
def test_s39_s40_connections_that_died_in_silence_are_left_soon(
    engine: Engine, faulty_server: ServerFactory, way: Way, how: str, world: World
) -> None:
    scene = Scene(way, engine, faulty_server, idle_timeout=_PATIENCE)
    scene.serve(rate=scene.resource.rate and 5_000_000)
    silent = scene.server.inject(faults.stall(_AT, times=None))
    download_id = scene.add()
    engine.until_received(download_id, _AT * (3 if scene.many else 1))
    there = engine.snapshot(download_id).received
    scene.server._faults.remove(silent)
    world.shake(how)
    path = engine.fetched(download_id, timeout=10.0)
    assert monotonic() - world.shaken < 10.0
    assert path.read_bytes() == scene.content()
    assert scene.server.body_sent < scene.size + (1 << 20)
    assert there < scene.size
    silent.gate.release.set()
    assert_invariant(engine, scene.server)


@shaken
@pytest.mark.parametrize("tls", [False, True], ids=["plain", "tls"])
def test_s39_s40_an_answer_that_does_not_come_any_more_is_not_awaited(
    engine: Engine, faulty_server: ServerFactory, tls: bool, how: str, world: World
) -> None:
    scene = Scene(Way(tls, 1), engine, faulty_server, idle_timeout=_PATIENCE)
    silent = scene.server.inject(faults.stall(faults.BEFORE_HEAD))
    download_id = scene.add()
    engine.until(silent.gate.reached.is_set)
    engine.until(lambda: engine.manager._runner._upheaval._looked is not None)
    world.shake(how)
    assert engine.fetched(download_id, timeout=10.0).read_bytes() == scene.content()
    silent.gate.release.set()
    assert_invariant(engine, scene.server)


@shaken
@four_ways
def test_s39_s40_connections_that_live_go_on(
    engine: Engine, faulty_server: ServerFactory, way: Way, how: str, world: World
) -> None:
    scene = Scene(way, engine, faulty_server, idle_timeout=_PATIENCE)
    scene.serve(rate=2_000_000)
    download_id = scene.add()
    engine.until_received(download_id, _AT)
    world.shake(how)
    assert engine.fetched(download_id).read_bytes() == scene.content()
    assert not any(seen.failure for seen in engine.seen)
    assert sum(request.client_left is not None for request in scene.server.requests) <= 8
    assert scene.many or len(scene.server.requests) == 1
    assert_invariant(engine, scene.server)


@shaken
def test_s39_s40_what_waits_for_the_network_tries_at_once(
    engine: Engine, plain_server: FaultyServer, how: str, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("headrace.transfer.retry.BACKOFF_FIRST", HOURS)
    monkeypatch.setattr("headrace.transfer.retry.BACKOFF_LIMIT", HOURS)
    plain_server.file(1000)
    plain_server.inject(faults.reset(faults.BEFORE_HEAD))
    download_id = engine.add(plain_server.url())
    engine.until_state(download_id, _S.RETRY_WAIT)
    engine.until(lambda: engine.manager._runner._upheaval._looked is not None)
    world.shake(how)
    engine.fetched(download_id, timeout=5.0)


@shaken
def test_s39_s40_what_a_server_asked_to_wait_is_waited(
    engine: Engine, plain_server: FaultyServer, how: str, world: World
) -> None:
    plain_server.file(1000)
    plain_server.inject(faults.status(503, ("Retry-After", "3600")))
    busy = engine.add(plain_server.url())
    lost = engine.add(f"http://127.0.0.1:{refusing_port()}/file")
    engine.until_state(busy, _S.RETRY_WAIT)
    engine.until(lambda: engine.manager._runner._upheaval._looked is not None)
    world.shake(how)
    assert engine.failed(lost) is FailureReason.CONNECT_FAILED
    waiting = engine.snapshot(busy)
    assert waiting.state is _S.RETRY_WAIT
    assert (waiting.retry_at or 0) > time() + 3000


@shaken
def test_s39_s40_what_cannot_be_continued_keeps_its_only_connection(
    engine: Engine, plain_server: FaultyServer, how: str, world: World
) -> None:
    size = 1_500_000
    plain_server.file(size)
    engine.restart(idle_timeout=_PATIENCE)
    plain_server.inject(faults.swap(lambda old: replace(old, etag=None, framing=Framing.CHUNKED)))
    silent = plain_server.inject(faults.stall(_AT))
    download_id = engine.add(plain_server.url())
    engine.until_received(download_id, _AT)
    world.shake(how)
    told = monotonic()
    engine.until(lambda: monotonic() - told > 2 * _LIFE)
    silent.gate.release.set()
    assert engine.fetched(download_id).stat().st_size == size
    assert len(plain_server.requests) == 1
