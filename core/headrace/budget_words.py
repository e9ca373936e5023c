"""Data budgets in the words of the terminal. Pure."""

from datetime import date

from rich.filesize import decimal

from headrace.budgets import EVERYWHERE, METERED, NAMED

_PLACES = {
    EVERYWHERE: "in all networks",
    METERED: "in metered networks",
    "wifi": "in Wi-Fi networks",
    "cellular": "in cellular networks",
    "ethernet": "in Ethernet networks",
    "other": "in other networks",
}


def place_text(where: str) -> str:
    """Say in which networks a budget counts."""
    return _PLACES.get(where) or f"in the network {where.removeprefix(NAMED)!r}"


def plan_text(amount: int, period: str, where: str) -> str:
    """Say what a budget is: bytes in a period and some networks."""
    return f"{decimal(amount)} a {period} {place_text(where)}"


def spent_text(amount: int, period: str, where: str, end: date) -> str:
    """Say that a budget is used up, and until when."""
    return f"the data budget of {plan_text(amount, period, where)} is used up until {end.isoformat()}"
