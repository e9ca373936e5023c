"""The rules in force, found by host, and whose turn it is where a host is to be asked with pauses."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Lock
from time import monotonic
from typing import Final

from headrace.host_patterns import place_in, place_named
from headrace.host_rules import HostRule, RuleIndex

_REMEMBERED: Final = 1_000
"""Hosts whose rule is known without looking."""
_PATIENCE: Final = 0.25
"""Seconds after which who waits for a turn looks whether the rule has changed."""


@dataclass(slots=True)
class _Line:
    """Who waits for a request under a rule; `ready_at` is monotonic."""

    ready_at: float = 0.0
    waiting: deque[object] = field(default_factory=deque)


class HostBook:
    """One for all that asks servers. Thread-safe; `await_turn` alone waits."""

    def __init__(self, rules: Iterable[HostRule] = (), clock: Callable[[], float] = monotonic) -> None:
        self._lock, self._clock = Lock(), clock
        self._index = RuleIndex(rules)
        self._found: dict[str, HostRule | None] = {}
        self._lines: dict[str, _Line] = {}

    def follow(self, rules: Iterable[HostRule]) -> None:
        """Have these rules hold, from now on and no others."""
        with self._lock:
            self._index, self._found = RuleIndex(rules), {}
            self._lines = {host: line for host, line in self._lines.items() if host in self._index.by_host}

    def named(self, host: str) -> HostRule | None:
        """Return the rule that is for this host as it is written in it."""
        return self._index.by_host.get(host)

    def of(self, address: str) -> HostRule | None:
        """Return the rule for an address, None where there is none."""
        return self._seen(address) if self._index.by_host else None

    def of_host(self, host: str) -> HostRule | None:
        """Return the rule for a host as `addresses.host_of` has it; one without a port may mean 443 and 80."""
        return self._seen(host) if self._index.by_host else None

    def _seen(self, place: str) -> HostRule | None:
        with self._lock:  # else what one knew of older rules might be kept for those that follow
            index, found = self._index, self._found
        key = "/".join(place.split("/", 3)[:3])
        try:
            return found[key]
        except KeyError:
            rule = _rule_in(index, place)
        if len(found) >= _REMEMBERED:
            found.clear()
        found[key] = rule
        return rule

    # -- pauses ------------------------------------------------------------------------------------------------

    def await_turn(self, address: str, wait: Callable[[float], object]) -> None:
        """Return when a request to an address may go out: its host was given the pause that its rule wants.

        `wait` waits some seconds and raises whatever ends the waiting. First come, first served.
        """
        rule = self.of(address)
        if rule is None or rule.pause is None:
            return
        ticket = object()
        with self._standing(rule.host, ticket) as line:
            while seconds := self._left(line, ticket, self.of(address)):
                wait(min(seconds, _PATIENCE))

    @contextmanager
    def _standing(self, host: str, ticket: object) -> Iterator[_Line]:
        with self._lock:
            line = self._lines.setdefault(host, _Line())
            line.waiting.append(ticket)
        try:
            yield line
        finally:
            with self._lock:
                line.waiting.remove(ticket)

    def _left(self, line: _Line, ticket: object, rule: HostRule | None) -> float:
        """Return seconds to wait at least, or take the turn and return 0."""
        pause = 0.0 if rule is None or rule.pause is None else rule.pause
        if not pause:
            return 0.0
        with self._lock:
            now = self._clock()
            line.ready_at = min(line.ready_at, now + pause)  # a pause may have become shorter
            if line.waiting[0] is ticket and now >= line.ready_at:
                line.ready_at = now + pause
                return 0.0
            return max(0.001, line.ready_at - now)


def _rule_in(index: RuleIndex, place: str) -> HostRule | None:
    try:
        return index.of(*(place_in(place) if "://" in place else place_named(place)))
    except ValueError:  # no address: who is to ask it says so
        return None
