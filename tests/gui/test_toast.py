"""The toasts: what Undo presses, which of them gives way, and how long they stay."""

from functools import partial

import pytest
from headrace.manager import UNDO_SECONDS
from headrace_gui import toast
from headrace_gui.toast import SHOWN_MS, ToastArea
from PySide6.QtWidgets import QFrame, QWidget
from pytestqt.qtbot import QtBot


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(800, 600)
    return window


@pytest.fixture
def area(window: QWidget) -> ToastArea:
    return ToastArea(window)


def test_undo_presses_nothing_but_what_undoes_the_newest_first(area: ToastArea) -> None:
    pressed: list[str] = []
    area.tell("Removed a.zip", "Undo", lambda: pressed.append("first"), is_undo=True)
    area.tell("Removed b.zip", "Undo", lambda: pressed.append("second"), is_undo=True)
    area.tell("3 links to files on the clipboard", "Add", lambda: pressed.append("add"))
    for _ in range(3):
        area.undo_latest()
    assert pressed == ["second", "first"]
    assert area.texts() == ["3 links to files on the clipboard"]


def test_what_has_no_button_gives_way_first_and_what_undoes_last(area: ToastArea) -> None:
    area.tell("undo", "Undo", list, is_undo=True)
    area.tell("offer", "Add", list)
    area.tell("plain")
    area.tell("another")
    assert area.texts() == ["undo", "offer", "another"]
    area.tell("undo too", "Undo", list, is_undo=True)
    area.tell("undo as well", "Undo", list, is_undo=True)
    assert area.texts() == ["undo", "undo too", "undo as well"]
    area.tell("last")
    assert area.texts() == ["undo too", "undo as well", "last"], "the oldest of the same kind"


def test_a_toast_goes_by_itself_in_its_time(qtbot: QtBot, area: ToastArea, monkeypatch: pytest.MonkeyPatch) -> None:
    area.tell("stays")
    monkeypatch.setattr(toast, "SHOWN_MS", 30)
    area.tell("goes", "Undo", list, is_undo=True)
    qtbot.waitUntil(lambda: area.texts() == ["stays"])
    area.undo_latest()


def test_undo_is_never_offered_when_it_is_too_late() -> None:
    assert 0 < SHOWN_MS < UNDO_SECONDS * 1000


def test_each_has_the_room_it_wants_however_many_come_at_once(qtbot: QtBot, window: QWidget, area: ToastArea) -> None:
    window.setStyleSheet("QFrame#toast QToolButton { padding: 9px; }")
    window.show()
    qtbot.waitExposed(window)
    for text in ("one", "two", "three"):
        area.tell(text, "Show in folder", list)
        _each_has_its_room(area, at_least=40)
    window.setStyleSheet("QFrame#toast QToolButton { padding: 20px; }")
    qtbot.waitUntil(partial(_each_has_its_room, area, 60))


def _each_has_its_room(area: ToastArea, at_least: int) -> None:
    toasts = [each for each in area.findChildren(QFrame, "toast") if each.isVisible()]
    assert len(toasts) == len(area.texts())
    for one in toasts:
        assert one.height() >= max(one.sizeHint().height(), at_least)
        assert area.rect().contains(one.geometry())


def test_what_is_told_about_a_matter_replaces_what_was(area: ToastArea) -> None:
    area.tell("Extracting photos.zip", "Stop", list, about="photos")
    area.tell("Copied")
    area.tell("photos.zip extracted", "Open", list, about="photos")
    assert area.texts() == ["Copied", "photos.zip extracted"]
    area.dismiss("photos")
    area.dismiss("")
    assert area.texts() == ["Copied"]
