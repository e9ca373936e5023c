"""Opens the settings of a window, one dialog at most; they are loaded when they are wanted for the first time."""

from collections.abc import Callable

from headrace.manager import DownloadManager
from headrace.profile import Profile, usual_folder
from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QDialog

from headrace_gui.icons import IconSet
from headrace_gui.main_window import MainWindow
from headrace_gui.preferences import PreferenceKeeper
from headrace_gui.theme import Theme


class SettingsOpening(QObject):
    """Makes the settings dialog and brings the one that is open to the front."""

    def __init__(
        self,
        window: MainWindow,
        manager: DownloadManager,
        keeper: PreferenceKeeper,
        theme: Theme,
        icons: IconSet,
        profile: Profile,
    ) -> None:
        super().__init__(window)
        self._window, self._manager, self._keeper = window, manager, keeper
        self._theme, self._icons, self._profile = theme, icons, profile
        self._dialog: QDialog | None = None

    def open(self) -> None:
        """Show the settings."""
        if self._dialog is None:
            self._dialog, prepare = self._make()
            self._dialog.destroyed.connect(self._forget)
            prepare(self._show)
        else:
            self._show()

    def _show(self) -> None:
        if self._dialog is None:
            return
        self._dialog.show()
        self._dialog.raise_()
        self._dialog.activateWindow()

    def _make(self) -> tuple[QDialog, Callable[[Callable[[], object]], object]]:
        """Return the dialog, and what builds it and then calls what is handed to it."""
        from headrace_gui.desktop.autostart import Autostart, own_command  # noqa: PLC0415 - see the module
        from headrace_gui.dialogs.settings_dialog import Computer, SettingsDialog  # noqa: PLC0415 - see the module

        folder = None if self._profile.folder == usual_folder() else self._profile.folder
        autostart = Autostart(own_command(folder), profile=folder)
        computer = Computer(self._profile, autostart, self._window.background)
        dialog = SettingsDialog(self._manager, self._keeper, self._theme, self._icons, computer, self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        return dialog, dialog.prepare

    def _forget(self) -> None:
        self._dialog = None
