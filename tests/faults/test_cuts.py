"""Connections that end, fall silent or were closed already: S01 to S03, S05, S26, S27, S31, S32 in four ways."""

from collections.abc import Callable
from time import perf_counter
from typing import Final

import pytest
from headrace.states import DownloadState, FailureReason
from headrace.transfer.body import GLANCE

from tests.conftest import ServerFactory
from tests.faults.plugin import rows
from tests.support import faults, seeded
from tests.support.engine import Engine
from tests.support.faults import Fault
from tests.support.faulty_server import FaultyServer
from tests.support.replies import Resource
from tests.support.scene import SMALL, Scene
from tests.support.ways import Way, four_ways

_R = FailureReason
STOP_BAR: Final = 0.1
_AT: Final = 400_000
"""A place within the first block of a segment, which is never given to another connection."""

CUTS: list[tuple[str, Callable[..., Fault], int]] = [
    ("S01 FIN after no byte", faults.cut, 0),
    ("S01 FIN on the way", faults.cut, _AT),
    ("S02 RST on the way", faults.reset, _AT),
]


@four_ways
@pytest.mark.parametrize(("case", "how", "at"), rows(*CUTS))
def test_s01_s02_what_was_received_is_not_sent_again(
    engine: Engine, faulty_server: ServerFactory, way: Way, case: str, how: Callable[..., Fault], at: int
) -> None:
    scene = Scene(way, engine, faulty_server)
    fault = scene.server.inject(how(at, when=scene.only(1)))
    scene.arrives()
    assert fault.applied == 1
    asked = scene.asked()
    begun = next(start for start, sent in asked if sent == at and (start > 0) is scene.many)
    assert begun + at - min(at, GLANCE) in [start for start, _ in asked]


@pytest.mark.case("S01", "S02")
@pytest.mark.parametrize("how", [faults.cut, faults.reset])
@pytest.mark.parametrize("tls", [False, True], ids=["plain", "tls"])
def test_s01_s02_a_cut_costs_64_kib_at_most(
    engine: Engine, faulty_server: ServerFactory, how: Callable[[int], Fault], tls: bool
) -> None:
    server = faulty_server(tls=tls)
    address = server.file(SMALL)
    server.inject(how(SMALL - 1))
    engine.fetched(engine.add(address))
    assert SMALL <= server.body_sent <= SMALL + (64 << 10)
    assert server.requests[-1].range_start == SMALL - 1 - GLANCE


@pytest.mark.case("S03")
@four_ways
def test_s03_silence_ends_with_the_idle_time(engine: Engine, faulty_server: ServerFactory, way: Way) -> None:
    scene = Scene(way, engine, faulty_server, idle_timeout=0.4)
    fault = scene.server.inject(faults.stall(_AT, when=scene.only(1)))
    scene.arrives()
    fault.gate.release.set()
    stalled = next(one for one in scene.server.requests if one.client_left is not None)
    assert (stalled.range_start or 0) + _AT - GLANCE in [start for start, _ in scene.asked()]


@pytest.mark.case("S05")
@four_ways
def test_s05_a_request_without_answer_ends_with_the_idle_time(
    engine: Engine, faulty_server: ServerFactory, way: Way
) -> None:
    scene = Scene(way, engine, faulty_server, idle_timeout=0.4)
    fault = scene.server.inject(faults.stall(faults.BEFORE_HEAD, when=scene.only(1)))
    scene.arrives()
    fault.gate.release.set()
    assert len(scene.server.requests) > 1


@pytest.mark.case("S05")
@pytest.mark.parametrize("tls", [False, True], ids=["plain", "tls"])
def test_s05_waiting_for_an_answer_is_cancelled_at_once(
    engine: Engine, faulty_server: ServerFactory, tls: bool
) -> None:
    server = faulty_server(tls=tls)
    gate = server.inject(faults.stall(faults.BEFORE_HEAD, times=None)).gate
    download_id = engine.add(server.file(SMALL))
    engine.until(gate.reached.is_set)
    began = perf_counter()
    engine.manager.pause([download_id])
    engine.until_still()
    assert perf_counter() - began < STOP_BAR
    assert engine.state(download_id) is DownloadState.PAUSED
    server.heal()


