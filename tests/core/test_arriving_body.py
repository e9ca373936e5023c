"""A body handed out as it arrives, over real connections."""

import contextlib
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
from headrace.errors import DownloadError
from headrace.net.arriving_body import ArrivingBody
from headrace.net.body import PIECE
from headrace.net.failures import network_failure
from headrace.net.interrupt import Interrupt
from headrace.net.sessions import Transport, get
from headrace.states import FailureReason

from tests.conftest import ServerFactory
from tests.support import faults, seeded
from tests.support.faults import Fault
from tests.support.faulty_server import FaultyServer
from tests.support.replies import Framing, Reply, Request, Resource

SIZE = 3_000_000
TIMEOUTS = (5.0, 5.0)
SCHEMES = pytest.mark.parametrize("tls", [False, True], ids=["http", "https"])
FRAMINGS = pytest.mark.parametrize("framing", list(Framing), ids=lambda framing: framing.name)


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


@SCHEMES
@pytest.mark.parametrize("framing", [Framing.LENGTH, Framing.CHUNKED], ids=lambda framing: framing.name)
@pytest.mark.parametrize("size", [100, 100_000])
@pytest.mark.parametrize("is_closed", [False, True], ids=["keep-alive", "close"])
def test_s17_bytes_behind_the_announced_end_are_nobodys(
    transport: Transport, faulty_server: ServerFactory, tls: bool, framing: Framing, size: int, is_closed: bool
) -> None:
    server = faulty_server(tls=tls)
    address = server.add(Resource("/file", size=size, framing=framing))

    def too_much(reply: Reply, _request: Request) -> None:
        reply.surplus, reply.close = b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nbad", is_closed

    server.inject(Fault(too_much, times=None))
    for _ in range(3):
        with answer(transport, address) as response:
            assert read(response) == seeded.body(1, 0, size)
        server.wait_until(lambda server: server.requests[-1].finished)
        time.sleep(0.01)  # so that what was sent last has come: later, it would be the next request's rubbish
    assert server.connections_accepted == 3


def test_a_body_not_read_to_its_end_closes_its_connection(transport: Transport, plain_server: FaultyServer) -> None:
    address = plain_server.file(SIZE)
    for _ in range(2):
        with answer(transport, address) as response:
            next(response.iter_content(PIECE))
    assert plain_server.connections_accepted == 2


# Chunks.


ENDINGS = [b"", b"zz\r\n", b"5", b"-5\r\nxxxxx\r\n0\r\n\r\n", b"fffffffffffffffff\r\nxx", b"5;" + b"x" * (1 << 20)]


@pytest.mark.parametrize(
    "ending", ENDINGS, ids=["between-chunks", "no-number", "half-a-size", "negative", "17-digits", "1-MiB-extension"]
)
def test_s14_damaged_chunks_are_an_error_and_lose_nothing(
    transport: Transport, plain_server: FaultyServer, ending: bytes
) -> None:
    address = plain_server.add(Resource("/file", size=100_000, framing=Framing.CHUNKED))
    plain_server.inject(faults.last_chunk(ending))
    received = bytearray()
    with (
        answer(transport, address) as response,
        pytest.raises((http.client.HTTPException, requests.RequestException)) as caught,
    ):
        read(response, received)
    assert bytes(received)[:100_000] == seeded.body(1, 0, 100_000)
    failure = network_failure(caught.value)
    assert failure is not None
    assert failure.reason in (FailureReason.SHORT_BODY, FailureReason.BAD_RESPONSE)


@SCHEMES
@pytest.mark.parametrize("longer", [1, 5000])
def test_s15_a_length_beyond_the_last_chunk_is_an_error(
    transport: Transport, faulty_server: ServerFactory, tls: bool, longer: int
) -> None:
    server = faulty_server(tls=tls)
    address = server.add(Resource("/file", size=SIZE, framing=Framing.CHUNKED))
    server.inject(faults.header("Content-Length", str(SIZE + longer)))
    received = bytearray()
    with answer(transport, address) as response, pytest.raises(http.client.IncompleteRead) as caught:
        read(response, received)
    assert bytes(received) == seeded.body(1, 0, SIZE)
    failure = network_failure(caught.value)
    assert failure is not None
    assert failure.reason is FailureReason.SHORT_BODY


@pytest.mark.parametrize(("said", "is_right"), [(SIZE, True), (SIZE - 1, False), (0, False)])
def test_s15_a_length_beside_chunks_must_agree(
    transport: Transport, plain_server: FaultyServer, said: int, is_right: bool
) -> None:
    address = plain_server.add(Resource("/file", size=SIZE, framing=Framing.CHUNKED))
    plain_server.inject(faults.header("Content-Length", str(said)))
    with answer(transport, address) as response:
        if is_right:
            assert read(response) == seeded.body(1, 0, SIZE)
        else:
            with pytest.raises(DownloadError) as caught:
                read(response)
            assert caught.value.failure.reason is FailureReason.BAD_RESPONSE


@SCHEMES
@pytest.mark.parametrize("is_held", [False, True], ids=["closed", "held open"])
def test_s16_the_last_line_may_be_missing(
    transport: Transport, faulty_server: ServerFactory, tls: bool, is_held: bool
) -> None:
    server = faulty_server(tls=tls)
    address = server.add(Resource("/file", size=SIZE, framing=Framing.CHUNKED))

    def unfinished(reply: Reply, _request: Request) -> None:
        reply.last_chunk, reply.close = b"0\r\n", not is_held

    server.inject(Fault(unfinished))
    began = time.monotonic()
    with answer(transport, address) as response:
        assert read(response) == seeded.body(1, 0, SIZE)
    assert time.monotonic() - began < 2
    with answer(transport, address) as response:
        assert read(response) == seeded.body(1, 0, SIZE)
    assert server.connections_accepted == 2, "such a connection is of no more use"


