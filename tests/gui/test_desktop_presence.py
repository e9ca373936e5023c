"""All of it together over a window: what follows the preferences, and what closing does. Without a bus."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import cast

import pytest
from headrace.manager import DownloadManager
from headrace.states import DownloadState
from headrace_gui.desktop.activity import Activity
from headrace_gui.desktop.clipboard_watch import ClipboardWatch, is_wanted, wanted_in
from headrace_gui.desktop.presence import Presence
from headrace_gui.desktop.tray import Tray, TrayActions
from headrace_gui.memory import Memory
from headrace_gui.preferences import Closing, PreferenceKeeper
from PySide6.QtCore import QMimeData, QUrl
from PySide6.QtGui import QAction, QClipboard, QCloseEvent, QGuiApplication
from PySide6.QtWidgets import QMainWindow, QWidget
from pytestqt.qtbot import QtBot

from tests.support.fake_manager import FakeManager, make_snapshot

_S = DownloadState


class Window(QMainWindow):
    """A window that may go to the tray."""

    presence: Presence | None = None

    def closeEvent(self, event: QCloseEvent) -> None:
        if self.presence is not None and self.presence.takes(event):
            event.ignore()


@pytest.fixture
def keeper(tmp_path: Path) -> PreferenceKeeper:
    return PreferenceKeeper(tmp_path / "window.ini")


@pytest.fixture
def presence(
    qtbot: QtBot, manager: FakeManager, keeper: PreferenceKeeper, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Presence]:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere/at/all")
    window = Window()
    qtbot.addWidget(window)
    with qtbot.waitExposed(window):
        window.show()
    actions = TrayActions([QAction("Add", window)], QAction("Quit", window))
    presence = Presence(
        window, cast(DownloadManager, manager), keeper, Memory(tmp_path / "window.ini"), actions, platform="linux"
    )
    window.presence = presence
    with qtbot.waitSignal(presence.tray_settled) as settled:
        pass
    assert settled.args == [False], "there is none here"
    yield presence
    window.presence = None
    presence.close()


def _window(presence: Presence) -> Window:
    window = presence.parent()
    assert isinstance(window, Window)
    return window


def test_without_a_bus_and_a_tray_everything_is_silent(presence: Presence, manager: FakeManager) -> None:
    one = make_snapshot("a", state=_S.DOWNLOADING, total=100)
    manager.put(one)
    presence.notifier.take_failed([one])
    manager.change(one.id, state=_S.COMPLETED)
    assert _is_held(presence)
    assert not presence.tray.is_shown


def _is_held(presence: Presence) -> bool:
    return presence._awake.is_held


def test_the_machine_is_kept_awake_while_something_runs(
    presence: Presence, manager: FakeManager, keeper: PreferenceKeeper
) -> None:
    assert not _is_held(presence)
    manager.put(make_snapshot("a", state=_S.QUEUED))
    assert not _is_held(presence)
    manager.put(make_snapshot("b", state=_S.CONNECTING))
    assert _is_held(presence)
    keeper.change(keep_awake=False)
    assert presence._awake._linger.isActive()


@pytest.mark.parametrize(("preference", "goes"), [(Closing.QUIT, True), (Closing.TRAY, False)])
def test_a_window_closed_by_hand_goes_to_the_tray_where_that_is_preferred(
    presence: Presence, keeper: PreferenceKeeper, monkeypatch: pytest.MonkeyPatch, preference: Closing, goes: bool
) -> None:
    monkeypatch.setattr(Tray, "is_shown", True)
    keeper.change(closing=preference)
    told: list[str] = []
    monkeypatch.setattr(presence.notifier, "tell", lambda note: told.append(note.title))
    event = ByHand()
    assert presence.takes(event) is not goes
    assert _window(presence).isVisible() is goes
    assert told == ([] if goes else ["Headrace goes on in the tray"])
    _window(presence).show()
    presence.takes(event)
    assert len(told) <= 1, "it is explained once"


class ByHand(QCloseEvent):
    """A closing that came from the window manager."""

    def spontaneous(self) -> bool:
        return True


def test_quit_is_never_refused(presence: Presence, keeper: PreferenceKeeper, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Tray, "is_shown", True)
    keeper.change(closing=Closing.TRAY)
    assert _window(presence).close()


def test_the_tray_hides_the_window_and_asks_for_it(presence: Presence, qtbot: QtBot) -> None:
    assert presence.tray.menu.actions()[0].text() == "Hide Headrace"
    presence.tray.window_toggled.emit()
    assert not _window(presence).isVisible()
    assert presence.tray.menu.actions()[0].text() == "Show Headrace"
    with qtbot.waitSignal(presence.window_wanted) as got:
        presence.tray.window_toggled.emit()
    assert got.args == [[]]


def test_a_hidden_window_comes_back_when_the_icon_is_turned_off(
    presence: Presence, keeper: PreferenceKeeper, qtbot: QtBot
) -> None:
    _window(presence).hide()
    with qtbot.waitSignal(presence.window_wanted):
        keeper.change(tray_icon=False)


class TaskbarNoted:
    """Notes what is shown."""

    def __init__(self) -> None:
        self.shown: list[tuple[Activity, bool]] = []

    def show(self, activity: Activity, *, urgent: bool) -> None:
        self.shown.append((activity, urgent))


def test_the_task_bar_follows_and_asks_for_attention_only_while_nobody_looks(
    presence: Presence, manager: FakeManager, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    bar = TaskbarNoted()
    presence._taskbar = bar
    assert not bar.shown
    presence._taskbar_pace._rest.setInterval(1)
    one = make_snapshot("a", state=_S.DOWNLOADING, total=100, received=10)
    manager.put(one)
    assert bar.shown == [(Activity(1, 0.1), False)]
    monkeypatch.setattr(presence, "_is_watched", lambda: False)
    manager.change(one.id, state=_S.FAILED)
    qtbot.waitUntil(lambda: bar.shown[-1] == (Activity(0, None), True))
    monkeypatch.setattr(presence, "_is_watched", lambda: True)
    _window(presence).hide()
    qtbot.waitUntil(lambda: bar.shown[-1] == (Activity(0, None), False))


# The clipboard

LINK = "https://example.org/pub/debian.iso"


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        (LINK, True),
        ("https://example.org/My%20Film.MKV?key=1#t=3", True),
        ("https://example.org/a.tar.gz", True),
        ("https://example.org/", False),
        ("https://example.com", False),
        ("https://example.org/page.html", False),
        ("https://example.org/README.md", False),
        ("https://example.org/watch?v=film.mp4", False),
        ("https://example.org/no-ending", False),
        ("https://[broken/film.mp4", False),
    ],
)
def test_addresses_of_files_are_wanted(address: str, expected: bool) -> None:
    assert is_wanted(address) is expected


def _text(text: str) -> QMimeData:
    data = QMimeData()
    data.setText(text)
    return data


def test_what_is_looked_at_in_copied_data() -> None:
    assert wanted_in(_text(f"see {LINK}, and https://example.org/")) == [LINK]
    assert wanted_in(_text(LINK + " x" * 60_000)) == []
    links = QMimeData()
    links.setUrls([QUrl(LINK)])
    assert wanted_in(links) == [LINK]
    secret = _text(LINK)
    secret.setData("x-kde-passwordManagerHint", b"secret")
    assert wanted_in(secret) == []


class Clipboard:
    """The clipboard of the test's process, which is not always the owner of what is on it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.is_own = False
        self._clipboard = QGuiApplication.clipboard()
        monkeypatch.setattr(QClipboard, "ownsClipboard", lambda _self: self.is_own)

    def copy(self, text: str) -> None:
        self._clipboard.setText(text)


