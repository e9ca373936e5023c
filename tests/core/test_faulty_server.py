"""The scripted server is tested with plain sockets, so that every byte it sends is seen."""

import gzip
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
import requests

from tests.conftest import ServerFactory
from tests.support import faults, seeded
from tests.support.certificates import Certificates
from tests.support.faults import Fault, Welcome
from tests.support.faulty_server import FaultyServer
from tests.support.replies import BEFORE_HEAD, Framing, Resource, Stop

SIZE = 200_000
FILE = Resource("/file", size=SIZE, seed=5)


@contextmanager
def connected(server: FaultyServer, ca: Certificates | None = None) -> Iterator[socket.socket]:
    """Connect, over TLS where an authority is given, with an error for an end without close_notify."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as sock:
        if ca is None:
            yield sock
            return
        context = ssl.create_default_context(cafile=str(ca.ca_file))
        context.options &= ~getattr(ssl, "OP_IGNORE_UNEXPECTED_EOF", 0)  # set by Python over OpenSSL 3
        with context.wrap_socket(sock, server_hostname="localhost", suppress_ragged_eofs=False) as secure:
            yield secure


def ask(sock: socket.socket, *headers: str, method: str = "GET", path: str = "/file") -> None:
    lines = [f"{method} {path} HTTP/1.1", "Host: localhost", *headers, "", ""]
    sock.sendall("\r\n".join(lines).encode())


def read_all(sock: socket.socket, received: bytearray | None = None) -> bytes:
    """Read to the end, into `received` where given, so that what came before an error is known."""
    received = bytearray() if received is None else received
    while piece := sock.recv(65536):
        received += piece
    return bytes(received)


def answer(server: FaultyServer, *headers: str, method: str = "GET", path: str = "/file") -> tuple[str, bytes]:
    """Return head and body of one answer, read to the connection's end."""
    with connected(server) as sock:
        ask(sock, "Connection: close", *headers, method=method, path=path)
        head, _, body = read_all(sock).partition(b"\r\n\r\n")
    return head.decode("latin-1"), body


@pytest.fixture
def server(plain_server: FaultyServer) -> FaultyServer:
    plain_server.add(FILE)
    return plain_server


def test_the_whole_file_with_its_validators(server: FaultyServer) -> None:
    head, body = answer(server)
    assert head.startswith("HTTP/1.1 200 OK\r\n")
    for line in (f"Content-Length: {SIZE}", 'ETag: "v1"', "Accept-Ranges: bytes"):
        assert line in head
    assert body == seeded.body(5, 0, SIZE)
    assert "\r\nDate: " in head


@pytest.mark.parametrize(
    ("asked", "start", "end"),
    [("0-0", 0, 1), ("100-199", 100, 200), ("199999-", 199_999, SIZE), ("-5", SIZE - 5, SIZE), ("9-999999", 9, SIZE)],
)
def test_ranges(server: FaultyServer, asked: str, start: int, end: int) -> None:
    head, body = answer(server, f"Range: bytes={asked}")
    assert head.startswith("HTTP/1.1 206")
    assert f"Content-Range: bytes {start}-{end - 1}/{SIZE}" in head
    assert body == seeded.body(5, start, end)


def test_a_range_behind_the_end(server: FaultyServer) -> None:
    head, body = answer(server, f"Range: bytes={SIZE}-")
    assert head.startswith("HTTP/1.1 416")
    assert f"Content-Range: bytes */{SIZE}" in head
    assert body == b""


@pytest.mark.parametrize(
    ("condition", "status"),
    [
        ('If-Range: "v1"', 206),
        ('If-Range: "old"', 200),
        ('If-Range: W/"v1"', 200),
        ('If-Match: "v1"', 206),
        ('If-Match: "old"', 412),
    ],
)
def test_conditions(server: FaultyServer, condition: str, status: int) -> None:
    head, _ = answer(server, "Range: bytes=5-", condition)
    assert head.startswith(f"HTTP/1.1 {status}")


