"""A server far away, on loopback: a round trip takes its time, and each connection and all together have a speed.

Bodies are sent by the kernel (`sendfile`), so that the server costs the machine as little as may be. Speaks as much
HTTP/1.1 as the programs measured need: GET, Range with one first byte, keep-alive. Linux.
"""

import contextlib
import os
import re
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

_STEP: Final = 0.02
"""Seconds of bytes that are sent at once."""
_RANGE: Final = re.compile(rb"\r\nrange: *bytes=(\d+)-(\d*)", re.IGNORECASE)


class FarServer:
    """Serves the files of one folder, each connection at its speed."""

    def __init__(self, root: Path, *, round_trip: float = 0.0, rate: float | None = None) -> None:
        """Take seconds and bytes/s of one connection, None for no bound."""
        self._root, self._round_trip, self._rate = root, round_trip, rate
        self._slow: frozenset[int] = frozenset()
        self._slow_rate = 0.0
        self._count = 0
        self._lock = threading.Lock()
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=1024)
        self._open: set[socket.socket] = set()
        self._thread = threading.Thread(target=self._accept, name="far server", daemon=True)
        self._thread.start()

    def url(self, name: str) -> str:
        """Return the address of a file."""
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}/{name}"

    def begin_anew(self, slow: frozenset[int], slow_rate: float) -> None:
        """Count connections from 1 again; those with such numbers bring so many bytes/s."""
        with self._lock:
            self._count, self._slow, self._slow_rate = 0, slow, slow_rate

    def close(self) -> None:
        """End all connections."""
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        with self._lock:
            for sock in self._open:
                with contextlib.suppress(OSError):
                    sock.shutdown(socket.SHUT_RDWR)
        self._thread.join()

    def _accept(self) -> None:
        while True:
            try:
                sock, _ = self._listener.accept()
            except OSError:
                return
            with self._lock:
                self._count += 1
                number = self._count
                self._open.add(sock)
            threading.Thread(target=self._serve, args=(sock, number), daemon=True).start()

    def _serve(self, sock: socket.socket, number: int) -> None:
        rate = self._slow_rate if number in self._slow else self._rate
        with contextlib.suppress(OSError), sock:
            time.sleep(self._round_trip)  # the handshake, which loopback makes at once
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for head in _heads(sock):
                time.sleep(self._round_trip)
                self._answer(sock, head, rate)
        with self._lock:
            self._open.discard(sock)

    def _answer(self, sock: socket.socket, head: bytes, rate: float | None) -> None:
        path = self._root / os.fsdecode(head.split(b" ", 2)[1].lstrip(b"/").partition(b"?")[0])
        if not path.is_file():
            sock.sendall(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
            return
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            first, last, status = 0, size - 1, "200 OK"
            if found := _RANGE.search(head):
                first, last = int(found[1]), min(int(found[2] or last), last)
                status = f"206 Partial Content\r\nContent-Range: bytes {first}-{last}/{size}"
            facts = f'ETag: "{size:x}"\r\nAccept-Ranges: bytes\r\nContent-Length: {last + 1 - first}'
            sock.sendall(f"HTTP/1.1 {status}\r\n{facts}\r\n\r\n".encode())
            if not head.startswith(b"HEAD"):
                _send(sock, file.fileno(), first, last + 1, rate)


def _heads(sock: socket.socket) -> Iterator[bytes]:
    """Yield the heads of requests without a body, until the client goes."""
    data = b""
    while piece := sock.recv(1 << 16):
        data += piece
        while b"\r\n\r\n" in data:
            head, _, data = data.partition(b"\r\n\r\n")
            yield head


def _send(sock: socket.socket, file: int, first: int, end: int, rate: float | None) -> None:
    began, sent = time.monotonic(), 0
    step = end - first if rate is None else max(1, int(rate * _STEP))
    while first + sent < end:
        sent += os.sendfile(sock.fileno(), file, first + sent, min(step, end - first - sent))
        if rate is not None:
            time.sleep(max(0.0, began + sent / rate - time.monotonic()))


@contextlib.contextmanager
def far_server(root: Path, *, round_trip: float = 0.0, rate: float | None = None) -> Iterator[FarServer]:
    """Run one until the end of the block."""
    server = FarServer(root, round_trip=round_trip, rate=rate)
    try:
        yield server
    finally:
        server.close()
