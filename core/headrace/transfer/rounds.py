"""Work that is due again and again for every running job, off the path of the bytes: one thread goes the rounds."""

import logging
from collections.abc import Callable
from threading import Condition, Thread
from time import monotonic, sleep
from typing import Generic, TypeVar

_log = logging.getLogger(__name__)
_T = TypeVar("_T")
_YOUNG = 3.0
"""Seconds for which a member is young."""
_FEW_YOUNG = 8
"""Beyond so many young ones nobody is visited oftener: a hundred at once would keep a window from its turns."""
_BREATH = 0.0005
"""Seconds between two visits, in which other threads have the interpreter: a hundred in one go would stop a window."""


class Rounds(Generic[_T]):
    """Calls `visit` with every registered member again and again, in one thread that sleeps while there is none."""

    def __init__(
        self,
        name: str,
        visit: Callable[[_T], None],
        pace: float,
        *,
        share: float = 0.0,
        young_pace: float | None = None,
    ) -> None:
        """`pace` seconds lie between two rounds, at least, and `share` times as long as the last round took.

        With a `young_pace`, members are visited that often in the first seconds after they were registered, as long as
        those are few. A `visit` that raises is logged, and the others are visited all the same.
        """
        self._visit, self._pace, self._share, self._young_pace = visit, pace, share, young_pace
        self._changed = Condition()
        self._members: dict[int, _T] = {}
        self._young: dict[int, float] = {}
        """Until when each member that is young is so."""
        self._closing = False
        self._thread = Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def register(self, member: _T) -> None:
        """Begin to visit `member`, from any thread."""
        with self._changed:
            self._members[id(member)] = member
            if self._young_pace is not None:
                self._young[id(member)] = monotonic() + _YOUNG
            self._changed.notify_all()

    def forget(self, member: _T) -> None:
        """Stop visiting `member`; a visit under way may still end."""
        with self._changed:
            self._members.pop(id(member), None)
            self._young.pop(id(member), None)

    def leave(self) -> None:
        """Have the thread end after the visit under way; returns at once."""
        with self._changed:
            self._closing = True
            self._changed.notify_all()

    def close(self, timeout: float) -> bool:
        """End the thread, at most in `timeout` seconds; say whether it ended."""
        self.leave()
        self._thread.join(timeout)
        return not self._thread.is_alive()

    def _run(self) -> None:
        ended, pause = monotonic(), self._pace
        """When the last round ended, and how long to rest after it."""
        while True:
            with self._changed:
                if not self._members:
                    self._changed.wait_for(lambda: bool(self._members) or self._closing)
                    ended = monotonic()
                self._rest(ended + pause)
                if self._closing:
                    return
                began = monotonic()
                whole = began >= ended + pause
                members = [one for key, one in self._members.items() if whole or key in self._young]
            self._go_round(members)
            if whole:
                ended = monotonic()
                pause = max(self._pace, self._share * (ended - began))

    def _rest(self, until: float) -> None:
        """Wait for that time, or for that to visit the young ones again. Holding the lock."""
        rested = monotonic()
        while not self._closing:
            now = monotonic()
            self._young = {key: end for key, end in self._young.items() if now < end}
            in_a_hurry = 0 < len(self._young) <= _FEW_YOUNG
            due = min(until, rested + (self._young_pace or 0.0)) if in_a_hurry else until
            if now >= due:
                return
            self._changed.wait(due - now)

    def _go_round(self, members: list[_T]) -> None:
        for number, member in enumerate(members):
            if number:
                sleep(_BREATH)
            self._visit_one(member)

    def _visit_one(self, member: _T) -> None:
        try:
            self._visit(member)
        except Exception:  # noqa: BLE001 - one member's trouble must not end the rounds of all others
            _log.exception("%s: a visit failed", self._thread.name)
