"""The window with a fake manager: adding, choosing, acting, undoing, remembering."""

from pathlib import Path

import pytest
from headrace.filters import Category, StatusFilter
from headrace.states import DownloadState, Failure, FailureReason
from headrace_gui.action_table import Act
from headrace_gui.downloads.columns import COLUMNS
from headrace_gui.downloads.row_buttons import RowButton, button_rects, buttons_of
from headrace_gui.downloads.sorting import SortBy
from headrace_gui.main_window import MainWindow
from headrace_gui.theme import Theme
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDoubleSpinBox, QMessageBox, QPushButton
from pytestqt.qtbot import QtBot

from tests.gui.conftest import make_window
from tests.support.add_stage import dialog_behind
from tests.support.fake_manager import FakeManager, make_snapshot

_S = DownloadState
NUMBER = {column.key: number for number, column in enumerate(COLUMNS)}


def fill(manager: FakeManager, *states: DownloadState) -> list[str]:
    items = [
        make_snapshot(f"{number}.zip", id=f"id{number}", state=state, added_at=1_700_000_000.0 - number)
        for number, state in enumerate(states)
    ]
    manager.put(*items)
    return [each.id for each in items]


def test_an_empty_list_says_how_to_begin(window: MainWindow, manager: FakeManager) -> None:
    assert window.list.page() is window.list.empty
    assert window.list.empty.accessibleName().startswith("Drop links here")
    fill(manager, _S.QUEUED)
    assert window.list.page() is window.table
    window.sidebar.choose(StatusFilter.FAILED)
    assert window.list.page() is window.list.empty
    assert window.list.empty.accessibleName().startswith("Nothing here at the moment")


def test_nothing_is_said_before_the_list_is_known(
    qtbot: QtBot, manager: FakeManager, theme: Theme, window_file: Path
) -> None:
    window = make_window(manager, theme, window_file)
    qtbot.addWidget(window)
    assert window.list.empty.accessibleName() == ". "
    manager.loaded.emit()
    assert window.list.empty.accessibleName().startswith("Drop links here")


def test_title_and_status_line_tell_the_totals(window: MainWindow, manager: FakeManager) -> None:
    (one,) = fill(manager, _S.QUEUED)
    assert window.windowTitle() == "Headrace"
    manager.change(one, state=_S.DOWNLOADING, speed=41_800_000.0)
    assert window.windowTitle().replace("\N{NO-BREAK SPACE}", " ") == "Headrace — 41.8 MB/s"
    assert window.news.room_timer.isActive()
    manager.change(one, state=_S.COMPLETED, speed=None)
    assert window.windowTitle() == "Headrace"


def test_no_timer_runs_while_nothing_goes_on(window: MainWindow, manager: FakeManager) -> None:
    (one,) = fill(manager, _S.PAUSED)
    timers = (window.news.room_timer, window.news.second_timer)
    assert not any(timer.isActive() for timer in timers)
    manager.change(one, state=_S.RETRY_WAIT, retry_at=5.0, failure=Failure(FailureReason.STALLED))
    assert [timer.isActive() for timer in timers] == [False, True]
    window.hide()
    assert not any(timer.isActive() for timer in timers)
    window.show()
    manager.change(one, state=_S.FAILED)
    assert not any(timer.isActive() for timer in timers)


def test_the_choice_outlives_updates_sorting_and_filters(window: MainWindow, manager: FakeManager) -> None:
    ids = fill(manager, *[_S.DOWNLOADING] * 5)
    window.table.choose([ids[1], ids[3]])
    manager.change_many({each: {"received": 10, "speed": 5.0} for each in ids})
    window.table.sort_by_keys([SortBy(NUMBER["name"], falling=True)])
    assert set(window.table.selected_ids()) == {ids[1], ids[3]}
    manager.remove([ids[0]])
    assert set(window.table.selected_ids()) == {ids[1], ids[3]}


def test_actions_follow_choice_and_state(window: MainWindow, manager: FakeManager) -> None:
    (one,) = fill(manager, _S.DOWNLOADING)
    actions = window.actions_of
    assert not actions[Act.PAUSE].isEnabled()
    window.table.choose([one])
    assert actions[Act.PAUSE].isEnabled()
    assert not actions[Act.RESUME].isEnabled()
    manager.change(one, state=_S.FAILED, failure=Failure(FailureReason.GONE))
    assert actions[Act.RESUME].isEnabled()
    assert actions[Act.RESUME].text() == "&Try again"
    manager.remove([one])
    assert not actions[Act.RESUME].isEnabled()


