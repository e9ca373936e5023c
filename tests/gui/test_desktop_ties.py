"""The window and its presence on the desktop tied together: what comes from there is done here."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest
from headrace.manager import DownloadManager
from headrace.states import DownloadState
from headrace_gui import desktop_ties
from headrace_gui.desktop.network import NetworkState
from headrace_gui.desktop.notes import Note, Offer, links_note
from headrace_gui.desktop.presence import Presence
from headrace_gui.desktop.system_look import SystemLook
from headrace_gui.desktop_ties import tie
from headrace_gui.main_window import MainWindow
from headrace_gui.memory import Memory
from headrace_gui.preferences import PreferenceKeeper
from PySide6.QtWidgets import QApplication, QToolButton
from pytestqt.qtbot import QtBot

from tests.support.fake_manager import FakeManager, make_snapshot

LINKS = ["https://example.org/a.iso", "https://example.org/b.iso"]


@pytest.fixture
def done(window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, Any]]:
    """Return what the window is asked to do, kept instead of done."""
    done: list[tuple[str, Any]] = []
    for part, name in (
        (window.commands, "open_one"),
        (window.commands, "show_one"),
        (window.adding, "open_soon"),
        (window.status, "show_network"),
    ):
        monkeypatch.setattr(part, name, lambda value, name=name: done.append((name, value)))
    return done


@pytest.fixture
def presence(
    qtbot: QtBot,
    qapp: QApplication,
    window: MainWindow,
    manager: FakeManager,
    done: list[tuple[str, Any]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Presence]:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere/at/all")
    monkeypatch.setattr(desktop_ties, "system_network", lambda: None)  # Qt never lets go of what it asks
    keeper, memory = PreferenceKeeper(tmp_path / "p.ini"), Memory(tmp_path / "m.ini")
    presence = tie(qapp, window, cast(DownloadManager, manager), keeper, memory, SystemLook(), hidden=False)
    with qtbot.waitSignal(presence.tray_settled):
        pass
    assert [name for name, _ in done] == ["show_network"], "what is known at first"
    done.clear()
    yield presence
    window.presence = None
    presence.close()


def press(presence: Presence, note: Note, offer: Offer) -> None:
    presence.notifier._popups.pressed.emit(note, offer)


def test_a_pressed_notification_does_what_it_says(
    window: MainWindow, manager: FakeManager, presence: Presence, done: list[tuple[str, Any]]
) -> None:
    manager.put(make_snapshot("a.zip", id="a", state=DownloadState.FAILED))
    note = Note("", "", ("a",))
    press(presence, note, Offer.OPEN)
    press(presence, note, Offer.SHOW)
    assert done == [("open_one", "a"), ("show_one", "a")]
    press(presence, note, Offer.RETRY)
    assert manager.snapshots()[0].state is DownloadState.QUEUED
    window.hide()
    press(presence, note, Offer.LOOK)
    assert (window.isVisible(), window.table.selected_ids()) == (True, ["a"])


def test_a_limit_chosen_in_the_tray_is_in_force(presence: Presence, manager: FakeManager) -> None:
    presence.tray.menu.limit_chosen.emit(500_000)
    assert manager.settings.limit == 500_000


def test_links_are_offered_by_a_toast_or_a_notification(
    window: MainWindow, presence: Presence, done: list[tuple[str, Any]]
) -> None:
    presence.links_found.emit(LINKS)
    assert window.toasts.texts() == ["2 links to files on the clipboard"]
    button = window.toasts.findChild(QToolButton)
    assert button is not None
    button.click()
    window.hide()
    press(presence, links_note(LINKS), Offer.ADD)
    assert done == [("open_soon", LINKS)] * 2
    assert window.isVisible(), "the dialog is over it"


@pytest.mark.parametrize(("there", "is_shown"), [(True, False), (False, True)])
def test_a_hidden_window_is_shown_small_where_no_tray_can_call_it(
    window: MainWindow, presence: Presence, *, there: bool, is_shown: bool
) -> None:
    window.hide()
    presence.tray_settled.emit(there)
    assert (window.isVisible(), window.isMinimized()) == (is_shown, is_shown)


def test_the_network_is_shown_in_the_status_bar(
    window: MainWindow, presence: Presence, done: list[tuple[str, Any]]
) -> None:
    network = window.findChild(NetworkState)
    assert network is not None
    network.changed.emit(False)
    assert done == [("show_network", False)]
