"""What holds for the whole line while something is fetched: the data budget, and the room that others have on it."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from time import monotonic, time
from typing import Final

from headrace.budgets import METERED, Standing, period_of, standing
from headrace.day import wall_clock
from headrace.desk import Desk
from headrace.manager_day import Day
from headrace.net.peers import Peers
from headrace.room_keeping import RoomKeeping
from headrace.schedules import WallClock
from headrace.settings import Settings
from headrace.traffic import Traffic

_PACE: Final = 1.0
"""Seconds between two looks at what has come."""


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
        self.budget: Standing | None = None
        """How the data budget stands, as last looked at; None where there is none."""

    @property
    def room(self) -> int | None:
        """Bytes per second that leave others room; None where nobody needs any."""
        return self._desk.runner.limits.room

    def look(self) -> None:
        """See what is due; costs next to nothing where nothing is."""
        settings, now = self._desk.runner.settings, monotonic()
        wanted = settings.leave_room and len(self._desk.runner) > 0
        self._room.look(wanted=wanted, upset=self._desk.runner.hastened)
        if settings is not self._settings or now - self._looked_at >= _PACE:
            self._settings, self._looked_at = settings, now
            self._look_at_budget(settings)

    def _look_at_budget(self, settings: Settings) -> None:
        self.budget = None
        if settings.budget is not None:
            today = self._traffic.today
            period = period_of(settings.budget_period, today, settings.budget_day)
            network = METERED if settings.budget_where == METERED else None
            days = self._traffic.since(period.first, network)
            self.budget = standing(settings.budget, period, days, self._wall_at(self._clock()))
        self._day.learn({"spent_until": self._spent_until(settings)})

    def _spent_until(self, settings: Settings) -> float | None:
        """Return until when nothing is left here: where another network counts, there is."""
        counts_here = settings.budget_where != METERED or self._traffic.network == METERED
        if self.budget is None or not self.budget.is_spent or not counts_here:
            return None
        return _midnight(self.budget.end, self._wall_at, self._clock())

    def _received(self) -> int:
        return sum(self._traffic.since(self._traffic.today - timedelta(days=1)).values())

    def close(self, timeout: float) -> bool:
        """Ask nobody any more; say whether every thread ended in time."""
        return self._room.close(timeout)


def _midnight(day: date, wall_at: WallClock, now: float) -> float:
    """Return the Unix time at which a local day begins."""
    begins = datetime(day.year, day.month, day.day)  # noqa: DTZ001 - a wall has no zone
    guess = now + (begins - wall_at(now)).total_seconds()
    return guess + (begins - wall_at(guess)).total_seconds()  # a change of the clock in between is put right
