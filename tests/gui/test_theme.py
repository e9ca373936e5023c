"""Colours that can be read, icons that are there, a scheme that changes while the program runs."""

import re

import pytest
from headrace.filters import Category, StatusFilter
from headrace_gui.action_table import ENTRIES
from headrace_gui.downloads.row_buttons import RowButton
from headrace_gui.icons import CATEGORY_ICONS, STATUS_ICONS, IconSet, file_icon
from headrace_gui.theme import DARK, LIGHT, Theme, Tokens
from headrace_resources.files import icon_data, icon_path
from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
def test_text_can_be_read_on_every_ground(tokens: Tokens) -> None:
    grounds = (tokens.window, tokens.surface, tokens.selection, tokens.hover)
    texts = (tokens.text, tokens.secondary, tokens.done, tokens.failed, tokens.accent_text, tokens.warning)
    poor = [(text, ground) for text in texts for ground in grounds if contrast(text, ground) < 4.5]
    assert poor == []
    assert contrast(tokens.on_accent, tokens.accent) >= 4.5
    assert contrast(tokens.on_accent, tokens.accent_hover) >= 4.5


def test_the_scheme_changes_at_run_time(qtbot: QtBot, qapp: QApplication, theme: Theme) -> None:
    with qtbot.waitSignal(theme.changed):
        theme.use(Qt.ColorScheme.Dark)
    assert theme.tokens is DARK
    assert qapp.palette().color(QPalette.ColorRole.Base).name().upper() == DARK.surface
    theme.use(Qt.ColorScheme.Light)
    assert theme.tokens is LIGHT
    assert LIGHT.surface in qapp.styleSheet()


def test_the_system_is_followed(qtbot: QtBot, qapp: QApplication, theme: Theme) -> None:
    with qtbot.waitSignal(theme.changed):
        qapp.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Dark)


def test_every_icon_named_is_there_and_can_be_tinted() -> None:
    named = {entry.icon for entry in ENTRIES.values() if entry.icon} | {button.icon for button in RowButton}
    named |= set(CATEGORY_ICONS.values()) | set(STATUS_ICONS.values()) | {"disc", "chevron-down", "gauge", "more"}
    assert set(CATEGORY_ICONS) == set(Category)
    assert set(STATUS_ICONS) == set(StatusFilter)
    for name in named:
        svg = icon_data(name).decode()
        assert 'viewBox="0 0 24 24"' in svg
        assert 'stroke="currentColor"' in svg
        assert re.search('stroke-width="1.75"', svg)
    with pytest.raises(FileNotFoundError):
        icon_data("no such icon")
    assert icon_path("headrace").name == "headrace.svg"


def test_icons_take_their_colour_and_are_drawn_once(qapp: QApplication) -> None:
    icons = IconSet()
    pixmap = icons.pixmap("plus", "#FF0000", 24, 2.0)
    assert (pixmap.width(), pixmap.devicePixelRatio()) == (48, 2.0)
    assert pixmap.toImage().pixelColor(24, 24).name() == "#ff0000"
    assert icons.pixmap("plus", "#FF0000", 24, 2.0) is pixmap


def test_an_icon_has_the_same_shape_in_every_colour(qapp: QApplication) -> None:
    icons = IconSet()
    red, blue = (icons.pixmap("plus", colour, 24, 2.0).toImage() for colour in ("#FF0000", "#0000FF"))
    places = [(x, y) for x in range(48) for y in range(48)]
    shape = [red.pixelColor(*place).alpha() for place in places]
    assert shape == [blue.pixelColor(*place).alpha() for place in places]
    assert {0, 255} < set(shape)


@pytest.mark.parametrize(("name", "icon"), [("a.iso", "disc"), ("a.zip", "archive"), ("a.mp3", "music"), ("a", "file")])
def test_file_icons(name: str, icon: str) -> None:
    assert file_icon(name) == icon
