"""The details of downloads as they run, pause, fail and finish, against a real server."""

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from time import perf_counter, time
from typing import Final

import pytest
from headrace.addresses import host_of
from headrace.details import ConnectionState, DownloadDetails, Exchange
from headrace.masking import MASK
from headrace.profile import Profile
from headrace.recordings import Recording
from headrace.settings import Settings
from headrace.snapshots import SegmentSnapshot
from headrace.spec import Checksum
from headrace.states import DownloadState
from headrace.transfer.blocks import BLOCK
from PySide6.QtCore import QCoreApplication

from tests.conftest import ServerFactory
from tests.support import canaries, faults
from tests.support.certificates import Certificates
from tests.support.engine import Engine
from tests.support.faults import Welcome
from tests.support.faulty_server import FaultyServer
from tests.support.overheard import with_login
from tests.support.replies import BEFORE_HEAD, Framing, Resource

S = DownloadState
C = ConnectionState
SIZE: Final = 8 * BLOCK
DATE: Final = "Sat, 01 Jan 2000 00:00:00 GMT"


@pytest.fixture
def engine(qapp: QCoreApplication, profile: Profile, tmp_path: Path, certificates: Certificates) -> Iterator[Engine]:
    folder = tmp_path / "target"
    engine = Engine(profile, folder, Settings(folder, ca_file=certificates.ca_file, tries=1))
    yield engine
    assert engine.close()
    kept = [path.read_bytes() for path in profile.folder.iterdir() if path.is_file()]
    assert [canaries.found_in(content, signatures=False) for content in kept] == [[] for _ in kept]


def details(engine: Engine, download_id: str) -> DownloadDetails:
    """Return the details, true in all that must always be true."""
    seen = engine.manager.details(download_id)
    assert seen is not None
    assert seen.id == download_id
    for one, following in pairwise(seen.segments):
        assert one.end == following.start, "segments leave a gap"
    for segment in seen.segments:
        assert segment.claimed is not None
        assert segment.start <= segment.claimed <= segment.position
        assert segment.end is None or segment.position <= segment.end
    for connection in seen.connections:
        assert connection.start <= connection.position
        assert connection.end is None or connection.position <= connection.end
    assert canaries.found_in(repr(seen)) == []
    return seen


def until_state(engine: Engine, download_id: str, state: ConnectionState) -> None:
    """Wait until some connection is in `state`."""
    engine.until(lambda: state in {one.state for one in details(engine, download_id).connections})


def field(exchange: Exchange, name: str) -> str | None:
    """Return a header of an exchange, of the answer first."""
    headers = [*exchange.response_headers, *exchange.request_headers]
    return next((value for known, value in headers if known.lower() == name.lower()), None)


def test_there_are_none_of_what_is_not_on_the_list(engine: Engine, plain_server: FaultyServer) -> None:
    assert engine.manager.details("0" * 16) is None
    download_id = engine.add(plain_server.file(100))
    engine.fetched(download_id)
    assert len(details(engine, download_id).exchanges) == 1
    engine.manager.remove([download_id])
    assert engine.manager.details(download_id) is None
    engine.manager.restore([download_id])
    assert details(engine, download_id).exchanges == ()


def test_four_connections_at_work(engine: Engine, plain_server: FaultyServer) -> None:
    """Ranges, speeds and states are told while it runs, and no secret of any kind."""
    cookie = ("Set-Cookie", "session=canary-from-server; Path=/")
    echo = ("X-Echo", f"{canaries.HEADERS[2][1]} {canaries.TOKEN}")
    file = Resource("/file", size=SIZE, rate=BLOCK, last_modified=DATE, headers=(cookie, echo))
    target = plain_server.add(file) + canaries.SIGNED
    plain_server.add(Resource("/start", redirect=target, headers=(cookie,)))
    engine.manager._runner.hosts.learn(host_of(target), 4)
    address = with_login(plain_server.url("/start")) + canaries.SIGNED
    began, headers = time(), canaries.HEADERS[1:]
    download_id = engine.add(address, headers=headers, connections=4, mirrors=(f"{target}&x=1",))
    seen: list[DownloadDetails] = []

    def all_at_work() -> bool:
        seen.append(details(engine, download_id))
        return sum(one.speed is not None and one.state is C.RECEIVING for one in seen[-1].connections) == 4

    engine.until(all_at_work)
    running = seen[-1]
    connections = running.connections
    assert [one.number for one in connections] == sorted({one.number for one in connections})
    assert connections[0].number == 1
    assert {one.host for one in connections} == {host_of(target)}
    assert all(one.speed is not None and 0 < one.speed < 50 * BLOCK for one in connections)
    stretches = sorted((one.start, one.end or 0) for one in connections)
    assert all(one[1] <= other[0] for one, other in pairwise(stretches)), "two fetch the same bytes"
    assert running.segments[-1].end == SIZE
    assert running.final_address == f"{plain_server.url()}?sig=***&Expires=***"
    assert (running.content_type, running.last_modified) == ("application/octet-stream", DATE)
    assert (running.validator, running.validator_is_strong) == ('"v1"', True)
    assert running.part_path in engine.parts()
    assert len(running.mirrors) == 1
    first, second, *others = running.exchanges
    assert (first.request_line, first.status_line) == ("GET /start?sig=***&Expires=*** HTTP/1.1", "HTTP/1.1 302 Found")
    assert second.status_line == "HTTP/1.1 200 OK"
    assert {one.status_line for one in others} <= {"HTTP/1.1 206 Partial Content", ""}
    assert all(began <= one.at <= time() for one in running.exchanges)
    assert (field(first, "Host"), field(first, "Accept-Encoding")) == (host_of(target), "identity")
    assert (field(first, "Set-Cookie"), field(second, "Cookie"), field(second, "Authorization")) == (MASK,) * 3
    assert {field(first, name) for name, _ in headers} == {MASK}
    assert field(second, "X-Echo") == f"{MASK} {MASK}"
    assert all((field(one, "Range") or "").startswith("bytes=") for one in others)
    plain_server.heal()
    engine.until(lambda: any((one.claimed or 0) > one.start for one in details(engine, download_id).segments))
    engine.manager.pause([download_id])


