"""Versions of watched files: fetched as downloads of their own, compared, and put where the one before them was.

No version is ever without a name, and none takes the place of another: the one before gets a stamped name first, then
the new one its plain name, each by a rename that the database knows of. The next process goes on wherever this one
ended.
"""

import logging
import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Protocol

from headrace.changes import Changes
from headrace.desk import Desk
from headrace.file_facts import FileFacts
from headrace.intake import wanted_again
from headrace.item import DownloadItem
from headrace.outcomes import ChangeKind, ChangeOutcome, FileVerdict
from headrace.spec import DownloadSpec, IfExists
from headrace.states import DownloadState, FailureReason
from headrace.store.records import DownloadRecord
from headrace.story import StoryKind
from headrace.version_names import is_one_name, stamped
from headrace.watch_book import WatchBook
from headrace.watches import (
    Validators,
    Watch,
    after_new,
    after_same_bytes,
    coming,
    given_up,
    kept,
)

_log = logging.getLogger(__name__)
_TRIES: Final = 20
"""Names that an earlier version is offered."""
_LAST_OF_SERVERS: Final = 299
"""Failures up to this number are the network's and the server's: later it may be another."""


class Remove(Protocol):
    """Takes downloads off the list."""

    def __call__(self, ids: Iterable[str], *, with_files: bool = False, for_good: bool = False) -> None:
        """Do it as `DownloadManager.remove` does."""


@dataclass(frozen=True, slots=True)
class Hands:
    """What the manager does for versions."""

    add: Callable[[Sequence[DownloadSpec]], list[str]]
    remove: Remove
    resume: Callable[[Iterable[str]], None]


