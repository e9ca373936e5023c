"""The lines in sight: kept within bounds, found where they are painted, reached by keys and pointer."""

import pytest
from headrace.live_lines import KEPT_LINES, KEPT_SIZE, Entry, KeptLines, Note, NoteKind, size_of
from headrace_gui.details.live_delegate import SIDE
from headrace_gui.details.live_model import LineModel
from headrace_gui.details.live_view import LineView
from headrace_gui.theme import Theme
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from tests.support.growing import row_point


def test_the_model_is_bounded_in_lines_and_memory() -> None:
    model = LineModel()
    for start in range(0, 250_000, 10_000):
        model.append([(f"{n:07}", ()) for n in range(start, start + 10_000)])
    assert model.rowCount() == model.lines == KEPT_LINES
    assert model.entry(0) == ("0150000", ())
    for _ in range(30):
        model.append([("x" * 999_999, ())])
    assert size_of([model.entry(row) for row in range(model.rowCount())]) <= KEPT_SIZE
    assert model.rowCount() < 20


def test_the_model_keeps_the_rules(qtmodeltester: ModelTester) -> None:
    model = LineModel(KeptLines(lines=50, size=10_000))
    qtmodeltester.check(model)  # type: ignore[no-untyped-call]
    entries: list[Entry] = [("a", ()), Note(NoteKind.ANEW), ("b", (0, 1))]
    model.append(entries)
    assert (model.lines, model.rowCount()) == (2, 3)
    for start in range(0, 200, 30):
        model.append([(str(n), ()) for n in range(start, start + 30)])
    assert model.rowCount() == model.lines == 50
    serial = model.serial(49)
    model.append([("next", ())])
    assert model.serial(48) == serial
    other = KeptLines()
    other.push(entries)
    model.replace(other)
    assert [model.index(row).data() for row in range(3)] == ["a", "The file was begun anew", "b"]
    model.replace(KeptLines())
    assert model.rowCount() == model.lines == 0


def view_of(qtbot: QtBot, theme: Theme, entries: list[Entry], **kept: int) -> tuple[LineModel, LineView]:
    model = LineModel(KeptLines(**kept) if kept else None)
    view = LineView(model, theme)
    model.setParent(view)
    qtbot.addWidget(view)
    view.resize(400, 300)
    with qtbot.waitExposed(view):
        view.show()
    model.append(entries)
    return model, view


def test_rows_in_sight_stay_where_they_are_while_old_ones_go(qtbot: QtBot, theme: Theme) -> None:
    model, view = view_of(qtbot, theme, [(str(n), ()) for n in range(100)], lines=100, size=1 << 20)
    view.verticalScrollBar().setValue(50)
    view.setCurrentIndex(model.index(2))
    view.verticalScrollBar().setValue(50)
    model.append([(str(n), ()) for n in range(100, 130)])
    assert view.verticalScrollBar().value() == 20
    assert view.indexAt(QPoint(5, 5)).data() == "50"
    model.append([(str(n), ()) for n in range(130, 230)])
    assert view.verticalScrollBar().value() == 0


@pytest.mark.parametrize("wraps", [False, True])
def test_every_row_in_sight_is_found_where_it_is_painted(qtbot: QtBot, theme: Theme, wraps: bool) -> None:
    model, view = view_of(qtbot, theme, [(f"{n} " * (1 + n % 5 * 20), ()) for n in range(60)])
    view.wrap(wraps)
    for top in (0, 13, view.verticalScrollBar().maximum()):
        view.verticalScrollBar().setValue(top)
        bottom = -1
        for row in range(top, model.rowCount()):
            rect = view.visualRect(model.index(row))
            assert rect.top() == bottom + 1
            assert view.indexAt(rect.center()).row() == row or not view.viewport().rect().contains(rect.center())
            bottom = rect.bottom()
            if bottom > view.viewport().height():
                break
        assert view.visualRect(model.index(max(top - 1, 0))).top() == (-view._delegate.line_height if top else 0)
    assert view.visualRect(model.index(59)).bottom() < view.viewport().height(), "the last row is wholly in sight"
    view.grab()
    qtbot.waitUntil(lambda: (view.horizontalScrollBar().maximum() == 0) is wraps)


@pytest.mark.parametrize("wraps", [False, True])
def test_a_line_that_reads_leftward_begins_at_the_edge_of_a_view_of_another_width(
    qtbot: QtBot, theme: Theme, wraps: bool
) -> None:
    _, view = view_of(qtbot, theme, [("مرحبا بالعالم", ())])
    view.wrap(wraps)
    for width in (400, 250, 600):
        view.resize(width, 300)
        view.grab()
        line = view._delegate._layout(0).lineAt(0)
        assert line.naturalTextRect().right() == pytest.approx(view.viewport().width() - 2 * SIDE, abs=1.0)


def test_sideways_scrolling_survives_another_width(qtbot: QtBot, theme: Theme) -> None:
    _, view = view_of(qtbot, theme, [("x" * 1000, ())])
    bar = view.horizontalScrollBar()
    view.grab()
    qtbot.waitUntil(lambda: bar.maximum() > 0)
    bar.setValue(70)
    view.resize(300, 300)
    assert bar.value() == 70


def test_the_keyboard_reaches_every_row(qtbot: QtBot, theme: Theme) -> None:
    _, view = view_of(qtbot, theme, [(f"{n}", ()) for n in range(200)])
    view.setFocus()
    for key, row in (
        (Qt.Key.Key_Home, 199),  # the last row in sight is where one begins
        (Qt.Key.Key_Home, 0),
        (Qt.Key.Key_Down, 1),
        (Qt.Key.Key_End, 199),
        (Qt.Key.Key_Up, 198),
    ):
        QTest.keyClick(view, key)
        assert view.currentIndex().row() == row
    QTest.keyClick(view, Qt.Key.Key_PageUp)
    assert view.currentIndex().row() < 190
    assert view.viewport().rect().contains(view.visualRect(view.currentIndex()))
    QTest.keyClick(view, Qt.Key.Key_Z)
    assert view.currentIndex().row() < 190, "letters search nothing"


def test_dragging_chooses_lines(qtbot: QtBot, theme: Theme) -> None:
    model, view = view_of(qtbot, theme, [(f"{n}", ()) for n in range(9)])
    port = view.viewport()
    QTest.mousePress(port, Qt.MouseButton.LeftButton, pos=row_point(view, 2))
    QTest.mouseMove(port, row_point(view, 3))
    QTest.mouseMove(port, row_point(view, 5))
    QTest.mouseRelease(port, Qt.MouseButton.LeftButton, pos=row_point(view, 5))
    assert sorted(index.row() for index in view.selectedIndexes()) == [2, 3, 4, 5]
    assert model.copied(range(2, 4)) == "2\n3"


def test_lines_of_all_kinds_are_painted(qtbot: QtBot, theme: Theme) -> None:
    entries: list[Entry] = [
        ("plain", ()),
        ("", ()),
        ("found here", (6, 4)),
        ("مرحبا بالعالم ERROR", (14, 5)),
        ("\x1b[2J\u202egnp.exe\t\U0001f600 é" + "x" * 100_000, (0, 3)),
        Note(NoteKind.PASSED_OVER, 12_000_000),
    ]
    _, view = view_of(qtbot, theme, entries)
    for scheme in (Qt.ColorScheme.Dark, Qt.ColorScheme.Light):
        theme.use(scheme)
        for wraps in (True, False):
            view.wrap(wraps)
            assert not view.grab().isNull()
    marked = view._delegate._lay_out(2).formats()[0]
    assert (marked.start, marked.length) == (6, 4)
    theme.use(None)
