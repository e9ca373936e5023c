"""Has downloads leave others room on the line, by how long handshakes with their own servers take."""

from collections.abc import Callable
from functools import partial
from time import monotonic

from headrace.errands import Errands
from headrace.leaving_room import LeavingRoom
from headrace.limits import Limits
from headrace.net.peers import Peers
from headrace.probe_pace import EAGER, ProbePace


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
        self._room, self._pace = LeavingRoom(), ProbePace()
        self._is_wanted = self._is_asking = False
        self._asked_at = self._counted_at = float("-inf")
        self._counted = 0
        self._glance = float("-inf"), 0

    def look(self, *, wanted: bool, upset: bool) -> None:
        """Time a handshake where it is due; `wanted` while something is fetched and others are to have room.

        `upset` tells that the machine is in another network.
        """
        if upset:
            self._room.forget()
            self._pace.unsettle()
        if not wanted:
            self._rest()
            return
        now = self._clock()
        if not self._is_wanted:
            self._is_wanted, self._counted = True, self._received()
            self._asked_at = self._counted_at = now  # what comes is to be measured before anything is said of it
            self._glance = now, self._counted
        if not self._is_asking and self._is_due(now):
            self._is_asking, self._asked_at = True, now
            self._errands.run(self._ask)

    def _is_due(self, now: float) -> bool:
        """Say whether to ask: at its time, at once where the speed has changed, and never while nothing comes."""
        is_time = now - self._asked_at >= self._pace.seconds
        if not is_time and now - self._glance[0] < EAGER:
            return False
        (before, known), count = self._glance, self._received()
        self._glance = now, count
        if count == self._counted:
            self._asked_at = self._counted_at = now
            self._pace.unsettle()
            return False
        return is_time or self._pace.differs((count - known) / max(now - before, 1e-3))

    def _rest(self) -> None:
        if self._is_wanted:
            self._is_wanted = False
            self._room.rest()
            self._pace.unsettle()
            self._limits.leave_room(None)

    def _ask(self) -> None:
        self._post(partial(self._take, self._peers.handshake()))

    def _take(self, seconds: float | None) -> None:
        self._is_asking = False
        now, count = self._clock(), self._received()
        goodput = max(0, count - self._counted) / max(now - self._counted_at, 1e-3)
        self._counted_at, self._counted = now, count
        if seconds is None:
            self._pace.unsettle()
        elif self._is_wanted:
            held_to = self._room.limit or 0
            limit = self._room.hear(now, seconds, goodput)
            self._pace.hear(now, self._room.waits(seconds), goodput, held_to)
            self._limits.leave_room(limit, self._room.yielding)

    def close(self, timeout: float) -> bool:
        """Ask nobody any more; say whether the thread ended within `timeout` seconds."""
        return self._errands.close(timeout)
