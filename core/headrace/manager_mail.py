"""What other threads tell the manager: put into its mailbox by them, read in its own thread."""

from collections.abc import Callable
from threading import get_ident

from headrace.disk.failures import disk_failure
from headrace.item import DownloadItem
from headrace.lots import Dormant
from headrace.mailbox import do
from headrace.manager_loading import ManagerLoading
from headrace.manager_pace import Pace
from headrace.manager_signals import Bell
from headrace.states import DownloadState, Failure
from headrace.store.records import DownloadRecord
from headrace.transfer.events import JobEvent, JobPlaced


class ManagerMail(ManagerLoading):
    """The methods called `_on_...` are for other threads; the others are called in the manager's."""

    _letters: Pace
    _changed: Callable[[DownloadItem], None]

    def _on_event(self, item: DownloadItem, event: JobEvent) -> None:
        self._mailbox.post(lambda: self._take_event(item, event))

    def _on_loaded(self, records: list[DownloadRecord]) -> None:
        self._mailbox.post(lambda: self._take_loaded(records))

    def _on_dormant(self, dormant: Dormant) -> None:
        self._mailbox.post(lambda: self._roster.take_in(dormant))
        self._mailbox.post(lambda: self.dormant_added.emit(dormant))

    def _on_trouble(self, error: OSError) -> None:
        self._on_failure(disk_failure(error))

    def _on_failure(self, failure: Failure) -> None:
        self._mailbox.post(lambda: self.trouble.emit(failure))

    def _ring(self, bell: Bell, own_thread: int) -> None:
        """Have the mail read in another turn of the event loop. Any thread.

        A queued connection would do, but to name one makes all enumerations of Qt's, a tenth of the start of `get`.
        """
        if get_ident() == own_thread:
            self._letters.go_on()
        else:
            bell.rung.emit()

    def _read_mail(self) -> None:
        """Do some of what other threads asked for, in order, then tell of it at once; the rest in later turns."""
        found = False
        for task in self._letters.some(self._mailbox.waiting()):
            found = True
            do(task)
        if found:
            self._settle()

    def _take_event(self, item: DownloadItem, event: JobEvent) -> None:
        try:
            self._heed(item, event)
        finally:
            if isinstance(event, JobPlaced):
                event.kept.set()  # the job may write: what it claims comes behind the folder

    def _heed(self, item: DownloadItem, event: JobEvent) -> None:
        if item.id in self._runner:
            before = item.record
            self._runner.handle(item, event)
            self._changed(item)
            if item.state is DownloadState.COMPLETED:  # only behind the record: a crash in between must find the file
                self._store.save_claims(item.id, None)
                self._store.save_hosts(self._runner.hosts.news())
            self._story.heard(before, item, event)
            self.changes.heard(before, item)
