"""From what the network raised to a reason: exceptions of real sockets where they can be had."""

import contextlib
import errno
import http.client
import os
import socket
import ssl
import struct
from collections.abc import Callable
from typing import Any

import pytest
import requests
import urllib3.exceptions as urllib3_errors
from headrace.errors import DownloadError
from headrace.net.failures import network_failure
from headrace.net.interrupt import Interrupt
from headrace.net.sessions import Transport, get
from headrace.net.tls import TLSSocket
from headrace.states import Failure, FailureReason

from tests.conftest import ServerFactory
from tests.support import dead_ends, faults
from tests.support.faults import Fault, Welcome
from tests.support.faulty_server import FaultyServer
from tests.support.processes import wait_until
from tests.support.replies import BEFORE_HEAD, Framing, Resource, Stop

R = FailureReason
PATH = "/file?token=canary"


def raised_by(transport: Transport, address: str, *, decode: bool = False) -> Exception:
    """Get an address and read it to the end; return what that raised."""
    with transport.session() as session:
        try:
            with contextlib.closing(get(session, address, {}, Interrupt(), (0.3, 0.3))) as response:
                vars(response.raw)["decode"] = decode
                for _ in response.iter_content(1 << 20):
                    pass
        except Exception as error:  # noqa: BLE001 - that is what is asked for
            return error
    raise AssertionError("nothing was raised")


def failure_of(error: BaseException) -> Failure:
    failure = network_failure(error)
    assert failure is not None, repr(error)
    assert "canary" not in failure.detail
    return failure


