"""Long work in a thread beside the window's: done in small pieces, so that the window gets its turn at once."""

from collections.abc import Callable
from time import perf_counter, sleep
from typing import Final

_AT_ONCE: Final = 0.001
"""Seconds of work in one piece."""
_LONGEST_REST: Final = 0.02


class Breathing:
    """Called again and again during work, it rests as long as was worked. For one thread.

    A thread that only computes gives the interpreter up after 5 ms, and that each time another thread wants it, which
    in painting a window is a hundred times: so it has to be given up sooner, and really.
    """

    def __init__(self, is_over: Callable[[], bool]) -> None:
        self._is_over = is_over
        self._since = perf_counter()

    def __call__(self) -> bool:
        """Rest if it is time to; say whether the work is not wanted any more."""
        worked = perf_counter() - self._since
        if worked >= _AT_ONCE:
            sleep(min(worked, _LONGEST_REST))
            self._since = perf_counter()
        return self._is_over()

    def begin(self) -> None:
        """Count from now on, after a time without work."""
        self._since = perf_counter()
