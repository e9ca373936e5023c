"""How much of the line is left to others: less is fetched while answers take longer than they do on a free line. Pure.

After RFC 6817 (LEDBAT), with a limit for all downloads in the place of a congestion window: whoever else fills the line
makes everybody wait longer, and then this one steps back. Nothing is known of the line but how long a handshake takes.
"""

from collections import deque
from typing import Final, NamedTuple

TARGET: Final = 0.06
"""Seconds that answers may take longer than on a free line, all that wait for it taken together."""
LEAST: Final = 20_000
"""Bytes per second that are fetched at least: connections must not be taken for dead."""
_SAMPLES: Final = 2
"""Handshakes of which the shortest counts: one packet may be late for any reason."""
_MEMORY: Final = 600.0
"""Seconds for which the shortest answer counts as that of a free line."""
_DOWN, _UP = 0.5, 1.25
"""What a limit is multiplied with in one step, at most."""
_CAREFULLY: Final = 1.06
"""The same near the limit at which answers became slow the last time."""
_LOOSE: Final = 1.5
"""A limit so many times above what comes binds nobody."""
_EASY: Final = 1.25
"""One so many times above it, while answers are quick, is not what holds downloads back."""


class Yielding(NamedTuple):
    """What is left to others, and why."""

    limit: int
    """Bytes per second that are fetched at most."""
    usual: float
    """Seconds that an answer takes on a free line."""
    slow: float
    """Seconds that it took when the limit was last lowered."""


class LeavingRoom:
    """Fed about once a second while something is fetched; one for the whole line."""

    def __init__(self) -> None:
        self.limit: int | None = None
        """Bytes per second over all downloads; None before anything is known of the line."""
        self._shortest: deque[tuple[float, float]] = deque()
        """Times and seconds of the shortest handshakes, rising in both."""
        self._newest: list[float] = []
        self._knee = 0.0
        """The limit at which answers became slow the last time; 0.0 where that is out of date."""
        self._slow = 0.0
        """Seconds that answers took when the limit was last lowered; 0.0 once it holds nothing back."""

    @property
    def yielding(self) -> Yielding | None:
        """What is left to others; None while nobody was felt on the line lately."""
        if self.limit is None or not self._slow or not self._shortest:
            return None
        return Yielding(self.limit, self._shortest[0][1], self._slow)

    def waits(self, seconds: float) -> float:
        """Return how much longer an answer took than on a free line, as far as that is known."""
        return seconds - min(self._shortest[0][1], seconds) if self._shortest else 0.0

    def hear(self, now: float, seconds: float, goodput: float) -> int:
        """Take a handshake's `seconds` and the bytes/s that come now; return the limit from now on."""
        came = max(goodput, LEAST)
        if self.limit is None:  # what waits in the line may hide how quick it is
            self.limit = max(LEAST, int(came * _DOWN))
        self._note(now, seconds)
        if len(self._newest) >= _SAMPLES:
            waiting = min(self._newest[-_SAMPLES:]) - self._shortest[0][1]
            if waiting > TARGET:
                self._step_back(waiting, came)
            else:
                self._go_on(waiting, came)
        return self.limit

    def _step_back(self, waiting: float, came: float) -> None:
        over = min((waiting - TARGET) / TARGET, 1.0)
        self._knee, self._slow = min(self.limit or came, came), min(self._newest[-_SAMPLES:])
        self.limit = max(LEAST, int(self._knee * (1.0 - (1.0 - _DOWN) * over)))
        self._newest.clear()  # the next step is for what this one has changed

    def _go_on(self, waiting: float, came: float) -> None:
        limit = float(self.limit or came)
        if limit > _LOOSE * self._knee:
            self._knee = self._slow = 0.0
        if limit > _EASY * came:
            self._slow = 0.0
        most = _CAREFULLY if limit > 0.8 * self._knee > 0.0 else _UP
        grown = limit * (1.0 + (most - 1.0) * (TARGET - waiting) / TARGET) + 1.0
        self.limit = int(max(LEAST, min(grown, max(limit, _LOOSE * came))))

    def _note(self, now: float, seconds: float) -> None:
        while self._shortest and self._shortest[-1][1] >= seconds:
            self._shortest.pop()
        self._shortest.append((now, seconds))
        while now - self._shortest[0][0] > _MEMORY:
            self._shortest.popleft()
        self._newest.append(seconds)
        del self._newest[:-_SAMPLES]

    def rest(self) -> None:
        """Begin anew with the next handshake: nothing was fetched for a while."""
        self.limit = None
        self._newest.clear()
        self._knee = self._slow = 0.0

    def forget(self) -> None:
        """Forget the free line, too: answers come from somewhere else now."""
        self.rest()
        self._shortest.clear()
