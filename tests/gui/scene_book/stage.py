"""The stage of the standard scenes: a window over a fake manager in a made-up world, and whoever looks at it."""

import math
import random
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Final, Protocol, cast
from unittest.mock import patch

from headrace.manager import DownloadManager
from headrace.profile import Profile
from headrace.settings import Settings
from headrace.snapshots import DownloadSnapshot
from headrace_gui.desktop.free_space import FolderRoom
from headrace_gui.details.speed_history import SpeedHistory
from headrace_gui.dialogs.settings_dialog import Computer, SettingsDialog
from headrace_gui.icons import IconSet
from headrace_gui.main_window import MainWindow
from headrace_gui.preferences import PreferenceKeeper
from headrace_gui.theme import Theme
from headrace_gui.window_memory import WindowMemory
from PySide6.QtCore import QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from tests.gui.scene_book.jobs import FOLDER, NOW, QUEUES
from tests.support.add_stage import FakeAsker
from tests.support.fake_manager import FakeManager

USUAL: Final = (1180, 780)
SMALL: Final = (640, 400)
ROOM: Final = FolderRoom(214_000_000_000, exists=True)
_ASKING_PLACES: Final = ("headrace_gui.window_news", "headrace_gui.dialogs.folder_field")


class Keep(Protocol):
    """Looks at what a scene shows."""

    def __call__(self, name: str, widget: QWidget, over: QWidget | None = None) -> None:
        """Take in a widget under a name, with a dialog that is shown `over` it."""


class NoAutostart:
    """A desktop that starts nothing by itself."""

    def is_enabled(self) -> bool:
        return False

    def set_enabled(self, wanted: bool) -> None:
        """Do nothing."""


@contextmanager
def made_up_world() -> Iterator[None]:
    """Let every disk have the same room meanwhile, whatever machine this is."""
    with ExitStack() as stack:
        for place in _ASKING_PLACES:
            stack.enter_context(patch(f"{place}.folder_room", lambda _folder: ROOM))
        yield


class Stage:
    """Makes windows for scenes, and hands what is to be seen to `keep`."""

    def __init__(
        self, theme: Theme, folder: Path, keep: Keep, *, size: tuple[int, int] = USUAL, rest: int = 30
    ) -> None:
        """Use `folder` for files; wait `rest` milliseconds before anything is kept."""
        self.theme, self.folder, self._keep, self.size, self._rest = theme, folder, keep, size, rest
        self.asker, self._icons = FakeAsker(), IconSet()
        self.manager = FakeManager()
        self.keeper: PreferenceKeeper
        self._windows: list[QWidget] = []

    def window(
        self,
        jobs: Sequence[DownloadSnapshot] = (),
        size: tuple[int, int] | None = None,
        *,
        queues: tuple[str, ...] = QUEUES,
        greeted: bool = True,
        **settings: Any,
    ) -> MainWindow:
        """Return a shown window with these jobs; one that was `greeted` does not explain itself."""
        self.manager = FakeManager(Settings(download_folder=FOLDER, queues=queues, **settings))
        file = self.folder / "none.ini"
        file.unlink(missing_ok=True)
        memory = WindowMemory(file)
        memory.set_value("told/first_run", greeted)
        self.keeper, self.asker = PreferenceKeeper(file), FakeAsker()
        window = MainWindow(
            cast(DownloadManager, self.manager), self.theme, self._icons, memory, self.keeper, asker=lambda: self.asker
        )
        window.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        window.model._clock = lambda: NOW
        window.resize(*(size or self.size))
        self.manager.put(*jobs)
        self.manager.loaded.emit()
        window.sparkline._history = SpeedHistory()
        for second, rate in enumerate(_speeds(61, sum(job.speed or 0.0 for job in jobs))):
            window.sparkline._history.add(1_000.0 + second, rate)
        window.show()
        window.status.show_room(FOLDER, ROOM)
        self._windows.append(window)
        return window

    def settings(self, window: MainWindow) -> SettingsDialog:
        """Return the settings of a window, shown."""
        computer = Computer(Profile(Path("/home/ada/.local/share/headrace")), NoAutostart(), window.background)
        manager = cast(DownloadManager, self.manager)
        dialog = SettingsDialog(manager, self.keeper, self.theme, self._icons, computer, window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.show()
        return dialog

    def record_speeds(self, window: MainWindow, snapshot: DownloadSnapshot) -> None:
        """Let a download have run for seven minutes."""
        history, now = SpeedHistory(), 10_000.0
        for number, rate in enumerate(_speeds(420, snapshot.speed or 0.0)):
            history.add(now - 420 + number, rate)
        window._recorder._histories[snapshot.id] = history
        window._recorder._clock = lambda: now

    def until(self, come_true: Callable[[], bool], patience: int = 1000) -> None:
        """Let events pass until something is so."""
        for _ in range(patience):
            if come_true():
                return
            QTest.qWait(10)
        raise AssertionError("the scene is not as it should be")

    def keep(self, name: str, widget: QWidget, over: QWidget | None = None) -> None:
        """Let everything settle, then have it looked at."""
        self.until(lambda: not any(each.name == "headrace-background" for each in threading.enumerate()))
        QTest.qWait(self._rest)
        for _ in range(3):  # what one layout changes may be the next one's business
            QApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest.value)
            QApplication.processEvents()
        self._keep(name, widget, over)

    def clear(self) -> None:
        """Close what the scene has opened."""
        popup = QApplication.activePopupWidget()
        while popup is not None:
            popup.close()
            popup = QApplication.activePopupWidget()
        for window in self._windows:
            window.close()
        self._windows.clear()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


def _speeds(count: int, usual: float) -> Iterator[float]:
    rnd = random.Random(11)
    for number in range(count):
        wave = 0.16 * math.sin(number / 33) + 0.05 * math.sin(number / 7) + rnd.uniform(-0.03, 0.03)
        yield usual if number == count - 1 else usual * (0.92 + wave)
