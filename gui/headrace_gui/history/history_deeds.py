"""What can be done with entries of the history."""

from collections.abc import Callable, Sequence
from pathlib import Path

from headrace.history import HistoryEntry, HistoryQuery
from headrace.manager import DownloadManager
from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QWidget
from shiboken6 import isValid

from headrace_gui.background import Background
from headrace_gui.desktop.file_opening import open_path, show_in_folder
from headrace_gui.download_commands import starts_something
from headrace_gui.texts import translate
from headrace_gui.toast import ToastArea


class HistoryDeeds(QObject):
    """Does what touches a disk beside the window's thread, and says what came of it."""

    def __init__(
        self,
        manager: DownloadManager,
        background: Background,
        toasts: ToastArea,
        download: Callable[[list[str]], object],
        parent: QWidget,
    ) -> None:
        """`download` opens the dialog for adding with addresses in it."""
        super().__init__(parent)
        self._manager, self._background, self._toasts = manager, background, toasts
        self._download, self._dialog = download, parent

    def address(self, entry: HistoryEntry) -> str | None:
        """Return the address from which a download can be fetched again; None where a part of it is not known."""
        if not entry.is_masked:
            return entry.address
        spec = self._manager.spec(entry.download_id)
        return None if spec is None else spec.address

    def download_again(self, entries: Sequence[HistoryEntry]) -> None:
        """Offer to fetch these once more."""
        lines = [address for address in map(self.address, entries) if address is not None]
        if lines:
            self._download(lines)

    def copy(self, entries: Sequence[HistoryEntry]) -> None:
        """Copy the addresses, as far as they are known."""
        addresses = [self.address(entry) or entry.address for entry in entries]
        if addresses:
            QGuiApplication.clipboard().setText("\n".join(addresses))
            self._toasts.tell(translate("Commands", "Copied %Ln address(es)", "", len(addresses)))

    def open(self, entry: HistoryEntry) -> None:
        """Open the file; a program is shown in its folder."""
        if starts_something(entry.name):
            self.show(entry)
        else:
            self._if_there(entry.path, lambda: open_path(entry.path))

    def show(self, entry: HistoryEntry) -> None:
        """Show the file in the file manager, or its folder where it is gone."""

        def act(found: Path | None) -> None:
            if found is None:
                self._tell_gone(entry.path)
            elif not (show_in_folder(found) if found == entry.path else open_path(found)):
                self._tell_no_program(found.name)

        self._background.run(self, lambda: _there(entry.path), act)

    def _if_there(self, path: Path, call: Callable[[], bool]) -> None:
        def act(is_there: bool | None) -> None:  # noqa: FBT001 - what Path.exists returned
            if not is_there:
                self._tell_gone(path)
            elif not call():
                self._tell_no_program(path.name)

        self._background.run(self, path.exists, act)

    def _tell_gone(self, path: Path) -> None:
        said = translate("Commands", "{name} is no longer in {folder}")
        self._toasts.tell(said.format(name=path.name, folder=path.parent))

    def _tell_no_program(self, name: str) -> None:
        said = translate("Commands", "{name} could not be opened: no program for it was found")
        self._toasts.tell(said.format(name=name))

    def delete(self, entries: Sequence[HistoryEntry], shown: Callable[[list[int]], object]) -> None:
        """Delete entries for good; `shown` is told their numbers at once. Files stay where they are."""
        numbers = [entry.number for entry in entries]
        if numbers:
            shown(numbers)
            self._manager.history.delete(numbers, self._tell_fault)

    def clear(self, query: HistoryQuery) -> None:
        """Delete all that is meant for good."""
        self._manager.history.clear(query, self._tell_cleared)

    def _tell_cleared(self, gone: int, fault: str) -> None:
        self._tell_fault(fault)
        if not fault and isValid(self):
            self._toasts.tell(translate("History", "%Ln download(s) forgotten", "", gone))

    def _tell_fault(self, fault: str) -> None:
        if fault and isValid(self):
            self._toasts.tell(translate("History", "The history stays as it is: {why}").format(why=fault))

    def ask_export(self, query: HistoryQuery) -> None:
        """Ask where to write what is shown to."""
        dialog = QFileDialog(self._dialog, translate("History", "Export the history"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setNameFilters([translate("History", "Table (*.csv)"), translate("History", "JSON (*.json)")])
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setOption(QFileDialog.Option.DontConfirmOverwrite)  # it is never done
        dialog.setDefaultSuffix("csv")
        dialog.filterSelected.connect(lambda chosen: dialog.setDefaultSuffix("json" if "json" in chosen else "csv"))
        dialog.selectFile("headrace-history")
        dialog.fileSelected.connect(lambda name: self.export(query, Path(name)))
        dialog.open()

    def export(self, query: HistoryQuery, path: Path) -> None:
        """Write what is meant to a file that is not there yet."""

        def tell(fault: str) -> None:
            said = translate("History", "The history is in {name}")
            failed = translate("Lists", "{name} could not be written: {why}")
            if isValid(self):
                self._toasts.tell((failed if fault else said).format(name=path.name, why=fault))

        self._manager.history.export(query, path, tell)


def _there(path: Path) -> Path | None:
    """Return the file, or its folder where that alone is there."""
    return next((each for each in (path, path.parent) if each.exists()), None)
