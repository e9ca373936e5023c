"""HostLimits: the speed that a rule allows a host, shared by all downloads from it."""

from collections.abc import Callable
from threading import Lock
from time import monotonic

from headrace.host_book import HostBook
from headrace.transfer.rate import RateLimiter


class HostLimits:
    """One for all jobs; thread-safe."""

    def __init__(self, book: HostBook, clock: Callable[[], float] = monotonic) -> None:
        self._lock, self._book, self._clock = Lock(), book, clock
        self._by_rule: dict[str, RateLimiter] = {}

    def of(self, address: str) -> RateLimiter | None:
        """Return what paces all that comes from an address by its host's rule; None where nothing does."""
        rule = self._book.of(address)
        if rule is None or rule.limit is None:
            return None
        known = self._by_rule.get(rule.host)
        if known is not None:
            return known
        with self._lock:
            return self._by_rule.setdefault(rule.host, RateLimiter(rule.limit))

    def follow(self) -> None:
        """Put the limits of the rules that hold now in force at once, for what waits already too."""
        with self._lock:
            known = list(self._by_rule.items())
        for host, limiter in known:
            rule = self._book.named(host)
            limiter.change(None if rule is None else rule.limit, self._clock())
