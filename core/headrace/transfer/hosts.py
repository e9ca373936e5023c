"""HostMemory: how many connections each host has, how many it may have, and what it was found to do."""

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from threading import Event, Lock, RLock
from time import monotonic
from types import TracebackType
from typing import Final, Self

from headrace.net.interrupt import Interrupt

_REMEMBERED: Final = 1000
"""Hosts of which something is known, at most."""
_CEILING_SECONDS: Final = 600.0
_ONE_REFUSAL_SECONDS: Final = 5.0
"""Seconds in which all refusals are one: the connections of a download are refused together."""
_STRIKES: Final = 2
_RANGES_SECONDS: Final = 3600.0


@dataclass(frozen=True, slots=True)
class HostNote:
    """What is worth remembering of a host ("host:port") beyond the life of the process."""

    host: str
    useful: int | None = None
    """Connections that helped one download the last time, None where never found out."""
    rotating: bool = False
    """Whether its entity tags differ although the content does not."""


@dataclass(slots=True)
class _Known:
    """What was found out about a host; times are monotonic seconds."""

    useful: int | None = None
    strikes: int = 0
    ceiling: int | None = None
    refused_at: float = 0.0
    ranges_failed_at: float | None = None

    @property
    def rotating(self) -> bool:
        return self.strikes >= _STRIKES


@dataclass(slots=True)
class _Row:
    """The connections of a host: how many there are, and who waits for one."""

    in_use: int = 0
    waiting: deque[Event] = field(default_factory=deque)


class Slot:
    """The right to one connection to `host`, from its making to `release`. Any thread may release it."""

    def __init__(self, host: str, give_back: Callable[[str], None]) -> None:
        self.host = host
        self._give_back = give_back
        self._released = Lock()
        """Taken once, by whoever releases first."""

    def release(self) -> None:
        """Let somebody else have it; once is enough."""
        if self._released.acquire(blocking=False):
            self._give_back(self.host)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()


