"""Bodies that come encoded though nobody asked for it, over real connections."""

import contextlib
import gzip
import http.client
from collections.abc import Iterator

import pytest
import requests
from headrace.errors import DownloadError, StoppedError
from headrace.net.body import PIECE
from headrace.net.interrupt import Interrupt
from headrace.net.sessions import Transport, get
from headrace.states import FailureReason

from tests.core.test_arriving_body import FRAMINGS, SIZE, TIMEOUTS, answer, body_of, read
from tests.support import faults, seeded
from tests.support.faulty_server import FaultyServer
from tests.support.replies import Framing, Resource


@pytest.fixture
def transport() -> Iterator[Transport]:
    transport = Transport()
    yield transport
    transport.close()


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


def labelled(content: bytes, label: str = "gzip", framing: Framing = Framing.LENGTH) -> Resource:
    return Resource("/file", content=content, headers=(("Content-Encoding", label),), framing=framing)


def decoded(response: requests.Response, received: bytearray | None = None, *, allow_large: bool = False) -> bytes:
    body = body_of(response)
    body.decode, body.allow_large = True, allow_large
    return read(response, received)


def zeros(size: int) -> bytes:
    """Return `size` zeros as gzip packs them, about 1000 to 1."""
    return gzip.compress(bytes(size), 9)


@FRAMINGS
def test_s20_a_bomb_stops_unless_it_is_allowed(
    transport: Transport, plain_server: FaultyServer, framing: Framing
) -> None:
    address = plain_server.add(labelled(zeros(32 * PIECE), framing=framing))
    received = bytearray()
    with answer(transport, address) as response, pytest.raises(DownloadError) as caught:
        decoded(response, received)
    assert caught.value.failure.reason is FailureReason.DECODED_TOO_LARGE
    assert 15 * PIECE <= len(received) <= 24 * PIECE
    with answer(transport, address) as response:
        assert decoded(response, allow_large=True) == bytes(32 * PIECE)
    with answer(transport, address) as response:
        assert len(read(response)) < PIECE, "undecoded it is harmless"


def test_s20_five_codings_on_top_of_one_another_are_refused(transport: Transport, plain_server: FaultyServer) -> None:
    address = plain_server.add(labelled(b"x" * 1000, ", ".join(["gzip"] * 5)))
    with answer(transport, address) as response, pytest.raises(DownloadError) as caught:
        decoded(response)
    assert caught.value.failure.reason is FailureReason.BAD_RESPONSE


@FRAMINGS
@pytest.mark.parametrize("keep", [1, 10, 100_000, -9, -1])
def test_s21_an_encoded_body_cut_and_properly_framed_is_an_error(
    transport: Transport, plain_server: FaultyServer, framing: Framing, keep: int
) -> None:
    packed = gzip.compress(seeded.body(1, 0, 200_000))
    address = plain_server.add(labelled(packed[:keep], framing=framing))
    received = bytearray()
    with answer(transport, address) as response, pytest.raises(DownloadError) as caught:
        decoded(response, received)
    assert caught.value.failure.reason is FailureReason.CONTENT_CUT
    assert seeded.body(1, 0, 200_000).startswith(received)


@pytest.mark.parametrize("framing", [Framing.CHUNKED, Framing.CLOSE])
def test_s21_an_encoded_body_without_a_byte_is_cut(
    transport: Transport, plain_server: FaultyServer, framing: Framing
) -> None:
    with (
        answer(transport, plain_server.add(labelled(b"", framing=framing))) as response,
        pytest.raises(DownloadError) as caught,
    ):
        decoded(response)
    assert caught.value.failure.reason is FailureReason.CONTENT_CUT


def test_an_encoded_body_announced_as_empty_is_empty(transport: Transport, plain_server: FaultyServer) -> None:
    with answer(transport, plain_server.add(labelled(b""))) as response:
        assert decoded(response) == b""


@FRAMINGS
@pytest.mark.parametrize("content", [b"not gzip at all", b"?", seeded.body(2, 0, 300_000)])
def test_s22_a_body_that_is_not_what_its_label_says_comes_as_it_is(
    transport: Transport, plain_server: FaultyServer, framing: Framing, content: bytes
) -> None:
    with answer(transport, plain_server.add(labelled(content, framing=framing))) as response:
        assert decoded(response) == content
        assert body_of(response).label_was_wrong


def test_a_right_label_is_not_called_wrong(transport: Transport, plain_server: FaultyServer) -> None:
    with answer(transport, plain_server.add(labelled(zeros(5)))) as response:
        assert decoded(response) == bytes(5)
        assert not body_of(response).label_was_wrong


def test_a_damaged_encoding_is_an_error(transport: Transport, plain_server: FaultyServer) -> None:
    address = plain_server.add(labelled(zeros(1000)[:-8] + bytes(8)))
    with answer(transport, address) as response, pytest.raises(DownloadError) as caught:
        decoded(response)
    assert caught.value.failure.reason is FailureReason.BAD_RESPONSE


def test_decoding_is_left_at_a_stop(transport: Transport, plain_server: FaultyServer) -> None:
    interrupt = Interrupt()
    address = plain_server.add(labelled(zeros(64 * PIECE)))
    with transport.session() as session, contextlib.closing(get(session, address, {}, interrupt, TIMEOUTS)) as response:
        body_of(response).decode = body_of(response).allow_large = True
        came = response.iter_content(PIECE)
        next(came)
        interrupt.stop()
        with pytest.raises(StoppedError):
            next(came)


@FRAMINGS
def test_an_encoded_body_that_is_cut_hands_on_what_came(
    transport: Transport, plain_server: FaultyServer, framing: Framing
) -> None:
    address = plain_server.add(Resource("/file", size=SIZE, framing=framing))
    plain_server.inject(faults.gzipped())
    plain_server.inject(faults.cut(1_000_000))
    received = bytearray()
    with (
        answer(transport, address) as response,
        pytest.raises((DownloadError, http.client.HTTPException, requests.RequestException)),
    ):
        decoded(response, received)
    assert len(received) > 900_000
    assert seeded.body(1, 0, SIZE).startswith(received)