@pytest.fixture
def clipboard(qapp: object, monkeypatch: pytest.MonkeyPatch) -> Clipboard:
    return Clipboard(monkeypatch)


def test_copied_links_are_told_once_each_while_that_is_wanted(
    qtbot: QtBot, keeper: PreferenceKeeper, clipboard: Clipboard
) -> None:
    watch = ClipboardWatch(QGuiApplication.clipboard(), keeper, keeper)
    found: list[list[str]] = []
    watch.found.connect(found.append)
    clipboard.copy(LINK)
    qtbot.wait(120)
    assert found == [], "it is off"
    keeper.change(watch_clipboard=True)
    clipboard.copy(f"{LINK} https://example.org/a.zip")
    qtbot.waitUntil(lambda: len(found) == 1)
    clipboard.copy("nothing")
    clipboard.copy(f"{LINK} https://example.org/b.zip")
    qtbot.waitUntil(lambda: len(found) == 2)
    assert found == [[LINK, "https://example.org/a.zip"], ["https://example.org/b.zip"]]
    clipboard.is_own = True
    clipboard.copy("https://example.org/c.zip")
    qtbot.wait(120)
    keeper.change(watch_clipboard=False)
    clipboard.is_own = False
    clipboard.copy("https://example.org/d.zip")
    qtbot.wait(120)
    assert len(found) == 2


