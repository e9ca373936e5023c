"""Line: what one connection is doing and what it brought, noted so that being looked at costs it nothing."""

from time import monotonic
from typing import Final, Protocol

from headrace.details import ConnectionState
from headrace.exchanges import ExchangeLog, Wire

_SHORTEST: Final = 0.1
"""Seconds between two looks that tell for how much of the time a connection was held."""
_LONG: Final = 0.1
"""Seconds in which a piece is written many times over."""


class Arriving(Protocol):
    """A body on its way."""

    @property
    def arrived(self) -> int:
        """Bytes that came so far."""


class Line:
    """One connection's state. Its own thread writes it; one other may read it, plain numbers without a lock."""

    def __init__(self, log: ExchangeLog) -> None:
        self.wire = Wire(log)
        """Told by the net layer of what goes over the wire."""
        self.number = 0
        """Counted from 1 within the attempt, 0 before the first request."""
        self.start: int | None = None
        """The first byte the present request is for; None between requests."""
        self.receiving = False
        """Whether its answer was accepted, and its body is read."""
        self._came: tuple[int, Arriving | None] = (0, None)
        """Bytes that came with earlier answers, and the body of the present one: changed together."""
        self._held = 0.0
        self._since: float | None = None
        self._seen = (monotonic(), 0.0)
        self._is_held = False

    def ask(self, number: int, start: int) -> None:
        """Begin a request for bytes from `start` on, as the connection with this number."""
        self.wire.begin()
        self.number, self.receiving, self.start = number, False, start

    def accept(self, body: Arriving | None = None) -> None:
        """Begin to read the body; what comes of it is counted where it is given."""
        self._came = (self.came_before, body)
        self._seen, self._is_held = (monotonic(), self._held), False
        self.receiving = True

    def end(self) -> None:
        """End the request, however it went."""
        self._came = (self.arrived, None)
        self.start, self.receiving, self._since = None, False, None

    @property
    def came_before(self) -> int:
        """Bytes that came with earlier answers, written or not."""
        return self._came[0]

    @property
    def arrived(self) -> int:
        """Bytes that came by now."""
        before, body = self._came
        return before + (body.arrived if body else 0)

    def hold(self) -> None:
        """Begin to write, and to wait for what the limits allow: nothing is read meanwhile."""
        self._since = monotonic()

    def go_on(self) -> None:
        """Read again."""
        if self._since is not None:
            self._held += monotonic() - self._since
            self._since = None

    def stands_still(self, now: float) -> bool:
        """Say whether one piece has been written, or waited for a limit, for long: then no server can help."""
        since = self._since
        return since is not None and now - since >= _LONG

    def state(self, now: float, *, ending: bool) -> ConnectionState:
        """Return what it does at monotonic time `now`: held if that took more than half the time of late."""
        if ending:
            return ConnectionState.ENDING
        if not self.receiving:
            return ConnectionState.WAITING if self.wire.sent else ConnectionState.CONNECTING
        self._look(now)
        return ConnectionState.HELD if self._is_held else ConnectionState.RECEIVING

    def _look(self, now: float) -> None:
        since, (seen_at, seen) = self._since, self._seen
        if now - seen_at < _SHORTEST:
            return
        held = self._held + (now - since if since is not None else 0.0)
        self._is_held = held - seen > (now - seen_at) / 2
        self._seen = (now, held)