@pytest.mark.parametrize(
    ("act", "state", "call"),
    [
        (Act.PAUSE, _S.DOWNLOADING, "pause"),
        (Act.RESUME, _S.PAUSED, "resume"),
        (Act.RESUME, _S.FAILED, "resume"),
        (Act.TOGGLE, _S.QUEUED, "pause"),
        (Act.TOGGLE, _S.PAUSED, "resume"),
        (Act.REMOVE, _S.DOWNLOADING, "remove"),
    ],
)
def test_actions_reach_the_manager(
    window: MainWindow, manager: FakeManager, act: Act, state: DownloadState, call: str
) -> None:
    ids = fill(manager, state, state)
    window.table.choose(ids)
    window.actions_of[act].trigger()
    assert manager.calls == [(call, ids)]


@pytest.mark.parametrize(
    ("key", "modifier", "call"),
    [
        (Qt.Key.Key_Space, Qt.KeyboardModifier.NoModifier, "pause"),
        (Qt.Key.Key_Delete, Qt.KeyboardModifier.NoModifier, "remove"),
        (Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier, "move"),
    ],
)
def test_keys_in_the_list(
    qtbot: QtBot, window: MainWindow, manager: FakeManager, key: Qt.Key, modifier: Qt.KeyboardModifier, call: str
) -> None:
    (one,) = fill(manager, _S.DOWNLOADING)
    window.table.setFocus()
    window.table.choose([one])
    window.activateWindow()
    QTest.keyClick(window.table, key, modifier)
    assert [each[0] for each in manager.calls] == [call]


def test_removing_offers_to_undo(window: MainWindow, manager: FakeManager) -> None:
    ids = fill(manager, _S.DOWNLOADING, _S.PAUSED, _S.COMPLETED)
    window.table.choose(ids[:2])
    window.actions_of[Act.REMOVE].trigger()
    assert [each.id for each in manager.snapshots()] == ids[2:]
    assert window.toasts.texts() == ["Removed 2 downloads"]
    assert window.table.selected_ids() == ids[2:]
    window.actions_of[Act.UNDO].trigger()
    assert {each.id for each in manager.snapshots()} == set(ids)
    assert window.toasts.texts() == []


def test_at_most_three_toasts_are_shown(window: MainWindow) -> None:
    for number in range(5):
        window.toasts.tell(str(number))
    assert window.toasts.texts() == ["2", "3", "4"]


@pytest.mark.parametrize(("button", "calls"), [("Delete", ["destroy"]), ("Cancel", [])])
def test_deleting_files_asks_first(
    qtbot: QtBot, window: MainWindow, manager: FakeManager, button: str, calls: list[str]
) -> None:
    window.table.choose(fill(manager, _S.COMPLETED))
    window.actions_of[Act.DELETE].trigger()
    box = window.findChild(QMessageBox)
    assert box is not None
    assert "0.zip" in box.text()
    next(each for each in box.findChildren(QPushButton) if each.text() == button).click()
    assert [each[0] for each in manager.calls] == calls


def test_the_buttons_of_a_row(qtbot: QtBot, window: MainWindow, manager: FakeManager) -> None:
    (one,) = fill(manager, _S.DOWNLOADING)
    index = window.model.index(0, 0)
    place = button_rects(window.table.visualRect(index), 2)[0].center()
    QTest.mouseMove(window.table.viewport(), place)
    QTest.mouseClick(window.table.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)
    assert manager.calls == [("pause", [one])]
    assert buttons_of(window.model.snapshot_at(0)) == (RowButton.RESUME, RowButton.SHOW)
    window.commands.press(one, RowButton.RESUME)
    assert manager.calls[-1] == ("resume", [one])


def test_copying_addresses(window: MainWindow, manager: FakeManager) -> None:
    window.table.choose(fill(manager, _S.PAUSED, _S.PAUSED))
    window.actions_of[Act.COPY].trigger()
    assert QGuiApplication.clipboard().text() == "https://example.org/0.zip\nhttps://example.org/1.zip"


def test_opening_a_file_that_is_gone_says_so(
    qtbot: QtBot, window: MainWindow, manager: FakeManager, tmp_path: Path
) -> None:
    manager.put(make_snapshot("a.pdf", state=_S.COMPLETED, folder=tmp_path))
    window.table.choose([manager.snapshots()[0].id])
    window.actions_of[Act.OPEN].trigger()
    qtbot.waitUntil(lambda: window.toasts.texts() == [f"a.pdf is no longer in {tmp_path}"])


@pytest.mark.parametrize(("name", "opened"), [("a.pdf", "open_path"), ("setup.exe", "show_in_folder")])
def test_opening_never_starts_a_program(
    qtbot: QtBot,
    window: MainWindow,
    manager: FakeManager,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    opened: str,
) -> None:
    calls: list[tuple[str, Path]] = []
    for each in ("open_path", "show_in_folder"):
        fake = lambda path, which=each: calls.append((which, path)) or True  # type: ignore[func-returns-value]  # noqa: E731
        monkeypatch.setattr(f"headrace_gui.download_commands.{each}", fake)
    (tmp_path / name).touch()
    manager.put(make_snapshot(name, state=_S.COMPLETED, folder=tmp_path))
    window.table.choose([manager.snapshots()[0].id])
    window.actions_of[Act.OPEN].trigger()
    qtbot.waitUntil(lambda: calls == [(opened, tmp_path / name)])


