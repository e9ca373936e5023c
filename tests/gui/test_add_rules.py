"""The add dialog where there are rules: it leaves the folder to them, shows where each file goes, and says so."""

from pathlib import Path

import pytest
from headrace.file_facts import FileFacts
from headrace.rules import Rule
from headrace.settings import Settings
from headrace.spec import DownloadSpec
from headrace.states import DownloadState
from headrace_gui.dialogs.add_clashes import Way
from headrace_gui.theme import Theme
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from tests.support.add_stage import AddStage
from tests.support.fake_manager import FakeManager, make_snapshot

HOST = "https://h.example"
RULES = (
    Rule(categories=("video",), folder="Videos/{host}", name="x-{name}"),
    Rule(categories=("music",), folder="/srv/music"),
)


@pytest.fixture
def stage(qtbot: QtBot, theme: Theme, tmp_path: Path) -> AddStage:
    manager = FakeManager(Settings(download_folder=tmp_path, rules=RULES))
    stage = AddStage(manager, theme, tmp_path)
    qtbot.addWidget(stage.parent)
    return stage


def shown(stage: AddStage) -> list[tuple[str, str]]:
    model = stage.shown()._model
    return [(model.shown_name(each), model.shown_folder(each)) for each in model.candidates()]


def specs(stage: AddStage) -> list[DownloadSpec]:
    return [spec for call, some in stage.manager.calls if call == "add" for spec in some]


def test_each_row_shows_where_its_file_goes(stage: AddStage, tmp_path: Path) -> None:
    dialog = stage.open(f"{HOST}/a.mkv", f"{HOST}/b.mp3", f"{HOST}/c.txt")
    assert shown(stage) == [("x-a.mkv", "Videos/h.example"), ("b.mp3", "/srv/music"), ("c.txt", "")]
    index = dialog._model.index(0)
    assert index.data(Qt.ItemDataRole.DisplayRole) == "x-a.mkv"
    assert str(tmp_path / "Videos" / "h.example" / "x-a.mkv") in index.data(Qt.ItemDataRole.ToolTipRole)
    assert index.data(Qt.ItemDataRole.AccessibleTextRole).startswith("x-a.mkv, Videos/h.example")
    assert dialog._folder.edit.text() == ""
    assert dialog._folder.edit.placeholderText() == "As the rules say"
    dialog._now.click()
    assert [(spec.folder, spec.name, spec.by_rules) for spec in specs(stage)] == [(tmp_path, None, True)] * 3


def test_what_the_server_says_counts(stage: AddStage, qtbot: QtBot) -> None:
    stage.open(f"{HOST}/get")
    qtbot.waitUntil(lambda: bool(stage.asker.asked))
    assert shown(stage) == [("get", "")]
    stage.asker.answer(f"{HOST}/get", FileFacts("clip", 5, media_type="video/mp4"))
    qtbot.waitUntil(lambda: shown(stage) == [("x-clip", "Videos/h.example")])
    assert stage.shown()._place.name.text() == "x-clip"
    stage.shown()._now.click()
    assert [(spec.name, spec.by_rules) for spec in specs(stage)] == [(None, True)]


def test_a_folder_that_is_written_is_the_folder(stage: AddStage, tmp_path: Path) -> None:
    dialog = stage.open(f"{HOST}/a.mkv")
    dialog._folder.edit.setText(str(tmp_path / "mine"))
    assert shown(stage) == [("a.mkv", "")]
    dialog._folder.edit.clear()
    assert shown(stage) == [("x-a.mkv", "Videos/h.example")]
    next(action for action in dialog._folder.offer().actions() if action.text() == str(tmp_path)).trigger()
    dialog._now.click()
    assert [(spec.folder, spec.by_rules) for spec in specs(stage)] == [(tmp_path, False)]


def test_the_menu_leads_back_to_the_rules(stage: AddStage, tmp_path: Path) -> None:
    dialog = stage.open(f"{HOST}/a.mkv")
    dialog._folder.edit.setText(str(tmp_path))
    dialog._folder.offer().actions()[0].trigger()
    assert dialog._folder.is_by_rules
    dialog._now.click()
    assert stage.memory.part("add").value("recent_folders", list[str]()) == []


def test_a_category_that_is_chosen_counts(stage: AddStage) -> None:
    dialog = stage.open(f"{HOST}/a.txt")
    place = dialog._place.category.findData("music")
    dialog._place.category.setCurrentIndex(place)
    dialog._place.category.activated.emit(place)
    assert shown(stage) == [("a.txt", "/srv/music")]


def test_a_name_that_is_written_stays(stage: AddStage) -> None:
    dialog = stage.open(f"{HOST}/a.mkv")
    dialog._place.name.setText("mine.mkv")
    dialog._now.click()
    assert [(spec.name, spec.by_rules) for spec in specs(stage)] == [("mine.mkv", True)]


def test_a_file_that_is_there_is_looked_for_where_it_goes(stage: AddStage, qtbot: QtBot, tmp_path: Path) -> None:
    there = tmp_path / "Videos" / "h.example"
    there.mkdir(parents=True)
    (there / "x-a.mkv").write_bytes(b"old")
    (tmp_path / "b.mkv").write_bytes(b"another")
    dialog = stage.open(f"{HOST}/a.mkv", f"{HOST}/b.mkv")
    qtbot.waitUntil(lambda: stage.remarks()[0] == "file is there already")
    assert stage.remarks()[1] != "file is there already"
    dialog._model.choose_way(Way.AGAIN)
    dialog._now.click()
    assert [(spec.name, spec.by_rules) for spec in specs(stage)] == [(None, True)] * 2


def test_one_that_is_replaced_is_that_very_file(stage: AddStage, qtbot: QtBot, tmp_path: Path) -> None:
    there = tmp_path / "Videos" / "h.example"
    there.mkdir(parents=True)
    (there / "x-a.mkv").write_bytes(b"old")
    dialog = stage.open(f"{HOST}/a.mkv")
    qtbot.waitUntil(lambda: stage.remarks()[0] == "file is there already")
    dialog._model.choose_way(Way.REPLACE)
    dialog._now.click()
    assert [(spec.folder, spec.name, spec.by_rules) for spec in specs(stage)] == [(there, "x-a.mkv", False)]


def test_one_that_is_resumed_is_found_where_it_is(qtbot: QtBot, stage: AddStage, tmp_path: Path) -> None:
    there = tmp_path / "Videos" / "h.example"
    known = make_snapshot("x-a.mkv", address=f"{HOST}/a.mkv", folder=there, state=DownloadState.PAUSED)
    stage.manager.put(known)
    dialog = stage.open(f"{HOST}/a.mkv")
    qtbot.waitUntil(lambda: stage.remarks()[0] == "already in the list")
    dialog._model.choose_way(Way.RESUME)
    dialog._now.click()
    assert [(spec.folder, spec.name, spec.by_rules) for spec in specs(stage)] == [(there, None, False)]


def test_what_is_added_silently_is_left_to_the_rules(stage: AddStage) -> None:
    stage.keeper.change(add_silently=True)
    stage.adding.take(f"{HOST}/a.mkv")
    assert [spec.by_rules for spec in specs(stage)] == [True]


def test_rules_that_are_all_off_are_none(qtbot: QtBot, theme: Theme, tmp_path: Path) -> None:
    manager = FakeManager(Settings(download_folder=tmp_path, rules=(Rule(enabled=False, folder="x"),)))
    stage = AddStage(manager, theme, tmp_path)
    qtbot.addWidget(stage.parent)
    assert stage.open(f"{HOST}/a.mkv")._folder.edit.text() == str(tmp_path)