def test_a_connection_in_its_handshake(engine: Engine, tls_server: FaultyServer) -> None:
    tls_server.welcome(Welcome())
    download_id = engine.add(tls_server.file(1000))
    until_state(engine, download_id, C.CONNECTING)
    assert details(engine, download_id).exchanges == ()
    engine.manager.pause([download_id])
    assert details(engine, download_id).connections == ()


def test_a_connection_that_waits_for_its_answer(engine: Engine, plain_server: FaultyServer) -> None:
    plain_server.inject(faults.stall(BEFORE_HEAD))
    download_id = engine.add(plain_server.file(1000))
    until_state(engine, download_id, C.WAITING)
    (exchange,) = details(engine, download_id).exchanges
    assert (exchange.request_line, exchange.status_line) == ("GET /file HTTP/1.1", "")
    assert exchange.response_headers == ()
    plain_server.heal()
    engine.fetched(download_id)
    (exchange,) = details(engine, download_id).exchanges
    assert exchange.status_line == "HTTP/1.1 200 OK"


def test_a_limit_holds_connections_back(engine: Engine, plain_server: FaultyServer) -> None:
    download_id = engine.add(plain_server.file(SIZE), limit=2_000_000)
    until_state(engine, download_id, C.HELD)
    snapshot = engine.snapshot(download_id)
    assert (snapshot.limit, snapshot.state) == (2_000_000, S.DOWNLOADING)
    engine.manager.pause([download_id])


def test_a_silent_server_holds_nothing_back(engine: Engine, plain_server: FaultyServer) -> None:
    plain_server.inject(faults.stall(100_000))
    download_id = engine.add(plain_server.file(SIZE))
    engine.until_received(download_id, 100_000)
    # the last bytes may still wait for their turn to be written
    engine.until(lambda: {one.state for one in details(engine, download_id).connections} <= {C.RECEIVING}, 2.0)
    began = perf_counter()
    while perf_counter() - began < 0.4:
        QCoreApplication.processEvents()
        assert {one.state for one in details(engine, download_id).connections} <= {C.RECEIVING}
    (connection,) = details(engine, download_id).connections
    assert (connection.start, connection.position, connection.end) == (0, 100_000, SIZE)


def test_claims_follow_the_bytes_and_outlive_the_process(engine: Engine, plain_server: FaultyServer) -> None:
    plain_server.inject(faults.stall(3 * BLOCK + 500, when=faults.on_path("/f.zip")))
    plain_server.add(Resource("/start", redirect=plain_server.add(Resource("/f.zip", size=SIZE, last_modified=DATE))))
    download_id = engine.add(plain_server.url("/start"), connections=1)
    claims: list[int] = []

    def claimed() -> bool:
        details(engine, download_id)
        snapshot = engine.snapshot(download_id)
        assert snapshot.claimed <= snapshot.received
        claims.append(snapshot.claimed)
        return snapshot.claimed == 3 * BLOCK + 500

    engine.until(claimed)
    assert claims == sorted(claims)
    engine.manager.pause([download_id])
    engine.until_still()
    paused = details(engine, download_id)
    assert paused.segments == (SegmentSnapshot(0, claims[-1], SIZE, connected=False, claimed=claims[-1]),)
    assert paused.connections == ()
    assert [one.status_line for one in paused.exchanges] == ["HTTP/1.1 302 Found", "HTTP/1.1 200 OK"]
    assert [paused.part_path] == engine.parts()
    assert engine.snapshot(download_id).claimed == claims[-1]
    average = engine.snapshot(download_id).average_speed
    assert average is not None
    engine.restart()
    again = details(engine, download_id)
    assert (again.segments, again.part_path) == (paused.segments, paused.part_path)
    assert (again.final_address, again.content_type) == (plain_server.url("/f.zip"), "application/octet-stream")
    assert (again.validator, again.validator_is_strong, again.last_modified) == ('"v1"', True, DATE)
    assert (again.exchanges, again.connections) == ((), ())
    assert engine.snapshot(download_id).claimed == claims[-1]
    assert engine.snapshot(download_id).average_speed == average


