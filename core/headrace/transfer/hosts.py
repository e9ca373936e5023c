"""HostMemory: how many connections each host has, how many it may have, and what it was found to do."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from time import monotonic, time
from typing import Final

from headrace.host_book import HostBook
from headrace.host_notes import CEILING_SECONDS, RANGES_SECONDS, HostNote
from headrace.transfer.host_slots import HostSlots
from headrace.transfer.host_slots import Slot as Slot  # noqa: PLC0414 - exported

_REMEMBERED: Final = 1000
"""Hosts of which something is known, at most."""
_ONE_REFUSAL_SECONDS: Final = 5.0
"""Seconds in which all refusals are one: the connections of a download are refused together."""
_STRIKES: Final = 2
_SEEN_SECONDS: Final = 60.0
"""After which it is worth writing down that a host was asked again."""


@dataclass(slots=True)
class _Known:
    """What was found out about a host; times are monotonic seconds, but of what is only shown: those are Unix."""

    useful: int | None = None
    strikes: int = 0
    ceiling: int | None = None
    refused_at: float = 0.0
    ranges_failed_at: float | None = None
    retry_after: float | None = None
    retry_at: float | None = None
    seen_at: float = 0.0

    @property
    def rotating(self) -> bool:
        return self.strikes >= _STRIKES


class HostMemory(HostSlots):
    """One for all jobs. A host is "host:port". All methods may be called from any thread; `slot` alone waits."""

    def __init__(
        self,
        per_host: int = 16,
        clock: Callable[[], float] = monotonic,
        book: HostBook | None = None,
        wall: Callable[[], float] = time,
    ) -> None:
        """`clock` tells seconds, `wall` Unix seconds."""
        super().__init__(per_host, HostBook() if book is None else book)
        self._clock, self._wall = clock, wall
        self._known: dict[str, _Known] = {}
        """The host of the latest finding last."""
        self._news: set[str] = set()
        """Hosts of which something worth keeping was found out since `news` was asked for."""

    # -- what was found out ------------------------------------------------------------------------------------

    def useful(self, host: str) -> int | None:
        """Return how many connections helped a download from `host` the last time, None where that is unknown."""
        with self._lock:
            return self._known[host].useful if host in self._known else None

    def learn(self, host: str, count: int) -> None:
        """Note that `count` connections helped a download."""
        with self._lock:
            self._noted(host).useful = max(1, count)

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
            if known is None or known.ceiling is None or now - known.refused_at >= CEILING_SECONDS:
                return None
            return known.ceiling

    def _borne(self, host: str) -> int | None:
        return self.ceiling(host, self._clock())

    def told_to_wait(self, host: str, seconds: float | None) -> None:
        """Note that `host` asked to be left alone for so long (Retry-After); None is no such wish."""
        if seconds is None:
            return
        with self._lock:
            known = self._noted(host)
            known.retry_after, known.retry_at = seconds, self._wall()

    def tag_differed(self, host: str) -> None:
        """Note that an entity tag of `host` had changed where the content had not."""
        with self._lock:
            self._noted(host).strikes += 1

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
            return at is not None and self._clock() - at < RANGES_SECONDS

    def asked(self, host: str) -> None:
        """Note that `host` is asked for something, if anything is known of it."""
        with self._lock:
            known, now = self._known.get(host), self._wall()
            if known is not None and now - known.seen_at >= _SEEN_SECONDS:
                known.seen_at = now
                self._news.add(host)

    def _noted(self, host: str) -> _Known:
        """Return what is known of `host`, to be added to; let go of the host not noted for the longest time."""
        known = self._known.pop(host, None) or _Known()
        self._put(host, known)
        known.seen_at = self._wall()
        self._news.add(host)
        return known

    def _put(self, host: str, known: _Known) -> None:
        self._known[host] = known
        if len(self._known) > _REMEMBERED:
            del self._known[next(iter(self._known))]

    # -- beyond the life of the process ------------------------------------------------------------------------

    def notes(self) -> list[HostNote]:
        """Return what to keep in the database, the latest last."""
        with self._lock:
            notes = [self._note(host, known) for host, known in self._known.items()]
        return [note for note in notes if not note.is_empty]

    def _note(self, host: str, known: _Known) -> HostNote:
        return HostNote(
            host,
            known.useful,
            known.rotating,
            known.ceiling,
            None if known.ceiling is None else self._unix(known.refused_at),
            known.retry_after,
            known.retry_at,
            None if known.ranges_failed_at is None else self._unix(known.ranges_failed_at),
            known.seen_at,
        )

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
                self._put(note.host, self._restored(note))
            for host, known in since.items():
                self._known.pop(host, None)
                self._put(host, known)

    def _restored(self, note: HostNote) -> _Known:
        return _Known(
            note.useful,
            _STRIKES if note.rotating else 0,
            note.ceiling if note.refused_at is not None else None,
            0.0 if note.refused_at is None else self._monotonic(note.refused_at),
            None if note.ranges_failed_at is None else self._monotonic(note.ranges_failed_at),
            note.retry_after,
            note.retry_at,
            note.seen_at,
        )

    def forget(self, hosts: Iterable[str] | None = None) -> list[str]:
        """Forget what was found out of these hosts, None is of all; return those of which something was known."""
        with self._lock:
            gone = [host for host in (list(self._known) if hosts is None else hosts) if host in self._known]
            for host in gone:
                del self._known[host]
            self._news.difference_update(gone)
        return gone

    def _unix(self, moment: float) -> float:
        return self._wall() - (self._clock() - moment)

    def _monotonic(self, moment: float) -> float:
        """Return when that was; what a clock that was set back calls the future is now."""
        return self._clock() - max(0.0, self._wall() - moment)


class QuietHosts(HostMemory):
    """The same memory for a job of which nothing is to be kept: what it finds out counts while the process lives."""

    def __init__(self, shared: HostMemory) -> None:
        vars(self).update(vars(shared))
        self._news = set()