class Versions:
    """Lives in the manager's thread; disks and servers are waited for elsewhere."""

    def __init__(self, desk: Desk, changes: Changes, hands: Hands, book: WatchBook) -> None:
        self._desk, self._changes, self._hands, self._book = desk, changes, hands, book
        self._renaming: set[str] = set()
        self._tries: dict[str, int] = {}
        self._fixed: set[str] = set()
        """Downloads whose files keep the names they have: no other was to be had."""
        self._gone: set[str] = set()
        """Downloads whose files are not there any more."""

    def fetch(self, watch: Watch, facts: FileFacts) -> None:
        """Begin to fetch what a server said may be a new version."""
        item = self._desk.roster.get(watch.id)
        if item is None:
            return
        new = f"{random.getrandbits(64):016x}"
        self._book.put(coming(watch, new, facts))  # before the download: who finds none begins anew
        self._hands.add([_again(item, new)])
        if (wanted := self._book.get(watch.id)) is not None:
            self._book.take_up(wanted)

    def urge(self, item: DownloadItem) -> None:
        """Have a download that failed over a server or the way to it try again."""
        failure = item.record.failure
        if item.state is DownloadState.FAILED and failure is not None and failure.reason <= _LAST_OF_SERVERS:
            self._hands.resume([item.id])

    def take_up(self, watch: Watch) -> None:
        """Go on with what another process had begun."""
        if watch.coming is not None and watch.coming not in self._desk.roster:
            self._book.put(given_up(watch, by_person=False))
        else:
            self.go_on(watch)

    def leave(self, download_id: str) -> None:
        """Be told that a download was taken off the list."""
        bringer, own = self._book.brings(download_id), self._book.get(download_id)
        if bringer is not None:
            self._book.put(given_up(bringer, by_person=True))
        elif own is not None and own.coming is not None:
            self._book.put(given_up(own, by_person=False))

    def takes(self, outcome: ChangeOutcome) -> bool:
        """Be told how a change ended; say whether it was one of this object's, of which nobody else need know."""
        if outcome.kind is not ChangeKind.RENAMED or outcome.id not in self._renaming:
            return False
        self._renaming.discard(outcome.id)
        if outcome.failure is None:
            return True
        if outcome.verdict is FileVerdict.MISSING:
            self._gone.add(outcome.id)
        tries = self._tries.get(outcome.id, 1)
        again = outcome.failure.reason is FailureReason.FILE_EXISTS and self._book.brings(outcome.id) is None
        if again and tries < _TRIES:
            self._tries[outcome.id] = tries + 1
        else:
            self._fixed.add(outcome.id)
            _log.warning("the file of %s keeps its name: %s", outcome.id, outcome.failure.reason.name)
        return True

    def go_on(self, watch: Watch) -> None:
        """Take the next step with a version that has come, if it has and nothing else is done to its files."""
        new = self._desk.roster.get(watch.coming or "")
        old = self._desk.roster.get(watch.id)
        if new is None or old is None or any(self._is_busy(item) for item in (new, old)):
            return
        if _place(new.record) == _place(old.record):
            self._gone.add(old.id)  # else this one could not have got the name
        elif not watch.plain and _is_same(old.record, new.record):
            self._drop(watch, new)
            return
        if not watch.plain:
            watch = self._book.put(replace(watch, plain=old.record.name))
        self._step(watch, old, new)

    def _is_busy(self, item: DownloadItem) -> bool:
        at_work = item.id in self._renaming or self._changes.holds(item.id)
        return at_work or item.state is not DownloadState.COMPLETED

    def _step(self, watch: Watch, old: DownloadItem, new: DownloadItem) -> None:
        swap, plain = is_one_name(new.record.name, watch.plain), watch.plain
        is_taken = old.record.name == plain and old.id not in self._gone
        if swap and is_taken and old.id not in self._fixed:
            at = old.record.finished_at or old.record.added_at
            self._rename(old, stamped(plain, at, number=self._tries.get(old.id, 1)))
        elif swap and not is_taken and new.record.name != plain and new.id not in self._fixed:
            self._rename(new, plain)
        else:
            self._settle(watch, old, new)

    def _rename(self, item: DownloadItem, name: str) -> None:
        self._renaming.add(item.id)
        try:
            self._changes.rename(item.id, name)
        except ValueError as error:
            _log.warning("the file of %s cannot be called otherwise: %s", item.id, error)
            self._renaming.discard(item.id)
            self._fixed.add(item.id)
            self._desk.show(item)  # whoever sees that goes on

    def _drop(self, watch: Watch, new: DownloadItem) -> None:
        """Let go of what has the bytes that are there already."""
        self._book.put(after_same_bytes(watch, _found(watch, new)))
        self._hands.remove([new.id], with_files=True, for_good=True)

    def _settle(self, watch: Watch, old: DownloadItem, new: DownloadItem) -> None:
        """Watch the new version from now on, tell of it, and put in the trash what is too old."""
        is_gone = old.id in self._gone
        earlier = watch.versions if is_gone else (old.id, *watch.versions)
        done = self._book.keep_together(after_new(watch, _found(watch, new), earlier))
        done, surplus = kept(done)
        self._book.put(done, instead_of=watch)
        self._desk.story.tell(new, StoryKind.NEW_VERSION, new.record.name)
        if not is_gone:
            self._desk.story.tell(old, StoryKind.SUPERSEDED, new.record.name)
        self._tries.pop(old.id, None)
        self._fixed -= {old.id, new.id}
        self._gone -= {old.id, new.id}
        self._throw_away(surplus, new.record, [old.id] if is_gone else [])

    def _throw_away(self, surplus: Iterable[str], newest: DownloadRecord, gone: list[str]) -> None:
        """Take versions off the list, and put their files in the trash unless another has the name by now."""
        items = self._desk.roster.pick(surplus)
        own = [one.id for one in items if _place(one.record) != _place(newest)]
        finished = [key for key in own if key not in gone and self._is_finished(key)]
        if gone:
            self._hands.remove(gone)
        if finished:
            self._hands.remove(finished, with_files=True)

    def _is_finished(self, download_id: str) -> bool:
        item = self._desk.roster.get(download_id)
        return item is not None and item.state is DownloadState.COMPLETED


def _again(item: DownloadItem, download_id: str) -> DownloadSpec:
    """Return what fetches another version: what was known of the bytes of this one does not count for it."""
    record = item.record
    return replace(
        wanted_again(record),
        id=download_id,
        name=record.name if record.name_wanted else None,
        headers=item.headers,
        cookies=item.cookies,
        if_exists=IfExists.RENAME,
        checksum=None,
        pieces=None,
        size=None,
        mirrors=(),
        paused=False,
    )


def _place(record: DownloadRecord) -> tuple[Path, str]:
    return record.folder, record.name


def _is_same(old: DownloadRecord, new: DownloadRecord) -> bool:
    """Say whether two finished files are known to have the same bytes."""
    return old.proof is not None and old.proof == new.proof


def _found(watch: Watch, new: DownloadItem) -> Validators:
    """Return what is known of a version that has come; what was said before it was fetched may be of an older one."""
    told = Validators.told(new.answer, new.record.total)
    return told if told.is_known() else replace(watch.offered, size=new.record.total)
