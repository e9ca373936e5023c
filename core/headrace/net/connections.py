"""Connections whose blocked reader can be woken from another thread, in every phase.

`response.close()` from another thread blocks behind the reader, `socket.close()` does not wake it, and an
SSLSocket's own `shutdown` drops the TLS layer, so that the reader is handed TLS records as content. What works is a
plain `shutdown` on a duplicate of the socket, taken before connecting. This module keeps that duplicate.
"""

import socket
import ssl
from contextvars import ContextVar
from dataclasses import dataclass
from http.client import HTTPException, parse_headers
from http.client import HTTPResponse as PlainResponse
from threading import Lock
from typing import Any

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError
from urllib3.response import HTTPResponse

from headrace.net.interrupt import Interrupt
from headrace.net.names import resolve

_INTERIM_LIMIT = 100


class SocketHandle:
    """A duplicate of a connection's socket, good for one thing: ending whatever waits on it. Thread-safe."""

    def __init__(self, sock: socket.socket) -> None:
        self._lock = Lock()
        self._sock: socket.socket | None = sock.dup()

    def shut_down(self) -> None:
        """End both directions at once: the reader sees the end or an error. Never blocks, never raises."""
        with self._lock:
            if self._sock is not None:
                try:
                    self._sock.shutdown(socket.SHUT_RDWR)
                except OSError:
                    return  # not connected any more: nobody waits on it

    def close(self) -> None:
        """Give the duplicate back: only then does closing the connection reach the server."""
        with self._lock:
            if self._sock is not None:
                self._sock.close()
                self._sock = None


@dataclass(slots=True)
class Call:
    """One request under way in this thread: how it is interrupted, and what its connection turned out to be."""

    interrupt: Interrupt
    reused: bool = False
    """Whether the request went out on a connection that had served another before."""
    sock: Any = None
    handle: SocketHandle | None = None
    handle_is_loose: bool = False
    """Whether the connection gave its socket away to the response (Connection: close)."""


CURRENT_CALL: ContextVar[Call | None] = ContextVar("CURRENT_CALL", default=None)
"""The call the running thread makes: urllib3 passes nothing of ours from a request down to its connection."""


class PatientResponse(PlainResponse):
    """A response that passes over interim answers (RFC 9110 section 15.2): http.client knows 100 alone, not 103."""

    def _read_status(self) -> tuple[str, int, str]:
        for _ in range(_INTERIM_LIMIT):
            version, status, reason = super()._read_status()  # type: ignore[misc]
            if not 102 <= status <= 199:
                return version, status, reason
            parse_headers(self.fp)
        raise HTTPException(f"more than {_INTERIM_LIMIT} interim answers")


class WakeableHTTPConnection(HTTPConnection):
    """A connection that keeps a SocketHandle from before connect() and registers it with the current Call."""

    response_class = PatientResponse
    _handle: SocketHandle | None = None
    _served = 0

    def _new_conn(self) -> socket.socket:
        call = _current()
        try:
            found = resolve(self._dns_host, self.port, call.interrupt, self._seconds())
        except TimeoutError as error:
            raise ConnectTimeoutError(self, str(error)) from error
        except OSError as error:
            raise NameResolutionError(self.host, self, _as_gaierror(error)) from error
        failure: OSError | None = None
        for family, kind, protocol, _, address in found:
            try:
                return self._connect_to(call, (family, kind, protocol), address)
            except OSError as error:
                call.interrupt.check()
                failure = error
        if isinstance(failure, TimeoutError):
            raise ConnectTimeoutError(self, f"{self.host} did not answer") from failure
        raise NewConnectionError(self, f"cannot connect to {self.host}: {failure}") from failure

    def _connect_to(self, call: Call, kind: tuple[int, int, int], address: Any) -> socket.socket:
        sock = socket.socket(*kind)
        try:
            self._keep(SocketHandle(sock), call)
            for option in self.socket_options or ():
                sock.setsockopt(*option)
            sock.settimeout(self._seconds())
            call.interrupt.check()
            sock.connect(address)
            call.interrupt.check()  # a stop that came before the connection found nothing to shut down
        except BaseException:
            sock.close()
            self._drop_handle()
            raise
        return sock

    def _seconds(self) -> float | None:
        return self.timeout if isinstance(self.timeout, int | float) else None

    def _keep(self, handle: SocketHandle, call: Call) -> None:
        self._handle = handle
        self._served = 0
        call.interrupt.add(handle.shut_down)

    def _drop_handle(self) -> None:
        call = CURRENT_CALL.get()
        if self._handle is not None:
            if call is not None:
                call.interrupt.remove(self._handle.shut_down)
            self._handle.close()
            self._handle = None

    def request(self, *args: Any, **kwargs: Any) -> None:
        """Send a request as urllib3 does, with the connection's handle registered for the current call."""
        call = _current()
        if self._handle is not None:
            call.reused = self._served > 0
            call.interrupt.add(self._handle.shut_down)
        super().request(*args, **kwargs)
        self._served += 1

    def getresponse(self) -> HTTPResponse:  # type: ignore[override]
        """Read the headers; the handle survives a connection that gives its socket away to the response."""
        call = _current()
        handle, self._handle = self._handle, None
        call.sock, call.handle = self.sock, handle
        try:
            response = super().getresponse()
        except BaseException:
            self._handle = handle  # close() follows and gives it back
            raise
        call.handle_is_loose = self.sock is None
        if not call.handle_is_loose:
            self._handle = handle
        return response

    def close(self) -> None:
        """Close the connection and its handle, so that the server sees the end."""
        super().close()
        self._drop_handle()


class WakeableHTTPSConnection(WakeableHTTPConnection, HTTPSConnection):
    """The same over TLS, where a stream cut without close_notify is an error and not an end."""

    def connect(self) -> None:
        """Connect and shake hands; see RFC 8446 section 6.1 for why a ragged end must raise."""
        super().connect()
        if isinstance(self.sock, ssl.SSLSocket):
            vars(self.sock)["suppress_ragged_eofs"] = False  # a plain attribute of SSLSocket, absent from its stubs


class WakeableHTTPPool(HTTPConnectionPool):
    """A pool of WakeableHTTPConnection."""

    ConnectionCls = WakeableHTTPConnection


class WakeableHTTPSPool(HTTPSConnectionPool):
    """A pool of WakeableHTTPSConnection."""

    ConnectionCls = WakeableHTTPSConnection


def _current() -> Call:
    call = CURRENT_CALL.get()
    if call is None:
        raise RuntimeError("a connection is used outside Transport.get")
    return call


def _as_gaierror(error: OSError) -> socket.gaierror:
    return error if isinstance(error, socket.gaierror) else socket.gaierror(str(error))
