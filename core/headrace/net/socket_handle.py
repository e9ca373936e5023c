"""A duplicate of a connection's socket, by which whatever waits on it is woken."""

import socket
from threading import Lock


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
