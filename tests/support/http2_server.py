"""A server that speaks HTTP/2 and does wrong what its paths say, on a free loopback port. One thread a connection."""

import socket
import ssl
import threading
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import Final, Self

from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.errors import ErrorCodes
from h2.events import RequestReceived
from h2.exceptions import H2Error
from h2.settings import SettingCodes, Settings

from tests.support import seeded
from tests.support.certificates import Certificates

SIZE: Final = 300_000
"""Bytes of each file: less than a window, so that nothing is waited for."""
HALF: Final = SIZE // 2
_NO_PROTOCOL: Final = bytes.fromhex("15030300020278")
"""A fatal alert, no_application_protocol (RFC 7301 section 3.2)."""
_FRAME: Final = 16_000


def content() -> bytes:
    """Return what the files hold."""
    return b"".join(bytes(piece) for piece in seeded.pieces(1, 0, SIZE))


class Http2Server:
    """Answers by path; `asked` counts requests by path, `heads` keeps what was asked."""

    def __init__(self, certificates: Certificates, *, strict: bool = False, streams: int = 100) -> None:
        """`strict`: shake hands with nobody who does not offer h2. `streams`: how many answers at a time."""
        self._context = certificates.server_context()
        self._context.set_alpn_protocols(["h2"])
        self._strict, self._streams = strict, streams
        self.asked: Counter[str] = Counter()
        self.connections = 0
        self.heads: list[dict[str, str]] = []
        self.greatest = 0
        """How many requests were open at once, at most."""
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._open: set[socket.socket] = set()
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self._answers: dict[str, Callable[[_Talk, int, dict[str, str]], None]] = {
            "/file": _Talk.whole,
            "/reset": _Talk.reset,
            "/short": _Talk.short,
            "/cut": _Talk.cut,
            "/goaway": _Talk.goaway,
            "/refused": _Talk.refused,
            "/old": _Talk.old,
            "/silent": _Talk.silent,
            "/mute": _Talk.mute,
            "/lengthless": _Talk.lengthless,
            "/interim": _Talk.interim,
            "/elsewhere": _Talk.elsewhere,
            "/odd": _Talk.odd,
        }
        self.once: dict[str, str] = {}
        """What the next request for a path is answered as."""
        self.elsewhere = ""
        """Where /elsewhere leads."""

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self._listener.getsockname()[1])

    def url(self, path: str) -> str:
        """Return the address of a path."""
        return f"https://127.0.0.1:{self.port}{path}"

    def __enter__(self) -> Self:
        self._threads[0].start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for sock in list(self._open):
            with suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join()

    def _accept(self) -> None:
        while True:
            try:
                sock, _ = self._listener.accept()
            except OSError:
                return
            self._open.add(sock)
            thread = threading.Thread(target=self._serve, args=(sock,), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _serve(self, sock: socket.socket) -> None:
        with suppress(OSError, H2Error), sock:
            if self._strict and b"\x02h2" not in sock.recv(4096, socket.MSG_PEEK):
                sock.recv(4096)
                sock.sendall(_NO_PROTOCOL)
                return
            raw = sock.detach()
            with socket.socket(fileno=raw) as plain:
                self._open.discard(sock)
                self._open.add(plain)
                with self._context.wrap_socket(plain, server_side=True) as secured:
                    self._open.discard(plain)
                    self._open.add(secured)
                    self.connections += 1
                    if secured.selected_alpn_protocol() is None:
                        secured.recv(4096)
                        secured.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nold")
                    else:
                        _Talk(self, secured, self._streams).run()

    def answer(self, talk: "_Talk", stream: int, head: dict[str, str]) -> None:
        """Answer one request as its path says."""
        path = head[":path"]
        self.asked[path] += 1
        self.heads.append(head)
        self._answers[self.once.pop(path, path)](talk, stream, head)


class _Talk:
    """One connection."""

    def __init__(self, server: Http2Server, sock: ssl.SSLSocket, streams: int) -> None:
        self._server, self._sock = server, sock
        self._h2 = H2Connection(H2Configuration(client_side=False, header_encoding="utf-8"))
        self._h2.local_settings = Settings(client=False, initial_values={SettingCodes.MAX_CONCURRENT_STREAMS: streams})
        self._h2.initiate_connection()

    def run(self) -> None:
        self._flush()
        while data := self._sock.recv(1 << 16):
            for event in self._h2.receive_data(data):
                if isinstance(event, RequestReceived):
                    self._server.greatest = max(self._server.greatest, self._h2.open_inbound_streams)
                    head = {str(name): str(value) for name, value in event.headers or ()}
                    self._server.answer(self, event.stream_id or 0, head)
            self._flush()

    def _flush(self) -> None:
        self._sock.sendall(self._h2.data_to_send())

    def _head(self, stream: int, *more: tuple[str, str], status: str = "200", length: int | None = SIZE) -> None:
        told = () if length is None else (("content-length", str(length)),)
        self._h2.send_headers(stream, [(":status", status), ("etag", '"one"'), *told, *more])

    def _body(self, stream: int, first: int = 0, end: int = SIZE, *, ended: bool = True) -> None:
        data = content()[first:end]
        for offset in range(0, len(data), _FRAME):
            self._h2.send_data(stream, data[offset : offset + _FRAME])
        if ended:
            self._h2.end_stream(stream)

    def whole(self, stream: int, head: dict[str, str]) -> None:
        said = head.get("range", "")
        if not said:
            self._head(stream)
            self._body(stream)
            return
        first, _, last = said.removeprefix("bytes=").partition("-")
        begin, end = int(first), int(last) + 1 if last else SIZE
        part = ("content-range", f"bytes {begin}-{end - 1}/{SIZE}")
        self._head(stream, part, status="206", length=end - begin)
        self._body(stream, begin, end)

    def reset(self, stream: int, _head: dict[str, str]) -> None:
        self._head(stream)
        self._body(stream, 0, HALF, ended=False)
        self._h2.reset_stream(stream, ErrorCodes.INTERNAL_ERROR)

    def short(self, stream: int, _head: dict[str, str]) -> None:
        self._head(stream)
        self._body(stream, 0, HALF)

    def cut(self, stream: int, _head: dict[str, str]) -> None:
        self._head(stream)
        self._body(stream, 0, HALF, ended=False)
        self._flush()
        self._sock.shutdown(socket.SHUT_RDWR)

    def goaway(self, stream: int, _head: dict[str, str]) -> None:
        """End the connection as nginx does after its thousandth request: this answer still goes out whole."""
        self._flush()
        self._sock.sendall(bytes.fromhex("000008070000000000") + stream.to_bytes(4, "big") + bytes(4))
        self._head(stream)
        self._body(stream)

    def refused(self, stream: int, head: dict[str, str]) -> None:
        if self._server.asked["/refused"] > 1:
            self.whole(stream, head)
        else:
            self._h2.reset_stream(stream, ErrorCodes.REFUSED_STREAM)

    def old(self, stream: int, _head: dict[str, str]) -> None:
        """Want this one by HTTP/1.1, as servers do for a login that belongs to a connection."""
        self._h2.reset_stream(stream, ErrorCodes.HTTP_1_1_REQUIRED)

    def silent(self, stream: int, _head: dict[str, str]) -> None:
        self._head(stream)
        self._body(stream, 0, HALF, ended=False)

    def mute(self, _stream: int, _head: dict[str, str]) -> None:
        """Say nothing at all."""

    def lengthless(self, stream: int, _head: dict[str, str]) -> None:
        self._head(stream, length=None)
        self._body(stream)

    def interim(self, stream: int, _head: dict[str, str]) -> None:
        for _ in range(150):
            self._h2.send_headers(stream, [(":status", "103")])

    def odd(self, stream: int, _head: dict[str, str]) -> None:
        self._head(stream, status="2oo")

    def elsewhere(self, stream: int, _head: dict[str, str]) -> None:
        self._head(stream, ("location", self._server.elsewhere), ("set-cookie", "s=1"), status="302", length=0)
        self._h2.end_stream(stream)
