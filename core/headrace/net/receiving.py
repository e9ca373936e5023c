"""Filling a buffer from a connection's socket: waiting is free, taking what came is done in turns."""

import ssl
from collections.abc import Callable
from http.client import HTTPException
from time import monotonic
from typing import Any, Final

from urllib3.util.wait import wait_for_read, wait_for_write

from headrace.errors import StoppedError
from headrace.net.interrupt import Interrupt
from headrace.net_options import Count, no_count
from headrace.turns import Turn

NOTHING_YET: Final = (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError)
"""What a read raises where nothing has come."""
SOON: Final = 0.1
"""Seconds after which bytes are handed on though the buffer is not full."""


class Receiver:
    """Takes bytes from a socket, within a turn that lasts until they were used. One thread uses it.

    The socket does not block meanwhile; `Interrupt.stop` ends a wait for it, from any thread.
    """

    def __init__(self, sock: Any, interrupt: Interrupt, count: Count = no_count) -> None:
        """`count` is told of all that comes."""
        self._sock, self._interrupt, self._count = sock, interrupt, count
        self._timeout = sock.gettimeout()
        self.patience: float | None = self._timeout
        """Seconds without a byte until `fill` gives up; None for never."""
        self.arrived = 0
        """Bytes that came; may be read from any thread."""
        self._turn = Turn()
        sock.settimeout(0.0)

    def end(self) -> None:
        """Leave the socket as it was."""
        self.rest()
        self._sock.settimeout(self._timeout)

    def rest(self) -> None:
        """End the turn: what was received has been used."""
        self._turn.end()

    def receive(self, view: memoryview) -> int:
        """Take what is there; 0 is the end. Raises one of NOTHING_YET, OSError, and StoppedError once stopped."""
        count: int = self._sock.recv_into(view)
        self.arrived += count
        self._count(count)
        self._interrupt.check()
        return count

    def fill(self, view: memoryview, receive: Callable[[memoryview], int]) -> tuple[int, Exception | None]:
        """Wait for bytes, then `receive` what comes until `view` is full or a tenth of a second is over.

        Returns how many, and what went wrong behind them; a turn has begun then. Raises that where nothing came before,
        TimeoutError if nothing came at all.
        """
        self._turn.end()
        filled, give_up = 0, None
        try:
            while filled < len(view):
                try:
                    self._turn.begin()
                    while filled < len(view):
                        count = receive(view[filled:])
                        if not count:
                            return filled, None  # the end shows again at the next call
                        filled += count
                except NOTHING_YET as lacking:
                    if filled and give_up is None:
                        give_up = monotonic() + SOON
                    if not self._came(self.patience if give_up is None else give_up - monotonic(), lacking):
                        break
        except (OSError, HTTPException, StoppedError) as error:
            if not filled:
                raise
            return filled, error
        if not filled:
            raise TimeoutError("timed out")
        return filled, None

    def _came(self, seconds: float | None, lacking: OSError) -> bool:
        """Wait for what a read lacked; say whether it came."""
        if seconds is not None and seconds <= 0:
            return False
        self._turn.end()
        return self._wait(seconds, lacking)

    def _wait(self, seconds: float | None, lacking: OSError) -> bool:
        return wait_for(self._sock, seconds, lacking)


def wait_for(sock: Any, seconds: float | None, lacking: OSError) -> bool:
    """Wait until a socket has what a read lacked, or is shut down; say whether it came in time."""
    wait = wait_for_write if isinstance(lacking, ssl.SSLWantWriteError) else wait_for_read
    return wait(sock, seconds)
