"""The page of rules: added, changed, moved, switched, removed, tried; what is wrong is said in place."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from headrace.rules import Rule
from headrace_gui import words
from headrace_gui.background import Background
from headrace_gui.rule_words import summary_of, title_of
from headrace_gui.settings_pages.entry import Page
from headrace_gui.settings_pages.rule_editor import RuleEditor
from headrace_gui.settings_pages.rules_field import RulesField
from headrace_gui.theme import Theme
from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from tests.support.fake_manager import FakeManager
from tests.support.settings_stage import Scene, click, write

FILMS = Rule("Films", categories=("video",), folder="Videos")
ISOS = Rule(endings=("iso",), folder="Images")
RULES: tuple[Rule, ...] = (FILMS, ISOS)


@pytest.fixture
def manager() -> FakeManager:
    manager = FakeManager()
    manager.apply_settings(replace(manager.settings, rules=RULES, queues=("Night",), download_folder=Path("/d")))
    return manager


@pytest.fixture
def scene(qtbot: QtBot, manager: FakeManager, theme: Theme, tmp_path: Path) -> Iterator[Scene]:
    background = Background()
    scene = Scene(manager, theme, tmp_path, background)
    qtbot.addWidget(scene.dialog)
    with qtbot.waitExposed(scene.dialog):
        scene.dialog.show()
    yield scene
    scene.dialog.close()


@pytest.fixture
def field(scene: Scene) -> RulesField:
    control: RulesField = scene.control("rules", RulesField)
    return control


def editor(field: RulesField, place: int) -> RuleEditor:
    click(field.lines[place].buttons["edit"])
    found = field.lines[place].editor
    assert isinstance(found, RuleEditor)
    return found


def shown(field: RulesField) -> list[tuple[str, str, bool]]:
    return [(line.title.text(), line.summary.text(), line.switch.isChecked()) for line in field.lines]


def test_rules_are_shown_in_their_order(field: RulesField) -> None:
    assert shown(field) == [("Films", "Video → Videos", True), ("Rule 2", ".iso → Images", True)]
    assert [line.buttons["up"].isEnabled() for line in field.lines] == [False, True]
    assert [line.buttons["down"].isEnabled() for line in field.lines] == [True, False]


def test_a_rule_is_switched_off(field: RulesField, manager: FakeManager) -> None:
    click(field.lines[0].switch)
    assert manager.settings.rules == (replace(FILMS, enabled=False), ISOS)


def test_a_rule_is_moved(field: RulesField, manager: FakeManager) -> None:
    click(field.lines[1].buttons["up"])
    assert manager.settings.rules == (ISOS, FILMS)
    click(field.lines[0].buttons["down"])
    assert manager.settings.rules == RULES


def test_a_rule_is_removed_and_brought_back(field: RulesField, manager: FakeManager, scene: Scene) -> None:
    click(field.lines[0].buttons["remove"])
    assert list(manager.settings.rules) == [ISOS]
    click(scene.dialog.pages.view(Page.RULES).note.undo_button)
    assert manager.settings.rules == RULES
    assert len(shown(field)) == 2


def test_a_rule_is_added_and_written(field: RulesField, manager: FakeManager, qtbot: QtBot) -> None:
    click(field.add_button)
    found = field.lines[2].editor
    assert found is not None
    write(found.edits["hosts"], "example.org, *.example.net")
    write(found.edits["least"], "700M")
    write(found.edits["folder"], "{host}")
    click(found.kinds[next(kind for kind in found.kinds if kind.value == "music")])
    found.boxes["queue"].setCurrentIndex(2)
    found.boxes["queue"].activated.emit(2)
    click(found.switches["paused"])
    wanted = Rule(
        categories=("music",),
        hosts=("example.org", "example.net"),
        least=700_000_000,
        folder="{host}",
        queue="Night",
        paused=True,
    )
    qtbot.waitUntil(lambda: manager.settings.rules[2] == wanted, timeout=3000)
    held = f"Music · example.org, example.net · ≥ {words.size(700_000_000)}"
    assert field.lines[2].summary.text() == f"{held} → {{host}} · Night"


def test_a_rule_is_shown_as_it_is_when_it_is_opened(field: RulesField, manager: FakeManager, qtbot: QtBot) -> None:
    rule = Rule(
        "All", patterns=("*/a/*",), most=1 << 20, queues=("Gone",), name="{date}-{name}", category="music", priority=-1
    )
    manager.apply_settings(replace(manager.settings, rules=(rule, ISOS)))
    found = editor(field, 0)
    assert found.edits["patterns"].text() == "*/a/*"
    assert found.edits["most"].text() == "1048576"
    assert (found.boxes["queues"].currentText(), found.boxes["priority"].currentText()) == ("Gone", "Low")
    write(found.edits["title"], "Most")
    qtbot.waitUntil(lambda: manager.settings.rules == (replace(rule, title="Most"), ISOS), timeout=3000)


@pytest.mark.parametrize(
    ("key", "typed", "fault"),
    [
        ("folder", "{hots}", "There is no {hots}. There are {name} {stem}"),
        ("folder", "{date:%x}", "Behind a colon there is only the form of a date, such as {date:%Y-%m}."),
        ("folder", "{date", "A brace is open"),
        ("folder", "a{path}", "{path} stands for several folders"),
        ("folder", "../x", "Write a whole path"),
        ("folder", "con", "Not every system can have a folder called “con”."),
        ("name", "a/{name}", "A name holds no slashes"),
        ("name", "a", "Without a field such as {name}"),
        ("least", "big", "Write a size such as 700M"),
        ("endings", "a*b", "This value cannot be used."),
    ],
)
def test_what_is_wrong_is_said_in_place(
    field: RulesField, manager: FakeManager, qtbot: QtBot, key: str, typed: str, fault: str
) -> None:
    found = editor(field, 0)
    write(found.edits[key], typed)
    qtbot.waitUntil(found.problem.isVisible, timeout=3000)
    assert found.problem.text().startswith(fault)
    assert manager.settings.rules == RULES
    found.edits[key].selectAll()
    QTest.keyClick(found.edits[key], Qt.Key.Key_Backspace)
    qtbot.waitUntil(found.problem.isHidden, timeout=3000)


def test_an_expression_is_taken_where_it_can_be_one(field: RulesField, manager: FakeManager) -> None:
    found = editor(field, 0)
    for typed, fault in (
        ("(", "This is no regular expression: "),
        ("(?P<host>x)", "There is a {host} already."),
        ("(a|aa)+$", "This expression may take too long."),
    ):
        write(found.edits["name_match"], typed)
        found.settle()
        assert found.problem.text().startswith(fault)
        assert manager.settings.rules == RULES
    write(found.edits["name_match"], r"^(?P<show>.+)-\d")
    write(found.edits["folder"], "Films/{show}/{1}")
    found.settle()
    assert found.problem.isHidden()
    rule = replace(RULES[0], name_match=r"^(?P<show>.+)-\d", folder="Films/{show}/{1}")
    assert manager.settings.rules == (rule, *RULES[1:])
    assert r"/^(?P<show>.+)-\d/" in field.lines[0].summary.text()


def test_leaving_a_field_takes_what_was_typed(field: RulesField, manager: FakeManager) -> None:
    found = editor(field, 0)
    write(found.edits["folder"], "Films")
    click(field.lines[1].buttons["edit"])
    assert manager.settings.rules[0].folder == "Films"
    assert [line.editor is not None for line in field.lines] == [False, True]


def test_folders_by_type_are_added_once(field: RulesField, manager: FakeManager) -> None:
    click(field.usual_button)
    assert [rule.folder for rule in manager.settings.rules[2:]] == [
        "Music",
        "Pictures",
        "Documents",
        "Archives",
        "Programs",
    ]
    click(field.usual_button)
    assert len(manager.settings.rules) == 7


def test_an_address_is_tried(field: RulesField, qtbot: QtBot) -> None:
    write(field.test, "https://h.example/film.mkv")
    qtbot.waitUntil(lambda: field.result.text() == f"{Path('/d/Videos/film.mkv')} (Films)", timeout=3000)
    write(field.test, "https://h.example/film.txt")
    qtbot.waitUntil(lambda: field.result.text() == f"{Path('/d/film.txt')} (no rule holds)", timeout=3000)
    write(field.test, "x")
    qtbot.waitUntil(lambda: field.result.text() == "This is not an address.", timeout=3000)
    field.test.clear()
    field.refresh()
    assert field.result.isHidden()


def test_the_tab_key_goes_through_a_rule_as_it_is_read(field: RulesField) -> None:
    found = editor(field, 0)
    expected = [field.lines[0].switch, *field.lines[0].buttons.values(), *found.stops(), field.lines[1].switch]
    reached = [expected[0]]
    while reached[-1] is not expected[-1] and len(reached) < 60:
        following = reached[-1].nextInFocusChain()
        assert following is not None
        reached.append(following)
    assert [each for each in reached if each in expected] == expected


def test_rules_from_elsewhere_are_shown(field: RulesField, manager: FakeManager) -> None:
    editor(field, 0)
    manager.apply_settings(replace(manager.settings, rules=(ISOS,)))
    QCoreApplication.processEvents()
    assert shown(field) == [("Rule 1", ".iso → Images", True)]
    assert field.lines[0].editor is None


def test_words_of_rules_without_any() -> None:
    assert summary_of(Rule()) == "everything → the folder for downloads"
    assert title_of(3, Rule()) == "Rule 3"
    assert summary_of(Rule(queues=("",), category="music", queue="")) == "Main queue → Music · Main queue"
