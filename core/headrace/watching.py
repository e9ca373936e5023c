"""Watching: addresses of downloads are looked at on a schedule, and fetched again where they have changed.

One timer for the next look that is due, and threads only while servers are asked; while the program is closed nothing
happens.
"""

import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from time import time
from typing import Final, Protocol

from headrace.changes import Changes
from headrace.desk import Desk
from headrace.file_facts import FileFacts, Question
from headrace.item import DownloadItem
from headrace.job_plans import lost_of
from headrace.offline import network_missing
from headrace.outcomes import ChangeOutcome
from headrace.permissions import Permission
from headrace.snapshots import DownloadSnapshot
from headrace.states import DownloadState, Failure, FailureReason
from headrace.versions import Hands, Versions
from headrace.watch_book import WatchBook
from headrace.watches import (
    Validators,
    Watch,
    after_failure,
    after_same,
    asked,
    at_start,
    conditions_of,
    is_same,
    postponed,
    sane,
)

_SERVERS: Final = 200
"""Failures below this number are accidents on the way."""


class Asker(Protocol):
    """Asks servers, as `probing.Prober` does."""

    def ask(self, questions: Iterable[Question], listener: Callable[[Question, FileFacts], None]) -> None:
        """Have `listener` told of each address, in some thread."""

    def close(self) -> None:
        """End all of it."""


@dataclass(frozen=True, slots=True)
class Means:
    """What watching is done with; tests have others."""

    alarm: Callable[[float | None], None]
    """Has `Watching.wake` called at a moment in Unix seconds; None for none."""
    clock: Callable[[], float] = time
    chance: Callable[[], float] = random.random
    asker: Callable[[Desk], Asker] | None = None


