"""What happens when all is done, as the window shows it: the menu, the status bar, the minute before."""

from concurrent.futures import Future
from typing import Any

from headrace.finale import Deed
from headrace.manager import DownloadManager
from PySide6.QtCore import QObject

from headrace_gui.action_table import Act
from headrace_gui.deed_menu import DeedMenu
from headrace_gui.deed_words import countdown_sentence, deed_name, refused_sentence
from headrace_gui.desktop.all_done import AllDone, Farewell, Standing
from headrace_gui.desktop.notes import countdown_note, stopped_note
from headrace_gui.desktop.popups import Popup
from headrace_gui.main_window import MainWindow
from headrace_gui.texts import on_language, translate, without_key


class Finishing(QObject):
    """Ties it to a window. `all_done` is what commands may ask."""

    def __init__(self, window: MainWindow, manager: DownloadManager, all_done: AllDone) -> None:
        super().__init__(window)
        self._window, self._manager, self.all_done = window, manager, all_done
        self._dialog: Any = None
        self._popup: Popup | None = None
        self.menu = DeedMenu(window)
        self.menu.aboutToShow.connect(self._ask)
        self.menu.chosen.connect(all_done.choose)
        window.actions_of[Act.WHEN_DONE].setMenu(self.menu)
        all_done.changed.connect(self._show)
        all_done.refused.connect(lambda deed, why: window.show_message(refused_sentence(deed, why)))
        window.closed.connect(all_done.stop)
        on_language(window.status, lambda: self._show_plan(all_done.standing.deed))

    def _ask(self) -> None:
        """Find out what the machine can do, and offer it; the menu is up already."""
        self.all_done.able().add_done_callback(lambda asked: self._manager.post(lambda: self._take(asked)))

    def _take(self, asked: Future[frozenset[Deed]]) -> None:
        self.menu.offer(asked.result())

    def _show(self, standing: Standing) -> None:
        self._show_plan(standing.deed)
        if standing.left is None:
            self._end()
        elif self._dialog is None:
            self._begin(standing)
        else:
            self._dialog.show_left(standing.deed, standing.left)

    def _show_plan(self, deed: Deed) -> None:
        self.menu.show_deed(deed)
        text = translate("Status", "When done: {deed}").format(deed=without_key(deed_name(deed)))
        self._window.status.show_plan("" if deed is Deed.NOTHING else text)

    def _begin(self, standing: Standing) -> None:
        from headrace_gui.dialogs.countdown_dialog import CountdownDialog  # noqa: PLC0415 - few ever see it

        is_seen = self._window.isActiveWindow()
        dialog = self._dialog = CountdownDialog(standing.deed, self._window)
        dialog.show_left(standing.deed, standing.left or 0)
        dialog.stopped.connect(self.all_done.stop)
        dialog.hastened.connect(self.all_done.hasten)
        dialog.show()
        dialog.raise_()
        dialog.activateWindow()
        if not is_seen:
            self._notify(standing)

    def _notify(self, standing: Standing) -> None:
        """Tell somebody who looks elsewhere, or has the window in the tray."""
        from headrace_gui.desktop.presence import Presence  # noqa: PLC0415 - made behind the window, if at all

        presence = self._window.presence
        if isinstance(presence, Presence):
            notifier = presence.notifier
            notifier.stop_wanted.connect(self.all_done.stop)
            self._popup = notifier.tell(countdown_note(countdown_sentence(standing.deed, standing.left or 0)))

    def _end(self) -> None:
        if self._dialog is not None:
            self._dialog.end()
            self._dialog = None
        if self._popup is not None:
            self._take_back(self._popup)
            self._popup = None

    def _take_back(self, popup: Popup) -> None:
        """Have the notification no longer say that something will happen."""
        from headrace_gui.desktop.presence import Presence  # noqa: PLC0415 - as above

        presence = self._window.presence
        if isinstance(presence, Presence):
            presence.notifier.stop_wanted.disconnect(self.all_done.stop)
            presence.notifier.tell(stopped_note(), popup)


def finishing_of(window: MainWindow, manager: DownloadManager, farewell: Farewell) -> Finishing:
    """Make it for the program with a window, which ends as by *Quit*."""
    return Finishing(window, manager, AllDone(manager, farewell, window.quit, window))