def test_a_failed_one_shows_what_the_server_said(engine: Engine, plain_server: FaultyServer) -> None:
    plain_server.file(SIZE)
    plain_server.inject(faults.status(404, ("X-Why", "gone fishing")))
    download_id = engine.add(plain_server.url())
    engine.failed(download_id)
    failed = details(engine, download_id)
    (exchange,) = failed.exchanges
    assert (exchange.status_line, field(exchange, "X-Why")) == ("HTTP/1.1 404 Not Found", "gone fishing")
    assert (failed.segments, failed.connections, failed.part_path) == ((), (), None)
    assert (failed.final_address, failed.content_type, failed.validator) == (None, None, None)
    assert engine.snapshot(download_id).average_speed is None


def test_a_finished_one_is_one_stretch(engine: Engine, plain_server: FaultyServer) -> None:
    address = plain_server.add(Resource("/file", size=SIZE, rate=4 * SIZE, etag='W/"weak"', last_modified=DATE))
    checksum = Checksum("sha256", "00" * 32)
    wrong = engine.add(plain_server.file(100, "/wrong"), checksum=checksum)
    download_id = engine.add(address)
    engine.fetched(download_id)
    done = details(engine, download_id)
    assert done.segments == (SegmentSnapshot(0, SIZE, SIZE, connected=False, claimed=SIZE),)
    assert (done.part_path, done.connections, done.checksum_expected) == (None, (), None)
    assert done.last_modified == DATE
    assert done.validator in ('W/"weak"', DATE)
    snapshot = engine.snapshot(download_id)
    assert snapshot.claimed == SIZE
    assert snapshot.average_speed is not None
    assert snapshot.average_speed < 40 * SIZE
    engine.outcome(wrong)
    assert details(engine, wrong).checksum_expected == engine.snapshot(wrong).checksum == f"sha256:{'00' * 32}"


def test_a_recording_has_one_connection(engine: Engine, plain_server: FaultyServer) -> None:
    plain_server.inject(faults.stall(200_000))
    feed = Resource("/feed", size=SIZE, framing=Framing.CHUNKED, accepts_ranges=False)
    download_id = engine.add(plain_server.add(feed), recording=Recording(), headers=canaries.HEADERS)
    engine.until_received(download_id, 200_000)
    engine.until(lambda: engine.snapshot(download_id).claimed == 200_000)
    engine.until(lambda: all(one.speed is not None for one in details(engine, download_id).connections))
    running = details(engine, download_id)
    assert running.segments == (SegmentSnapshot(0, 200_000, None, connected=True, claimed=200_000),)
    (connection,) = running.connections
    assert (connection.number, connection.start, connection.position, connection.end) == (1, 0, 200_000, None)
    assert (connection.state, connection.host) == (C.RECEIVING, host_of(plain_server.url()))
    assert [running.part_path] == engine.parts()
    assert (running.content_type, running.validator) == ("application/octet-stream", '"v1"')
    engine.manager.pause([download_id])
    engine.until_still()
    paused = details(engine, download_id)
    assert paused.segments == (SegmentSnapshot(0, 200_000, None, connected=False, claimed=200_000),)
    assert (paused.connections, len(paused.exchanges)) == ((), 1)
    engine.manager.end([download_id])
    engine.fetched(download_id)
    assert details(engine, download_id).segments == (SegmentSnapshot(0, 200_000, 200_000, False, 200_000),)


def test_a_mirror_is_told_without_its_secrets(engine: Engine, faulty_server: ServerFactory) -> None:
    address = faulty_server().file(SIZE)
    mirror = faulty_server().file(SIZE) + canaries.SIGNED
    download_id = engine.add(address, mirrors=(mirror,), paused=True)
    (shown,) = details(engine, download_id).mirrors
    assert shown == mirror.partition("?")[0] + "?sig=***&Expires=***"
