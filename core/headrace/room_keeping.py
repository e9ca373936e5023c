"""Has downloads leave others room on the line, by how long handshakes with their own servers take."""

from collections.abc import Callable
from functools import partial
from time import monotonic
from typing import Final

from headrace.errands import Errands
from headrace.leaving_room import LeavingRoom
from headrace.limits import Limits
from headrace.net.peers import Peers

_PACE: Final = 1.0
"""Seconds between two handshakes, at least: servers are not to be bothered."""


class RoomKeeping:
    """Lives in the manager's thread, which is to ask it to `look` a few times a second; it waits in another."""

    def __init__(
        self,
        limits: Limits,
        peers: Peers,
        post: Callable[[Callable[[], None]], None],
        received: Callable[[], int],
        clock: Callable[[], float] = monotonic,
    ) -> None:
        """`post` has something done in the manager's thread; `received` tells how many bytes have ever come."""
        self._limits, self._peers, self._post = limits, peers, post
        self._received, self._clock = received, clock
        self._errands = Errands("handshakes")
        self._room = LeavingRoom()
        self._is_wanted = self._is_asking = False
        self._asked_at = self._counted_at = float("-inf")
        self._counted = 0

    def look(self, *, wanted: bool, upset: bool) -> None:
        """Time a handshake where it is due; `wanted` while something is fetched and others are to have room.

        `upset` tells that the machine is in another network.
        """
        if upset:
            self._room.forget()
        if not wanted:
            self._rest()
            return
        now = self._clock()
        if not self._is_wanted:
            self._is_wanted, self._counted = True, self._received()
            self._asked_at = self._counted_at = now  # what comes is to be measured before anything is said of it
        if not self._is_asking and now - self._asked_at >= _PACE:
            self._is_asking, self._asked_at = True, now
            self._errands.run(self._ask)

    def _rest(self) -> None:
        if self._is_wanted:
            self._is_wanted = False
            self._room.rest()
            self._limits.leave_room(None)

    def _ask(self) -> None:
        self._post(partial(self._take, self._peers.handshake()))

    def _take(self, seconds: float | None) -> None:
        self._is_asking = False
        now, count = self._clock(), self._received()
        goodput = max(0, count - self._counted) / max(now - self._counted_at, 1e-3)
        self._counted_at, self._counted = now, count
        if self._is_wanted and seconds is not None:
            self._limits.leave_room(self._room.hear(now, seconds, goodput))

    def close(self, timeout: float) -> bool:
        """Ask nobody any more; say whether the thread ended within `timeout` seconds."""
        return self._errands.close(timeout)
