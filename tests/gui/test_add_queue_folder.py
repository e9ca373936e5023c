"""The add dialog and the folder of a queue: it is followed, and said, until a person chooses another."""

from dataclasses import replace
from pathlib import Path

import pytest
from headrace.category_entries import CategoryEntry
from headrace.queue_options import QueueOptions
from headrace.rules import Rule
from headrace.settings import Settings
from headrace.spec import DownloadSpec
from headrace_gui.dialogs.add_dialog import AddDialog
from headrace_gui.theme import Theme
from pytestqt.qtbot import QtBot

from tests.support.add_stage import AddStage
from tests.support.fake_manager import FakeManager

pytestmark = pytest.mark.usefixtures("usual_categories")
HOST = "https://h.example"


@pytest.fixture
def stage(qtbot: QtBot, theme: Theme, tmp_path: Path) -> AddStage:
    options = (QueueOptions("Night & day", tmp_path / "night"),)
    manager = FakeManager(Settings(tmp_path, queues=("Night & day", "Idle"), queue_options=options))
    stage = AddStage(manager, theme, tmp_path)
    qtbot.addWidget(stage.parent)
    return stage


def choose(dialog: AddDialog, queue: str) -> None:
    box = dialog._place.queue
    box.setCurrentIndex(box.findData(queue))
    box.activated.emit(box.currentIndex())


def label(dialog: AddDialog) -> str:
    return dialog._place._labels[dialog._folder].text()


def specs(stage: AddStage) -> list[DownloadSpec]:
    return [spec for call, some in stage.manager.calls if call == "add" for spec in some]


def test_the_folder_is_that_of_the_queue_and_says_so(stage: AddStage, tmp_path: Path) -> None:
    dialog = stage.open(f"{HOST}/a.mkv")
    assert (dialog._folder.edit.text(), label(dialog)) == (str(tmp_path), "&Save to")
    choose(dialog, "Night & day")
    assert dialog._folder.edit.text() == str(tmp_path / "night")
    assert label(dialog) == "&Save to (folder of the queue Night && day)"
    choose(dialog, "Idle")
    assert (dialog._folder.edit.text(), label(dialog)) == (str(tmp_path), "&Save to")
    choose(dialog, "Night & day")
    dialog._now.click()
    assert [(spec.folder, spec.queue, spec.by_rules) for spec in specs(stage)] == [
        (tmp_path / "night", "Night & day", False)
    ]


def test_a_folder_that_a_person_chose_stays(stage: AddStage, tmp_path: Path) -> None:
    dialog = stage.open(f"{HOST}/a.mkv")
    dialog._folder.edit.setText(str(tmp_path / "mine"))
    choose(dialog, "Night & day")
    assert (dialog._folder.edit.text(), label(dialog)) == (str(tmp_path / "mine"), "&Save to")
    dialog._folder.edit.setText(str(tmp_path / "night"))
    assert label(dialog) == "&Save to (folder of the queue Night && day)"
    dialog._folder.edit.setText(str(tmp_path / "mine"))
    dialog._now.click()
    assert [spec.folder for spec in specs(stage)] == [tmp_path / "mine"]


def test_rules_begin_in_the_folder_of_the_queue(stage: AddStage, tmp_path: Path) -> None:
    rules = (Rule(categories=("video",), folder="Videos"),)
    stage.manager.apply_settings(replace(stage.manager.settings, rules=rules))
    dialog = stage.open(f"{HOST}/a.mkv", f"{HOST}/b.txt")
    choose(dialog, "Night & day")
    model = dialog._model
    assert [str(model.target(each)) for each in model.candidates()] == [
        *(str(tmp_path / "night" / "Videos" / "a.mkv"), str(tmp_path / "night" / "b.txt")),
    ]
    assert [model.shown_folder(each) for each in model.candidates()] == ["Videos", ""]
    assert dialog._folder.edit.text() == ""
    assert label(dialog) == "&Save to (folder of the queue Night && day)"
    dialog._now.click()
    assert {(spec.folder, spec.by_rules) for spec in specs(stage)} == {(tmp_path / "night", True)}


def test_the_main_queue_may_have_one_too(stage: AddStage, tmp_path: Path) -> None:
    stage.manager.apply_settings(replace(stage.manager.settings, queue_options=(QueueOptions("", tmp_path / "main"),)))
    dialog = stage.open(f"{HOST}/a.mkv")
    assert dialog._folder.edit.text() == str(tmp_path / "main")
    assert label(dialog) == "&Save to (folder of the queue Main)"


def test_own_categories_are_offered_and_lead_to_their_folders(stage: AddStage, tmp_path: Path) -> None:
    books = CategoryEntry("books", "E-Books", endings=("epub",), folder="Books")
    stage.manager.apply_settings(replace(stage.manager.settings, categories=(books,)))
    dialog = stage.open(f"{HOST}/a.epub", f"{HOST}/b.txt")
    model = dialog._model
    assert [model.shown_folder(each) for each in model.candidates()] == ["Books", ""]
    box = dialog._place.category
    box.setCurrentIndex(box.findData("books"))
    assert box.currentText() == "E-Books"
    box.activated.emit(box.currentIndex())
    assert [model.shown_folder(each) for each in model.candidates()] == ["Books", "Books"]
    dialog._now.click()
    assert {spec.category.value for spec in specs(stage) if spec.category} == {"books"}
