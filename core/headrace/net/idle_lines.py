"""Connections of a plug that wait for their next request, by whom they are to and as whom."""

from collections import deque
from collections.abc import Hashable
from threading import Lock
from typing import Generic, Protocol, TypeVar

from headrace.net.idle import IdleConnections


class Waiting(Protocol):
    """One connection."""

    @property
    def is_closed(self) -> bool:
        """Whether it can be used no more."""

    def close(self) -> None:
        """Close it; any thread, twice does no harm."""


_Place = TypeVar("_Place", bound=Hashable)
_Line = TypeVar("_Line", bound=Waiting)


class IdleLines(Generic[_Place, _Line]):
    """Thread-safe."""

    def __init__(self, idle: IdleConnections) -> None:
        """`idle` closes what nobody takes in time."""
        self._idle = idle
        self._lock = Lock()
        self._lines: dict[_Place, deque[_Line]] = {}

    def keep(self, place: _Place, line: _Line) -> None:
        """Have a connection wait."""
        self._idle.put(line)
        with self._lock:
            self._lines.setdefault(place, deque()).append(line)

    def take(self, place: _Place) -> _Line | None:
        """Return the one that came last and is not closed; None where none waits."""
        with self._lock:
            lines = self._lines.get(place)
            while lines:
                line = lines.pop()
                self._idle.take(line)
                if not line.is_closed:
                    return line
                line.close()
        return None

    def drop(self) -> None:
        """Close them all."""
        with self._lock:
            waiting = [line for lines in self._lines.values() for line in lines]
            self._lines.clear()
        for line in waiting:
            self._idle.take(line)
            line.close()