def test_adding_through_the_dialog(qtbot: QtBot, window: MainWindow, manager: FakeManager, tmp_path: Path) -> None:
    manager.put(make_snapshot("known.zip", folder=tmp_path))
    dialog = dialog_behind(window.adding.open(["https://a.org/1.zip", "https://example.org/known.zip", "nonsense"]))
    assert window.adding.open(["https://a.org/2.zip"]) is dialog
    dialog._read()
    assert dialog._now.text() == "Download 2"
    assert dialog._summary.text() == "2 downloads · 1 line without an address"
    remarks = [dialog._model.remark(row) for row in range(4)]
    assert remarks == ["", "already in the list", "does not begin with http://, https://, ftp:// or sftp://", ""]
    with qtbot.waitSignal(window.adding.added):
        dialog._now.click()
    assert [(spec.address, spec.folder, spec.paused) for ((_, specs),) in [manager.calls] for spec in specs] == [
        ("https://a.org/1.zip", tmp_path, False),
        ("https://a.org/2.zip", tmp_path, False),
    ]
    assert len(window.table.selected_ids()) == 2
    assert window.adding.dialog is None


def test_ticks_are_a_persons_choice_and_survive_typing(window: MainWindow, manager: FakeManager) -> None:
    dialog = dialog_behind(window.adding.open(["https://a.org/1.zip", "https://a.org/2.zip"]))
    index = dialog._model.index(0)
    dialog._model.setData(index, Qt.CheckState.Unchecked, Qt.ItemDataRole.CheckStateRole)
    dialog.take(["https://a.org/3.zip"])
    assert dialog._model.ticked() == ["https://a.org/2.zip", "https://a.org/3.zip"]
    dialog._later.click()
    assert [spec.paused for spec in manager.calls[0][1]] == [True, True]


def test_a_folder_that_is_none_cannot_be_downloaded_to(window: MainWindow) -> None:
    dialog = dialog_behind(window.adding.open(["https://a.org/1.zip"]))
    assert dialog._now.isEnabled()
    dialog._folder.edit.setText("somewhere")
    assert not dialog._now.isEnabled()
    dialog._folder.edit.setText("~/somewhere")
    assert dialog._folder.folder() == Path.home() / "somewhere"
    dialog.reject()


def test_pasting_takes_the_addresses_off_the_clipboard(qtbot: QtBot, window: MainWindow) -> None:
    QGuiApplication.clipboard().setText("look: https://a.org/1.zip, https://a.org/2.zip")
    window.actions_of[Act.PASTE].trigger()
    qtbot.waitUntil(lambda: window.adding.dialog is not None)
    assert window.adding.dialog is not None
    assert window.adding.dialog.text() == "https://a.org/1.zip\nhttps://a.org/2.zip"
    window.adding.dialog.reject()
    QGuiApplication.clipboard().setText("nothing of the kind")
    window.actions_of[Act.PASTE].trigger()
    assert window.toasts.texts() == ["There is no address on the clipboard"]


