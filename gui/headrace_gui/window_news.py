"""What the engine tells, brought to the parts of the window that show it. Timers run only while somebody looks."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from headrace.manager import DownloadManager
from headrace.snapshots import DownloadSnapshot, TotalsSnapshot
from headrace.states import Failure, FailureReason
from PySide6.QtCore import QObject, QTimer, Signal

from headrace_gui import words
from headrace_gui.actions import possible
from headrace_gui.background import Background
from headrace_gui.command_bar import CommandBar
from headrace_gui.desktop.free_space import FolderRoom, folder_room
from headrace_gui.list_pane import ListPane
from headrace_gui.message_bar import MessageBar
from headrace_gui.status_bar import StatusBar
from headrace_gui.texts import translate

_ROOM_MS: Final = 5_000
_SECOND_MS: Final = 1_000
_OTHER_THAN_SAVING: Final = frozenset({FailureReason.NOT_TRASHED, FailureReason.LIST_RESTORED, FailureReason.INTERNAL})
"""Troubles of the engine that say all themselves; any other is what keeps it from saving."""


class WindowNews(QObject):
    """Listens to the manager for the list, the status bar, the limit's button and the message bar."""

    title_changed = Signal(str)
    choice_changed = Signal()
    """Other things can be done with a chosen download now than before."""

    def __init__(
        self,
        manager: DownloadManager,
        listed: ListPane,
        parts: tuple[CommandBar, StatusBar, MessageBar],
        background: Background,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._manager, self._list, self._background = manager, listed, background
        self._bar, self._status, self._messages = parts
        self._seen = False
        self._asked: Path | None = None
        """The folder whose disk has not answered yet; a network's may never do."""
        self._totals = manager.totals()
        self._title = ""
        self.room_timer = self._timer(_ROOM_MS)
        self.room_timer.timeout.connect(self.ask_room)
        self.second_timer = self._timer(_SECOND_MS)
        self.second_timer.timeout.connect(listed.model.tell_times_changed)
        listed.model.counts_changed.connect(self._refresh_timers)
        self._connect()

    def _timer(self, interval: int) -> QTimer:
        timer = QTimer(self)
        timer.setInterval(interval)
        return timer

    def _connect(self) -> None:
        manager, model = self._manager, self._list.model
        if not manager.is_loaded:
            model.gather()
        manager.downloads_added.connect(model.add)
        manager.dormant_added.connect(model.add_dormant)
        manager.downloads_updated.connect(self._take_updates)
        manager.downloads_removed.connect(model.remove)
        manager.order_changed.connect(model.reorder)
        manager.totals_changed.connect(self.take_totals)
        manager.trouble.connect(self._tell_trouble)
        manager.loaded.connect(self._list.tell_loaded)
        manager.settings_changed.connect(self._ask_anew)
        manager.holds_changed.connect(model.set_holds)
        model.set_holds(manager.holds)
        model.add(manager.snapshots())
        self._list.choose_page()

    def _take_updates(self, snapshots: Sequence[DownloadSnapshot]) -> None:
        model, table = self._list.model, self._list.table
        before = {each.id: model.snapshot(each.id) for each in snapshots if table.is_selected(each.id)}
        model.update(snapshots)
        after = ((old, model.snapshot(download_id)) for download_id, old in before.items())
        if any(old and new and _offers(old) != _offers(new) for old, new in after):
            self.choice_changed.emit()

    def take_totals(self, totals: TotalsSnapshot) -> None:
        """Show sums and limit."""
        self._totals = totals
        running = totals.active and totals.speed > 0
        self._entitle(f"Headrace — {words.speed(totals.speed)}" if running else "Headrace")
        self._status.show_yielding(self._manager.yielding)
        self._status.show_totals(totals)
        self._status.show_budgets(self._manager.budgets)
        self._bar.limit.show_limit(totals.limit, is_quiet=totals.is_quiet)
        self._refresh_timers()

    def _entitle(self, title: str) -> None:
        if title != self._title:
            self._title = title
            self.title_changed.emit(title)

    def retell(self) -> None:
        """Tell the same once more, in the language and units in force."""
        self.take_totals(self._totals)
        self._status.retell()
        self._bar.limit.retell()

    def _tell_trouble(self, failure: Failure) -> None:
        sentence = words.failure_sentence(failure)
        if failure.reason not in _OTHER_THAN_SAVING:
            told = translate("Window", "Headrace cannot save to its profile folder. {reason}")
            sentence = told.format(reason=sentence)
        self._messages.tell(sentence, failure.reason)

    def set_seen(self, seen: bool) -> None:  # noqa: FBT001 - Qt's way of a property
        """Be told whether the window can be seen."""
        self._seen = seen
        self._refresh_timers()

    def _refresh_timers(self) -> None:
        _run(self.room_timer, wanted=self._seen and self._totals.active > 0)
        _run(self.second_timer, wanted=self._seen and self._list.model.waits_for_a_time)

    def ask_room(self) -> None:
        """Have the status bar show the room on the disk of the download folder, unless that is being asked."""
        folder = self._manager.settings.download_folder
        if folder != self._asked:
            self._asked = folder
            self._background.run(self, lambda: folder_room(folder), lambda room: self._take_room(folder, room))

    def _take_room(self, folder: Path, room: FolderRoom | None) -> None:
        if folder == self._asked:  # else there is another folder by now, and this one's disk was slow
            self._asked = None
            self._status.show_room(folder, room)

    def _ask_anew(self) -> None:
        if self._seen:
            self.ask_room()


def _offers(snapshot: DownloadSnapshot) -> tuple[object, ...]:
    """Return what decides which actions are offered for a download, and how they are called."""
    return snapshot.state, possible([snapshot])


def _run(timer: QTimer, *, wanted: bool) -> None:
    if wanted and not timer.isActive():
        timer.start()
    elif not wanted:
        timer.stop()
