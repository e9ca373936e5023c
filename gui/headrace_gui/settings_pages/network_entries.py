"""The settings of the way to servers."""

from typing import Final

from headrace_gui.settings_pages.entry import Choice, Entry, Home, Kind, Page
from headrace_gui.texts import QT_TRANSLATE_NOOP

_OUT: Final = QT_TRANSLATE_NOOP("Settings", "Way out")
_TRUST: Final = QT_TRANSLATE_NOOP("Settings", "Trust")
_LOGINS: Final = QT_TRANSLATE_NOOP("Settings", "Logins")
_HOSTS: Final = QT_TRANSLATE_NOOP("Settings", "Single servers")
_WAY: Final = QT_TRANSLATE_NOOP("Settings", "Proxy")

NETWORK: Final = (
    Entry(
        "proxy",
        Page.CONNECTIONS,
        Home.ENGINE,
        Kind.PROXY,
        QT_TRANSLATE_NOOP("Settings", "Reach servers"),
        QT_TRANSLATE_NOOP(
            "Settings",
            "Proxies speak HTTP, HTTPS, SOCKS4 or SOCKS5; socks5h:// and socks4a:// look names up themselves."
            " A password is never saved with the settings.",
        ),
        _WAY,
        QT_TRANSLATE_NOOP("Settings", "proxy, SOCKS, SOCKS5, tunnel, PAC, company, Tor, VPN, network"),
    ),
    Entry(
        "no_proxy",
        Page.CONNECTIONS,
        Home.ENGINE,
        Kind.WORDS,
        QT_TRANSLATE_NOOP("Settings", "Not by the proxy"),
        QT_TRANSLATE_NOOP(
            "Settings",
            "Servers that are reached directly: names with all below them, networks such as 10.0.0.0/8,"
            " <local> for names without a dot.",
        ),
        _WAY,
        QT_TRANSLATE_NOOP("Settings", "exception, bypass, intranet, local, no proxy"),
        none_text=QT_TRANSLATE_NOOP("Settings", "None"),
    ),
    Entry(
        "host_rules",
        Page.CONNECTIONS,
        Home.ENGINE,
        Kind.HOSTS,
        QT_TRANSLATE_NOOP("Settings", "Hosts"),
        QT_TRANSLATE_NOOP(
            "Settings",
            "Connections, speed, pauses, user agent, referrer, headers and proxy of single servers,"
            " and what was learnt of them.",
        ),
        _HOSTS,
        QT_TRANSLATE_NOOP(
            "Settings", "rule, server, site, domain, user agent, referer, header, limit, polite, retry, memory"
        ),
    ),
    Entry(
        "binding",
        Page.CONNECTIONS,
        Home.ENGINE,
        Kind.WORDS,
        QT_TRANSLATE_NOOP("Settings", "Only by this network"),
        QT_TRANSLATE_NOOP(
            "Settings",
            "An address or an interface of this computer, such as tun0 of a VPN. While it is gone, downloads wait."
            " Names are still looked up as the system does.",
        ),
        _OUT,
        QT_TRANSLATE_NOOP("Settings", "VPN, bind, interface, network card, adapter, source address, kill switch"),
        none_text=QT_TRANSLATE_NOOP("Settings", "Any"),
    ),
    Entry(
        "ip_version",
        Page.CONNECTIONS,
        Home.ENGINE,
        Kind.CHOICE,
        QT_TRANSLATE_NOOP("Settings", "Version of IP"),
        QT_TRANSLATE_NOOP("Settings", "Which addresses of servers are connected to."),
        _OUT,
        QT_TRANSLATE_NOOP("Settings", "IPv4, IPv6, address, protocol"),
        choices=(
            Choice("any", QT_TRANSLATE_NOOP("Settings", "Both")),
            Choice("4", QT_TRANSLATE_NOOP("Settings", "IPv4 only")),
            Choice("6", QT_TRANSLATE_NOOP("Settings", "IPv6 only")),
        ),
    ),
    Entry(
        "ca_file",
        Page.CONNECTIONS,
        Home.ENGINE,
        Kind.FILE,
        QT_TRANSLATE_NOOP("Settings", "Further certificates"),
        QT_TRANSLATE_NOOP(
            "Settings", "A PEM file with authorities that secure servers are trusted by, such as your company's."
        ),
        _TRUST,
        QT_TRANSLATE_NOOP("Settings", "TLS, SSL, https, CA, authority, security"),
        none_text=QT_TRANSLATE_NOOP("Settings", "None besides the system's"),
    ),
    Entry(
        "tls_minimum",
        Page.CONNECTIONS,
        Home.ENGINE,
        Kind.CHOICE,
        QT_TRANSLATE_NOOP("Settings", "Oldest version of TLS"),
        QT_TRANSLATE_NOOP("Settings", "Servers that speak older ones alone are not connected to."),
        _TRUST,
        QT_TRANSLATE_NOOP("Settings", "SSL, https, security, encryption, protocol"),
        choices=(
            Choice("1.2", QT_TRANSLATE_NOOP("Settings", "TLS 1.2")),
            Choice("1.3", QT_TRANSLATE_NOOP("Settings", "TLS 1.3")),
        ),
    ),
    Entry(
        "trusted_certificates",
        Page.CONNECTIONS,
        Home.ENGINE,
        Kind.WORDS,
        QT_TRANSLATE_NOOP("Settings", "Trusted in spite of faults"),
        QT_TRANSLATE_NOOP(
            "Settings",
            "Written as example.org=SHA-256 of its certificate, or sftp://example.org=SHA256:… of its host key; what"
            " you trust in a download's dialog is here, too. Delete an entry to trust it no more.",
        ),
        _TRUST,
        QT_TRANSLATE_NOOP("Settings", "exception, self-signed, fingerprint, pin, certificate, security"),
        none_text=QT_TRANSLATE_NOOP("Settings", "None"),
    ),
    Entry(
        "client_certificates",
        Page.CONNECTIONS,
        Home.ENGINE,
        Kind.WORDS,
        QT_TRANSLATE_NOOP("Settings", "Your own certificates"),
        QT_TRANSLATE_NOOP(
            "Settings", "Shown to one server each: example.org=/whole/path.pem, a file with certificate and key."
        ),
        _TRUST,
        QT_TRANSLATE_NOOP("Settings", "client certificate, key, PEM, mutual TLS, authentication"),
        none_text=QT_TRANSLATE_NOOP("Settings", "None"),
    ),
    Entry(
        "cookie_file",
        Page.CONNECTIONS,
        Home.ENGINE,
        Kind.FILE,
        QT_TRANSLATE_NOOP("Settings", "Cookies"),
        QT_TRANSLATE_NOOP(
            "Settings", "A cookies.txt, as browsers' add-ons export it; each cookie goes to the site it belongs to."
        ),
        _LOGINS,
        QT_TRANSLATE_NOOP("Settings", "cookies.txt, Netscape, session, members, sign in"),
        none_text=QT_TRANSLATE_NOOP("Settings", "None"),
    ),
    Entry(
        "netrc",
        Page.CONNECTIONS,
        Home.ENGINE,
        Kind.SWITCH,
        QT_TRANSLATE_NOOP("Settings", "Read logins from .netrc"),
        QT_TRANSLATE_NOOP("Settings", "Servers that ask for a login get the one that the file has for them."),
        _LOGINS,
        QT_TRANSLATE_NOOP("Settings", "password, user, curl, authentication"),
    ),
    Entry(
        "forget_logins",
        Page.CONNECTIONS,
        Home.NOWHERE,
        Kind.DEED,
        QT_TRANSLATE_NOOP("Settings", "Forget logins"),
        QT_TRANSLATE_NOOP("Settings", "Those you gave, and those the system's keyring keeps for Headrace."),
        _LOGINS,
        QT_TRANSLATE_NOOP("Settings", "password, keyring, delete, sign out"),
        button=QT_TRANSLATE_NOOP("Settings", "Forget all"),
    ),
)
