"""One connection of the scripted server: reads requests, sends replies, misbehaves at the byte where it is told to."""

import contextlib
import select
import socket
import ssl
import struct
import sys
import threading
import time
from collections.abc import Callable, Iterator
from typing import Final, Protocol

from tests.support.faults import Welcome
from tests.support.replies import BEFORE_HEAD, Framing, Gate, Reply, Request, Stop, plain_reply

_RECEIVE: Final = socket.socket.recv
_SHUT_DOWN: Final = socket.socket.shutdown
"""The plain ones, also below TLS, and whatever a test puts in the place of sockets."""
_LINGER: Final = 2.0
_MAX_HEAD: Final = 1 << 20
_POLL: Final = 0.02


class Pace:
    """Hands out a line of `rate` bytes/s to any number of threads; None for no bound."""

    def __init__(self, rate: int | None) -> None:
        self.rate = rate
        self._lock = threading.Lock()
        self._free_at = 0.0

    def piece(self, wanted: int) -> int:
        """Return how many of `wanted` bytes to send at once, so that sending is even."""
        return wanted if self.rate is None else max(1, min(wanted, self.rate // 50))

    def reserve(self, size: int) -> float:
        """Take the line for `size` bytes; return the seconds to wait until they may be sent."""
        if self.rate is None:
            return 0.0
        with self._lock:
            now = time.monotonic()
            start = max(now, self._free_at)
            self._free_at = start + size / self.rate
            return start - now


class Host(Protocol):
    """What a connection needs of its server."""

    stopped: threading.Event
    line: Pace

    def note(self, change: Callable[[], None] = ...) -> None:
        """Make a change to what was seen, and wake whoever waits for it."""

    def received(self, request: Request) -> None:
        """Enter `request` into the log and number it."""

    def reply(self, request: Request) -> Reply:
        """Make the reply to `request`, spoilt as the script says."""

    def gone(self, connection: "Connection") -> None:
        """Forget `connection`, which has ended."""


class _Ended(Exception):  # noqa: N818 - no error: the way out of a connection that is over
    """The connection is over; `how` says in which way to leave it."""

    def __init__(self, how: Stop | None = None) -> None:
        super().__init__(how)
        self.how = how


class Connection:
    """Serves one accepted socket until either side ends it."""

    def __init__(
        self, host: Host, number: int, sock: socket.socket, tls: ssl.SSLContext | None, welcome: Welcome | None
    ) -> None:
        self.number = number
        self.thread = threading.Thread(target=self._run, name=f"faulty-{number}", daemon=True)
        self._host = host
        self._sock = sock
        self._tls = tls
        self._welcome = welcome
        self._waker = sock.dup()  # stays valid while the TLS layer takes the socket over
        self._buffer = bytearray()
        self._pace = Pace(None)

    def wake(self) -> None:
        """Make every call that waits on the socket return. From any thread."""
        with contextlib.suppress(OSError):
            self._waker.shutdown(socket.SHUT_RDWR)

    @property
    def is_left(self) -> bool:
        """Whether the client has closed its end, though the server may not have noticed yet. From any thread."""
        if sys.platform != "linux":  # no other system tells this without reading
            return False
        poll = select.poll()
        try:
            poll.register(self._waker, select.POLLRDHUP)
            return bool(poll.poll(0))
        except (OSError, ValueError):  # it was closed meanwhile
            return True

    def _run(self) -> None:
        """Serve until the end, whatever the client does."""
        how = None
        try:
            self._serve()
        except _Ended as ended:
            how = ended.how
        except OSError:  # the client left, or the server was closed
            pass
        finally:
            with contextlib.suppress(OSError):
                self._leave(how)
            self._waker.close()
            self._sock.close()
            self._host.gone(self)

    def _serve(self) -> None:
        self._sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if self._welcome is not None:
            self._receive_oddly(self._welcome)
        if self._tls is not None:
            self._sock = self._tls.wrap_socket(self._sock, server_side=True)
        while (head := self._read_head()) is not None:
            self._answer(head)

    def _receive_oddly(self, welcome: Welcome) -> None:
        self._sock.sendall(welcome.greeting)
        if welcome.stop is Stop.HOLD:
            self._hold(welcome.gate, None)
        else:
            welcome.gate.reached.set()
            self._host.note()
            raise _Ended(welcome.stop)

    # Reading.

    def _read_head(self) -> bytes | None:
        while (end := self._buffer.find(b"\r\n\r\n")) < 0:
            received = self._sock.recv(65536)
            if not received or len(self._buffer) > _MAX_HEAD:
                return None
            self._buffer += received
            if not self._buffer[:1].isupper():  # such as a TLS greeting: its end would never come
                return bytes(self._buffer)
        head = bytes(self._buffer[:end])
        del self._buffer[: end + 4]
        return head

    def _answer(self, head: bytes) -> None:
        try:
            request = _parsed(head, self.number)
        except ValueError:
            self._sock.sendall(b"".join(plain_reply(400).head()))
            raise _Ended from None
        self._host.received(request)
        reply = self._host.reply(request)
        self._pace = Pace(reply.rate)
        try:
            self._send(reply, request)
            self._host.note(lambda: setattr(request, "complete", True))
        finally:
            self._host.note(lambda: setattr(request, "finished", True))
        if reply.close or request.headers.get("connection", "").lower() == "close":
            raise _Ended(Stop.FIN if reply.ragged else None)

    # Sending.

    def _send(self, reply: Reply, request: Request) -> None:
        if reply.stop_at == BEFORE_HEAD:
            self._stop(reply, request)
        self._host.note(lambda: setattr(request, "status", reply.status))
        if reply.raw is not None:
            self._sock.sendall(reply.raw)
            raise _Ended
        for answer in reply.interim:
            self._sock.sendall(answer)
        self._send_head(reply)
        if request.method != "HEAD":
            self._send_body(reply, request)

    def _send_head(self, reply: Reply) -> None:
        if not reply.head_pause:
            self._sock.sendall(b"".join(reply.head()))
            return
        for line in reply.head():
            self._sock.sendall(line)
            self._wait(reply.head_pause)

    def _send_body(self, reply: Reply, request: Request) -> None:
        for piece in reply.body.pieces():
            for chunk in _split(piece, reply.chunk_size if reply.framing is Framing.CHUNKED else len(piece)):
                self._send_chunk(chunk, reply, request)
        if reply.stop_at is not None and reply.stop_at == request.body_sent:
            self._stop(reply, request)
        if reply.framing is Framing.CHUNKED:
            self._sock.sendall(reply.last_chunk)
        self._sock.sendall(reply.surplus)

    def _send_chunk(self, data: memoryview, reply: Reply, request: Request) -> None:
        chunked = reply.framing is Framing.CHUNKED
        if chunked:
            self._sock.sendall(f"{len(data):x}\r\n".encode())
        while len(data):
            if request.body_sent == reply.stop_at:
                self._stop(reply, request)
            data = self._send_piece(data, reply, request)
        if chunked:
            self._sock.sendall(b"\r\n")

    def _send_piece(self, data: memoryview, reply: Reply, request: Request) -> memoryview:
        """Send some of `data`, no further than to the next stop or change of pace; return the rest."""
        size = len(data)
        for mark in (reply.stop_at, reply.slow_from):
            if mark is not None and request.body_sent < mark:
                size = min(size, mark - request.body_sent)
        if request.body_sent >= reply.slow_from:
            size = self._pace.piece(size)
            self._wait(self._pace.reserve(size))
        size = self._host.line.piece(size)
        self._wait(self._host.line.reserve(size))
        self._sock.sendall(data[:size])
        self._host.note(lambda: setattr(request, "body_sent", request.body_sent + size))
        return data[size:]

    # Stopping.

    def _stop(self, reply: Reply, request: Request) -> None:
        reply.stop_at = None
        if reply.stop is Stop.HOLD:
            self._hold(reply.gate, request)
            return
        if reply.stop is Stop.RST:
            _wait_until_delivered(self._sock)
        reply.gate.reached.set()
        raise _Ended(reply.stop)

    def _hold(self, gate: Gate, request: Request | None) -> None:
        """Be silent until released; end the connection when the client does."""
        gate.reached.set()
        self._host.note()
        while not gate.release.is_set():
            if self._client_left(_POLL):
                if request is not None and not self._host.stopped.is_set():
                    self._host.note(lambda: setattr(request, "client_left", time.monotonic()))
                raise _Ended

    def _client_left(self, timeout: float) -> bool:
        """Wait up to `timeout` seconds for the client to close; read and drop what it sends, below TLS."""
        if not select.select([self._sock], [], [], timeout)[0]:
            return False
        try:
            return not _RECEIVE(self._sock, 65536)
        except OSError:
            return True

    def _wait(self, seconds: float) -> None:
        if seconds > 0 and self._host.stopped.wait(seconds):
            raise _Ended

    def _leave(self, how: Stop | None) -> None:
        """End the connection: by reset, by a bare FIN, or as it should be, over TLS with close_notify."""
        if how is Stop.RST:
            _end_by_reset(self._sock)
            return
        if how is None and isinstance(self._sock, ssl.SSLSocket):
            self._sock.settimeout(0)
            with contextlib.suppress(OSError, ValueError):
                self._sock.unwrap()
            self._sock.settimeout(None)
        _SHUT_DOWN(self._sock, socket.SHUT_WR)
        deadline = time.monotonic() + _LINGER  # closing with unread bytes would send a reset
        while time.monotonic() < deadline and not self._host.stopped.is_set():
            if self._client_left(_POLL):
                return


def _end_by_reset(sock: socket.socket) -> None:
    """Close `sock` so that the other end gets a reset."""
    layout = "hh" if sys.platform == "win32" else "ii"
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack(layout, 1, 0))
    sock.close()


def _wait_until_delivered(sock: socket.socket) -> None:
    """Wait, at most LINGER, until the other system has all that was sent: a reset throws away what is under way."""
    deadline = time.monotonic() + _LINGER
    while time.monotonic() < deadline and _undelivered(sock):
        time.sleep(0.001)


def _undelivered(sock: socket.socket) -> int:
    """Return the bytes sent and not acknowledged yet (Linux); elsewhere none, after a moment's wait."""
    if sys.platform != "linux":
        time.sleep(0.05)
        return 0
    import fcntl  # noqa: PLC0415 - not on every system
    import termios  # noqa: PLC0415 - as above

    answer = fcntl.ioctl(sock.fileno(), termios.TIOCOUTQ, struct.pack("i", 0))
    return int(struct.unpack("i", answer)[0])


def _parsed(head: bytes, connection: int) -> Request:
    """Read a request head. Raises ValueError where it is none."""
    first, *lines = head.decode("latin-1").split("\r\n")
    method, target, version = first.split(" ")
    if not version.startswith("HTTP/1."):
        raise ValueError(version)
    pairs = tuple((name, value.strip()) for name, _, value in (line.partition(":") for line in lines))
    return Request(0, 0, connection, method, target, {name.lower(): value for name, value in pairs}, pairs)


def _split(data: memoryview, size: int) -> Iterator[memoryview]:
    for start in range(0, len(data), max(1, size)):
        yield data[start : start + size]
