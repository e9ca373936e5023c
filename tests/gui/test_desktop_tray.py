"""The icon in the tray, its menu and its pace."""

from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest
from headrace.snapshots import TotalsSnapshot
from headrace.states import DownloadState
from headrace_gui.desktop.activity import Activity, ActivityMeter, activity_of
from headrace_gui.desktop.pace import Pace
from headrace_gui.desktop.tray import Tray, TrayActions, speed_line, tip
from headrace_gui.desktop.tray_icon import SIZES, STEPS, picture, step_of, tray_icon
from headrace_gui.units import use_binary
from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QColor
from PySide6.QtWidgets import QMenu, QSystemTrayIcon
from pytestqt.qtbot import QtBot

from tests.support.fake_manager import FakeManager, make_snapshot

_S = DownloadState
NO_REAL_TRAY = pytest.mark.qt_log_ignore("systemTrayWindowChanged", extend=True)


def _totals(**changes: Any) -> TotalsSnapshot:
    values = {"speed": 0.0, "active": 0, "waiting": 0, "paused": 0, "finished": 0, "failed": 0, "limit": None}
    return TotalsSnapshot(**(values | changes))


def _bright(size: int, fraction: float | None) -> int:
    """Return how many pixels of the lower part are nearly white."""
    image = picture(size, fraction).toImage()
    points = ((x, y) for x in range(size) for y in range(int(size * 0.66), size))
    return sum(QColor(image.pixel(x, y)).lightness() > 220 for x, y in points)


@pytest.mark.parametrize("size", SIZES)
def test_the_bar_grows_with_what_has_come(qapp: object, size: int) -> None:
    lengths = [_bright(size, fraction) for fraction in (0.0, 0.3, 0.6, 1.0)]
    assert lengths == sorted(set(lengths))
    assert picture(size, 0.5).size().width() == size


