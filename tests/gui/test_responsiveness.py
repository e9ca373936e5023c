"""With a hundred downloads that really run, every action shows its effect within 100 ms, and nothing stalls for 50."""

import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

import pytest
from headrace.filters import StatusFilter
from headrace.manager import DownloadManager
from headrace.profile import Profile
from headrace.settings import Settings
from headrace.spec import DownloadSpec
from headrace.states import DownloadState
from headrace_gui.action_table import Act
from headrace_gui.beginning import share_the_interpreter
from headrace_gui.desktop.loading import load
from headrace_gui.details.drawer import DetailsDrawer
from headrace_gui.dialogs.rename_dialog import RenameDialog
from headrace_gui.icons import IconSet
from headrace_gui.main_window import MainWindow
from headrace_gui.preferences import PreferenceKeeper
from headrace_gui.settings_opening import SettingsOpening
from headrace_gui.theme import Theme
from headrace_gui.window_memory import WindowMemory
from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, QObject, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QDialog, QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from tests.support.beats import Beats
from tests.support.nginx import Nginx
from tests.support.starved import starved_seconds

pytestmark = [pytest.mark.window, pytest.mark.timeout(110)]

MANY: Final = 100
RATE: Final = 20_000
MIB: Final = 1 << 20
SOON: Final = 0.1
"""Seconds until the effect of an action must be painted."""
LONGEST_STALL: Final = 0.05
_PATIENCE: Final = 5.0
_TRIES: Final = 3
"""Times an action is tried: what the program itself takes too long for comes each time, a busy machine does not."""

Target = Callable[[], QWidget | None]
"""Returns the widget in which an effect shows, None where it is still to be made."""


class PaintWatch(QObject):
    """Notes the first paint of a widget at which an effect is there."""

    def __init__(self, target: Target, seen: Callable[[], bool]) -> None:
        super().__init__()
        self._target, self._seen = target, seen
        self._watched: QWidget | None = None
        self.is_painted = False
        self.begin()

    def begin(self) -> None:
        """Watch as soon as there is something to watch."""
        if self._watched is None and (widget := self._target()) is not None:
            self._watched = _painted_part(widget)
            self._watched.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Look at every paint."""
        if event.type() is QEvent.Type.Paint and not self.is_painted:
            self.is_painted = self._seen()
        return False


def _painted_part(widget: QWidget) -> QWidget:
    """Return what of a widget is painted: of an area that scrolls, what it holds."""
    inner = widget.widget() if isinstance(widget, QScrollArea) else None
    return inner or (widget.viewport() if isinstance(widget, QAbstractScrollArea) else widget)


@dataclass(frozen=True)
class Action:
    """Something a person does, where its effect shows, and whether it does."""

    name: str
    do: Callable[[], object]
    target: Target
    seen: Callable[[], bool]


@dataclass(frozen=True)
class Effect:
    """What came of an action: seconds to the paint, the longest stall up to a moment after it and where that was."""

    name: str
    seconds: float
    stall: float
    place: str

    @property
    def is_in_time(self) -> bool:
        """Whether nobody would have noticed a wait."""
        return self.seconds <= SOON and self.stall <= LONGEST_STALL


class Stage:
    """A window over a manager at work."""

    def __init__(self, app: QApplication, manager: DownloadManager, window: MainWindow, beats: Beats) -> None:
        self.app, self.manager, self.window, self.beats = app, manager, window, beats
        self.effects: list[Effect] = []

    def turn(self) -> None:
        """Let the event loop do one round; the beats see to it that there is always one."""
        self.app.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)

    def until(self, condition: Callable[[], bool], what: str, seconds: float = 60.0) -> None:
        """Wait for something that is not measured."""
        deadline = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < deadline, what
            self.turn()

    def rest(self, seconds: float = 0.4) -> None:
        """Let what is going on come to its end."""
        end = time.monotonic() + seconds
        self.until(lambda: time.monotonic() > end, "rest")

    def measure(self, action: "Action") -> Effect:
        """Do something, and measure how long it takes until its effect is painted; what came before is at rest."""
        self.rest()
        watch = PaintWatch(action.target, action.seen)
        self.beats.take()
        self.beats.skip()
        began, starved = time.perf_counter(), starved_seconds()
        action.do()
        while not watch.is_painted and time.perf_counter() - began < _PATIENCE:
            watch.begin()
            self.turn()
        seconds = time.perf_counter() - began - (starved_seconds() - starved)
        self.rest()
        stall, place = max(self.beats.take(), default=(0.0, ""))
        return Effect(action.name, seconds if watch.is_painted else float("inf"), stall, place)

    def act(
        self,
        name: str,
        do: Callable[[], object],
        target: Target,
        seen: Callable[[], bool] = lambda: True,
        *,
        back: Callable[[], object] | None = None,
    ) -> None:
        """Measure an action; `back` undoes it, so that it can be tried again where it took too long."""
        action = Action(name, do, target, seen)
        tries = [self.measure(action)]
        while back is not None and not tries[-1].is_in_time and len(tries) < _TRIES:
            back()
            tries.append(self.measure(action))
        self.effects.append(tries[-1])
        last = tries[-1]
        took, stall = last.seconds * 1000, last.stall * 1000
        print(f"{name:22} {took:6.0f} ms  stall {stall:4.0f} ms")

    def late(self) -> list[str]:
        """Return what took too long."""
        return [
            f"{each.name}: painted after {each.seconds * 1000:.0f} ms, stall {each.stall * 1000:.0f} ms in {each.place}"
            for each in self.effects
            if not each.is_in_time
        ]

    # -- what can be seen --------------------------------------------------------------------------------------

    def states(self) -> set[DownloadState]:
        """Return the states of all rows."""
        model = self.window.model
        return {model.snapshot_at(row).state for row in range(model.rowCount())}

    def rows(self) -> QWidget:
        """Return the list's rows."""
        return self.window.table

    def dialog(self, name: str) -> QWidget | None:
        """Return a dialog by its object name, shown or not yet."""
        dialogs = (each for each in self.app.topLevelWidgets() if isinstance(each, QDialog))
        return next((each for each in dialogs if each.objectName() == name), None)

    def close_dialogs(self) -> None:
        """Close every dialog, and let it be deleted."""
        for each in self.app.topLevelWidgets():
            if isinstance(each, QDialog):
                each.close()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


