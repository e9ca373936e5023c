"""Programs that take over what Headrace does not fetch itself: the system's torrent client, and yt-dlp. No shell."""

import shutil
from pathlib import Path
from typing import Final

from PySide6.QtCore import QProcess, QUrl
from PySide6.QtGui import QDesktopServices

MEDIA_PROGRAM: Final = "yt-dlp"


def open_magnet(link: str) -> bool:
    """Hand a magnet link to the program that the system has for them; False where it has none."""
    return QDesktopServices.openUrl(QUrl(link))


def media_program() -> str | None:
    """Return the path of yt-dlp, None where there is none. Touches the disk."""
    return shutil.which(MEDIA_PROGRAM)


def fetch_media(program: str, address: str, folder: Path) -> bool:
    """Start yt-dlp for a page, its file to go to `folder`; say whether it was started. It outlives this program."""
    return QProcess.startDetached(program, ["--paths", str(folder), "--", address], str(folder))[0]
