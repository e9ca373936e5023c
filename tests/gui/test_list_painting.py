"""What is painted: two tints of progress, marks on what was searched for, texts cut to their room."""

from typing import Any

import pytest
from headrace.filters import DownloadFilter
from headrace.states import DownloadState
from headrace_gui.accents import contrast
from headrace_gui.downloads.columns import COLUMNS
from headrace_gui.downloads.empty_state import EmptyState
from headrace_gui.downloads.painting import Type, found_in
from headrace_gui.downloads.sorting import SortBy
from headrace_gui.downloads.table_model import DownloadTableModel
from headrace_gui.downloads.table_view import DownloadTableView
from headrace_gui.downloads.tints import bar_colour, mark, pale, parts_of
from headrace_gui.icons import IconSet
from headrace_gui.theme import DARK, LIGHT, Theme, Tokens, medium
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.support.fake_manager import make_snapshot

_S = DownloadState
NOW = 1_700_000_100.0
NUMBER = {column.key: number for number, column in enumerate(COLUMNS)}
HALF: dict[str, Any] = {"total": 1_000, "received": 800, "claimed": 500}


@pytest.fixture
def model(qapp: QApplication) -> DownloadTableModel:
    return DownloadTableModel(clock=lambda: NOW)


def shown(qtbot: QtBot, model: DownloadTableModel, theme: Theme, *, rtl: bool = False) -> DownloadTableView:
    table = DownloadTableView(model, theme, IconSet())
    qtbot.addWidget(table)
    if rtl:
        table.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    table.resize(984, 300)
    with qtbot.waitExposed(table):
        table.show()
    return table


def colours_in(table: DownloadTableView, row: int, column: str, start: int = 0) -> list[str]:
    """Return the colours of a cell, each once, as they come from left to right and from top to bottom."""
    cell = table.visualRect(table.model().index(row, NUMBER[column])).adjusted(start, 0, 0, 0)
    image = table.viewport().grab(cell).toImage()
    pixels = (image.pixelColor(x, y).name().upper() for x in range(image.width()) for y in range(image.height()))
    return list(dict.fromkeys(pixels))


def words_in(table: DownloadTableView, row: int) -> list[str]:
    """Return the colours of a name cell beside its icon."""
    return colours_in(table, row, "name", 44)


# Tints


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("state", [_S.DOWNLOADING, _S.PAUSED, _S.FAILED])
def test_the_pale_tint_stands_out_from_track_and_bar(tokens: Tokens, state: DownloadState) -> None:
    full = bar_colour(state, tokens)
    tint = pale(full, tokens.track)
    best = contrast(full, tokens.track) ** 0.5
    assert contrast(tint, full) >= best * 0.9
    assert contrast(tint, tokens.track) >= best * 0.9


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
def test_marked_words_can_be_read(tokens: Tokens) -> None:
    assert contrast(tokens.text, mark(tokens)) >= 4.5
    assert contrast(mark(tokens), tokens.surface) >= 1.15


@pytest.mark.parametrize(
    ("facts", "parts"),
    [
        (HALF, (0.5, 0.8)),
        ({"total": 1_000, "received": 800, "claimed": 900}, (0.8, 0.8)),
        ({"total": 1_000, "received": 1_200}, (0.0, 1.0)),
        ({"total": None, "received": 5}, None),
        ({"total": 0}, (1.0, 1.0)),
        ({"total": 9, "state": _S.FINISHING}, (1.0, 1.0)),
    ],
)
def test_parts_of_the_bar(facts: dict[str, Any], parts: tuple[float, float] | None) -> None:
    assert parts_of(make_snapshot(**facts)) == parts


@pytest.mark.parametrize("compact", [False, True])
@pytest.mark.parametrize("rtl", [False, True])
def test_verified_bytes_are_full_and_others_pale(
    qtbot: QtBot, model: DownloadTableModel, theme: Theme, compact: bool, rtl: bool
) -> None:
    model.add([make_snapshot("a", id="a", state=_S.DOWNLOADING, **HALF)])
    table = shown(qtbot, model, theme, rtl=rtl)
    table.set_compact(compact)
    table.clearFocus()
    QApplication.processEvents()
    colours = colours_in(table, 0, "progress")
    order = [LIGHT.accent, pale(LIGHT.accent, LIGHT.track), LIGHT.track]
    places = [colours.index(each) for each in (reversed(order) if rtl else order)]
    assert places == sorted(places)


def test_all_verified_is_painted_full_alone(qtbot: QtBot, model: DownloadTableModel, theme: Theme) -> None:
    model.add([make_snapshot("a", id="a", state=_S.PAUSED, total=1_000, received=800, claimed=800)])
    colours = colours_in(shown(qtbot, model, theme), 0, "progress")
    assert LIGHT.waiting in colours
    assert pale(LIGHT.waiting, LIGHT.track) not in colours


def test_a_missing_file_is_painted_quieter(qtbot: QtBot, model: DownloadTableModel, theme: Theme) -> None:
    facts: dict[str, Any] = {"state": _S.COMPLETED, "total": 5, "received": 5}
    model.add([make_snapshot("a.zip", id="a", **facts), make_snapshot("b.zip", id="b", is_missing=True, **facts)])
    table = shown(qtbot, model, theme)
    assert LIGHT.done in colours_in(table, 0, "progress")
    assert LIGHT.done not in colours_in(table, 1, "progress")
    assert LIGHT.text in colours_in(table, 0, "name")
    assert LIGHT.text not in colours_in(table, 1, "name")


