"""What the actions do to downloads: asks the manager, tells the person, offers to undo."""

from collections.abc import Callable, Sequence
from typing import Final

from headrace.categories import USUAL
from headrace.filters import Category, extension_of
from headrace.manager import DownloadManager
from headrace.snapshots import DownloadSnapshot
from headrace.states import DownloadState
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from headrace_gui import words
from headrace_gui.action_table import Act
from headrace_gui.actions import Actions, allowable, endable, finished, pausable, resumable, startable
from headrace_gui.background import Background
from headrace_gui.desktop.file_opening import open_path, show_in_folder
from headrace_gui.dialogs.on_demand import ask_delete
from headrace_gui.downloads.choice import Choice
from headrace_gui.downloads.row_buttons import RowButton
from headrace_gui.downloads.table_view import DownloadTableView
from headrace_gui.texts import translate
from headrace_gui.toast import ToastArea

_AT_ONCE: Final = 20
"""Files or folders opened together at most: each takes a thread, and most of them a program of their own."""
_STARTERS: Final = frozenset(
    (
        "action app appinstaller application appref-ms appxbundle chm cmd command cpl csh desktop fish gadget hta inf "
        "inetloc fileloc jnlp js jse kdesktop ksh lnk msc msixbundle msp mst pif pl psm1 pyc pyw pyz pyzw rb reg scf "
        "scpt scptd scr settingcontent-ms terminal tool url vb vbe vbs webloc workflow ws wsc wsf wsh xll zsh"
    ).split()
)
"""Endings, besides those of programs, of what a desktop would start, install or follow elsewhere when it is opened."""


