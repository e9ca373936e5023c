"""The window of the history: what it shows, finds, reads by and by, and does."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import cast

import pytest
from headrace.history import Figure, HistoryQuery, Outcome, Period
from headrace.manager import DownloadManager
from headrace.states import DownloadState, Failure, FailureReason
from headrace_gui.background import Background
from headrace_gui.history import history_deeds
from headrace_gui.history.clear_dialog import ClearDialog
from headrace_gui.history.history_dialog import HistoryDialog
from headrace_gui.history.history_words import HistoryColumn, told
from headrace_gui.icons import IconSet
from headrace_gui.language import Language
from headrace_gui.theme import Theme
from PySide6.QtCore import QEvent, QLocale, QMimeDatabase, QPoint, Qt
from PySide6.QtGui import QGuiApplication, QHelpEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QMenu, QTableWidget
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from tests.support.fake_history import FakeHistory
from tests.support.fake_manager import FakeManager, make_snapshot
from tests.support.remembering import make_entry


class Stage:
    def __init__(self, theme: Theme) -> None:
        self.manager = FakeManager()
        self.history: FakeHistory = self.manager.history
        self.asked: list[list[str]] = []
        self._theme, self.background = theme, Background()

    def open(self) -> HistoryDialog:
        manager = cast(DownloadManager, self.manager)
        look = self._theme, IconSet()
        self.dialog = HistoryDialog(manager, self.background, look, self.asked.append)
        self.dialog.show()
        return self.dialog


@pytest.fixture(scope="module", autouse=True)
def mime_types(qapp: QApplication) -> None:
    """Have Qt open its database of file types, which it keeps open for as long as the process lives."""
    QMimeDatabase().mimeTypeForFile("a.txt")


@pytest.fixture
def stage(qtbot: QtBot, qapp: QApplication) -> Iterator[Stage]:
    made = Stage(Theme(qapp))
    yield made
    if hasattr(made, "dialog") and isValid(made.dialog):
        made.dialog.close()
    made.background.deleteLater()


def names(dialog: HistoryDialog) -> list[str]:
    model = dialog.model
    return [str(model.index(row, HistoryColumn.NAME).data()) for row in range(model.rowCount())]


def spaced(text: str) -> str:
    """Return a text with common spaces in the place of those that keep a number and its unit together."""
    return text.replace("\N{NO-BREAK SPACE}", " ")


# What is shown.


def test_what_ended_is_shown_the_latest_first(stage: Stage) -> None:
    failure = Failure(FailureReason.NOT_FOUND, status=404)
    stage.history.put(
        make_entry(1, size=5_000_000, received=6_000_000, seconds=3.0),
        make_entry(2, outcome=Outcome.FAILED, failure=failure, size=None, received=0),
        make_entry(3, outcome=Outcome.REMOVED, received=400),
    )
    dialog = stage.open()
    assert names(dialog) == ["3.bin", "2.bin", "1.bin"]
    cells = [spaced(str(dialog.model.index(2, column).data())) for column in HistoryColumn]
    assert cells[0] == "1.bin"
    assert cells[2:] == ["5.0 MB", "2.0 MB/s", "example.org", "Finished"]
    assert dialog.model.index(1, HistoryColumn.OUTCOME).data() == "Failed: Server has no such file"
    assert dialog.model.index(0, HistoryColumn.OUTCOME).data() == "Removed unfinished"
    assert spaced(dialog.model.index(0, HistoryColumn.SIZE).data()) == "400 B"
    assert dialog.stack.currentWidget() is dialog.table
    assert "6.0 MB" in spaced(dialog.summary.text())


def test_all_of_an_entry_is_told(stage: Stage) -> None:
    text = spaced(told(make_entry(final_host="cdn.example", proven="sha256 given", received=2_000_000, seconds=2.0)))
    for part in (
        "1.bin",
        str(Path("/downloads")),
        "https://example.org/1.bin",
        "cdn.example",
        "2.0 MB in 2 s",
        "sha256",
    ):
        assert part in text


@pytest.mark.parametrize(
    ("days", "search", "said"),
    [
        (None, "", "Nothing has ended yet"),
        (0, "", "Nothing is remembered"),
        (None, "nowhere", "Nothing that was remembered is like that"),
    ],
)
def test_where_there_is_nothing_it_is_said_why(
    qtbot: QtBot, stage: Stage, days: int | None, search: str, said: str
) -> None:
    if search:
        stage.history.put(make_entry())
    stage.manager._settings = type(stage.manager.settings)(history_days=days)
    dialog = stage.open()
    dialog.search.setText(search)
    qtbot.waitUntil(lambda: said in dialog.empty.text())
    assert dialog.stack.currentWidget() is dialog.empty
    assert not dialog.again.isEnabled()


def test_nothing_is_said_before_anything_was_read(stage: Stage) -> None:
    stage.history.waiting = []
    dialog = stage.open()
    assert dialog.empty.text() == ""
    for answer in stage.history.waiting:
        answer()
    assert dialog.empty.text() != ""


def test_searching_narrows_it_down(qtbot: QtBot, stage: Stage) -> None:
    stage.history.put(
        make_entry(1, name="one.iso"), make_entry(2, name="two.zip"), make_entry(3, outcome=Outcome.FAILED)
    )
    dialog = stage.open()
    QTest.keyClicks(dialog.search, "iso")
    qtbot.waitUntil(lambda: names(dialog) == ["one.iso"])
    dialog.search.clear()
    qtbot.waitUntil(lambda: len(names(dialog)) == 3)
    dialog.outcome.setCurrentIndex(2)
    dialog.outcome.activated.emit(2)
    assert names(dialog) == ["3.bin"]


def test_escape_empties_the_search_and_then_closes(qtbot: QtBot, stage: Stage) -> None:
    dialog = stage.open()
    QTest.keyClicks(dialog.search, "iso")
    QTest.keyClick(dialog.search, Qt.Key.Key_Escape)
    assert dialog.search.text() == ""
    assert dialog.isVisible()
    with qtbot.waitSignal(dialog.finished):
        QTest.keyClick(dialog.search, Qt.Key.Key_Escape)


def test_an_answer_that_comes_too_late_is_not_shown(qtbot: QtBot, stage: Stage) -> None:
    stage.history.put(make_entry(1, name="one.iso"), make_entry(2, name="two.zip"))
    dialog = stage.open()
    waiting: list[Callable[[], None]] = []
    stage.history.waiting = waiting
    dialog.model.search(HistoryQuery("one"))
    dialog.model.search(HistoryQuery("two"))
    for answer in reversed(list(waiting)):
        answer()
    assert names(dialog) == ["two.zip"]


def test_pages_are_read_as_they_are_scrolled_to(qtbot: QtBot, stage: Stage) -> None:
    stage.history.put(*(make_entry(number) for number in range(1, 1001)))
    dialog = stage.open()
    read = dialog.model.rowCount()
    assert read <= 400
    bar = dialog.table.verticalScrollBar()

    def at_the_end() -> bool:
        bar.setValue(bar.maximum())
        return dialog.model.rowCount() == 1000

    qtbot.waitUntil(at_the_end)
    assert names(dialog) == [f"{number}.bin" for number in range(1000, 0, -1)]
    asked = [before for call, (_, before) in stage.history.calls if call == "page"]
    assert len(asked) == len(set(asked))


def test_what_ends_meanwhile_comes_in_above_and_the_choice_stays(qtbot: QtBot, stage: Stage) -> None:
    stage.history.put(*(make_entry(number) for number in range(1, 301)))
    dialog = stage.open()
    dialog.table.selectRow(5)
    chosen = dialog.table.selected()
    stage.history.put(make_entry(301, name="new.iso"))
    qtbot.waitUntil(lambda: names(dialog)[0] == "new.iso")
    assert dialog.table.selected() == chosen
    stage.history.entries = [entry for entry in stage.history.entries if entry.number != 299]
    stage.history.tell()
    qtbot.waitUntil(lambda: "299.bin" not in names(dialog))
    assert dialog.table.selected() == chosen
    dialog.close()
    assert stage.history._listeners == []


def test_words_follow_the_language(qapp: QApplication, stage: Stage) -> None:
    stage.history.put(make_entry())
    dialog, before, language = stage.open(), QLocale(), Language(qapp)
    english = dialog.summary.text()
    try:
        language.use("ar")
        qapp.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        assert dialog.isRightToLeft()
        dialog.grab()
    finally:
        language.use("en")
        qapp.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        QLocale.setDefault(before)
    assert dialog.summary.text() == english


# What can be done.


def test_a_download_is_offered_again(stage: Stage) -> None:
    stage.history.put(make_entry(1), make_entry(2), make_entry(3))
    dialog = stage.open()
    dialog.table.selectAll()
    dialog.again.click()
    assert stage.asked == [[f"https://example.org/{number}.bin" for number in (3, 2, 1)]]


def test_an_address_that_is_not_kept_comes_from_the_list_or_not_at_all(stage: Stage) -> None:
    listed = make_snapshot("here.bin", state=DownloadState.COMPLETED, address="https://example.org/here.bin?token=hush")
    stage.manager.put(listed)
    stage.history.put(
        make_entry(1, address="https://example.org/gone.bin?token=***"),
        make_entry(2, download_id=listed.id, address="https://example.org/here.bin?token=***"),
    )
    dialog = stage.open()
    dialog.table.selectRow(1)
    assert not dialog.again.isEnabled()
    assert "secret" in dialog.again.toolTip()
    dialog.table.selectRow(0)
    dialog.again.click()
    assert stage.asked == [["https://example.org/here.bin?token=hush"]]
    dialog.deeds.copy(dialog.model.entries([1]))
    assert QGuiApplication.clipboard().text() == "https://example.org/gone.bin?token=***"


def test_deleting_takes_entries_out_for_good(stage: Stage) -> None:
    stage.history.put(*(make_entry(number) for number in range(1, 6)))
    dialog = stage.open()
    dialog.table.selectRow(1)
    QTest.keyClick(dialog.table, Qt.Key.Key_Delete)
    assert names(dialog) == ["5.bin", "3.bin", "2.bin", "1.bin"]
    assert ("delete", {4}) in stage.history.calls


def test_clearing_asks_what_and_takes_the_least_unless_told(stage: Stage) -> None:
    today = stage.manager.traffic.today
    stage.history.put(make_entry(1, day=today - timedelta(days=400)), make_entry(2, day=today, host="b.org"))
    dialog = stage.open()
    dialog.table.selectRow(0)
    dialog.ask_clear()
    question = dialog.findChild(ClearDialog)
    assert question is not None
    texts = [question.choice.itemText(row) for row in range(question.choice.count())]
    assert texts[-2:] == ["All from b.org", "All of it"]
    assert len(texts) == len(question.queries)
    assert stage.history.calls[-1][0] != "clear"
    assert question.confirm()
    assert stage.history.calls[-1] == ("clear", HistoryQuery(last=today - timedelta(days=365)))
    assert names(dialog) == ["2.bin", "1.bin"] or stage.history.entries[0].number == 2


def test_a_file_is_opened_a_program_shown_and_one_that_is_gone_told_of(
    qtbot: QtBot, stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[tuple[str, Path]] = []

    def opener(how: str) -> Callable[[Path], bool]:
        def act(path: Path) -> bool:
            opened.append((how, path))
            return True

        return act

    monkeypatch.setattr(history_deeds, "open_path", opener("open"))
    monkeypatch.setattr(history_deeds, "show_in_folder", opener("show"))
    for name in ("text.txt", "setup.exe"):
        (tmp_path / name).touch()
    stage.history.put(
        make_entry(1, name="gone.txt", folder=tmp_path),
        make_entry(2, name="setup.exe", folder=tmp_path),
        make_entry(3, name="text.txt", folder=tmp_path),
        make_entry(4, name="lost.txt", folder=tmp_path / "missing" / "too"),
    )
    dialog = stage.open()
    dialog.table.selectRow(1)
    QTest.keyClick(dialog.table, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: opened == [("open", tmp_path / "text.txt")])
    dialog.deeds.open(dialog.model.entries([2])[0])
    qtbot.waitUntil(lambda: opened[-1] == ("show", tmp_path / "setup.exe"))
    dialog.deeds.show(dialog.model.entries([3])[0])
    qtbot.waitUntil(lambda: opened[-1] == ("open", tmp_path))
    dialog.deeds.open(dialog.model.entries([3])[0])
    qtbot.waitUntil(lambda: any("gone.txt" in text for text in dialog.toasts.texts()))
    dialog.deeds.show(dialog.model.entries([0])[0])
    qtbot.waitUntil(lambda: any("lost.txt" in text for text in dialog.toasts.texts()))


def test_menus_offer_what_can_be_done(stage: Stage) -> None:
    stage.history.put(make_entry(1, host="b.org", address="https://b.org/1.bin"), make_entry(2))
    dialog = stage.open()
    dialog.table.selectRow(1)
    dialog._offer(QPoint(5, 5))
    menu = dialog.findChildren(QMenu)[-1]
    texts = [action.text() for action in menu.actions() if action.text()]
    assert len(texts) == 6
    next(action for action in menu.actions() if "host" in action.text()).trigger()
    assert dialog.search.text() == "b.org"
    menu.close()
    dialog.more.click()
    menu = dialog.findChildren(QMenu)[-1]
    menu.actions()[0].trigger()
    asking = dialog.findChild(QFileDialog)
    assert asking is not None
    asking.close()
    menu.close()
    dialog.deeds.export(dialog.query, Path("/tmp/out.csv"))  # noqa: S108 - nothing is written
    assert stage.history.calls[-1][0] == "export"
    assert any("out.csv" in text for text in dialog.toasts.texts())


# Figures.


def cell(table: QTableWidget, row: int, column: int) -> str:
    item = table.item(row, column)
    return "" if item is None else spaced(item.text())


def test_figures_are_those_of_entries_and_of_what_came(qtbot: QtBot, stage: Stage) -> None:
    today = stage.manager.traffic.today
    stage.manager.traffic.days = {today: 3_000_000_000, today - timedelta(days=2): 1_000_000}
    stage.history.sums = {
        Period.DAY: [Figure(today.isoformat(), 2, 5_000_000, 2.0)],
        Period.HOST: [Figure("a.org", 7, 5_000_000, 2.0)],
    }
    dialog = stage.open()
    dialog.pages._group.button(1).click()
    page = dialog.figures
    assert dialog.stack.currentWidget() is page
    rows = [[cell(page.table, row, column) for column in range(4)] for row in range(page.table.rowCount())]
    assert [row[1:] for row in rows] == [["2", "3.0 GB", "2.5 MB/s"], ["0", "1.0 MB", ""]]
    bars = page.bars._places()
    assert [figure.shown for _, figure in bars] == [3_000_000_000, 0, 1_000_000]
    assert bars[0][0].height() > 50 > bars[2][0].height() > 0
    assert "3.0 GB" in spaced(page.bars.accessibleDescription())
    middle = bars[0][0].center()
    QApplication.sendEvent(page.bars, QHelpEvent(QEvent.Type.ToolTip, middle, page.bars.mapToGlobal(middle)))
    page.periods._group.button(3).click()
    assert cell(page.table, 0, 0) == "a.org"
    assert not page.bars.isVisible()
    dialog.pages._group.button(0).click()
    assert dialog.stack.currentWidget() is dialog.empty


def test_days_without_a_byte_have_their_place_among_the_bars(stage: Stage) -> None:
    stage.manager.traffic.days = {date(2026, 3, 1): 5, date(2026, 5, 1): 5}
    dialog = stage.open()
    dialog.pages._group.button(1).click()
    assert len(dialog.figures.bars._places()) == 62
    dialog.figures.bars.resize(100, 150)
    assert len(dialog.figures.bars._places()) < 20
