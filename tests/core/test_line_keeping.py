"""A data budget that is used up, and handshakes that take longer than on a free line, in a real engine."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from headrace.brakes import Bound, Brake
from headrace.budgets import Budget
from headrace.day import Hold, HoldReason
from headrace.leaving_room import LEAST, Yielding
from headrace.line_keeping import _midnight
from headrace.profile import Profile
from headrace.queue_options import QueueOptions
from headrace.room_keeping import RoomKeeping
from headrace.settings import Settings
from headrace.states import DownloadState
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QCoreApplication

from tests.support.changing import SIZE, stalled
from tests.support.engine import Engine
from tests.support.faulty_server import FaultyServer

_S = DownloadState
ZONES = st.sampled_from(["Europe/Berlin", "America/Santiago", "Asia/Kolkata"]).map(ZoneInfo)
MOMENTS = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=ZONES)  # noqa: DTZ001 - they get one


@pytest.fixture
def engine(qapp: QCoreApplication, profile: Profile, tmp_path: Path) -> Iterator[Engine]:
    engine = Engine(profile, tmp_path / "target", Settings(tmp_path / "target"))
    yield engine
    assert engine.close()


def put(engine: Engine, **changes: Any) -> None:
    engine.manager.apply_settings(replace(engine.manager.settings, **changes))


def look(engine: Engine) -> None:
    """Have the engine look at what has come, whenever it looked last."""
    engine.manager._line._looked_at = float("-inf")
    engine.manager._settle()


def test_what_is_used_up_holds_downloads_until_the_next_day(engine: Engine, plain_server: FaultyServer) -> None:
    plan = Budget(SIZE // 4, "day")
    put(engine, budgets=(plan, Budget(100 * SIZE)))
    running = stalled(engine, plain_server)
    waiting = engine.add(plain_server.file(SIZE, "/other"))
    look(engine)
    tomorrow = datetime.combine(engine.manager.traffic.today + timedelta(days=1), datetime.min.time()).timestamp()
    assert engine.manager.holds == {"": Hold(HoldReason.BUDGET, tomorrow, plan)}
    engine.until_state(running, _S.QUEUED)
    assert [each.is_spent for each in engine.manager.budgets] == [True, False]
    assert engine.manager.budgets[0].used >= SIZE // 2
    plain_server.heal()
    engine.until_still()
    engine.manager.start_now([running])
    engine.fetched(running)
    assert engine.state(waiting) is _S.QUEUED
    put(engine, budgets=())
    engine.fetched(waiting)


def test_it_is_used_up_after_a_restart_as_well(engine: Engine, plain_server: FaultyServer) -> None:
    engine.fetched(engine.add(plain_server.file(SIZE)))
    engine.restart(budgets=(Budget(SIZE, "week"),))
    waiting = engine.add(plain_server.file(SIZE, "/other"))
    assert engine.state(waiting) is _S.QUEUED


def test_what_comes_is_counted_to_the_network_it_comes_through(engine: Engine, plain_server: FaultyServer) -> None:
    budgets = Budget(SIZE, where="metered"), Budget(10 * SIZE, where="name:Home"), Budget(10 * SIZE)
    put(engine, budgets=budgets, max_running=1)
    engine.manager.heed(kind="wifi", name="Home", metered=False)
    engine.fetched(engine.add(plain_server.file(SIZE, "/at-home")))
    engine.manager.heed(metered=True, kind="cellular", name="")
    engine.fetched(engine.add(plain_server.file(SIZE, "/on-the-way")))
    waiting = engine.add(plain_server.file(SIZE, "/wait"))
    look(engine)
    assert engine.state(waiting) is _S.QUEUED
    assert engine.manager.holds[""].budget == budgets[0]
    metered, home, everywhere = (each.used for each in engine.manager.budgets)
    assert SIZE <= metered < 2 * SIZE
    assert SIZE <= home < 2 * SIZE
    assert metered + home == everywhere
    assert [each.here for each in engine.manager.budgets] == [True, False, True]
    engine.manager.heed(metered=False, kind="wifi", name="Home")
    engine.fetched(waiting)
    assert engine.manager.traffic.networks() == ["cellular\tmetered", "wifi\t\tHome"]


@pytest.mark.parametrize(
    ("day", "hours", "place"),
    [
        ("2026-03-29", 23, "Europe/Berlin"),
        ("2026-10-25", 25, "Europe/Berlin"),
        ("2026-06-01", 24, "Europe/Berlin"),
        ("2026-09-05", 24, "America/Santiago"),  # the next day begins at one o'clock
        ("2026-04-04", 25, "America/Santiago"),  # at midnight it is eleven again
    ],
)
def test_midnight_comes_when_the_wall_says_so(day: str, hours: int, place: str) -> None:
    zone = ZoneInfo(place)
    begins = datetime.fromisoformat(day).replace(tzinfo=zone).timestamp()
    next_day = date.fromisoformat(day) + timedelta(days=1)
    looks = (begins + second for second in (0, 0.1, 1 / 3, 43_199.999_999, hours * 3600 - 0.000_1))
    assert {_midnight(next_day, lambda at: _wall(at, zone), now) for now in looks} == {begins + hours * 3600}


@given(MOMENTS, st.integers(1, 31))
def test_whenever_one_looks_a_period_ends_at_the_same_second(moment: datetime, days: int) -> None:
    def wall(at: float) -> datetime:
        return datetime.fromtimestamp(at, moment.tzinfo).replace(tzinfo=None)

    now = moment.timestamp()
    day = wall(now).date() + timedelta(days=days)
    end = _midnight(day, wall, now)
    assert wall(end - 1).date() < day == wall(end).date()
    assert {_midnight(day, wall, now + (end - now) * part) for part in (0.1, 1 / 3, 0.999)} == {end}


def _wall(at: float, zone: ZoneInfo) -> datetime:
    return datetime.fromtimestamp(at, zone).replace(tzinfo=None)


class Slow:
    """Handshakes that take as long as a test says."""

    def __init__(self) -> None:
        self.seconds: float | None = 0.02

    def handshake(self) -> float | None:
        return self.seconds


def test_it_steps_back_while_handshakes_take_longer_and_lets_go_when_nothing_runs(engine: Engine) -> None:
    slow, now, received = Slow(), [0.0], [0]
    limits = engine.manager._runner.limits
    keeping = RoomKeeping(limits, slow, engine.manager.post, lambda: received[0], lambda: now[0])  # type: ignore[arg-type]

    def second() -> None:
        now[0] += 1.0
        received[0] += 1_000_000
        keeping.look(wanted=True, upset=False)
        engine.until(lambda: not keeping._is_asking)

    for _ in range(9):
        second()
    before = limits.room
    assert before is not None
    assert before > 500_000
    slow.seconds = 0.4
    for _ in range(16):
        second()
    assert limits.room is not None
    assert LEAST <= limits.room < before
    slow.seconds = None
    second()
    assert limits.room < before, "a handshake that failed says nothing"
    keeping.look(wanted=False, upset=False)
    assert not limits.room
    assert keeping.close(1.0)


TICK = 0.25


class Line:
    """Handshakes by a clock of our own, counted; what comes is as much as a test says."""

    def __init__(self, engine: Engine) -> None:
        self.engine, self.now, self.received, self.speed = engine, 0.0, 0, 1_000_000
        self.seconds: float | None = 0.02
        self.asked: list[float] = []
        self.limits = engine.manager._runner.limits
        own_clock = lambda: self.now  # noqa: E731 - it is read by two
        self.keeping = RoomKeeping(self.limits, self, engine.manager.post, lambda: self.received, own_clock)  # type: ignore[arg-type]

    def handshake(self) -> float | None:
        self.asked.append(self.now)
        return self.seconds

    def go_on(self, seconds: float, *, wanted: bool = True) -> None:
        """Let time pass in ticks as an engine has them."""
        for _ in range(round(seconds / TICK)):
            self.now += TICK
            self.received += round(self.speed * TICK)
            self.keeping.look(wanted=wanted, upset=False)
            self.engine.until(lambda: not self.keeping._is_asking)

    def count(self, seconds: float) -> int:
        """Return how many handshakes there are in a time."""
        before = len(self.asked)
        self.go_on(seconds)
        return len(self.asked) - before

    def noticed(self) -> float:
        """Return after which time less is fetched."""
        began, before = self.now, self.limits.room
        assert before is not None
        while self.limits.room is not None and self.limits.room >= before:
            before = self.limits.room
            self.go_on(TICK)
            assert self.now - began < 10.0
        return self.now - began


@pytest.fixture
def line(engine: Engine) -> Iterator[Line]:
    line = Line(engine)
    yield line
    assert line.keeping.close(1.0)


def test_servers_are_asked_seldom_while_the_line_is_calm(line: Line) -> None:
    assert line.count(31.0) == 30
    line.go_on(15.0)
    assert line.count(60.0) == 20


def test_nobody_is_asked_while_nothing_runs_or_comes(line: Line) -> None:
    line.go_on(5.0)
    assert line.count(5.0) >= 4
    line.speed = 0
    line.go_on(1.2)
    assert line.count(30.0) == 0
    line.speed = 1_000_000
    assert line.count(5.0) >= 4
    before = len(line.asked)
    line.go_on(30.0, wanted=False)
    assert len(line.asked) == before


@pytest.mark.parametrize("calm", [False, True])
def test_trouble_on_a_calm_line_is_noticed_soon(line: Line, *, calm: bool) -> None:
    line.go_on(60.0 if calm else 10.0)
    assert (line.count(9.0) == 3) is calm
    line.seconds = 0.3
    assert line.noticed() <= (3.5 if calm else 2.3)


def test_who_takes_of_the_speed_on_a_calm_line_is_noticed_at_once(line: Line) -> None:
    line.go_on(60.3)
    line.seconds, line.speed = 0.3, 600_000
    assert line.noticed() <= 2.0


def test_at_the_limit_of_the_line_it_never_lets_up(line: Line) -> None:
    line.go_on(60.0)
    for _ in range(90):  # it has what the limit lets through, and all of it comes
        assert line.limits.room is not None
        line.speed = line.limits.room
        line.go_on(1.0)
    assert line.count(10.0) >= 9
    line.seconds = 0.3
    assert line.noticed() <= 2.3


def test_what_is_yielded_is_told_and_ends(line: Line) -> None:
    line.go_on(10.0)
    told = [line.limits.yielding]
    line.seconds = 0.4
    line.go_on(3.0)
    found = line.limits.yielding
    assert found is not None
    assert (found.limit, found.usual, found.slow) == (line.limits.room, 0.02, 0.4)
    line.limits.change(found.limit - 1)
    told.append(line.limits.yielding)  # a lower limit of one's own leaves them more
    line.limits.change(None)
    line.seconds = 0.02
    line.go_on(60.0)
    told.append(line.limits.yielding)
    line.seconds = 0.4
    line.go_on(5.0)
    line.go_on(1.0, wanted=False)
    assert [*told, line.limits.yielding] == [None] * 4


def test_the_lowest_limit_of_a_download_is_told(engine: Engine, plain_server: FaultyServer) -> None:
    download_id = stalled(engine, plain_server)
    item = engine.manager._roster.get(download_id)
    assert item is not None
    limits = engine.manager._runner.limits

    def bound() -> Bound | None:
        details = engine.manager.details(download_id)
        assert details is not None
        return details.bound

    assert bound() is None
    limits.change(900_000)
    assert bound() == Bound(Brake.ALL, 900_000)
    put(engine, queue_options=(QueueOptions("", limit=800_000),))
    assert bound() == Bound(Brake.QUEUE, 800_000)
    engine.manager.changes.set_options([download_id], limit=700_000)
    engine.until(lambda: bound() == Bound(Brake.DOWNLOAD, 700_000))
    limits.leave_room(600_000)
    assert bound() == Bound(Brake.DOWNLOAD, 700_000), "nobody was felt on the line"
    limits.leave_room(600_000, Yielding(600_000, 0.02, 0.4))
    assert bound() == Bound(Brake.ROOM, 600_000)
    assert engine.manager.yielding == Yielding(600_000, 0.02, 0.4)


def test_an_engine_times_handshakes_with_the_server_it_fetches_from(engine: Engine, plain_server: FaultyServer) -> None:
    put(engine, leave_room=True)
    download_id = stalled(engine, plain_server)
    engine.until(lambda: engine.manager._line.room is not None)
    engine.until(lambda: plain_server.connections_accepted >= 2)
    plain_server.heal()
    engine.manager.remove([download_id])
    engine.until_still()
    engine.manager._settle()
    assert engine.manager._line.room is None
