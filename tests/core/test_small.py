"""Small files fetched whole or not at all, over real connections."""

import time
from collections.abc import Callable, Iterator
from threading import Thread

import pytest
from headrace.errors import StoppedError
from headrace.net.interrupt import Interrupt
from headrace.net.sessions import Transport
from headrace.net.small import fetch_small
from headrace.net_options import NetOptions

from tests.conftest import ServerFactory
from tests.support import faults
from tests.support.certificates import Certificates
from tests.support.faulty_server import FaultyServer
from tests.support.replies import Framing, Resource, Stop

Fetch = Callable[..., bytes | None]
TEXT = b"0123456789abcdef  file.iso\n" * 100
PLAIN = "text/plain; charset=utf-8"


@pytest.fixture
def fetch(certificates: Certificates) -> Iterator[Fetch]:
    transport = Transport(NetOptions(certificates.ca_file))

    def fetched(
        address: str, limit: int = 1 << 20, patience: float = 2.0, interrupt: Interrupt | None = None
    ) -> bytes | None:
        with transport.session() as session:
            return fetch_small(session, address, interrupt or Interrupt(), (2.0, patience), limit)

    yield fetched
    transport.close()


def text(
    server: FaultyServer, content: bytes = TEXT, framing: Framing = Framing.LENGTH, content_type: str | None = PLAIN
) -> str:
    return server.add(Resource("/SHA256SUMS", content=content, framing=framing, content_type=content_type))


@pytest.mark.parametrize("framing", Framing)
@pytest.mark.parametrize("kind", [PLAIN, "application/octet-stream", None])
def test_a_small_file_comes_whole(fetch: Fetch, plain_server: FaultyServer, framing: Framing, kind: str | None) -> None:
    assert fetch(text(plain_server, framing=framing, content_type=kind)) == TEXT
    request = plain_server.requests[0]
    assert (request.method, request.range) == ("GET", None)
    assert {"cookie", "authorization", "referer"} & set(request.headers) == set()


def test_an_empty_file_is_empty_and_tls_works(fetch: Fetch, tls_server: FaultyServer) -> None:
    assert fetch(text(tls_server, b"")) == b""
    assert fetch(text(tls_server)) == TEXT


def test_redirects_are_followed(fetch: Fetch, faulty_server: ServerFactory) -> None:
    first, second = faulty_server(), faulty_server()
    first.add(Resource("/go", redirect=text(second)))
    assert fetch(first.url("/go")) == TEXT


@pytest.mark.parametrize("framing", Framing)
def test_the_limit_is_the_last_size_taken(fetch: Fetch, plain_server: FaultyServer, framing: Framing) -> None:
    address = text(plain_server, framing=framing)
    assert fetch(address, limit=len(TEXT)) == TEXT
    assert fetch(address, limit=len(TEXT) - 1) is None


def test_a_long_body_is_not_read_to_its_end(fetch: Fetch, plain_server: FaultyServer) -> None:
    for framing in Framing:
        plain_server.add(Resource("/long", size=200 << 20, content_type=PLAIN, framing=framing))
        assert fetch(plain_server.url("/long")) is None
    assert plain_server.body_sent < 3 * (16 << 20)


@pytest.mark.parametrize("status", [203, 204, 206, 304, 400, 401, 403, 404, 410, 429, 500, 503])
def test_any_other_status_is_none(fetch: Fetch, plain_server: FaultyServer, status: int) -> None:
    plain_server.inject(faults.status(status, content=TEXT if status not in (204, 304) else b""))
    assert fetch(text(plain_server)) is None


@pytest.mark.parametrize("kind", ["text/html", "Text/HTML; charset=utf-8", "application/xhtml+xml"])
def test_a_web_page_is_none(fetch: Fetch, plain_server: FaultyServer, kind: str) -> None:
    assert fetch(text(plain_server, content_type=kind)) is None


@pytest.mark.parametrize(
    "fault",
    [
        faults.cut(100),
        faults.reset(100),
        faults.cut(faults.BEFORE_HEAD),
        faults.stall(),
        faults.stall(100),
        faults.raw(b"rubbish\r\n\r\n"),
        faults.raw(b"HTTP/1.1 200 OK\r\nContent-Length: 5, 6\r\n\r\n"),
        faults.gzipped(),
        faults.status(302),
        faults.status(302, ("Location", "file:///etc/passwd")),
        faults.status(302, ("Location", "/SHA256SUMS"), times=None),
        faults.status(302, ("Location", "http://[::1")),
        faults.last_chunk(b"zz\r\n"),
    ],
    ids=lambda fault: str(fault.times),
)
def test_whatever_fails_is_none(fetch: Fetch, plain_server: FaultyServer, fault: faults.Fault) -> None:
    address = text(plain_server, framing=Framing.CHUNKED)
    plain_server.inject(fault)
    assert fetch(address, patience=0.3) is None


def test_no_server_and_no_name_are_none(fetch: Fetch) -> None:
    assert fetch("http://127.0.0.1:9/SHA256SUMS") is None
    assert fetch("http://none.invalid/SHA256SUMS") is None


@pytest.mark.parametrize("framing", Framing)
def test_a_trickle_is_given_up(fetch: Fetch, plain_server: FaultyServer, framing: Framing) -> None:
    plain_server.inject(faults.slow(200))
    begin = time.monotonic()
    assert fetch(text(plain_server, framing=framing), patience=0.5) is None
    assert time.monotonic() - begin < 3.0


@pytest.mark.parametrize("place", [faults.BEFORE_HEAD, 0, 100])
@pytest.mark.parametrize("tls", [False, True])
def test_a_stop_passes_at_once(fetch: Fetch, faulty_server: ServerFactory, place: int, tls: bool) -> None:
    server, interrupt, stopped = faulty_server(tls=tls), Interrupt(), list[float]()
    fault = server.inject(faults.stop(place, Stop.HOLD))

    def stop() -> None:
        fault.gate.wait()
        stopped.append(time.monotonic())
        interrupt.stop()

    stopper = Thread(target=stop)
    stopper.start()
    with pytest.raises(StoppedError):
        fetch(text(server), patience=30.0, interrupt=interrupt)
    assert time.monotonic() - stopped[0] < 1.0
    stopper.join()


def test_a_stop_before_the_request_sends_none(fetch: Fetch, plain_server: FaultyServer) -> None:
    interrupt = Interrupt()
    interrupt.stop()
    with pytest.raises(StoppedError):
        fetch(text(plain_server), interrupt=interrupt)
    assert plain_server.requests == []
