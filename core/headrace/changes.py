"""Changes: everything a person may change of a download after it was added."""

import re
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Any, Unpack

from headrace.checksums import GIVEN
from headrace.checkups import Checkups
from headrace.desk import Desk
from headrace.disk.file_names import chosen_name, numbered
from headrace.file_changes import FileChanges, Wish
from headrace.filters import Category
from headrace.item import DownloadItem
from headrace.option_wishes import Wishes, checked_wishes, put_in_force
from headrace.outcomes import ChangeKind, ChangeOutcome
from headrace.queues import Queues, queue_anew
from headrace.states import DownloadState, Notice, Placing
from headrace.store.records import DownloadRecord
from headrace.story import StoryKind

PRIORITIES = (-1, 0, 1)
_NUMBER = re.compile(r" \(([0-9]{1,9})\)")


class Changes:
    """Part of the manager, in whose thread it lives: every method returns at once, disks are waited for elsewhere.

    Of many downloads a few are changed in each turn of the event loop, and nothing is started before the last.

    Ids that are not on the list are passed over. How a change of a file ended is told by `change_told`; everything else
    is seen in the snapshots.
    """

    def __init__(self, desk: Desk, remove: Callable[[list[str]], None]) -> None:
        """Make the one of a manager; `remove` takes downloads off its list."""
        self._desk, self._remove = desk, remove
        self._files = FileChanges(desk, self._freed)
        self._checkups = Checkups(desk, self._files.holds)
        self._queues = Queues(desk)

    # -- files -------------------------------------------------------------------------------------------------

    def rename(self, download_id: str, name: str) -> bool:
        """Have a download's file called `name`; say whether there is anything to do. Raises ValueError with a sentence.

        A finished file never takes the place of another: FILE_EXISTS is told then. One that is not finished gets the
        name when it is complete, or a numbered one where that is taken and the download says so; nothing is stopped. A
        recording takes it up with its next file.
        """
        name, item = chosen_name(name), self._desk.roster.get(download_id)
        if item is None or (item.record.name == name and item.record.name_wanted):
            return False
        if item.state is DownloadState.COMPLETED:
            self._files.ask(item, Wish(ChangeKind.RENAMED, name=name))
        else:
            self._rename_unfinished(item, name)
        self._desk.settle()
        return True

    def _rename_unfinished(self, item: DownloadItem, name: str) -> None:
        before, recording, running = item.record.name, item.record.recording, item.id in self._desk.runner
        item.note(name=name, name_wanted=True)
        self._desk.save(item)
        if running:
            item.renamed = True
            self._desk.runner.revise(item, name=name, name_wanted=True)
        if running and (recording is None or recording.rolls):
            self._desk.story.tell(item, StoryKind.RENAMED, name)
            self._desk.tell(ChangeOutcome(item.id, ChangeKind.RENAMED, detail=name))
        else:
            self._files.ask(item, Wish(ChangeKind.RENAMED, name=name, numbered=True, before=before))

    def relocate(self, ids: Iterable[str], folder: Path) -> list[str]:
        """Move downloads with what they have on disk to `folder`, made where it is missing; return those concerned.

        One that runs is stopped, moved, and goes on by itself. Another disk is no obstacle: the bytes are copied,
        flushed and compared before the old ones go. A finished file gets a numbered name where its own is taken; of a
        recording in several files the last one is moved. Raises ValueError for a folder that is not absolute.
        """
        if not folder.is_absolute():
            raise ValueError(f"the folder must be given in full, not as {str(folder)!r}")
        chosen = self._desk.roster.pick(ids)
        for item in chosen:
            if item.record.placing is not Placing.CHOSEN:
                item.note(placing=Placing.CHOSEN)
                self._desk.save(item)
        items = [item for item in chosen if item.record.folder != folder or self._files.holds(item.id)]
        running = [item for item in items if item.running]
        for item in running:  # in the queue, where it stays after a crash
            queue_anew(item)
            self._desk.save(item)
        wish = Wish(ChangeKind.RELOCATED, folder=folder)
        self._desk.sweep(partial(self._files.ask, item, wish) for item in items)
        self._desk.stop(running)
        return [item.id for item in items]

    def verify(self, ids: Iterable[str]) -> list[str]:
        """Have finished files read and compared with what is known of them, one at a time; return those concerned.

        `change_told` says VERIFYING with a fraction, at once, while one waits, and then as it goes, and in the end
        VERIFIED with a verdict. What a person or a server gave as checksum decides, else the proof the program itself
        keeps of every file; where there is neither, the verdict says that only the size is right.
        """
        items = self._finished(ids)
        self._checkups.verify(items)
        return [item.id for item in items]

    def stop_verifying(self, ids: Iterable[str]) -> None:
        """Have files not verified after all; VERIFIED is told with the verdict STOPPED."""
        self._checkups.stop(ids)

    def look_for(self, ids: Iterable[str]) -> None:
        """Find out which finished files are there; where that has changed `is_missing` is told by downloads_updated."""
        self._checkups.look_for(self._finished(ids))

    def fetch_again(self, ids: Iterable[str]) -> list[str]:
        """Queue finished downloads anew from byte 0, under the names they have; return those concerned.

        A file that is still there stays as it is: the new one gets a numbered name.
        """
        items = self._finished(ids)
        self._checkups.stop(item.id for item in items)
        self._desk.sweep(partial(self._fetch_again, item) for item in items)
        return [item.id for item in items]

    def _fetch_again(self, item: DownloadItem) -> None:
        if item.state is DownloadState.COMPLETED:
            item.fetch_anew()
            self._desk.story.tell(item, StoryKind.ASKED_ANEW)
            self._desk.save(item)

    def clear_finished(self) -> list[str]:
        """Take all finished downloads off the list, as `remove` does; their files stay. Return their ids."""
        ids = self._desk.roster.finished_ids()
        self._remove(ids)
        return ids

    # -- wishes ------------------------------------------------------------------------------------------------

    def set_options(self, ids: Iterable[str], **given: Unpack[Wishes]) -> None:
        """Change options of unfinished downloads. Raises ValueError, and changes nothing.

        Limit, connections, checksum and what is done where the file exists are heeded at once by a download that runs,
        by a recording (but for the limit) from its next attempt on. Headers, all of them anew, a login included,
        mirrors and proxy are heeded from the next attempt on. Header values and passwords are never stored.
        """
        wishes = checked_wishes(given)
        self._desk.sweep(partial(self._set_options, item, wishes) for item in self._desk.roster.awake(ids))

    def _set_options(self, item: DownloadItem, wishes: dict[str, Any]) -> None:
        if item.state is not DownloadState.COMPLETED and wishes:
            put_in_force(item, wishes, self._desk.runner)
            self._desk.save(item)

    def set_category(self, ids: Iterable[str], category: str | None) -> None:
        """Put downloads in a category, by its value; None goes by their names. Raises ValueError for any other."""
        value = None if category is None else Category(category).value
        self._queues.mark(ids, category=value)

    def set_queue(self, ids: Iterable[str], name: str) -> None:
        """Put downloads in a queue of the settings, "" being the main one. Raises ValueError for any other."""
        self._queues.set_queue(ids, name)

    def rename_queue(self, old: str, new: str) -> None:
        """Give a queue of the settings another name; what is in it stays in it, and waits as before.

        Raises ValueError where there is no such queue, or the name cannot be; then nothing is changed.
        """
        self._queues.rename(old, new)

    def remove_queue(self, name: str) -> list[str]:
        """Take a queue out of the settings; what was in it goes to the main one. Return the ids of those concerned.

        Raises ValueError where there is no such queue.
        """
        return self._queues.remove(name)

    def set_priority(self, ids: Iterable[str], priority: int) -> None:
        """Have downloads start before (1) or after (-1) others, wherever they are in the queue. Raises ValueError."""
        if priority not in PRIORITIES:
            raise ValueError(f"a priority is -1, 0 or 1, not {priority}")
        self._queues.mark(ids, priority=priority)

    # -- order -------------------------------------------------------------------------------------------------

    def move_to(self, ids: Iterable[str], place: int) -> None:
        """Put downloads, in their order, before the one that is at `place` (from 0) now, or behind all others."""
        changed = self._desk.roster.move_to(ids, place)
        if changed:
            self._desk.tell_order()
        self._desk.sweep(partial(self._desk.save, item) for item in changed)

    def to_top(self, ids: Iterable[str]) -> None:
        """Put downloads before all others."""
        self.move_to(ids, 0)

    def to_bottom(self, ids: Iterable[str]) -> None:
        """Put downloads behind all others."""
        self.move_to(ids, len(self._desk.roster))

    # -- for the manager ---------------------------------------------------------------------------------------

    def holds(self, download_id: str) -> bool:
        """Say whether a download's file is being changed or read: it is neither to be started nor to be deleted."""
        return self._files.holds(download_id) or self._checkups.reads(download_id)

    def take_up(self, item: DownloadItem, *, go_on: bool) -> None:
        """Find out what became of a change that was under way when the last process ended, if one was."""
        known = item.record.relocation
        if known is not None and not self._files.holds(item.id):
            kind = ChangeKind.RENAMED if known.source.parent == known.target.parent else ChangeKind.RELOCATED
            self._files.ask(item, Wish(kind, begun=True, go_on=go_on))

    def heard(self, before: DownloadRecord, item: DownloadItem) -> None:
        """Be told that a job reported, of an item whose record was `before`."""
        if item.id in self._desk.runner:
            return
        if item.state is DownloadState.COMPLETED and Notice.SKIPPED_EXISTING not in item.record.notices:
            self._heed_late_wishes(before, item)
        if item.state is DownloadState.COMPLETED:
            self.take_up(item, go_on=False)
        self._files.free(item)

    def _freed(self, download_id: str) -> None:
        self._checkups.free(download_id)

    def _heed_late_wishes(self, before: DownloadRecord, item: DownloadItem) -> None:
        """Do to the finished file what was wished when it was too late for the job."""
        record = item.record
        rolls = record.recording is not None and record.recording.rolls
        late = before.name_wanted and not rolls and not _is_version(record.name, before.name)
        if late and not self._files.holds(item.id):
            self._files.ask(item, Wish(ChangeKind.RENAMED, name=before.name, numbered=True))
        if record.checksum is not None and record.checksum_source != GIVEN and not rolls:
            self._checkups.verify([item])

    def close(self, timeout: float) -> bool:
        """Stop everything, to be taken up by the next process; say whether every thread ended in time."""
        ended = self._files.close(timeout)
        return self._checkups.close(0.1 if not ended else timeout) and ended

    def _finished(self, ids: Iterable[str]) -> list[DownloadItem]:
        return [item for item in self._desk.roster.pick(ids) if item.state is DownloadState.COMPLETED]


def _is_version(name: str, wanted: str) -> bool:
    """Say whether a file has the name that was wanted, or that name with a number."""
    return name == wanted or any(numbered(wanted, int(found[1])) == name for found in _NUMBER.finditer(name))
