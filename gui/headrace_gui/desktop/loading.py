"""Loads what the window can begin without, beside its thread: desktop, dialogs, drawer. Together it takes a while."""

import importlib
import sys
from typing import Final

from headrace_resources.files import read_icons

_EVERYWHERE: Final = ("desktop.presence", "desktop.system_look", "desktop.network")
_WITH_A_BUS: Final = (
    "desktop.bus",
    "desktop.bus_popups",
    "desktop.awake_bus",
    "desktop.taskbar_unity",
    "desktop.portal_look",
)
_WHEN_ASKED_FOR: Final = ("dialogs.add_dialog", "details.drawer", "dialogs.settings_dialog", "desktop.autostart")
_QT_TYPES: Final = {
    "QtCore": ("QRegularExpression", "QSignalBlocker", "QTime"),
    "QtGui": (
        "QAccessible",
        "QAccessibleAnnouncementEvent",
        "QBrush",
        "QClipboard",
        "QFontDatabase",
        "QImage",
        "QLinearGradient",
        "QRegion",
        "QTextBlockFormat",
    ),
    "QtNetwork": ("QNetworkInformation",),
    "QtWidgets": (
        "QColorDialog",
        "QListWidget",
        "QListWidgetItem",
        "QStackedLayout",
        "QSystemTrayIcon",
        "QTabBar",
        "QTextEdit",
    ),
}
"""What the modules import that the window has not had made yet."""


def make_types() -> None:
    """Have PySide make the types of Qt that the modules need, which it does at first use: a few milliseconds.

    Main thread, before `load`: a type half made in one thread ends the process when another one comes upon it.
    """
    for module, names in _QT_TYPES.items():
        made = importlib.import_module(f"PySide6.{module}")
        for name in names:
            getattr(made, name)


def load(platform: str = sys.platform) -> None:
    """Import the modules and read the icons, so that either costs nothing when it is wanted.

    Any thread, once `make_types` has been called.
    """
    names = _EVERYWHERE + (() if platform in ("win32", "darwin") else _WITH_A_BUS)
    for name in (*names, *_WHEN_ASKED_FOR):
        importlib.import_module(f"headrace_gui.{name}")
    read_icons()


def load_what_asks() -> None:
    """Import what asks servers before something is added: it needs much of what downloads need. Any thread."""
    importlib.import_module("headrace.probing")
