"""Heads of answers that are none, interim ones, and names with several addresses."""

import socket
import sys
import time
from collections.abc import Callable

import pytest
from headrace.errors import DownloadError
from headrace.net.connections import by_turns
from headrace.net.failures import network_failure
from headrace.net.interrupt import Interrupt
from headrace.net.racing import HEAD_START
from headrace.net.sessions import Transport, get
from headrace.states import FailureReason

from tests.conftest import ServerFactory
from tests.core.test_connections import SCHEMES, SIZE, Reader
from tests.support import dead_ends, faults, seeded
from tests.support.faulty_server import FaultyServer


def reason_of(reader: Reader) -> FailureReason:
    assert reader.outcome is not None
    if isinstance(reader.outcome, DownloadError):
        return reader.outcome.failure.reason
    failure = network_failure(reader.outcome)
    assert failure is not None, repr(reader.outcome)
    return failure.reason


def reasons_for(transport: Transport, server: FaultyServer, answer: bytes) -> FailureReason:
    server.inject(faults.raw(answer))
    reader = Reader(transport, server.file(SIZE))
    reader.join()
    return reason_of(reader)


BAD_HEADS: list[tuple[str, bytes, FailureReason]] = [
    ("S07 150 headers", b"HTTP/1.1 200 OK\r\n" + b"X-Y: z\r\n" * 150 + b"\r\n", FailureReason.BAD_RESPONSE),
    ("S07 100 KiB header", b"HTTP/1.1 200 OK\r\nX: " + b"y" * 102_400 + b"\r\n\r\n", FailureReason.BAD_RESPONSE),
    ("S08 endless 100", b"HTTP/1.1 100 Continue\r\n\r\n" * 1000, FailureReason.BAD_RESPONSE),
    ("S08 endless 103", b"HTTP/1.1 103 Early\r\nLink: x\r\n\r\n" * 1000, FailureReason.BAD_RESPONSE),
    ("S09 an SSH banner", b"SSH-2.0-OpenSSH_9.6\r\n", FailureReason.NOT_HTTP),
    ("S09 HTTP/0.9", b"<html>hello</html>", FailureReason.NOT_HTTP),
    ("S09 binary", bytes(range(256)) * 10, FailureReason.NOT_HTTP),
    ("S09 no end of line", b"x" * 200_000, FailureReason.NOT_HTTP),
    ("S09 a status of words", b"HTTP/1.1 fine OK\r\n\r\n", FailureReason.NOT_HTTP),
    ("cut in the status", b"HTTP/1.1 200 O", FailureReason.CONNECTION_LOST),
    ("cut in the headers", b"HTTP/1.1 200 OK\r\nContent-Type: a/b\r\n", FailureReason.CONNECTION_LOST),
    ("cut in a header", b"HTTP/1.1 200 OK\r\nContent-Len", FailureReason.CONNECTION_LOST),
    ("cut in an interim head", b"HTTP/1.1 103 Early\r\nLink", FailureReason.CONNECTION_LOST),
]


@pytest.mark.parametrize(("case", "answer", "reason"), BAD_HEADS, ids=[case for case, _, _ in BAD_HEADS])
def test_a_head_that_is_none_has_its_reason(
    transport: Transport, plain_server: FaultyServer, case: str, answer: bytes, reason: FailureReason
) -> None:
    assert reasons_for(transport, plain_server, answer) is reason


@SCHEMES
@pytest.mark.parametrize(("count", "code"), [(20, 103), (1, 100), (20, 100), (3, 102), (99, 199)])
def test_s08_interim_answers_are_passed_over(
    transport: Transport, faulty_server: ServerFactory, tls: bool, count: int, code: int
) -> None:
    server = faulty_server(tls=tls)
    server.inject(faults.interim(count, code))
    reader = Reader(transport, server.file(SIZE))
    reader.join()
    assert (reader.outcome, bytes(reader.body)) == (None, seeded.body(1, 0, SIZE))


def test_s10_tls_to_a_plain_port_is_named(transport: Transport, plain_server: FaultyServer) -> None:
    reader = Reader(transport, plain_server.url().replace("http:", "https:"))
    reader.join()
    assert reason_of(reader) is FailureReason.TLS_ERROR
    assert all(request.method != "GET" for request in plain_server.requests), "nothing was asked for in the open"