def test_head_unknown_path_and_redirect(server: FaultyServer) -> None:
    server.add(Resource("/old", size=9, redirect="/file?x=1", redirect_status=307))
    assert answer(server, method="HEAD")[1] == b""
    assert answer(server, path="/none")[0].startswith("HTTP/1.1 404")
    head, body = answer(server, path="/old")
    assert head.startswith("HTTP/1.1 307")
    assert "Location: /file?x=1" in head
    assert body == seeded.body(1, 0, 9)


def test_one_connection_serves_many_requests_and_the_log_has_them(server: FaultyServer) -> None:
    with requests.Session() as session:
        for start in (0, 1000, 5000):
            session.get(server.url("/file?a=b"), headers={"Range": f"bytes={start}-"}, timeout=10)
        server.wait_until(lambda server: all(request.complete for request in server.requests))
        assert [(request.nth, request.range_start, request.status) for request in server.requests] == [
            (1, 0, 206),
            (2, 1000, 206),
            (3, 5000, 206),
        ]
    assert {request.path for request in server.requests} == {"/file"}
    assert server.connections_accepted == server.connections_peak == 1
    assert server.body_sent == 3 * SIZE - 6000


@pytest.mark.parametrize("at", [0, 1, SIZE // 2, SIZE - 1])
def test_cut_after_k_bytes(server: FaultyServer, at: int) -> None:
    server.inject(faults.cut(at))
    assert answer(server)[1] == seeded.body(5, 0, at)
    assert len(answer(server)[1]) == SIZE
    assert [(request.body_sent, request.complete) for request in server.requests] == [(at, False), (SIZE, True)]


@pytest.mark.parametrize("secure", [False, True])
def test_reset_after_k_bytes_that_all_arrive(
    faulty_server: ServerFactory, certificates: Certificates, secure: bool
) -> None:
    server = faulty_server(tls=secure)
    server.add(FILE)
    server.inject(faults.reset(123_457))
    received = bytearray()
    with connected(server, certificates if secure else None) as sock:
        ask(sock)
        with pytest.raises((ConnectionResetError, ssl.SSLEOFError)):  # OpenSSL calls either end by the latter name
            read_all(sock, received)
    assert received.partition(b"\r\n\r\n")[2] == seeded.body(5, 0, 123_457)


@pytest.mark.parametrize("at", [BEFORE_HEAD, 0, 777])
def test_a_stall_holds_until_released(server: FaultyServer, at: int) -> None:
    fault = server.inject(faults.stall(at))
    with connected(server) as sock:
        ask(sock, "Connection: close")
        fault.gate.wait()
        assert server.requests[0].body_sent == max(0, at)
        assert not server.requests[0].finished
        fault.gate.release.set()
        assert read_all(sock).partition(b"\r\n\r\n")[2] == seeded.body(5, 0, SIZE)


def test_the_server_sees_the_client_leave_a_stalled_reply(server: FaultyServer) -> None:
    fault = server.inject(faults.stall(10))
    with connected(server) as sock:
        ask(sock)
        fault.gate.wait()
    server.wait_until(lambda server: server.requests[0].client_left is not None)
    server.wait_until(lambda server: server.connections_open == 0)


@pytest.mark.parametrize("tls", [False, True])
def test_closing_ends_stalled_connections_at_once(
    faulty_server: ServerFactory, certificates: Certificates, tls: bool
) -> None:
    server = faulty_server(tls=tls)
    server.file(SIZE)
    fault = server.inject(faults.stall(10, times=None))
    with connected(server, certificates if tls else None) as sock, socket.create_connection(("127.0.0.1", server.port)):
        ask(sock)
        fault.gate.wait()
        began = time.monotonic()
        server.close()
        assert time.monotonic() - began < 0.5
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("faulty-")]


def test_slow_after_a_fast_start(server: FaultyServer) -> None:
    server.inject(faults.slow(100_000, after=SIZE - 20_000))
    began = time.monotonic()
    assert len(answer(server)[1]) == SIZE
    assert 0.15 < time.monotonic() - began < 2


def test_the_line_rate_is_shared(faulty_server: ServerFactory) -> None:
    server = faulty_server(line_rate=2_000_000)
    server.add(FILE)
    began = time.monotonic()
    readers = [threading.Thread(target=answer, args=(server,)) for _ in range(3)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    assert 0.25 < time.monotonic() - began < 2


def test_chunked_and_cut_inside_a_chunk(server: FaultyServer) -> None:
    server.add(replace(FILE, framing=Framing.CHUNKED))
    assert requests.get(server.url(), timeout=10).content == seeded.body(5, 0, SIZE)
    server.inject(faults.cut(70_000))
    head, body = answer(server)
    assert "Content-Length" not in head
    assert body == b"10000\r\n" + seeded.body(5, 0, 65536) + b"\r\n10000\r\n" + seeded.body(5, 65536, 70_000)


@pytest.mark.parametrize("ending", [b"", b"0\r\n", b"zz\r\n"])
def test_last_chunk(server: FaultyServer, ending: bytes) -> None:
    server.add(replace(FILE, framing=Framing.CHUNKED))
    server.inject(faults.last_chunk(ending, at=1000))
    assert answer(server)[1] == b"3e8\r\n" + seeded.body(5, 0, 1000) + b"\r\n" + ending


@pytest.mark.parametrize("ragged", [False, True])
def test_the_end_of_a_close_delimited_body_over_tls(
    tls_server: FaultyServer, certificates: Certificates, ragged: bool
) -> None:
    tls_server.add(replace(FILE, framing=Framing.CLOSE))
    if ragged:
        tls_server.inject(faults.ragged())
    with connected(tls_server, certificates) as sock:
        ask(sock)
        if ragged:
            with pytest.raises(ssl.SSLError, match=r"(?i)eof"):
                read_all(sock)
        else:
            assert read_all(sock).endswith(seeded.body(5, SIZE - 100, SIZE))


RANGE = "Range: bytes=1000-1999"
RIGHT = seeded.body(5, 1000, 2000)


@pytest.mark.parametrize(
    ("fault", "status", "said", "body"),
    [
        (faults.ignore_range(), 200, "Accept-Ranges: bytes", seeded.body(5, 0, SIZE)),
        (faults.wrong_offset(7), 206, f"bytes 1007-2006/{SIZE}", seeded.body(5, 1007, 2007)),
        (faults.wrong_offset(-1000), 206, f"bytes 0-999/{SIZE}", seeded.body(5, 0, 1000)),
        (faults.wrong_offset(7, honest=False), 206, f"bytes 1000-1999/{SIZE}", seeded.body(5, 1007, 2007)),
        (faults.content_range("bytes {first}-{last}/9"), 206, "Content-Range: bytes 1000-1999/9", RIGHT),
        (faults.content_range("a", "b"), 206, "Content-Range: a\r\nContent-Range: b", RIGHT),
        (faults.shorter(10), 206, f"bytes 1000-1009/{SIZE}", seeded.body(5, 1000, 1010)),
        (faults.replaced(), 206, 'ETag: "v2"', seeded.body(999, 1000, 2000)),
        (faults.surplus(b"more"), 206, "Content-Length: 1000", RIGHT + b"more"),
        (faults.status(503, ("Retry-After", "2"), content=b"busy"), 503, "Retry-After: 2", b"busy"),
        (faults.status(204), 204, "", b""),
        (faults.header("ETag", "a", "b"), 206, "ETag: a\r\nETag: b", RIGHT),
        (faults.header("X-Huge", "x" * 100_000), 206, "x" * 100_000, RIGHT),
        (faults.header("Content-Length", "12x"), 206, "Content-Length: 12x", RIGHT),
    ],
)
def test_wrong_answers(server: FaultyServer, fault: Fault, status: int, said: str, body: bytes) -> None:
    server.inject(replace(fault, applied=0))
    head, found = answer(server, RANGE)
    assert head.startswith(f"HTTP/1.1 {status} ")
    assert said in head
    assert found == body


def test_no_content_range_and_multipart(server: FaultyServer) -> None:
    server.inject(faults.content_range(None, times=1))
    server.inject(faults.multipart(when=faults.nth(2)))
    head, body = answer(server, RANGE)
    assert "Content-Range" not in head
    assert body == RIGHT
    head, body = answer(server, RANGE)
    assert "multipart/byteranges" in head
    assert RIGHT in body
    assert body.startswith(b"--EDGE")


def test_gzip(server: FaultyServer) -> None:
    server.inject(faults.gzipped())
    head, body = answer(server)
    assert "Content-Encoding: gzip" in head
    assert gzip.decompress(body) == seeded.body(5, 0, SIZE)


def test_raw_bytes_and_interim_heads(server: FaultyServer) -> None:
    server.inject(faults.raw(b"SSH-2.0-OpenSSH_9.6\r\n"))
    server.inject(faults.interim(3))
    assert answer(server)[0].startswith("SSH-2.0")
    head, _ = answer(server)
    assert head.startswith("HTTP/1.1 103")


def test_a_slow_head_comes_line_by_line(server: FaultyServer) -> None:
    server.inject(faults.slow_head(0.02))
    began = time.monotonic()
    head, body = answer(server)
    assert time.monotonic() - began > 0.02 * head.count("\r\n")
    assert len(body) == SIZE


def test_which_requests_a_fault_takes(server: FaultyServer) -> None:
    server.add(replace(FILE, path="/other"))
    server.inject(faults.cut(0, when=faults.every(faults.on_path("/file"), faults.nth(2)), times=None))
    server.inject(faults.cut(1, when=faults.starting_at(1000, 2000), times=None))
    lengths = [len(answer(server)[1]) for _ in range(3)]
    assert lengths == [SIZE, 0, SIZE]
    assert len(answer(server, RANGE, path="/other")[1]) == 1
    assert len(answer(server, "Range: bytes=2000-2009", path="/other")[1]) == 10


def test_healing_forgets_faults_and_lets_go(server: FaultyServer) -> None:
    fault = server.inject(faults.stall(10))
    server.inject(faults.status(500, times=None, when=faults.from_nth(2)))
    with connected(server) as sock:
        ask(sock, "Connection: close")
        fault.gate.wait()
        server.heal()
        assert len(read_all(sock)) > SIZE
    assert answer(server)[0].startswith("HTTP/1.1 200")


def test_welcomes(faulty_server: ServerFactory) -> None:
    server = faulty_server(tls=True)
    mute = server.welcome(Welcome(Stop.HOLD))
    server.welcome(Welcome(Stop.RST))
    server.welcome(Welcome(Stop.FIN, b"HTTP/1.1 400 Bad Request\r\n\r\n"))
    with connected(server) as first:
        mute.gate.wait()
        with pytest.raises(ConnectionResetError), connected(server) as second:  # while it connects, or later
            second.recv(1)
        with connected(server) as third:
            assert read_all(third).startswith(b"HTTP/1.1 400")
        first.settimeout(0.05)
        with pytest.raises(TimeoutError):
            first.recv(1)


def test_plain_server_refuses_what_is_not_http(server: FaultyServer, certificates: Certificates) -> None:
    with pytest.raises(ssl.SSLError), connected(server, certificates):
        pass
    with connected(server) as sock:
        sock.sendall(b"nonsense\r\n\r\n")
        assert read_all(sock).startswith(b"HTTP/1.1 400")


def test_waiting_in_vain_names_what_was_seen(server: FaultyServer) -> None:
    with pytest.raises(TimeoutError, match="not seen"):
        server.wait_for_request(1, timeout=0.05)
