"""The Live page: lines as they arrive, searched, paused, copied."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from headrace.live_file import LiveSource
from headrace.live_lines import Note, NoteKind
from headrace.snapshots import DownloadSnapshot
from headrace.states import DownloadState
from headrace_gui.background import Background
from headrace_gui.details.live import LivePage
from headrace_gui.icons import IconSet
from headrace_gui.texts import retell
from headrace_gui.theme import Theme
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from tests.support.fake_manager import make_snapshot
from tests.support.growing import PATIENCE, Growing, expect, lines, row_point, search, shown_page


@pytest.fixture
def page(qtbot: QtBot, theme: Theme) -> Iterator[LivePage]:
    with shown_page(qtbot, theme) as page:
        yield page


@pytest.fixture
def growing(tmp_path: Path) -> Growing:
    return Growing(tmp_path)


def test_lines_appear_as_they_arrive_to_the_end(qtbot: QtBot, page: LivePage, growing: Growing) -> None:
    page.show_download(growing.snapshot)
    growing.add(b"one\ntw").tell(page)
    expect(qtbot, page, "one")
    growing.add(b"o\nlast").tell(page)
    expect(qtbot, page, "one", "two")
    growing.finish()
    growing.tell(page)
    expect(qtbot, page, "one", "two", "last")
    assert page.bar.status().startswith("3 line")
    assert page.bar.encoding.text().startswith("UTF-8")


def test_another_download_begins_with_nothing(qtbot: QtBot, page: LivePage, tmp_path: Path) -> None:
    first, second = Growing(tmp_path, "a.log"), Growing(tmp_path, "b.log")
    page.show_download(first.snapshot)
    first.add(b"first\n").tell(page)
    expect(qtbot, page, "first")
    page.bar.pause.setChecked(True)
    page.show_download(second.snapshot)
    assert lines(page) == []
    assert not page.bar.pause.isChecked()
    second.add(b"second\n").tell(page)
    expect(qtbot, page, "second")


def test_a_filter_shows_matches_alone_and_a_mark_shows_all(qtbot: QtBot, page: LivePage, growing: Growing) -> None:
    page.show_download(growing.snapshot)
    growing.add(b"good\nBAD one\nfine\nbad two\n").tell(page)
    search(page, "bad")
    expect(qtbot, page, "BAD one", "bad two")
    assert page.bar.status().startswith("2 matching line")
    assert page.model.entry(0) == ("BAD one", (0, 3))
    growing.add(b"good again\nworse, bad\n").tell(page)
    expect(qtbot, page, "BAD one", "bad two", "worse, bad")
    page.bar.case.setChecked(True)
    expect(qtbot, page, "bad two", "worse, bad")
    page.bar.only.setChecked(False)
    expect(qtbot, page, "good", "BAD one", "fine", "bad two", "good again", "worse, bad")
    assert page.model.entry(3) == ("bad two", (0, 3))
    search(page, r"^\w+ \w+$", expression=True)
    expect(qtbot, page, "BAD one", "bad two", "good again")
    search(page, "nowhere")
    expect(qtbot, page)
    assert page.note.text() == "No line matches"


def test_a_bad_expression_is_told_in_place_and_changes_nothing(qtbot: QtBot, page: LivePage, growing: Growing) -> None:
    page.show_download(growing.snapshot)
    growing.add(b"foo\nbar\n").tell(page)
    search(page, "fo+", expression=True)
    expect(qtbot, page, "foo")
    search(page, "fo+(", expression=True)
    assert page.message.isVisible()
    assert page.message.text() == "Not a regular expression, at character 5: missing closing parenthesis"
    expect(qtbot, page, "foo")
    search(page, "fo+(", expression=False)
    assert not page.message.isVisible()
    expect(qtbot, page)


def test_typing_searches_by_itself(qtbot: QtBot, page: LivePage, growing: Growing) -> None:
    page.show_download(growing.snapshot)
    growing.add(b"foo\nbar\n").tell(page)
    QTest.keyClicks(page.bar.field, "ba")
    expect(qtbot, page, "bar")


def test_a_paused_view_stands_still_and_counts(qtbot: QtBot, page: LivePage, growing: Growing) -> None:
    page.show_download(growing.snapshot)
    growing.add(b"one\n").tell(page)
    expect(qtbot, page, "one")
    page.bar.pause.setChecked(True)
    growing.add(b"more\n" * 1204).tell(page)
    qtbot.waitUntil(lambda: page.pill.text().startswith("Paused · 1,204 new line"), timeout=PATIENCE)
    assert lines(page) == ["one"]
    QTest.mouseClick(page.pill, Qt.MouseButton.LeftButton)
    expect(qtbot, page, "one", *["more"] * 1204)
    assert not page.bar.pause.isChecked()
    assert not page.pill.isVisible()


def test_scrolled_up_the_view_stays_and_says_what_came(qtbot: QtBot, page: LivePage, growing: Growing) -> None:
    page.show_download(growing.snapshot)
    growing.add(b"line\n" * 500).tell(page)
    qtbot.waitUntil(lambda: page.model.lines == 500, timeout=PATIENCE)
    bar = page.view.verticalScrollBar()
    assert bar.value() == bar.maximum() > 0
    bar.setValue(7)
    assert page.pill.text() == "To the end"
    growing.add(b"line\n" * 30).tell(page)
    qtbot.waitUntil(lambda: page.pill.text().startswith("30 new line"), timeout=PATIENCE)
    assert bar.value() == 7
    QTest.mouseClick(page.pill, Qt.MouseButton.LeftButton)
    assert bar.value() == bar.maximum()
    assert not page.pill.isVisible()
    growing.add(b"line\n" * 30).tell(page)
    qtbot.waitUntil(lambda: page.model.lines == 560, timeout=PATIENCE)
    assert bar.value() == bar.maximum()


def test_clear_empties_the_view_for_good(qtbot: QtBot, page: LivePage, growing: Growing) -> None:
    page.show_download(growing.snapshot)
    growing.add(b"one\n").tell(page)
    expect(qtbot, page, "one")
    QTest.mouseClick(page.bar.clear, Qt.MouseButton.LeftButton)
    expect(qtbot, page)
    assert page.note.text() == "Waiting for the next line"
    growing.add(b"two\n").tell(page)
    expect(qtbot, page, "two")


def test_chosen_lines_are_copied_without_what_steers(qtbot: QtBot, page: LivePage, growing: Growing) -> None:
    page.show_download(growing.snapshot)
    growing.add(b"one\n\x1b[31mtwo\tX\nthree\n").tell(page)
    qtbot.waitUntil(lambda: page.model.lines == 3, timeout=PATIENCE)
    page.view.setFocus()
    QTest.mouseClick(page.view.viewport(), Qt.MouseButton.LeftButton, pos=row_point(page.view, 0))
    shift = Qt.KeyboardModifier.ShiftModifier
    QTest.mouseClick(page.view.viewport(), Qt.MouseButton.LeftButton, shift, row_point(page.view, 1))
    QTest.keyClick(page.view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "one\n␛[31mtwo\tX"
    QTest.keyClick(page.view, Qt.Key.Key_Down)
    QTest.keyClick(page.view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "three"
    QTest.keyClick(page.view, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(page.view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "one\n␛[31mtwo\tX\nthree"


def test_a_file_that_is_no_text_is_shown_when_asked_for(qtbot: QtBot, page: LivePage, growing: Growing) -> None:
    page.show_download(growing.snapshot)
    growing.add(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\n").tell(page)
    qtbot.waitUntil(lambda: page.note.text() == "This file is not text", timeout=PATIENCE)
    button = page.note.findChild(QPushButton)
    assert button is not None
    assert button.text() == "Show anyway"
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "\ufffdPNG" in lines(page), timeout=PATIENCE)


def test_another_encoding_is_read_at_once(qtbot: QtBot, page: LivePage, growing: Growing) -> None:
    page.show_download(growing.snapshot)
    growing.content_type = "text/plain; charset=windows-1252"
    growing.add("Привет\n".encode("koi8-r")).tell(page)
    qtbot.waitUntil(lambda: page.bar.encoding.text().startswith("Windows-1252"), timeout=PATIENCE)
    action = next(one for one in page.bar._menu.actions() if one.data() == "koi8-r")
    action.trigger()
    expect(qtbot, page, "Привет")
    assert page.bar.encoding.text().startswith("KOI8-R")


def test_a_file_opened_late_can_be_shown_from_the_beginning(qtbot: QtBot, page: LivePage, growing: Growing) -> None:
    page.show_download(growing.snapshot)
    growing.add(b"".join(b"line number %07d\n" % n for n in range(90_000))).tell(page)
    qtbot.waitUntil(lambda: page.bar.start.isVisible() and page.model.lines > 50_000, timeout=PATIENCE)
    first = page.model.entry(0)
    assert isinstance(first, Note)
    assert first.kind is NoteKind.EARLIER
    assert "before this are not shown" in str(page.model.index(0).data())
    QTest.mouseClick(page.bar.start, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page.model.lines == 90_000, timeout=PATIENCE)
    assert page.model.entry(0) == ("line number 0000000", ())
    assert not page.bar.start.isVisible()


def test_a_file_begun_anew_is_told_of_between_the_lines(qtbot: QtBot, page: LivePage, growing: Growing) -> None:
    page.show_download(growing.snapshot)
    growing.add(b"old 1\nold 2\n").tell(page)
    expect(qtbot, page, "old 1", "old 2")
    growing.part.unlink()
    growing.add(b"new\n").tell(page)
    expect(qtbot, page, "old 1", "old 2", "new")
    assert page.model.index(2).data() == "The file was begun anew"


def test_the_button_over_the_lines_stays_in_the_middle(qtbot: QtBot, page: LivePage) -> None:
    page.pill.tell("3 new lines", "to-end")
    for width in (500, 900):
        page.resize(width, 300)
        QApplication.processEvents()
        assert abs(page.pill.geometry().center().x() - page.view.width() // 2) <= 1
        assert page.pill.geometry().bottom() < page.view.height()


def test_the_words_follow_the_language(qtbot: QtBot, page: LivePage, growing: Growing) -> None:
    page.show_download(growing.snapshot)
    growing.add(b"one\n").tell(page)
    expect(qtbot, page, "one")
    page.bar.field.setPlaceholderText("")
    page.bar.tell_status("")
    retell(page)
    assert page.bar.field.placeholderText() == "Find in the lines"
    assert page.bar.status().startswith("1 line")


def test_every_control_has_a_name_and_can_be_reached(page: LivePage) -> None:
    bar = page.bar
    for widget in (
        bar.field,
        bar.case,
        bar.expression,
        bar.only,
        bar.encoding,
        bar.wrap,
        bar.pause,
        bar.clear,
        bar.save,
    ):
        assert widget.accessibleName()
        assert widget.focusPolicy() & Qt.FocusPolicy.TabFocus


def test_nothing_is_read_while_nobody_looks(qtbot: QtBot, page: LivePage, growing: Growing) -> None:
    """A recording is looked at by the feed itself again and again: it has to be told to leave that."""
    growing.snapshot = replace(growing.snapshot, is_recording=True)
    page.show_download(growing.snapshot)
    growing.add(b"one\n").tell(page)
    expect(qtbot, page, "one")
    growing.add(b"two\n")
    expect(qtbot, page, "one", "two")
    page.hide()
    feed = page._open.feed
    assert feed is not None
    qtbot.waitUntil(lambda: feed.is_idle and not page._pace.isActive(), timeout=PATIENCE)
    growing.add(b"three\n")
    assert (lines(page), feed.is_idle) == (["one", "two"], True)
    page.show()
    expect(qtbot, page, "one", "two", "three")


def test_closing_the_page_ends_its_feed(qtbot: QtBot, theme: Theme, growing: Growing) -> None:
    page = LivePage(theme, IconSet(), Background())
    page.show_download(growing.snapshot)
    growing.add(b"one\n").tell(page)
    feed = page._open.feed
    assert feed is not None
    page.deleteLater()
    QApplication.sendPostedEvents(page, QEvent.Type.DeferredDelete)
    assert feed.join(2.0)


def test_sources_are_told_as_they_are(page: LivePage, tmp_path: Path) -> None:
    done: DownloadSnapshot = make_snapshot("done.log", state=DownloadState.COMPLETED, folder=tmp_path)
    page.refresh(done)
    feed = page._open.feed
    assert feed is not None
    assert feed._source == LiveSource(tmp_path / "done.log", None, is_complete=True)


def test_the_end_of_the_program_waits_for_the_feed(qtbot: QtBot, page: LivePage, growing: Growing) -> None:
    page.show_download(growing.snapshot)
    growing.add(b"line\n" * 300_000).tell(page)
    feed = page._open.feed
    assert feed is not None
    page._end()
    assert feed.join(0)
