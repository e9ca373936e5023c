"""HostSlots: how many connections each host has and may have, and who waits for one."""

from collections import Counter, deque
from collections.abc import Callable, Container, Iterable
from dataclasses import dataclass, field
from itertools import count
from threading import Event, Lock, RLock
from types import TracebackType
from typing import Protocol, Self, TypeVar

from headrace.host_book import HostBook
from headrace.host_rules import HostRule
from headrace.net.interrupt import Interrupt


class Slot:
    """The right to one connection to `host`, from its making to `release`. Any thread may release it."""

    def __init__(self, host: str, give_back: "Callable[[Slot], None]") -> None:
        self.host = host
        self._give_back = give_back
        self._released = Lock()
        """Taken once, by whoever releases first."""

    def release(self) -> None:
        """Let somebody else have it; once is enough."""
        if self._released.acquire(blocking=False):
            self._give_back(self)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()


@dataclass(slots=True, eq=False)
class _Waiting:
    """One that waits for a connection to `host`, the lower numbers before the higher."""

    number: int
    host: str
    turn: Event = field(default_factory=Event)


@dataclass(slots=True)
class _Row:
    """The connections of a host, or of all hosts under one rule."""

    most: int | None
    """How many there may be by the rule; None as everywhere."""
    in_use: Counter[str] = field(default_factory=Counter)
    """By host."""
    waiting: deque[_Waiting] = field(default_factory=deque)
    leaving: set[Slot] = field(default_factory=set)
    """Connections that were told to end, since there are too many."""


class HostSlots:
    """A host is as `addresses.host_of` has it. All methods may be called from any thread; `slot` alone waits."""

    def __init__(self, per_host: int, book: HostBook) -> None:
        self._lock = RLock()
        self._per_host, self._book = per_host, book
        self._rows: dict[str, _Row] = {}
        self._numbers = count()

    @property
    def per_host(self) -> int:
        """Connections to one host, at most, where no rule says otherwise.

        A lower number ends none; a higher one lets waiters in at once.
        """
        return self._per_host

    @per_host.setter
    def per_host(self, most: int) -> None:
        with self._lock:
            self._per_host = most
            self._let_all_in(list(self._rows))

    def follow(self, rules: Iterable[HostRule]) -> None:
        """Have these rules hold; what there is of connections is counted anew by them."""
        with self._lock:
            self._book.follow(rules)
            before, self._rows = self._rows, {}
            for row in before.values():
                for host, number in row.in_use.items():
                    self._row(host).in_use[host] += number
                for slot in row.leaving:
                    self._row(slot.host).leaving.add(slot)
            for each in sorted((one for row in before.values() for one in row.waiting), key=lambda one: one.number):
                self._row(each.host).waiting.append(each)
            self._let_all_in(list(self._rows))

    def slot(self, host: str, interrupt: Interrupt) -> Slot:
        """Wait in the row for a download's first connection to `host`. Raises StoppedError as soon as interrupted."""
        interrupt.check()
        slot, waiting = Slot(host, self._give_back), _Waiting(next(self._numbers), host)
        with self._lock:
            self._row(host).waiting.append(waiting)
        try:
            with self._lock:
                self._let_in(self._name(host))
            if not waiting.turn.is_set():
                self._wait(waiting.turn, interrupt)
        except BaseException:
            self._leave(waiting)
            raise
        return slot

    def try_slot(self, host: str) -> Slot | None:
        """Return a further connection for a download that has one; None at the cap, at the ceiling or after others."""
        with self._lock:
            row = self._rows.get(self._name(host)) or self._new_row(host)
            ceiling = self._borne(host)
            at_ceiling = ceiling is not None and row.in_use[host] >= ceiling
            if row.waiting or row.in_use.total() >= self._most(row) or at_ceiling:
                return None
            slot = Slot(host, self._give_back)
            row.in_use[host] += 1
            self._rows[self._name(host)] = row
        return slot

    def in_use(self, host: str) -> int:
        """Return how many connections there are to `host`, and to others under its rule."""
        with self._lock:
            row = self._rows.get(self._name(host))
            return 0 if row is None else row.in_use.total()

    def waiting(self, host: str) -> int:
        """Return how many downloads wait for their first connection to `host`, and to others under its rule."""
        with self._lock:
            row = self._rows.get(self._name(host))
            return 0 if row is None else len(row.waiting)

    def gives_way(self, slot: Slot) -> bool:
        """Say whether this connection must end, since a rule allows fewer than there are; so many are told, no more."""
        with self._lock:
            row = self._rows.get(self._name(slot.host))
            if row is None or row.most is None or slot in row.leaving:
                return False
            if row.in_use.total() - len(row.leaving) <= row.most:
                return False
            row.leaving.add(slot)
            return True

    def per_download(self, host: str) -> int | None:
        """Return how many connections one download may have by the rule for `host`, None where there is none."""
        rule = self._book.of_host(host)
        return None if rule is None else rule.per_download

    def only_whole(self, host: str) -> bool:
        """Say whether the rule for `host` wants no ranges to be asked for."""
        rule = self._book.of_host(host)
        return rule is not None and rule.from_start

    def _borne(self, host: str) -> int | None:  # noqa: ARG002 - who remembers more knows it
        """Return how many connections `host` itself bears, None where nothing is known."""
        return None

    @staticmethod
    def _wait(turn: Event, interrupt: Interrupt) -> None:
        interrupt.add(turn.set)
        try:
            turn.wait()
        finally:
            interrupt.remove(turn.set)
        interrupt.check()

    def _leave(self, one: _Waiting) -> None:
        """Step out of the row; give back what was granted in the same moment."""
        with self._lock:
            waiting = self._row(one.host).waiting
            if one in waiting:
                waiting.remove(one)
                self._let_in(self._name(one.host))
            else:
                self._give_back(Slot(one.host, self._give_back))

    def _give_back(self, slot: Slot) -> None:
        with self._lock:
            row = self._row(slot.host)
            row.in_use[slot.host] -= 1
            row.leaving.discard(slot)
            self._let_in(self._name(slot.host))

    def _let_all_in(self, names: Iterable[str]) -> None:
        for name in names:
            self._let_in(name)

    def _let_in(self, name: str) -> None:
        """Give free connections to those who wait, first come first served; forget a row that nobody is in."""
        row = self._rows[name]
        while row.waiting and row.in_use.total() < self._most(row):
            one = row.waiting.popleft()
            row.in_use[one.host] += 1
            one.turn.set()
        if not (row.in_use.total() or row.waiting):
            del self._rows[name]

    def _most(self, row: _Row) -> int:
        return self._per_host if row.most is None else row.most

    def _row(self, host: str) -> _Row:
        name = self._name(host)
        if name not in self._rows:
            self._rows[name] = self._new_row(host)
        return self._rows[name]

    def _new_row(self, host: str) -> _Row:
        rule = self._book.of_host(host)
        return _Row(None if rule is None else rule.connections)

    def _name(self, host: str) -> str:
        rule = self._book.of_host(host)
        return host if rule is None or rule.connections is None else f"rule {rule.host}"


class Holder(Protocol):
    """A connection at work, with its place."""

    slot: Slot

    def dismiss(self) -> None:
        """End the work at once."""


_H = TypeVar("_H", bound=Holder)


def give_way(slots: HostSlots, at_work: Iterable[_H], further: Container[_H]) -> None:
    """End connections that a rule of their host allows no more, the `further` ones first.

    Its own connection a download gives back the same way, and then waits in line for another.
    """
    for one in sorted(at_work, key=lambda one: one not in further):
        if slots.gives_way(one.slot):
            one.dismiss()
