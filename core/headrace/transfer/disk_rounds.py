"""Rounds for each disk by itself: one that stalls keeps nobody waiting who writes to another."""

from collections.abc import Callable
from threading import Lock
from time import monotonic
from typing import Generic, Protocol, TypeVar

from headrace.transfer.rounds import Rounds


class OnDisk(Protocol):
    """Something that writes to a disk."""

    @property
    def device(self) -> int | None:
        """The disk, None where it is not known."""


_T = TypeVar("_T", bound=OnDisk)


class DiskRounds(Generic[_T]):
    """Visits members as Rounds does, in a thread for each disk that is made with the first member on it.

    All methods may be called from any thread; none waits for a disk but `close`.
    """

    def __init__(self, name: str, visit: Callable[[_T], None], pace: float, *, share: float = 0.0) -> None:
        """Take what Rounds takes."""
        self._name, self._visit, self._pace, self._share = name, visit, pace, share
        self._lock = Lock()
        self._rounds: dict[int | None, Rounds[_T]] = {}
        self._closed = False

    def register(self, member: _T) -> None:
        """Begin to visit `member`, whose disk is known by now."""
        device = member.device
        with self._lock:
            if self._closed:
                return
            if device not in self._rounds:
                self._rounds[device] = Rounds(self._name, self._visit, self._pace, share=self._share)
            self._rounds[device].register(member)

    def forget(self, member: _T) -> None:
        """Stop visiting `member`; a visit under way may still end."""
        with self._lock:
            for rounds in self._rounds.values():
                rounds.forget(member)

    def close(self, timeout: float) -> bool:
        """End all threads, at most in `timeout` seconds; say whether they ended."""
        until = monotonic() + timeout
        with self._lock:
            self._closed = True
            rounds = list(self._rounds.values())
        for one in rounds:
            one.leave()
        ended = [one.close(max(0.0, until - monotonic())) for one in rounds]
        return all(ended)
