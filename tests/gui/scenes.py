"""Draws the standard scenes to PNG files: `python -m tests.gui.scenes OUTDIR [--dark | --light]`."""

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, Final, cast

from headrace.filters import StatusFilter
from headrace.manager import DownloadManager
from headrace.settings import Settings
from headrace.snapshots import DownloadSnapshot
from headrace.states import DownloadState, Failure, FailureReason, Notice
from headrace_gui.desktop.free_space import FolderRoom
from headrace_gui.icons import IconSet
from headrace_gui.main_window import MainWindow
from headrace_gui.theme import Theme
from headrace_gui.window_memory import WindowMemory
from PySide6.QtCore import QLocale, QPoint, QRect, Qt
from PySide6.QtGui import QColor, QGuiApplication, QPainter, QPixmap
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from tests.support.fake_manager import FakeManager, make_snapshot

_S = DownloadState
_R = FailureReason
FOLDER: Final = Path("/home/ada/Downloads")
MIDNIGHT: Final = datetime(2026, 3, 14).timestamp()  # noqa: DTZ001 - the picture's own day
NOW: Final = MIDNIGHT + 14.1 * 3600

ADDRESSES: Final = [
    "https://cdimage.debian.org/debian-cd/current/amd64/iso-dvd/debian-13.2.0-amd64-DVD-1.iso",
    "https://media.example.edu/lecture-01.mp4",
    "https://media.example.edu/lecture-02.mp4",
    "https://media.example.edu/course-material.zip",
    "https://media.example.edu/notes.pdf",
]


def _job(name: str, host: str, hour: float, state: DownloadState, **changes: Any) -> DownloadSnapshot:
    return make_snapshot(name, host=host, added_at=MIDNIGHT + hour * 3600, state=state, folder=FOLDER, **changes)


def mixed_jobs() -> list[DownloadSnapshot]:
    """Fourteen jobs in every state there is."""
    running: dict[str, Any] = {"state": _S.DOWNLOADING, "resumable": True}
    return [
        _job("debian-13.2.0-amd64-DVD-1.iso", "cdimage.debian.org", 14.03, total=3_900_000_000, received=2_430_000_000,
             speed=41_800_000.0, time_left=36.0, connections=1, **running),
        _job("big-buck-bunny-2160p-60fps-stereo-abl.mp4", "download.blender.org", 13.97, total=892_000_000,
             received=208_000_000, speed=8_000_000.0, time_left=86.0, connections=1, **running),
        _job("linux-6.18.tar.xz", "cdn.kernel.org", 13.92, _S.FINISHING, total=147_000_000, received=147_000_000,
             resumable=True),
        _job("nightly-stream.ts", "live.example.net", 13.8, total=None, received=48_200_000, speed=610_000.0,
             connections=1, notices=(Notice.LENGTH_UNKNOWN,), state=_S.DOWNLOADING, resumable=False),
        _job("Inkscape-1.5.AppImage", "inkscape.org", 13.67, _S.RETRY_WAIT, total=118_000_000, received=83_900_000,
             resumable=True, retry_at=NOW + 40, failure=Failure(_R.TOO_MANY_REQUESTS, status=429, retry_after=40)),
        _job("mathematica-notebook.nb", "files.example.com", 13.5, _S.CONNECTING),
        _job("census-2026-raw.csv", "data.example.gov", 12.2, _S.PAUSED, total=650_000_000, received=312_000_000,
             resumable=True),
        _job("field-recordings-vol-2.flac", "archive.example.org", 11.5, _S.QUEUED, total=1_200_000_000),
        _job("field-recordings-vol-3.flac", "archive.example.org", 11.49, _S.QUEUED),
        _job("hubble-deep-field.tiff", "images.example.int", 10.05, _S.COMPLETED, total=233_000_000,
             received=233_000_000, checksum_verified="sha256", finished_at=NOW),
        _job("course-material.zip", "media.example.edu", -6.0, _S.FAILED, total=1_300_000_000, received=1_144_000_000,
             resumable=True, failure=Failure(_R.FORBIDDEN, status=403)),
        _job("backup-of-everything.tar.zst", "nas.example.lan:8443", -7.0, _S.FAILED, total=88_000_000_000,
             received=2_100_000_000, resumable=True, failure=Failure(_R.DISK_FULL, needed_bytes=2_100_000_000)),
        _job("rfc9110.pdf", "www.rfc-editor.org", -9.0, _S.COMPLETED, total=1_600_000, received=1_600_000,
             finished_at=NOW),
        _job("a-setup-with-a-name-so-long-that-it-cannot-be-shown-in-one-line-of-any-list-ever-made-by-anyone.exe",
             "downloads.example.com", -60.0, _S.COMPLETED, total=64_500_000, received=64_500_000,
             notices=(Notice.RESTARTED_CHANGED,), finished_at=NOW),
    ]  # fmt: skip


