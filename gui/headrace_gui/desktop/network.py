"""Whether there is a network, as the system knows it. Told when it changes; nobody asks again and again."""

from headrace.manager import DownloadManager
from PySide6.QtCore import QObject, Signal
from PySide6.QtNetwork import QNetworkInformation

_ONLINE = QNetworkInformation.Reachability.Online
_LOCAL = (QNetworkInformation.Reachability.Local, QNetworkInformation.Reachability.Site)


def system_network() -> QNetworkInformation | None:
    """Have Qt load what knows of the network here, some 20 ms; None where there is nothing of the kind."""
    known = QNetworkInformation.loadBackendByFeatures(QNetworkInformation.Feature.Reachability)
    return QNetworkInformation.instance() if known else None


def heed_network(system: QNetworkInformation | None, manager: DownloadManager) -> None:
    """Have the engine know from now on whether the network counts bytes, or is behind a captive portal."""
    if system is None:
        return
    if system.supports(QNetworkInformation.Feature.Metered):
        system.isMeteredChanged.connect(lambda metered: manager.heed(metered=metered))
        manager.heed(metered=system.isMetered())
    if system.supports(QNetworkInformation.Feature.CaptivePortal):
        system.isBehindCaptivePortalChanged.connect(lambda portal: manager.heed(portal=portal))
        manager.heed(portal=system.isBehindCaptivePortal())


class NetworkState(QObject):
    """Follows the system's own knowledge; knows nothing where it has none."""

    changed = Signal(object)
    """True where there is a network, False where there is none, None where that is not known."""

    def __init__(self, system: QNetworkInformation | None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._system = system
        if self._system is not None:
            self._system.reachabilityChanged.connect(lambda _state: self.changed.emit(self.is_online))

    @property
    def is_online(self) -> bool | None:
        """Whether there is a network; a local one counts, for servers are there too."""
        state = self._system.reachability() if self._system is not None else QNetworkInformation.Reachability.Unknown
        if state is QNetworkInformation.Reachability.Unknown:
            return None
        return state is _ONLINE or state in _LOCAL
