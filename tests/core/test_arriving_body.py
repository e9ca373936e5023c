"""A body handed out as it arrives, over real connections."""

import contextlib
import gzip
import http.client
import io
import threading
import time
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest
import requests
import urllib3.exceptions
from headrace.net.arriving_body import PIECE, ArrivingBody
from headrace.net.interrupt import Interrupt
from headrace.net.sessions import Transport, get

from tests.conftest import ServerFactory
from tests.support import faults, seeded
from tests.support.certificates import Certificates
from tests.support.faults import Fault
from tests.support.faulty_server import FaultyServer
from tests.support.replies import Framing, Reply, Request, Resource

SIZE = 3_000_000
TIMEOUTS = (5.0, 5.0)
SCHEMES = pytest.mark.parametrize("tls", [False, True], ids=["http", "https"])
FRAMINGS = pytest.mark.parametrize("framing", list(Framing), ids=lambda framing: framing.name)


@pytest.fixture
def transport(certificates: Certificates) -> Iterator[Transport]:
    transport = Transport(certificates.ca_file)
    yield transport
    transport.close()


@contextlib.contextmanager
def answer(transport: Transport, address: str, timeouts: tuple[float, float] = TIMEOUTS) -> Iterator[requests.Response]:
    with (
        transport.session() as session,
        contextlib.closing(get(session, address, {}, Interrupt(), timeouts)) as response,
    ):
        yield response


def body_of(response: requests.Response) -> ArrivingBody:
    assert isinstance(response.raw, ArrivingBody)
    return response.raw


def read(response: requests.Response, received: bytearray | None = None) -> bytes:
    """Read to the end, into `received` where given, so that what came before an error is known."""
    received = bytearray() if received is None else received
    for piece in response.iter_content(PIECE):
        received += piece
    return bytes(received)


@SCHEMES
@FRAMINGS
@pytest.mark.parametrize("size", [0, 1, 8191, 70_000, SIZE])
def test_bodies_come_whole(
    transport: Transport, faulty_server: ServerFactory, tls: bool, framing: Framing, size: int
) -> None:
    server = faulty_server(tls=tls)
    with answer(transport, server.add(Resource("/file", size=size, seed=3, framing=framing))) as response:
        assert body_of(response).exact_length == (size if framing is Framing.LENGTH else None)
        assert read(response) == seeded.body(3, 0, size)


@SCHEMES
@FRAMINGS
@pytest.mark.parametrize("at", [1, 70_000, SIZE - 1])
@pytest.mark.parametrize("how", [faults.cut, faults.reset])
def test_a_cut_loses_no_byte_that_arrived_and_is_an_error(
    transport: Transport, faulty_server: ServerFactory, tls: bool, framing: Framing, at: int, how: Any
) -> None:
    server = faulty_server(tls=tls)
    address = server.add(Resource("/file", size=SIZE, framing=framing))
    server.inject(how(at))
    received = bytearray()
    looks_like_the_end = framing is Framing.CLOSE and how is faults.cut and not tls
    with answer(transport, address) as response:
        if looks_like_the_end:
            read(response, received)
        else:
            with pytest.raises((requests.RequestException, urllib3.exceptions.HTTPError, OSError)):
                read(response, received)
    assert bytes(received) == seeded.body(1, 0, at)


@SCHEMES
def test_a_stall_hands_on_what_came_and_then_times_out(
    transport: Transport, faulty_server: ServerFactory, tls: bool
) -> None:
    server = faulty_server(tls=tls)
    address = server.file(SIZE)
    server.inject(faults.stall(100_000))
    received = bytearray()
    with (
        answer(transport, address, (5.0, 0.2)) as response,
        pytest.raises((TimeoutError, requests.ConnectionError)),
    ):
        read(response, received)
    assert bytes(received) == seeded.body(1, 0, 100_000)


def test_a_slow_body_is_handed_on_within_a_tenth_of_a_second(transport: Transport, plain_server: FaultyServer) -> None:
    address = plain_server.file(1_000_000)
    plain_server.inject(faults.slow(1_000_000, after=8192))
    with answer(transport, address) as response:
        times = [time.monotonic()]
        for _ in response.iter_content(PIECE):
            times.append(time.monotonic())
            if len(times) == 6:
                break
    pauses = [after - before for before, after in pairwise(times)]
    assert max(pauses) < 0.2
    assert min(pauses[2:]) > 0.05, "pieces of a slow body are gathered for a moment"


def test_a_fast_body_comes_in_full_pieces(transport: Transport, plain_server: FaultyServer) -> None:
    with answer(transport, plain_server.file(8 * PIECE)) as response:
        sizes = [len(piece) for piece in response.iter_content(PIECE)]
    assert max(sizes) == PIECE
    assert len(sizes) <= 20


