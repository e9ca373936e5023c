"""What holds for the whole line while something is fetched: data budgets, and the room that others have on it."""

from bisect import bisect_left
from collections.abc import Callable
from datetime import date, timedelta
from time import monotonic, time
from typing import Final

from headrace.budgets import Budget, Standing, period_of, standing, tightest
from headrace.day import wall_clock
from headrace.desk import Desk
from headrace.leaving_room import Yielding
from headrace.manager_day import Day
from headrace.net.peers import Peers
from headrace.networks import Network
from headrace.room_keeping import RoomKeeping
from headrace.schedules import WallClock
from headrace.settings import Settings
from headrace.traffic import Traffic

_PACE: Final = 1.0
"""Seconds between two looks at what has come."""
_DAY: Final = 86_400


class LineKeeping:
    """Part of the manager, in whose thread it lives; to be asked to `look` while anything goes on."""

    def __init__(
        self,
        desk: Desk,
        day: Day,
        traffic: Traffic,
        *,
        clock: Callable[[], float] = time,
        wall_at: WallClock = wall_clock,
    ) -> None:
        """Begin to hear whom connections are made to."""
        self._desk, self._day, self._traffic = desk, day, traffic
        self._clock, self._wall_at = clock, wall_at
        peers = Peers()
        desk.runner.context.met = peers.met
        self._room = RoomKeeping(desk.runner.limits, peers, desk.post, self._received)
        self._looked_at = float("-inf")
        self._settings: Settings | None = None
        self._epoch = -1
        self.budgets: tuple[Standing, ...] = ()
        """How the data budgets stand, as last looked at."""

    @property
    def room(self) -> int | None:
        """Bytes per second that leave others room; None where nobody needs any."""
        return self._desk.runner.limits.room

    @property
    def yielding(self) -> Yielding | None:
        """What is left to others who were felt on the line."""
        return self._desk.runner.limits.yielding

    def look(self) -> None:
        """See what is due; costs next to nothing where nothing is."""
        settings, now = self._desk.runner.settings, monotonic()
        wanted = settings.leave_room and len(self._desk.runner) > 0
        self._room.look(wanted=wanted, upset=self._desk.runner.hastened)
        known = settings is self._settings and self._traffic.epoch == self._epoch
        if not known or now - self._looked_at >= _PACE:
            self._settings, self._epoch, self._looked_at = settings, self._traffic.epoch, now
            self._look_at_budgets()

    def _look_at_budgets(self) -> None:
        """Hold downloads while nothing is left of a budget that counts here, and tell which that is."""
        self.budgets = self.standings()
        first = tightest(self.budgets)
        if first is None or not first.is_spent:
            self._day.learn({"spent_until": None, "spent": None})
            return
        until = _midnight(first.end, self._wall_at, self._clock())
        self._day.learn({"spent_until": until, "spent": first.plan})

    def standings(self) -> tuple[Standing, ...]:
        """Return how the data budgets stand at this moment."""
        return tuple(map(self._standing, self._desk.runner.settings.budgets))

    def _standing(self, budget: Budget) -> Standing:
        now = self._wall_at(self._clock())
        first = period_of(budget.period, now.date(), budget.day).first
        days = self._traffic.since(first, lambda key: budget.counts(Network.of(key)))
        return standing(budget, days, now, here=budget.counts(Network.of(self._traffic.network)))

    def _received(self) -> int:
        return sum(self._traffic.since(self._traffic.today - timedelta(days=1)).values())

    def close(self, timeout: float) -> bool:
        """Ask nobody any more; say whether every thread ended in time."""
        return self._room.close(timeout)


def _midnight(day: date, wall_at: WallClock, now: float) -> float:
    """Return the Unix time at which a local day after `now` begins: a whole second, the same at each look.

    Where clocks are put forward at midnight it is the first second that the wall shows of the day.
    """
    first = int(now)
    seconds = range(first, first + ((day - wall_at(now).date()).days + 1) * _DAY)
    return float(first + bisect_left(seconds, day, key=lambda second: wall_at(second).date()))
