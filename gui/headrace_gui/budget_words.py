"""What a person reads of data budgets: which networks each is for, how it stands, and what is used up."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final

from headrace.budgets import Budget, Standing
from PySide6.QtCore import QDate, QLocale

from headrace_gui import units
from headrace_gui.texts import QT_TRANSLATE_NOOP, translate

PLACES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "everywhere": QT_TRANSLATE_NOOP("Budgets", "All networks"),
        "metered": QT_TRANSLATE_NOOP("Budgets", "Metered networks"),
        "wifi": QT_TRANSLATE_NOOP("Budgets", "Wi-Fi"),
        "cellular": QT_TRANSLATE_NOOP("Budgets", "Mobile networks"),
        "ethernet": QT_TRANSLATE_NOOP("Budgets", "Ethernet"),
        "other": QT_TRANSLATE_NOOP("Budgets", "Other kinds of networks"),
    }
)
_EACH: Final[Mapping[str, str]] = MappingProxyType(
    {
        "day": QT_TRANSLATE_NOOP("Budgets", "{size} a day ({networks})"),
        "week": QT_TRANSLATE_NOOP("Budgets", "{size} a week ({networks})"),
        "month": QT_TRANSLATE_NOOP("Budgets", "{size} a month ({networks})"),
    }
)
PERIODS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "day": QT_TRANSLATE_NOOP("Budgets", "Each day"),
        "week": QT_TRANSLATE_NOOP("Budgets", "Each week"),
        "month": QT_TRANSLATE_NOOP("Budgets", "Each month"),
    }
)


def place(plan: Budget) -> str:
    """Say which networks a budget is for."""
    return plan.name or translate("Budgets", PLACES[plan.where])


def title(plan: Budget) -> str:
    """Say what a budget is: how much, how often, and where."""
    return translate("Budgets", _EACH[plan.period]).format(size=units.size(plan.amount), networks=place(plan))


def used(now: Standing) -> str:
    """Say how much of a budget is used up."""
    used_up = translate("Status", "{used} of {budget} used")
    return used_up.format(used=units.size(now.used), budget=units.size(now.plan.amount))


def in_full(standings: Iterable[Standing]) -> str:
    """Say of each budget how it stands, until when it counts and what will have come by then, a line for each."""
    return "\n".join(f"{title(now.plan)}: {used(now)}. {_forecast(now)}" for now in standings)


def _forecast(now: Standing) -> str:
    day = QLocale().toString(QDate(now.end.year, now.end.month, now.end.day), QLocale.FormatType.ShortFormat)
    whole = translate("Budgets", "It is whole again on {day}.").format(day=day)
    if not now.here:
        return f"{whole} {translate('Budgets', 'What comes now does not count.')}"
    if now.forecast is None:
        return whole
    at_this_rate = translate("Status", "At this rate, {size} will have come by then.")
    return f"{whole} {at_this_rate.format(size=units.size(now.forecast))}"
