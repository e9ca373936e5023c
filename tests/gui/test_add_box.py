"""The box for addresses: texts of any length, whatever happens while they come in."""

import pytest
from headrace_gui.dialogs.add_box import AddressBox
from PySide6.QtCore import QMimeData
from PySide6.QtGui import QTextCursor
from pytestqt.qtbot import QtBot

from tests.support.add_stage import AddStage

HOST = "https://a.org"
LONG = "\n".join(f"{HOST}/{number:02}" for number in range(40))


@pytest.fixture(autouse=True)
def short_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let texts come in by a few lines each."""
    monkeypatch.setattr("headrace_gui.dialogs.add_box._PIECE", 50)


@pytest.fixture
def box(qtbot: QtBot) -> AddressBox:
    box = AddressBox()
    qtbot.addWidget(box)
    return box


def fed(qtbot: QtBot, box: AddressBox) -> str:
    qtbot.waitUntil(lambda: not box.is_feeding)
    return box.toPlainText()


def test_a_long_text_is_known_whole_before_it_is_there(qtbot: QtBot, box: AddressBox) -> None:
    box.put("\N{FILM FRAMES}[]")
    box.moveCursor(QTextCursor.MoveOperation.Left)
    box.put(LONG)
    assert box.is_feeding
    assert box.text() == f"\N{FILM FRAMES}[{LONG}]"
    assert fed(qtbot, box) == box.text() == f"\N{FILM FRAMES}[{LONG}]"


def test_texts_that_come_meanwhile_stand_where_they_were_put(qtbot: QtBot, box: AddressBox) -> None:
    box.put("<>")
    box.put(LONG)
    box.moveCursor(QTextCursor.MoveOperation.Start)
    box.put("first ")
    box.moveCursor(QTextCursor.MoveOperation.End)
    box.put(" last")
    whole = f"first <>{LONG} last"
    assert box.text() == whole
    assert fed(qtbot, box) == whole


def test_what_a_person_selects_meanwhile_is_not_written_over(qtbot: QtBot, box: AddressBox) -> None:
    box.put(LONG)
    box.selectAll()
    assert fed(qtbot, box) == LONG


def test_a_new_text_takes_the_place_of_one_still_to_come(qtbot: QtBot, box: AddressBox) -> None:
    box.put(LONG)
    box.put_all("other")
    assert fed(qtbot, box) == "other"


def test_the_end_is_shown_once_it_is_there(qtbot: QtBot, box: AddressBox) -> None:
    box.show_lines(3)
    box.show()
    box.put_all(LONG)
    box.show_end()
    fed(qtbot, box)
    assert box.textCursor().blockNumber() == box.blockCount() - 1
    assert box.viewport().rect().contains(box.cursorRect().center())


# In the dialog


def test_nothing_is_ordered_of_half_a_text(qtbot: QtBot, stage: AddStage) -> None:
    dialog = stage.open(f"{HOST}/first")
    data = QMimeData()
    data.setText(LONG)
    dialog._text.insertFromMimeData(data)
    assert dialog._text.is_feeding
    assert not dialog._now.isEnabled()
    dialog._model.tick_all(ticked=True)
    assert not dialog._now.isEnabled()
    dialog._order(paused=False)
    assert stage.added() == []
    qtbot.waitUntil(dialog._now.isEnabled)
    dialog._now.click()
    assert len(stage.added()) == 41


def test_addresses_that_come_meanwhile_come_behind(qtbot: QtBot, stage: AddStage) -> None:
    dialog = stage.open(LONG)
    dialog._text.put_all(LONG)
    stage.adding.open([f"{HOST}/last"])
    assert dialog.text() == f"{LONG}\n{HOST}/last"
    qtbot.waitUntil(lambda: dialog._model.rowCount() == 41)
