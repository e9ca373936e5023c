"""Changes of a download's file: one at a time for each, none while a job works on it, the slow part in a thread."""

import logging
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from time import monotonic
from typing import Final

from headrace.desk import Desk
from headrace.disk.failures import disk_failure
from headrace.errands import Errands
from headrace.errors import DownloadError, StoppedError
from headrace.item import DownloadItem
from headrace.outcomes import ChangeKind, ChangeOutcome, FileVerdict, Keep
from headrace.states import DownloadState, Failure, FailureReason
from headrace.story import StoryKind
from headrace.transfer.ledger import unwritten
from headrace.transfer.relocating import FileGoneError, Movable, Step, Steps, relocate, rename, settle, take_up

_log = logging.getLogger(__name__)
_COMMIT_SECONDS: Final = 30.0


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be done to one download's file: moved to `folder`, or called `name`."""

    kind: ChangeKind
    folder: Path | None = None
    name: str | None = None
    numbered: bool = False
    """Whether another name will do where that one is taken."""
    before: str | None = None
    """What an unfinished download was called before: its record has the new name at once."""
    begun: bool = False
    """Whether an earlier process had begun it: the record knows how far it came."""
    go_on: bool = True
    """Whether what that process had hardly begun is begun again."""


class FileChanges:
    """Holds downloads while their files are changed: they are neither started nor deleted then."""

    def __init__(self, desk: Desk, on_free: Callable[[str], None]) -> None:
        """Make one that calls `on_free` with the id of a download whenever it lets go of its file."""
        self._desk, self._on_free = desk, on_free
        self._wishes: dict[str, deque[Wish]] = {}
        self._at_work: dict[str, Wish] = {}
        self._moved: set[str] = set()
        """Those whose record names the new place already."""
        self._errands = {ChangeKind.RENAMED: Errands("names"), ChangeKind.RELOCATED: Errands("moves")}

    def holds(self, download_id: str) -> bool:
        """Say whether something is done to a file, or waits to be."""
        return download_id in self._wishes

    def ask(self, item: DownloadItem, wish: Wish) -> None:
        """Have something done as soon as no job of the download has a thread, behind what was asked before."""
        self._wishes.setdefault(item.id, deque()).append(wish)
        self._desk.roster.set_aside(item.id)
        self.free(item)

    def free(self, item: DownloadItem) -> None:
        """Be told that an item may have no job any more."""
        wishes = self._wishes.get(item.id)
        if wishes is None or item.id in self._at_work or item.id in self._desk.runner:
            return
        while wishes and item.id not in self._desk.roster and not wishes[0].begun:
            wishes.popleft()
        if not wishes:
            del self._wishes[item.id]
            self._desk.roster.put_back(item.id)
            self._on_free(item.id)
            return
        wish = self._at_work[item.id] = wishes.popleft()
        self._errands[wish.kind].run(partial(self._advance, item, wish, self._steps(item, wish), None))

    def close(self, timeout: float) -> bool:
        """Stop what is under way, to be taken up by the next process, and say whether that came to its end in time."""
        until = monotonic() + timeout
        ended = [errands.close(max(0.0, until - monotonic())) for errands in self._errands.values()]
        return all(ended)

    # -- in the thread -----------------------------------------------------------------------------------------

    def _steps(self, item: DownloadItem, wish: Wish) -> Steps:
        record, finished = item.record, item.state is DownloadState.COMPLETED
        one = Movable(
            id=record.id,
            folder=record.folder,
            name=record.name if finished else wish.before or record.name,
            finished=finished,
            claims=record.claims,
            is_recording=record.recording is not None,
            blocks=partial(_committed_blocks, self._desk, record.id),
            check=self._errands[wish.kind].check,
        )
        if wish.begun and record.relocation is not None:
            return take_up(one, record.relocation, go_on=wish.go_on)
        if wish.folder is not None:
            return relocate(one, wish.folder)
        name = wish.name or record.name
        return settle(one, name) if wish.numbered and finished else rename(one, name)

    def _advance(self, item: DownloadItem, wish: Wish, steps: Steps, before: Step | None) -> None:
        """Take the next step, once what the one before brought is committed."""
        post = self._desk.post
        try:
            if before is None or self._desk.store.flush(_COMMIT_SECONDS):
                step = next(steps)
            else:
                step = steps.throw(DownloadError(unwritten(self._desk.store).failure))
        except StopIteration:
            post(partial(self._done, item, wish, None))
        except StoppedError:
            steps.close()
        except Exception as error:  # noqa: BLE001 - whatever a disk makes a library raise, one change ends
            post(partial(self._done, item, wish, error))
        else:
            post(partial(self._commit, item, wish, steps, step))

    # -- in the manager's thread -------------------------------------------------------------------------------

    def _commit(self, item: DownloadItem, wish: Wish, steps: Steps, step: Step) -> None:
        facts = dict(step.facts)
        folder = facts.pop("folder", item.record.folder)
        if folder != item.record.folder or "name" in facts:
            self._moved.add(item.id)
        if folder != item.record.folder and item.id in self._desk.roster:
            self._desk.roster.rehouse(item, folder)
        item.note(**facts, folder=folder)
        if not isinstance(step.claims, Keep):
            item.note(claims=step.claims)
        self._desk.save(item)  # before its claims: `take_up` knows what to do where these are older
        if not isinstance(step.claims, Keep):
            self._desk.store.save_claims(item.id, step.claims)
        self._errands[wish.kind].run(partial(self._advance, item, wish, steps, step))

    def _done(self, item: DownloadItem, wish: Wish, error: Exception | None) -> None:
        del self._at_work[item.id]
        moved = item.id in self._moved
        self._moved.discard(item.id)
        failure = None if error is None else _failure(item.id, error)
        if failure is not None and not moved and not wish.begun:
            item.note(relocation=None)
        if isinstance(error, FileGoneError) or error is None:
            item.is_missing = error is not None and item.state is DownloadState.COMPLETED
        if error is None and (moved or not wish.begun):
            self._tell_story(item, wish)
        self._desk.save(item)
        verdict = FileVerdict.MISSING if isinstance(error, FileGoneError) else None
        detail = item.record.name if wish.kind is ChangeKind.RENAMED else str(item.record.folder)
        if not wish.begun or moved or failure is not None:
            self._desk.tell(ChangeOutcome(item.id, wish.kind, failure, detail, verdict))
        self.free(item)

    def _tell_story(self, item: DownloadItem, wish: Wish) -> None:
        if wish.kind is ChangeKind.RENAMED:
            self._desk.story.tell(item, StoryKind.RENAMED, item.record.name)
        else:
            self._desk.story.tell(item, StoryKind.RELOCATED, str(item.record.folder))


def _committed_blocks(desk: Desk, download_id: str) -> dict[int, bytes]:
    """Return the digests of what is claimed, once they have arrived in the database. Raises OSError."""
    desk.store.flush(_COMMIT_SECONDS)
    return desk.store.load_blocks(download_id)


def _failure(download_id: str, error: Exception) -> Failure:
    if isinstance(error, DownloadError):
        return error.failure
    if isinstance(error, OSError):
        return disk_failure(error)
    _log.error("%s: its file was not changed: %s", download_id, type(error).__name__)
    return Failure(FailureReason.INTERNAL, type(error).__name__)
