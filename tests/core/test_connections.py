"""Connections whose reader can be woken, in every phase, from another thread."""

import contextlib
import socket
import sys
import threading
import time
from collections.abc import Callable

import pytest
import requests
from headrace.addresses import host_of
from headrace.errors import DownloadError, StoppedError
from headrace.net.interrupt import Interrupt
from headrace.net.sessions import Transport, get
from headrace.net.socket_handle import SocketHandle
from headrace.states import FailureReason

from tests.conftest import ServerFactory
from tests.support import dead_ends, faults, leaks, seeded
from tests.support.faults import Welcome
from tests.support.faulty_server import FaultyServer
from tests.support.processes import wait_until
from tests.support.replies import Framing, Reply, Request

SIZE = 300_000
TIMEOUTS = (5.0, 5.0)
WOKEN_WITHIN = 0.1
SCHEMES = pytest.mark.parametrize("tls", [False, True], ids=["http", "https"])


class Reader:
    """Gets an address and reads the whole body in a thread of its own."""

    def __init__(self, transport: Transport, address: str, interrupt: Interrupt | None = None) -> None:
        self.interrupt = interrupt or Interrupt()
        self.body = bytearray()
        self.outcome: BaseException | None = None
        self._transport, self._address = transport, address
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        try:
            with self._transport.session() as session:
                response = get(session, self._address, {}, self.interrupt, TIMEOUTS)
                with contextlib.closing(response):
                    for piece in response.iter_content(1 << 20):
                        self.body += piece
        except Exception as error:  # noqa: BLE001 - whatever it is, the test wants to see it
            self.outcome = error

    def join(self, timeout: float = 10.0) -> None:
        self._thread.join(timeout)
        assert not self._thread.is_alive(), "still waits"

    def stop(self) -> float:
        """Stop; return the seconds until the thread had ended. The call itself must not take any."""
        began = time.monotonic()
        self.interrupt.stop()
        assert time.monotonic() - began < 0.02
        self.join()
        return time.monotonic() - began


def sockets() -> int:
    """Return how many sockets this process has open (Linux)."""
    return sum(target.startswith("socket:") for _, target in leaks.held().files)


def wait_for_bytes(reader: Reader, count: int) -> None:
    deadline = time.monotonic() + 5
    while len(reader.body) < count and time.monotonic() < deadline:
        time.sleep(0.005)


# Every phase can be left.


@pytest.mark.skipif(sys.platform != "linux", reason="a full queue of connections answers differently elsewhere")
@pytest.mark.calm
@SCHEMES
def test_connecting_is_left(transport: Transport, tls: bool) -> None:
    before = sockets()
    with dead_ends.silent_port() as port:
        there = sockets()
        reader = Reader(transport, f"{'https' if tls else 'http'}://127.0.0.1:{port}/")
        wait_until(lambda: sockets() > there, "a connection that is being made")
        assert reader.stop() < WOKEN_WITHIN
    assert isinstance(reader.outcome, StoppedError)
    assert sockets() == before


def test_a_tls_handshake_is_left(transport: Transport, faulty_server: ServerFactory) -> None:
    before = sockets()
    server = faulty_server(tls=True)
    welcome = server.welcome(Welcome())
    reader = Reader(transport, server.url())
    welcome.gate.wait()
    time.sleep(0.02)
    assert reader.stop() < WOKEN_WITHIN
    server.close()
    assert isinstance(reader.outcome, StoppedError)
    assert sockets() == before


@SCHEMES
def test_waiting_for_headers_is_left(transport: Transport, faulty_server: ServerFactory, tls: bool) -> None:
    before = sockets()
    server = faulty_server(tls=tls)
    address = server.file(SIZE)
    fault = server.inject(faults.stall())
    reader = Reader(transport, address)
    fault.gate.wait()
    assert reader.stop() < WOKEN_WITHIN
    server.close()
    assert isinstance(reader.outcome, StoppedError)
    assert sockets() == before


@SCHEMES
@pytest.mark.parametrize("framing", list(Framing), ids=lambda framing: framing.name)
def test_a_body_is_left(transport: Transport, faulty_server: ServerFactory, tls: bool, framing: Framing) -> None:
    before = sockets()
    server = faulty_server(tls=tls)
    address = server.file(SIZE)
    server.inject(faults.reframed(framing))
    fault = server.inject(faults.stall(100_000))
    reader = Reader(transport, address)
    fault.gate.wait()
    wait_for_bytes(reader, 100_000)
    assert reader.stop() < WOKEN_WITHIN
    server.close()
    assert bytes(reader.body) == seeded.body(1, 0, 100_000), "what had arrived was lost, or is followed by rubbish"
    if framing is not Framing.CLOSE or tls:  # over TCP alone this end looks like any other
        assert reader.outcome is not None
    assert sockets() == before


