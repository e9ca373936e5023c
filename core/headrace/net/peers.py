"""The newest place that connections were made to, and how long a handshake with it takes now."""

import socket
from collections.abc import Callable
from threading import Lock
from time import monotonic
from typing import Any, Final

_PATIENCE: Final = 2.0
"""Seconds after which a handshake is given up."""


class Peers:
    """One for all connections. Methods may be called from any thread; `handshake` alone waits."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._newest: tuple[int, Any, Callable[[socket.socket], None]] | None = None

    def met(self, sock: socket.socket, bind: Callable[[socket.socket], None]) -> None:
        """Note where a socket is connected to; `bind` ties another one to the same way out."""
        try:
            place = sock.family, sock.getpeername(), bind
        except OSError:  # it is gone already
            return
        with self._lock:
            self._newest = place

    def handshake(self) -> float | None:
        """Connect to the newest peer, say nothing, and leave; return the seconds that took, None where it failed."""
        with self._lock:
            newest = self._newest
        if newest is None:
            return None
        family, address, bind = newest
        try:
            with socket.socket(family, socket.SOCK_STREAM) as sock:
                sock.settimeout(_PATIENCE)
                bind(sock)
                began = monotonic()
                sock.connect(address)
                return monotonic() - began
        except OSError:
            return None
