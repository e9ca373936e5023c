"""Texts that are painted rather than set: titles of columns and lines of the sidebar fit in every language."""

from collections.abc import Iterator

import pytest
from headrace_gui.downloads.columns import COLUMNS
from headrace_gui.language import LANGUAGES, Language
from headrace_gui.main_window import MainWindow
from PySide6.QtCore import QLocale, Qt
from PySide6.QtWidgets import QApplication


@pytest.fixture(params=LANGUAGES)
def spoken(request: pytest.FixtureRequest, qapp: QApplication) -> Iterator[str]:
    """Speak each language in turn, and English again afterwards."""
    before, language = QLocale(), Language(qapp)
    language.use(request.param)
    QApplication.processEvents()
    yield request.param
    language.use("en")
    QLocale.setDefault(before)
    qapp.setLayoutDirection(Qt.LayoutDirection.LeftToRight)


def test_titles_of_columns_are_whole(spoken: str, window: MainWindow) -> None:
    table, header = window.table, window.table.columns_header
    narrow = [
        column.title
        for number, column in enumerate(COLUMNS)
        if number and table.column_width(number) < header.title_width(number)
    ]
    assert narrow == []


def test_lines_of_the_sidebar_are_whole(spoken: str, window: MainWindow) -> None:
    assert window.sidebar.width() >= window.sidebar.roomy_width()


def test_a_change_of_language_gives_longer_titles_their_room(window: MainWindow, qapp: QApplication) -> None:
    language = Language(qapp)
    language.use("en")
    for code in ("de", "ru", "en"):
        language.use(code)
        QApplication.processEvents()
        assert window.sidebar.width() >= window.sidebar.roomy_width()
        header = window.table.columns_header
        assert all(window.table.column_width(n) >= header.title_width(n) for n in range(1, len(COLUMNS)))
