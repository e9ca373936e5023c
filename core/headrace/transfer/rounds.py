"""Work that is due again and again for every running job, off the path of the bytes: one thread goes the rounds."""

import logging
from collections.abc import Callable
from threading import Condition, Thread
from time import monotonic, sleep
from typing import Generic, TypeVar

_log = logging.getLogger(__name__)
_T = TypeVar("_T")
_BREATH = 0.0005
"""Seconds between two visits, in which other threads have the interpreter: a hundred in one go would stop a window."""


class Rounds(Generic[_T]):
    """Calls `visit` with every registered member again and again, in one thread that sleeps while there is none."""

    def __init__(self, name: str, visit: Callable[[_T], None], pace: float, *, share: float = 0.0) -> None:
        """`pace` seconds lie between two rounds, at least, and `share` times as long as the last round took.

        A `visit` that raises is logged, and the others are visited all the same.
        """
        self._visit, self._pace, self._share = visit, pace, share
        self._changed = Condition()
        self._members: dict[int, _T] = {}
        self._closing = False
        self._thread = Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def register(self, member: _T) -> None:
        """Begin to visit `member`, from any thread."""
        with self._changed:
            self._members[id(member)] = member
            self._changed.notify_all()

    def forget(self, member: _T) -> None:
        """Stop visiting `member`; a visit under way may still end."""
        with self._changed:
            self._members.pop(id(member), None)

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
        pause = self._pace
        while True:
            with self._changed:
                self._changed.wait_for(lambda: bool(self._members) or self._closing)
                self._changed.wait_for(lambda: self._closing, pause)
                if self._closing:
                    return
                members = list(self._members.values())
            began = monotonic()
            for number, member in enumerate(members):
                if number:
                    sleep(_BREATH)
                self._visit_one(member)
            pause = max(self._pace, self._share * (monotonic() - began))

    def _visit_one(self, member: _T) -> None:
        try:
            self._visit(member)
        except Exception:  # noqa: BLE001 - one member's trouble must not end the rounds of all others
            _log.exception("%s: a visit failed", self._thread.name)