@SCHEMES
def test_a_connection_given_away_is_left_and_closed(
    transport: Transport, faulty_server: ServerFactory, tls: bool
) -> None:
    before = sockets()
    server = faulty_server(tls=tls)
    address = server.file(SIZE)

    def closing(reply: Reply, _request: Request) -> None:
        reply.headers.append(("Connection", "close"))
        reply.close = True

    server.inject(faults.Fault(closing))
    fault = server.inject(faults.stall(100_000))
    reader = Reader(transport, address)
    fault.gate.wait()
    wait_for_bytes(reader, 100_000)
    assert reader.stop() < WOKEN_WITHIN
    server.close()
    assert bytes(reader.body) == seeded.body(1, 0, 100_000)
    assert sockets() == before


class StoppedWhileRegistering(Interrupt):
    """The worst moment: the stop finds a socket that is not connected yet, so that there is nothing to shut down."""

    def add(self, waker: Callable[[], object]) -> None:
        super().add(waker)
        self.stop()


def test_a_stop_just_before_connecting_is_not_lost(transport: Transport, plain_server: FaultyServer) -> None:
    address = plain_server.file(SIZE)
    reader = Reader(transport, address, StoppedWhileRegistering())
    reader.join()
    assert isinstance(reader.outcome, StoppedError)
    assert plain_server.requests == []


@pytest.mark.skipif(sys.platform != "linux", reason="a full queue of connections answers differently elsewhere")
def test_a_stop_just_before_connecting_to_a_mute_server_is_not_lost(transport: Transport) -> None:
    with dead_ends.silent_port() as port:
        began = time.monotonic()
        Reader(transport, f"http://127.0.0.1:{port}/", StoppedWhileRegistering()).join()
        assert time.monotonic() - began < 0.5


# Pooled connections.


@SCHEMES
def test_a_pooled_connection_serves_the_next_request(
    transport: Transport, faulty_server: ServerFactory, tls: bool
) -> None:
    server = faulty_server(tls=tls)
    address = server.file(SIZE)
    for _ in range(3):
        reader = Reader(transport, address)
        reader.join()
        assert bytes(reader.body) == seeded.body(1, 0, SIZE)
    assert server.connections_accepted == 1


@SCHEMES
def test_a_late_stop_leaves_a_connection_that_serves_another_now(
    transport: Transport, faulty_server: ServerFactory, tls: bool
) -> None:
    server = faulty_server(tls=tls)
    address = server.file(SIZE)
    first = Reader(transport, address)
    first.join()
    fault = server.inject(faults.stall(100_000))
    second = Reader(transport, address)
    fault.gate.wait()
    first.interrupt.stop()
    fault.gate.release.set()
    second.join()
    assert (server.connections_accepted, second.outcome) == (1, None)
    assert bytes(second.body) == seeded.body(1, 0, SIZE)


@SCHEMES
def test_a_reused_connection_is_woken_by_its_own_stop(
    transport: Transport, faulty_server: ServerFactory, tls: bool
) -> None:
    server = faulty_server(tls=tls)
    address = server.file(SIZE)
    Reader(transport, address).join()
    fault = server.inject(faults.stall())
    second = Reader(transport, address)
    fault.gate.wait()
    assert second.stop() < WOKEN_WITHIN
    assert server.connections_accepted == 1
    third = Reader(transport, address)
    third.join()
    assert (server.connections_accepted, bytes(third.body)) == (2, seeded.body(1, 0, SIZE))


@SCHEMES
@pytest.mark.parametrize("served_before", [1, 2])
def test_a_connection_that_dies_as_the_next_request_goes_out_costs_nothing(
    transport: Transport, faulty_server: ServerFactory, tls: bool, served_before: int
) -> None:
    server = faulty_server(tls=tls)
    address = server.file(SIZE)
    for _ in range(served_before):
        Reader(transport, address).join()
    server.inject(faults.cut(faults.BEFORE_HEAD))
    reader = Reader(transport, address)
    reader.join()
    assert (reader.outcome, bytes(reader.body)) == (None, seeded.body(1, 0, SIZE))
    assert (server.connections_accepted, len(server.requests)) == (2, served_before + 2)


def test_s31_many_dead_connections_cost_one_try(transport: Transport, plain_server: FaultyServer) -> None:
    address = plain_server.file(SIZE)
    readers = []
    for number in range(1, 7):
        fault = plain_server.inject(faults.stall(100, when=faults.nth(number)))
        readers.append((Reader(transport, address), fault))
        fault.gate.wait()
    for reader, fault in readers:
        fault.gate.release.set()
        reader.join()
    assert plain_server.connections_accepted == 6
    plain_server.inject(faults.cut(faults.BEFORE_HEAD, times=None, when=lambda request: request.connection <= 6))
    last = Reader(transport, address)
    last.join()
    assert (last.outcome, bytes(last.body)) == (None, seeded.body(1, 0, SIZE))
    assert (plain_server.connections_accepted, len(plain_server.requests)) == (7, 8)