def test_s10_plain_http_to_a_tls_port_is_named(transport: Transport, tls_server: FaultyServer) -> None:
    reader = Reader(transport, tls_server.url().replace("https:", "http:"))
    reader.join()
    assert reason_of(reader) in (FailureReason.NOT_HTTP, FailureReason.CONNECTION_LOST)
    assert tls_server.requests == []


def test_fields_behind_a_line_that_is_none_count(transport: Transport, plain_server: FaultyServer) -> None:
    head = b"HTTP/1.1 200 OK\r\nServer: x\r\nHTTP/1.0 200 OK\r\nno field\r\nTransfer-Encoding: chunked\r\n\r\n"
    plain_server.inject(faults.raw(head + b"5\r\nhello\r\n0\r\n\r\n"))
    reader = Reader(transport, plain_server.file(SIZE))
    reader.join()
    assert (reader.outcome, bytes(reader.body)) == (None, b"hello")


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (b"HTTP/1.1 200 OK\r\n" + b"X-Y: z\r\n" * 150 + b"\r\n", FailureReason.BAD_RESPONSE),
        (b"HTTP/1.1 200 OK\r\nX: " + b"y" * 102_400 + b"\r\n\r\n", FailureReason.BAD_RESPONSE),
    ],
    ids=["150 headers", "100 KiB in one"],
)
def test_s07_a_bad_answer_on_a_used_connection_is_not_asked_for_again(
    transport: Transport, plain_server: FaultyServer, answer: bytes, reason: FailureReason
) -> None:
    address = plain_server.file(SIZE)
    Reader(transport, address).join()
    plain_server.inject(faults.raw(answer, times=None))
    reader = Reader(transport, address)
    reader.join()
    assert reason_of(reader) is reason
    assert len(plain_server.requests) == 2


# Several addresses for one name.


def resolver(*found: tuple[int, str, int]) -> Callable[..., object]:
    """Return what answers every look-up with these families, addresses and ports."""
    answer = [(family, socket.SOCK_STREAM, 6, "", (host, port)) for family, host, port in found]
    return lambda *_: answer


@pytest.mark.skipif(sys.platform != "linux", reason="a full queue of connections answers differently elsewhere")
@pytest.mark.parametrize("dead", [1, 3])
def test_s33_dead_addresses_of_one_family_cost_one_head_start(
    plain_server: FaultyServer, monkeypatch: pytest.MonkeyPatch, dead: int
) -> None:
    transport = Transport()
    plain_server.file(SIZE)
    with dead_ends.silent_port() as silent:
        # The first ones stand for AAAA: IPv4 sockets, since not every machine has IPv6, under another family's number.
        names = resolver(
            *[(socket.AF_INET6, "127.0.0.1", silent)] * dead, (socket.AF_INET, "127.0.0.1", plain_server.port)
        )
        monkeypatch.setattr("headrace.net.connections.resolve", names)
        real = socket.socket
        monkeypatch.setattr(
            socket,
            "socket",
            lambda family=-1, *rest, **more: real(
                socket.AF_INET if family == socket.AF_INET6 else family, *rest, **more
            ),
        )
        began = time.monotonic()
        with transport.session() as session:
            response = get(session, plain_server.url(host="two.test"), {}, Interrupt(), (4.0, 5.0))
            taken = time.monotonic() - began
            assert b"".join(bytes(piece) for piece in response.iter_content(1 << 20)) == seeded.body(1, 0, SIZE)
    transport.close()
    assert HEAD_START <= taken < HEAD_START + 0.5


def test_s33_a_refusing_address_costs_nothing(plain_server: FaultyServer, monkeypatch: pytest.MonkeyPatch) -> None:
    transport = Transport()
    plain_server.file(SIZE)
    names = resolver(
        (socket.AF_INET, "127.0.0.1", dead_ends.refusing_port()), (socket.AF_INET, "127.0.0.1", plain_server.port)
    )
    monkeypatch.setattr("headrace.net.connections.resolve", names)
    reader = Reader(transport, plain_server.url(host="two.test"))
    reader.join()
    transport.close()
    assert (reader.outcome, bytes(reader.body)) == (None, seeded.body(1, 0, SIZE))


def test_families_take_turns() -> None:
    six, four = [(socket.AF_INET6, number) for number in range(3)], [(socket.AF_INET, number) for number in range(2)]
    assert by_turns([*six, *four]) == [six[0], four[0], six[1], four[1], six[2]]
    assert by_turns([*four, *six]) == [four[0], six[0], four[1], six[1], six[2]]
    assert by_turns(four) == four
