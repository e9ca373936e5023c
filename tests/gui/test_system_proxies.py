"""What the desktop says of proxies: asked over a private bus, and never in the way where there is none."""

import sys
from collections.abc import Iterator

import pytest
from headrace_gui.desktop.system_proxies import of_qt, system_proxies
from PySide6.QtNetwork import QNetworkProxy, QNetworkProxyFactory

from tests.support.session_bus import PrivateBus, private_bus

ADDRESS = "https://example.org/a.iso"
ON_LINUX = pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="there is a message bus")


@pytest.fixture
def bus(monkeypatch: pytest.MonkeyPatch) -> Iterator[PrivateBus]:
    with private_bus() as made:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", made.address)
        yield made


@ON_LINUX
def test_the_portal_is_asked(bus: PrivateBus) -> None:
    said = ["http://proxy.example:3128", "direct://"]
    portal = bus.program("org.freedesktop.portal.Desktop", {"Lookup": lambda _asked: ("as", (said,))})
    assert list(system_proxies(ADDRESS)) == said
    assert portal.calls("Lookup") == [(ADDRESS,)]


@ON_LINUX
@pytest.mark.parametrize("is_there", [False, True])
def test_a_desktop_without_an_answer_names_none(bus: PrivateBus, is_there: bool) -> None:
    if is_there:
        bus.program("org.freedesktop.portal.Desktop")
    assert list(system_proxies(ADDRESS)) == []


@ON_LINUX
@pytest.mark.parametrize("where", ["", "unix:path=/no/such/bus", "nonsense"])
def test_no_bus_is_no_fault(monkeypatch: pytest.MonkeyPatch, where: str) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", where)
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
    assert list(system_proxies(ADDRESS)) == []


def test_what_qt_says_is_written_as_addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    kinds = QNetworkProxy.ProxyType
    found = [
        QNetworkProxy(kinds.HttpProxy, "h.example", 3128),
        QNetworkProxy(kinds.Socks5Proxy, "s.example", 1080),
        QNetworkProxy(kinds.NoProxy),
    ]
    monkeypatch.setattr(QNetworkProxyFactory, "systemProxyForQuery", lambda _query: found)
    assert list(of_qt(ADDRESS)) == ["http://h.example:3128", "socks5h://s.example:1080", "direct://"]