def test_dropping_a_link(qtbot: QtBot, window: MainWindow) -> None:
    mime = QMimeData()
    mime.setText("https://a.org/1.zip")
    copy, left = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    enter = QDragEnterEvent(QPoint(5, 5), copy, mime, left, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(window, enter)
    assert enter.isAccepted()
    drop = QDropEvent(QPointF(5, 5), copy, mime, left, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(window, drop)
    qtbot.waitUntil(lambda: window.adding.dialog is not None)
    assert window.adding.dialog is not None
    assert window.adding.dialog.text() == "https://a.org/1.zip"


def test_search_and_sidebar_narrow_the_list(qtbot: QtBot, window: MainWindow, manager: FakeManager) -> None:
    names = ("a.mp4", "b.mp4", "a.zip")
    manager.put(*(make_snapshot(name, id=name, state=_S.PAUSED) for name in names))
    window.sidebar.choose(Category.VIDEO)
    assert window.model.rowCount() == 2
    window.bar.search.setText("a.")
    qtbot.waitUntil(lambda: window.model.rowCount() == 1)
    window.bar.search.setText("zzz")
    qtbot.waitUntil(lambda: window.list.page() is window.list.empty)
    assert window.list.empty.accessibleName() == "Nothing matches “zzz”. Clear the search"
    QTest.mouseClick(window.list.empty._button, Qt.MouseButton.LeftButton)
    assert (window.model.rowCount(), window.bar.search.text()) == (2, "")
    assert window.table.hasFocus()
    window.bar.search.setText("zzz")
    qtbot.waitUntil(lambda: window.list.page() is window.list.empty)
    QTest.keyClick(window.bar.search, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: window.model.rowCount() == 2)


def test_the_limit_is_set_and_shown(window: MainWindow, manager: FakeManager) -> None:
    window.set_limit(2_000_000)
    assert manager.settings.limit == 2_000_000
    assert window.bar.limit.text().replace("\N{NO-BREAK SPACE}", " ") == "2 MB/s"
    window.ask_limit()
    box = window.findChild(QDoubleSpinBox)
    assert box is not None
    assert box.value() == 2.0


def test_trouble_of_the_engine_is_told(window: MainWindow, manager: FakeManager) -> None:
    manager.trouble.emit(Failure(FailureReason.DISK_FULL))
    assert window.message_bar.isVisible()
    assert (
        window.message_bar.text()
        == "Headrace cannot save to its profile folder. Disk is full. Free space, then resume."
    )


def test_habits_are_remembered(
    qtbot: QtBot, window: MainWindow, manager: FakeManager, theme: Theme, window_file: Path
) -> None:
    header = window.table.columns_header
    header.moveSection(header.visualIndex(NUMBER["added"]), 1)
    window.table.set_column_width(NUMBER["progress"], 222)
    window.table.set_hidden_columns(window.table.hidden_columns() ^ {NUMBER["host"], NUMBER["time_left"]})
    window.table.sort_by_keys([SortBy(NUMBER["size"])])
    window.resize(790, 600)
    with qtbot.waitSignal(window.closed):
        window.close()
    later = make_window(manager, theme, window_file)
    qtbot.addWidget(later)
    other = later.table.columns_header
    assert other.visualIndex(NUMBER["added"]) == 1
    assert later.table.column_width(NUMBER["progress"]) == 222
    assert NUMBER["host"] not in later.table.hidden_columns()
    assert NUMBER["time_left"] in later.table.hidden_columns()
    assert other.sort_state() == (NUMBER["size"], Qt.SortOrder.AscendingOrder)
    assert (later.width(), later.height()) == (790, 600)


def test_a_spoilt_file_of_habits_does_no_harm(
    qtbot: QtBot, manager: FakeManager, theme: Theme, window_file: Path
) -> None:
    window_file.write_text("[columns]\norder=name, nonsense, size\nwidth_size=wide\nsort=?\n[window]\nsidebar=x\n")
    window = make_window(manager, theme, window_file)
    qtbot.addWidget(window)
    assert window.table.columns_header.sort_state()[0] == -1
    assert window.width() == 1180


def test_a_small_window_gives_way_in_the_right_places(window: MainWindow, manager: FakeManager) -> None:
    fill(manager, _S.PAUSED)
    window.resize(640, 400)
    QApplication.processEvents()
    assert window.sidebar.is_narrow
    assert not window.table.isColumnHidden(NUMBER["progress"])
    assert window.table.isColumnHidden(NUMBER["added"])
    assert window.table.columnWidth(0) >= 200
    assert window.bar.minimumSizeHint().width() <= 640
    window.resize(1180, 700)
    QApplication.processEvents()
    assert window.sidebar.width() == 196
    assert not window.table.isColumnHidden(NUMBER["added"])


def test_everything_has_a_name_for_screen_readers(window: MainWindow) -> None:
    parts = [window.table, window.sidebar, window.bar.search, window.bar.limit, window.bar._more]
    parts += [window.bar._add, *window.bar._worded, *window.bar._moves]
    assert [part for part in parts if not part.accessibleName()] == []


def test_alt_alone_shows_the_menu_bar(qtbot: QtBot, window: MainWindow, manager: FakeManager) -> None:
    fill(manager, _S.PAUSED)
    window.activateWindow()
    window.table.setFocus()
    assert not window.menuBar().isVisible()
    QTest.keyClick(window, Qt.Key.Key_Alt)
    assert window.menuBar().isVisible()
    popup = QApplication.activePopupWidget()
    if popup is not None:
        popup.close()
    qtbot.waitUntil(lambda: not window.menuBar().isVisible())
    assert window.focusWidget() is window.table


def test_columns_are_chosen_in_the_headers_menu(window: MainWindow) -> None:
    menu = window.table.columns_header.columns_menu()
    host = next(action for action in menu.actions() if action.text() == "Host")
    assert host.isCheckable()
    assert not host.isChecked()
    host.trigger()
    assert NUMBER["host"] not in window.table.hidden_columns()
    next(action for action in menu.actions() if action.text() == "Sort in queue order").trigger()
    assert window.table.columns_header.sort_state()[0] == -1
