"""Ties the action that makes it quiet to the setting: both tell each other."""

from dataclasses import replace

from headrace.manager import DownloadManager
from headrace.settings import Settings
from PySide6.QtGui import QAction


def tie_quiet(action: QAction, manager: DownloadManager) -> None:
    """Have a checkable action say whether the quiet limit is in force, and change that."""

    def put(quiet: bool) -> None:  # noqa: FBT001 - Qt's signal
        if quiet is not manager.settings.quiet:
            manager.apply_settings(replace(manager.settings, quiet=quiet))

    def show(settings: Settings) -> None:
        action.setChecked(settings.quiet)

    show(manager.settings)
    action.toggled.connect(put)
    manager.settings_changed.connect(show)