@pytest.mark.case("S26")
@four_ways
@pytest.mark.parametrize("status", [500])
def test_s26_errors_of_the_server_pass(engine: Engine, faulty_server: ServerFactory, way: Way, status: int) -> None:
    scene = Scene(way, engine, faulty_server)
    scene.server.inject(faults.status(status, times=3, when=scene.only(1, 2, 3)))
    scene.arrives()


@pytest.mark.case("S26")
def test_s26_progress_gives_the_tries_back(engine: Engine, plain_server: FaultyServer) -> None:
    engine.restart(tries=3)
    address = plain_server.add(Resource("/file", size=5 * SMALL))
    plain_server.inject(faults.cut(1_200_000, times=None, when=lambda request: request.nth % 3 == 1))
    plain_server.inject(faults.status(500, times=None, when=lambda request: request.nth % 3 != 1))
    assert engine.fetched(engine.add(address)).read_bytes() == seeded.body(1, 0, 5 * SMALL)


@pytest.mark.case("S27")
@pytest.mark.parametrize("tls", [False, True], ids=["plain", "tls"])
def test_s27_what_one_segment_is_refused_others_fetch(engine: Engine, faulty_server: ServerFactory, tls: bool) -> None:
    scene = Scene(Way(tls, 8), engine, faulty_server)
    fault = scene.server.inject(faults.status(404, when=scene.only(2)))
    scene.arrives()
    assert fault.applied == 1


@pytest.mark.case("S27")
@pytest.mark.parametrize("tls", [False, True], ids=["plain", "tls"])
def test_s27_one_connection_keeps_what_it_has(engine: Engine, faulty_server: ServerFactory, tls: bool) -> None:
    scene = Scene(Way(tls, 1), engine, faulty_server)
    scene.server.inject(faults.cut(_AT))
    scene.server.inject(faults.status(404, when=faults.resuming))
    download_id = scene.add()
    assert engine.failed(download_id) is _R.NOT_FOUND
    assert engine.snapshot(download_id).received == _AT
    engine.manager.resume([download_id])
    assert engine.fetched(download_id).read_bytes() == scene.content()
    assert scene.server.requests[-1].range_start == _AT - GLANCE


@pytest.mark.case("S31")
@pytest.mark.parametrize("how", [faults.cut, faults.reset])
@pytest.mark.parametrize("tls", [False, True], ids=["plain", "tls"])
def test_s31_a_connection_closed_while_idle_costs_no_try(
    engine: Engine, faulty_server: ServerFactory, how: Callable[..., Fault], tls: bool
) -> None:
    engine.restart(tries=1)
    server = faulty_server(tls=tls)
    engine.fetched(engine.add(server.file(1000, "/first")))
    fault = server.inject(how(faults.BEFORE_HEAD, when=faults.on_path("/second")))
    download_id = engine.add(server.file(1000, "/second"))
    assert engine.fetched(download_id).read_bytes() == seeded.body(1, 0, 1000)
    assert fault.applied == 1
    assert [request.connection for request in server.requests] == [1, 1, 2]
    assert not any(seen.failure for seen in engine.seen)


@pytest.mark.case("S32")
@four_ways
def test_s32_cut_after_each_64_kib(engine: Engine, faulty_server: ServerFactory, way: Way) -> None:
    scene = Scene(way, engine, faulty_server, tries=2)
    scene.serve(size=8 << 20)
    scene.server.inject(faults.cut_every(65_536))
    scene.arrives()
    assert len(scene.server.requests) >= 128
    assert scene.server.body_sent <= 1.01 * scene.size
