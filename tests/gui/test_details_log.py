"""The Log page: the story as it is told and grows, to be read, followed and copied."""

import sys
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import cast

import pytest
from headrace.manager import DownloadManager
from headrace.states import FailureReason, Notice
from headrace.story import StoryEntry, StoryKind
from headrace_gui.details.log import LogPage
from headrace_gui.details.log_model import MOST, LogModel
from headrace_gui.details.log_view import LogDelegate
from headrace_gui.icons import IconSet
from headrace_gui.story_words import is_same_day, time_of_day
from headrace_gui.texts import retell
from headrace_gui.theme import Theme
from PySide6.QtCore import QLocale, QPersistentModelIndex, QPoint, Qt
from PySide6.QtGui import QFontMetrics, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from tests.support.fake_manager import FakeManager, make_snapshot

K = StoryKind
EVENING = datetime(2026, 3, 13, 23, 59, 58).timestamp()  # noqa: DTZ001 - the day here
SNAPSHOT = make_snapshot("a.iso")


class StoryManager(FakeManager):
    """A manager that notes whose story was asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []

    def ask_story(self, download_id: str) -> None:
        self.asked.append(download_id)


@pytest.fixture
def manager(qapp: QApplication) -> StoryManager:
    return StoryManager()


@pytest.fixture
def page(qtbot: QtBot, manager: StoryManager, theme: Theme) -> LogPage:
    page = LogPage(cast(DownloadManager, manager), theme, IconSet())
    qtbot.addWidget(page)
    page.resize(700, 240)
    with qtbot.waitExposed(page):
        page.show()
    return page


def entries(count: int, start: float = EVENING) -> list[StoryEntry]:
    return [StoryEntry.of(start + n, K.STARTED, n) for n in range(count)]


def texts(model: LogModel) -> list[str]:
    return [str(model.index(row).data()) for row in range(model.rowCount())]


def test_the_story_has_a_heading_for_each_day(page: LogPage, manager: StoryManager) -> None:
    page.show_download(SNAPSHOT)
    assert manager.asked == [SNAPSHOT.id]
    manager.story_told.emit(SNAPSHOT.id, tuple(entries(4)))
    assert texts(page.model) == [
        "Friday, 13 March 2026",
        "Attempt 0 begins",
        "Attempt 1 begins",
        "Saturday, 14 March 2026",
        "Attempt 2 begins",
        "Attempt 3 begins",
    ]
    assert not page.model.flags(page.model.index(0)) & Qt.ItemFlag.ItemIsSelectable
    assert page.model.index(1).data(Qt.ItemDataRole.AccessibleTextRole) == "23:59:58, Information, Attempt 0 begins"


def test_it_grows_by_what_happens_to_this_download_alone(page: LogPage, manager: StoryManager) -> None:
    page.show_download(SNAPSHOT)
    manager.stories_grew.emit([(SNAPSHOT.id, StoryEntry.of(EVENING, K.PAUSED, 1))])
    assert page.model.rowCount() == 0, "what comes before the answer is in the answer"
    manager.story_told.emit(SNAPSHOT.id, tuple(entries(1)))
    manager.stories_grew.emit([("other", entries(1)[0]), (SNAPSHOT.id, StoryEntry.of(EVENING + 60, K.RESUMED, 0))])
    assert texts(page.model)[1:] == ["Attempt 0 begins", "Saturday, 14 March 2026", "Resumed"]


def test_answers_for_another_choice_are_passed_over(page: LogPage, manager: StoryManager) -> None:
    page.show_download(SNAPSHOT)
    other = make_snapshot("b.iso")
    page.show_download(other)
    manager.story_told.emit(SNAPSHOT.id, tuple(entries(3)))
    assert page.model.rowCount() == 0
    manager.story_told.emit(other.id, tuple(entries(1)))
    assert len(page.model.entries()) == 1


def test_nobody_is_asked_until_somebody_looks(qtbot: QtBot, page: LogPage, manager: StoryManager) -> None:
    page.hide()
    page.show_download(SNAPSHOT)
    page.refresh(SNAPSHOT)
    assert manager.asked == []
    page.show()
    page.refresh(SNAPSHOT)
    assert manager.asked == [SNAPSHOT.id], "once"


def test_without_a_story_it_says_why(page: LogPage, manager: StoryManager) -> None:
    assert page._note.isVisible()
    assert page._note.text() == "Choose a download to see what happened to it"
    page.show_download(SNAPSHOT)
    assert page._note.text() == ""
    manager.story_told.emit(SNAPSHOT.id, ())
    assert page._note.text() == "Nothing is known of this download's past"
    assert not page.copy_all_button.isEnabled()
    page.show_download(None)
    assert page._note.text().startswith("Choose")


def test_rows_and_the_whole_log_are_copied_as_text(page: LogPage, manager: StoryManager) -> None:
    page.show_download(SNAPSHOT)
    story = (StoryEntry.of(EVENING, K.ADDED, "h", 0), StoryEntry.of(EVENING + 9, K.FAILED, FailureReason.GONE, 410, ""))
    manager.story_told.emit(SNAPSHOT.id, story)
    lines = [
        "2026-03-13 23:59:58  Added, from h",
        "2026-03-14 00:00:07  Failed · File is gone from the server · HTTP status 410",
    ]
    QTest.mouseClick(page.copy_all_button, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == "\n".join(lines)
    page.view.setFocus()
    page.view.setCurrentIndex(page.model.index(3))
    QTest.keyClick(page.view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == lines[1]
    QTest.keyClick(page.view, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(page.view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "\n".join(lines)


def test_the_end_is_followed_until_somebody_scrolls_up(qtbot: QtBot, page: LogPage, manager: StoryManager) -> None:
    page.show_download(SNAPSHOT)
    manager.story_told.emit(SNAPSHOT.id, tuple(entries(200)))
    bar = page.view.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 0 and bar.value() == bar.maximum())
    before = bar.maximum()
    manager.stories_grew.emit([(SNAPSHOT.id, one) for one in entries(20, EVENING + 500)])
    qtbot.waitUntil(lambda: bar.maximum() > before and bar.value() == bar.maximum())
    bar.setValue(50)
    before = bar.maximum()
    manager.stories_grew.emit([(SNAPSHOT.id, one) for one in entries(20, EVENING + 900)])
    qtbot.waitUntil(lambda: bar.maximum() > before)
    qtbot.wait(30)
    assert bar.value() == 50
    bar.setValue(bar.maximum())
    manager.stories_grew.emit([(SNAPSHOT.id, one) for one in entries(20, EVENING + 1300)])
    qtbot.waitUntil(lambda: bar.value() == bar.maximum())


def test_long_sentences_break_where_the_page_is_narrow(qtbot: QtBot, page: LogPage, manager: StoryManager) -> None:
    page.show_download(SNAPSHOT)
    manager.story_told.emit(SNAPSHOT.id, (StoryEntry.of(EVENING, K.NOTED, Notice.LENGTH_UNKNOWN),))
    wide = page.view.visualRect(page.model.index(1)).height()
    page.resize(300, 240)
    qtbot.waitUntil(lambda: page.view.visualRect(page.model.index(1)).height() >= 3 * wide - 20)
    assert page.view.horizontalScrollBar().maximum() == 0
    assert not page.grab().isNull()


def test_another_language_writes_every_row_anew(qtbot: QtBot, page: LogPage, manager: StoryManager) -> None:
    page.show_download(SNAPSHOT)
    manager.story_told.emit(SNAPSHOT.id, tuple(entries(2)))
    QLocale.setDefault(QLocale("de_DE"))
    with qtbot.waitSignal(page.model.dataChanged):
        retell(page)
    assert texts(page.model)[0] == "Freitag, 13. März 2026"


def test_old_rows_go_and_what_is_in_sight_stays(page: LogPage, manager: StoryManager, qtbot: QtBot) -> None:
    page.show_download(SNAPSHOT)
    manager.story_told.emit(SNAPSHOT.id, tuple(entries(MOST - 2)))
    bar = page.view.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 0 and bar.value() == bar.maximum())
    bar.setValue(bar.maximum() // 2)
    seen = QPersistentModelIndex(page.view.indexAt(QPoint(5, 100)))
    before = page.view.visualRect(seen).top()
    reset: list[None] = []
    page.model.modelReset.connect(lambda: reset.append(None))
    for step in range(20):
        manager.stories_grew.emit([(SNAPSHOT.id, one) for one in entries(3, EVENING + 1000 * (step + 1))])
        QApplication.processEvents()
    assert seen.row() < MOST // 2 - 40
    assert abs(page.view.visualRect(seen).top() - before) <= 6, "the first heading has no room above"
    assert not reset


def test_only_what_is_new_is_measured(
    page: LogPage, manager: StoryManager, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    page.show_download(SNAPSHOT)
    manager.story_told.emit(SNAPSHOT.id, tuple(entries(MOST - 2)))
    QApplication.processEvents()
    measured: list[str] = []
    height = LogDelegate._height

    def noted(self: LogDelegate, width: int, sentence: str) -> int:
        measured.append(sentence)
        return height(self, width, sentence)

    monkeypatch.setattr(LogDelegate, "_height", noted)
    manager.stories_grew.emit([(SNAPSHOT.id, one) for one in entries(5, EVENING + 5000)])
    qtbot.waitUntil(lambda: bool(measured))
    QApplication.processEvents()
    assert len(measured) == 5
    page.resize(300, 240)
    QApplication.processEvents()
    assert len(measured) > MOST // 2


def read_zone() -> None:
    if sys.platform != "win32":
        time.tzset()


@pytest.fixture
def zone(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    def live_in(name: str) -> None:
        monkeypatch.setenv("TZ", name)
        read_zone()

    yield live_in
    monkeypatch.undo()
    read_zone()


@pytest.mark.skipif(sys.platform == "win32", reason="the zone is not the process's own there")
@pytest.mark.parametrize("hours", [0, 7, 9, -5])
@pytest.mark.parametrize("locale", ["en_US", "hi_IN", "de_DE"])
def test_the_column_of_times_holds_the_widest_in_every_zone(
    page: LogPage, locale: str, hours: int, zone: Callable[[str], None]
) -> None:
    zone(f"XYZ{-hours:+}")
    QLocale.setDefault(QLocale(locale))
    delegate = page.view.itemDelegate()
    assert isinstance(delegate, LogDelegate)
    metrics = QFontMetrics(delegate._time)
    day = [time_of_day(EVENING + hour * 3600) for hour in range(24)]
    assert max(map(metrics.horizontalAdvance, day)) <= delegate._times_width()
    assert delegate._times_width() <= max(map(metrics.horizontalAdvance, day)) + 4, "and is no wider"


def test_the_model_keeps_the_rules_and_a_bound(qtmodeltester: ModelTester) -> None:
    model = LogModel()
    qtmodeltester.check(model)  # type: ignore[no-untyped-call]
    model.show(entries(200))
    model.append(entries(3, EVENING + 300_000))
    for start in range(5):
        model.append(entries(1000, EVENING + 400_000 + 1000 * start))
        assert model.rowCount() <= MOST + 1
        assert isinstance(model.row(0), float)
        assert is_same_day(cast(float, model.row(0)), cast(StoryEntry, model.row(1)).at)
    assert model.entries()[-1] == entries(1000, EVENING + 404_000)[-1]
    model.show(())
    assert model.copied() == ""
