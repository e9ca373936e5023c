"""The add dialog and what is there already: told, asked about once, and done as a person wants."""

import time
from collections.abc import Mapping

import pytest
from headrace.file_facts import FileFacts
from headrace.spec import IfExists
from headrace.states import DownloadState
from headrace_gui.dialogs.add_clashes import ClashKind, Way
from headrace_gui.dialogs.add_dialog import AddDialog
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.support.add_stage import AddStage
from tests.support.fake_manager import make_snapshot

_S = DownloadState
HOST = "https://a.org"


def fill(stage: AddStage) -> None:
    """Put an unfinished and a finished download, a rival for a name, and a file."""
    stage.manager.put(
        make_snapshot("1.zip", address=f"{HOST}/1.zip", folder=stage.folder, state=_S.PAUSED, total=100),
        make_snapshot("2.zip", address=f"{HOST}/2.zip", folder=stage.folder, state=_S.COMPLETED),
        make_snapshot("3.zip", address="https://other.org/3.zip", folder=stage.folder),
    )
    (stage.folder / "4.zip").write_bytes(b"x")


LINES = [f"{HOST}/{number}.zip" for number in range(1, 6)]
THERE = ["already in the list", "already in the list", "name is taken in the list", "file is there already"]


def show_clashes(qtbot: QtBot, stage: AddStage) -> AddDialog:
    fill(stage)
    dialog = stage.open(*LINES)
    qtbot.waitUntil(lambda: stage.remarks()[:4] == THERE)
    return dialog


def test_what_is_there_already_is_told_and_left_out(qtbot: QtBot, stage: AddStage) -> None:
    dialog = show_clashes(qtbot, stage)
    assert dialog._model.ticked() == [f"{HOST}/5.zip"]
    assert not dialog._parts.strip.isHidden()
    assert dialog._parts.strip._text.text() == "Already there: 4"
    dialog._now.click()
    assert stage.added() == [("5.zip", None, IfExists.RENAME)]


@pytest.mark.parametrize(
    ("way", "expected"),
    [
        (Way.SKIP, [("5.zip", None, IfExists.RENAME)]),
        (Way.RESUME, [("1.zip", None, IfExists.RENAME), ("5.zip", None, IfExists.RENAME)]),
        (
            Way.AGAIN,
            [
                ("1.zip", "1 (2).zip", IfExists.RENAME),
                ("2.zip", None, IfExists.RENAME),
                ("3.zip", "3 (2).zip", IfExists.RENAME),
                ("4.zip", None, IfExists.RENAME),
                ("5.zip", None, IfExists.RENAME),
            ],
        ),
        (
            Way.REPLACE,
            [
                ("1.zip", None, IfExists.RENAME),
                ("2.zip", "2.zip", IfExists.OVERWRITE),
                ("4.zip", "4.zip", IfExists.OVERWRITE),
                ("5.zip", None, IfExists.RENAME),
            ],
        ),
    ],
)
def test_one_answer_for_all(
    qtbot: QtBot, stage: AddStage, way: Way, expected: list[tuple[str, str | None, IfExists]]
) -> None:
    dialog = show_clashes(qtbot, stage)
    first = stage.manager.find(f"{HOST}/1.zip", stage.folder)
    assert first is not None
    dialog._parts.strip.buttons[way].click()
    dialog._now.click()
    assert stage.added() == expected
    removed = [ids for call, ids in stage.manager.calls if call == "remove"]
    assert removed == ([[first.id]] if way is Way.REPLACE else [])


def test_a_row_may_be_answered_apart(qtbot: QtBot, stage: AddStage) -> None:
    dialog = show_clashes(qtbot, stage)
    menu = dialog._list.offer_ways(0)
    assert [each.text() for each in menu.actions()] == ["Skip", "Resume", "Keep both", "Replace"]
    menu.actions()[1].trigger()
    menu.close()
    assert stage.remarks()[:2] == ["will be resumed", "already in the list"]
    assert not any(each.isChecked() for each in dialog._parts.strip.buttons.values())
    dialog._model.tick([f"{HOST}/2.zip"], ticked=True)
    assert stage.remarks()[1] == "again, new name"
    dialog._parts.strip.buttons[Way.SKIP].click()
    assert stage.remarks()[:4] == THERE