@pytest.fixture
def shared_interpreter() -> Iterator[None]:
    """Share the interpreter among threads as the program does."""
    before = sys.getswitchinterval()
    share_the_interpreter()
    assert sys.getswitchinterval() < before
    yield
    sys.setswitchinterval(before)


@pytest.fixture
def stage(
    qtbot: QtBot,
    qapp: QApplication,
    theme: Theme,
    tmp_path: Path,
    profile: Profile,
    limited_nginx: Callable[[int], Nginx],
    shared_interpreter: None,
) -> Iterator[Stage]:
    """Return a window with a hundred downloads that run."""
    load()
    address = limited_nginx(RATE).file("file", 8 * MIB)
    settings = Settings(
        download_folder=tmp_path / "target",
        max_running=MANY,
        max_connections=1,
        max_per_host=MANY,
        find_checksums=False,
    )
    manager = DownloadManager(profile, settings)
    keeper = PreferenceKeeper(profile.window)
    icons = IconSet()
    window = MainWindow(manager, theme, icons, WindowMemory(profile.window), keeper)
    qtbot.addWidget(window)
    settings_opening = SettingsOpening(window, manager, keeper, theme, icons, profile)
    window.actions_of[Act.SETTINGS].triggered.connect(settings_opening.open)
    with qtbot.waitExposed(window):
        window.show()
    beats = Beats(window)
    stage = Stage(qapp, manager, window, beats)
    stage.until(lambda: manager.is_loaded, "the list is loaded")
    names = [f"file-{number:03}.bin" for number in range(MANY)]
    manager.add([DownloadSpec(f"{address}?{name}", settings.download_folder, name=name) for name in names])
    stage.until(lambda: all_run(stage), "all run")
    stage.rest(1.0)
    yield stage
    beats.close()
    window.close()
    window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    assert manager.shut_down(10.0)


def all_run(stage: Stage) -> bool:
    """Say whether all run, and bytes come."""
    return stage.window.model.rowCount() == MANY and stage.states() == {DownloadState.DOWNLOADING}


def test_every_action_shows_its_effect_at_once(stage: Stage) -> None:
    for part in (_runs, _removal, _the_list, _the_details, _dialogs, _limit_and_name):
        part(stage)
    assert stage.late() == []


def _runs(stage: Stage) -> None:
    window, state = stage.window, DownloadState
    window.table.choose_row(3)
    chosen = window.table.selected_ids()[0]

    def now() -> DownloadState:
        snapshot = window.model.snapshot(chosen)
        assert snapshot is not None
        return snapshot.state

    pause, resume = window.actions_of[Act.PAUSE].trigger, window.actions_of[Act.RESUME].trigger
    pause_all, resume_all = window.actions_of[Act.PAUSE_ALL].trigger, window.actions_of[Act.RESUME_ALL].trigger

    def run_all() -> None:
        resume_all()
        stage.until(lambda: all_run(stage), "all run again")

    def rest_all() -> None:
        pause_all()
        stage.until(lambda: stage.states() == {state.PAUSED}, "all are paused")

    rows, runs = stage.rows, state.DOWNLOADING
    stage.act("pause one", pause, rows, lambda: now() is not runs, back=run_all)
    stage.until(lambda: now() is state.PAUSED, "paused")
    stage.act("resume one", resume, rows, lambda: now() is not state.PAUSED, back=pause)
    stage.until(lambda: all_run(stage), "it runs")
    stage.act("pause all", pause_all, rows, lambda: runs not in stage.states(), back=run_all)
    stage.until(lambda: stage.states() == {state.PAUSED}, "all are paused")
    stage.act("resume all", resume_all, rows, lambda: state.PAUSED not in stage.states(), back=rest_all)
    stage.until(lambda: all_run(stage), "all run again")


