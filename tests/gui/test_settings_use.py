"""The settings searched, reached by keyboard and screen reader, in other languages, and as files."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from headrace.settings import Settings
from headrace_gui.language import Language
from headrace_gui.preferences import Scheme
from headrace_gui.settings_pages.choice_box import ChoiceField
from headrace_gui.settings_pages.controls import SwitchField
from headrace_gui.settings_pages.deed_row import DeedRow
from headrace_gui.settings_pages.entries import entries_of
from headrace_gui.settings_pages.entry import Page
from headrace_gui.settings_pages.number_field import NumberField
from headrace_gui.settings_pages.scheme_field import SchemeField
from headrace_gui.settings_pages.speed_field import SpeedField
from headrace_gui.texts import retell
from PySide6.QtCore import QEvent, QLocale, Qt, QTranslator
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from tests.support.settings_stage import Scene, click, deed, write

# Searching


def shown(scene: Scene) -> list[str]:
    return [row.entry.key for page in Page for row in scene.dialog.pages.view(page).rows() if row.isVisible()]


def shown_now(scene: Scene) -> list[str]:
    """Return what is shown, without making any page."""
    return [row.entry.key for view in scene.dialog.pages._views.values() for row in view.rows() if row.isVisible()]


def test_a_search_shows_what_is_found_on_all_pages(scene: Scene, qtbot: QtBot) -> None:
    QTest.keyClicks(scene.dialog.search, "tray")
    qtbot.waitUntil(lambda: scene.dialog.list.selectedItems() == [])
    qtbot.waitUntil(lambda: shown(scene) == ["start_hidden", "closing", "tray_icon"])
    row = next(row for row in scene.dialog.pages.view(Page.NOTIFICATIONS).rows() if row.entry.key == "tray_icon")
    assert ">Tray</span> icon" in row.words._title.text()
    QTest.keyClick(scene.dialog.search, Qt.Key.Key_Escape)
    assert scene.dialog.search.text() == ""
    assert shown(scene) == [row.entry.key for row in scene.dialog.pages.view(Page.GENERAL).rows()]
    assert scene.row("tray_icon").words._title.text() == "Tray icon"


def test_what_is_found_can_be_changed_in_place(scene: Scene) -> None:
    scene.dialog.search.setText("awake")
    scene.dialog._search("awake")
    QTest.keyClick(scene.dialog.search, Qt.Key.Key_Return)
    focus = scene.dialog.focusWidget()
    assert focus is not None
    QTest.keyClick(focus, Qt.Key.Key_Space)
    assert not scene.keeper.now.keep_awake


def test_what_is_found_stays_in_sight_where_the_field_is_left_at_once(scene: Scene, qtbot: QtBot) -> None:
    scene.dialog.activateWindow()
    QTest.keyClicks(scene.dialog.search, "awake")
    QTest.keyClick(scene.dialog.search, Qt.Key.Key_Return)
    focus = scene.dialog.focusWidget()
    assert focus is not None
    assert scene.dialog.pages.isAncestorOf(focus)
    qtbot.wait(300)  # the pause after the typing is over: it is searched for once more
    assert scene.dialog.focusWidget() is focus
    scene.dialog.list.setFocus()
    assert scene.dialog.search.text() == "awake"
    assert shown(scene) == ["keep_awake"]
    QTest.keyClick(scene.dialog.list, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: "language" in shown(scene))
    assert scene.dialog.search.text() == ""


def test_where_nothing_is_found_it_says_so(scene: Scene, qtbot: QtBot) -> None:
    scene.dialog._search("<b>xyzzy")
    qtbot.waitUntil(lambda: shown(scene) == [])
    assert scene.dialog.pages._nothing.isVisible()
    assert "<b>xyzzy" in scene.dialog.pages._nothing.text()


def test_a_page_that_is_chosen_ends_the_search(scene: Scene, qtbot: QtBot) -> None:
    scene.dialog.search.setText("tray")
    scene.dialog._search("tray")
    scene.dialog.list.setCurrentRow(list(Page).index(Page.SPEED))
    assert scene.dialog.search.text() == ""
    qtbot.waitUntil(lambda: shown(scene) == [entry.key for entry in entries_of(Page.SPEED)])


def test_a_page_chosen_before_it_is_made_comes_in_steps_and_the_last_one_chosen_stays(
    scene: Scene, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scene.dialog.pages._coming, "_slice", 0.0)  # a step a turn: a fast machine makes a page in one
    first = shown_now(scene)
    scene.dialog.list.choose(Page.ADVANCED)
    scene.dialog.list.choose(Page.NOTIFICATIONS)
    assert shown_now(scene) == first
    qtbot.waitUntil(lambda: "tray_icon" in shown_now(scene))
    qtbot.wait(50)
    assert shown_now(scene) == [row.entry.key for row in scene.dialog.pages.view(Page.NOTIFICATIONS).rows()]


def test_the_keyboard_reaches_list_search_and_controls(scene: Scene, qtbot: QtBot) -> None:
    scene.dialog.activateWindow()
    assert scene.dialog.focusWidget() is scene.dialog.list
    QTest.keyClick(scene.dialog.list, Qt.Key.Key_Down)
    qtbot.waitUntil(lambda: "max_running" in shown(scene))
    scene.dialog._begin_search()
    assert scene.dialog.focusWidget() is scene.dialog.search
    QTest.keyClick(scene.dialog.search, Qt.Key.Key_Down)
    assert scene.dialog.focusWidget() is scene.dialog.list


# Screen readers and languages


def test_every_control_has_a_name_and_says_what_it_does(scene: Scene) -> None:
    for page in Page:
        for row in scene.dialog.pages.view(page).rows():
            focus = row.button if isinstance(row, DeedRow) else row.control.focusProxy()
            assert focus is not None
            assert row.entry.title in focus.accessibleName() or row.entry.key == "queues", row.entry.key
            assert row.entry.sentence in focus.accessibleDescription(), row.entry.key


def test_nothing_that_takes_the_focus_is_nameless(scene: Scene) -> None:
    for page in Page:
        scene.dialog.show_page(page)
    for widget in scene.dialog.findChildren(QWidget):
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.focusProxy() is None:
            interface = QAccessible.queryAccessibleInterface(widget)
            assert interface.text(QAccessible.Text.Name), (widget, widget.objectName())


def test_a_switch_is_a_check_box_and_a_dot_a_radio_button(scene: Scene) -> None:
    switch = scene.control("mark_origin", SwitchField).switch
    interface = QAccessible.queryAccessibleInterface(switch)
    assert interface.role() is QAccessible.Role.CheckBox
    assert interface.state().checked
    tile = scene.control("scheme", SchemeField).tiles[Scheme.DARK]
    assert QAccessible.queryAccessibleInterface(tile).role() is QAccessible.Role.RadioButton


class Loud(QTranslator):
    """A language in which all is written in capitals, names of values aside."""

    def isEmpty(self) -> bool:
        return False

    def translate(self, _context: str, source: str, *_rest: Any) -> str:
        return source if "{" in source else source.upper()


def test_a_new_language_reaches_all_texts(scene: Scene, qapp: QApplication, qtbot: QtBot) -> None:
    for page in Page:
        scene.dialog.pages.view(page)
    translator = Loud()
    qapp.installTranslator(translator)
    retell(scene.dialog)
    try:
        assert scene.row("tries").words._title.text() == "TRIES"
        assert scene.control("tries", NumberField).edit.accessibleName() == "TRIES"
        assert scene.control("closing", ChoiceField).box.itemText(0) == "QUITS HEADRACE"
        assert scene.control("limit", SpeedField).box.itemText(0) == "NO LIMIT"
        assert scene.control("language", ChoiceField).box.itemText(2) == "Deutsch"
        assert scene.dialog.list.item(0).text() == "GENERAL"
        assert scene.dialog.search.placeholderText() == "SEARCH SETTINGS"
        assert scene.dialog.windowTitle() == "SETTINGS"
    finally:
        qapp.removeTranslator(translator)
        retell(scene.dialog)
    assert scene.dialog.list.item(0).text() == "General"


def test_numbers_are_written_as_the_new_language_does(scene: Scene, qapp: QApplication) -> None:
    scene.manager.apply_settings(replace(scene.manager.settings, tries=1000, limit=2_500_000))
    tries, limit = scene.control("tries", NumberField), scene.control("limit", SpeedField)
    running, timeout = scene.control("max_running", NumberField), scene.control("idle_timeout", NumberField)
    write(running.edit, "nonsense")
    running.edit.editingFinished.emit()
    write(timeout.edit, "1,500")
    timeout.edit.editingFinished.emit()
    before, language = QLocale(), Language(qapp)
    language.use("de")
    qapp.processEvents()
    try:
        assert (tries.edit.text(), limit.number.edit.text(), timeout.edit.text()) == ("1.000", "2,5", "1.500")
        assert running.edit.text() == "nonsense"
        click(tries._more)
        assert scene.manager.settings.tries == 1001
    finally:
        language.use("en")
        qapp.processEvents()
        QLocale.setDefault(before)


# The switch itself


def test_a_switch_slides_unless_motion_is_reduced(scene: Scene, qtbot: QtBot) -> None:
    switch = scene.control("mark_origin", SwitchField).switch
    click(switch)
    assert switch.place == 0.0
    scene.theme.reduced_motion = False
    click(switch)
    assert switch.place < 1.0
    qtbot.waitUntil(lambda: switch.place == 1.0)


# Places, export, import


def test_profile_and_log_are_shown_and_opened(scene: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[Path] = []

    def note(path: Path) -> bool:
        opened.append(path)
        return True

    monkeypatch.setattr("headrace_gui.dialogs.settings_deeds.open_path", note)
    scene.dialog.show_page(Page.ADVANCED)
    click(deed(scene, "profile").button)
    click(deed(scene, "log").button)
    assert opened == [tmp_path, tmp_path / "headrace.log"]
    monkeypatch.setattr("headrace_gui.dialogs.settings_deeds.open_path", lambda _path: False)
    click(deed(scene, "log").button)
    assert scene.dialog.pages.view(Page.ADVANCED).note.text() == "No program on this computer opens it."


def test_settings_go_out_and_come_in_again(scene: Scene, qtbot: QtBot, tmp_path: Path) -> None:
    path, note = tmp_path / "mine.json", scene.dialog.pages.view(Page.ADVANCED).note
    scene.manager.apply_settings(replace(scene.manager.settings, tries=3, queues=("Night",)))
    scene.keeper.change(scheme=Scheme.DARK)
    wanted, liked = scene.manager.settings, scene.keeper.now
    scene.dialog.deeds.export_to(path)
    qtbot.waitUntil(lambda: note.text() == "All settings are in mine.json now.")
    others = replace(wanted, tries=5, queues=("Series",))
    scene.manager.apply_settings(others)
    scene.keeper.change(scheme=Scheme.LIGHT)
    scene.dialog.deeds.import_from(path)
    qtbot.waitUntil(lambda: note.text().startswith("3 setting"))
    assert scene.manager.settings == replace(wanted, queues=("Series", "Night"))
    assert scene.keeper.now == liked
    note.undo_button.click()
    assert scene.manager.settings == others
    assert scene.keeper.now.scheme is Scheme.LIGHT


def test_an_import_says_what_it_left_out(scene: Scene, qtbot: QtBot, tmp_path: Path) -> None:
    path, note = tmp_path / "mine.json", scene.dialog.pages.view(Page.ADVANCED).note
    path.write_text('{"headrace": 1, "settings": {"tries": 0, "moon": 1, "download_folder": "/nowhere/at all"}}')
    scene.dialog.deeds.import_from(path)
    qtbot.waitUntil(lambda: bool(note.text()))
    assert "moon" in note.text()
    assert "“Tries”" in note.text()
    assert "“Folder for downloads”" in note.text()
    assert scene.manager.settings.tries == 8
    assert scene.manager.settings.download_folder == Path("/nowhere/at all")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("nonsense", "is not a file of settings"),
        ('{"headrace": 99}', "newer Headrace"),
        (None, "cannot be read"),
    ],
)
def test_a_bad_file_changes_nothing(scene: Scene, qtbot: QtBot, tmp_path: Path, text: str | None, told: str) -> None:
    path, note = tmp_path / "mine.json", scene.dialog.pages.view(Page.ADVANCED).note
    before = scene.manager.settings
    if text is not None:
        path.write_text(text)
    scene.dialog.deeds.import_from(path)
    qtbot.waitUntil(lambda: told in note.text())
    assert scene.manager.settings == before


def test_an_export_that_fails_is_told(scene: Scene, qtbot: QtBot, tmp_path: Path) -> None:
    note = scene.dialog.pages.view(Page.ADVANCED).note
    scene.dialog.deeds.export_to(tmp_path / "none" / "mine.json")
    qtbot.waitUntil(lambda: note.text().startswith("mine.json could not be written: "))


def test_the_dialogs_for_files_are_opened(scene: Scene) -> None:
    scene.dialog.show_page(Page.ADVANCED)
    for key in ("export", "import"):
        click(deed(scene, key).button)
        dialog = QApplication.activeModalWidget()
        assert dialog is not None
        dialog.close()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def test_all_pages_fit_into_a_small_window(scene: Scene, qtbot: QtBot) -> None:
    scene.dialog.resize(640, 400)
    for page in Page:
        scene.dialog.show_page(page)
        QApplication.processEvents()
        assert scene.dialog.pages._body.width() <= scene.dialog.pages.viewport().width(), page


def test_the_default_folder_is_the_systems(scene: Scene, qtbot: QtBot) -> None:
    usual = Settings().download_folder
    qtbot.waitUntil(lambda: scene.dialog.values.default("download_folder") == usual)
