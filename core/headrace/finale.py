"""When all is done: what is then to happen, and the minute in which it can still be stopped. Pure."""

from enum import Enum
from typing import Final


class Deed(Enum):
    """What may happen when nothing is left to be done."""

    NOTHING = "nothing"
    SLEEP = "sleep"
    HIBERNATE = "hibernate"
    SHUT_DOWN = "shut-down"
    RESTART = "restart"
    LOG_OUT = "log-out"
    QUIT = "quit"


COUNTDOWN: Final = 60.0
"""Seconds in which it can be stopped."""
_STEP: Final = 2.0
"""Seconds that one tick counts at most: while a machine sleeps nobody can stop anything."""
ENDING: Final = frozenset({Deed.SHUT_DOWN, Deed.RESTART, Deed.LOG_OUT, Deed.QUIT})
"""What ends the program, which comes to its end in order before."""


def checked_deed(text: str) -> str:
    """Return the value of a Deed. Raises ValueError with a sentence."""
    known = [deed.value for deed in Deed]
    if text not in known:
        raise ValueError(f"what happens when all is done must be one of {', '.join(known)}")
    return text


class Finale:
    """Follows whether anything is to be done, and says when the deed is due.

    All is done when the last of what ran or waited has finished or failed; not when somebody paused or removed it, and
    not where nothing ever ran. `now` is in seconds of a clock that never goes back.
    """

    def __init__(self, always: Deed = Deed.NOTHING) -> None:
        """Begin with what happens each time, unless something else is chosen for this time."""
        self._always = always
        self._once: Deed | None = None
        self._is_busy = False
        self._was_interrupted = False
        self._left: float | None = None
        self._looked_at = 0.0

    @property
    def deed(self) -> Deed:
        """What is to happen."""
        return self._always if self._once is None else self._once

    @property
    def left(self) -> float | None:
        """Seconds in which it can still be stopped; None while nothing is being counted."""
        return self._left

    def choose(self, deed: Deed) -> None:
        """Have `deed` happen this time. One that is being counted down to is replaced by it; NOTHING ends that."""
        self._once = deed
        self._calm()

    def follow(self, always: Deed) -> None:
        """Have `always` happen each time from now on."""
        self._always = always
        self._calm()

    def _calm(self) -> None:
        if self.deed is Deed.NOTHING:
            self._left = None

    def interrupt(self) -> None:
        """Be told that somebody paused or removed something: that is no end of the work."""
        self._was_interrupted = True

    def progress(self) -> None:
        """Be told that something has started, finished or failed by itself."""
        self._was_interrupted = False

    def look(self, now: float, *, is_busy: bool) -> None:
        """Be told whether anything runs or waits to run. New work ends the countdown, and the deed waits for it."""
        if is_busy:
            self._left = None
        elif self._is_busy and not self._was_interrupted:
            if self.deed is Deed.NOTHING:
                self._once = None  # that was this time
            else:
                self._left, self._looked_at = COUNTDOWN, now
        self._is_busy = is_busy

    def stop(self) -> None:
        """Have it not happen this time."""
        self._left, self._once = None, None

    def hasten(self) -> None:
        """Have what is being counted down to happen at the next tick."""
        if self._left is not None:
            self._left = 0.0

    def tick(self, now: float) -> Deed | None:
        """Count; return the deed once its time has come, and None ever after."""
        if self._left is None:
            return None
        self._left -= min(max(now - self._looked_at, 0.0), _STEP)
        self._looked_at = now
        if self._left > 0:
            return None
        deed, self._left, self._once = self.deed, None, None
        return deed
