"""What happens when all is done, in the window: the menu, the status bar, the minute before, the notification."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest
from headrace.finale import Deed
from headrace.manager import DownloadManager
from headrace_gui.action_table import Act
from headrace_gui.deed_words import DEEDS, countdown_sentence
from headrace_gui.desktop.all_done import Farewell, Standing
from headrace_gui.desktop.notes import Note, Offer, countdown_note, stopped_note
from headrace_gui.desktop.popups import Popup
from headrace_gui.desktop.presence import Presence
from headrace_gui.desktop.tray import TrayActions
from headrace_gui.dialogs.countdown_dialog import CountdownDialog
from headrace_gui.finishing import Finishing, finishing_of
from headrace_gui.main_window import MainWindow
from headrace_gui.memory import Memory
from headrace_gui.preferences import PreferenceKeeper
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from tests.support.fake_manager import FakeManager
from tests.support.made_up_deeds import MadeUpDeeds

MINUTE = Standing(Deed.SHUT_DOWN, 60)


@pytest.fixture
def finishing(window: MainWindow, manager: FakeManager) -> Finishing:
    return finishing_of(window, cast(DownloadManager, manager), Farewell(MadeUpDeeds))


def count(finishing: Finishing, deed: Deed = Deed.SHUT_DOWN) -> CountdownDialog:
    """Have the countdown to `deed` begin."""
    finishing.all_done.choose(deed)
    finale = finishing.all_done._finale
    finale.look(0.0, is_busy=True)
    finishing.all_done.look()
    dialog = finishing._dialog
    assert isinstance(dialog, CountdownDialog)
    return dialog


def shown(finishing: Finishing) -> dict[Deed, bool]:
    return {deed: row.isChecked() for deed, row in finishing.menu.rows.items() if row.isVisible()}


def test_the_menu_offers_what_the_machine_can_do(qtbot: QtBot, window: MainWindow, finishing: Finishing) -> None:
    assert window.actions_of[Act.WHEN_DONE].menu() is finishing.menu
    assert shown(finishing) == {Deed.NOTHING: True, Deed.QUIT: False}
    finishing.menu.aboutToShow.emit()
    qtbot.waitUntil(lambda: len(shown(finishing)) == 4)
    assert list(shown(finishing)) == [Deed.NOTHING, Deed.SLEEP, Deed.SHUT_DOWN, Deed.QUIT]
    assert set(DEEDS) == set(Deed)


def test_one_click_plans_it_and_the_status_bar_says_so(window: MainWindow, finishing: Finishing) -> None:
    assert not window.status._plan.isVisible()
    finishing.menu.rows[Deed.SHUT_DOWN].trigger()
    assert finishing.all_done.standing.deed is Deed.SHUT_DOWN
    assert (window.status._plan.isVisible(), window.status._plan.text()) == (True, "When done: Shut down")
    finishing.menu.rows[Deed.NOTHING].trigger()
    assert not window.status._plan.isVisible()


def test_what_is_chosen_elsewhere_is_ticked(finishing: Finishing) -> None:
    finishing.all_done.choose(Deed.HIBERNATE)
    assert shown(finishing)[Deed.HIBERNATE], "though this machine was not asked yet"


def test_the_minute_is_shown_above_all_and_counts(qtbot: QtBot, finishing: Finishing) -> None:
    dialog = count(finishing)
    qtbot.waitExposed(dialog)
    assert dialog.windowFlags() & Qt.WindowType.WindowStaysOnTopHint
    assert dialog.sentence() == countdown_sentence(Deed.SHUT_DOWN, 60)
    finishing.all_done.changed.emit(Standing(Deed.SHUT_DOWN, 42))
    assert dialog.sentence() == countdown_sentence(Deed.SHUT_DOWN, 42)
    assert finishing._dialog is dialog


def press(dialog: CountdownDialog, way: str) -> None:
    buttons = {button.text(): button for button in dialog.findChildren(QPushButton)}
    if way == "Escape":
        QTest.keyClick(dialog, Qt.Key.Key_Escape)
    elif way == "Return":
        QTest.keyClick(dialog, Qt.Key.Key_Return)
    elif way == "close":
        dialog.close()
    else:
        buttons[way].click()


@pytest.mark.parametrize("way", ["Stop", "Escape", "Return", "close"])
def test_it_can_be_stopped(qtbot: QtBot, finishing: Finishing, way: str) -> None:
    dialog = count(finishing)
    press(dialog, way)
    assert finishing.all_done.standing == Standing(Deed.NOTHING, None)
    assert finishing._dialog is None
    assert not finishing.all_done.timer.isActive()


def test_it_can_be_had_now(qtbot: QtBot, finishing: Finishing) -> None:
    press(count(finishing, Deed.SLEEP), "Sleep now")
    deeds = cast(MadeUpDeeds, finishing.all_done._farewell.deeds)
    qtbot.waitUntil(lambda: deeds.done == [Deed.SLEEP])
    assert finishing._dialog is None


def test_new_work_closes_it_and_keeps_the_plan(finishing: Finishing) -> None:
    count(finishing)
    finishing.all_done._finale.look(1.0, is_busy=True)
    finishing.all_done._tell()
    assert finishing._dialog is None
    assert finishing.all_done.standing == Standing(Deed.SHUT_DOWN, None)


def test_the_window_ends_in_order_before_the_machine(qtbot: QtBot, window: MainWindow, finishing: Finishing) -> None:
    with qtbot.waitSignal(window.closed):
        press(count(finishing), "Shut down now")
    assert finishing.all_done._farewell.deed is Deed.SHUT_DOWN


def test_a_window_that_is_closed_counts_no_more(qtbot: QtBot, window: MainWindow, finishing: Finishing) -> None:
    count(finishing)
    window.quit()
    assert not finishing.all_done.timer.isActive()


def test_what_the_system_refuses_is_told(window: MainWindow, finishing: Finishing) -> None:
    finishing.all_done.refused.emit(Deed.SLEEP, "not tonight")
    assert window.message_bar.text() == "“Sleep” was refused by the system: not tonight"


class KeptPopups(QObject):
    """Shows nothing, and keeps it."""

    pressed = Signal(object, object)

    def __init__(self) -> None:
        super().__init__()
        self.shown: list[tuple[Note, Popup | None]] = []

    def show(self, note: Note, instead_of: Popup | None = None) -> Popup:
        self.shown.append((note, instead_of))
        return instead_of or Popup(note)


@pytest.fixture
def popups(
    qtbot: QtBot, window: MainWindow, manager: FakeManager, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[KeptPopups]:
    """Return what notifies, of a window in the tray."""
    popups = KeptPopups()
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere/at/all")
    monkeypatch.setattr(Presence, "_popups", lambda _self: popups)
    actions = TrayActions([], QAction("Quit", window))
    keeper, memory = PreferenceKeeper(tmp_path / "p.ini"), Memory(tmp_path / "m.ini")
    presence = Presence(window, cast(Any, manager), keeper, memory, actions, platform="linux")
    window.presence = presence
    window.hide()
    yield popups
    window.presence = None
    presence.close()


def test_from_the_tray_a_notification_stops_it(finishing: Finishing, popups: KeptPopups) -> None:
    dialog = count(finishing)
    assert dialog.isVisible(), "though the window is not"
    note = popups.shown[0][0]
    assert note == countdown_note(countdown_sentence(Deed.SHUT_DOWN, 60))
    assert [offer for offer, _ in note.buttons] == [Offer.STOP]
    popups.pressed.emit(note, Offer.STOP)
    assert finishing.all_done.standing == Standing(Deed.NOTHING, None)
    assert popups.shown[1][0] == stopped_note()
    assert popups.shown[1][1] is not None, "in its place"
    popups.pressed.emit(note, Offer.STOP)  # an old one, pressed late
    assert QApplication.instance() is not None


def test_who_looks_at_the_window_needs_no_notification(
    window: MainWindow, finishing: Finishing, popups: KeptPopups, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(window, "isActiveWindow", lambda: True)
    count(finishing)
    assert popups.shown == []