@SCHEMES
def test_chunks_with_extensions_and_trailers_leave_a_usable_connection(
    transport: Transport, faulty_server: ServerFactory, tls: bool
) -> None:
    server = faulty_server(tls=tls)
    address = server.add(Resource("/file", size=SIZE, framing=Framing.CHUNKED))

    def adorned(reply: Reply, _request: Request) -> None:
        reply.last_chunk = b'3;name=value;other="x"\r\nend\r\n000;last\r\nX-Sum: 1\r\nX-More: 2\r\n\r\n'

    server.inject(Fault(adorned, times=None))
    for _ in range(2):
        with answer(transport, address) as response:
            assert read(response) == seeded.body(1, 0, SIZE) + b"end"
    assert server.connections_accepted == 1


@pytest.mark.parametrize("spelling", ["chunked ", "Chunked", "chunked,", "identity, chunked"])
def test_chunks_are_seen_in_every_spelling(transport: Transport, plain_server: FaultyServer, spelling: str) -> None:
    address = plain_server.add(Resource("/file", size=SIZE, framing=Framing.CHUNKED))
    plain_server.inject(faults.header("Transfer-Encoding", spelling))
    with answer(transport, address) as response:
        assert read(response) == seeded.body(1, 0, SIZE)


def test_a_transfer_coding_that_nobody_asked_for_is_refused(transport: Transport, plain_server: FaultyServer) -> None:
    address = plain_server.add(Resource("/file", size=SIZE, framing=Framing.CHUNKED))
    plain_server.inject(faults.header("Transfer-Encoding", "gzip, chunked"))
    with answer(transport, address) as response, pytest.raises(DownloadError) as caught:
        read(response)
    assert caught.value.failure.reason is FailureReason.BAD_RESPONSE


@pytest.mark.parametrize("framing", [Framing.CHUNKED, Framing.CLOSE])
def test_fast_bodies_of_unknown_length_come_in_large_pieces(
    transport: Transport, plain_server: FaultyServer, framing: Framing
) -> None:
    with answer(transport, plain_server.add(Resource("/file", size=8 * PIECE, framing=framing))) as response:
        sizes = [len(piece) for piece in response.iter_content(PIECE)]
    assert sum(sizes) == 8 * PIECE
    assert len(sizes) <= 20


@FRAMINGS
def test_a_small_body_does_not_wait(transport: Transport, plain_server: FaultyServer, framing: Framing) -> None:
    address = plain_server.add(Resource("/file", size=20_000, framing=framing))
    times = []
    for _ in range(10):
        began = time.monotonic()
        with answer(transport, address) as response:
            read(response)
        times.append(time.monotonic() - began)
    assert min(times) < 0.08, "a body that had ended was waited for"


# Lengths.


@pytest.mark.parametrize("lines", [("70000", "70000"), ("70000, 70000",), (" 70000 ",), ("0070000",)])
def test_s18_equal_lengths_are_one(transport: Transport, plain_server: FaultyServer, lines: tuple[str, ...]) -> None:
    address = plain_server.file(70_000)
    plain_server.inject(faults.header("Content-Length", *lines))
    with answer(transport, address, (5.0, 1.0)) as response:
        assert body_of(response).exact_length == 70_000
        assert read(response) == seeded.body(1, 0, 70_000)


@pytest.mark.parametrize("line", ["-5", "+5", "many"])
def test_s18_no_length_is_read_to_the_end(transport: Transport, plain_server: FaultyServer, line: str) -> None:
    address = plain_server.add(Resource("/file", size=5 if line == "+5" else 70_000, framing=Framing.CLOSE))
    plain_server.inject(faults.header("Content-Length", line))
    with answer(transport, address) as response:
        assert len(read(response)) in (5, 70_000)


@pytest.mark.parametrize("line", ["12x", str(1 << 63), "100000000000000000000000"])
def test_s18_a_damaged_length_is_an_error_before_a_byte(
    transport: Transport, plain_server: FaultyServer, line: str
) -> None:
    address = plain_server.file(70_000)
    plain_server.inject(faults.header("Content-Length", line))
    received = bytearray()
    with answer(transport, address) as response, pytest.raises(DownloadError) as caught:
        read(response, received)
    assert (caught.value.failure.reason, len(received)) == (FailureReason.BAD_RESPONSE, 0)


def test_s18_two_different_lengths_are_an_error(transport: Transport, plain_server: FaultyServer) -> None:
    address = plain_server.file(70_000)
    plain_server.inject(faults.header("Content-Length", "70000", "70001"))
    with pytest.raises(requests.exceptions.InvalidHeader), answer(transport, address):
        pass


def test_s13_a_ragged_end_over_tls_is_an_error(transport: Transport, tls_server: FaultyServer) -> None:
    address = tls_server.add(Resource("/file", size=SIZE, framing=Framing.CLOSE))
    tls_server.inject(faults.ragged())
    received = bytearray()
    with answer(transport, address) as response, pytest.raises(OSError, match=r"EOF|eof"):
        read(response, received)
    assert bytes(received) == seeded.body(1, 0, SIZE)


def test_redirects_are_not_read(transport: Transport, plain_server: FaultyServer) -> None:
    plain_server.add(Resource("/go", redirect="/file", headers=(("Content-Length", "1000000000000"),)))
    plain_server.inject(faults.stall(0))
    with answer(transport, plain_server.url("/go")) as response:
        assert (response.status_code, response.headers["Location"]) == (302, "/file")