FROM_SERVERS: list[tuple[str, Fault | Welcome, bool, FailureReason]] = [
    ("closed before an answer", faults.cut(BEFORE_HEAD, times=None), False, R.CONNECTION_LOST),
    ("closed before an answer", faults.cut(BEFORE_HEAD, times=None), True, R.CONNECTION_LOST),
    ("reset before an answer", faults.reset(BEFORE_HEAD, times=None), False, R.CONNECTION_LOST),
    ("reset before an answer", faults.reset(BEFORE_HEAD, times=None), True, R.CONNECTION_LOST),
    ("no answer", faults.stall(), False, R.STALLED),
    ("no answer", faults.stall(), True, R.STALLED),
    ("cut", faults.cut(1000), False, R.SHORT_BODY),
    ("cut", faults.cut(1000), True, R.CONNECTION_LOST),
    ("reset", faults.reset(1000), False, R.CONNECTION_LOST),
    ("stalled", faults.stall(1000), False, R.STALLED),
    ("stalled", faults.stall(1000), True, R.STALLED),
    ("not HTTP", faults.raw(b"SSH-2.0-OpenSSH_9.6\r\n\r\n"), False, R.NOT_HTTP),
    ("binary", faults.raw(b"\x00\x01\x02\x03" * 100), False, R.NOT_HTTP),
    ("HTTP/0.9", faults.raw(b"<html>hello</html>"), False, R.NOT_HTTP),
    ("HTTP/3 in text", faults.raw(b"HTTP/3 200 OK\r\n\r\n"), False, R.NOT_HTTP),
    (
        "a hundred and fifty headers",
        faults.raw(b"HTTP/1.1 200 OK\r\n" + b"X-Y: z\r\n" * 150 + b"\r\n"),
        False,
        R.BAD_RESPONSE,
    ),
    ("a header of 100 KiB", faults.raw(b"HTTP/1.1 200 OK\r\nX: " + b"y" * 102_400), False, R.BAD_RESPONSE),
    (
        "two lengths",
        faults.raw(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nabcde"),
        False,
        R.BAD_RESPONSE,
    ),
    ("closed in the handshake", Welcome(Stop.FIN, times=None), True, R.CONNECTION_LOST),
    ("mute in the handshake", Welcome(Stop.HOLD, times=None), True, R.STALLED),
    ("plain greeting on a TLS port", Welcome(Stop.FIN, b"220 hello\r\n" * 20, times=None), True, R.TLS_ERROR),
]


@pytest.mark.parametrize(("what", "fault", "tls", "reason"), FROM_SERVERS, ids=[row[0] for row in FROM_SERVERS])
def test_what_servers_make_the_libraries_raise(
    transport: Transport,
    faulty_server: ServerFactory,
    what: str,
    fault: Fault | Welcome,
    tls: bool,
    reason: FailureReason,
) -> None:
    server = faulty_server(tls=tls)
    server.file(100_000)
    if isinstance(fault, Fault):
        server.inject(fault)
    else:
        server.welcome(fault)
    assert failure_of(raised_by(transport, server.url(PATH))).reason is reason


@pytest.mark.parametrize("ending", [b"", b"zz\r\n", b"5\r\nxx"])
def test_a_damaged_chunk_is_a_short_body(transport: Transport, plain_server: FaultyServer, ending: bytes) -> None:
    plain_server.add(Resource("/file", size=1000, framing=Framing.CHUNKED))
    plain_server.inject(faults.last_chunk(ending))
    assert failure_of(raised_by(transport, plain_server.url(PATH))).reason is R.SHORT_BODY


def test_an_endless_chunk_size_is_a_bad_response(transport: Transport, plain_server: FaultyServer) -> None:
    plain_server.add(Resource("/file", size=1000, framing=Framing.CHUNKED))
    plain_server.inject(faults.last_chunk(b"5;" + b"x" * 200_000))
    assert failure_of(raised_by(transport, plain_server.url(PATH))).reason is R.BAD_RESPONSE


def test_what_cannot_be_decoded_is_a_bad_response(transport: Transport, plain_server: FaultyServer) -> None:
    damaged = b"\x1f\x8b\x08" + b"?" * 100
    plain_server.add(Resource("/file", content=damaged, headers=(("Content-Encoding", "gzip"),)))
    error = raised_by(transport, plain_server.url(PATH), decode=True)
    assert isinstance(error, DownloadError)
    assert error.failure.reason is R.BAD_RESPONSE


def test_tls_to_a_plain_port(transport: Transport, plain_server: FaultyServer) -> None:
    address = plain_server.url(PATH).replace("http:", "https:")
    assert failure_of(raised_by(transport, address)).reason in {R.TLS_ERROR, R.CONNECTION_LOST}


def test_a_certificate_that_nobody_vouches_for(faulty_server: ServerFactory) -> None:
    stranger = Transport()
    failure = failure_of(raised_by(stranger, faulty_server(tls=True).url(PATH)))
    stranger.close()
    assert failure.reason is R.TLS_CERTIFICATE
    assert "certificate" in failure.detail


@pytest.mark.parametrize("tls", [False, True])
def test_a_reset_as_soon_as_connected(transport: Transport, faulty_server: ServerFactory, tls: bool) -> None:
    server = faulty_server(tls=tls)
    server.welcome(Welcome(Stop.RST, times=None))
    reason = failure_of(raised_by(transport, server.url(PATH))).reason
    assert reason in {R.CONNECTION_LOST, R.CONNECT_FAILED}  # the reset may come before connect() returns


def test_a_refused_connection(transport: Transport) -> None:
    failure = failure_of(raised_by(transport, f"http://127.0.0.1:{dead_ends.refusing_port()}{PATH}"))
    assert (failure.reason, failure.detail) == (R.CONNECT_FAILED, "Connection refused")


@pytest.mark.skipif(not hasattr(socket, "SO_BINDTODEVICE"), reason="a full queue answers differently elsewhere")
def test_a_connection_that_never_comes_about(transport: Transport) -> None:
    with dead_ends.silent_port() as port:
        assert failure_of(raised_by(transport, f"http://127.0.0.1:{port}{PATH}")).reason is R.CONNECT_TIMEOUT


@pytest.mark.parametrize(
    ("lookup_raises", "reason"),
    [
        (socket.gaierror(socket.EAI_NONAME, "Name or service not known"), R.NAME_NOT_FOUND),
        (socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution"), R.NAME_NOT_FOUND),
        (OSError(errno.EMFILE, "Too many open files"), R.TOO_MANY_OPEN_FILES),
    ],
)
def test_names_that_are_not_found(
    transport: Transport, monkeypatch: pytest.MonkeyPatch, lookup_raises: OSError, reason: FailureReason
) -> None:
    def getaddrinfo(*_args: Any, **_kwargs: Any) -> Any:
        raise lookup_raises

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    assert failure_of(raised_by(transport, f"http://example.test{PATH}")).reason is reason


@pytest.mark.parametrize("address", ["gopher://example.test/x", "http://", "http://*/x", "http://[::1/"])
def test_addresses_that_libraries_refuse(transport: Transport, address: str) -> None:
    assert failure_of(raised_by(transport, address)).reason is R.BAD_ADDRESS


def wrapped(inner: BaseException) -> BaseException:
    """Hide an exception as deep as requests and urllib3 do."""
    outer = requests.ConnectionError(urllib3_errors.ProtocolError("Connection aborted.", inner))
    middle = RuntimeError("http://user:canary@example.test/")
    middle.__cause__ = outer
    return middle


@pytest.mark.parametrize("how", [lambda error: error, wrapped], ids=["bare", "wrapped"])
@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (ConnectionResetError(errno.ECONNRESET, "Connection reset by peer"), R.CONNECTION_LOST),
        (BrokenPipeError(errno.EPIPE, "Broken pipe"), R.CONNECTION_LOST),
        (ConnectionRefusedError(errno.ECONNREFUSED, "Connection refused"), R.CONNECT_FAILED),
        (http.client.RemoteDisconnected("x"), R.CONNECTION_LOST),
        (http.client.IncompleteRead(b"canary"), R.SHORT_BODY),
        (http.client.LineTooLong("header line"), R.BAD_RESPONSE),
        (http.client.BadStatusLine("canary"), R.NOT_HTTP),
        (TimeoutError("timed out"), R.STALLED),
        (ssl.SSLEOFError(8, "EOF occurred in violation of protocol"), R.CONNECTION_LOST),
        (ssl.SSLError(1, "[SSL: WRONG_VERSION_NUMBER] wrong version number"), R.TLS_ERROR),
        (UnicodeDecodeError("utf-8", b"\xff", 0, 1, "canary"), R.BAD_ADDRESS),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else "",
)
def test_reasons_are_found_in_the_depth(
    how: Callable[[BaseException], BaseException], error: Exception, reason: FailureReason
) -> None:
    assert failure_of(how(error)).reason is reason


@pytest.mark.parametrize("number", [errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN])
def test_a_network_that_is_gone(number: int) -> None:
    assert failure_of(OSError(number, "gone")) == Failure(R.CONNECT_FAILED, "gone")


@pytest.mark.parametrize(
    "error", [ValueError("x"), OSError(errno.ENOSPC, "No space left"), MemoryError(), PermissionError(13, "x")]
)
def test_what_is_none_of_the_networks(error: Exception) -> None:
    assert network_failure(error) is None


def test_the_words_are_the_systems_own() -> None:
    error = urllib3_errors.ProtocolError("http://u:canary@h/?canary", ConnectionResetError(errno.ECONNRESET, "reset"))
    assert network_failure(error) == Failure(R.CONNECTION_LOST, "reset")
    assert network_failure(requests.ConnectionError("canary")) == Failure(R.CONNECTION_LOST, "ConnectionError")


def test_exceptions_that_caused_each_other_do_not_go_round_for_ever() -> None:
    first, second = ValueError("x"), KeyError("y")
    first.__cause__, second.__cause__ = second, first
    assert network_failure(first) is None


def test_a_tls_socket_whose_peer_is_gone_is_not_left_open() -> None:
    context = ssl.create_default_context()
    context.sslsocket_class = TLSSocket
    with socket.create_server(("127.0.0.1", 0)) as listener:
        ours = socket.create_connection(listener.getsockname())
        theirs, _ = listener.accept()
    theirs.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    theirs.close()  # resets the connection
    wait_until(lambda: _is_reset(ours), "the reset")
    number = ours.fileno()
    with pytest.raises(ConnectionResetError):
        context.wrap_socket(ours, server_hostname="example.org")
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(number)


def _is_reset(connected: socket.socket) -> bool:
    try:
        connected.getpeername()
    except OSError:
        return True
    return False
