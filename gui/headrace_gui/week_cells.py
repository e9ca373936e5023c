"""The hours of a week as half hours that are in them or not: what a grid shows and changes. Pure."""

from collections.abc import Iterable
from typing import Final

from headrace.schedules import Span, WeekHours

PER_DAY: Final = 48
CELLS: Final = 7 * PER_DAY
_MINUTES: Final = 30


def cells_of(hours: WeekHours) -> frozenset[int]:
    """Return the half hours, 0 from Monday's midnight on, whose middle is in the hours; none where none are set."""
    if not hours.spans:
        return frozenset()
    return frozenset(cell for cell in range(CELLS) if hours.covers(cell * _MINUTES + _MINUTES // 2))


def hours_of(cells: Iterable[int]) -> WeekHours:
    """Return hours that are these half hours, days with the same ones together. Raises ValueError for too many."""
    wanted = frozenset(cells)
    days: dict[tuple[int, int], list[int]] = {}
    for day in range(7):
        for start, end in _runs([half for half in range(PER_DAY) if day * PER_DAY + half in wanted]):
            days.setdefault((start, end), []).append(day)
    spans = [Span(tuple(on), start * _MINUTES, end * _MINUTES) for (start, end), on in days.items()]
    return WeekHours.parse(str(WeekHours(tuple(spans))))


def _runs(halves: list[int]) -> list[tuple[int, int]]:
    """Return first and end of each run of half hours that follow each other."""
    runs: list[tuple[int, int]] = []
    for half in halves:
        if runs and runs[-1][1] == half:
            runs[-1] = (runs[-1][0], half + 1)
        else:
            runs.append((half, half + 1))
    return runs
