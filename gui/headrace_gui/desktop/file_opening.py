"""Opening files and folders with the desktop's own programs, never through a shell."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QCoreApplication, QUrl
from PySide6.QtGui import QDesktopServices

if TYPE_CHECKING:
    from PySide6.QtDBus import QDBusPendingCallWatcher

_FILE_MANAGER: Final = "org.freedesktop.FileManager1"


def open_path(path: Path) -> bool:
    """Open a file or folder as the desktop would; False where it has no program for it."""
    return QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))


def show_in_folder(path: Path) -> bool:
    """Show `path` in the file manager, selected where that can be done; False where there is no file manager."""
    if sys.platform == "win32":
        from PySide6.QtCore import QProcess  # noqa: PLC0415 - of that system alone

        return QProcess.startDetached("explorer.exe", ["/select,", str(path)])[0]
    if sys.platform == "darwin":
        from PySide6.QtCore import QProcess  # noqa: PLC0415 - of that system alone

        return QProcess.startDetached("open", ["-R", str(path)])[0]
    return _ask_file_manager(path)


def _ask_file_manager(path: Path) -> bool:
    """Use org.freedesktop.FileManager1; open the folder alone where no session bus or file manager answers to it."""
    from PySide6.QtDBus import QDBusConnection, QDBusMessage, QDBusPendingCallWatcher  # noqa: PLC0415 - rarely wanted

    bus = QDBusConnection.sessionBus()
    if not bus.isConnected():
        return open_path(path.parent)
    message = QDBusMessage.createMethodCall(_FILE_MANAGER, "/org/freedesktop/FileManager1", _FILE_MANAGER, "ShowItems")
    encoded = QUrl.fromLocalFile(str(path)).toString(QUrl.ComponentFormattingOption.FullyEncoded)
    message.setArguments([[encoded], ""])
    watcher = QDBusPendingCallWatcher(bus.asyncCall(message), QCoreApplication.instance())
    watcher.finished.connect(lambda: _after_answer(watcher, path))
    return True


def _after_answer(watcher: "QDBusPendingCallWatcher", path: Path) -> None:
    if watcher.isError():
        open_path(path.parent)
    watcher.deleteLater()
