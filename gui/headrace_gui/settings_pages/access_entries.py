"""The settings of who else may use this program: clients made for aria2."""

from typing import Final

from headrace_gui.settings_pages.entry import Entry, Home, Kind, Page
from headrace_gui.texts import QT_TRANSLATE_NOOP

_CLIENTS: Final = QT_TRANSLATE_NOOP("Settings", "Programs made for aria2")
_REACH: Final = QT_TRANSLATE_NOOP("Settings", "Who may come in")

PROGRAMS: Final = (
    Entry(
        "rpc",
        Page.PROGRAMS,
        Home.ENGINE,
        Kind.SWITCH,
        QT_TRANSLATE_NOOP("Settings", "Let other programs use Headrace"),
        QT_TRANSLATE_NOOP(
            "Settings",
            "AriaNg, browser extensions and scripts made for aria2 work with it. They need the token below.",
        ),
        _CLIENTS,
        QT_TRANSLATE_NOOP("Settings", "aria2, RPC, JSON-RPC, WebSocket, remote control, API, server"),
    ),
    Entry(
        "rpc_port",
        Page.PROGRAMS,
        Home.ENGINE,
        Kind.NUMBER,
        QT_TRANSLATE_NOOP("Settings", "Port"),
        QT_TRANSLATE_NOOP("Settings", "Most programs look for it at 6800."),
        _CLIENTS,
        QT_TRANSLATE_NOOP("Settings", "TCP, address, listen, number"),
        is_name=True,
        needs="rpc",
    ),
    Entry(
        "rpc_secret",
        Page.PROGRAMS,
        Home.ENGINE,
        Kind.SEAL,
        QT_TRANSLATE_NOOP("Settings", "Secret token"),
        QT_TRANSLATE_NOOP(
            "Settings",
            "Who does not know it is refused. Only what proves it is kept, so copy it while it is shown.",
        ),
        _CLIENTS,
        QT_TRANSLATE_NOOP("Settings", "password, key, secret, security"),
        needs="rpc",
    ),
    Entry(
        "rpc_everywhere",
        Page.PROGRAMS,
        Home.ENGINE,
        Kind.SWITCH,
        QT_TRANSLATE_NOOP("Settings", "Other computers too"),
        QT_TRANSLATE_NOOP(
            "Settings",
            "Programs anywhere in the network may ask, unencrypted. Only for a network you trust.",
        ),
        _REACH,
        QT_TRANSLATE_NOOP("Settings", "network, LAN, remote, listen, security"),
        needs="rpc",
    ),
    Entry(
        "rpc_hosts",
        Page.PROGRAMS,
        Home.ENGINE,
        Kind.WORDS,
        QT_TRANSLATE_NOOP("Settings", "Names of this computer"),
        QT_TRANSLATE_NOOP(
            "Settings", "Names by which others may call it, such as nas.lan. Its addresses and localhost always count."
        ),
        _REACH,
        QT_TRANSLATE_NOOP("Settings", "host, DNS, rebinding, security"),
        none_text=QT_TRANSLATE_NOOP("Settings", "None"),
        needs="rpc",
    ),
    Entry(
        "rpc_origins",
        Page.PROGRAMS,
        Home.ENGINE,
        Kind.WORDS,
        QT_TRANSLATE_NOOP("Settings", "Web pages that may ask"),
        QT_TRANSLATE_NOOP(
            "Settings", "Origins such as https://ariang.example or chrome-extension://ID. All other pages are refused."
        ),
        _REACH,
        QT_TRANSLATE_NOOP("Settings", "CORS, origin, browser, extension, AriaNg, security"),
        none_text=QT_TRANSLATE_NOOP("Settings", "None"),
        needs="rpc",
    ),
    Entry(
        "rpc_folders",
        Page.PROGRAMS,
        Home.ENGINE,
        Kind.WORDS,
        QT_TRANSLATE_NOOP("Settings", "Folders they may save to"),
        QT_TRANSLATE_NOOP(
            "Settings", "Whole paths with a semicolon between two. The folder for downloads and all in it always count."
        ),
        _REACH,
        QT_TRANSLATE_NOOP("Settings", "directory, path, target, security"),
        none_text=QT_TRANSLATE_NOOP("Settings", "None"),
        needs="rpc",
    ),
)
