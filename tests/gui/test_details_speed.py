"""Speeds: bounded history, round scales, the graph's readings, the page with its spans and figures."""

from collections.abc import Iterator
from dataclasses import replace
from math import floor

import pytest
from headrace.brakes import Bound, Brake
from headrace.settings import Settings
from headrace.states import DownloadState
from headrace_gui.details.graph_scale import step_for, ticks, time_step
from headrace_gui.details.sparkline import SpeedSparkline
from headrace_gui.details.speed_graph import Mark, Plot, SpeedGraph
from headrace_gui.details.speed_history import Curve, SpeedHistory
from headrace_gui.details.speed_page import SPANS, SpeedPage
from headrace_gui.details.speed_plot import marks_of, plot_of
from headrace_gui.details.speed_recorder import SpeedRecorder
from headrace_gui.details.speed_words import span_words, tick_words
from headrace_gui.theme import Theme
from headrace_gui.units import use_binary
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from tests.support.fake_manager import FakeManager, make_details, make_snapshot

_S = DownloadState
MB = 1_000_000.0


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def plain(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ")


def test_seconds_are_averaged() -> None:
    history = SpeedHistory()
    for now, rate in ((10.0, 1.0), (10.5, 3.0), (11.0, 8.0)):
        history.add(now, rate)
    curve = history.recent(60)
    assert (curve.rate_at(10.2), curve.rate_at(11.9), curve.rate_at(9.0), curve.rate_at(12.0)) == (2.0, 8.0, None, None)
    assert (history.top, history.active, history.last) == (8.0, 1.0, 11.0)


def test_a_pause_leaves_a_gap_and_is_no_part_of_the_life() -> None:
    history = SpeedHistory()
    for now in (0.0, 1.0, 2.0, 100.0, 101.0):
        history.add(now, 5.0)
    curve = history.recent(300)
    assert [curve.rate_at(at) for at in (2.5, 50.0, 100.5)] == [5.0, None, 5.0]
    assert history.active == 3.0
    assert list(history.whole().rates) == [5.0, 5.0, 5.0]


@pytest.mark.parametrize("step", [0.3, 0.7, 1.9])
def test_the_whole_life_is_as_long_as_it_was_active(step: float) -> None:
    """However the readings fall between the steps: the rate rises by 1 in each second that runs."""
    history = SpeedHistory()
    for number in range(1000):
        history.add(number * step, float(floor(number * step)))
    whole = history.whole()
    assert abs(whole.end - history.active) <= whole.step + 1e-6
    for second in (10.5, 100.5, 299.5 * step):
        assert whole.rate_at(second) == pytest.approx(second, abs=step + whole.step)


def test_a_clock_set_back_does_no_harm() -> None:
    history = SpeedHistory()
    history.add(50.0, 1.0)
    history.add(20.0, 9.0)
    assert (history.top, history.last) == (1.0, 50.0)


@given(st.lists(st.tuples(st.floats(0.0, 4.0), st.floats(0.0, 1e9)), max_size=300))
def test_history_is_bounded_and_never_above_the_top(readings: list[tuple[float, float]]) -> None:
    history, now = SpeedHistory(), 0.0
    for step, rate in readings:
        now += step
        history.add(now, rate)
    for curve in (history.recent(600), history.recent(1800), history.whole()):
        assert curve.top <= history.top * (1 + 1e-9)
    assert history.whole().end <= history.active + history.whole().step + 1e-6


def test_a_week_takes_little_room_and_keeps_its_average() -> None:
    history = SpeedHistory()
    for second in range(0, 200_000, 2):
        history.add(float(second), 10.0 if second < 100_000 else 30.0)
    whole = history.whole()
    assert len(whole.rates) <= 601
    assert len(history.recent(1800).rates) <= 361
    known = [rate for rate in whole.rates if rate is not None]
    assert sum(known) / len(known) == pytest.approx(20.0, rel=0.02)
    assert whole.end == pytest.approx(200_000, rel=0.02)


@given(st.floats(1.0, 1e15), st.integers(1, 8), st.sampled_from([1000, 1024]))
def test_ticks_are_few_and_reach_the_top(top: float, steps: int, unit: int) -> None:
    values = ticks(top, steps, unit)
    assert values[0] == 0
    assert values[-1] >= top * (1 - 1e-6)
    assert len(values) - 1 <= steps
    assert step_for(top, steps, unit) < 3 * max(top, 1.0) / steps + 1


@pytest.mark.parametrize(
    ("top", "steps", "wanted"),
    [
        (41.8 * MB, 3, [0, 15 * MB, 30 * MB, 45 * MB]),
        (56 * MB, 3, [0, 20 * MB, 40 * MB, 60 * MB]),
        (999_000, 2, [0, 500_000, 1_000_000]),
        (0, 3, [0, 1]),
    ],
)
def test_ticks_are_round(top: float, steps: int, wanted: list[float]) -> None:
    assert ticks(top, steps) == wanted


def test_ticks_are_round_in_binary_units() -> None:
    assert ticks(3 * 1024 * 1024, 2, 1024) == [0, 1.5 * 1024 * 1024, 3 * 1024 * 1024]


@pytest.mark.parametrize(
    ("span", "steps", "wanted"),
    [(60, 5, 15), (300, 12, 60), (1800, 5, 600), (7200, 4, 1800), (86_400, 6, 14_400), (864_000, 5, 172_800)],
)
def test_times_stand_at_round_places(span: float, steps: int, wanted: int) -> None:
    assert time_step(span, steps) == wanted


@pytest.mark.parametrize(
    ("seconds", "wanted"), [(15, "15 s"), (60, "1 min"), (1800, "30 min"), (7200, "2 h"), (172_800, "2 d")]
)
def test_spans_in_words(seconds: float, wanted: str) -> None:
    assert plain(span_words(seconds)) == wanted


@pytest.fixture
def recorder(manager: FakeManager) -> SpeedRecorder:
    return SpeedRecorder(manager, Clock(), manager)


def run(manager: FakeManager, recorder: SpeedRecorder, download_id: str, rates: list[float]) -> None:
    clock = recorder._clock
    assert isinstance(clock, Clock)
    for rate in rates:
        clock.now += 1
        manager.change(download_id, speed=rate)


def test_the_recorder_keeps_what_runs_and_forgets_what_is_removed(
    manager: FakeManager, recorder: SpeedRecorder
) -> None:
    job, other = make_snapshot("a.bin", state=_S.DOWNLOADING), make_snapshot("b.bin")
    manager.put(job, other)
    run(manager, recorder, job.id, [1.0, 2.0, 3.0])
    manager.change(other.id, received=5)
    history = recorder.history(job.id)
    assert history is not None
    assert history.top == 3.0
    assert recorder.history(other.id) is None
    manager.remove([job.id])
    assert recorder.history(job.id) is None


def test_a_graph_ends_now_or_where_it_stopped(manager: FakeManager, recorder: SpeedRecorder) -> None:
    job = make_snapshot("a.bin", state=_S.DOWNLOADING)
    manager.put(job)
    assert plot_of(recorder, job, 60) is None
    run(manager, recorder, job.id, [1.0, 2.0])
    clock = recorder._clock
    assert isinstance(clock, Clock)
    clock.now += 30
    live = plot_of(recorder, job, 60)
    paused = plot_of(recorder, replace(job, state=_S.PAUSED), 60)
    life = plot_of(recorder, job, None)
    assert live is not None
    assert (live.end, live.is_live) == (1032.0, True)
    assert paused is not None
    assert (paused.end, paused.is_live) == (1002.0, False)
    assert life is not None
    assert (life.start, life.end, life.is_life) == (0.0, 1.0, True)


def test_limits_and_average_are_marked() -> None:
    job = make_snapshot("a.bin", limit=8_000_000, average_speed=5 * MB)
    texts = [(plain(mark.text), mark.is_limit) for mark in marks_of(job, 20_000_000)]
    assert texts == [("limit 8 MB/s", True), ("limit for all 20 MB/s", True), ("average 5.0 MB/s", False)]
    assert marks_of(make_snapshot("b.bin"), None) == ()


def a_plot(marks: tuple[Mark, ...] = ()) -> Plot:
    return Plot(Curve(0.0, 1.0, tuple(float(n) * MB for n in range(60))), 0.0, 60.0, marks=marks)


@pytest.fixture
def graph(qtbot: QtBot, theme: Theme) -> SpeedGraph:
    graph = SpeedGraph(theme)
    qtbot.addWidget(graph)
    graph.resize(600, 160)
    with qtbot.waitExposed(graph):
        graph.show()
    graph.show_plot(a_plot())
    return graph


def hover(graph: SpeedGraph, x: float) -> None:
    place = QPointF(x, 50)
    none = Qt.MouseButton.NoButton
    move = QMouseEvent(QMouseEvent.Type.MouseMove, place, place, none, none, Qt.KeyboardModifier.NoModifier)
    graph.mouseMoveEvent(move)


@pytest.mark.parametrize("mirrored", [False, True])
def test_hovering_reads_a_value(graph: SpeedGraph, mirrored: bool) -> None:
    graph.setLayoutDirection(Qt.LayoutDirection.RightToLeft if mirrored else Qt.LayoutDirection.LeftToRight)
    room = graph._room()
    share = 0.75 if not mirrored else 0.25
    hover(graph, room.left() + share * room.width())
    assert plain(graph.reading()) == "45.0 MB/s · 15 s ago"
    hover(graph, -5 if not mirrored else room.right() + 40)
    assert graph.reading() == ""


def test_keys_read_a_value(graph: SpeedGraph) -> None:
    graph.setFocus()
    QTest.keyClick(graph, Qt.Key.Key_Home)
    assert plain(graph.reading()) == "0 B/s · 1 min ago"
    for _ in range(50):
        QTest.keyClick(graph, Qt.Key.Key_Right)
    assert plain(graph.reading()) == "30.0 MB/s · 30 s ago"
    QTest.keyClick(graph, Qt.Key.Key_Escape)
    assert graph.reading() == ""


def test_keys_of_other_alphabets_are_left_to_others(graph: SpeedGraph) -> None:
    for letter in "йع":
        event = QKeyEvent(QEvent.Type.KeyPress, ord(letter.upper()), Qt.KeyboardModifier.NoModifier, letter)
        graph.keyPressEvent(event)
        assert not event.isAccepted()
    assert graph.reading() == ""


@pytest.fixture
def binary() -> Iterator[None]:
    use_binary(True)
    yield
    use_binary(False)


@pytest.mark.usefixtures("binary")
def test_the_scale_is_round_in_the_units_in_force(graph: SpeedGraph) -> None:
    graph.show_plot(Plot(Curve(0.0, 1.0, (41.0 * (1 << 20),)), 0.0, 60.0))
    assert [plain(tick_words(rate)) for rate in graph._scale(150)] == ["0", "15 MiB/s", "30 MiB/s", "45 MiB/s"]


def test_the_scale_reaches_a_limit_unless_that_is_far_off(graph: SpeedGraph) -> None:
    graph.show_plot(a_plot((Mark(80 * MB, "limit"),)))
    assert graph._scale(graph.height())[-1] >= 80 * MB
    graph.show_plot(a_plot((Mark(1000 * MB, "limit"),)))
    assert graph._scale(graph.height())[-1] <= 100 * MB


def test_a_limit_is_drawn_as_a_line_of_its_own_colour(graph: SpeedGraph, theme: Theme) -> None:
    def pixels() -> int:
        picture = graph.grab().toImage()
        places = [(x, y) for x in range(0, picture.width(), 1) for y in range(0, picture.height(), 1)]
        return sum(picture.pixelColor(x, y).name().upper() == theme.tokens.warning for x, y in places)

    assert pixels() == 0
    graph.show_plot(a_plot((Mark(30 * MB, "limit"),)))
    assert pixels() > 100


def test_the_page_shows_figures_and_remembers_the_span(qtbot: QtBot, manager: FakeManager, theme: Theme) -> None:
    clock = Clock()
    recorder = SpeedRecorder(manager, clock, manager)
    page = SpeedPage(theme, recorder, lambda: Settings(limit=30_000_000))
    qtbot.addWidget(page)
    page.resize(900, 240)
    page.show()
    job = make_snapshot("a.bin", state=_S.DOWNLOADING, received=100_000_000, average_speed=5 * MB, speed=4 * MB)
    manager.put(job)
    run(manager, recorder, job.id, [3 * MB, 7 * MB, 4 * MB])
    page.show_download(job)
    assert [(name, plain(value)) for name, value in page.figures.texts()] == [
        ("Average", "5.0 MB/s"),
        ("Top", "7.0 MB/s"),
        ("Received", "100 MB"),
        ("Time active", "20 s"),
        ("Limit", "30 MB/s"),
    ]
    assert "Top 7.0" in plain(page.graph.accessibleDescription())
    QTest.mouseClick(page.spans._group.button(3), Qt.MouseButton.LeftButton)
    assert SPANS[page.spans.choice] is None
    assert page.graph._plot.is_life
    page.show_download(None)
    assert page.graph._plot.curve.rates == ()


def test_arrows_move_the_choice(qtbot: QtBot, manager: FakeManager, theme: Theme) -> None:
    page = SpeedPage(theme, SpeedRecorder(manager, parent=manager), Settings)
    qtbot.addWidget(page)
    with qtbot.waitExposed(page):
        page.show()
    page.spans._group.button(0).setFocus()
    QTest.keyClick(page.spans._group.button(0), Qt.Key.Key_Right)
    assert page.spans.choice == 1
    assert page.spans._group.button(1).hasFocus()


def test_the_sparkline_draws_once_something_runs(qtbot: QtBot, theme: Theme) -> None:
    clock = Clock()
    line = SpeedSparkline(theme, clock=clock)
    qtbot.addWidget(line)
    line.show()
    blank = line.grab().toImage()
    line.add(0.0)
    assert line.grab().toImage() == blank
    for rate in (1.0, 5.0, 3.0):
        clock.now += 1
        line.add(rate * MB)
    assert line.grab().toImage() != blank


@pytest.mark.parametrize(
    ("bound", "quiet", "text"),
    [
        (Bound(Brake.DOWNLOAD, 2_000_000), False, "2 MB/s, its own"),
        (Bound(Brake.QUEUE, 2_000_000), True, "2 MB/s, of its queue"),
        (Bound(Brake.ALL, 2_000_000), False, "2 MB/s, of all downloads"),
        (Bound(Brake.ALL, 2_000_000), True, "2 MB/s, while it is quiet"),
        (Bound(Brake.ROOM, 2_000_000), False, "2 MB/s, to leave others room"),
    ],
)
def test_the_page_says_whose_limit_holds_a_download_back(
    qtbot: QtBot, theme: Theme, bound: Bound, *, quiet: bool, text: str
) -> None:
    manager = FakeManager()
    page = SpeedPage(theme, SpeedRecorder(manager, parent=manager), lambda: Settings(quiet=quiet))
    qtbot.addWidget(page)
    snapshot = make_snapshot("a", state=DownloadState.DOWNLOADING, limit=3_000_000)
    page.show_download(snapshot)
    page.show_details(make_details(snapshot, bound=bound))
    page.refresh(snapshot)
    shown = dict(page.figures.texts())
    assert plain(shown["Limit"]) == text
    page.show_details(None)
    page.refresh(snapshot)
    assert plain(dict(page.figures.texts())["Limit"]) == "3 MB/s"
