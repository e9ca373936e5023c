"""An overall deadline for the head of an answer: a read timeout alone begins anew with every byte that trickles in."""

import io
import socket
from time import monotonic
from typing import Final

from headrace.errors import DownloadError
from headrace.states import FailureReason

HEADER_DEADLINE: Final = 60.0
"""Seconds from the request to the end of the head, interim answers included."""


class TimedReader(io.RawIOBase):
    """A connection's bytes for the buffered reader above, under a deadline until `relax`. One thread uses it.

    It costs one look at the clock per read from the socket and needs no thread: as the deadline comes nearer than the
    socket's own timeout, the timeout is shortened. Past the deadline reads raise DownloadError SLOW_HEADERS.
    """

    def __init__(self, sock: socket.socket, seconds: float) -> None:
        super().__init__()
        self._sock = sock
        self._patience = sock.gettimeout()
        self._deadline: float | None = monotonic() + seconds
        self._raw: io.RawIOBase = sock.makefile("rb", buffering=0)
        self.cut = False
        """Whether the connection ended under the deadline, so within the head."""

    def makefile(self, _mode: str) -> io.BufferedReader:
        """Return the buffered reader that http.client asks a socket for."""
        return io.BufferedReader(self, io.DEFAULT_BUFFER_SIZE)

    def relax(self) -> None:
        """Lift the deadline: the head is read. The socket has its own timeout again."""
        self._deadline = None
        if self._sock.gettimeout() != self._patience:
            self._sock.settimeout(self._patience)

    def readinto(self, buffer: memoryview) -> int | None:  # type: ignore[override]
        """Read what has arrived, or wait for it. Raises OSError, DownloadError SLOW_HEADERS."""
        if self._deadline is None:
            return self._raw.readinto(buffer)
        count = self._read_in_time(buffer, self._deadline - monotonic())
        self.cut = self.cut or count == 0
        return count

    def _read_in_time(self, buffer: memoryview, left: float) -> int | None:
        if left <= 0:
            raise DownloadError.of(FailureReason.SLOW_HEADERS)
        if self._patience is not None and left >= self._patience:
            return self._raw.readinto(buffer)
        self._sock.settimeout(left)
        try:
            return self._raw.readinto(buffer)
        except TimeoutError as error:
            raise DownloadError.of(FailureReason.SLOW_HEADERS) from error

    def readable(self) -> bool:
        """Return True."""
        return True

    def fileno(self) -> int:
        """Return the socket's descriptor."""
        return self._raw.fileno()

    def close(self) -> None:
        """Give the socket back: a connection that was given away closes with its last reader."""
        if not self.closed:
            self._raw.close()
        super().close()
