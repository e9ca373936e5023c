"""Limits: what bounds the speed of all downloads together, and of those in one queue."""

from collections.abc import Iterable
from time import monotonic

from headrace.brakes import Bound, Brake
from headrace.item import DownloadItem
from headrace.leaving_room import Yielding
from headrace.queue_options import QueueOptions
from headrace.transfer.rate import RateLimiter


class Limits:
    """Lives in the manager's thread; the limiters are for all."""

    def __init__(self, limit: int | None, options: Iterable[QueueOptions]) -> None:
        self._limit: int | None = limit
        self._room: int | None = None
        self._yielding: Yielding | None = None
        self._all = RateLimiter(limit)
        self._queues: dict[str, RateLimiter] = {}
        self.follow_queues(options)

    def of(self, item: DownloadItem) -> tuple[RateLimiter, ...]:
        """Return what bounds a download that starts now, whatever is changed later."""
        return self._all, self._queues.setdefault(item.record.queue, RateLimiter()), item.limiter

    def change(self, limit: int | None) -> None:
        """Put another limit over all in force, bytes/s, at once."""
        self._limit = limit
        self._change()

    def leave_room(self, limit: int | None, yielding: Yielding | None = None) -> None:
        """Have no more come than leaves others room, in bytes/s; None where nobody needs any.

        `yielding` tells of others who are there, and not only looked for.
        """
        self._room, self._yielding = limit, yielding
        self._change()

    @property
    def yielding(self) -> Yielding | None:
        """What is left to others who were felt on the line; None where a lower limit of one's own leaves them more."""
        found = self._yielding
        return found if found is not None and (self._limit is None or found.limit < self._limit) else None

    def bound(self, item: DownloadItem) -> Bound | None:
        """Return the lowest of the limits that a download is under; None for none."""
        queue = self._queues.get(item.record.queue)
        rates = {
            Brake.DOWNLOAD: item.limiter.rate,
            Brake.QUEUE: None if queue is None else queue.rate,
            Brake.ALL: self._limit,
            Brake.ROOM: None if self.yielding is None else self.yielding.limit,
        }
        bounds = [Bound(brake, rate) for brake, rate in rates.items() if rate is not None]
        return min(bounds, key=lambda each: each.rate, default=None)

    @property
    def room(self) -> int | None:
        """What is left for this program where others are to have room; None where nothing says so."""
        return self._room

    def _change(self) -> None:
        limits = [limit for limit in (self._limit, self._room) if limit is not None]
        self._all.change(min(limits, default=None), monotonic())

    def follow_queues(self, options: Iterable[QueueOptions]) -> None:
        """Put limits of queues in force at once."""
        rates = {each.queue: each.limit for each in options}
        for name in self._queues.keys() | rates.keys():
            self._queues.setdefault(name, RateLimiter()).change(rates.get(name), monotonic())

    def rename_queue(self, old: str, new: str) -> None:
        """Have what runs in a queue that gets another name stay under its limit."""
        if old in self._queues:
            self._queues[new] = self._queues.pop(old)

    def differ(self, one: str, other: str) -> bool:
        """Say whether a download that runs in one queue must start anew to be under the limit of another."""
        rates = [self._queues[name].rate for name in (one, other) if name in self._queues]
        return one != other and one in self._queues and any(rate is not None for rate in rates)
