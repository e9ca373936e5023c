"""Data budgets: where each counts, how much of it is used up, until when, and what will have come by then. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime, time, timedelta
from typing import Any, Final, NamedTuple

from headrace.networks import KINDS, Network, checked_name

PERIODS: Final = ("day", "week", "month")
EVERYWHERE, METERED = "everywhere", "metered"
PLACES: Final = (EVERYWHERE, METERED, *KINDS)
"""In which networks bytes count: in all, in those that the system calls metered, or in those of a kind."""
NAMED: Final = "name:"
"""What stands before the name of the one network in which they count."""
AMOUNTS: Final = (1, 1 << 60)
DAYS: Final = (1, 28)
MOST_BUDGETS: Final = 50
_FORECAST_FROM: Final = 0.05
"""The part of a period that must be over before its end can be told."""


@dataclass(frozen=True, slots=True)
class Budget:
    """How much may come in a period, and in which networks. Raises ValueError, with a sentence."""

    amount: int
    """Bytes."""
    period: str = "month"
    """"day", "week" or "month"."""
    day: int = 1
    """The day of the month on which a new one begins, from 1 to 28."""
    where: str = EVERYWHERE
    """One of PLACES, or NAMED and the name of a network."""

    def __post_init__(self) -> None:
        _check("amount", self.amount, AMOUNTS)
        _check("day", self.day, DAYS)
        if self.period not in PERIODS:
            raise ValueError(f"the period of a budget must be one of {', '.join(PERIODS)}")
        object.__setattr__(self, "where", checked_place(self.where))

    @property
    def name(self) -> str:
        """Return the name of the one network it is for, "" if it is for others."""
        return self.where.removeprefix(NAMED) if self.where.startswith(NAMED) else ""

    @property
    def scope(self) -> tuple[str, str]:
        """Return what tells it from other budgets: there is one for the same networks and period."""
        return self.where, self.period

    def counts(self, network: Network) -> bool:
        """Say whether what comes through a network counts."""
        if self.where in (EVERYWHERE, METERED):
            return self.where == EVERYWHERE or network.metered
        return network.name == self.name if self.name else network.kind == self.where


class Period(NamedTuple):
    """From `first` to before `end`, whole local days."""

    first: date
    end: date


class Standing(NamedTuple):
    """How a budget stands; bytes."""

    plan: Budget
    used: int
    end: date
    """The first day on which it is whole again."""
    forecast: int | None
    """What will have come by then if it goes on like that; None in the first hours."""
    here: bool = True
    """Whether what comes now counts."""

    @property
    def left(self) -> int:
        """What may come still."""
        return max(0, self.plan.amount - self.used)

    @property
    def is_spent(self) -> bool:
        """Whether nothing is left."""
        return self.used >= self.plan.amount


def checked_place(where: Any) -> str:
    """Return where a budget counts as it is kept. Raise ValueError with a sentence."""
    if isinstance(where, str) and where in PLACES:
        return where
    name = checked_name(where.removeprefix(NAMED)) if isinstance(where, str) and where.startswith(NAMED) else ""
    if not name:
        raise ValueError(f"a budget counts in one of {', '.join(PLACES)}, or {NAMED} and the name of a network")
    return NAMED + name


def checked_budgets(values: Any) -> tuple[Budget, ...]:
    """Return budgets that are given as such or as mappings. Raise ValueError with a sentence."""
    if not isinstance(values, list | tuple) or len(values) > MOST_BUDGETS:
        raise ValueError(f"they must be a list of {MOST_BUDGETS} at most")
    budgets = tuple(map(_budget, values))
    if len({each.scope for each in budgets}) < len(budgets):
        raise ValueError("two budgets are for the same period and networks; keep one of them")
    return budgets


_NAMES: Final = frozenset(each.name for each in fields(Budget))


def _budget(value: Any) -> Budget:
    if isinstance(value, Budget):
        return value
    if not isinstance(value, Mapping) or "amount" not in value or not value.keys() <= _NAMES:
        raise ValueError(f"each has an amount, and of {', '.join(sorted(_NAMES))} what is set")
    return Budget(**value)


def _check(name: str, value: object, bounds: tuple[int, int]) -> None:
    if not (type(value) is int and bounds[0] <= value <= bounds[1]):
        raise ValueError(f"the {name} of a budget must be from {bounds[0]} to {bounds[1]}, not {value!r}")


_OLD: Final = {"budget": "amount", "budget_period": "period", "budget_day": "day", "budget_where": "where"}
"""Settings of the times when there was one budget, and what they are of one."""


def with_old_budget(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return settings as they were written, with the one budget of older programs made the first of the list."""
    kept = {name: value for name, value in settings.items() if name not in _OLD}
    old = {_OLD[name]: value for name, value in settings.items() if name in _OLD}
    if old.get("amount") is not None:
        kept.setdefault("budgets", [old])
    return kept


def period_of(kind: str, today: date, first_day: int = 1) -> Period:
    """Return the period that a day is in: weeks begin on Monday, months on `first_day`, from 1 to 28."""
    if kind == "day":
        return Period(today, today + timedelta(days=1))
    if kind == "week":
        monday = today - timedelta(days=today.weekday())
        return Period(monday, monday + timedelta(days=7))
    first = today.replace(day=first_day)
    if first > today:
        first = _month(first, -1)
    return Period(first, _month(first, 1))


def _month(day: date, step: int) -> date:
    number = day.year * 12 + day.month - 1 + step
    return day.replace(year=number // 12, month=number % 12 + 1)


def standing(plan: Budget, days: Mapping[date, int], now: datetime, *, here: bool = True) -> Standing:
    """Return how a budget stands by the clock on the wall, after the bytes of each local day that count."""
    period = period_of(plan.period, now.date(), plan.day)
    used = sum(size for day, size in days.items() if period.first <= day < period.end)
    first, end = (datetime.combine(day, time()) for day in period)
    over = (now.replace(tzinfo=None) - first) / (end - first)
    forecast = max(used, round(used / over)) if over >= _FORECAST_FROM else None
    return Standing(plan, used, period.end, forecast, here)


def tightest(standings: Iterable[Standing]) -> Standing | None:
    """Return the budget that is the first to end what comes now: a spent one, else the one with the least left.

    Of spent ones it is the one that is whole again last. None where nothing that comes now counts.
    """
    here = [each for each in standings if each.here]
    spent = [each for each in here if each.is_spent]
    if spent:
        return max(spent, key=lambda each: each.end)
    return min(here, key=lambda each: each.left, default=None)
