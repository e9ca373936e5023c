"""Connections that adapt: as many as help, as few as a server bears, remembered by host; a slow one holds up nobody."""

from collections.abc import Callable
from itertools import count
from time import monotonic

import pytest
from headrace.addresses import host_of
from headrace.states import Notice

from tests.conftest import ServerFactory
from tests.support import faults, seeded
from tests.support.engine import Engine
from tests.support.faults import Fault
from tests.support.faulty_server import FaultyServer
from tests.support.invariant import assert_invariant
from tests.support.replies import Framing, Reply, Request, Resource, plain_reply

MIB = 1 << 20
SIZE = 8 * MIB + 12_345
RATE = 2 * MIB
"""Bytes/s of each connection: slow enough for a further one to be worth it, quick enough for a test."""

plain_and_tls = pytest.mark.parametrize("tls", [False, True], ids=["plain", "tls"])


def know(engine: Engine, address: str, connections: int = 8) -> None:
    """Let the engine begin with so many connections to the host of `address`."""
    engine.manager._runner.hosts.learn(host_of(address), connections)


def useful(engine: Engine, address: str) -> int | None:
    """Return how many connections the engine found useful for the host of `address`."""
    return engine.manager._runner.hosts.useful(host_of(address))


def fetch(engine: Engine, address: str, size: int = SIZE) -> float:
    """Download a file, see that it is right, and return the seconds it took."""
    began = monotonic()
    path = engine.fetched(engine.add(address))
    seconds = monotonic() - began
    assert seeded.first_difference(path, 1, size) is None
    return seconds


def early(server: FaultyServer, path: str, seconds: float = 1.0) -> int:
    """Return how many requests for `path` came within so many seconds of the first."""
    times = [request.time for request in server.requests if request.path == path]
    return sum(time - times[0] < seconds for time in times)


# How many.


def test_a_cap_per_connection_gets_eight_and_the_next_process_begins_with_them(
    engine: Engine, plain_server: FaultyServer
) -> None:
    size = 24 * MIB
    address = plain_server.add(Resource("/file", size=size, rate=MIB))
    assert fetch(engine, address, size) < 0.5 * size / MIB
    assert (plain_server.connections_peak, useful(engine, address)) == (8, 8)
    engine.restart()
    fetch(engine, plain_server.add(Resource("/next", size=SIZE, rate=RATE)))
    assert early(plain_server, "/next") >= 4
    assert useful(engine, address) == 8
    assert_invariant(engine, plain_server)


@pytest.mark.calm
def test_one_pipe_for_all_ends_with_few(engine: Engine, faulty_server: ServerFactory) -> None:
    server = faulty_server(line_rate=4 * MIB)
    size = 16 * MIB
    address = server.file(size)
    assert fetch(engine, address, size) < 1.3 * size / (4 * MIB)
    assert server.connections_peak <= 2
    assert useful(engine, address) in (1, 2)


@pytest.mark.parametrize(("setting", "wish"), [(3, None), (8, 3)], ids=["the setting", "the wish"])
def test_what_the_user_allows_is_the_most(
    engine: Engine, plain_server: FaultyServer, setting: int, wish: int | None
) -> None:
    engine.restart(max_connections=setting)
    address = plain_server.add(Resource("/file", size=SIZE, rate=2 * RATE))
    know(engine, address)
    engine.fetched(engine.add(address, connections=wish))
    assert plain_server.connections_peak == 3
    assert useful(engine, address) == 8, "what the user allows is nothing that was learnt of the host"


def test_a_host_that_answered_ranges_wrongly_is_asked_by_one_connection(
    engine: Engine, plain_server: FaultyServer
) -> None:
    address = plain_server.add(Resource("/file", size=SIZE, rate=2 * RATE))
    know(engine, address)
    engine.manager._runner.hosts.ranges_failed(host_of(address))
    fetch(engine, address)
    assert len(plain_server.requests) == 1


# The tail.


@plain_and_tls
@pytest.mark.parametrize("which", [1, 4], ids=["the first", "a further one"])
def test_a_connection_that_crawls_does_not_hold_the_tail(
    engine: Engine, faulty_server: ServerFactory, which: int, tls: bool
) -> None:
    server = faulty_server(tls=tls)
    address = server.add(Resource("/file", size=SIZE, rate=RATE))
    know(engine, address)
    server.inject(faults.slow(20_000, after=200_000, when=faults.nth(which)))
    assert fetch(engine, address) < 6.0
    assert_invariant(engine, server)