def _removal(stage: Stage) -> None:
    window = stage.window
    remove, undo = window.actions_of[Act.REMOVE].trigger, window.actions_of[Act.UNDO].trigger
    window.table.choose_row(5)
    stage.act("remove", remove, stage.rows, lambda: window.model.rowCount() == MANY - 1, back=undo)
    stage.act("undo", undo, stage.rows, lambda: window.model.rowCount() == MANY, back=remove)
    stage.until(lambda: all_run(stage), "all run again")


def _the_list(stage: Stage) -> None:
    window, header = stage.window, stage.window.table.columns_header

    def type_words() -> None:
        QTest.keyClicks(window.bar.search, "file-04")

    def click_on_name() -> None:
        place = QPoint(header.sectionViewportPosition(0) + 20, 8)
        QTest.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=place)

    model, sidebar, rows, clear = window.model, window.sidebar, stage.rows, window.bar.search.clear
    stage.act("search", type_words, rows, lambda: model.rowCount() == 10, back=clear)
    stage.act("end the search", clear, rows, lambda: model.rowCount() == MANY, back=type_words)
    first = model.snapshot_at(0).name
    stage.act("sort by name", click_on_name, rows, lambda: model.snapshot_at(0).name != first, back=click_on_name)
    some, all_ = partial(sidebar.choose, StatusFilter.FINISHED), partial(sidebar.choose, StatusFilter.ALL)
    stage.act("another group", some, lambda: window.list.empty, lambda: model.rowCount() == 0, back=all_)
    stage.act("back to all", all_, rows, lambda: model.rowCount() == MANY, back=some)
    compact = window.actions_of[Act.COMPACT].trigger
    stage.act("one-line rows", compact, rows, lambda: window.table.is_compact, back=compact)
    stage.act("two-line rows", compact, rows, lambda: not window.table.is_compact, back=compact)


def _the_details(stage: Stage) -> None:
    window, details = stage.window, stage.window.actions_of[Act.DETAILS]
    window.table.choose_row(2)
    stage.act("open the details", details.trigger, lambda: _page(window, 0))
    tabs = _drawer(window).head.tabs
    for number in (*range(1, tabs.count()), 0):
        turn, page = partial(tabs.setCurrentIndex, number), partial(_page, window, number)
        stage.act(f"details: {tabs.tabText(number)}", turn, page, back=partial(tabs.setCurrentIndex, 0))
    stage.act("close the details", details.trigger, stage.rows, lambda: not window.dock.drawer.isVisible())


def _drawer(window: MainWindow) -> DetailsDrawer:
    assert isinstance(window.dock.drawer, DetailsDrawer)
    return window.dock.drawer


def _page(window: MainWindow, number: int) -> QWidget | None:
    return _drawer(window)._tabs[number].widget if window.dock._drawer is not None else None  # to ask would make it


def _dialogs(stage: Stage) -> None:
    actions = stage.window.actions_of
    for act, name in ((Act.ADD, "addDialog"), (Act.SETTINGS, "settingsDialog"), (Act.SHORTCUTS, "smallDialog")):
        stage.act(f"open: {act.value}", actions[act].trigger, partial(stage.dialog, name), back=stage.close_dialogs)
        stage.close_dialogs()
        stage.rest()


def _limit_and_name(stage: Stage) -> None:
    window = stage.window
    button, before = window.bar.limit, window.bar.limit.accessibleName()

    def lift() -> None:
        window.set_limit(None)

    change = partial(window.set_limit, 1_500_000)
    stage.act("change the limit", change, lambda: button, lambda: button.accessibleName() != before, back=lift)
    lift()
    window.table.choose_row(4)
    chosen = window.table.selected_ids()[0]
    window.actions_of[Act.RENAME].trigger()
    stage.rest()
    dialog = next(each for each in stage.app.topLevelWidgets() if isinstance(each, RenameDialog))
    dialog.name.setText("another.bin")

    def renamed() -> bool:
        snapshot = window.model.snapshot(chosen)
        return snapshot is not None and snapshot.name == "another.bin"

    stage.act("rename", dialog._confirm.click, stage.rows, renamed)
