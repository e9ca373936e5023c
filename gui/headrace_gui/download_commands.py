"""What the actions do to downloads: asks the manager, tells the person, offers to undo."""

from collections.abc import Callable, Iterable, Sequence

from headrace.filters import Category, category_of
from headrace.manager import DownloadManager
from headrace.snapshots import DownloadSnapshot
from headrace.states import DownloadState
from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from headrace_gui import words
from headrace_gui.actions import Act, Actions, allowable, endable, pausable, resumable
from headrace_gui.background import Background
from headrace_gui.desktop.file_opening import open_path, show_in_folder
from headrace_gui.dialogs.questions import ask_delete
from headrace_gui.downloads.row_buttons import RowButton
from headrace_gui.downloads.table_view import DownloadTableView
from headrace_gui.toast import ToastArea


class DownloadCommands(QObject):
    """Carries out actions on the chosen downloads."""

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
            Act.ALLOW: lambda: self._manager.allow(allowable(self._table.selected())),
            Act.END: lambda: self._manager.end(endable(self._table.selected())),
            Act.PAUSE: self.pause,
            Act.TOGGLE: self.toggle,
            Act.REMOVE: self.remove,
            Act.DELETE: self.ask_delete,
            Act.MOVE_UP: lambda: self.move(-1),
            Act.MOVE_DOWN: lambda: self.move(1),
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
        if button is RowButton.SHOW:
            self._show(snapshot)
        elif button is RowButton.PAUSE:
            self._manager.pause([download_id])
        else:
            self._manager.resume([download_id])

    def resume(self) -> None:
        """Resume, or try again, or try at once."""
        self._manager.resume(resumable(self._table.selected()))

    def pause(self) -> None:
        """Pause what runs or waits."""
        self._manager.pause(pausable(self._table.selected()))

    def toggle(self) -> None:
        """Pause if anything chosen runs or waits, else resume."""
        running = pausable(self._table.selected())
        if running:
            self._manager.pause(running)
        else:
            self.resume()

    def remove(self) -> None:
        """Take off the list at once; a toast offers to undo it."""
        gone = self._table.selected()
        if gone:
            self._take_off(gone, with_files=False)

    def _take_off(self, gone: Sequence[DownloadSnapshot], *, with_files: bool) -> None:
        ids, row = [snapshot.id for snapshot in gone], self._table.row_to_choose_after(gone)
        self._manager.remove(ids, with_files=with_files)
        self._table.choose_row(row)
        verb = "Deleted" if with_files else "Removed"
        self._toasts.tell(f"{verb} {_named(gone)}", "Undo", lambda: self._manager.restore(ids))

    def ask_delete(self) -> None:
        """Ask, then take off the list with the files."""
        gone = self._table.selected()
        if gone:
            ask_delete(self._window, [each.name for each in gone], lambda: self._take_off(gone, with_files=True))

    def move(self, places: int) -> None:
        """Move in line."""
        self._manager.move(self._table.selected_ids(), places)

    def open(self) -> None:
        """Open what is finished. Programs are shown in their folder: a slip of the hand must not start one."""
        for snapshot in _finished(self._table.selected()):
            self._open(snapshot)

    def _open(self, snapshot: DownloadSnapshot) -> None:
        if category_of(snapshot.name) is Category.PROGRAMS:
            self._show(snapshot)
            self._toasts.tell(f"{snapshot.name} is a program, so it is shown rather than started")
        else:
            self._if_there(snapshot, lambda: open_path(snapshot.path))

    def show(self) -> None:
        """Show in the file manager, a folder only once."""
        folders = {snapshot.folder: snapshot for snapshot in reversed(self._table.selected())}
        for snapshot in folders.values():
            self._show(snapshot)

    def copy(self) -> None:
        """Copy the addresses to the clipboard."""
        addresses = [snapshot.address for snapshot in self._table.selected()]
        if addresses:
            QGuiApplication.clipboard().setText("\n".join(addresses))
            self._toasts.tell(f"Copied {words.counted(len(addresses), 'address', 'addresses')}")

    def _show(self, snapshot: DownloadSnapshot) -> None:
        if snapshot.state is DownloadState.COMPLETED:
            self._if_there(snapshot, lambda: show_in_folder(snapshot.path))
        else:
            self._try(lambda: open_path(snapshot.folder), "This folder")

    def _if_there(self, snapshot: DownloadSnapshot, call: Callable[[], bool]) -> None:
        """Look in the background whether the file is still there."""

        def act(is_there: bool | None) -> None:  # noqa: FBT001 - what Path.exists returned
            if is_there:
                self._try(call, snapshot.name)
            else:
                self._toasts.tell(f"{snapshot.name} is no longer in {snapshot.folder}")

        self._background.run(self, snapshot.path.exists, act)

    def _try(self, call: Callable[[], bool], what: str) -> None:
        if not call():
            self._toasts.tell(f"{what} could not be opened: no program for it was found")


def _finished(snapshots: Iterable[DownloadSnapshot]) -> list[DownloadSnapshot]:
    return [snapshot for snapshot in snapshots if snapshot.state is DownloadState.COMPLETED]


def _named(snapshots: Sequence[DownloadSnapshot]) -> str:
    return snapshots[0].name if len(snapshots) == 1 else words.counted(len(snapshots), "download")


def _without_argument(call: Callable[[], object]) -> Callable[[], object]:
    """Keep Qt from passing the action's tick on."""

    def slot(_checked: object = None) -> None:
        call()

    return slot