@pytest.fixture
def other(qtbot: QtBot) -> QWidget:
    """Return a window that is not ours."""
    other = QWidget()
    qtbot.addWidget(other)
    return other


@pytest.fixture
def look_at(qtbot: QtBot, presence: Presence) -> Callable[[QWidget], None]:
    """Return what brings a window before the person's eyes; ours is at first."""

    def look(window: QWidget) -> None:
        window.show()
        window.activateWindow()
        qtbot.waitUntil(window.isActiveWindow)

    look(_window(presence))
    return look


def test_links_copied_while_nobody_looks_are_told_at_once_and_offered_when_somebody_does(
    presence: Presence, look_at: Callable[[QWidget], None], other: QWidget, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[list[str]] = []
    offered: list[list[str]] = []
    monkeypatch.setattr(presence.notifier, "tell_links", told.append)
    presence.links_found.connect(offered.append)
    presence._clipboard.found.emit(["a"])
    assert (told, offered) == ([], [["a"]])
    look_at(other)
    presence._clipboard.found.emit(["b"])
    presence._clipboard.found.emit(["c", "d"])
    assert told == [["b"], ["b", "c", "d"]]
    look_at(_window(presence))
    assert offered[1:] == [["b", "c", "d"]]
    look_at(other)
    look_at(_window(presence))
    assert len(offered) == 2, "each is offered once"


def test_links_added_from_the_notification_are_not_offered_again(
    presence: Presence, qtbot: QtBot, look_at: Callable[[QWidget], None], other: QWidget
) -> None:
    look_at(other)
    presence._clipboard.found.emit([LINK])
    with qtbot.waitSignal(presence.links_wanted) as wanted:
        presence.notifier.links_wanted.emit([LINK])
    assert wanted.args == [[LINK]]
    with qtbot.assertNotEmitted(presence.links_found):
        look_at(_window(presence))


def test_everything_can_be_loaded_beside_the_window() -> None:
    """In a fresh interpreter: loaded in a thread, it works in the main one."""
    program = (
        "import threading; from headrace_gui.desktop.loading import load;"
        "thread = threading.Thread(target=load); thread.start(); thread.join();"
        "import sys; assert 'jeepney' in sys.modules or sys.platform in ('win32', 'darwin');"
        "from PySide6.QtCore import QCoreApplication, QTimer; app = QCoreApplication([]);"
        "from headrace_gui.desktop.pace import Pace; called = []; pace = Pace(5, lambda: called.append(1), app);"
        "pace.ask(); pace.ask(); QTimer.singleShot(200, app.quit); app.exec(); assert called == [1, 1]"
    )
    subprocess.run([sys.executable, "-W", "error", "-c", program], check=True, timeout=60)


def test_no_type_of_qt_is_made_beside_the_window() -> None:
    """Types are made at first use, and two threads that come upon a half made one end the program."""
    program = (
        "import sys; import headrace_gui.app;"
        "from headrace_gui.desktop.loading import load, load_what_asks, making_types;"
        "from headrace.runner import load_jobs;"
        "made = lambda: {name + '.' + each for name in [*sys.modules] if name.startswith('PySide6.')"
        " for each in vars(sys.modules[name])};"
        "[*making_types()]; before = made(); load(); load_what_asks(); load_jobs();"
        "assert not made() - before, made() - before"
    )
    subprocess.run([sys.executable, "-W", "error", "-c", program], check=True, timeout=60)
