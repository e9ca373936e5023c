"""Rerouting: what runs takes another way out as soon as the settings name one, with its bytes kept."""

from headrace.manager import DownloadManager
from headrace.settings import Settings
from headrace.states import RUNNING


class Rerouting:
    """Lives in the manager's thread. Who ties downloads to a VPN, or chooses a proxy, means those that run too."""

    def __init__(self, manager: DownloadManager) -> None:
        self._manager, self._net = manager, manager.settings.net
        manager.settings_changed.connect(self._follow)

    def _follow(self, settings: Settings) -> None:
        if settings.net == self._net:
            return
        self._net = settings.net
        running = self._manager.ids_in(RUNNING)
        self._manager.pause(running)
        self._manager.resume(running)
