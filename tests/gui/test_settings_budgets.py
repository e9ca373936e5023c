"""Data budgets in the window: added, changed and removed on their page, and how they stand in the status bar."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from headrace.budgets import Budget, Standing
from headrace.day import Hold, HoldReason
from headrace_gui.background import Background
from headrace_gui.hold_words import waiting
from headrace_gui.main_window import MainWindow
from headrace_gui.settings_pages.budget_line import BudgetLine
from headrace_gui.settings_pages.budgets_field import BudgetsField
from headrace_gui.settings_pages.choice_box import ChoiceBox
from headrace_gui.settings_pages.entry import Page
from headrace_gui.theme import Theme
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from tests.support.fake_manager import FakeManager
from tests.support.settings_stage import Scene, click, write

MONTH, WIFI = Budget(20_000_000_000, day=15), Budget(1_500_000_000, "week", where="wifi")


@pytest.fixture
def manager() -> FakeManager:
    manager = FakeManager()
    manager.apply_settings(replace(manager.settings, budgets=(MONTH, WIFI)))
    manager.traffic.keys = ["", "wifi\t\tHome", "cellular\tmetered"]
    manager.traffic.network = "wifi\tmetered\tPhone"
    return manager


@pytest.fixture
def scene(qtbot: QtBot, manager: FakeManager, theme: Theme, tmp_path: Path) -> Iterator[Scene]:
    scene = Scene(manager, theme, tmp_path, Background())
    qtbot.addWidget(scene.dialog)
    with qtbot.waitExposed(scene.dialog):
        scene.dialog.show()
    yield scene
    scene.dialog.close()


@pytest.fixture
def field(scene: Scene) -> BudgetsField:
    control: BudgetsField = scene.control("budgets", BudgetsField)
    return control


def choose(box: ChoiceBox, value: str) -> None:
    box.setCurrentIndex(box.findData(value))
    box.activated.emit(box.currentIndex())


def shown(line: BudgetLine) -> tuple[str, str, str, bool]:
    return line.amount.text(), line.period.currentText(), line.place.currentText(), line.day.isVisibleTo(line)


def test_budgets_are_shown(field: BudgetsField) -> None:
    first, second = field.lines
    assert shown(first) == ("20 GB", "Each month", "All networks", True)
    assert shown(second) == ("1.5 GB", "Each week", "Wi-Fi", False)
    assert first.day.value() == 15
    places = [first.place.itemText(row) for row in range(first.place.count())]
    assert places[-2:] == ["Phone", "Home"]


def test_a_budget_is_changed(field: BudgetsField, manager: FakeManager) -> None:
    line = field.lines[0]
    write(line.amount, "0.5")
    QTest.keyClick(line.amount, Qt.Key.Key_Return)
    assert manager.settings.budgets[0] == replace(MONTH, amount=500_000_000)
    choose(line.place, "name:Phone")
    line.day.setValue(3)
    assert manager.settings.budgets == (Budget(500_000_000, day=3, where="name:Phone"), WIFI)
    choose(line.period, "day")
    assert not line.day.isVisibleTo(line)
    assert manager.settings.budgets[0].period == "day"


def test_an_amount_is_kept_to_the_byte(field: BudgetsField, manager: FakeManager) -> None:
    odd = Budget(1_234_567_891)
    manager.apply_settings(replace(manager.settings, budgets=(odd,)))
    assert field.lines[0].amount.text() == "1.234567891 GB"
    choose(field.lines[0].period, "week")
    assert manager.settings.budgets == (replace(odd, period="week"),)


def test_a_second_one_for_the_same_is_refused(field: BudgetsField, manager: FakeManager, scene: Scene) -> None:
    choose(field.lines[1].period, "month")
    assert scene.row("budgets").words.complaint.text() == ""
    choose(field.lines[1].place, "everywhere")
    assert scene.row("budgets").words.complaint.text() == (
        "There is a budget for these networks and this period already."
    )
    assert manager.settings.budgets == (MONTH, replace(WIFI, period="month"))
    assert shown(field.lines[1])[2] == "Wi-Fi"


def test_one_is_added_for_what_none_is_for(field: BudgetsField, manager: FakeManager) -> None:
    click(field.add_button)
    assert manager.settings.budgets[2] == Budget(20_000_000_000, "week")
    click(field.add_button)
    assert manager.settings.budgets[3] == Budget(20_000_000_000, "day")
    assert len(field.lines) == 4


def test_one_is_removed_and_brought_back(field: BudgetsField, manager: FakeManager, scene: Scene) -> None:
    click(field.lines[0].remove_button)
    assert list(manager.settings.budgets) == [WIFI]
    assert len(field.lines) == 1
    click(scene.dialog.pages.view(Page.SPEED).note.undo_button)
    assert manager.settings.budgets == (MONTH, WIFI)


def test_resetting_the_page_keeps_them(field: BudgetsField, manager: FakeManager, scene: Scene) -> None:
    manager.apply_settings(replace(manager.settings, quiet=True))
    click(scene.dialog.pages.view(Page.SPEED).reset_button)
    assert not manager.settings.quiet
    assert manager.settings.budgets == (MONTH, WIFI)


# The status bar, and what waits.


def test_the_status_bar_shows_the_one_that_ends_first_and_tells_of_all(window: MainWindow) -> None:
    end = date(2026, 12, 1)
    far = Standing(replace(MONTH, where="cellular"), 19_999_999_999, end, None, here=False)
    near = Standing(WIFI, 1_000_000_000, end, 2_000_000_000)
    window.status.show_budgets((Standing(MONTH, 1_000_000_000, end, None), near, far))
    assert plain(window.status._budget.text()) == "1.0 GB of 1.5 GB used"
    lines = plain(window.status._budget.toolTip()).split("\n")
    assert lines[0].startswith("20.0 GB a month (All networks): 1.0 GB of 20.0 GB used. It is whole again on ")
    assert lines[1].endswith("At this rate, 2.0 GB will have come by then.")
    assert lines[2].startswith("20.0 GB a month (Mobile networks)")
    assert lines[2].endswith("What comes now does not count.")
    window.status.show_budgets((far,))
    assert window.status._budget.isHidden()


def test_what_waits_names_the_budget() -> None:
    hold = Hold(HoldReason.BUDGET, 1000.0, WIFI)
    told, bare = (plain(waiting(each, 0.0)) for each in (hold, hold._replace(budget=None)))
    assert told.startswith("Waiting, the data budget of 1.5 GB a week (Wi-Fi) is used up until ")
    assert bare.startswith("Waiting, the data budget is used up until ")


def plain(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ")
