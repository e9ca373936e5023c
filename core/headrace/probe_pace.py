"""When to time the next handshake: seldom while the line is calm, and no later than ever where it matters. Pure."""

from typing import Final

EAGER: Final = 1.0
"""Seconds between two handshakes."""
CALM: Final = 3.0
"""The same while nothing has happened on the line for a while."""
CALM_AFTER: Final = 30.0
"""Seconds for which answers must have been as quick as on a free line."""
FLAT: Final = 0.015
"""Seconds that they may take longer than that all the same."""
_FREE: Final = 0.8
"""A limit that what comes is this far below holds nothing back: others have room."""
_CHANGE: Final = 0.25
"""By what part the speed may change on a calm line."""


class ProbePace:
    """Fed with what handshakes say. While downloads run at the limit of the line it never lets up."""

    def __init__(self) -> None:
        self._quick_since: float | None = None
        self._speed = 0.0
        self._doubts = False

    @property
    def is_calm(self) -> bool:
        """Whether nothing has happened for so long that seldom is often enough."""
        return self.seconds == CALM

    @property
    def seconds(self) -> float:
        """How long to wait after the beginning of the last handshake; 0.0 where one is to be confirmed at once."""
        if self._doubts:
            return 0.0
        return CALM if self._speed > 0.0 else EAGER

    def hear(self, now: float, waiting: float, goodput: float, limit: int) -> None:
        """Take how much longer an answer took than on a free line, and the bytes/s that came and were allowed."""
        quick = waiting <= FLAT and goodput < _FREE * limit
        self._doubts = self.is_calm and not quick
        if not quick:
            self._quick_since = None
        elif self._quick_since is None:
            self._quick_since = now
        rests = self._quick_since is not None and now - self._quick_since >= CALM_AFTER
        self._speed = goodput if rests else 0.0

    def differs(self, speed: float) -> bool:
        """Say whether what comes now is so much more or less than on the calm line that somebody may be there."""
        return abs(speed - self._speed) > _CHANGE * self._speed

    def unsettle(self) -> None:
        """Begin anew: nothing is known of the line, or an answer has not come."""
        self._quick_since, self._speed, self._doubts = None, 0.0, False
