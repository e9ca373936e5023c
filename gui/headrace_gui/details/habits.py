"""Where the drawer stands and what it shows first: what a person chose, remembered."""

from dataclasses import dataclass
from enum import Enum
from typing import Final

from headrace_gui.memory import MemoryPart


class Place(Enum):
    """The side of the list where the drawer is."""

    BOTTOM = "bottom"
    RIGHT = "right"


HEIGHT: Final = 232
WIDTH: Final = 380
"""Pixels at first."""


@dataclass(frozen=True, slots=True)
class Habits:
    """Everything that is remembered of the drawer; sizes in pixels."""

    is_open: bool = False
    place: Place = Place.BOTTOM
    height: int = HEIGHT
    width: int = WIDTH
    tab: int = 0
    span: int = 1
    """The number of the span on the Speed page."""


def read_habits(memory: MemoryPart) -> Habits:
    """Return what is remembered, the usual where that makes no sense."""
    usual = Habits()
    place = memory.value("place", usual.place.value)
    return Habits(
        is_open=memory.value("open", usual.is_open),
        place=next((each for each in Place if each.value == place), usual.place),
        height=min(max(memory.value("height", usual.height), 80), 4000),
        width=min(max(memory.value("width", usual.width), 200), 4000),
        tab=memory.value("tab", usual.tab),
        span=memory.value("span", usual.span),
    )


def keep_habits(memory: MemoryPart, habits: Habits) -> None:
    """Remember all of it."""
    memory.set_value("open", habits.is_open)
    memory.set_value("place", habits.place.value)
    memory.set_value("height", habits.height)
    memory.set_value("width", habits.width)
    memory.set_value("tab", habits.tab)
    memory.set_value("span", habits.span)