def test_all_that_run_dry_share_what_a_crawling_connection_has_left(engine: Engine, plain_server: FaultyServer) -> None:
    """What would take a second is divided again, and who crawls in too little of it keeps nobody from the others."""
    address = plain_server.add(Resource("/file", size=64 * MIB, rate=2 * RATE))
    know(engine, address)
    plain_server.inject(faults.slow(RATE // 16, when=faults.nth(4)))
    fetch(engine, address, 64 * MIB)
    crawler = plain_server.requests[3]
    start, end = crawler.range_start or 0, (crawler.range_start or 0) + 8 * MIB
    helpers = [one for one in plain_server.requests if one is not crawler and start <= (one.range_start or 0) < end]
    assert len(helpers) >= 4
    assert_invariant(engine, plain_server)


@plain_and_tls
def test_a_connection_that_falls_silent_costs_no_more_than_its_own_time(
    engine: Engine, faulty_server: ServerFactory, tls: bool
) -> None:
    server = faulty_server(tls=tls)
    engine.restart(idle_timeout=20.0)
    address = server.add(Resource("/file", size=SIZE, rate=RATE))
    know(engine, address)
    silent = server.inject(faults.stall(100_000, when=faults.nth(4)))
    assert fetch(engine, address) < 8.0
    assert silent.gate.reached.is_set()


# Servers that want it otherwise.


def works_once(server: FaultyServer, status: int) -> str:
    """Serve /link behind /file, which makes a new link for each request; a link works for one request."""
    numbers, used = count(1), set[str]()

    def lead(_reply: Reply, _request: Request) -> Reply:
        return plain_reply(302, (("Location", f"/link?{next(numbers)}"),))

    def serve(_reply: Reply, request: Request) -> Reply | None:
        if request.target in used:
            return plain_reply(status)
        used.add(request.target)
        return None

    server.add(Resource("/link", size=SIZE, rate=RATE))
    server.inject(Fault(lead, when=faults.on_path("/file"), times=None))
    server.inject(Fault(serve, when=faults.on_path("/link"), times=None))
    return server.url("/file")


@plain_and_tls
@pytest.mark.parametrize("status", [403, 404, 410])
def test_links_that_work_once_are_asked_for_anew_by_each_connection(
    engine: Engine, faulty_server: ServerFactory, status: int, tls: bool
) -> None:
    server = faulty_server(tls=tls)
    address = works_once(server, status)
    know(engine, address)
    assert fetch(engine, address) < 0.8 * SIZE / RATE
    brought = [request for request in server.requests if request.body_sent]
    assert len(brought) > 4
    assert len(server.requests) < 4 * len(brought)
    assert_invariant(engine, server)


def one_at_a_time(server: FaultyServer, status: int) -> Fault:
    """Refuse whoever comes while somebody is being served."""

    def busy(request: Request) -> bool:
        return any(not other.finished for other in server.requests if other is not request)

    return faults.status(status, times=None, when=busy)


def first_alone(server: FaultyServer) -> Fault:
    """Refuse everybody but the first."""
    return faults.status(403, times=None, when=lambda request: request.number > 1)


ODD: list[tuple[str, Resource, Callable[[FaultyServer], Fault] | None]] = [
    ("ranges refused in words", Resource("/file", accepts_ranges=False, headers=(("Accept-Ranges", "none"),)), None),
    ("ranges promised, whole files sent", Resource("/file"), lambda _: faults.ignore_range()),
    ("one connection at a time, else 403", Resource("/file"), lambda server: one_at_a_time(server, 403)),
    ("one connection at a time, else 503", Resource("/file"), lambda server: one_at_a_time(server, 503)),
    ("one request and never again", Resource("/file"), first_alone),
    ("parts of 100 kB whatever is asked", Resource("/file"), lambda _: faults.shorter(100_000, when=faults.anyone)),
    ("length unknown", Resource("/file", framing=Framing.CHUNKED), None),
    ("no version named", Resource("/file", etag=None), None),
]


@plain_and_tls
@pytest.mark.parametrize(("case", "resource", "wrong"), ODD, ids=[case for case, _, _ in ODD])
def test_odd_servers_are_served_by_as_many_as_they_bear(
    engine: Engine,
    faulty_server: ServerFactory,
    case: str,
    resource: Resource,
    wrong: Callable[[FaultyServer], Fault] | None,
    tls: bool,
) -> None:
    server = faulty_server(tls=tls, send_buffer=1 << 16)
    size = 5 * MIB + 1
    address = server.add(Resource(**(vars(resource) | {"size": size, "rate": 3 * MIB})))
    know(engine, address)
    if wrong is not None:
        server.inject(wrong(server))
    assert fetch(engine, address, size) < 6.0
    assert server.body_sent < 1.6 * size, case
    assert len(server.requests) < 80, case
    assert_invariant(engine, server)


def test_a_length_that_is_unknown_is_said(engine: Engine, plain_server: FaultyServer) -> None:
    address = plain_server.add(Resource("/file", size=SIZE, framing=Framing.CHUNKED))
    know(engine, address)
    assert Notice.LENGTH_UNKNOWN in engine.outcome(engine.add(address)).notices
    assert len(plain_server.requests) == 1
