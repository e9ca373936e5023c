"""Downloads off the list that can still be restored, and the deletion of those that cannot any more."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from time import monotonic
from typing import Final

from headrace.disk.file_names import part_name
from headrace.disk.removal import Removal, remove_files
from headrace.item import DownloadItem
from headrace.states import DownloadState
from headrace.store.records import DownloadRecord

_ASIDE: Final = ".bad"
"""The ending of a part file that was not right and is kept for inspection."""
_COMMIT_SECONDS: Final = 30.0
UNDO_SECONDS: Final = 10.0
"""How long a removed download can be restored."""


@dataclass(slots=True)
class Removed:
    """A download off the list, until monotonic time `until`."""

    item: DownloadItem
    until: float
    with_files: bool
    was_waiting: bool
    """Whether it ran or waited to run, so that restoring it sets it going again."""


class Recycling:
    """Keeps removed downloads for the length of the undo. Lives in the manager's thread."""

    def __init__(
        self, forget: Callable[[Iterable[str]], None], commit: Callable[[float], bool] = lambda _seconds: True
    ) -> None:
        """`forget` drops rows of the database, after the files went; `commit` waits some seconds for what was saved.

        Both are called from a thread of its own.
        """
        self._forget, self._commit = forget, commit
        self._entries: dict[str, Removed] = {}
        self._threads: list[Thread] = []

    def __bool__(self) -> bool:
        return bool(self._entries)

    def put(self, entry: Removed) -> None:
        """Take in a removed download."""
        self._entries[entry.item.id] = entry

    def take_back(self, ids: Iterable[str]) -> list[Removed]:
        """Hand out those of `ids` that can still be restored."""
        return [self._entries.pop(key) for key in dict.fromkeys(ids) if key in self._entries]

    def empty(self, now: float, *, busy: Callable[[str], bool], wait: float = 0.0) -> None:
        """Delete what is due at monotonic time `now` and not `busy` with a job that winds down.

        The work is done in a thread; `wait` seconds at most are spent waiting for it.
        """
        due = [entry for key, entry in self._entries.items() if entry.until <= now and not busy(key)]
        self._threads = [thread for thread in self._threads if thread.is_alive()]
        if due:
            for entry in due:
                del self._entries[entry.item.id]
            self._threads.append(Thread(target=self._delete, args=(due,), name="purge", daemon=True))
            self._threads[-1].start()
        until = monotonic() + wait
        for thread in self._threads if wait else ():
            thread.join(max(0.0, until - monotonic()))

    def _delete(self, entries: list[Removed]) -> None:
        self._commit(_COMMIT_SECONDS)  # else a crash may leave a row without its file; a full disk does not wait for it
        remove_files(_removal(entry) for entry in entries)
        self._forget([entry.item.id for entry in entries])


def _removal(entry: Removed) -> Removal:
    """Return what of a removed download may be deleted."""
    record = entry.item.record
    completed = record.state is DownloadState.COMPLETED
    finished = record.folder / record.name if entry.with_files and completed else None
    size = None if record.recording else record.total  # what was recorded may be in several files
    claims, generation = record.claims, 1
    if claims is not None and claims.part_name:
        identity = (claims.device, claims.inode)
        names = [*claims.earlier, f"{claims.part_name}{_ASIDE}"]
        return Removal(record.folder / claims.part_name, identity, finished, size, _paths(record, names))
    earlier: list[str] = []
    if claims is not None:  # withdrawn: the next generation may have been begun
        earlier, generation = list(claims.earlier), claims.generation
    own = part_name(record.name, record.id, generation)
    others = _paths(record, [*earlier, f"{own}{_ASIDE}"])
    return Removal(None if completed else record.folder / own, None, finished, size, others)


def _paths(record: DownloadRecord, names: list[str]) -> tuple[Path, ...]:
    return tuple(record.folder / name for name in names)
