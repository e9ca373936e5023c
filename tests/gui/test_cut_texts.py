"""No words are cut and nothing overlaps, in any language, in the usual and in the smallest window."""

import math
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from headrace_gui.language import LANGUAGES, Language
from headrace_gui.theme import Theme
from PySide6.QtCore import QLocale, QSize, QTranslator
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from tests.gui.scene_book.book import SCENES
from tests.gui.scene_book.cut_texts import faults
from tests.gui.scene_book.stage import SMALL, USUAL, Stage, made_up_world

PSEUDO = "pseudo"
ELSEWHERE = {USUAL: {"small", "details-small"}, SMALL: {"menus", "tray", "narrow", "details-small"}}
"""Scenes that have a size of their own, and what is the same in the other."""
TELLING = {
    USUAL: ("add-duplicates", "properties", "details", "settings"),
    SMALL: ("small", "details-small", "settings"),
}
"""The scenes with most of the words; all of them are looked at in words that are far longer than English."""


class Longer(QTranslator):
    """Makes every text 40 % longer, as translations are at times, and shows what is not translated."""

    def isEmpty(self) -> bool:
        return False

    def translate(self, _context: str, source: str, _comment: str | None = None, _number: int = -1) -> str:
        letters = re.sub(r"\{\w*\}|%Ln|[^\w ]", "", source).strip()
        if len(letters) < 4:  # units and signs are as short everywhere
            return source
        bare, dots = (source[:-1], "…") if source.endswith("…") else (source, "")
        more = "~" * math.ceil(len(letters) * 0.4)
        return f"[{bare}{' ' * (' ' in bare)}{more}]{dots}"


@pytest.fixture(params=[PSEUDO, *LANGUAGES])
def language(request: pytest.FixtureRequest, qapp: QApplication) -> Iterator[str]:
    """Speak a language."""
    before, longer, speech = QLocale(), Longer(), Language(qapp)
    speech.use("en" if request.param == PSEUDO else request.param)
    if request.param == PSEUDO:
        qapp.installTranslator(longer)
    yield request.param
    qapp.removeTranslator(longer)
    speech.use("en")
    QLocale.setDefault(before)


@pytest.mark.parametrize("size", [USUAL, SMALL], ids=["usual", "small"])
def test_nothing_is_cut(qtbot: QtBot, theme: Theme, tmp_path: Path, language: str, size: tuple[int, int]) -> None:
    found: list[str] = []

    def look(name: str, widget: QWidget, over: QWidget | None = None) -> None:
        if over is not None and size == SMALL:
            over.resize(over.size().boundedTo(QSize(*SMALL)))
            QApplication.processEvents()
        for each in {widget, over or widget}:
            found.extend(f"{name}: {fault}" for fault in faults(each))

    with made_up_world():
        stage = Stage(theme, tmp_path, look, size=size, rest=0)
        for name in sorted(SCENES.keys() - ELSEWHERE[size]) if language == PSEUDO else TELLING[size]:
            try:
                SCENES[name](stage)
            finally:
                stage.clear()
    assert not found, "\n".join(dict.fromkeys(found))


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (lambda label, _button, _wrapped: label.setMaximumWidth(20), "is 20 wide, needs"),
        (lambda _label, button, _wrapped: button.setMaximumWidth(10), "is 10 wide, needs"),
        (lambda _label, _button, wrapped: wrapped.setMaximumHeight(10), "is 10 high, needs"),
        (lambda label, button, _wrapped: button.move(label.pos()), "overlaps QPushButton"),
        (lambda _label, button, _wrapped: button.move(-5, button.y()), "reaches out of"),
    ],
    ids=["words", "button", "lines", "over another", "over the edge"],
)
def test_what_is_cut_is_found(qtbot: QtBot, spoil: Callable[[QLabel, QPushButton, QLabel], object], told: str) -> None:
    box = QWidget()
    qtbot.addWidget(box)
    column = QVBoxLayout(box)
    label, button, wrapped = QLabel("some words", box), QPushButton("press", box), QLabel("words " * 40, box)
    wrapped.setWordWrap(True)
    for part in (label, button, wrapped):
        column.addWidget(part)
    with qtbot.waitExposed(box):
        box.show()
    QApplication.processEvents()
    assert faults(box) == []
    spoil(label, button, wrapped)
    column.activate()
    (fault,) = faults(box)
    assert told in fault


def test_longer_words_reach_everything(qapp: QApplication) -> None:
    longer = Longer()
    qapp.installTranslator(longer)
    try:
        assert QApplication.translate("Actions", "&Pause") == "[&Pause~~]"
        assert QApplication.translate("Actions", "&Open the folder…") == "[&Open the folder ~~~~~~]…"
        assert QApplication.translate("Units", "{value} MB") == "{value} MB"
    finally:
        qapp.removeTranslator(longer)
