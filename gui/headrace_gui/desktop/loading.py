"""Loads what the window can begin without, beside its thread: desktop, dialogs, drawer. Together it takes a while."""

import importlib
import sys
from collections.abc import Generator
from typing import Final

from headrace_resources.files import read_icons

_EVERYWHERE: Final = ("desktop.presence", "desktop.system_look", "desktop.network")
_WITH_A_BUS: Final = (
    "desktop.bus",
    "desktop.bus_popups",
    "desktop.awake_bus",
    "desktop.taskbar_unity",
    "desktop.portal_look",
    "desktop.application",
)
_WHEN_ASKED_FOR: Final = (
    "dialogs.add_dialog",
    "details.drawer",
    "dialogs.settings_dialog",
    "dialogs.properties_dialog",
    "dialogs.readdress_dialog",
    "dialogs.take_over_dialog",
    "dialogs.relocate_dialog",
    "dialogs.sort_dialog",
    "dialogs.rename_dialog",
    "dialogs.limit_dialog",
    "dialogs.shortcuts_dialog",
    "dialogs.questions",
    "dialogs.countdown_dialog",
    "desktop.autostart",
)
_QT_TYPES: Final = {
    "QtCore": ("QProcess", "QRegularExpression", "QSignalBlocker", "QStringListModel", "QTime"),
    "QtGui": (
        "QAccessible",
        "QAccessibleAnnouncementEvent",
        "QBrush",
        "QClipboard",
        "QFontDatabase",
        "QImage",
        "QLinearGradient",
        "QRegion",
        "QShortcut",
        "QTextBlockFormat",
        "QTextCursor",
        "QWheelEvent",
    ),
    "QtNetwork": ("QNetworkInformation",),
    "QtWidgets": (
        "QAbstractSpinBox",
        "QButtonGroup",
        "QCheckBox",
        "QColorDialog",
        "QComboBox",
        "QDoubleSpinBox",
        "QFileDialog",
        "QGridLayout",
        "QListWidget",
        "QListWidgetItem",
        "QMessageBox",
        "QPlainTextEdit",
        "QProgressBar",
        "QSpacerItem",
        "QSpinBox",
        "QStackedLayout",
        "QSystemTrayIcon",
        "QTabBar",
        "QTextEdit",
    ),
}
"""What the modules import that the window has not had made yet."""


def making_types() -> Generator[None, None, None]:
    """Have PySide make the types of Qt that the modules need, which it does at first use, in short steps.

    Main thread, before `load`: a type half made in one thread ends the process when another one comes upon it.
    """
    for module, names in _QT_TYPES.items():
        made = importlib.import_module(f"PySide6.{module}")
        for name in names:
            getattr(made, name)
            yield


def load(platform: str = sys.platform) -> None:
    """Import the modules and read the icons, so that either costs nothing when it is wanted.

    Any thread, once `making_types` has come to its end.
    """
    names = _EVERYWHERE + (() if platform in ("win32", "darwin") else _WITH_A_BUS)
    for name in (*names, *_WHEN_ASKED_FOR):
        importlib.import_module(f"headrace_gui.{name}")
    read_icons()


def load_what_asks() -> None:
    """Import what asks servers before something is added: it needs much of what downloads need. Any thread."""
    importlib.import_module("headrace.probing")
