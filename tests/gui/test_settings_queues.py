"""Queues on their page: added, renamed, held, removed; downloads go along."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest
from headrace.manager import DownloadManager
from headrace.profile import Profile
from headrace.snapshots import DownloadSnapshot
from headrace_gui.background import Background
from headrace_gui.dialogs.settings_dialog import Computer, SettingsDialog
from headrace_gui.icons import IconSet
from headrace_gui.preferences import PreferenceKeeper
from headrace_gui.settings_pages.entry import Page
from headrace_gui.settings_pages.page_view import PageView
from headrace_gui.settings_pages.queues_field import QueuesField
from headrace_gui.settings_pages.row import SettingRow
from headrace_gui.theme import Theme
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot
from shiboken6 import delete

from tests.support.fake_manager import FakeManager, make_snapshot


@pytest.fixture
def view(qtbot: QtBot, manager: FakeManager, theme: Theme, tmp_path: Path) -> Iterator[PageView]:
    manager.apply_settings(replace(manager.settings, queues=("Night", "Series"), held_queues=("Night",)))
    manager.put(make_snapshot("a", id="a", queue="Night"), make_snapshot("b", id="b", queue="Night"))
    manager.put(make_snapshot("c", id="c", queue="Series"), make_snapshot("d", id="d"))
    computer = Computer(Profile(tmp_path), None, Background())
    keeper = PreferenceKeeper(tmp_path / "window.ini")
    dialog = SettingsDialog(cast(DownloadManager, manager), keeper, theme, IconSet(), computer)
    with qtbot.waitExposed(dialog):
        dialog.show()
    dialog.show_page(Page.QUEUES)
    yield dialog.pages.view(Page.QUEUES)
    dialog.close()
    theme.changed.disconnect()  # it lives a little longer than what it tints
    delete(dialog)  # at once: the next theme would style it all again


@pytest.fixture
def row(view: PageView) -> SettingRow:
    row = view.rows()[0]
    assert isinstance(row, SettingRow)
    return row


@pytest.fixture
def field(row: SettingRow) -> QueuesField:
    assert isinstance(row.control, QueuesField)
    return row.control


def queue_of(manager: FakeManager, download_id: str) -> str:
    snapshot = manager.snapshot(download_id)
    assert snapshot is not None
    return snapshot.queue


def queues_of(manager: FakeManager) -> dict[str, tuple[str, ...]]:
    return {name: getattr(manager.settings, name) for name in ("queues", "held_queues")}


def add(field: QueuesField, name: str) -> None:
    field.edit.setText(name)
    QTest.keyClick(field.edit, Qt.Key.Key_Return)


def test_the_main_queue_comes_first_and_stays(field: QueuesField) -> None:
    assert [line.edit.text() for line in field.lines] == ["Main queue", "Night", "Series"]
    assert [line.switch.isChecked() for line in field.lines] == [True, False, True]
    assert not field.lines[0].remove_button.isVisible()
    assert not field.lines[0].edit.isEnabled()


def test_a_queue_is_added(manager: FakeManager, field: QueuesField) -> None:
    add(field, "  Films ")
    assert manager.settings.queues == ("Night", "Series", "Films")
    assert field.lines[-1].edit.text() == "Films"
    assert field.edit.text() == ""
    assert field.window().isVisible()


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("  ", "Write a name for the queue."),
        ("night", "There is a queue of this name already."),
        ("main QUEUE", "There is a queue of this name already."),
        ("a" * 61, "A name has at most 60 characters, all of them visible."),
        ("a\tb", "A name has at most 60 characters, all of them visible."),
    ],
)
def test_a_name_that_cannot_be_is_told(
    manager: FakeManager, row: SettingRow, field: QueuesField, name: str, fault: str
) -> None:
    add(field, name)
    assert row.words.complaint.text() == fault
    assert manager.settings.queues == ("Night", "Series")
    QTest.keyClicks(field.edit, "x")
    assert row.words.complaint.text() == ""


def test_a_queue_is_renamed_with_its_downloads(manager: FakeManager, field: QueuesField) -> None:
    line = field.lines[1]
    line.edit.setText("Late")
    QTest.keyClick(line.edit, Qt.Key.Key_Return)
    assert manager.settings.queues == ("Late", "Series")
    assert manager.settings.held_queues == ("Late",)
    assert [queue_of(manager, each) for each in "abcd"] == ["Late", "Late", "Series", ""]
    assert field.lines[1] is line


def test_a_rename_that_cannot_be_is_told(manager: FakeManager, row: SettingRow, field: QueuesField) -> None:
    line = field.lines[1]
    line.edit.setText("Series")
    QTest.keyClick(line.edit, Qt.Key.Key_Return)
    assert row.words.complaint.text() == "There is a queue of this name already."
    assert manager.settings.queues == ("Night", "Series")
    line.edit.setText("NIGHT")
    QTest.keyClick(line.edit, Qt.Key.Key_Return)
    assert manager.settings.queues == ("NIGHT", "Series")


def test_queues_are_held_and_let_go(manager: FakeManager, field: QueuesField) -> None:
    for number, held in ((1, ()), (0, ("",)), (1, ("", "Night"))):
        QTest.mouseClick(field.lines[number].switch, Qt.MouseButton.LeftButton)
        assert manager.settings.held_queues == held
    assert field.lines[0]._state.text() == "Held"


def test_a_queue_is_removed_and_brought_back(manager: FakeManager, view: PageView, field: QueuesField) -> None:
    QTest.mouseClick(field.lines[1].remove_button, Qt.MouseButton.LeftButton)
    assert queues_of(manager) == {"queues": ("Series",), "held_queues": ()}
    assert [queue_of(manager, each) for each in "abcd"] == ["", "", "Series", ""]
    assert [line.name for line in field.lines] == ["", "Series"]
    assert "Night" in view.note.text()
    view.note.undo_button.click()
    assert queues_of(manager) == {"queues": ("Night", "Series"), "held_queues": ("Night",)}
    assert [queue_of(manager, each) for each in "abcd"] == ["Night", "Night", "Series", ""]


def test_what_happens_meanwhile_outlives_the_way_back(manager: FakeManager, view: PageView, field: QueuesField) -> None:
    QTest.mouseClick(field.lines[1].remove_button, Qt.MouseButton.LeftButton)
    add(field, "Films")
    field.lines[1].edit.setText("Serials")
    QTest.keyClick(field.lines[1].edit, Qt.Key.Key_Return)
    manager.apply_settings(replace(manager.settings, held_queues=("Films",)))
    manager.changes.set_queue(["b"], "Films")
    view.note.undo_button.click()
    assert queues_of(manager) == {"queues": ("Night", "Serials", "Films"), "held_queues": ("Films", "Night")}
    assert [queue_of(manager, each) for each in "abcd"] == ["Night", "Films", "Serials", ""]


def test_a_queue_made_anew_meanwhile_takes_its_downloads_back(
    manager: FakeManager, view: PageView, field: QueuesField
) -> None:
    QTest.mouseClick(field.lines[1].remove_button, Qt.MouseButton.LeftButton)
    undo = view.note.undo_button
    add(field, "night")
    undo.click()
    assert queues_of(manager) == {"queues": ("Series", "night"), "held_queues": ()}
    assert queue_of(manager, "a") == "night"


def test_queues_are_removed_without_a_walk_over_snapshots(
    manager: FakeManager, field: QueuesField, monkeypatch: pytest.MonkeyPatch
) -> None:
    def walk() -> list[DownloadSnapshot]:
        raise AssertionError("the whole list is copied")

    monkeypatch.setattr(manager, "snapshots", walk)
    field._book.remove("Night")()
    assert queue_of(manager, "a") == "Night"


def test_a_name_being_typed_outlives_the_removal_of_another_queue(manager: FakeManager, field: QueuesField) -> None:
    night, series = field.lines[1:]
    night.edit.setFocus()
    night.edit.setText("Late")
    QTest.mouseClick(series.remove_button, Qt.MouseButton.LeftButton)
    assert manager.settings.queues == ("Late",)
    assert [queue_of(manager, each) for each in "abcd"] == ["Late", "Late", "", ""]
    assert [line.name for line in field.lines] == ["", "Late"]
    assert field._list.count() == 2


def test_a_name_typed_for_a_queue_that_goes_is_none(manager: FakeManager, field: QueuesField) -> None:
    field.lines[1].edit.setFocus()
    field.lines[1].edit.setText("Late")
    manager.apply_settings(replace(manager.settings, queues=("Films", "Series"), held_queues=()))
    assert manager.settings.queues == ("Films", "Series")
    assert [field._list.indexOf(line) for line in field.lines] == [0, 1, 2]
    assert field._list.count() == 3


def test_a_queue_that_is_gone_has_no_name_to_change(manager: FakeManager, field: QueuesField) -> None:
    assert field._book.rename("Day", "Dusk") == ""
    assert manager.settings.queues == ("Night", "Series")


def test_queues_others_change_are_shown(manager: FakeManager, field: QueuesField) -> None:
    manager.apply_settings(replace(manager.settings, queues=("Series", "Films"), held_queues=("Films",)))
    assert [line.name for line in field.lines] == ["", "Series", "Films"]
    assert [line.switch.isChecked() for line in field.lines] == [True, True, False]


def test_queues_are_never_reset(view: PageView, row: SettingRow) -> None:
    assert view.keys() == []
    assert not view.reset_button.isVisible()
    assert not row.reset_button.isVisible()
