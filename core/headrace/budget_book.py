"""Budgets added, changed and removed by what a person says of them. Pure."""

from collections.abc import Sequence

from headrace.budgets import EVERYWHERE, Budget, checked_budgets, checked_place


def with_budget(
    budgets: Sequence[Budget], amount: int | None, period: str | None, day: int | None, where: str | None
) -> tuple[Budget, ...]:
    """Return the budgets with the one that `period` and `where` mean changed; there is a new one where none is meant.

    An amount of 0 removes it. What is None stays; of a new one it is the usual. Raise ValueError, with a sentence,
    where several are meant, or none that could be changed.
    """
    where = None if where is None else checked_place(where)
    meant = [each for each in budgets if period in (None, each.period) and where in (None, each.where)]
    if len(meant) > 1:
        raise ValueError("several budgets are meant; name one by its period and where it counts")
    before = meant[0] if meant else None
    kept = [each for each in budgets if each is not before]
    if amount == 0:
        return tuple(kept)
    fresh = _changed(before, amount, period, day, where)
    place = len(kept) if before is None else list(budgets).index(before)
    return checked_budgets((*kept[:place], fresh, *kept[place:]))


def _changed(
    before: Budget | None, amount: int | None, period: str | None, day: int | None, where: str | None
) -> Budget:
    if before is None and amount is None:
        raise ValueError("there is no such budget; say how much may come")
    usual = Budget(1, period or "month", 1, where or EVERYWHERE) if before is None else before
    return Budget(
        usual.amount if amount is None else amount, usual.period, usual.day if day is None else day, usual.where
    )
