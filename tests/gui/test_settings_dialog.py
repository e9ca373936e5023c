"""The settings as a person meets them: changed at once, refused in words, brought back."""

from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest
from headrace.manager import DownloadManager
from headrace.profile import Profile
from headrace_gui.background import Background
from headrace_gui.dialogs.settings_dialog import Computer, SettingsDialog
from headrace_gui.dialogs.settings_folder import FolderControl
from headrace_gui.icons import IconSet
from headrace_gui.preferences import Closing, PreferenceKeeper, Scheme
from headrace_gui.settings_pages.accent_field import AccentField
from headrace_gui.settings_pages.choice_box import ChoiceField
from headrace_gui.settings_pages.controls import SwitchField
from headrace_gui.settings_pages.entries import ENTRIES
from headrace_gui.settings_pages.entry import Home, Page
from headrace_gui.settings_pages.number_field import NumberField
from headrace_gui.settings_pages.path_fields import FileControl
from headrace_gui.settings_pages.scheme_field import SchemeField
from headrace_gui.settings_pages.speed_field import SpeedField
from headrace_gui.theme import Theme
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.support.fake_manager import FakeManager
from tests.support.settings_stage import Scene, click, deed, expect, write

# Changed at once


SWITCHES = [entry.key for entry in ENTRIES if entry.kind.value == "switch" and entry.home is not Home.SESSION]


@pytest.mark.parametrize("key", SWITCHES)
def test_a_switch_is_in_force_at_once_and_saved(scene: Scene, key: str) -> None:
    entry = scene.row(key).entry
    if entry.needs and not scene.dialog.values[entry.needs]:
        click(scene.control(entry.needs, SwitchField).switch)
    before = scene.dialog.values[key]
    click(scene.control(key, SwitchField).switch)
    assert scene.dialog.values[key] is not before
    if entry.home is Home.ENGINE:
        assert scene.manager.calls[-1] == ("apply_settings", scene.manager.settings)
        assert getattr(scene.manager.settings, key) is not before
    else:
        assert scene.saved(key) is not before