# What was searched for


@pytest.mark.parametrize(
    ("text", "words", "found"),
    [
        ("Big Buck Bunny", ["buck"], [(4, 4)]),
        ("Big Buck Bunny", ["b"], [(0, 1), (4, 1), (9, 1)]),
        ("aaaa", ["aa"], [(0, 4)]),
        ("abcdef", ["bcd", "cde"], [(1, 4)]),
        ("abc", ["x"], []),
        ("Straße", ["strasse"], []),
        ("", ["a"], []),
    ],
)
def test_where_words_are_found(text: str, words: list[str], found: list[tuple[int, int]]) -> None:
    assert found_in(text, words) == found


def test_words_are_looked_for_between_two_places() -> None:
    assert found_in("from from.org", ["from"], 5, 13) == [(5, 4)]


@pytest.mark.parametrize("rtl", [False, True])
def test_found_words_stand_on_a_soft_ground(qtbot: QtBot, model: DownloadTableModel, theme: Theme, rtl: bool) -> None:
    names = ("big-buck-bunny.mp4", "שיר-buck.mp4", "x" * 300 + "buck.zip")
    model.add([make_snapshot(name, id=name, state=_S.PAUSED) for name in names])
    table = shown(qtbot, model, theme, rtl=rtl)
    assert mark(LIGHT) not in colours_in(table, 0, "name")
    model.set_filter(DownloadFilter(text="buck"))
    assert [mark(LIGHT) in colours_in(table, row, "name") for row in range(3)] == [True, True, False]


def test_a_word_that_is_only_in_the_address_is_shown_too(qtbot: QtBot, model: DownloadTableModel, theme: Theme) -> None:
    address = "https://example.org/deep/down/zebra/file.zip"
    model.add([make_snapshot("a.zip", id="a", state=_S.PAUSED, address=address)])
    table = shown(qtbot, model, theme)
    for text in ("zebra", "example"):
        model.set_filter(DownloadFilter(text=text))
        assert mark(LIGHT) in colours_in(table, 0, "name")


def test_marks_stand_behind_what_was_found_in_names_with_pictures(
    qtbot: QtBot, model: DownloadTableModel, theme: Theme
) -> None:
    name = "🎬🎬🎬🎬 movie.mp4"
    model.add([make_snapshot(name, id="a", state=_S.PAUSED)])
    table = shown(qtbot, model, theme)
    model.set_filter(DownloadFilter(text="movie"))
    image = table.viewport().grab(table.visualRect(model.index(0, 0))).toImage()
    ground = QColor(mark(LIGHT))
    columns = [x for x in range(image.width()) if any(image.pixelColor(x, y) == ground for y in range(image.height()))]
    start, end = (50 + Type(medium(table.font())).width(name[:length]) for length in (5, 10))
    assert abs(min(columns) - start) <= 3
    assert abs(max(columns) - end) <= 3


# Texts


def test_texts_are_cut_to_their_room_and_read_in_their_direction(qapp: QApplication) -> None:
    type_ = Type(qapp.font())
    whole, cut, hebrew = type_.cut("name.zip", 500), type_.cut("name" * 50, 100), type_.cut("שיר.mp4", 500)
    assert whole.text == "name.zip"
    assert cut.text.endswith("…")
    assert cut.width <= 101
    assert hebrew.direction is Qt.LayoutDirection.RightToLeft
    assert type_.cut("name.zip", 500) is whole
    assert type_.cut("name.zip", 300) is whole
    assert type_.cut("name" * 50, 100) is cut
    assert type_.cut("name" * 50, 60).width <= 61
    assert len(type_.cut("name.zip", -5).text) <= 1


def test_a_one_line_row_shows_name_and_words(qtbot: QtBot, model: DownloadTableModel, theme: Theme) -> None:
    model.add([make_snapshot(name, id=name, state=_S.FAILED) for name in ("a.zip", "a" * 300 + ".zip")])
    table = shown(qtbot, model, theme)
    table.set_compact(True)
    assert [{LIGHT.text, LIGHT.failed} <= set(words_in(table, row)) for row in range(2)] == [True, True]


def test_the_header_tells_the_order_of_its_keys(qtbot: QtBot, model: DownloadTableModel, theme: Theme) -> None:
    table = shown(qtbot, model, theme)
    header = table.columns_header
    pictures = []
    size, name = NUMBER["size"], NUMBER["name"]
    for keys in ([], [SortBy(size, falling=True)], [SortBy(size)], [SortBy(size), SortBy(name)]):
        table.sort_by_keys(keys)
        pictures.append(header.grab().toImage())
    assert all(one != other for number, one in enumerate(pictures) for other in pictures[number + 1 :])


@pytest.mark.parametrize("size", [(900, 500), (300, 150), (200, 60)])
def test_the_empty_list_says_what_to_do_in_any_size(qtbot: QtBot, theme: Theme, size: tuple[int, int]) -> None:
    empty = EmptyState(theme)
    qtbot.addWidget(empty)
    empty.resize(*size)
    blank = empty.grab().toImage()
    empty.tell("Drop links here", "or press Ctrl+N")
    assert empty.grab().toImage() != blank
    assert empty.accessibleName() == "Drop links here. or press Ctrl+N"
