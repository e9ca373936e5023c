"""The scales of a graph: round values, where they lie. Pure arithmetic."""

from math import ceil
from typing import Final

_ROUND: Final = (1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0)
"""What a step of a scale may be, times a power of ten."""


def step_for(top: float, steps: int, unit: int = 1000) -> float:
    """Return the round step of which at most `steps` reach `top`; round in powers of `unit`, 1000 or 1024 bytes."""
    least = max(top, 1.0) / max(steps, 1)
    scale = 1.0
    while least > scale * unit:
        scale *= unit
    tens = 1.0
    while tens * 10 < unit and tens * 10 <= least / scale:
        tens *= 10
    rounded = (each * tens for each in _ROUND if (each * tens).is_integer() or scale > 1)
    return next((each * scale for each in rounded if each * scale >= least * (1 - 1e-9)), min(tens * 10, unit) * scale)


def ticks(top: float, steps: int, unit: int = 1000) -> list[float]:
    """Return round values from 0 to the first that is not below `top`, at most `steps` besides 0."""
    step = step_for(top, steps, unit)
    return [step * number for number in range(ceil(max(top, 1.0) / step - 1e-9) + 1)]


_TIMES: Final = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 21600, 43200)
_MINUTE, _HOUR, _DAY = 60, 3600, 86_400


def time_step(seconds: float, steps: int) -> int:
    """Return a round number of seconds of which at most `steps` fit into a span: whole minutes in one of minutes."""
    unit = 1 if seconds <= 2 * _MINUTE else _MINUTE if seconds <= 2 * _HOUR else _HOUR if seconds <= 2 * _DAY else _DAY
    least = max(seconds / max(steps, 1), unit)
    return next((each for each in _TIMES if each >= least), ceil(least / _DAY) * _DAY)
