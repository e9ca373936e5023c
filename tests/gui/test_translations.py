"""Every text is there in every language, with its values and plural forms, compiled, and changed at run time."""

import re
import string
from collections import Counter
from pathlib import Path

import pytest
from headrace_gui import words
from headrace_gui.language import LANGUAGES, Language, best_of
from headrace_gui.texts import isolated, on_language, translate
from PySide6.QtCore import QLocale, Qt
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from tests.gui.text_collector import texts_in
from tests.gui.translations import FORMS, GUI, compile_to, compiled_file, messages, source_file

OTHERS = [code for code in LANGUAGES if code != "en"]


def fields(text: str) -> Counter[str]:
    """Return the values a text has places for."""
    named = Counter(name for _, name, _, _ in string.Formatter().parse(text) if name is not None)
    return named + Counter(re.findall("%Ln|%n", text))


@pytest.mark.parametrize("code", LANGUAGES)
def test_nothing_is_missing(code: str) -> None:
    texts = {text.key for text in texts_in(GUI) if text.is_plural or code != "en"}
    found = messages(source_file(code))
    assert {each.key for each in found} == texts, "python -m tests.gui.translations update"
    assert [each.source for each in found if not each.is_finished or not all(each.texts)] == []


@pytest.mark.parametrize("code", LANGUAGES)
def test_plural_forms_are_as_many_as_the_language_has(code: str) -> None:
    plural = [each for each in messages(source_file(code)) if each.is_plural]
    assert len(plural) > 5
    assert [each.source for each in plural if len(each.texts) != FORMS[code]] == []


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_value_has_its_place(code: str) -> None:
    wrong = [
        (each.source, text)
        for each in messages(source_file(code))
        for text in each.texts
        if not _same_fields(each.source, text, plural=each.is_plural)
    ]
    assert wrong == []


def _same_fields(source: str, text: str, *, plural: bool) -> bool:
    """Compare the places for values; a plural form may say its number in words."""
    wanted, found = fields(source), fields(text)
    if plural:
        return found in (wanted, wanted - Counter(["%Ln"]))
    return wanted == found


@pytest.mark.parametrize("code", OTHERS)
def test_edges_and_marks_are_kept(code: str) -> None:
    """Spaces at the ends, the ellipsis of what opens a dialog, one key at most, and no straight quotes gone wrong."""
    wrong = [
        (each.source, text)
        for each in messages(source_file(code))
        for text in each.texts
        if text[:1].isspace() != each.source[:1].isspace()
        or text[-1:].isspace() != each.source[-1:].isspace()
        or text.endswith("…") != each.source.endswith("…")
        or (text.count("&") > 1 if "&" in each.source else "&" in text)
    ]
    assert wrong == []


@pytest.mark.parametrize("code", LANGUAGES)
def test_what_is_shipped_is_what_is_written(code: str, tmp_path: Path) -> None:
    compile_to(code, tmp_path / "fresh.qm")
    assert (tmp_path / "fresh.qm").read_bytes() == compiled_file(code).read_bytes(), "… translations release"


@pytest.fixture
def language(qapp: QApplication) -> Language:
    """Return what changes the language, English at first."""
    language = Language(qapp)
    language.use("en")
    return language


@pytest.fixture(autouse=True)
def english_again(qapp: QApplication) -> object:
    """Leave the program as it was."""
    before = QLocale()
    yield None
    QLocale.setDefault(before)
    qapp.setLayoutDirection(Qt.LayoutDirection.LeftToRight)


@pytest.mark.parametrize("code", OTHERS)
def test_the_language_changes_at_run_time(qtbot: QtBot, qapp: QApplication, language: Language, code: str) -> None:
    label = QLabel()
    qtbot.addWidget(label)
    on_language(label, lambda: label.setText(translate("Words", "Paused")))
    assert label.text() == "Paused"
    language.use(code)
    QApplication.processEvents()
    assert label.text() == translate("Words", "Paused") != "Paused"
    right = code == "ar"
    assert qapp.layoutDirection() is (Qt.LayoutDirection.RightToLeft if right else Qt.LayoutDirection.LeftToRight)
    language.use("en")
    QApplication.processEvents()
    assert label.text() == "Paused"


@pytest.mark.parametrize(
    ("code", "count", "text"),
    [
        ("en", 1, "1 download"),
        ("en", 1200, "1,200 downloads"),
        ("de", 1200, "1.200 Downloads"),
    ],
)
def test_plurals_and_figures_follow_the_language(language: Language, code: str, count: int, text: str) -> None:
    language.use(code)
    assert words.downloads(count) == text
    language.use("en")


def test_russian_and_arabic_have_all_their_plurals(language: Language) -> None:
    language.use("ru")
    assert len({re.sub(r"[\d\s]", "", words.downloads(count)) for count in (1, 2, 5)}) == 3
    language.use("ar")
    assert len({words.downloads(count) for count in (0, 1, 2, 3, 11, 100)}) == 6
    language.use("en")


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        (["de-AT"], "de"),
        (["pt-PT"], "pt_BR"),
        (["zh-Hans-CN"], "zh_CN"),
        (["zh-TW", "en"], "zh_CN"),
        (["tlh", "fr-CA"], "fr"),
        (["C"], "en"),
        ([], "en"),
    ],
)
def test_the_best_language_for_what_the_system_says(wanted: list[str], code: str) -> None:
    assert best_of(wanted) == code


def test_values_keep_their_order_between_words_that_run_to_the_left(language: Language) -> None:
    assert isolated("300 MB") == "300 MB"
    language.use("ar")
    assert isolated("300 MB") == "\N{FIRST STRONG ISOLATE}300 MB\N{POP DIRECTIONAL ISOLATE}"
    language.use("en")
