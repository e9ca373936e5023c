"""Hours of the week in the window: the grid, the field, a queue's dialog, and the words of what waits."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import cast

import pytest
from headrace.day import Hold, HoldReason
from headrace.manager import DownloadManager
from headrace.queue_options import QueueOptions
from headrace.schedules import WeekHours
from headrace.settings import Settings
from headrace_gui.background import Background
from headrace_gui.dialogs.queue_dialog import QueueDialog
from headrace_gui.hold_words import waiting
from headrace_gui.icons import IconSet
from headrace_gui.preferences import PreferenceKeeper
from headrace_gui.settings_pages.hours_field import HoursField
from headrace_gui.settings_pages.queue_book import QueueBook
from headrace_gui.settings_pages.values import SettingValues
from headrace_gui.theme import Theme
from headrace_gui.week_cells import CELLS, cells_of, hours_of
from headrace_gui.week_grid import WeekGrid
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QLocale, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from tests.support.fake_manager import FakeManager

LEFT = Qt.MouseButton.LeftButton
NOON = datetime(2026, 6, 1, 12).timestamp()  # noqa: DTZ001 - by the clock on this wall; a Monday


@pytest.fixture
def ground(qtbot: QtBot) -> Iterator[QWidget]:
    ground = QWidget()
    qtbot.addWidget(ground)
    ground.resize(800, 400)
    ground.show()
    yield ground
    ground.close()


@pytest.fixture
def grid(ground: QWidget, theme: Theme) -> WeekGrid:
    grid = WeekGrid(theme, ground)
    grid.resize(grid.sizeHint())
    grid.show()
    return grid


def at(grid: WeekGrid, day: int, half: int) -> QPoint:
    """Return the middle of a half hour; 0 is Monday."""
    row = (day - QLocale().firstDayOfWeek().value + 1) % 7
    return grid._rect(row, half).center()


# Half hours and hours.


@given(st.frozensets(st.integers(0, CELLS - 1), max_size=12))
def test_marked_half_hours_come_back(cells: frozenset[int]) -> None:
    assert cells_of(hours_of(cells)) == cells


def test_nothing_marked_is_no_hours_and_all_is_all_day() -> None:
    assert hours_of([]) == WeekHours()
    assert str(hours_of(range(CELLS))) == "00:00-24:00"
    assert str(hours_of([46, 47, 48 + 46, 48 + 47])) == "mon tue 23:00-24:00"


def test_too_many_different_hours_are_refused() -> None:
    with pytest.raises(ValueError, match="at most 30"):
        hours_of(day * 48 + half for day in range(7) for half in range(day % 2, 48, 2))


# The grid.


def test_the_mouse_marks_and_clears_what_it_is_drawn_over(qtbot: QtBot, grid: WeekGrid) -> None:
    with qtbot.waitSignal(grid.changed):
        QTest.mousePress(grid, LEFT, pos=at(grid, 1, 10))
        QTest.mouseMove(grid, at(grid, 2, 12))
        QTest.mouseRelease(grid, LEFT, pos=at(grid, 2, 12))
    assert grid.cells == {day * 48 + half for day in (1, 2) for half in (10, 11, 12)}
    with qtbot.waitSignal(grid.changed):
        QTest.mouseClick(grid, LEFT, pos=at(grid, 1, 11))
    assert 48 + 11 not in grid.cells


def test_a_click_on_a_days_name_marks_the_whole_day_and_clears_it(grid: WeekGrid) -> None:
    name = QPoint(3, at(grid, 4, 0).y())
    QTest.mouseClick(grid, LEFT, pos=name)
    assert grid.cells == frozenset(range(4 * 48, 5 * 48))
    QTest.mouseClick(grid, LEFT, pos=name)
    assert grid.cells == frozenset()


def test_it_is_the_other_way_round_where_the_language_is(grid: WeekGrid) -> None:
    grid.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    QTest.mouseClick(grid, LEFT, pos=at(grid, 0, 0))
    assert at(grid, 0, 0).x() > grid.width() // 2
    assert grid.cells == {0}


def test_the_keyboard_does_all_of_it_and_says_where_it_is(grid: WeekGrid) -> None:
    told: list[bool] = []
    grid.changed.connect(lambda: told.append(True))
    grid.setFocus()
    QTest.keyClick(grid, Qt.Key.Key_Space)
    QTest.keyClick(grid, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClick(grid, Qt.Key.Key_Right)
    first = (QLocale().firstDayOfWeek().value - 1) * 48
    assert grid.cells == {first, first + 1}
    assert len(told) == 2
    assert "not marked" in grid.accessibleDescription()
    QTest.keyClick(grid, Qt.Key.Key_Left)
    assert "not marked" not in grid.accessibleDescription()
    QTest.keyClick(grid, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClick(grid, Qt.Key.Key_Up)
    assert len(told) == 2, "what is marked already is no change"


# The field.


@pytest.fixture
def field(ground: QWidget, theme: Theme) -> HoursField:
    field = HoursField("Never by itself", theme, IconSet(), ground)
    field.describe("Hours", "")
    field.resize(700, 300)
    field.show()
    return field


def test_hours_are_chosen_and_given_up(field: HoursField) -> None:
    told: list[str] = []
    field.wanted.connect(told.append)
    field.show_value("")
    assert field.grid.isHidden()
    field._choose(1)
    assert not field.grid.isHidden()
    QTest.mouseClick(field.grid, LEFT, pos=at(field.grid, 0, 20))
    field._choose(0)
    assert told == ["00:00-06:00, 23:00-24:00", told[1], ""]
    assert "mon 10:00-10:30" in told[1]
    assert field.grid.isHidden()


def test_too_many_hours_are_not_taken(field: HoursField) -> None:
    refused: list[str] = []
    field.refused.connect(refused.append)
    field.show_value("22:00-23:00")
    field.grid.show_cells(frozenset(day * 48 + half for day in range(7) for half in range(day % 2, 48, 2)))
    field.grid.changed.emit()
    assert refused == ["These are too many different hours. Mark longer ones."]
    assert field.value == "22:00-23:00"


# A queue's options.


@pytest.fixture
def manager() -> FakeManager:
    return FakeManager(Settings(Path("/downloads"), queues=("Night",)))


@pytest.fixture
def dialog(ground: QWidget, manager: FakeManager, theme: Theme, tmp_path: Path) -> QueueDialog:
    keeper, background = PreferenceKeeper(tmp_path / "window.ini"), Background(ground)
    engine = cast(DownloadManager, manager)
    book = QueueBook(engine, SettingValues(engine, keeper, None, background, ground))
    dialog = QueueDialog("Night", book, theme, IconSet(), ground)
    dialog.show()
    return dialog


def test_a_queue_gets_its_options(dialog: QueueDialog, manager: FakeManager, tmp_path: Path) -> None:
    dialog.folder.setText(str(tmp_path))
    dialog.limit.set_rate(250_000)
    dialog.running.setValue(3)
    dialog.hours._choose(1)
    dialog._try()
    wanted = QueueOptions("Night", tmp_path, 250_000, 3, "00:00-06:00, 23:00-24:00")
    assert manager.settings.queue_options == (wanted,)


def test_a_folder_that_is_none_is_refused_and_nothing_changed(dialog: QueueDialog, manager: FakeManager) -> None:
    dialog.folder.setText("somewhere")
    dialog._try()
    assert dialog.isVisible()
    assert "whole path" in dialog.problem()
    assert manager.settings.queue_options == ()


# Words.


@pytest.mark.parametrize(
    ("hold", "words"),
    [
        (Hold(HoldReason.PERSON), "Waiting, the queue is held"),
        (Hold(HoldReason.HOURS), "Waiting for the hours of its queue"),
        (Hold(HoldReason.METERED), "Waiting for a network that is not metered"),
        (Hold(HoldReason.HOURS, NOON + 36_000), "Waiting for the hours of its queue, from 10:00\u202fPM"),
        (Hold(HoldReason.HOURS, NOON + 86_400), "Waiting for the hours of its queue, from Tue 12:00\u202fPM"),
    ],
)
def test_it_says_what_is_waited_for(hold: Hold, words: str) -> None:
    QLocale.setDefault(QLocale(QLocale.Language.English, QLocale.Country.UnitedStates))
    assert waiting(hold, NOON) == words