def test_s31_the_free_try_is_one(transport: Transport, plain_server: FaultyServer) -> None:
    address = plain_server.file(SIZE)
    Reader(transport, address).join()
    plain_server.inject(faults.cut(faults.BEFORE_HEAD, times=None))
    reader = Reader(transport, address)
    reader.join()
    assert isinstance(reader.outcome, requests.ConnectionError)
    assert len(plain_server.requests) == 3


def test_a_stop_in_the_free_try_is_a_stop(transport: Transport, plain_server: FaultyServer) -> None:
    address = plain_server.file(SIZE)
    Reader(transport, address).join()
    plain_server.inject(faults.cut(faults.BEFORE_HEAD))
    fault = plain_server.inject(faults.stall(when=faults.nth(3)))
    reader = Reader(transport, address)
    fault.gate.wait()
    assert reader.stop() < WOKEN_WITHIN
    assert isinstance(reader.outcome, StoppedError)


def test_a_fresh_connection_that_dies_is_a_failure(transport: Transport, plain_server: FaultyServer) -> None:
    address = plain_server.file(SIZE)
    plain_server.inject(faults.cut(faults.BEFORE_HEAD))
    reader = Reader(transport, address)
    reader.join()
    assert isinstance(reader.outcome, requests.ConnectionError)
    assert len(plain_server.requests) == 1


def test_an_idle_connection_that_the_server_closed_is_not_used(
    transport: Transport, plain_server: FaultyServer
) -> None:
    address = plain_server.file(SIZE)

    def closing(reply: Reply, _request: Request) -> None:
        reply.close = True

    plain_server.inject(faults.Fault(closing))
    Reader(transport, address).join()
    plain_server.wait_until(lambda server: server.connections_open == 0 or server.requests[0].finished)
    time.sleep(0.05)
    reader = Reader(transport, address)
    reader.join()
    assert (reader.outcome, len(plain_server.requests)) == (None, 2)


# What is trusted.


def test_an_unknown_authority_is_refused(faulty_server: ServerFactory) -> None:
    server = faulty_server(tls=True)
    stranger = Transport()
    reader = Reader(stranger, server.file(SIZE))
    reader.join()
    stranger.close()
    assert isinstance(reader.outcome, DownloadError)
    assert reader.outcome.failure.reason is FailureReason.TLS_CERTIFICATE
    assert reader.outcome.failure.detail.startswith(f"{host_of(server.url(''))}: ")
    assert server.requests == []


def test_a_certificate_for_another_host_is_refused(
    transport: Transport, faulty_server: ServerFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = faulty_server(tls=True)
    server.file(SIZE)
    real = socket.getaddrinfo
    monkeypatch.setattr(socket, "getaddrinfo", lambda _host, *args, **kwargs: real("127.0.0.1", *args, **kwargs))
    reader = Reader(transport, server.url(host="elsewhere.test"))
    reader.join()
    assert isinstance(reader.outcome, DownloadError)
    assert reader.outcome.failure.reason is FailureReason.TLS_CERTIFICATE
    assert "elsewhere.test" in reader.outcome.failure.detail
    assert server.requests == []


def test_neither_netrc_nor_environment_are_read(
    transport: Transport, plain_server: FaultyServer, tmp_path: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = f"{tmp_path}/netrc"
    with open(netrc, "w", encoding="utf-8") as stream:  # noqa: PTH123
        stream.write("default login canary password canary\n")
    monkeypatch.setenv("NETRC", netrc)
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{dead_ends.refusing_port()}")
    reader = Reader(transport, plain_server.file(SIZE))
    reader.join()
    assert reader.outcome is None
    headers = plain_server.requests[0].headers
    assert "authorization" not in headers
    assert headers["accept-encoding"] == "identity"


# The handle itself.


def test_a_handle_ends_a_read_and_closing_it_twice_does_no_harm() -> None:
    ours, theirs = socket.socketpair()
    handle = SocketHandle(ours)
    handle.shut_down()
    assert ours.recv(1) == b""
    ours.close()
    handle.close()
    handle.close()
    handle.shut_down()
    assert theirs.recv(1) == b"", "the connection is still held open"
    theirs.close()


def test_a_handle_on_what_is_not_connected_raises_nothing() -> None:
    with socket.socket() as sock:
        handle = SocketHandle(sock)
        handle.shut_down()
        handle.close()
