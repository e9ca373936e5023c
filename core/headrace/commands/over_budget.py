"""What `headrace get` says where a data budget is used up. Pure."""

from collections.abc import Iterable

from headrace.budget_words import spent_text
from headrace.budgets import Standing, tightest


def spent(standings: Iterable[Standing]) -> Standing | None:
    """Return the budget that lets nothing more come; None where there is none."""
    first = tightest(standings)
    return first if first is not None and first.is_spent else None


def before(now: Standing) -> str:
    """Say it where nothing has begun yet."""
    return f"{_told(now)}; nothing was fetched. --over-budget fetches it all the same"


def meanwhile(now: Standing) -> str:
    """Say it where something is on its way."""
    return f"{_told(now)}; what has arrived is kept, and the same command continues it then, or now with --over-budget"


def _told(now: Standing) -> str:
    return spent_text(now.plan.amount, now.plan.period, now.plan.where, now.end)
