"""Whether there is a network and of which kind, as the system knows it. Told when it changes; nobody asks again."""

import sys
from typing import Final

from headrace.manager import DownloadManager
from PySide6.QtCore import QCoreApplication, QObject, Signal
from PySide6.QtNetwork import QNetworkInformation

_ONLINE = QNetworkInformation.Reachability.Online
_LOCAL = (QNetworkInformation.Reachability.Local, QNetworkInformation.Reachability.Site)
_KINDS: Final = {
    QNetworkInformation.TransportMedium.WiFi: "wifi",
    QNetworkInformation.TransportMedium.Cellular: "cellular",
    QNetworkInformation.TransportMedium.Ethernet: "ethernet",
}


def system_network() -> QNetworkInformation | None:
    """Have Qt load what knows of the network here, some 20 ms; None where there is nothing of the kind."""
    known = QNetworkInformation.loadBackendByFeatures(QNetworkInformation.Feature.Reachability)
    return QNetworkInformation.instance() if known else None


def heed_network(system: QNetworkInformation | None, manager: DownloadManager) -> None:
    """Have the engine know from now on which network there is, and whether it is behind a captive portal."""
    if system is None:
        return
    if system.supports(QNetworkInformation.Feature.TransportMedium):
        system.transportMediumChanged.connect(lambda medium: manager.heed(kind=_kind_of(medium)))
        manager.heed(kind=_kind_of(system.transportMedium()))
    if system.supports(QNetworkInformation.Feature.Metered):
        system.isMeteredChanged.connect(lambda metered: manager.heed(metered=metered))
        manager.heed(metered=system.isMetered())
    if system.supports(QNetworkInformation.Feature.CaptivePortal):
        system.isBehindCaptivePortalChanged.connect(lambda portal: manager.heed(portal=portal))
        manager.heed(portal=system.isBehindCaptivePortal())


def heed_name(manager: DownloadManager) -> None:
    """Have the engine know from now on what the network is called, where NetworkManager says it."""
    if sys.platform != "linux":
        return
    from headrace_gui.desktop.bus import Bus, system_address  # noqa: PLC0415 - there on Linux alone
    from headrace_gui.desktop.network_name import NetworkName  # noqa: PLC0415 - as above

    bus = Bus(system_address(), manager)
    app = QCoreApplication.instance()
    if app is not None:
        app.aboutToQuit.connect(bus.close)
    NetworkName(bus, lambda name: manager.heed(name=name), bus)


def follow_network(manager: DownloadManager) -> None:
    """Have the engine know from now on all that the system says of the network; some 20 ms."""
    heed_network(system_network(), manager)
    heed_name(manager)


def _kind_of(medium: QNetworkInformation.TransportMedium) -> str:
    return _KINDS.get(medium, "other")


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
