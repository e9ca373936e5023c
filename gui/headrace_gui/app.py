"""The composition root: makes theme, manager and window, runs them, ends them."""

import gc
import logging
import os
import sys
import time
from collections.abc import Callable, Generator, Iterable
from dataclasses import dataclass
from typing import Final

from headrace.brought import Brought
from headrace.manager import DownloadManager, ProfileInUseError, StoreError
from headrace.manager_garbage import GarbageCollector
from headrace.opening import Opening
from headrace.profile import Profile
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from headrace_gui.action_table import Act
from headrace_gui.beginning import fail, in_use_sentence, share_the_interpreter, usable_settings
from headrace_gui.desktop.hand_over import hand_over
from headrace_gui.desktop.loading import load, load_what_asks, making_types
from headrace_gui.desktop.quit_signals import QuitSignals
from headrace_gui.desktop.system_look import SystemLook
from headrace_gui.desktop.system_proxies import system_proxies
from headrace_gui.desktop.trash import to_trash
from headrace_gui.dialogs.add_probes import Asker
from headrace_gui.history_opening import HistoryOpening
from headrace_gui.icons import IconSet, app_icon
from headrace_gui.language import Language
from headrace_gui.look import Look
from headrace_gui.main_window import MainWindow
from headrace_gui.preferences import PreferenceKeeper
from headrace_gui.settings_opening import SettingsOpening
from headrace_gui.steps import PAINTED_MS, Steps
from headrace_gui.theme import Theme
from headrace_gui.window_memory import WindowMemory

_LOG: Final = logging.getLogger(__name__)
_PATIENCE: Final = 3.0
"""Seconds given to another window of this profile that is just starting, until it listens."""
_LIST_MS: Final = 3000
"""For which the stored list is waited for before anything else is loaded."""
_TURN: Final = 0.004
"""Seconds between two looks at the event loop while the desktop's parts are prepared."""


def run(profile: Profile, brought: Brought, *, hidden: bool = False, opening: Opening | None = None) -> int:
    """Open the window and run until it is closed; return the exit status. Call in the main thread, once.

    A `hidden` window waits in the tray until it is called; `opening` is what was begun for the profile, if it was.
    """
    app = _make_app()
    share_the_interpreter()
    GarbageCollector(app).follow_events()
    settings, complaint = usable_settings(profile)
    try:
        manager = DownloadManager(profile, settings, trash=to_trash, ready=False, opening=opening)
    except ProfileInUseError as error:
        return _yield_to(error, profile, brought)
    except StoreError as error:
        return fail(str(error))
    except OSError as error:
        return fail(f"the profile folder {profile.folder} cannot be used: {error}.")
    manager.net_context.system_proxies = system_proxies
    memory, keeper = WindowMemory(profile.window), PreferenceKeeper(profile.window)
    theme, system = Theme(app), SystemLook(app)
    Look(theme, Language(app), keeper, system)
    icons = IconSet()
    window = MainWindow(manager, theme, icons, memory, keeper, asker=lambda: _prober(manager))
    settings_opening = SettingsOpening(window, manager, keeper, theme, icons, profile)
    window.actions_of[Act.SETTINGS].triggered.connect(settings_opening.open)
    window.sidebar.categories_wanted.connect(settings_opening.open_rules)
    HistoryOpening(window, manager, theme, icons)
    manager.loaded.connect(gc.freeze)  # the list as well, however long
    window.closed.connect(app.quit)
    signals = QuitSignals()
    signals.asked.connect(window.quit)
    hidden = hidden or keeper.now.start_hidden
    if not hidden:
        window.show()
    if complaint:
        window.show_message(complaint)
    parting: list[Callable[[], object]] = []
    QTimer.singleShot(0, window, lambda: _begin(window, manager, profile, brought, parting))
    desktop = _Desktop(app, window, manager, keeper, memory, system, Steps(window, seconds=_TURN))
    QTimer.singleShot(PAINTED_MS, window, lambda: behind_the_list(manager, lambda: desktop.begin(hidden=hidden)))
    from headrace.logs import log_file  # noqa: PLC0415 - the window is to be seen first

    with log_file(profile.log, silence=manager.silence):
        status = app.exec()
    _end(manager, status, parting)
    signals.close()
    return status


def behind_the_list(manager: DownloadManager, act: Callable[[], object]) -> None:
    """Call `act` once the stored list was read and painted, or takes long: each would hold the other up."""
    patience = QTimer(manager, singleShot=True, interval=_LIST_MS)
    patience.timeout.connect(act)
    if manager.is_loaded:
        act()
        return
    patience.start()
    manager.loaded.connect(lambda: patience.isActive() and patience.start(PAINTED_MS))


