"""Commands, a webhook and a watched folder, while the settings say so; nothing of it is loaded before."""

from typing import Any

from headrace.manager import DownloadManager
from headrace.settings import Settings
from PySide6.QtCore import QObject

from headrace_gui.main_window import MainWindow
from headrace_gui.texts import translate


class Automatic(QObject):
    """Begins when one of them is wanted for the first time, ends with the window."""

    def __init__(self, window: MainWindow, manager: DownloadManager) -> None:
        super().__init__(window)
        self._window, self._manager = window, manager
        manager.settings_changed.connect(self._follow)
        self._follow(manager.settings)

    def _follow(self, settings: Settings) -> None:
        commands = settings.command_finished, settings.command_failed, settings.command_idle
        if not (any(commands) or settings.webhook or settings.watch_folder):
            return
        self._manager.settings_changed.disconnect(self._follow)
        from headrace.automation.automation import Automation  # noqa: PLC0415 - few want it

        self._automation = Automation(self._manager, self._complain)  # a signal alone keeps nothing
        self._window.closed.connect(lambda: self._automation.close(1.0))

    def _complain(self, trouble: Any, what: str, why: str) -> None:
        sentences = {
            "command": translate("Window", "The command {what} could not be run: {why}."),
            "webhook": translate("Window", "{what} could not be told what happens: {why}."),
            "list": translate("Window", "The list {what} could not be added: {why}."),
        }
        self._window.show_message(sentences[trouble.value].format(what=what, why=why))