def test_a_click_on_the_row_turns_its_switch(scene: Scene) -> None:
    row = scene.row("watch_clipboard")
    QTest.mouseClick(row, Qt.MouseButton.LeftButton, pos=QPoint(20, row.height() // 2))
    assert scene.keeper.now.watch_clipboard


def test_space_turns_a_switch(scene: Scene) -> None:
    switch = scene.control("mark_origin", SwitchField).switch
    QTest.keyClick(switch, Qt.Key.Key_Space)
    assert not scene.manager.settings.mark_origin


def test_a_number_counts_when_the_typing_pauses(scene: Scene, qtbot: QtBot) -> None:
    field = scene.control("max_running", NumberField)
    write(field.edit, "12")
    assert scene.manager.settings.max_running == 4
    qtbot.waitUntil(lambda: scene.manager.settings.max_running == 12, timeout=2000)
    assert [call for call, _ in scene.manager.calls].count("apply_settings") == 1


def test_a_number_counts_when_its_field_is_left(scene: Scene) -> None:
    field = scene.control("idle_timeout", NumberField)
    write(field.edit, "7.5")
    QTest.keyClick(field.edit, Qt.Key.Key_Return)
    assert scene.manager.settings.idle_timeout == 7.5
    assert scene.dialog.isVisible()


def test_a_bad_number_is_told_and_not_applied(scene: Scene) -> None:
    row, field = scene.row("max_connections"), scene.control("max_connections", NumberField)
    write(field.edit, "900")
    QTest.keyClick(field.edit, Qt.Key.Key_Return)
    assert scene.manager.settings.max_connections == 8
    assert row.words.complaint.text() == "Write a whole number from 1 to 64."
    assert row.words.complaint.isVisible()
    assert field.edit.text() == "900"
    write(field.edit, "9")
    QTest.keyClick(field.edit, Qt.Key.Key_Return)
    assert scene.manager.settings.max_connections == 9
    assert not row.words.complaint.isVisible()


def test_buttons_and_arrow_keys_step_within_the_bounds(scene: Scene) -> None:
    field = scene.control("max_connections", NumberField)
    click(field._more)
    assert scene.manager.settings.max_connections == 9
    QTest.keyClick(field.edit, Qt.Key.Key_Down)
    QTest.keyClick(field.edit, Qt.Key.Key_Down)
    assert scene.manager.settings.max_connections == 7
    field.show_value(1)
    assert not field._less.isEnabled()
    QTest.keyClick(field.edit, Qt.Key.Key_Down)
    assert scene.manager.settings.max_connections == 1


def test_letters_of_any_script_are_typed_into_a_number(scene: Scene) -> None:
    field = scene.control("max_connections", NumberField)
    field.edit.clear()
    QApplication.sendEvent(field.edit, QKeyEvent(QEvent.Type.KeyPress, 0x416, Qt.KeyboardModifier.NoModifier, "Ж"))
    assert field.edit.text() == "Ж"


def test_a_choice_is_in_force_at_once(scene: Scene) -> None:
    box = scene.control("closing", ChoiceField).box
    box.setFocus()
    QTest.keyClick(box, Qt.Key.Key_Down)
    assert scene.saved("closing") is Closing.TRAY


def test_the_language_is_chosen_in_its_own_words(scene: Scene) -> None:
    box = scene.control("language", ChoiceField).box
    texts = [box.itemText(row) for row in range(box.count())]
    assert texts[:3] == ["Like the system", "English", "Deutsch"]
    box.activated.emit(2)
    assert scene.saved("language") == "de"


def test_a_scheme_is_chosen_by_its_picture(scene: Scene) -> None:
    tiles = scene.control("scheme", SchemeField).tiles
    click(tiles[Scheme.DARK])
    assert scene.saved("scheme") is Scheme.DARK
    QTest.keyClick(tiles[Scheme.DARK], Qt.Key.Key_Left)
    QTest.keyClick(tiles[Scheme.LIGHT], Qt.Key.Key_Space)
    assert scene.saved("scheme") is Scheme.LIGHT


def test_an_accent_is_one_of_the_dots_or_any_other(scene: Scene) -> None:
    field = scene.control("accent", AccentField)
    click(field._dots["#C4232B"])
    assert scene.saved("accent") == "#C4232B"
    scene.keeper.change(accent="#123456")
    assert field.other.isChecked()
    assert field.other.colour == "#123456"
    click(field._dots[""])
    assert scene.saved("accent") == ""
    assert field.other.colour == ""


def test_another_colour_is_asked_for(scene: Scene, qtbot: QtBot) -> None:
    field = scene.control("accent", AccentField)
    click(field.other)
    dialog = QApplication.activeModalWidget()
    assert dialog is not None
    dialog.reject()  # type: ignore[attr-defined]
    assert field._dots[""].isChecked()
    assert scene.keeper.now.accent == ""


def test_a_speed_is_offered_or_written(scene: Scene) -> None:
    field = scene.control("limit", SpeedField)
    limits = [scene.manager.settings.limit]
    assert field.box.currentText() == "No limit"
    assert field.number.isHidden()
    field.box.activated.emit(2)
    limits.append(scene.manager.settings.limit)
    field.box.activated.emit(field.box.count() - 1)
    assert field.number.isVisible()
    write(field.number.edit, "3.25")
    QTest.keyClick(field.number.edit, Qt.Key.Key_Return)
    limits.append(scene.manager.settings.limit)
    field.box.activated.emit(0)
    assert [*limits, scene.manager.settings.limit] == [None, 1_000_000, 3_250_000, None]
    assert field.number.isHidden()


def test_a_connection_may_be_as_slow_as_it_likes(scene: Scene) -> None:
    field = scene.control("low_speed", SpeedField)
    assert field.box.currentText() == "50\N{NO-BREAK SPACE}B/s"
    field.box.activated.emit(0)
    assert field.box.itemText(0) == "Never"
    assert scene.manager.settings.low_speed is None


def test_a_folder_is_looked_at_before_it_counts(scene: Scene, qtbot: QtBot, tmp_path: Path) -> None:
    row, field = scene.row("download_folder"), scene.control("download_folder", FolderControl)
    wanted = tmp_path / "films"
    field.field.edit.setText(str(wanted))
    qtbot.waitUntil(lambda: scene.manager.settings.download_folder == wanted, timeout=3000)
    (tmp_path / "a file").touch()
    field.field.edit.setText(str(tmp_path / "a file"))
    qtbot.waitUntil(lambda: row.words.complaint.text() == "This is a file, not a folder.", timeout=3000)
    field.field.edit.setText("films")
    qtbot.waitUntil(lambda: "whole path" in row.words.complaint.text(), timeout=3000)
    assert scene.manager.settings.download_folder == wanted


def test_certificates_are_looked_at_before_they_count(
    scene: Scene, qtbot: QtBot, tmp_path: Path, authority: Path
) -> None:
    row, field = scene.row("ca_file"), scene.control("ca_file", FileControl)
    field.edit.setText(str(authority))
    qtbot.waitUntil(lambda: scene.manager.settings.ca_file == authority, timeout=3000)
    (tmp_path / "notes.txt").write_text("no certificate")
    for text, wanted in (
        (str(tmp_path / "notes.txt"), "There are no certificates in this file that can be used."),
        (str(tmp_path / "none.pem"), "There is no such file."),
        ("own.pem", "Write the whole path, from the root of the disk on."),
    ):
        field.edit.setText(text)
        expect(qtbot, row, wanted)
    assert scene.manager.settings.ca_file == authority
    field.edit.clear()
    qtbot.waitUntil(lambda: scene.manager.settings.ca_file is None, timeout=3000)
    assert not row.words.complaint.isVisible()


@pytest.fixture
def authority(tmp_path: Path) -> Path:
    import trustme  # noqa: PLC0415 - slow to make keys with, and needed once

    path = tmp_path / "authority.pem"
    trustme.CA(key_type=trustme.KeyType.ECDSA).cert_pem.write_to_path(str(path))
    return path


# Starting with the session


def test_the_start_with_the_session_is_asked_of_the_desktop(scene: Scene, qtbot: QtBot) -> None:
    switch = scene.control("autostart", SwitchField).switch
    scene.autostart.on = True
    scene.dialog.values.refresh()
    qtbot.waitUntil(switch.isChecked)
    click(switch)
    qtbot.waitUntil(lambda: not scene.autostart.on)


def test_a_desktop_that_refuses_is_told_of(scene: Scene, qtbot: QtBot) -> None:
    row, switch = scene.row("autostart"), scene.control("autostart", SwitchField).switch
    scene.autostart.trouble = True
    click(switch)
    qtbot.waitUntil(lambda: row.words.complaint.text() == "The desktop did not allow it.")
    qtbot.waitUntil(lambda: not switch.isChecked())
    assert row.words.complaint.isVisible()


def test_where_nothing_starts_with_the_session_nothing_is_offered(
    qtbot: QtBot, manager: FakeManager, theme: Theme, tmp_path: Path
) -> None:
    computer = Computer(Profile(tmp_path), None, Background())
    keeper = PreferenceKeeper(tmp_path / "window.ini")
    dialog = SettingsDialog(cast(DownloadManager, manager), keeper, theme, IconSet(), computer)
    qtbot.addWidget(dialog)
    keys = [row.entry.key for row in dialog.pages.view(Page.GENERAL).rows()]
    assert "autostart" not in keys
    assert "closing" in keys


# What others change


def test_what_others_change_is_shown(scene: Scene) -> None:
    limit, running = scene.control("limit", SpeedField), scene.control("max_running", NumberField)
    scene.manager.apply_settings(replace(scene.manager.settings, limit=5_000_000, max_running=9))
    assert limit.box.currentText() == "5\N{NO-BREAK SPACE}MB/s"
    assert running.edit.text() == "9"
    switch = scene.control("one_line_rows", SwitchField).switch
    scene.keeper.change(one_line_rows=True)
    assert switch.isChecked()


def test_what_is_being_typed_stays_while_others_change_something(scene: Scene) -> None:
    field = scene.control("max_running", NumberField)
    write(field.edit, "1")
    scene.manager.apply_settings(replace(scene.manager.settings, limit=5_000_000))
    scene.dialog.values.refresh()
    assert field.edit.text() == "1"


def test_a_dialog_that_is_opened_again_shows_what_is_in_force(scene: Scene, qtbot: QtBot) -> None:
    row, field = scene.row("tries"), scene.control("tries", NumberField)
    write(field.edit, "0")
    QTest.keyClick(field.edit, Qt.Key.Key_Return)
    assert row.words.complaint.text()
    scene.dialog.close()
    scene.dialog.show()
    assert field.edit.text() == "8"
    assert not row.words.complaint.text()


def test_what_needs_the_tray_icon_cannot_be_chosen_without_it(scene: Scene) -> None:
    row = scene.row("start_hidden")
    assert row.control.isEnabled()
    scene.keeper.change(tray_icon=False)
    assert not row.control.isEnabled()
    assert row.words._need.text() == "Only while “Tray icon” is on."
    assert row.words._need.isVisible()


# Back to the defaults


def test_a_changed_setting_offers_its_default(scene: Scene) -> None:
    row = scene.row("max_running")
    assert not row.reset_button.isVisible()
    scene.manager.apply_settings(replace(scene.manager.settings, max_running=9))
    assert row.reset_button.isVisible()
    click(row.reset_button)
    assert scene.manager.settings.max_running == 4
    assert not row.reset_button.isVisible()
    assert scene.dialog.focusWidget() is row.control.focusProxy()


def test_a_page_is_reset_and_the_reset_undone(scene: Scene) -> None:
    changed = replace(scene.manager.settings, tries=3, idle_timeout=5.0, max_running=9)
    scene.manager.apply_settings(changed)
    scene.row("tries")
    view = scene.dialog.pages.view(Page.CONNECTIONS)
    view.reset_button.click()
    assert scene.manager.settings == replace(changed, tries=8, idle_timeout=30.0)
    assert view.note.isVisible()
    view.note.undo_button.click()
    assert scene.manager.settings == changed
    assert not view.note.isVisible()


def test_a_reset_takes_back_what_was_typed_wrongly(scene: Scene) -> None:
    row, field = scene.row("tries"), scene.control("tries", NumberField)
    write(field.edit, "0")
    QTest.keyClick(field.edit, Qt.Key.Key_Return)
    view = scene.dialog.pages.view(Page.CONNECTIONS)
    view.reset_button.click()
    assert field.edit.text() == "8"
    assert not row.words.complaint.text()
    assert view.note.text() == "All of this page had its default already."
    assert not view.note.undo_button.isVisible()


def test_a_note_goes_by_itself(scene: Scene, qtbot: QtBot) -> None:
    scene.row("tries")
    note = scene.dialog.pages.view(Page.CONNECTIONS).note
    assert note._end.interval() == 10_000
    note._end.setInterval(20)
    note.tell("Done.")
    assert note.isVisible()
    qtbot.waitUntil(lambda: not note.isVisible())


def test_everything_is_reset_but_queues(scene: Scene) -> None:
    changed = replace(scene.manager.settings, tries=3, queues=("Night",))
    scene.manager.apply_settings(changed)
    scene.keeper.change(accent="#C4232B", notify_failed=False)
    scene.dialog.show_page(Page.ADVANCED)
    deed(scene, "reset").button.click()
    assert scene.manager.settings.tries == 8
    assert scene.manager.settings.queues == ("Night",)
    assert scene.keeper.now.accent == ""
    scene.dialog.pages.view(Page.ADVANCED).note.undo_button.click()
    assert scene.manager.settings == changed
    assert scene.keeper.now.accent == "#C4232B"
