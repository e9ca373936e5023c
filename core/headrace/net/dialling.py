"""Connections for plugs: made as those of HTTP are, along the chosen way, and as easily woken."""

import socket
from typing import Any

from headrace.errors import DownloadError
from headrace.net.binding import Way
from headrace.net.connections import Call, WakeableHTTPConnection
from headrace.net.interrupt import Interrupt
from headrace.net.plugs import Grounds, Terms
from headrace.net.socket_handle import SocketHandle
from headrace.states import Failure, FailureReason


class Cable:
    """A connection, and what wakes whoever waits on it. One thread uses it, but for `Interrupt.stop`."""

    def __init__(self, sock: Any, handle: SocketHandle, interrupt: Interrupt) -> None:
        """`interrupt` has the handle already."""
        self.sock = sock
        """The socket, or what it was wrapped in."""
        self._handle, self._interrupt = handle, interrupt

    def attach(self, interrupt: Interrupt) -> None:
        """Have a stop end what waits on it, and stops of earlier calls leave it alone."""
        self.detach()
        self._interrupt = interrupt
        interrupt.add(self._handle.shut_down)

    def detach(self) -> None:
        """Have stops leave it alone."""
        self._interrupt.remove(self._handle.shut_down)

    def close(self) -> None:
        """Close it; twice does no harm."""
        self.sock.close()
        self.let_go()

    def let_go(self) -> None:
        """Close nothing but what wakes: the socket belongs to somebody else by now."""
        self.detach()
        self._handle.close()


class _Dialler(WakeableHTTPConnection):
    """Uses nothing of an HTTP connection but the way it connects: names, races, SOCKS, bindings."""

    def dial(self, interrupt: Interrupt) -> Cable:
        sock = self._new_conn()
        handle, self._handle = self._handle, None
        if handle is None:
            raise RuntimeError("a socket was made without its handle")
        return Cable(sock, handle, interrupt)


def way_of(grounds: Grounds, terms: Terms, scheme: str) -> Way:
    """Return the way out for a plug. Raises DownloadError PROXY_REFUSED where the proxy is none that can carry it."""
    if terms.via is not None and not terms.via.is_socks:
        why = f"{terms.via.bare}: only SOCKS proxies carry {scheme.upper()}"
        raise DownloadError(Failure(FailureReason.PROXY_REFUSED, why))
    options = grounds.options
    return Way(terms.via, options.binding, options.ip_version, grounds.context.met)


def dial(host: str, port: int, way: Way, seconds: float, call: Call) -> Cable:
    """Connect, attached to the call, which is the one under way in this thread; each try has so many seconds.

    Raises what urllib3 raises, OSError, StoppedError, DownloadError.
    """
    nodelay = [(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)]
    return _Dialler(host, port, timeout=seconds, socket_options=nodelay, way=way).dial(call.interrupt)