@FRAMINGS
def test_pieces_are_no_larger_than_wanted(transport: Transport, plain_server: FaultyServer, framing: Framing) -> None:
    with answer(transport, plain_server.add(Resource("/file", size=SIZE, framing=framing))) as response:
        body_of(response).piece = 10_000
        received = bytearray()
        for piece in response.iter_content(PIECE):
            assert len(piece) <= 10_000
            received += piece
    assert bytes(received) == seeded.body(1, 0, SIZE)


def test_the_wanted_size_may_change_under_way(transport: Transport, plain_server: FaultyServer) -> None:
    with answer(transport, plain_server.file(8 * PIECE)) as response:
        sizes = []
        for piece in response.iter_content(PIECE):
            sizes.append(len(piece))
            body_of(response).piece = PIECE if len(sizes) % 2 else 5000
    assert sum(sizes) == 8 * PIECE
    assert max(sizes) > 100_000


@pytest.mark.parametrize("buffer_size", [8192, 131_072, 1 << 20])
def test_everything_read_along_with_the_headers_comes_first(
    transport: Transport, plain_server: FaultyServer, monkeypatch: pytest.MonkeyPatch, buffer_size: int
) -> None:
    """Python 3.14 reads headers in gulps of 128 KiB: none of the body in them may be passed over."""
    monkeypatch.setattr(io, "DEFAULT_BUFFER_SIZE", buffer_size)
    address = plain_server.file(SIZE)
    arrived = threading.Event()

    def all_at_once(reply: Reply, request: Request) -> Reply:
        head, content = b"".join(reply.head()), reply.body.whole()
        arrived.set()
        return Reply(0, raw=head + content)

    plain_server.inject(Fault(all_at_once))
    with answer(transport, address) as response:
        assert read(response) == seeded.body(1, 0, SIZE)
    assert arrived.is_set()


def test_bytes_behind_the_announced_end_are_nobodys(transport: Transport, plain_server: FaultyServer) -> None:
    address = plain_server.file(100_000)
    plain_server.inject(faults.surplus(b"surplus" * 100))
    for _ in range(2):
        with answer(transport, address) as response:
            assert read(response) == seeded.body(1, 0, 100_000)


def test_a_body_not_read_to_its_end_closes_its_connection(transport: Transport, plain_server: FaultyServer) -> None:
    address = plain_server.file(SIZE)
    for _ in range(2):
        with answer(transport, address) as response:
            next(response.iter_content(PIECE))
    assert plain_server.connections_accepted == 2


@FRAMINGS
def test_encoded_bodies_come_as_sent_or_decoded(
    transport: Transport, plain_server: FaultyServer, framing: Framing
) -> None:
    address = plain_server.add(Resource("/file", size=200_000, framing=framing))
    plain_server.inject(faults.gzipped(times=None))
    with answer(transport, address) as response:
        wire = read(response)
    with answer(transport, address) as response:
        body_of(response).decode = True
        decoded = read(response)
    assert gzip.decompress(wire) == decoded == seeded.body(1, 0, 200_000)


@pytest.mark.parametrize(
    "rubbish",
    [b"not gzip at all", gzip.compress(b"x" * 1000)[:-8] + b"\0" * 8],
    ids=["no-gzip", "bad-checksum"],
)
def test_a_body_that_cannot_be_decoded_is_an_error(
    transport: Transport, plain_server: FaultyServer, rubbish: bytes
) -> None:
    address = plain_server.add(Resource("/file", content=rubbish, headers=(("Content-Encoding", "gzip"),)))
    with answer(transport, address) as response:
        body_of(response).decode = True
        with pytest.raises(requests.exceptions.ContentDecodingError):
            read(response)


@pytest.mark.parametrize(
    "ending",
    [b"", b"zz\r\n", b"5", b"-5\r\nxxxxx\r\n0\r\n\r\n", b"fffffffffffffffff\r\nxx"],
    ids=["cut", "no-number", "half-a-size", "negative", "endless"],
)
def test_damaged_chunks_are_an_error_and_lose_nothing(
    transport: Transport, plain_server: FaultyServer, ending: bytes
) -> None:
    address = plain_server.add(Resource("/file", size=100_000, framing=Framing.CHUNKED))
    plain_server.inject(faults.last_chunk(ending))
    received = bytearray()
    with answer(transport, address) as response, pytest.raises((http.client.HTTPException, requests.RequestException)):
        read(response, received)
    assert bytes(received)[:100_000] == seeded.body(1, 0, 100_000)


def test_redirects_are_not_read(transport: Transport, plain_server: FaultyServer) -> None:
    plain_server.add(Resource("/go", redirect="/file", headers=(("Content-Length", "1000000000000"),)))
    plain_server.inject(faults.stall(0))
    with answer(transport, plain_server.url("/go")) as response:
        assert (response.status_code, response.headers["Location"]) == (302, "/file")
