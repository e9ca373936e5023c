"""Loads what the window can begin without, beside its thread: desktop, dialogs, drawer. Together it takes a while."""

import importlib
import sys
from typing import Final

_EVERYWHERE: Final = ("desktop.presence", "desktop.system_look", "desktop.network")
_WITH_A_BUS: Final = (
    "desktop.bus",
    "desktop.bus_popups",
    "desktop.awake_bus",
    "desktop.taskbar_unity",
    "desktop.portal_look",
)
_WHEN_ASKED_FOR: Final = ("dialogs.add_dialog", "details.drawer", "dialogs.settings_dialog")


def load(platform: str = sys.platform) -> None:
    """Import the modules, so that importing them again costs nothing. Any thread."""
    names = _EVERYWHERE + (() if platform in ("win32", "darwin") else _WITH_A_BUS)
    for name in (*names, *_WHEN_ASKED_FOR):
        importlib.import_module(f"headrace_gui.{name}")
