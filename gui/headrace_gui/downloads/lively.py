"""What a running download changes at every tick, and which cells of its row show it: the others stay painted."""

from collections.abc import Sequence
from dataclasses import fields
from operator import attrgetter
from typing import Final

from headrace.snapshots import DownloadSnapshot
from headrace.states import DownloadState

from headrace_gui.downloads.columns import Column
from headrace_gui.downloads.sorting import spans

_FIGURES: Final = frozenset({"received", "claimed", "speed", "time_left", "average_speed", "segments"})
_all_else: Final = attrgetter(*(each.name for each in fields(DownloadSnapshot) if each.name not in _FIGURES))


def just_moves(old: DownloadSnapshot, new: DownloadSnapshot) -> bool:
    """Tell whether a download runs as before, and only its figures are others."""
    if not old.state is new.state is DownloadState.DOWNLOADING:
        return False
    stands_still = old.speed == 0, new.speed == 0  # which the line of words tells
    return stands_still[0] is stands_still[1] and _all_else(old) == _all_else(new)


def lively_spans(columns: Sequence[Column]) -> tuple[tuple[int, int], ...]:
    """Return the columns that show such figures as spans (first, last)."""
    return tuple(spans(number for number, column in enumerate(columns) if column.lively))
