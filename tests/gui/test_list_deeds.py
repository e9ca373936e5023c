"""What every action, button and gesture in the list asks of the engine, and what opening files may not do."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from headrace.states import DownloadState, Failure, FailureReason
from headrace_gui.action_table import Act
from headrace_gui.desktop.free_space import FolderRoom
from headrace_gui.download_commands import starts_something
from headrace_gui.downloads.dragging import mime_of
from headrace_gui.downloads.row_buttons import RowButton
from headrace_gui.main_window import MainWindow
from headrace_gui.units import use_binary
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QAction, QActionGroup, QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.support.fake_manager import FakeManager, make_snapshot

_S = DownloadState
COPY, LEFT, PLAIN = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


def fill(manager: FakeManager, count: int = 3, **facts: Any) -> list[str]:
    """Bring in downloads called a, b, c and so on."""
    names = [chr(ord("a") + number) for number in range(count)]
    manager.put(*(make_snapshot(f"{name}.pdf", id=name, **facts) for name in names))
    return names


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, Path]]:
    """Have nothing opened by the desktop; return what would have been, and how."""
    calls: list[tuple[str, Path]] = []

    def note(how: str, path: Path) -> bool:
        calls.append((how, path))
        return True

    for each in ("open_path", "show_in_folder"):
        monkeypatch.setattr(f"headrace_gui.download_commands.{each}", lambda path, how=each: note(how, path))
    return calls


@pytest.mark.parametrize(
    ("act", "facts", "call"),
    [
        (Act.VERIFY, {"state": _S.COMPLETED}, ("verify", ["b"])),
        (Act.FETCH_AGAIN, {"state": _S.COMPLETED, "is_missing": True}, ("fetch_again", ["b"])),
        (Act.TOP, {}, ("to_top", ["b"])),
        (Act.BOTTOM, {}, ("to_bottom", ["b"])),
        (Act.MOVE_UP, {}, ("move", (["b"], -1))),
        (Act.MOVE_DOWN, {}, ("move", (["b"], 1))),
        (Act.TRASH, {}, ("delete", ["b"])),
        (Act.CLEAR_FINISHED, {"state": _S.COMPLETED}, ("clear_finished", ["a", "b", "c"])),
        (Act.PAUSE_ALL, {}, ("pause", ["a", "b", "c"])),
        (Act.RESUME_ALL, {"state": _S.PAUSED}, ("resume", ["a", "b", "c"])),
    ],
)
def test_what_actions_ask_of_the_engine(
    window: MainWindow, manager: FakeManager, act: Act, facts: dict[str, Any], call: tuple[str, Any]
) -> None:
    fill(manager, **facts)
    window.table.choose(["b"])
    window.actions_of[act].trigger()
    assert manager.calls[0] == call


@pytest.mark.parametrize(
    ("button", "facts", "call"),
    [
        (RowButton.PAUSE, {"state": _S.DOWNLOADING}, "pause"),
        (RowButton.RESUME, {"state": _S.PAUSED}, "resume"),
        (RowButton.RETRY, {"state": _S.FAILED}, "resume"),
        (RowButton.TRY_NOW, {"state": _S.RETRY_WAIT}, "resume"),
        (RowButton.END, {"state": _S.DOWNLOADING, "is_recording": True}, "end"),
        (RowButton.FETCH_AGAIN, {"state": _S.COMPLETED, "is_missing": True}, "fetch_again"),
    ],
)
def test_what_the_buttons_of_a_row_ask_of_the_engine(
    window: MainWindow, manager: FakeManager, button: RowButton, facts: dict[str, Any], call: str
) -> None:
    fill(manager, **facts)
    window.table.button_pressed.emit("b", button)
    assert manager.calls == [(call, ["b"])]


def test_a_button_asks_for_another_address(qtbot: QtBot, window: MainWindow, manager: FakeManager) -> None:
    fill(manager, state=_S.FAILED, failure=Failure(FailureReason.GONE))
    with qtbot.waitSignal(window.commands.readdress_wanted) as told:
        window.commands.press("b", RowButton.READDRESS)
    assert told.args == [manager.snapshot("b")]


def test_all_rows_are_chosen_at_once(window: MainWindow, manager: FakeManager) -> None:
    names = fill(manager)
    window.actions_of[Act.SELECT_ALL].trigger()
    assert set(window.table.selected_ids()) == set(names)


@pytest.mark.parametrize("way", ["double click", "open", "show", "open button", "show button"])
def test_files_are_opened_and_shown(
    qtbot: QtBot, window: MainWindow, manager: FakeManager, tmp_path: Path, opened: list[tuple[str, Path]], way: str
) -> None:
    (tmp_path / "b.pdf").touch()
    fill(manager, state=_S.COMPLETED, folder=tmp_path)
    window.table.choose(["b"])
    row = window.model.row_of("b")
    assert row is not None
    at = window.table.visualRect(window.model.index(row, 0)).topLeft() + QPoint(80, 8)
    viewport = window.table.viewport()
    QTest.mouseClick(viewport, LEFT, PLAIN, at)
    deeds: dict[str, Callable[[], object]] = {
        "double click": lambda: QTest.mouseDClick(viewport, LEFT, PLAIN, at),
        "open": window.actions_of[Act.OPEN].trigger,
        "show": window.actions_of[Act.SHOW].trigger,
        "open button": lambda: window.commands.press("b", RowButton.OPEN),
        "show button": lambda: window.commands.press("b", RowButton.SHOW),
    }
    deeds[way]()
    how = "show_in_folder" if "show" in way else "open_path"
    qtbot.waitUntil(lambda: opened == [(how, tmp_path / "b.pdf")])


def test_what_is_not_finished_has_its_folder_shown(
    window: MainWindow, manager: FakeManager, tmp_path: Path, opened: list[tuple[str, Path]]
) -> None:
    fill(manager, state=_S.PAUSED, folder=tmp_path)
    window.table.selectAll()
    window.actions_of[Act.SHOW].trigger()
    assert opened == [("open_path", tmp_path)]


@pytest.mark.parametrize("act", [Act.OPEN, Act.SHOW])
def test_very_many_are_not_opened_at_once(
    window: MainWindow, manager: FakeManager, tmp_path: Path, opened: list[tuple[str, Path]], act: Act
) -> None:
    began: list[object] = []
    window.background.run = lambda *work: began.append(work)  # type: ignore[method-assign]
    for number in range(21):
        item = make_snapshot(f"{number}.pdf", id=f"{number}", state=_S.COMPLETED, folder=tmp_path / f"{number}")
        manager.put(item)
    window.table.selectAll()
    window.actions_of[act].trigger()
    assert (began, opened) == ([], [])
    assert window.toasts.texts() == ["Too many at once. Choose at most 20."]
    window.table.choose([f"{number}" for number in range(20)])
    window.actions_of[act].trigger()
    assert len(began) == 20


@pytest.mark.parametrize("ending", "exe sh cmd SCR vbs js jse wsf hta lnk pif cpl reg msc command tool desktop".split())
def test_what_starts_something_is_known_by_its_ending(ending: str) -> None:
    assert starts_something(f"holiday.jpg.{ending}")


@pytest.mark.parametrize("name", ["a.pdf", "a.zip", "cmd", ".desktop", "exe.mp4", "notes.txt", "a.json"])
def test_what_starts_nothing_is_opened(name: str) -> None:
    assert not starts_something(name)


def test_rows_that_are_dropped_are_put_in_their_place(window: MainWindow, manager: FakeManager) -> None:
    fill(manager)
    window.table.sort_by_keys([])
    rows, at = mime_of([manager.snapshots()[2]]), QPoint(50, 2)
    viewport = window.table.viewport()
    QApplication.sendEvent(viewport, QDragEnterEvent(at, COPY, rows, LEFT, PLAIN))
    QApplication.sendEvent(viewport, QDragMoveEvent(at, COPY, rows, LEFT, PLAIN))
    QApplication.sendEvent(viewport, QDropEvent(QPointF(at), COPY, rows, LEFT, PLAIN))
    assert manager.calls == [("move_to", (["c"], 0))]
    assert list(window.model.ids()) == ["c", "a", "b"]


def test_finished_files_before_the_eyes_are_looked_for(window: MainWindow, manager: FakeManager) -> None:
    names = fill(manager, state=_S.COMPLETED)
    window.table._sight.tell()
    assert [(call, set(ids)) for call, ids in manager.calls] == [("look_for", set(names))]


def test_menus_that_were_closed_leave_nothing_behind(window: MainWindow, manager: FakeManager) -> None:
    fill(manager)
    window.table.selectAll()

    def left() -> tuple[int, int]:
        menu = window.bar.limit.menu()
        menu.popup(QPoint())
        menu.close()
        return len(window.actions_of.findChildren(QAction)), len(window.findChildren(QActionGroup))

    before = left()
    for _ in range(3):
        window.table.customContextMenuRequested.emit(QPoint(50, 5))
        menu = QApplication.activePopupWidget()
        assert menu is not None
        assert sum(action.isSeparator() for action in menu.actions()) == 5
        menu.close()
    assert left() == before


def test_other_units_reach_the_status_bar(window: MainWindow, manager: FakeManager, tmp_path: Path) -> None:
    fill(manager)
    manager.apply_settings(replace(manager.settings, limit=2_000_000))
    window.status.show_room(tmp_path, FolderRoom(5_000_000_000, exists=True))
    said = window.status._room.text()
    use_binary(True)
    try:
        window.news.retell()
        assert "GiB" in window.status._room.text() != said
        assert "MiB" in window.status._limit.text()
    finally:
        use_binary(False)
        window.news.retell()
    assert window.status._room.text() == said