def test_another_folder_holds_other_things(qtbot: QtBot, stage: AddStage) -> None:
    dialog = show_clashes(qtbot, stage)
    dialog._folder.edit.setText(str(stage.folder / "new"))
    qtbot.waitUntil(dialog._parts.strip.isHidden)
    assert dialog._now.text() == "Download 5"


def test_the_name_a_server_tells_may_be_taken(qtbot: QtBot, stage: AddStage) -> None:
    fill(stage)
    stage.open(f"{HOST}/get?id=4")
    qtbot.waitUntil(lambda: len(stage.asker.asked) == 1)
    stage.asker.answer(f"{HOST}/get?id=4", FileFacts("4.zip", size=1, resumable=True))
    qtbot.waitUntil(lambda: stage.remarks() == ["file is there already"])


def test_a_name_a_person_writes_may_be_taken_or_free(qtbot: QtBot, stage: AddStage) -> None:
    fill(stage)
    dialog = stage.open(f"{HOST}/4.zip")
    qtbot.waitUntil(lambda: stage.remarks() == ["file is there already"])
    dialog._place.name.selectAll()
    QTest.keyClicks(dialog._place.name, "other.zip")
    qtbot.waitUntil(lambda: stage.remarks() != ["file is there already"])
    dialog._now.click()
    assert stage.added() == [("4.zip", "other.zip", IfExists.RENAME)]


def test_tab_reaches_what_can_be_done_just_before_the_list(qtbot: QtBot, stage: AddStage) -> None:
    dialog = show_clashes(qtbot, stage)
    dialog._list.setFocus()
    QTest.keyClick(dialog._list, Qt.Key.Key_Backtab)
    assert dialog.focusWidget() in dialog._parts.strip.buttons.values()


def test_only_the_file_that_was_told_of_is_replaced(qtbot: QtBot, stage: AddStage) -> None:
    fill(stage)
    (stage.folder / "other.zip").write_bytes(b"x")
    dialog = stage.open(f"{HOST}/4.zip")
    qtbot.waitUntil(lambda: stage.remarks() == ["file is there already"])
    dialog._parts.strip.buttons[Way.REPLACE].click()
    dialog._place.name.selectAll()
    QTest.keyClicks(dialog._place.name, "other.zip")
    dialog._now.click()  # before anybody has looked for a file of that name
    assert stage.added() == [("4.zip", "other.zip", IfExists.RENAME)]


def test_what_thousands_of_clashes_come_to_is_not_shown_for_each_few(
    qtbot: QtBot, stage: AddStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    count, known = 5_000, make_snapshot(state=_S.COMPLETED)
    monkeypatch.setattr(stage.manager, "find", lambda _address, _folder: known)
    dialog = stage.open()
    shown: list[int] = []
    tell = dialog._parts.strip.tell

    def watched(kinds: Mapping[ClashKind, int], way: Way | None) -> None:
        shown.append(sum(kinds.values()))
        tell(kinds, way)

    monkeypatch.setattr(dialog._parts.strip, "tell", watched)
    began = time.perf_counter()
    stage.adding.open([f"{HOST}/[1-{count}].zip"])
    qtbot.waitUntil(lambda: bool(shown) and shown[-1] == count)
    assert len(shown) <= 3 + (time.perf_counter() - began) / 0.1
    assert dialog._parts.strip._text.text() == "Already there: 5,000"
    assert not dialog._now.isEnabled()


def test_the_pointer_ticks_selects_and_opens_what_is_offered(qtbot: QtBot, stage: AddStage) -> None:
    dialog = show_clashes(qtbot, stage)
    rows, view = dialog._list, dialog._list.viewport()
    middle = rows.visualRect(dialog._model.index(4)).center()
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=QPoint(20, middle.y()))
    assert dialog._model.ticked() == []
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=middle)
    assert [each.key for each in rows.selected()] == [f"{HOST}/5.zip"]
    assert dialog._model.ticked() == []
    first = rows.visualRect(dialog._model.index(0))
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=QPoint(first.right() - 60, first.center().y()))
    menu = QApplication.activePopupWidget()
    assert menu is not None
    menu.close()
