"""The field for words to search for."""

from headrace_gui.icons import IconSet
from headrace_gui.search_field import SearchField
from headrace_gui.theme import Theme
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot


def test_keys_that_wait_are_searched_for_together(qtbot: QtBot, qapp: QApplication) -> None:
    field, searched = SearchField(Theme(qapp), IconSet()), list[str]()
    qtbot.addWidget(field)
    field.searched.connect(searched.append)
    QTest.keyClicks(field, "film")
    assert searched == []
    qtbot.waitUntil(lambda: bool(searched))
    assert searched == ["film"]
