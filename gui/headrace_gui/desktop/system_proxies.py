"""What the system's settings say of proxies, PAC files included where the system reads them. For worker threads.

On Linux the desktop's portal knows; Qt would give what the environment says, which counts only where that is chosen.
"""

import logging
import sys
from collections.abc import Sequence
from typing import Final

_LOG: Final = logging.getLogger(__name__)
_SECONDS: Final = 5.0
"""Given to a desktop that has to read a PAC file first."""


def system_proxies(address: str) -> Sequence[str]:
    """Return the proxies for an address, the best first, `direct://` for none; nothing where nothing is known."""
    if sys.platform in ("win32", "darwin"):
        return of_qt(address)
    try:
        return of_portal(address)
    except Exception as error:  # noqa: BLE001 - whatever a bus sends, there is then no proxy to be known
        _LOG.info("the desktop does not say which proxy to use: %s", type(error).__name__)
        return ()


def of_qt(address: str) -> Sequence[str]:
    """Ask Windows or macOS, which read PAC files themselves."""
    from PySide6.QtCore import QUrl  # noqa: PLC0415 - the library costs time, and is wanted where this is chosen
    from PySide6.QtNetwork import QNetworkProxy, QNetworkProxyFactory, QNetworkProxyQuery  # noqa: PLC0415 - as above

    kinds = {
        QNetworkProxy.ProxyType.HttpProxy: "http",
        QNetworkProxy.ProxyType.HttpCachingProxy: "http",
        QNetworkProxy.ProxyType.Socks5Proxy: "socks5h",
    }
    found = []
    for proxy in QNetworkProxyFactory.systemProxyForQuery(QNetworkProxyQuery(QUrl(address))):
        kind = kinds.get(proxy.type())
        found.append("direct://" if kind is None else f"{kind}://{proxy.hostName()}:{proxy.port()}")
    return found


def of_portal(address: str) -> Sequence[str]:
    """Ask the portal of a Linux desktop. Raises whatever the bus raises."""
    from jeepney import DBusAddress, MessageType, new_method_call  # noqa: PLC0415 - there on Linux alone
    from jeepney.io.blocking import open_dbus_connection  # noqa: PLC0415 - as above

    from headrace_gui.desktop.bus import session_address  # noqa: PLC0415 - as above

    where = session_address()
    if not where:
        return ()
    portal = DBusAddress(
        "/org/freedesktop/portal/desktop", "org.freedesktop.portal.Desktop", "org.freedesktop.portal.ProxyResolver"
    )
    with open_dbus_connection(where, auth_timeout=_SECONDS) as bus:
        answer = bus.send_and_get_reply(new_method_call(portal, "Lookup", "s", (address,)), timeout=_SECONDS)
    if answer.header.message_type is not MessageType.method_return:
        return ()
    return [str(each) for each in answer.body[0]]
