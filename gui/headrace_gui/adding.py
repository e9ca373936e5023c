"""The ways addresses come in: dialog, clipboard and drop end in one dialog; the command line needs none."""

from collections.abc import Iterable, Sequence

from headrace.manager import DownloadManager
from headrace.spec import DownloadSpec
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from headrace_gui.background import Background
from headrace_gui.dialogs.add_dialog import AddDialog
from headrace_gui.drops import addresses_of
from headrace_gui.icons import IconSet
from headrace_gui.theme import Theme


class Adding(QObject):
    """Opens the add dialog of a window, at most one at a time."""

    added = Signal(list)
    """The ids of what was added."""

    def __init__(
        self, manager: DownloadManager, background: Background, theme: Theme, icons: IconSet, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._manager = manager
        self._parts = (manager, background, theme, icons, parent)
        self.dialog: AddDialog | None = None

    def open(self, addresses: Iterable[str] = ()) -> AddDialog:
        """Open the dialog, or bring the one that is open to the front, with these addresses in it."""
        if self.dialog is None:
            self.dialog = AddDialog(*self._parts)
            self.dialog.added.connect(self.added)
            self.dialog.finished.connect(self._forget)
        self.dialog.take(addresses)
        self.dialog.show()
        self.dialog.raise_()
        self.dialog.activateWindow()
        return self.dialog

    def add_at_once(self, addresses: Sequence[str]) -> None:
        """Add what the command line brought, once the stored list is known: scripts press no button."""
        if not addresses:
            return
        if not self._manager.is_loaded:
            self._manager.loaded.connect(lambda: self.add_at_once(addresses), Qt.ConnectionType.SingleShotConnection)
            return
        folder = self._manager.settings.download_folder
        self.added.emit(self._manager.add([DownloadSpec(address, folder) for address in addresses]))

    def open_with_clipboard(self) -> None:
        """Open the dialog with the addresses on the clipboard in it, if there are any."""
        self.open(self._on_clipboard())

    def paste(self) -> bool:
        """Open the dialog with the addresses on the clipboard; False where there are none."""
        addresses = self._on_clipboard()
        if addresses:
            self.open(addresses)
        return bool(addresses)

    def _on_clipboard(self) -> list[str]:
        return addresses_of(QGuiApplication.clipboard().mimeData())

    def _forget(self) -> None:
        self.dialog = None