def _make_app() -> QApplication:
    app = QApplication([sys.argv[0]])
    app.setApplicationName("Headrace")
    app.setDesktopFileName("org.headrace.Headrace")
    app.setWindowIcon(app_icon())
    app.setQuitOnLastWindowClosed(False)  # a dialog closed over a hidden window would end the program
    return app


@dataclass(frozen=True, slots=True)
class _Desktop:
    """What the desktop's parts are made of, once they are loaded."""

    app: QApplication
    window: MainWindow
    manager: DownloadManager
    keeper: PreferenceKeeper
    memory: WindowMemory
    look: SystemLook
    steps: Steps

    def begin(self, *, hidden: bool) -> None:
        """Load them in a thread, then make them: the window is up already."""
        self.steps.start(self._begin(hidden=hidden))

    def _begin(self, *, hidden: bool) -> Generator[None, None, None]:
        yield from making_types()
        self.window.background.run(self.window, load, lambda _: self._make(hidden=hidden))

    def _make(self, *, hidden: bool) -> None:
        try:
            from headrace_gui.desktop_ties import tie  # noqa: PLC0415 - loaded by now
        except ImportError:
            _LOG.exception("there is nothing on the desktop besides the window")
            self.window.show()  # no tray will ever call it
            return
        self.manager.make_ready()
        tie(self.app, self.window, self.manager, self.keeper, self.memory, self.look, hidden=hidden)
        self.window.background.run(self.window, load_what_asks, lambda _: None)


def _prober(manager: DownloadManager) -> Asker:
    from headrace.probing import Prober  # noqa: PLC0415 - needed where something is added by hand

    return Prober(manager.settings, manager.net_context)


def _begin(
    window: MainWindow,
    manager: DownloadManager,
    profile: Profile,
    brought: Brought,
    parting: list[Callable[[], object]],
) -> None:
    """Do what can wait until the window is there: add what this start brought, listen for commands."""
    QTimer.singleShot(PAINTED_MS, window, lambda: _listen(window, manager, profile, parting))
    window.adding.add_at_once(brought.addresses, brought.downloads)
    if brought.offers:
        window.adding.open_soon(brought.offers)


def _listen(
    window: MainWindow, manager: DownloadManager, profile: Profile, parting: list[Callable[[], object]]
) -> None:
    """Do what commands and later starts ask for, and what happens when all is done; `parting` is called at the end."""
    from headrace.control.operator import Operator  # noqa: PLC0415 - the window is to be seen first
    from headrace.rerouting import Rerouting  # noqa: PLC0415 - as above

    from headrace_gui.automatic import Automatic  # noqa: PLC0415 - as above
    from headrace_gui.desktop.all_done import Farewell  # noqa: PLC0415 - as above
    from headrace_gui.desktop.control_server import ControlServer  # noqa: PLC0415 - QtNetwork costs time
    from headrace_gui.desktop.deeds import deeds_for  # noqa: PLC0415 - as above
    from headrace_gui.finishing import finishing_of  # noqa: PLC0415 - as above
    from headrace_gui.following import Following  # noqa: PLC0415 - as above
    from headrace_gui.handing_over import HandingOver  # noqa: PLC0415 - as above
    from headrace_gui.login_asking import LoginAsking  # noqa: PLC0415 - as above
    from headrace_gui.serving import Serving  # noqa: PLC0415 - as above
    from headrace_gui.version_toasts import VersionToasts  # noqa: PLC0415 - as above
    from headrace_gui.window_front import WindowFront  # noqa: PLC0415 - as above

    gc.freeze()  # what was made so far stays: walking it at every collection would stop the window for 20 ms
    farewell = Farewell(deeds_for)
    parting.append(farewell.say)
    all_done = finishing_of(window, manager, farewell).all_done
    following = Following(window, manager, all_done.look, profile.unpacking)
    all_done.wait_for(lambda: following.aftermath.is_busy)
    front = WindowFront(window, manager, all_done)
    server = ControlServer(profile, Operator(manager, front), window)
    window.closed.connect(server.close)
    Serving(window, manager, front)
    Automatic(window, manager)
    rerouting = Rerouting(manager)
    window.closed.connect(lambda: rerouting)  # a signal alone keeps nothing
    LoginAsking(window, manager)
    VersionToasts(window, manager)
    HandingOver(window)


def _yield_to(error: ProfileInUseError, profile: Profile, brought: Brought) -> int:
    """Hand over to a window that has only just started; else say who has the profile."""
    end = time.monotonic() + (_PATIENCE if error.role == "window" else 0)
    while time.monotonic() < end:
        if hand_over(profile, brought):
            return 0
        time.sleep(0.1)
    return fail(in_use_sentence(error, profile))


def _end(manager: DownloadManager, status: int, parting: Iterable[Callable[[], object]] = ()) -> None:
    """Stop everything. Where a thread does not end in time, end the process without waiting for it."""
    ended = manager.shut_down()
    for each in parting:
        each()
    if not ended:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)
