"""The addresses of one download, and how good each of them is."""

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from threading import Lock
from typing import Final

from headrace.transfer.retry import BACKOFF_FIRST, BACKOFF_LIMIT, PROGRESS_RESETS_BUDGET

SOURCE_LIMIT: Final = 1_000
"""Addresses of one download, at most; more are not taken in."""
FAILURES_LIMIT: Final = 5
"""Failures without progress between them that drop a mirror, while another address works."""

DIFFERS: Final = "it has another file than the first to answer"
"""Why an address is left that may yet turn out to be the right one."""

_SMOOTHING: Final = 2.0
"""Seconds of a connection after which its speed counts for two thirds of the new mean."""
_SHORTEST: Final = 0.01
"""Seconds a connection is taken to have lasted, at least."""


@dataclass(slots=True, eq=False)
class Source:
    """One address and what was seen of it. Its Sources write to it; anyone may read."""

    address: str = field(repr=False)
    resolved: str | None = field(default=None, repr=False)
    """Where its redirects end, once known; whoever finds out sets it."""
    lasting: bool = True
    """Whether that may be asked again: some servers make a link for each request, which works but once."""
    proven: bool = False
    """Whether it has been shown to hold the same file."""
    active: int = 0
    """Connections on it now."""
    tries: int = 0
    """Connections there ever were."""
    speed: float | None = None
    """Bytes per second of all its connections together, smoothed; None before one has brought any."""
    failures: int = 0
    """Failures since its last real progress."""
    dropped: str | None = None
    """Why it is not used any more."""
    validator: str | None = None
    """The strong validator of the file there (RFC 9110 section 8.8.1)."""
    hint: str | None = None
    """What it says of the version without being bound by it."""
    paused_until: float = -math.inf
    """Not picked before (the clock of `now`)."""


