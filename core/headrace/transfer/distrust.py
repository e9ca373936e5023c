"""Distrust: which connections show no sign of life in time, once there is reason to doubt them. Pure; in seconds."""

from collections.abc import Mapping
from typing import Final, Generic, TypeVar

SIGN_OF_LIFE: Final = 4.0
"""Seconds in which a connection in doubt must bring a byte."""
_Key = TypeVar("_Key")


class Distrust(Generic[_Key]):
    """Connections in doubt, by any key; the owner serialises access. Counts are of bytes each has brought."""

    def __init__(self) -> None:
        self._counts: dict[_Key, int] = {}
        self._until = 0.0

    def begin(self, counts: Mapping[_Key, int], now: float) -> None:
        """Doubt these connections from now on."""
        self._counts, self._until = dict(counts), now + SIGN_OF_LIFE

    def dead(self, counts: Mapping[_Key, int], now: float) -> list[_Key]:
        """Return those in doubt that are still there and have brought nothing in time, each once."""
        self._counts = {key: before for key, before in self._counts.items() if counts.get(key) == before}
        if now < self._until:
            return []
        found, self._counts = list(self._counts), {}
        return found
