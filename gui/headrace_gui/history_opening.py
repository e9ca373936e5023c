"""Opens the history of a window, one dialog at most; it is loaded when it is wanted for the first time."""

from headrace.manager import DownloadManager
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QDialog

from headrace_gui.action_table import Act
from headrace_gui.icons import IconSet
from headrace_gui.main_window import MainWindow
from headrace_gui.theme import Theme


class HistoryOpening(QObject):
    """Makes the dialog and brings the one that is open to the front."""

    def __init__(self, window: MainWindow, manager: DownloadManager, theme: Theme, icons: IconSet) -> None:
        super().__init__(window)
        self._window, self._manager, self._look = window, manager, (theme, icons)
        self._dialog: QDialog | None = None
        window.actions_of[Act.HISTORY].triggered.connect(self.open)

    def open(self) -> None:
        """Show the history."""
        if self._dialog is None:
            from headrace_gui.history.history_dialog import HistoryDialog  # noqa: PLC0415 - wanted by few

            window = self._window
            self._dialog = HistoryDialog(self._manager, window.background, self._look, window.adding.open_soon, window)
            self._dialog.destroyed.connect(self._forget)
        self._dialog.show()
        self._dialog.raise_()
        self._dialog.activateWindow()

    def _forget(self) -> None:
        self._dialog = None