class Watching:
    """Part of the manager, in whose thread it lives: every method returns at once."""

    def __init__(self, desk: Desk, changes: Changes, hands: Hands, means: Means) -> None:
        self._desk, self._means = desk, means
        self._book = WatchBook(desk)
        self._versions = Versions(desk, changes, hands, self._book)
        self._called: set[str] = set()
        """Watches whose look waits for its turn, or for a server."""
        self._open = 0
        self._asker: Asker | None = None
        self._closed = False

    # -- what a person does ------------------------------------------------------------------------------------

    def watch(self, ids: Iterable[str], every: int, keep: int | None) -> list[str]:
        """Have the addresses of downloads looked at every so many seconds; return the ids of those concerned.

        `keep` versions are kept, the newest among them; None keeps all. A version that is not finished is waited for,
        one that failed is tried again. Raises ValueError, with a sentence, and changes nothing.
        """
        Watch("", every, keep)
        roster, known = self._desk.roster, map(self._newest, ids)
        found = [key for key in dict.fromkeys(known) if key in roster]
        if any(item.record.recording is not None for item in roster.awake(found)):
            raise ValueError("a recording has no versions: it is taken down as it comes, and cannot be watched")
        self._desk.soon([*(partial(self._begin_to_watch, key, every, keep) for key in found), self._arm])
        return found

    def stop(self, ids: Iterable[str]) -> list[str]:
        """Watch no more; all versions stay. Return the ids of those concerned."""
        found = {watch.id: watch for key in ids if (watch := self._book.of(key)) is not None}
        for watch in found.values():
            self._book.drop(watch)
        self._arm()
        self._desk.settle()
        return list(found)

    def look(self, ids: Iterable[str]) -> list[str]:
        """Look at watched addresses now; return the ids of those concerned."""
        found = dict.fromkeys(watch.id for key in ids if (watch := self._book.of(key)) is not None)
        self._call(found)
        return list(found)

    def of(self, download_id: str) -> Watch | None:
        """Return the watch that a download belongs to, as its newest version, an earlier or a coming one."""
        return self._book.of(download_id)

    def is_looking(self, download_id: str) -> bool:
        """Say whether an address is looked at, or what was found there fetched; not while that waits for a person."""
        watch = self._book.of(download_id)
        if watch is None or watch.coming is None:
            return watch is not None and watch.id in self._called
        item = self._desk.roster.get(watch.coming)
        if item is None or item.state in (DownloadState.PAUSED, DownloadState.FAILED):
            return False
        return item.state is not DownloadState.QUEUED or item.record.queue not in self._desk.runner.settings.held_queues

    def all(self) -> list[Watch]:
        """Return the watches of all that is on the list, those first that are due first."""
        there = (watch for watch in self._book.all() if watch.id in self._desk.roster)
        return sorted(there, key=lambda watch: watch.next_at)

    # -- for the manager ---------------------------------------------------------------------------------------

    def begin(self, *, careful: bool = False) -> None:
        """Take up what is stored, once the list is known; `careful` looks at nothing for some minutes."""
        stored = self._desk.store.watches
        chances = [self._means.chance() for _ in stored]
        watches = at_start(stored, self._means.clock(), chances, careful=careful)
        self._desk.soon([*(partial(self._take_up, watch) for watch in watches), self._arm])

    def wake(self) -> None:
        """Begin the looks that are due."""
        now = self._means.clock()
        self._call(watch.id for watch in self._book.all() if watch.next_at <= now)

    def saw(self, snapshots: Sequence[DownloadSnapshot]) -> None:
        """Be told of downloads that changed: a version may have come."""
        for one in snapshots if self._book else ():
            if one.watch is not None and not one.watch.known.is_known():
                self._desk.post(partial(self._learn, one.id))
            if one.version_of is not None or (one.watch is not None and one.watch.coming is not None):
                self._desk.post(partial(self._go_on, one.version_of or one.id))  # what it changes is told then

    def left(self, ids: Iterable[str]) -> None:
        """Be told of downloads that were taken off the list."""
        for key in ids if self._book else ():
            self._versions.leave(key)

    def takes(self, outcome: ChangeOutcome) -> bool:
        """Be told how a change ended; say whether it was made here, so that nobody need be told."""
        return self._versions.takes(outcome)

    def close(self) -> None:
        """Begin nothing more; what is being asked is left."""
        self._closed = True
        self._means.alarm(None)
        if self._asker is not None:
            self._asker.close()

    # -- inside ------------------------------------------------------------------------------------------------

    def _newest(self, download_id: str) -> str:
        known = self._book.of(download_id)
        return download_id if known is None else known.id

    def _begin_to_watch(self, download_id: str, every: int, keep: int | None) -> None:
        item = self._desk.roster.get(download_id)
        if item is not None and item.record.recording is None:
            self._book.put(self._wanted(item, every, keep))

    def _wanted(self, item: DownloadItem, every: int, keep: int | None) -> Watch:
        now, known = self._means.clock(), self._book.get(item.id)
        if known is not None:
            since = now if known.looked_at is None else known.looked_at
            return postponed(replace(known, every=every, keep=keep), max(since, now - every), self._means.chance())
        return postponed(_learnt(Watch(item.id, every, keep), item), now, self._means.chance())

    def _learn(self, download_id: str) -> None:
        """Note what the server said of a version that has just been fetched."""
        watch, item = self._book.get(download_id), self._desk.roster.get(download_id)
        if watch is not None and item is not None and (learnt := _learnt(watch, item)) != watch:
            self._book.put(learnt)

    def _go_on(self, download_id: str) -> None:
        watch = self._book.get(download_id)
        if watch is not None and not self._closed:
            self._versions.go_on(watch)

    def _take_up(self, watch: Watch) -> None:
        if watch.id in self._desk.roster and self._book.get(watch.id) is None:
            self._book.take_up(watch)
            self._versions.take_up(watch)

    def _arm(self) -> None:
        """Have the next look that is due begin in time."""
        if self._closed:
            return
        now = self._means.clock()
        waiting = [sane(watch, now).next_at for watch in self._book.all() if watch.id not in self._called]
        self._means.alarm(min(waiting, default=None))

    def _call(self, ids: Iterable[str]) -> None:
        fresh = [key for key in ids if key not in self._called]
        self._called.update(fresh)
        self._desk.soon([*(partial(self._look, key) for key in fresh), self._arm])

    def _look(self, download_id: str) -> None:
        """Begin a look; where there is nothing to be looked at, wait for the next one."""
        watch, item = self._book.get(download_id), self._desk.roster.get(download_id)
        now, chance = self._means.clock(), self._means.chance()
        if watch is not None and item is not None and watch.coming is None and _is_finished(item):
            self._ask(watch, item, now, chance)
            return
        self._called.discard(download_id)
        if watch is not None and item is None:
            self._book.hold(postponed(watch, now, chance))
        elif watch is not None and item is not None:
            watch = self._book.put(postponed(watch, now, chance))
            behind = self._desk.roster.get(watch.coming or watch.id)
            if behind is not None:
                self._versions.urge(behind)

    def _ask(self, watch: Watch, item: DownloadItem, now: float, chance: float) -> None:
        if self._closed:
            return
        watch = self._book.put(asked(_learnt(watch, item), now, chance))
        record, unless = item.record, conditions_of(watch)
        question = Question(record.address, item.headers, record.proxy, unless, record.allow, cookies=item.cookies)
        if self._asker is None:
            self._asker = (self._means.asker or _prober)(self._desk)
        self._open += 1
        if (lost := lost_of(item)) is not None:  # asked without it, the server would show its page to log in
            self._desk.post(partial(self._take, watch.id, FileFacts(record.name, failure=lost), None))
            return
        self._asker.ask([question], partial(self._hear, watch.id, record.folder / record.name))

    def _hear(self, download_id: str, path: Path, _question: Question, facts: FileFacts) -> None:
        """Be told, in some thread, what a server said; see there how the file is dated."""
        self._desk.post(partial(self._take, download_id, facts, _date_of(path)))

    def _take(self, download_id: str, facts: FileFacts, dated: float | None) -> None:
        self._called.discard(download_id)
        self._open -= 1
        if not self._open and self._asker is not None:
            self._asker.close()
            self._asker = None
        watch, item = self._book.get(download_id), self._desk.roster.get(download_id)
        if watch is not None and item is not None and watch.coming is None and not self._closed:
            self._judge(watch, item, facts, dated)
        self._arm()

    def _judge(self, watch: Watch, item: DownloadItem, facts: FileFacts, dated: float | None) -> None:
        now, chance = self._means.clock(), self._means.chance()
        failure = facts.failure
        if failure is None and facts.is_page and Permission.ANY_TYPE not in item.record.allow:
            failure = Failure(FailureReason.NOT_THE_FILE, facts.media_type or "")
        if failure is not None:
            missing = network_missing(item.record.address, failure) if failure.reason < _SERVERS else None
            self._book.put(after_failure(watch, missing or failure, now, chance))
        elif is_same(watch, facts, dated):
            self._book.put(after_same(watch, facts, now, chance))
        elif _is_finished(item):
            self._versions.fetch(watch, facts)


def _is_finished(item: DownloadItem) -> bool:
    return item.state is DownloadState.COMPLETED


def _learnt(watch: Watch, item: DownloadItem) -> Watch:
    """Return a watch with what this process was told of the finished version, where nothing is known of it yet."""
    if watch.known.is_known() or not _is_finished(item):
        return watch
    return replace(watch, known=Validators.told(item.answer, item.record.total))


def _date_of(path: Path) -> float | None:
    try:
        return path.stat().st_mtime
    except OSError:
        return None


def _prober(desk: Desk) -> Asker:
    from headrace.probing import Prober  # noqa: PLC0415 - loads the network, for who watches anything

    return Prober(desk.runner.settings, desk.runner.context)