class DownloadCommands(QObject):
    """Carries out actions on the chosen downloads."""

    readdress_wanted = Signal(object)
    """The snapshot of a download that needs another address."""
    login_wanted = Signal(object)
    """The snapshot of a download that failed for want of a login."""
    cookies_wanted = Signal(object)
    """The snapshot of a download whose cookies are no longer known."""
    certificate_wanted = Signal(object)
    """The snapshot of a download that failed over a certificate."""

    def __init__(
        self,
        manager: DownloadManager,
        table: DownloadTableView,
        toasts: ToastArea,
        background: Background,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._manager, self._table, self._toasts = manager, table, toasts
        self._background, self._window = background, parent

    def connect_to(self, actions: Actions) -> None:
        """Let the actions call this."""
        calls: dict[Act, Callable[[], object]] = {
            Act.RESUME: self.resume,
            Act.START_NOW: lambda: self._manager.start_now(startable(self._table.selected().samples())),
            Act.ALLOW: lambda: self._manager.allow(allowable(self._table.selected().samples())),
            Act.END: lambda: self._manager.end(endable(self._table.selected().samples())),
            Act.PAUSE: self.pause,
            Act.TOGGLE: self.toggle,
            Act.REMOVE: self.remove,
            Act.TRASH: self.remove_with_files,
            Act.DELETE: self.ask_delete,
            Act.MOVE_UP: lambda: self.move(-1),
            Act.MOVE_DOWN: lambda: self.move(1),
            Act.TOP: lambda: self._manager.changes.to_top(self._table.selected_ids()),
            Act.BOTTOM: lambda: self._manager.changes.to_bottom(self._table.selected_ids()),
            Act.VERIFY: self.verify,
            Act.FETCH_AGAIN: self.fetch_again,
            Act.CLEAR_FINISHED: self.clear_finished,
            Act.OPEN: self.open,
            Act.SHOW: self.show,
            Act.COPY: self.copy,
            Act.SELECT_ALL: self._table.selectAll,
            Act.PAUSE_ALL: self._manager.pause_all,
            Act.RESUME_ALL: self._manager.resume_all,
        }
        for act, call in calls.items():
            actions[act].triggered.connect(_without_argument(call))

    def press(self, download_id: str, button: RowButton) -> None:
        """Carry out what a row's button stands for."""
        snapshot = self._manager.snapshot(download_id)
        if snapshot is None:
            return
        calls: dict[RowButton, Callable[[], object]] = {
            RowButton.SHOW: lambda: self._show(snapshot),
            RowButton.OPEN: lambda: self._open(snapshot),
            RowButton.PAUSE: lambda: self._manager.pause([download_id]),
            RowButton.END: lambda: self._manager.end([download_id]),
            RowButton.FETCH_AGAIN: lambda: self._manager.changes.fetch_again([download_id]),
            RowButton.READDRESS: lambda: self.readdress_wanted.emit(snapshot),
            RowButton.LOG_IN: lambda: self.login_wanted.emit(snapshot),
            RowButton.COOKIES: lambda: self.cookies_wanted.emit(snapshot),
            RowButton.CERTIFICATE: lambda: self.certificate_wanted.emit(snapshot),
            RowButton.HOST_KEY: lambda: self.certificate_wanted.emit(snapshot),
        }
        calls.get(button, lambda: self._manager.resume([download_id]))()

    def resume(self) -> None:
        """Resume, or try again, or try at once."""
        self._manager.resume(resumable(self._table.selected().samples()))

    def pause(self) -> None:
        """Pause what runs or waits."""
        self._manager.pause(pausable(self._table.selected().samples()))

    def toggle(self) -> None:
        """Pause if anything chosen runs or waits, else resume."""
        running = pausable(self._table.selected().samples())
        if running:
            self._manager.pause(running)
        else:
            self.resume()

    def remove(self) -> None:
        """Take off the list at once; a toast offers to undo it."""
        gone = self._table.selected()
        if gone:
            self._take_off(gone, translate("Commands", "Removed {what}"))

    def remove_with_files(self) -> None:
        """Take off the list at once, and put finished files in the trash; a toast offers to undo it."""
        gone = self._table.selected()
        if gone:
            self._take_off(gone, translate("Commands", "Moved {what} to the trash"), with_files=True)

    def ask_delete(self) -> None:
        """Ask, then take off the list and delete the files past the trash."""
        gone = self._table.selected()

        def delete() -> None:
            self._take_off(gone, translate("Commands", "Deleted {what}"), with_files=True, for_good=True)

        if gone:
            ask_delete(self._window, gone[0].name, len(gone), delete)

    def _take_off(self, gone: Choice, said: str, *, with_files: bool = False, for_good: bool = False) -> None:
        ids, row = gone.ids, self._table.row_to_choose_after(gone.ids)
        self._manager.remove(ids, with_files=with_files, for_good=for_good)
        self._table.choose_row(row)
        self._offer_undo(ids, said.format(what=_named(gone)))

    def _offer_undo(self, ids: Sequence[str], said: str) -> None:
        self._toasts.tell(said, translate("Commands", "Undo"), lambda: self._manager.restore(ids), is_undo=True)

    def clear_finished(self) -> None:
        """Take what is finished off the list; the files stay where they are."""
        ids = self._manager.changes.clear_finished()
        if ids:
            what = words.downloads(len(ids))
            self._offer_undo(ids, translate("Commands", "Removed {what}").format(what=what))

    def verify(self) -> None:
        """Read finished files again and compare them with what proved them."""
        self._manager.changes.verify([each.id for each in finished(self._table.selected())])

    def fetch_again(self) -> None:
        """Fetch finished files anew that are no longer there."""
        self._manager.changes.fetch_again([each.id for each in finished(self._table.selected()) if each.is_missing])

    def move(self, places: int) -> None:
        """Move in line."""
        self._manager.move(self._table.selected_ids(), places)

    def open(self) -> None:
        """Open what is finished. Programs are shown in their folder: a slip of the hand must not start one."""
        for snapshot in self._at_most(finished(self._table.selected())):
            self._open(snapshot)

    def _at_most(self, wanted: Sequence[DownloadSnapshot]) -> Sequence[DownloadSnapshot]:
        """Return `wanted`, or nothing where they are too many to be opened together, and say so."""
        if len(wanted) <= _AT_ONCE:
            return wanted
        said = translate("Commands", "Too many at once. Choose at most {count}.")
        self._toasts.tell(said.format(count=words.number(_AT_ONCE)))
        return ()

    def _open(self, snapshot: DownloadSnapshot) -> None:
        if starts_something(snapshot.name):
            self._show(snapshot)
            said = translate("Commands", "{name} is a program, so it is shown rather than started")
            self._toasts.tell(said.format(name=snapshot.name))
        else:
            self._if_there(snapshot, lambda: open_path(snapshot.path))

    def open_one(self, download_id: str) -> None:
        """Open the file of a finished download."""
        snapshot = self._manager.snapshot(download_id)
        if snapshot is not None:
            self._open(snapshot)

    def show_one(self, download_id: str) -> None:
        """Show one in the file manager."""
        snapshot = self._manager.snapshot(download_id)
        if snapshot is not None:
            self._show(snapshot)

    def show(self) -> None:
        """Show in the file manager, a folder only once."""
        folders = {snapshot.folder: snapshot for snapshot in reversed(self._table.selected())}
        for snapshot in self._at_most([*folders.values()]):
            self._show(snapshot)

    def copy(self) -> None:
        """Copy the addresses to the clipboard."""
        addresses = [snapshot.address for snapshot in self._table.selected()]
        if addresses:
            QGuiApplication.clipboard().setText("\n".join(addresses))
            self._toasts.tell(translate("Commands", "Copied %Ln address(es)", "", len(addresses)))

    def _show(self, snapshot: DownloadSnapshot) -> None:
        if snapshot.state is DownloadState.COMPLETED:
            self._if_there(snapshot, lambda: show_in_folder(snapshot.path))
        else:
            self._try(lambda: open_path(snapshot.folder), str(snapshot.folder))

    def _if_there(self, snapshot: DownloadSnapshot, call: Callable[[], bool]) -> None:
        """Look in the background whether the file is still there."""

        def act(is_there: bool | None) -> None:  # noqa: FBT001 - what Path.exists returned
            if is_there:
                self._try(call, snapshot.name)
            else:
                self._manager.changes.look_for([snapshot.id])
                said = translate("Commands", "{name} is no longer in {folder}")
                self._toasts.tell(said.format(name=snapshot.name, folder=snapshot.folder))

        self._background.run(self, snapshot.path.exists, act)

    def _try(self, call: Callable[[], bool], what: str) -> None:
        if not call():
            said = translate("Commands", "{name} could not be opened: no program for it was found")
            self._toasts.tell(said.format(name=what))


def starts_something(name: str) -> bool:
    """Tell whether a desktop may start, install or follow a file of this name instead of showing what is in it."""
    return USUAL.of_name(name) is Category.PROGRAMS or extension_of(name) in _STARTERS


def _named(snapshots: Sequence[DownloadSnapshot]) -> str:
    return snapshots[0].name if len(snapshots) == 1 else words.downloads(len(snapshots))


def _without_argument(call: Callable[[], object]) -> Callable[[], object]:
    """Keep Qt from passing the action's tick on."""

    def slot(_checked: object = None) -> None:
        call()

    return slot
