"""Numbers as people write them, read and held against their bounds; and what is wrong with them, in words."""

from dataclasses import dataclass
from typing import Final

from headrace.settings import BOUNDS
from PySide6.QtCore import QLocale

from headrace_gui import words
from headrace_gui.settings_pages.entry import Entry, Kind
from headrace_gui.texts import translate

_DECIMALS: Final = 6


@dataclass(frozen=True, slots=True)
class Reading:
    """A value, or None and what is wrong."""

    value: float | None
    fault: str = ""


def read_value(entry: Entry, text: str) -> Reading:
    """Read the number written for a setting; whole ones come as int."""
    number = _number(text)
    value = None if number is None else number * entry.per_unit
    low, high = BOUNDS[entry.key]
    if value is not None and entry.kind is Kind.SPEED:
        value = round(value)
    if value is None or (entry.kind is Kind.NUMBER and not value.is_integer()) or not low <= value <= high:
        return Reading(None, _fault(entry, low, high))
    return Reading(value if entry.kind is Kind.SECONDS else int(value))


def _number(text: str) -> float | None:
    """Read a number of the locale, or a plain one with a point."""
    plain = text.strip().replace("\N{NO-BREAK SPACE}", " ")
    for locale in (QLocale(), QLocale.c()):
        value, fine = locale.toDouble(plain)
        if fine:
            return value
    return None


def _fault(entry: Entry, low: float, high: float) -> str:
    if entry.kind is Kind.SPEED:
        sentence = translate("Settings", "Write a speed from {low} to {high}.")
        return sentence.format(low=words.speed(low), high=words.speed(high))
    if entry.kind is Kind.SECONDS:
        sentence = translate("Settings", "Write a number of seconds from {low} to {high}.")
    else:
        sentence = translate("Settings", "Write a whole number from {low} to {high}.")
    return sentence.format(low=written(low), high=written(high))


def written(value: float) -> str:
    """Write a number as shortly as it can be, in the locale's manner."""
    text = f"{value:.{_DECIMALS}f}".rstrip("0").rstrip(".")
    return words.number(value, len(text.partition(".")[2]))
