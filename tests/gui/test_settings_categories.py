"""The list of categories on its page: made, named, filled, moved, taken away, and built-in ones brought back."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from headrace.category_entries import BUILT_IN, CategoryEntry
from headrace.filters import category_of
from headrace.rules import Rule
from headrace_gui import words
from headrace_gui.background import Background
from headrace_gui.download_commands import starts_something
from headrace_gui.icons import CATEGORY_CHOICES, IconSet, category_icon, file_icon
from headrace_gui.rule_words import summary_of
from headrace_gui.settings_pages.categories_field import CategoriesField
from headrace_gui.settings_pages.category_editor import CategoryEditor
from headrace_gui.settings_pages.entry import Page
from headrace_gui.settings_pages.rules_field import RulesField
from headrace_gui.theme import Theme
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from tests.support.fake_manager import FakeManager
from tests.support.settings_stage import Scene, click, write

pytestmark = pytest.mark.usefixtures("usual_categories")
BOOKS = CategoryEntry("books", "E-Books", "key", ("epub",), ("application/epub+zip",), "Books")
NAMES = ["Video", "Music", "Pictures", "Documents", "Archives", "Programs"]


@pytest.fixture(scope="module")
def one_scene(qapp: object, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    from PySide6.QtWidgets import QApplication  # noqa: PLC0415 - the fixture before made it

    app = QApplication.instance()
    assert isinstance(app, QApplication)
    scene = Scene(FakeManager(), Theme(app), tmp_path_factory.mktemp("scene"), Background())
    scene.dialog.show()
    yield scene
    scene.dialog.close()
    scene.dialog.deleteLater()


@pytest.fixture
def field(one_scene: Scene) -> CategoriesField:
    control: CategoriesField = one_scene.control("categories", CategoriesField)
    control.open(None)
    one_scene.manager.apply_settings(replace(one_scene.manager.settings, categories=(BOOKS,), rules=()))
    return control


@pytest.fixture
def manager(one_scene: Scene) -> FakeManager:
    return one_scene.manager


def titles(field: CategoriesField) -> list[str]:
    return [line.title.text() for line in field.lines]


def editor(field: CategoriesField, place: int) -> CategoryEditor:
    click(field.lines[place].buttons["edit"])
    found = field.lines[place].editor
    assert isinstance(found, CategoryEditor)
    return found


def typed(found: CategoryEditor, key: str, text: str) -> None:
    write(found.edits[key], text)
    if not text:
        QTest.keyClick(found.edits[key], Qt.Key.Key_Backspace)
    found.settle()


def test_all_but_the_rest_are_shown_with_what_is_in_them(field: CategoriesField) -> None:
    assert titles(field) == [*NAMES, "E-Books"]
    assert field.lines[-1].summary.text() == ".epub · application/epub+zip → Books"
    assert field.lines[0].summary.text() == ".3gp .avi .flv .m2ts .m4v .mkv …"
    assert [line.buttons["remove"].isEnabled() for line in field.lines] == [False] * 6 + [True]
    assert field.lines[0].buttons["remove"].accessibleName() == "Bring Video back to what it was"
    assert field.lines[-1].buttons["remove"].accessibleName() == "Remove E-Books"


def test_one_is_made_and_known_by_the_name_it_is_given(field: CategoriesField, manager: FakeManager) -> None:
    click(field.add_button)
    assert manager.settings.categories == (BOOKS, CategoryEntry("new-category", "New category"))
    found = field.lines[-1].editor
    typed(found, "name", "My Fonts")
    typed(found, "endings", "ttf; *.OTF")
    typed(found, "types", "font/*")
    typed(found, "folder", "Fonts/{host}")
    click(found.icons["disc"])
    made = CategoryEntry("my-fonts", "My Fonts", "disc", ("ttf", "otf"), ("font/*",), "Fonts/{host}")
    assert manager.settings.categories == (BOOKS, made)
    found = editor(field, 6)
    typed(found, "name", "Books")
    assert manager.settings.categories == (replace(BOOKS, name="Books"), made)
    found = editor(field, 7)
    typed(found, "name", "Type")
    assert [entry.key for entry in manager.settings.categories] == ["books", "my-fonts"]


def test_a_built_in_one_is_changed_and_brought_back(
    field: CategoriesField, manager: FakeManager, one_scene: Scene
) -> None:
    found = editor(field, 0)
    assert found.edits["name"].placeholderText() == "Video"
    typed(found, "endings", "mkv, ts2")
    typed(found, "name", "Films")
    changed = CategoryEntry("video", "Films", endings=("mkv", "ts2"))
    assert list(manager.settings.categories) == [changed, *map(CategoryEntry, BUILT_IN[1:]), BOOKS]
    assert titles(field)[0] == "Films"
    click(field.lines[0].buttons["remove"])
    assert list(manager.settings.categories) == [BOOKS]
    view = one_scene.dialog.pages.view(Page.RULES)
    assert view.note._text.text() == "Video is as it was."
    click(view.note.undo_button)
    assert manager.settings.categories[0] == changed


def test_endings_that_are_as_ever_are_not_kept(field: CategoriesField, manager: FakeManager) -> None:
    found = editor(field, 1)
    text = found.edits["endings"].text()
    typed(found, "endings", f"{text}, mp9")
    assert manager.settings.categories[1].endings is not None
    typed(found, "endings", text.upper())
    assert manager.settings.categories == (BOOKS,)


def test_one_is_moved_and_the_order_kept(field: CategoriesField, manager: FakeManager) -> None:
    click(field.lines[6].buttons["up"])
    assert titles(field)[-2:] == ["E-Books", "Programs"]
    assert [entry.key for entry in manager.settings.categories] == [*BUILT_IN[:5], "books", "programs"]
    click(field.lines[5].buttons["down"])
    assert manager.settings.categories == (BOOKS,)


def test_one_is_taken_away_and_comes_back(field: CategoriesField, manager: FakeManager, one_scene: Scene) -> None:
    rules = (Rule(categories=("books",), folder="x"),)
    manager.apply_settings(replace(manager.settings, rules=rules))
    assert summary_of(rules[0]) == "E-Books → x"
    click(field.lines[6].buttons["remove"])
    assert (manager.settings.categories, manager.settings.rules) == ((), rules)
    assert summary_of(rules[0]) == "books → x"
    rules_field = one_scene.control("rules", RulesField)
    click(rules_field.lines[0].buttons["edit"])
    rule = rules_field.lines[0].editor
    typed(rule, "title", "Books")
    assert manager.settings.rules == (replace(rules[0], title="Books"),)
    click(one_scene.dialog.pages.view(Page.RULES).note.undo_button)
    assert manager.settings.categories == (BOOKS,)


@pytest.mark.parametrize(
    ("key", "text", "fault"),
    [
        ("name", "", "A category needs a name"),
        ("name", "x" * 61, "A category needs a name"),
        ("name", "video", "There is a category of this name."),
        ("endings", "tar.gz", "Write endings such as epub"),
        ("types", "pdf", "Write types such as application/pdf"),
        ("folder", "../x", "Write a whole path"),
        ("folder", "{counter}", "{counter} numbers files"),
    ],
)
def test_what_is_wrong_is_said_in_place(
    field: CategoriesField, manager: FakeManager, key: str, text: str, fault: str
) -> None:
    found = editor(field, 6)
    typed(found, key, text)
    assert not found.problem.isHidden()
    assert found.problem.text().startswith(fault)
    assert manager.settings.categories == (BOOKS,)


def test_what_the_rules_page_offers_follows(field: CategoriesField, one_scene: Scene, manager: FakeManager) -> None:
    rules_field = one_scene.control("rules", RulesField)
    click(rules_field.usual_button)
    assert manager.settings.rules[-1] == Rule(categories=("books",), folder="E-Books")
    click(rules_field.lines[0].buttons["edit"])
    rule = rules_field.lines[0].editor
    assert [button.text() for button in rule.kinds.values()] == [*NAMES, "E-Books", "Other"]
    assert rule.boxes["category"].findData("books") > 0


def test_pictures_are_those_a_person_chose(field: CategoriesField, manager: FakeManager) -> None:
    icons = [file_icon(name) for name in ("a.epub", "a.pdf", "a.iso", "a.zip")]
    assert icons == ["key", "document", "disc", "archive"]
    assert category_icon(CategoryEntry("x", "X", "none-such")) == "file"
    archives = CategoryEntry("archives", icon="tool")
    manager.apply_settings(replace(manager.settings, categories=(archives,)))
    assert file_icon("a.iso") == "tool"
    assert all(not IconSet().pixmap(name, "#000000", 18).isNull() for name in CATEGORY_CHOICES)
    found = editor(field, [line.title.text() for line in field.lines].index("Archives"))
    assert [name for name, button in found.icons.items() if button.isChecked()] == ["tool"]
    click(found.icons["archive"])
    assert manager.settings.categories[-1] == CategoryEntry("archives")
    assert all(button.accessibleName() for button in found.icons.values())


def test_names_are_in_the_language_in_force_until_a_person_gives_one(
    field: CategoriesField, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("headrace_gui.words.translate", lambda _context, text: text.upper())
    field.show_lines()
    assert titles(field) == [*map(str.upper, NAMES), "E-Books"]
    assert words.usual_category_name("none") == "none"


def test_it_is_found_by_a_search(one_scene: Scene, field: CategoriesField, qtbot: QtBot, tmp_path: Path) -> None:
    one_scene.dialog.search.setText("ending")
    qtbot.waitUntil(lambda: one_scene.row("categories").isVisible(), timeout=5000)
    one_scene.dialog.search.clear()


def test_a_program_is_told_of_before_it_is_opened_whatever_it_is_filed_under(manager: FakeManager) -> None:
    games = CategoryEntry("games", "Games", endings=("exe",))
    manager.apply_settings(replace(manager.settings, categories=(games, CategoryEntry("programs", endings=()))))
    assert category_of("a.exe").value == "games"
    assert starts_something("a.exe")
    assert starts_something("a.deb")