class Sources:
    """Chooses the address of each next connection. Thread-safe; `now` is an argument, in seconds of any one clock.

    For each connection: `pick`, `begin`, then `end`, and `fail` behind it if it failed.
    """

    def __init__(self, primary: str, mirrors: Iterable[str] = ()) -> None:
        self._lock = Lock()
        self._all = [Source(primary)]
        self.add(mirrors)

    @property
    def primary(self) -> Source:
        """The address the download was added with."""
        return self._all[0]

    @property
    def all(self) -> tuple[Source, ...]:
        """Every address, the primary first, dropped ones too."""
        return tuple(self._all)

    @property
    def only_one(self) -> bool:
        """Whether one address is left at most, so that there is nothing to choose."""
        return sum(source.dropped is None for source in self.all) <= 1

    def another(self, source: Source) -> bool:
        """Say whether any other address than `source` is left."""
        return any(one.dropped is None and one is not source for one in self.all)

    def usable(self, now: float) -> int:
        """Return how many addresses may be picked."""
        with self._lock:
            return len(self._ready(now))

    def wait(self, now: float) -> float | None:
        """Return seconds until an address may be picked, 0 if one may be now, None if all were dropped."""
        pauses = [max(0.0, source.paused_until - now) for source in self.all if source.dropped is None]
        return min(pauses, default=None)

    def pick(self, now: float) -> Source | None:
        """Return the address that promises most for one more connection; None where none may be used now.

        While none is proven that is the first one given, whose file it is to be, unless it failed. Then those not
        measured yet are tried in turn, with half of all connections at most.
        """
        with self._lock:
            ready = self._ready(now)
            if not any(source.proven for source in self._all):
                return min(ready, key=lambda source: source.failures, default=None)
            untried = [source for source in ready if source.speed is None and not source.active and not source.proven]
            if untried and self._may_try():
                return min(untried, key=lambda source: (source.failures, source.tries))
            usual = self._usual_speed()
            return max(ready, key=lambda source: _promise(source, usual), default=None)

    def add(self, mirrors: Iterable[str]) -> None:
        """Take in further addresses, best first; those known already, dropped ones too, stay as they are."""
        with self._lock:
            known = {source.address for source in self._all} | {source.resolved for source in self._all}
            for address in mirrors:
                if address not in known and len(self._all) < SOURCE_LIMIT:
                    known.add(address)
                    self._all.append(Source(address))

    def begin(self, source: Source) -> None:
        """Note a new connection on `source`."""
        with self._lock:
            source.active += 1
            source.tries += 1

    def end(self, source: Source, count: int, seconds: float) -> None:
        """Note the end of a connection that brought `count` bytes in `seconds`."""
        with self._lock:
            self._measure(source, count, seconds)
            source.active = max(0, source.active - 1)

    def measure(self, source: Source, count: int, seconds: float) -> None:
        """Note what a connection that goes on has brought since it was last measured."""
        with self._lock:
            self._measure(source, count, seconds)

    def fail(self, source: Source, now: float, *, fatal: bool) -> None:
        """Note a failure: a pause that doubles each time, or the end of `source` if it is `fatal`.

        What fails during the pause is the same failure. A mirror that fails again and again is dropped, but only while
        another address works: the fault may be on this side.
        """
        with self._lock:
            if fatal:
                source.dropped = source.dropped or "it cannot be used"
            if now < source.paused_until:
                return
            source.failures += 1
            source.paused_until = now + min(BACKOFF_LIMIT, BACKOFF_FIRST * 2.0 ** min(source.failures - 1, 16))
            if source is not self.primary and source.failures >= FAILURES_LIMIT and self._another_works(source):
                source.dropped = source.dropped or f"it failed {source.failures} times"

    def drop(self, source: Source, why: str) -> None:
        """Never pick `source` again; `why` is for the log."""
        with self._lock:
            source.dropped = source.dropped or why

    def begin_without(self, liar: Source) -> bool:
        """Never pick `liar` again, and pick those that only differed from it; say whether any address is left."""
        with self._lock:
            for source in self._all:
                source.dropped = None if source.dropped == DIFFERS else source.dropped
            liar.dropped = liar.dropped or "its file is not right"
            return any(source.dropped is None for source in self._all)

    def prove(self, source: Source) -> None:
        """Note that `source` holds the same file."""
        with self._lock:
            source.proven = True

    def forget_proofs(self) -> None:
        """Call every address unproven: another version of the file is begun."""
        with self._lock:
            for source in self._all:
                source.proven, source.validator, source.hint = False, None, None

    def _ready(self, now: float) -> list[Source]:
        return [source for source in self._all if source.dropped is None and source.paused_until <= now]

    def _may_try(self) -> bool:
        settled = sum(source.active for source in self._all if _is_settled(source))
        trying = sum(source.active for source in self._all if not _is_settled(source))
        return trying <= settled or not any(_is_settled(source) and source.dropped is None for source in self._all)

    def _another_works(self, source: Source) -> bool:
        return any(
            one is not source and one.dropped is None and one.failures == 0 and one.speed is not None
            for one in self._all
        )

    def _usual_speed(self) -> float:
        """Return what an address not measured yet may bring: the mean of the others."""
        speeds = [source.speed for source in self._all if source.speed is not None and source.dropped is None]
        return sum(speeds) / len(speeds) if speeds else 1.0

    def _measure(self, source: Source, count: int, seconds: float) -> None:
        if count <= 0:
            return
        if count >= PROGRESS_RESETS_BUDGET:
            source.failures = 0
        seconds = max(seconds, _SHORTEST)
        seen = count / seconds * max(1, source.active)  # the others on it are taken to bring as much
        weight = 1.0 if source.speed is None else 1.0 - math.exp(-seconds / _SMOOTHING)
        source.speed = (source.speed or 0.0) + (seen - (source.speed or 0.0)) * weight


def _is_settled(source: Source) -> bool:
    return source.proven or source.speed is not None


def _promise(source: Source, usual: float) -> tuple[bool, float]:
    speed = usual if source.speed is None else source.speed
    return source.proven, speed / (source.active + 1)
