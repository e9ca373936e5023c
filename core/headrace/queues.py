"""What a person sorts downloads into: queues of the settings above all, whose downloads go along with them."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import partial

from headrace.desk import Desk
from headrace.item import DownloadItem
from headrace.queue_options import renamed
from headrace.rules import with_queue_renamed
from headrace.settings import Settings
from headrace.states import DownloadState


class Queues:
    """Part of the changes. Of many downloads a few are marked in each turn, and nothing is started before the last."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def set_queue(self, ids: Iterable[str], name: str) -> None:
        """Put downloads in a queue, "" being the main one. Raises ValueError for one that there is not."""
        if name:
            self._check(name)
        self.mark(ids, queue=name)

    def rename(self, old: str, new: str) -> None:
        """Give a queue another name. Raises ValueError, and changes nothing, for one that there is not or cannot be."""
        self._check(old)
        self._put(lambda names: tuple(new.strip() if name == old else name for name in names), old, new.strip())

    def remove(self, name: str) -> list[str]:
        """Remove a queue; return the ids of what is in the main one instead. Raises ValueError for one there is not."""
        self._check(name)
        return self._put(lambda names: tuple(each for each in names if each != name), name, "")

    def mark(self, ids: Iterable[str], **facts: str | int | None) -> None:
        """Note facts about where downloads belong or when they start."""
        self._desk.sweep(self._marks(self._desk.roster.each(ids), facts))

    def _check(self, name: str) -> None:
        if name not in self._desk.runner.settings.queues:
            raise ValueError(f"there is no queue called {name!r}")

    def _put(self, changed: Callable[[tuple[str, ...]], tuple[str, ...]], old: str, new: str) -> list[str]:
        """Put other names of queues in force and take along what is in `old`, before anything can start by either."""
        self._desk.finish()  # what is swept now begins in this call: the settings are in force when it returns
        now = self._desk.runner.settings
        options = renamed(now.queue_options, {old: new}) if new else now.queue_options
        held = changed(now.held_queues)
        rules = with_queue_renamed(now.rules, old, new)
        settings = replace(now, queues=changed(now.queues), held_queues=held, queue_options=options, rules=rules)
        if new:
            self._desk.runner.limits.rename_queue(old, new)
        members = self._desk.roster.ids_in_queue(old)
        self._desk.sweep(self._moves(settings, self._desk.roster.each(members), new))
        return members

    def _moves(self, settings: Settings, members: Iterable[DownloadItem], name: str) -> Iterator[Callable[[], object]]:
        yield partial(self._desk.apply, settings)
        yield from self._marks(members, {"queue": name})

    def _marks(
        self, items: Iterable[DownloadItem], facts: dict[str, str | int | None]
    ) -> Iterator[Callable[[], object]]:
        for item in items:
            yield partial(self._mark, item, facts)
        yield self._desk.roster.line_up_anew

    def _mark(self, item: DownloadItem, facts: dict[str, str | int | None]) -> None:
        before = item.record.queue
        item.note(**facts)
        if item.running and self._desk.runner.limits.differ(before, item.record.queue):
            queue_anew(item)
            self._desk.stop([item])
        self._desk.save(item)


def queue_anew(item: DownloadItem) -> None:
    """Have one that runs wait in its queue: its job is still to be stopped."""
    item.change(DownloadState.PAUSED)
    item.change(DownloadState.QUEUED)
