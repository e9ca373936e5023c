"""The add dialog: its habits, keys, pointer and sizes."""

from itertools import pairwise

import pytest
from headrace.curl_command import Remark
from headrace_gui.dialogs.add_dialog import AddDialog
from headrace_gui.dialogs.add_words import remark_words
from headrace_gui.language import Language
from headrace_gui.theme import Theme
from PySide6.QtCore import QLocale, QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from tests.support.add_stage import AddStage
from tests.support.beats import Beats

HOST = "https://a.org"


def test_size_folders_and_more_are_remembered(stage: AddStage) -> None:
    dialog = stage.open(f"{HOST}/1.zip")
    dialog.resize(600, 500)
    dialog._folder.edit.setText(str(stage.folder / "films"))
    dialog._parts.more_button.click()
    dialog._now.click()
    again = stage.open()
    assert (again.width(), again.height()) == (600, 500)
    assert not again._more.isHidden()
    assert again._folder.recent() == [str(stage.folder / "films")]
    menu = again._folder.offer()
    menu.actions()[0].trigger()
    menu.close()
    assert again._folder.folder() == stage.folder / "films"


def test_a_private_download_is_asked_for_and_its_folder_not_remembered(stage: AddStage) -> None:
    dialog = stage.open(f"{HOST}/1.zip")
    dialog._folder.edit.setText(str(stage.folder / "films"))
    dialog._parts.more_button.click()
    assert not dialog._more.fields.private.isChecked()
    dialog._more.fields.private.click()
    dialog._now.click()
    (specs,) = [argument for call, argument in stage.manager.calls if call == "add"]
    assert [spec.private for spec in specs] == [True]
    again = stage.open()
    assert again._folder.recent() == []
    assert not again._more.fields.private.isChecked()


def test_keys(stage: AddStage) -> None:
    dialog = stage.open(f"{HOST}/1.zip", f"{HOST}/2.zip", "nonsense")
    rows = dialog._list
    rows.setFocus()
    rows.setCurrentIndex(dialog._model.index(0))
    QTest.keyClick(rows, Qt.Key.Key_Space)
    assert dialog._model.ticked() == [f"{HOST}/2.zip"]
    QTest.keyClick(rows, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert len(dialog._model.ticked()) == 2
    QTest.keyClick(rows, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert dialog._model.ticked() == []
    QTest.keyClick(rows, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(rows, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == f"{HOST}/1.zip"
    assert QTest.qWaitForWindowActive(dialog)
    QTest.keyClick(dialog._text, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert [name for name, _, _ in stage.added()] == ["1.zip", "2.zip"]


@pytest.mark.parametrize(("opened", "count"), [(False, 9), (True, 19)])
def test_tab_goes_from_top_to_bottom(qtbot: QtBot, stage: AddStage, opened: bool, count: int) -> None:
    dialog = stage.open(f"{HOST}/1.zip")
    dialog._parts.more_button.setChecked(opened)
    if opened:
        dialog.resize(dialog.width(), 1160)  # so that nothing scrolls
    qtbot.waitUntil(lambda: not opened or dialog._more.fields.mirrors.isVisible())
    qtbot.waitUntil(lambda: dialog._parts.area.verticalScrollBar().maximum() == 0)
    stops: list[QWidget | None] = []
    for _ in range(count):
        stops.append(dialog.focusWidget())
        QTest.keyClick(dialog.focusWidget() or dialog, Qt.Key.Key_Tab)
    tops = [each.mapTo(dialog, QPoint(0, 0)).y() for each in stops if each is not None]
    assert stops[0] is dialog._text
    assert len(set(stops)) == count
    assert all(below > above - 8 for above, below in pairwise(tops)), tops


def test_everything_has_a_name_for_those_who_do_not_see_it(stage: AddStage) -> None:
    dialog = stage.open(f"{HOST}/1.zip")
    dialog._parts.more_button.click()
    interactive = (dialog._text, dialog._list, dialog._folder.edit, dialog._folder.menu_button, dialog._place.name)
    more = dialog._more.fields
    for each in (*interactive, more.headers, more.referer, more.agent, more.user, more.password, more.checksum):
        assert each.accessibleName(), each


def test_it_fits_into_a_small_window(qtbot: QtBot, stage: AddStage) -> None:
    dialog = stage.open(f"{HOST}/[1-5].zip")
    dialog.resize(640, 400)
    dialog._parts.more_button.click()
    qtbot.waitUntil(lambda: dialog._parts.area.verticalScrollBar().maximum() > 0)  # laid out anew
    assert (dialog.width(), dialog.height()) == (640, 400)
    assert dialog._parts.area.horizontalScrollBar().maximum() == 0
    assert dialog._parts.body.width() <= dialog._parts.area.viewport().width()
    assert dialog.rect().contains(dialog._now.mapTo(dialog, dialog._now.rect().bottomRight()))


def test_links_that_work_once_are_not_used_up_by_asking(qtbot: QtBot, stage: AddStage) -> None:
    stage.keeper.change(ask_servers=False)
    dialog = stage.open(f"{HOST}/1.zip")
    qtbot.waitUntil(dialog._now.isEnabled)
    QTest.qWait(200)
    assert not dialog._list.can_ask
    assert stage.asker.asked == []
    dialog._now.click()
    assert [name for name, _, _ in stage.added()] == ["1.zip"]


def test_remarks_are_told_in_the_language_that_is_spoken(qtbot: QtBot, stage: AddStage, qapp: QApplication) -> None:
    before, language = QLocale(), Language(qapp)
    dialog = stage.open(f"curl {HOST}/1.zip --preproxy proxy:1")
    english = dialog._parts.remarks.text()
    try:
        language.use("de")
        assert remark_words(Remark.PROXY) != english
        qtbot.waitUntil(lambda: dialog._parts.remarks.text() == remark_words(Remark.PROXY))
    finally:
        language.use("en")
        QLocale.setDefault(before)


def test_a_dialog_that_is_gone_is_not_tinted(qtbot: QtBot, stage: AddStage, theme: Theme) -> None:
    dialog = stage.open(f"{HOST}/1.zip")
    dialog.reject()
    qtbot.waitUntil(lambda: not isValid(dialog))
    theme.changed.emit()


@pytest.mark.alone
def test_opening_is_not_felt(qtbot: QtBot, stage: AddStage) -> None:
    beats = Beats(stage.parent)
    QGuiApplication.clipboard().setText(f"{HOST}/1.zip")
    stage.adding.open_with_clipboard()
    dialog = stage.shown()
    qtbot.waitUntil(lambda: stage.remarks() == ["asking…"])
    beats.close()
    assert max(beats.take(), default=(0.0, ""))[0] < 0.05
    assert dialog.text() == f"{HOST}/1.zip"


def test_two_wishes_to_open_meet_in_one_dialog(stage: AddStage) -> None:
    stage.adding.open_soon([f"{HOST}/1.zip"])
    stage.adding.open_soon([f"{HOST}/2.zip"])
    assert stage.shown().text() == f"{HOST}/1.zip\n{HOST}/2.zip"
    assert len(stage.parent.findChildren(AddDialog)) == 1


def test_paused_may_be_what_the_first_button_does(stage: AddStage) -> None:
    stage.keeper.change(add_paused=True)
    dialog = stage.open(f"{HOST}/1.zip")
    assert dialog._later.text() == "Download now"
    dialog._now.click()
    ((_, (spec,)),) = stage.manager.calls
    assert spec.paused
