"""Opens the settings of a window, one dialog at most; they are loaded when they are wanted for the first time."""

from collections.abc import Generator
from typing import Any, Final

from headrace.manager import DownloadManager
from headrace.profile import Profile, usual_folder
from PySide6.QtCore import QObject, Qt, QTimer

from headrace_gui.icons import IconSet
from headrace_gui.main_window import MainWindow
from headrace_gui.preferences import PreferenceKeeper
from headrace_gui.steps import Steps
from headrace_gui.theme import Theme

_SOON_MS: Final = 1
"""Another turn of the event loop than that in which a menu closes."""
_TURN: Final = 0.006
"""Seconds, and one step more, between two looks at the event loop while the dialog is made."""


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
        self._dialog: Any = None
        """The SettingsDialog that is open."""
        self._wants_rules = False
        self._making = Steps(self, seconds=_TURN)

    def open_rules(self) -> None:
        """Show the settings at the page of rules and categories."""
        self._wants_rules = True
        self.open()

    def open(self) -> None:
        """Show the settings, in several turns of the event loop."""
        if self._dialog is None:
            QTimer.singleShot(_SOON_MS, self, self._begin)
        elif not self._making.busy:
            self._show(self._dialog)

    def _begin(self) -> None:
        if self._dialog is None and not self._making.busy:
            self._making.start(self._make())

    def _show(self, dialog: Any) -> None:
        dialog.show()
        dialog.raise_()
        dialog.activateWindow()
        if self._wants_rules:
            from headrace_gui.settings_pages.entry import Page  # noqa: PLC0415 - see the module

            self._wants_rules = False
            dialog.show_page(Page.RULES)

    def _make(self) -> Generator[None, None, None]:
        from headrace_gui.desktop.autostart import Autostart, own_command  # noqa: PLC0415 - see the module
        from headrace_gui.dialogs.settings_dialog import Computer, SettingsDialog  # noqa: PLC0415 - see the module

        folder = None if self._profile.folder == usual_folder() else self._profile.folder
        autostart = Autostart(own_command(folder), profile=folder)
        computer = Computer(self._profile, autostart, self._window.background)
        yield
        dialog = SettingsDialog(self._manager, self._keeper, self._theme, self._icons, computer, self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._dialog = dialog
        dialog.destroyed.connect(self._forget)
        yield
        yield from dialog.making()
        self._show(dialog)

    def _forget(self) -> None:
        self._dialog = None
