"""Upheaval: whether the machine slept, or is in another network than before, so that connections may be dead unseen."""

import time
from collections.abc import Callable
from typing import Any, Final

_GAP: Final = 5.0
"""Seconds between two looks from which on the machine is taken to have slept: looks are a second apart or less."""
_PACE: Final = 1.0
"""Seconds between two looks at the addresses."""


def sleepless() -> float:
    """Return seconds by a clock that goes on while the machine sleeps."""
    read: Callable[[Any], float] | None = getattr(time, "clock_gettime", None)
    clock = getattr(time, "CLOCK_BOOTTIME", getattr(time, "CLOCK_MONOTONIC", None))  # of Linux, of macOS
    return time.monotonic() if read is None or clock is None else read(clock)  # that of Windows goes on


class Upheaval:
    """Compares each look with the last. Pure: `now` is by a clock that goes on in sleep, `addresses` are asked for."""

    def __init__(self) -> None:
        self._looked: float | None = None
        self._asked = 0.0
        self._addresses: frozenset[str] = frozenset()

    def rest(self) -> None:
        """Compare the next look with nothing: there will be none for a while."""
        self._looked = None

    def seen(self, now: float, addresses: Callable[[], frozenset[str]]) -> bool:
        """Look, several times a second or once in a second; say whether something has happened since the last look."""
        before, self._looked = self._looked, now
        if before is None:
            self._addresses, self._asked = addresses(), now
            return False
        slept = now - before >= _GAP
        if not slept and now - self._asked < _PACE:
            return False
        known, self._addresses, self._asked = self._addresses, addresses(), now
        return slept or known != self._addresses
