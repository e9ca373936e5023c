"""Tells of finished and failed downloads somebody who looks elsewhere; of many that come together, once."""

from collections.abc import Callable, Sequence
from typing import Final

from headrace.snapshots import DownloadSnapshot
from PySide6.QtCore import QObject, QTimer, Signal

from headrace_gui.desktop.news import News
from headrace_gui.desktop.notes import Note, Offer, failed_note, failures_note, finished_note, links_note
from headrace_gui.desktop.pace import Pace
from headrace_gui.desktop.popups import Popup, Popups
from headrace_gui.preferences import PreferenceKeeper

TOGETHER_MS: Final = 3_000
"""What comes within this time of the one before is told in one notification."""
_RENEWED_MS: Final = 1_000
_ONE_BY_ONE: Final = 3


class _Round:
    """Downloads that came together, and the one notification that tells of them."""

    def __init__(self, popups: Popups, note_of: Callable[[list[DownloadSnapshot]], Note], parent: QObject) -> None:
        self._popups, self._note_of = popups, note_of
        self._downloads: list[DownloadSnapshot] = []
        self._popup: Popup | None = None
        self._pace = Pace(_RENEWED_MS, self._tell, parent)

    def add(self, downloads: Sequence[DownloadSnapshot]) -> None:
        self._downloads += downloads
        self._pace.ask()

    def end(self) -> None:
        self._pace.forget()
        self._downloads, self._popup = [], None

    def _tell(self) -> None:
        self._popup = self._popups.show(self._note_of(self._downloads), self._popup)


class Notifier(QObject):
    """Turns news into notifications, unless somebody has the window before their eyes."""

    open_wanted = Signal(str)
    show_wanted = Signal(str)
    """The id of the download whose file is to be shown in its folder."""
    retry_wanted = Signal(list)
    window_wanted = Signal(list)
    """The ids of downloads to be chosen in the window, maybe none."""
    links_wanted = Signal(list)
    """Copied addresses to be added."""
    stop_wanted = Signal()
    """What a countdown leads to is not to happen."""

    def __init__(
        self,
        news: News,
        popups: Popups,
        keeper: PreferenceKeeper,
        is_watched: Callable[[], bool],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._popups, self._keeper, self._is_watched = popups, keeper, is_watched
        self._failures_told = 0
        self._links: Popup | None = None
        self._finished = _Round(popups, finished_note, self)
        self._failed = _Round(popups, self._failures, self)
        self._finished_end = self._quiet_timer(self._finished.end)
        self._failed_end = self._quiet_timer(self._end_failures)
        news.finished.connect(self.take_finished)
        news.failed.connect(self.take_failed)
        popups.pressed.connect(self._press)

    def tell(self, note: Note, instead_of: Popup | None = None) -> Popup:
        """Show a notification of its own, or one in the place of another; return what to give next time."""
        return self._popups.show(note, instead_of)

    def tell_links(self, links: Sequence[str]) -> None:
        """Offer to add copied links, in the place of an earlier offer unless that was sent away."""
        instead_of = None if self._links is None or self._links.is_dismissed else self._links
        self._links = self._popups.show(links_note(links), instead_of)

    def take_finished(self, downloads: list[DownloadSnapshot]) -> None:
        """Tell of downloads that have just finished."""
        if self._keeper.now.notify_finished and not self._is_watched():
            self._finished.add(downloads)
            self._finished_end.start()

    def take_failed(self, downloads: list[DownloadSnapshot]) -> None:
        """Tell of downloads that have just failed: up to three one by one with their reasons, more at a stroke."""
        if not self._keeper.now.notify_failed or self._is_watched():
            return
        if self._failures_told + len(downloads) <= _ONE_BY_ONE:
            self._failures_told += len(downloads)
            for each in downloads:
                self._popups.show(failed_note(each))
        else:
            self._failed.add(downloads)
        self._failed_end.start()

    def _failures(self, downloads: list[DownloadSnapshot]) -> Note:
        return failures_note(downloads, told_before=self._failures_told > 0)

    def _end_failures(self) -> None:
        self._failures_told = 0
        self._failed.end()

    def _quiet_timer(self, call: Callable[[], None]) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(TOGETHER_MS)
        timer.timeout.connect(call)
        return timer

    def _press(self, note: Note, offer: Offer) -> None:
        if note.links:
            self.links_wanted.emit(list(note.links))
        elif offer is Offer.STOP:
            self.stop_wanted.emit()
        elif offer is Offer.OPEN:
            self.open_wanted.emit(note.ids[0])
        elif offer is Offer.SHOW:
            self.show_wanted.emit(note.ids[0])
        elif offer is Offer.RETRY:
            self.retry_wanted.emit(list(note.ids))
        else:
            self.window_wanted.emit(list(note.ids))
