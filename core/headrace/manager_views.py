"""What may be asked of the engine without changing anything: the reading half of the manager."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from headrace.addresses import checked_address, split_credentials
from headrace.budgets import Standing
from headrace.checksums import Checksum
from headrace.day import Hold
from headrace.details import DownloadDetails
from headrace.insight import Insight
from headrace.intake import wanted_again
from headrace.item import DownloadItem
from headrace.leaving_room import Yielding
from headrace.line_keeping import LineKeeping
from headrace.mailbox import Mailbox
from headrace.manager_day import Day
from headrace.manager_signals import ManagerSignals
from headrace.roster import Roster
from headrace.settings import Settings
from headrace.snapshots import DownloadSnapshot, TotalsSnapshot
from headrace.spec import DownloadSpec
from headrace.states import DownloadState
from headrace.story import StoryEntry
from headrace.storyteller import Storyteller


class ManagerViews(ManagerSignals):
    """Answers at once, from memory, in the manager's thread."""

    _roster: Roster
    _insight: Insight
    _settings: Settings
    _story: Storyteller
    _mailbox: Mailbox
    _day: Day
    _line: LineKeeping

    def snapshots(self) -> list[DownloadSnapshot]:
        """Return all downloads in queue order."""
        return list(filter(None, map(self._roster.snapshot, self._roster.ids())))

    def awake(self) -> list[DownloadSnapshot]:
        """Return those that do not lie dormant, in queue order: all that are not finished, and some that are."""
        return self._snapshots(self._roster.awake())

    def snapshot(self, download_id: str) -> DownloadSnapshot | None:
        """Return one download, None where there is none of that id on the list."""
        return self._roster.snapshot(download_id)

    def ids(self) -> list[str]:
        """Return the ids of all downloads in queue order."""
        return self._roster.ids()

    def ids_in(self, states: Iterable[DownloadState]) -> list[str]:
        """Return the ids of the downloads in one of `states`, in queue order."""
        return self._roster.ids_in(states)

    def addresses(self, download_id: str) -> tuple[str, ...]:
        """Return all addresses of a download, best first, without logins; none where there is none of that id.

        Of one that lies dormant the first is enough.
        """
        for item in self._roster.awake([download_id]):
            return (item.record.address, *item.record.mirrors)
        asleep = self._roster.snapshot(download_id)
        return () if asleep is None else (asleep.address,)

    def spec(self, download_id: str) -> DownloadSpec | None:
        """Return what would have to be added to get a download again, None where there is none of that id.

        Without headers and logins, which are not kept; of one that lies dormant its address, place and checksum.
        """
        for item in self._roster.awake([download_id]):
            return wanted_again(item.record)
        one = self._roster.snapshot(download_id)
        if one is None:
            return None
        checksum = None if one.checksum is None else Checksum.parse(one.checksum)
        return DownloadSpec(one.address, one.folder, name=one.name, checksum=checksum, queue=one.queue)

    def ids_in_queue(self, name: str) -> list[str]:
        """Return the ids of the downloads in a queue of the settings, "" being the main one, in their order."""
        return self._roster.ids_in_queue(name)

    def details(self, download_id: str) -> DownloadDetails | None:
        """Return what else is known of one download, None where there is none of that id; cheap enough for a timer."""
        return self._insight.details(download_id)

    def find(self, address: str, folder: Path) -> DownloadSnapshot | None:
        """Return the newest download of `address` to `folder`, None where there is none. Raises ValueError."""
        bare, _ = split_credentials(checked_address(address))
        return self._roster.newest(bare, folder)

    def ask_story(self, download_id: str) -> None:
        """Have the story of a download read; `story_told` brings it, empty where nothing is known of that id."""
        self._story.ask(download_id, lambda read: self._mailbox.post(lambda: self._take_story(download_id, read)))

    def _take_story(self, download_id: str, read: Sequence[StoryEntry]) -> None:
        self._tell_stories()  # before, so that nothing is told twice
        self.story_told.emit(download_id, self._story.complete(download_id, read))

    def _tell_stories(self) -> None:
        if fresh := self._story.take_fresh():
            self.stories_grew.emit(fresh)

    def totals(self) -> TotalsSnapshot:
        """Return the sums over all downloads."""
        return self._roster.totals(self._day.now.limit, is_quiet=self._day.now.is_quiet)

    @property
    def budgets(self) -> tuple[Standing, ...]:
        """How the data budgets stand, a second old at most while anything is fetched."""
        return self._line.budgets

    def budgets_now(self) -> tuple[Standing, ...]:
        """Return how they stand at this moment; reads the sums of the period, some thousands at most."""
        return self._line.standings()

    @property
    def yielding(self) -> Yielding | None:
        """What is left to others who use the line; None while nobody was felt there lately."""
        return self._line.yielding

    @property
    def holds(self) -> Mapping[str, Hold]:
        """What keeps which queues from starting anything; `holds_changed` tells of others."""
        return self._day.holds

    def _snapshots(self, items: Iterable[DownloadItem]) -> list[DownloadSnapshot]:
        return [item.snapshot(self._roster.place(item.id)) for item in items]
