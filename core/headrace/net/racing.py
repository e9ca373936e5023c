"""Connecting to whichever address of a server answers first: one is tried while the one before waits (RFC 8305)."""

import os
import selectors
import socket
from collections import deque
from collections.abc import Callable, Iterable
from errno import EINPROGRESS, EWOULDBLOCK
from time import monotonic
from typing import Any, Final

from headrace.net.interrupt import Interrupt
from headrace.net.socket_handle import SocketHandle

HEAD_START: Final = 0.25
"""Seconds that an address has before the next one is tried as well (RFC 8305 section 8, "Connection Attempt Delay")."""
_LONGEST_LOOK: Final = 0.25
_UNDER_WAY: Final = (0, EINPROGRESS, EWOULDBLOCK, 10035)
"""What systems say of a connection that is being made; the last is WSAEWOULDBLOCK."""

Address = tuple[Any, ...]
"""As getaddrinfo gives it."""


class Race:
    """One race, for one thread; a stop from another ends it."""

    def __init__(self, make: Callable[[Address], socket.socket], interrupt: Interrupt, seconds: float | None) -> None:
        """`make` returns a socket for an address, ready to connect; `seconds` are what each has to connect."""
        self._make, self._interrupt, self._seconds = make, interrupt, seconds
        self._running: dict[socket.socket, tuple[SocketHandle, float]] = {}
        self._failure: OSError = OSError("no address is left to try")

    def run(self, addresses: Iterable[Address]) -> tuple[socket.socket, SocketHandle]:
        """Return the socket that was connected first, with its handle.

        Raises what the last one failed with: OSError, TimeoutError; and StoppedError, and what `make` raises besides.
        """
        queue = deque(addresses)
        try:
            with selectors.DefaultSelector() as selector:
                winner = self._won(queue, selector)
            handle, _ = self._running.pop(winner)
            self._interrupt.remove(handle.shut_down)
            return winner, handle
        finally:
            for sock in list(self._running):
                self._drop(sock)

    def _won(self, queue: deque[Address], selector: selectors.BaseSelector) -> socket.socket:
        next_at = monotonic()
        while queue or self._running:
            self._interrupt.check()
            if queue and (not self._running or monotonic() >= next_at):
                self._start(queue.popleft(), selector)
                next_at = monotonic() + HEAD_START
            ready = selector.select(self._patience(next_at if queue else None))
            self._interrupt.check()  # a socket that was shut down is ready, too
            for key, _ in ready:
                sock: Any = key.fileobj
                if self._is_connected(sock):
                    return sock  # type: ignore[no-any-return]  # it is one of ours
                selector.unregister(sock)
                self._drop(sock)
                next_at = 0.0
            self._give_up(selector)
        raise self._failure

    def _start(self, address: Address, selector: selectors.BaseSelector) -> None:
        try:
            sock, handle = self._made(address)
        except OSError as error:
            self._failure = error
            return
        self._running[sock] = handle, monotonic() + (self._seconds or float("inf"))
        self._interrupt.add(handle.shut_down)
        sock.settimeout(0.0)
        number = sock.connect_ex(address[4])
        if number in _UNDER_WAY:
            selector.register(sock, selectors.EVENT_WRITE)
        else:
            self._failure = OSError(number, os.strerror(number))
            self._drop(sock)

    def _made(self, address: Address) -> tuple[socket.socket, SocketHandle]:
        sock = self._make(address)
        try:
            return sock, SocketHandle(sock)
        except OSError:
            sock.close()
            raise

    def _patience(self, next_at: float | None) -> float:
        if not self._running:
            return 0.0
        ends = [deadline for _, deadline in self._running.values()]
        soonest = min([*ends, monotonic() + _LONGEST_LOOK, *([] if next_at is None else [next_at])])
        return max(0.0, soonest - monotonic())

    def _is_connected(self, sock: socket.socket) -> bool:
        number = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if number == 0:
            return True
        self._failure = OSError(number, os.strerror(number))
        return False

    def _give_up(self, selector: selectors.BaseSelector) -> None:
        now = monotonic()
        for sock in [sock for sock, (_, deadline) in self._running.items() if now >= deadline]:
            self._failure = TimeoutError("it did not answer")
            selector.unregister(sock)
            self._drop(sock)

    def _drop(self, sock: socket.socket) -> None:
        handle, _ = self._running.pop(sock)
        self._interrupt.remove(handle.shut_down)
        handle.close()
        sock.close()