@pytest.mark.parametrize("size", SIZES)
def test_the_picture_has_its_own_ground_up_to_the_edges_but_not_in_the_corners(qapp: object, size: int) -> None:
    image = picture(size, None).toImage()
    assert image.pixelColor(0, 0).alpha() < 40
    assert image.pixelColor(size // 2, size // 10 + 1).alpha() == 255


def test_what_looks_the_same_is_one_step() -> None:
    assert step_of(None) is None
    assert (step_of(0.0), step_of(1.0), step_of(7.0), step_of(-1.0)) == (0, STEPS, STEPS, 0)
    assert step_of(0.500) == step_of(0.505) != step_of(0.6)


def test_macos_gets_a_mask_to_tint(qapp: object) -> None:
    icon = tray_icon(0.5, is_mask=True)
    assert icon.isMask()
    image = icon.pixmap(32, 32).toImage()
    assert image.pixelColor(16, 10) == QColor("#000000"), "the arrow"
    assert image.pixelColor(2, 16).alpha() == 0


@pytest.mark.parametrize(
    ("totals", "line"),
    [
        (_totals(), "Nothing to do"),
        (_totals(waiting=2), "2 waiting"),
        (_totals(active=2, speed=49.8e6), "49.8\N{NO-BREAK SPACE}MB/s · 2 active"),
        (_totals(active=1, waiting=3), "0\N{NO-BREAK SPACE}B/s · 1 active · 3 waiting"),
    ],
)
def test_the_line_says_what_goes_on(totals: TotalsSnapshot, line: str) -> None:
    assert speed_line(totals) == line


def test_the_tip_has_percent_where_a_length_is_known() -> None:
    assert tip(Activity(2, 0.625), "x") == "Headrace: 62\N{NO-BREAK SPACE}%\nx"
    assert tip(Activity(2, None), "x") == "Headrace\nx"


def test_activity_sums_known_lengths() -> None:
    def running(name: str, total: int | None, received: int) -> Any:
        return make_snapshot(name, state=_S.DOWNLOADING, total=total, received=received)

    assert activity_of([]) == Activity(0, None)
    assert activity_of([running("a", None, 7)]) == Activity(1, None)
    assert activity_of([running("a", 100, 50), running("b", 300, 50), running("c", None, 9)]) == Activity(3, 0.25)


def test_the_meter_keeps_only_what_runs(manager: FakeManager) -> None:
    meter = ActivityMeter(manager, [], manager)
    heard: list[Activity] = []
    meter.changed.connect(heard.append)
    one = make_snapshot("a", state=_S.DOWNLOADING, total=100, received=10)
    manager.put(one, make_snapshot("b"))
    manager.change(one.id, received=50)
    manager.change(one.id, speed=3.0)
    manager.remove([one.id])
    assert heard == [Activity(1, 0.1), Activity(1, 0.5), Activity(0, None)]
    assert not meter._running


def test_pace_calls_at_once_and_then_in_measure(qtbot: QtBot, qapp: QObject) -> None:
    calls: list[int] = []
    pace = Pace(80, lambda: calls.append(1), qapp)
    for _ in range(5):
        pace.ask()
    assert calls == [1]
    qtbot.waitUntil(lambda: calls == [1, 1])
    qtbot.wait(200)
    assert calls == [1, 1], "nobody asked any more"
    assert not pace._rest.isActive()


@pytest.fixture
def tray(qtbot: QtBot, qapp: QObject) -> Iterator[Tray]:
    actions = TrayActions([QAction("Add", qapp), QAction("Pause all", qapp)], QAction("Quit", qapp))
    tray = Tray(actions, None, qapp)
    yield tray
    tray.close()


def _texts(menu: QMenu) -> list[str]:
    return [action.text() for action in menu.actions()]


def test_the_menu_holds_what_one_wants_without_the_window(tray: Tray) -> None:
    tray.show_totals(_totals(active=1, speed=2e6, limit=500_000))
    assert _texts(tray.menu) == [
        "Hide Headrace", "2.0\N{NO-BREAK SPACE}MB/s · 1 active", "", "Add", "Pause all", "Speed limit", "", "Quit",
    ]  # fmt: skip
    assert not tray.menu.actions()[1].isEnabled()
    tray.show_window_state(is_shown=False)
    assert _texts(tray.menu)[0] == "Show Headrace"


@pytest.mark.parametrize("limit", [None, 500_000, 1_234_000])
def test_the_limit_in_force_is_marked_and_others_can_be_chosen(qtbot: QtBot, tray: Tray, limit: int | None) -> None:
    tray.menu.show_limit(limit)
    tray.menu.show_limit(limit)
    actions = tray.menu._limits.actions()
    assert sum(action.isChecked() for action in actions) == 1
    with qtbot.waitSignal(tray.limit_chosen) as got:
        actions[2].trigger()
    assert got.args == [1_000_000]


def test_other_units_reach_the_limits(tray: Tray) -> None:
    tray.menu.show_limit(None)
    before = _texts(tray.menu._limits)
    use_binary(True)
    try:
        tray.menu.show_limit(None)
        assert all("MiB" in text or "KiB" in text for text in _texts(tray.menu._limits)[1:])
    finally:
        use_binary(False)
    tray.menu.show_limit(None)
    assert _texts(tray.menu._limits) == before


def test_without_a_tray_that_is_told_once_and_nothing_is_shown(qtbot: QtBot, tray: Tray) -> None:
    with qtbot.waitSignal(tray.settled) as got:
        tray.begin(wanted=True)
    assert got.args == [False]
    assert not tray.is_shown


@pytest.fixture
def panel(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let Qt believe in a tray that the offscreen platform does not have."""
    monkeypatch.setattr(QSystemTrayIcon, "isSystemTrayAvailable", staticmethod(lambda: True))


@NO_REAL_TRAY
def test_the_icon_follows_its_preference(qtbot: QtBot, tray: Tray, panel: None) -> None:
    with qtbot.waitSignal(tray.settled):
        tray.begin(wanted=False)
    assert tray._icon is None
    tray.want(wanted=True)
    assert tray.is_shown
    tray.want(wanted=False)
    assert not tray.is_shown


def _says(tray: Tray, start: str) -> bool:
    return tray._icon is not None and tray._icon.toolTip().startswith(start)


@NO_REAL_TRAY
def test_the_icon_is_painted_anew_only_where_it_would_look_different(tray: Tray, qtbot: QtBot, panel: None) -> None:
    with qtbot.waitSignal(tray.settled):
        tray.begin(wanted=True)
    tray._pace._rest.setInterval(1)
    keys = []
    for fraction, percent in ((0.50, "50"), (0.51, "51"), (0.52, "52"), (0.7, "70")):
        tray.show_activity(Activity(1, fraction))
        qtbot.waitUntil(partial(_says, tray, f"Headrace: {percent}"))
        assert tray._icon is not None
        keys.append(tray._icon.icon().cacheKey())
    assert keys[0] == keys[1] == keys[2] != keys[3]