class Stage:
    """A window over a fake manager, and a place to put pictures."""

    def __init__(self, theme: Theme, folder: Path, suffix: str) -> None:
        self._theme, self._folder, self._suffix = theme, folder, suffix

    def window(self, jobs: list[DownloadSnapshot], width: int = 1180, height: int = 780) -> MainWindow:
        """Return a shown window with these jobs."""
        manager = FakeManager(Settings(download_folder=FOLDER))
        memory = WindowMemory(self._folder / "none.ini")
        memory.forget()
        window = MainWindow(cast(DownloadManager, manager), self._theme, IconSet(), memory)
        window.model._clock = lambda: NOW
        window.resize(width, height)
        manager.put(*jobs)
        manager.loaded.emit()
        window.show()
        window.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        settle(80)
        window.status.show_room(FOLDER, FolderRoom(214_000_000_000, exists=True))
        settle(20)
        return window

    def keep(self, name: str, widget: QWidget, over: QWidget | None = None) -> None:
        """Save a picture, with a dialog painted over its window where there is one."""
        settle(40)
        picture = widget.grab()
        if over is not None:
            ratio = picture.devicePixelRatio()
            painter = QPainter(picture)
            painter.fillRect(QRect(QPoint(0, 0), widget.size()), QColor(0, 0, 0, 70))
            top_left = widget.rect().center() - over.rect().center()
            dialog: QPixmap = over.grab()
            dialog.setDevicePixelRatio(ratio)
            painter.drawPixmap(top_left, dialog)
            painter.end()
        picture.save(str(self._folder / f"{name}{self._suffix}.png"))


def settle(milliseconds: int) -> None:
    """Let events pass."""
    QTest.qWait(milliseconds)


def empty(stage: Stage) -> None:
    window = stage.window([], 960, 600)
    stage.keep("empty", window)
    window.close()


def mixed(stage: Stage) -> None:
    window = stage.window(mixed_jobs())
    window.table.choose([mixed_jobs()[0].id])
    window.table._hover(window.table.visualRect(window.model.index(1, 0)).center())
    stage.keep("mixed", window)
    window.close()


def failed(stage: Stage) -> None:
    window = stage.window(mixed_jobs(), 1180, 480)
    window.sidebar.choose(StatusFilter.FAILED)
    window.show_message(
        "The settings file cannot be used: setting max_running must be from 1 to 1000, not 0. "
        "Default settings are used; your file is kept as settings.json.bad."
    )
    stage.keep("failed", window)
    window.close()


def add_one(stage: Stage) -> None:
    window = stage.window([])
    stage.keep("add-1", window, window.adding.open(ADDRESSES[:1]))
    window.close()


def add_six(stage: Stage) -> None:
    known = make_snapshot("course-material.zip", address=ADDRESSES[3], folder=FOLDER)
    window = stage.window([known])
    stage.keep("add-6", window, window.adding.open([*ADDRESSES, "ftp://old.example.org/readme.txt"]))
    window.close()


def toast(stage: Stage) -> None:
    window = stage.window(mixed_jobs())
    window.table.choose([mixed_jobs()[6].id])
    window.commands.remove()
    stage.keep("toast", window)
    window.close()


def small(stage: Stage) -> None:
    window = stage.window(mixed_jobs(), 640, 400)
    stage.keep("small", window)
    window.close()


def context_menu(stage: Stage) -> None:
    window = stage.window(mixed_jobs())
    window.table.selectAll()
    window._offer_actions(QPoint(100, 100))
    menu = QApplication.activePopupWidget()
    assert menu is not None
    stage.keep("menu", menu)
    menu.close()
    window.close()


def right_to_left(stage: Stage) -> None:
    QGuiApplication.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    window = stage.window(mixed_jobs())
    stage.keep("rtl", window)
    window.close()
    QGuiApplication.setLayoutDirection(Qt.LayoutDirection.LeftToRight)


SCENES: Final[tuple[Callable[[Stage], None], ...]] = (
    empty,
    mixed,
    failed,
    add_one,
    add_six,
    toast,
    small,
    context_menu,
    right_to_left,
)


def draw(folder: Path, *, dark: bool) -> None:
    """Draw all scenes in this process's scale."""
    QLocale.setDefault(QLocale(QLocale.Language.English, QLocale.Country.UnitedKingdom))
    app = QApplication([])
    theme = Theme(app)
    theme.use(Qt.ColorScheme.Dark if dark else Qt.ColorScheme.Light)
    scale = os.environ.get("QT_SCALE_FACTOR", "1")
    stage = Stage(theme, folder, f"-{'dark' if dark else 'light'}-{scale}x")
    for scene in SCENES:
        scene(stage)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--dark", action="store_true", help="only dark, in this process")
    parser.add_argument("--light", action="store_true", help="only light, in this process")
    wanted = parser.parse_args()
    wanted.folder.mkdir(parents=True, exist_ok=True)
    if wanted.dark or wanted.light:
        draw(wanted.folder, dark=wanted.dark)
        return
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    for scheme in ("--light", "--dark"):
        for scale in ("1", "2"):
            command = [sys.executable, "-m", "tests.gui.scenes", str(wanted.folder), scheme]
            subprocess.run(command, env=os.environ | {"QT_SCALE_FACTOR": scale}, check=True)


if __name__ == "__main__":
    started = time.monotonic()
    main()
    print(f"{time.monotonic() - started:.1f} s")
