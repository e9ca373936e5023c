"""The network's state: what the system says, in the words of the status bar."""

from typing import cast

import pytest
from headrace.manager import DownloadManager
from headrace_gui.desktop.network import NetworkState, heed_network
from headrace_gui.main_window import MainWindow
from PySide6.QtCore import QObject, Signal
from PySide6.QtNetwork import QNetworkInformation

_R, _M = QNetworkInformation.Reachability, QNetworkInformation.TransportMedium


class System(QObject):
    """Stands in for what the system knows."""

    reachabilityChanged = Signal(object)  # noqa: N815 - Qt's name

    def __init__(self, state: QNetworkInformation.Reachability) -> None:
        super().__init__()
        self.state = state

    def reachability(self) -> QNetworkInformation.Reachability:
        return self.state


@pytest.mark.parametrize(
    ("state", "online"),
    [(_R.Online, True), (_R.Site, True), (_R.Local, True), (_R.Disconnected, False), (_R.Unknown, None)],
)
def test_what_the_system_says(state: QNetworkInformation.Reachability, online: bool | None) -> None:
    network = NetworkState(System(state))  # type: ignore[arg-type]  # all of it that is asked
    assert network.is_online is online


def test_where_nothing_is_known() -> None:
    assert NetworkState(None).is_online is None


def test_the_status_bar_says_it_in_words_and_by_shape(window: MainWindow) -> None:
    assert not window.status._network.isVisible()
    window.status.show_network(True)
    assert window.status._network.text() == "● Online"
    window.status.show_network(False)
    assert window.status._network.text() == "○ Offline"
    window.status.show_network(None)
    assert not window.status._network.isVisible()


class Metered(System):
    """Knows besides whether bytes are counted, and whether a login is wanted."""

    isMeteredChanged = Signal(bool)  # noqa: N815 - Qt's name
    isBehindCaptivePortalChanged = Signal(bool)  # noqa: N815 - Qt's name
    transportMediumChanged = Signal(object)  # noqa: N815 - Qt's name

    def supports(self, features: QNetworkInformation.Feature) -> bool:
        known = QNetworkInformation.Feature
        return bool(features & (known.Metered | known.CaptivePortal | known.TransportMedium))

    def transportMedium(self) -> QNetworkInformation.TransportMedium:
        return _M.Ethernet

    def isMetered(self) -> bool:
        return True

    def isBehindCaptivePortal(self) -> bool:
        return False


class Heeding:
    """Notes what an engine is told."""

    def __init__(self) -> None:
        self.told: list[dict[str, object]] = []

    def heed(self, **circumstances: object) -> None:
        self.told.append(circumstances)


def test_the_engine_knows_what_kind_of_network_there_is() -> None:
    system, engine = Metered(_R.Online), Heeding()
    heed_network(cast(QNetworkInformation, system), cast(DownloadManager, engine))
    system.isMeteredChanged.emit(False)
    system.isBehindCaptivePortalChanged.emit(True)
    changes = [{"metered": False}, {"portal": True}]
    assert engine.told == [{"kind": "ethernet"}, {"metered": True}, {"portal": False}, *changes]


@pytest.mark.parametrize(
    ("medium", "kind"),
    [(_M.WiFi, "wifi"), (_M.Cellular, "cellular"), (_M.Bluetooth, "other"), (_M.Unknown, "other")],
)
def test_the_engine_knows_what_carries_the_network(medium: QNetworkInformation.TransportMedium, kind: str) -> None:
    system, engine = Metered(_R.Online), Heeding()
    heed_network(cast(QNetworkInformation, system), cast(DownloadManager, engine))
    system.transportMediumChanged.emit(medium)
    assert engine.told[-1] == {"kind": kind}


def test_where_no_system_says_so_nothing_is_held() -> None:
    engine = Heeding()
    heed_network(None, cast(DownloadManager, engine))
    assert engine.told == []
