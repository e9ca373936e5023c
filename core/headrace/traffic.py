"""Traffic: how many bytes came from the network on each local day, and through which network."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import date, tzinfo
from threading import Lock
from time import time
from typing import Final, Protocol

from headrace.days import DayClock, day_of

SAVE_SECONDS: Final = 3.0
"""What came in so many seconds is lost by a crash, at most."""
TrafficRow = tuple[date, str, int]
"""A local day, the key of a network (`networks.Network`; "" where that is unknown), and bytes."""


class TrafficKeeper(Protocol):
    """Where the sums are written."""

    def add_traffic(self, rows: Iterable[TrafficRow]) -> None:
        """Have bytes added to what is written of these days; returns at once."""


class Traffic:
    """Counts the bytes of all bodies as they come off the sockets: also of what fails, is refused, or comes twice.

    Heads, encryption and the names of hosts are not counted. What private downloads bring is in the sums of this
    process and never written. Any thread may call any method; none waits.
    """

    def __init__(self, keeper: TrafficKeeper, *, clock: Callable[[], float] = time, zone: tzinfo | None = None) -> None:
        """Days are those of `zone`, None being the one of this computer; `clock` gives Unix seconds."""
        self.epoch = 0
        """Raised when sums or the network change otherwise than by bytes that come."""
        self._network = ""
        self._keeper, self._clock, self._zone = keeper, clock, zone
        self._lock = Lock()
        self._days = DayClock(zone)
        self._sums = Counter[tuple[date, str]]()
        self._unsaved = Counter[tuple[date, str]]()
        self._save_at: float | None = None

    @property
    def network(self) -> str:
        """The key of the network (`networks.Network`) that is used from now on; "" where it is unknown."""
        return self._network

    @network.setter
    def network(self, key: str) -> None:
        if key != self._network:
            self._network = key
            self.epoch += 1

    @property
    def today(self) -> date:
        """The present local day."""
        return day_of(self._clock(), self._zone)

    def recall(self, rows: Iterable[TrafficRow]) -> None:
        """Take up what earlier processes counted."""
        with self._lock:
            for day, network, size in rows:
                self._sums[day, network] += size
        self.epoch += 1

    def count(self, size: int) -> None:
        """Be told that so many bytes came; every few seconds the sums are handed on to be written."""
        now = self._clock()
        with self._lock:
            key = self._days.day(now), self._network
            self._sums[key] += size
            self._unsaved[key] += size
            if self._save_at is None or self._save_at - now > SAVE_SECONDS:  # the clock was put back
                self._save_at = now + SAVE_SECONDS
            due = now >= self._save_at
        if due:
            self.save()

    def count_unwritten(self, size: int) -> None:
        """Be told of bytes that this process alone is to know of."""
        now = self._clock()
        with self._lock:
            self._sums[self._days.day(now), self._network] += size

    def save(self) -> None:
        """Hand on what was counted since the last time."""
        with self._lock:
            rows = [(day, network, size) for (day, network), size in self._unsaved.items()]
            self._unsaved.clear()
            self._save_at = None
        if rows:
            self._keeper.add_traffic(rows)

    def since(self, first: date, counts: Callable[[str], bool] | None = None) -> Mapping[date, int]:
        """Return the bytes of each local day from `first` on, oldest first; of networks whose keys count, or of all.

        Days on which nothing came are missing. What came up to this moment is in it. Costs microseconds a month.
        """
        found = Counter[date]()
        with self._lock:
            for (day, name), size in self._sums.items():
                if day >= first and (counts is None or counts(name)):
                    found[day] += size
        return dict(sorted(found.items()))

    def networks(self) -> list[str]:
        """Return the keys of all networks that something came through, "" among them."""
        with self._lock:
            return sorted({name for _, name in self._sums})
