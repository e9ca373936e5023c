"""Downloads off the list that can still be restored, and the deletion of those that cannot any more."""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from time import monotonic
from typing import Final

from headrace.disk.file_names import part_name
from headrace.disk.removal import Removal, is_ours, remove_files
from headrace.item import DownloadItem
from headrace.lots import Sleeper
from headrace.states import DownloadState, Failure, FailureReason
from headrace.store.records import DownloadRecord

_log = logging.getLogger(__name__)
_ASIDE: Final = ".bad"
"""The ending of a part file that was not right and is kept for inspection."""
_COMMIT_SECONDS: Final = 30.0
UNDO_SECONDS: Final = 10.0
"""How long a removed download can be restored."""


@dataclass(slots=True)
class Removed:
    """A download off the list, until monotonic time `until`."""

    held: DownloadItem | Sleeper
    until: float
    with_files: bool
    was_waiting: bool
    """Whether it ran or waited to run, so that restoring it sets it going again."""

    @property
    def id(self) -> str:
        """The download's id."""
        return self.held.id

    @property
    def item(self) -> DownloadItem:
        """The download itself; one that lay dormant is awake from now on."""
        if isinstance(self.held, Sleeper):
            self.held = DownloadItem(self.held.record)
        return self.held


class Recycling:
    """Keeps removed downloads for the length of the undo. Lives in the manager's thread."""

    def __init__(
        self,
        forget: Callable[[Iterable[str]], None],
        commit: Callable[[float], bool] = lambda _seconds: True,
        trash: Callable[[Path], bool] | None = None,
        on_trouble: Callable[[Failure], None] = lambda _failure: None,
    ) -> None:
        """`forget` drops rows of the database, after the files went; `commit` waits some seconds for what was saved.

        `trash` moves a finished file to the system's trash and says whether it did; `on_trouble` is told where it did
        not, and the file stays. All are called from a thread of its own.
        """
        self._forget, self._commit = forget, commit
        self._trash, self._on_trouble = trash, on_trouble
        self._entries: dict[str, Removed] = {}
        self._ever: set[str] = set()
        self._threads: list[Thread] = []

    def __bool__(self) -> bool:
        return bool(self._entries)

    def __contains__(self, download_id: str) -> bool:
        """Say whether a download of that id was ever removed: what is left of it may still be on its way out."""
        return download_id in self._ever

    def put(self, entry: Removed) -> None:
        """Take in a removed download."""
        self._entries[entry.id] = entry
        self._ever.add(entry.id)

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
                del self._entries[entry.id]
            self._threads.append(Thread(target=self._delete, args=(due,), name="purge", daemon=True))
            self._threads[-1].start()
        until = monotonic() + wait
        for thread in self._threads if wait else ():
            thread.join(max(0.0, until - monotonic()))

    def _delete(self, entries: list[Removed]) -> None:
        self._commit(_COMMIT_SECONDS)  # else a crash may leave a row without its file; a full disk does not wait for it
        remove_files(_removal(entry) for entry in entries)
        for entry in entries:
            if entry.with_files and not entry.item.record.for_good:
                self._throw_away(entry.item.record)
        self._forget([entry.id for entry in entries])

    def _throw_away(self, record: DownloadRecord) -> None:
        """Move a finished file to the trash, or leave it where it is and say so."""
        path = record.folder / record.name
        try:
            if record.state is not DownloadState.COMPLETED or not is_ours(path, None, _size(record)):
                return
            done = self._trash is not None and self._trash(path)
        except FileNotFoundError:
            return
        except Exception as error:  # noqa: BLE001 - whatever a desktop makes its library raise, the file is there
            _log.warning("not moved to the trash: %s", error)
            done = False
        if not done:
            self._on_trouble(Failure(FailureReason.NOT_TRASHED, record.name))


def _size(record: DownloadRecord) -> int | None:
    return None if record.recording else record.total  # what was recorded may be in several files


def _removal(entry: Removed) -> Removal:
    """Return what of a removed download may be deleted."""
    record = entry.item.record
    completed = record.state is DownloadState.COMPLETED
    finished = record.folder / record.name if entry.with_files and record.for_good and completed else None
    size = _size(record)
    claims, generation = record.claims, 1
    if claims is not None and claims.part_name:
        identity = (claims.device, claims.inode)
        names = [*claims.earlier, f"{claims.part_name}{_ASIDE}"]
        return Removal(record.folder / claims.part_name, identity, finished, size, _paths(record, names))
    earlier: list[str] = []
    if claims is not None:  # withdrawn: the next generation may have been begun
        earlier, generation = list(claims.earlier), claims.generation
    own = part_name(record.stem or record.name, record.id, generation)
    others = _paths(record, [*earlier, f"{own}{_ASIDE}"])
    return Removal(None if completed else record.folder / own, None, finished, size, others)


def _paths(record: DownloadRecord, names: list[str]) -> tuple[Path, ...]:
    return tuple(record.folder / name for name in names)
