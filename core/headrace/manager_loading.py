"""How the manager takes up what was stored: a little in each turn of the event loop, however long the list is."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Final

from headrace.crashes import CrashCount
from headrace.disk.leftovers import remove_leftovers
from headrace.errands import Errands
from headrace.history_book import HistoryBook
from headrace.intake import at_start
from headrace.item import DownloadItem
from headrace.manager_pace import Chores
from headrace.manager_runs import ManagerRuns
from headrace.net_options import NetContext
from headrace.own_cookies import key_in
from headrace.profile import Profile
from headrace.recycling import Recycling, Removed
from headrace.silence import Silence
from headrace.store.discreet import DiscreetStore
from headrace.store.records import DownloadRecord
from headrace.traffic import Traffic, TrafficKeeper

_AT_ONCE: Final = 100
"""Downloads between two looks at the clock: so many take about two milliseconds."""


class ManagerLoading(ManagerRuns):
    """Nothing is started, and `loaded` not told, before the last is taken up."""

    _crashes: CrashCount
    _recycling: Recycling
    _settle: Callable[[], None]
    _loading: Errands
    _store: DiscreetStore
    _sweeps: Chores
    _is_ending: bool
    """Whether the program ends: what is not taken up by now stays stored as it is."""
    traffic: Traffic
    """How many bytes came on each day; whole once the list is loaded."""
    net_context: NetContext
    history: HistoryBook
    """What is remembered of downloads that have ended."""
    is_loaded: bool
    """Whether the stored list is known; `loaded` tells when."""

    def _counted(self, keeper: TrafficKeeper) -> Traffic:
        """Have counted from now on what comes from the network."""
        traffic = Traffic(keeper)
        self.net_context.count, self.net_context.count_unwritten = traffic.count, traffic.count_unwritten
        self.all_idle.connect(traffic.save)
        return traffic

    def is_private(self, download_id: str) -> bool:
        """Say whether nothing is kept of a download, be it on the list or off it by now."""
        return self._store.is_private(download_id)

    @property
    def silence(self) -> Silence:
        """Keeps private downloads out of a log whose handler has it as a filter."""
        return self._store.silence

    def _remembered(self, profile: Profile) -> HistoryBook:
        """Have remembered from now on what has ended, as long as the settings say."""
        book = HistoryBook((profile.history, profile.database), self._store, self._mailbox.post)
        book.keep(self._settings.history_days)
        self.settings_changed.connect(lambda settings: book.keep(settings.history_days))
        if self._owns_all:  # a command has better things to do at its start
            self.loaded.connect(lambda: self._mailbox.post(book.take_over))
        return book

    def _take_loaded(self, records: Sequence[DownloadRecord]) -> None:
        self._runner.hosts.restore(self._store.hosts)
        self.traffic.recall(self._store.traffic)
        self._sweeps.put(self._taking_up(records, self._crashes.take(records)))

    def _taking_up(self, records: Sequence[DownloadRecord], suspects: set[str]) -> Iterator[Callable[[], object]]:
        continuing = self._settings.continue_at_start and self._owns_all
        continuing = continuing and not self._crashes.careful and self._store.damaged is None
        for first in range(0, len(records), _AT_ONCE):
            if self._is_ending:
                return
            yield partial(self._take_some, records[first : first + _AT_ONCE], suspects, continuing=continuing)
        if not self._is_ending:
            yield self._end_loading

    def _take_some(self, records: Sequence[DownloadRecord], suspects: set[str], *, continuing: bool) -> None:
        items = []
        for record in records:
            item = DownloadItem(at_start(record, continuing=continuing, suspect=record.id in suspects))
            if record.id in suspects:
                self._store.save(item.record)
            if self._owns_all:
                self._story.taken_up(record, item)
            if record.removed and self._owns_all:
                self._recycling.put(Removed(item, 0.0, with_files=record.with_files, was_waiting=False))
            elif not record.removed:
                self._roster.add(item)
                items.append(item)
            if self._owns_all:
                self.changes.take_up(item, go_on=not record.removed)
        if items:
            self.downloads_added.emit(self._snapshots(items))

    def _forget_cookies(self) -> None:
        """Have the keyring keep the cookies of what is on the list alone; what lies dormant, finished, needs none."""
        self.net_context.cookies.leave_only({key_in(item.record.cookies) for item in self._roster.awake()})

    def _clean(self, folder: Path) -> None:
        """Have deleted what a crash left of private downloads in a folder."""
        self._loading.run(partial(remove_leftovers, folder, self._store.stem, self._store.is_private))

    def _end_loading(self) -> None:
        self._mailbox.post(partial(self._clean, self._settings.download_folder))  # a thread begins: in another turn
        if self._owns_all:
            self._mailbox.post(self._forget_cookies)
        self._settle()
        self.is_loaded = True
        self.loaded.emit()
        for failure in filter(None, (self._crashes.trouble, self._store.repair)):
            self.trouble.emit(failure)
