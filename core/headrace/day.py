"""What is in force now, by the hours of the week, the kind of network and what has been used up: limits and holds.

Pure: the clock is handed in.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from enum import Enum
from typing import Final, NamedTuple, TypedDict

from headrace.budgets import Budget
from headrace.networks import Network
from headrace.schedules import WallClock, WeekHours, next_change
from headrace.settings import Settings

LOOK_AGAIN: Final = 60.0
"""Seconds after which all is looked at anew, whatever was said before: the clock may have been set."""


class HoldReason(Enum):
    """Why a queue starts nothing."""

    PERSON = "person"
    """Somebody holds it; what runs goes on."""
    HOURS = "hours"
    PORTAL = "portal"
    """The network lets nobody through before a login in a browser."""
    METERED = "metered"
    BUDGET = "budget"


class Hold(NamedTuple):
    """What keeps a queue from starting anything."""

    reason: HoldReason
    until: float | None = None
    """The Unix time at which it ends by itself; None where that is not known."""
    budget: Budget | None = None
    """The data budget that is used up, where that is the reason."""
    near: "Hold | None" = None
    """What keeps what comes from the own network or machine, where no login into the world is needed."""

    @property
    def stops(self) -> bool:
        """Whether what runs is stopped as well."""
        return self.reason is not HoldReason.PERSON

    def over(self, *, is_near: bool) -> "Hold | None":
        """Return what holds over a download, which comes from near or from the world."""
        return self.near if is_near and self.reason is HoldReason.PORTAL else self


class Circumstances(NamedTuple):
    """What no setting says."""

    metered: bool = False
    """Whether the network counts bytes, as the system has it."""
    kind: str = ""
    """What carries it, one of `networks.KINDS`; "" where that is not known."""
    name: str = ""
    """What the system calls it; "" where it does not say."""
    portal: bool = False
    """Whether it is behind a captive portal, as the system has it."""
    spent_until: float | None = None
    """The Unix time until which no more of the data budget is left; None while there is some."""
    spent: Budget | None = None
    """The budget of which nothing is left."""

    @property
    def network(self) -> Network:
        """The network that is used."""
        return Network(self.kind, self.metered, self.name)


class Known(TypedDict, total=False):
    """The same where only a part of it is known anew."""

    metered: bool
    kind: str
    name: str
    portal: bool
    spent_until: float | None
    spent: Budget | None


class InForce(NamedTuple):
    """What holds at a moment."""

    limit: int | None
    """Bytes per second over all downloads."""
    holds: Mapping[str, Hold]
    """What keeps which queue; those that may start are left out."""
    is_quiet: bool
    """Whether the limit is the quiet one."""
    quiet_turns: float | None
    """The Unix time at which the quiet hours begin or end next; None where there are none."""
    until: float
    """The Unix time at which all this is to be found out anew, at the latest."""

    def closed(self) -> frozenset[str]:
        """Return the queues that start nothing."""
        return frozenset(self.holds)

    def open_to_near(self) -> frozenset[str]:
        """Return those of them that start what comes from the own network or machine all the same."""
        return frozenset(name for name, hold in self.holds.items() if hold.over(is_near=True) is None)

    def stopped(self) -> frozenset[str]:
        """Return the queues in which nothing goes on either."""
        return frozenset(name for name, hold in self.holds.items() if hold.stops)


def wall_clock(at: float) -> datetime:
    """Return what the clock on the wall shows here at a Unix time."""
    return datetime.fromtimestamp(at)  # noqa: DTZ006 - a wall has no zone


def in_force(settings: Settings, circumstances: Circumstances, now: float, wall_at: WallClock = wall_clock) -> InForce:
    """Return what holds at Unix time `now`."""
    holds, changes = {}, [now + LOOK_AGAIN]
    for name in ("", *settings.queues):
        hold, change = _hold(settings, circumstances, name, now, wall_at)
        changes += [at for at in (change,) if at is not None]
        if hold is not None:
            holds[name] = hold
    turns = next_change(WeekHours.parse(settings.quiet_hours), now, wall_at)
    changes += [at for at in (turns, circumstances.spent_until) if at is not None and at > now]
    limits = [settings.limit, settings.quiet_limit] if settings.quiet else [settings.limit]
    return InForce(_least(limits), holds, settings.quiet, turns, min(changes))


def _hold(
    settings: Settings, circumstances: Circumstances, queue: str, now: float, wall_at: WallClock
) -> tuple[Hold | None, float | None]:
    """Return what keeps a queue, and when its hours begin or end next."""
    if circumstances.portal:
        near, change = _hold(settings, circumstances._replace(portal=False), queue, now, wall_at)
        return Hold(HoldReason.PORTAL, near=near), change
    hours = WeekHours.parse(settings.options_of(queue).hours)
    change = next_change(hours, now, wall_at)
    if settings.hold_metered and circumstances.metered:
        return Hold(HoldReason.METERED), change
    if circumstances.spent_until is not None and now < circumstances.spent_until:
        return Hold(HoldReason.BUDGET, circumstances.spent_until, circumstances.spent), change
    if not hours.contains(wall_at(now)):
        return Hold(HoldReason.HOURS, change), change
    return (Hold(HoldReason.PERSON) if queue in settings.held_queues else None), change


def _least(limits: Iterable[int | None]) -> int | None:
    return min((limit for limit in limits if limit is not None), default=None)


def with_limit(settings: Settings, limit: int | None) -> Settings:
    """Return settings with another limit over all, in bytes/s; who names one wants it now, so it is quiet no longer."""
    return replace(settings, limit=limit, quiet=False)


def is_quiet_hour(settings: Settings, now: float, wall_at: WallClock = wall_clock) -> bool | None:
    """Say whether it is time to be quiet; None where no hours are set."""
    hours = WeekHours.parse(settings.quiet_hours)
    return hours.contains(wall_at(now)) if hours.spans else None