class HostMemory:
    """One for all jobs. A host is "host:port". All methods may be called from any thread; `slot` alone waits."""

    def __init__(self, per_host: int = 16, clock: Callable[[], float] = monotonic) -> None:
        self._lock = RLock()
        self._per_host = per_host
        self._clock = clock
        self._rows: dict[str, _Row] = {}
        self._known: dict[str, _Known] = {}
        """The host of the latest finding last."""
        self._news: set[str] = set()
        """Hosts of which something worth keeping was found out since `news` was asked for."""

    # -- connections -------------------------------------------------------------------------------------------

    @property
    def per_host(self) -> int:
        """Connections to one host, at most. A lower number ends none; a higher one lets waiters in at once."""
        return self._per_host

    @per_host.setter
    def per_host(self, most: int) -> None:
        with self._lock:
            self._per_host = most
            for host in list(self._rows):
                self._let_in(host)

    def slot(self, host: str, interrupt: Interrupt) -> Slot:
        """Wait in the row for a download's first connection to `host`. Raises StoppedError as soon as interrupted."""
        interrupt.check()
        turn, slot = Event(), Slot(host, self._give_back)
        with self._lock:
            self._rows.setdefault(host, _Row()).waiting.append(turn)
        try:
            with self._lock:
                self._let_in(host)
            if not turn.is_set():
                self._wait(turn, interrupt)
        except BaseException:
            self._leave(host, turn)
            raise
        return slot

    def try_slot(self, host: str) -> Slot | None:
        """Return a further connection for a download that has one; None at the cap, at the ceiling or after others."""
        with self._lock:
            row = self._rows.get(host, _Row())
            ceiling = self.ceiling(host, self._clock())
            most = self._per_host if ceiling is None else min(ceiling, self._per_host)
            if row.waiting or row.in_use >= most:
                return None
            slot = Slot(host, self._give_back)
            row.in_use += 1
            self._rows[host] = row
        return slot

    def in_use(self, host: str) -> int:
        """Return how many connections to `host` there are."""
        with self._lock:
            return self._rows[host].in_use if host in self._rows else 0

    def waiting(self, host: str) -> int:
        """Return how many downloads wait for their first connection to `host`."""
        with self._lock:
            return len(self._rows[host].waiting) if host in self._rows else 0

    @staticmethod
    def _wait(turn: Event, interrupt: Interrupt) -> None:
        interrupt.add(turn.set)
        try:
            turn.wait()
        finally:
            interrupt.remove(turn.set)
        interrupt.check()

    def _leave(self, host: str, turn: Event) -> None:
        """Step out of the row; give back what was granted in the same moment."""
        with self._lock:
            waiting = self._rows[host].waiting
            if turn in waiting:
                waiting.remove(turn)
                self._let_in(host)
            else:
                self._give_back(host)

    def _give_back(self, host: str) -> None:
        with self._lock:
            self._rows[host].in_use -= 1
            self._let_in(host)

    def _let_in(self, host: str) -> None:
        """Give free connections to those who wait, first come first served; forget a row that nobody is in."""
        row = self._rows[host]
        while row.waiting and row.in_use < self._per_host:
            row.in_use += 1
            row.waiting.popleft().set()
        if not (row.in_use or row.waiting):
            del self._rows[host]

    # -- what was found out ------------------------------------------------------------------------------------

    def useful(self, host: str) -> int | None:
        """Return how many connections helped a download from `host` the last time, None where that is unknown."""
        with self._lock:
            return self._known[host].useful if host in self._known else None

    def learn(self, host: str, count: int) -> None:
        """Note that `count` connections helped a download."""
        with self._lock:
            self._noted(host).useful = max(1, count)
            self._news.add(host)

    def refused(self, host: str, active: int, now: float) -> None:
        """Note that `host` refused (429, 503, reset) while `active` connections were open: have half of them now."""
        with self._lock:
            before = self.ceiling(host, now)
            known = self._noted(host)
            if before is not None and now - known.refused_at < _ONE_REFUSAL_SECONDS:
                return
            half = max(1, active // 2)
            known.ceiling = half if before is None else min(before, half)
            known.refused_at = now

    def ceiling(self, host: str, now: float) -> int | None:
        """Return how many connections `host` bears since it refused more, None where it has not of late."""
        with self._lock:
            known = self._known.get(host)
            if known is None or known.ceiling is None or now - known.refused_at >= _CEILING_SECONDS:
                return None
            return known.ceiling

    def tag_differed(self, host: str) -> None:
        """Note that an entity tag of `host` had changed where the content had not."""
        with self._lock:
            self._noted(host).strikes += 1
            self._news.add(host)

    def tags_rotate(self, host: str) -> bool:
        """Return whether that was seen twice: entity tags of `host` prove nothing then."""
        with self._lock:
            return host in self._known and self._known[host].rotating

    def ranges_failed(self, host: str) -> None:
        """Note that `host` answered a range request wrongly."""
        with self._lock:
            self._noted(host).ranges_failed_at = self._clock()

    def ranges_fail(self, host: str) -> bool:
        """Return whether it did within the last hour."""
        with self._lock:
            at = self._known[host].ranges_failed_at if host in self._known else None
            return at is not None and self._clock() - at < _RANGES_SECONDS

    def _noted(self, host: str) -> _Known:
        """Return what is known of `host`, to be added to; let go of the host not noted for the longest time."""
        known = self._known.pop(host, None) or _Known()
        self._known[host] = known
        if len(self._known) > _REMEMBERED:
            del self._known[next(iter(self._known))]
        return known

    # -- beyond the life of the process ------------------------------------------------------------------------

    def notes(self) -> list[HostNote]:
        """Return what to keep in the database, the latest last."""
        with self._lock:
            notes = [HostNote(host, known.useful, known.rotating) for host, known in self._known.items()]
        return [note for note in notes if note.useful is not None or note.rotating]

    def news(self) -> list[HostNote]:
        """Return of `notes` what was found out since this was asked for the last time."""
        with self._lock:
            fresh, self._news = self._news, set()
        return [note for note in self.notes() if note.host in fresh] if fresh else []

    def restore(self, notes: Iterable[HostNote]) -> None:
        """Take up what was kept, the latest last; what was found out since then stays."""
        with self._lock:
            since, self._known = self._known, {}
            for note in notes:
                known = self._noted(note.host)
                known.useful, known.strikes = note.useful, _STRIKES if note.rotating else 0
            for host, known in since.items():
                self._noted(host)
                self._known[host] = known


class QuietHosts(HostMemory):
    """The same memory for a job of which nothing is to be kept: what it finds out counts while the process lives."""

    def __init__(self, shared: HostMemory) -> None:
        vars(self).update(vars(shared))
        self._news = set()
