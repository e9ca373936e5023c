"""Saving the lines of the Live page: all matches of the file, or nothing of it where that is left."""

import time
from collections.abc import Iterator
from pathlib import Path
from threading import Event, current_thread
from typing import Any

import pytest
from headrace_gui.details.live import LivePage
from headrace_gui.details.live_search import LineSearch
from headrace_gui.theme import Theme
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from tests.support.growing import PATIENCE, Growing, expect, search, shown_page


@pytest.fixture
def asked() -> dict[str, str]:
    """Return what the dialog is asked and what it answers."""
    return {}


@pytest.fixture
def page(qtbot: QtBot, theme: Theme, asked: dict[str, str]) -> Iterator[LivePage]:
    def ask(_parent: QWidget, title: str, suggestion: str) -> str:
        asked.update(title=title, suggestion=suggestion)
        return asked.get("answer", "")

    with shown_page(qtbot, theme, ask) as page:
        yield page


@pytest.fixture
def growing(tmp_path: Path) -> Growing:
    return Growing(tmp_path)


def test_all_matches_of_the_file_are_saved(
    qtbot: QtBot, page: LivePage, growing: Growing, asked: dict[str, str], tmp_path: Path
) -> None:
    target = tmp_path / "found.txt"
    asked["answer"] = str(target)
    page.show_download(growing.snapshot)
    growing.add(b"".join(b"%d %s\n" % (n, b"ERROR" if n % 10 == 3 else b"fine") for n in range(200_000))).tell(page)
    assert not page.bar.save.isEnabled()
    search(page, "error")
    assert page.bar.save.isEnabled()
    QTest.mouseClick(page.bar.save, Qt.MouseButton.LeftButton)
    assert asked["suggestion"] == str(tmp_path / "build matches.txt")
    qtbot.waitUntil(lambda: "saved to found.txt" in page.message.text(), timeout=PATIENCE)
    assert page.message.text().startswith("20,000 line")
    wanted = [f"{n} ERROR" for n in range(3, 200_000, 10)]
    assert target.read_text(encoding="utf-8").splitlines() == wanted
    assert page.bar.save.toolTip().startswith("Save all")


def test_what_cannot_be_saved_is_told(
    qtbot: QtBot, page: LivePage, growing: Growing, asked: dict[str, str], tmp_path: Path
) -> None:
    page.show_download(growing.snapshot)
    growing.add(b"line\n").tell(page)
    search(page, "line")
    page._save()
    assert not page.message.isVisible(), "the dialog was left"
    asked["answer"] = str(tmp_path / "no folder" / "x.txt")
    page._save()
    qtbot.waitUntil(lambda: page.message.text().startswith("x.txt could not be saved"), timeout=PATIENCE)
    asked["answer"] = str(growing.part)
    page._save()
    wanted = "build.log.part is the download itself; choose another name"
    qtbot.waitUntil(lambda: page.message.text() == wanted, timeout=PATIENCE)
    assert growing.part.read_bytes() == b"line\n"


def test_saving_can_be_stopped(
    qtbot: QtBot, page: LivePage, growing: Growing, asked: dict[str, str], tmp_path: Path, monkeypatch: Any
) -> None:
    begun = Event()

    def slowly(self: LineSearch, line: str) -> tuple[int, ...]:
        begun.set()
        time.sleep(0.0005)
        return ()

    page.show_download(growing.snapshot)
    growing.add(b"line\n" * 400_000).tell(page)
    search(page, "line")
    asked["answer"] = str(tmp_path / "x.txt")
    monkeypatch.setattr(LineSearch, "find", slowly)
    page._save()
    assert begun.wait(5)
    assert page.bar.save.toolTip() == "Stop saving"
    page._save()
    monkeypatch.undo()
    qtbot.waitUntil(lambda: page.message.text() == "Nothing was saved", timeout=PATIENCE)
    assert [one.name for one in tmp_path.iterdir()] == ["build.log.part"]


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Iterator[Event]:
    """Hold up whoever saves until this is set."""
    go, find = Event(), LineSearch.find

    def held_up(self: LineSearch, line: str) -> tuple[int, ...] | None:
        if current_thread().name == "headrace-background":
            assert go.wait(5)
        return find(self, line)

    monkeypatch.setattr(LineSearch, "find", held_up)
    yield go
    go.set()


def test_another_choice_hears_nothing_of_a_saving_that_was_left(
    qtbot: QtBot, page: LivePage, growing: Growing, asked: dict[str, str], tmp_path: Path, held: Event
) -> None:
    page.show_download(growing.snapshot)
    growing.add(b"line\n").tell(page)
    search(page, "line")
    told: list[str] = []
    page.saver.told.connect(lambda text, _is_error: told.append(text))
    asked["answer"] = str(tmp_path / "x.txt")
    page._save()
    assert told == ["Saving to x.txt…"]
    other = Growing(tmp_path, "other.log")
    page.show_download(other.snapshot)
    assert page.bar.save.toolTip().startswith("Save all")
    asked["answer"] = str(tmp_path / "y.txt")
    other.add(b"line\nmore\n").tell(page)
    expect(qtbot, page, "line")
    page._save()
    held.set()
    qtbot.waitUntil(lambda: not page.saver.is_busy, timeout=PATIENCE)
    assert told[1:] == ["Saving to y.txt…", page.message.text()]
    assert (tmp_path / "y.txt").read_text(encoding="utf-8") == "line\n"
    qtbot.waitUntil(lambda: not (tmp_path / "x.txt").exists(), timeout=PATIENCE)


def test_the_button_that_saves_rests_when_the_search_ended_meanwhile(
    qtbot: QtBot, page: LivePage, growing: Growing, asked: dict[str, str], tmp_path: Path, held: Event
) -> None:
    page.show_download(growing.snapshot)
    growing.add(b"line\n").tell(page)
    search(page, "line")
    asked["answer"] = str(tmp_path / "x.txt")
    page._save()
    search(page, "")
    assert page.bar.save.isEnabled(), "it stops the saving"
    held.set()
    qtbot.waitUntil(lambda: not page.saver.is_busy, timeout=PATIENCE)
    assert not page.bar.save.isEnabled()
