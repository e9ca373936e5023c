"""A data budget that is used up, and handshakes that take longer than on a free line, in a real engine."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from headrace.day import Hold, HoldReason
from headrace.leaving_room import LEAST
from headrace.line_keeping import _midnight
from headrace.profile import Profile
from headrace.room_keeping import RoomKeeping
from headrace.settings import Settings
from headrace.states import DownloadState
from PySide6.QtCore import QCoreApplication

from tests.support.changing import SIZE, stalled
from tests.support.engine import Engine
from tests.support.faulty_server import FaultyServer

_S = DownloadState


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
    put(engine, budget=SIZE // 4, budget_period="day")
    running = stalled(engine, plain_server)
    waiting = engine.add(plain_server.file(SIZE, "/other"))
    look(engine)
    tomorrow = datetime.combine(engine.manager.traffic.today + timedelta(days=1), datetime.min.time()).timestamp()
    assert engine.manager.holds == {"": Hold(HoldReason.BUDGET, tomorrow)}
    assert engine.state(running) is _S.QUEUED
    assert engine.manager.budget is not None
    assert engine.manager.budget.used >= SIZE // 2
    plain_server.heal()
    engine.until_still()
    engine.manager.start_now([running])
    engine.fetched(running)
    assert engine.state(waiting) is _S.QUEUED
    put(engine, budget=None)
    engine.fetched(waiting)


def test_it_is_used_up_after_a_restart_as_well(engine: Engine, plain_server: FaultyServer) -> None:
    engine.fetched(engine.add(plain_server.file(SIZE)))
    engine.restart(budget=SIZE, budget_period="week")
    waiting = engine.add(plain_server.file(SIZE, "/other"))
    look(engine)
    assert engine.state(waiting) is _S.QUEUED


def test_where_metered_networks_alone_count_others_are_free(engine: Engine, plain_server: FaultyServer) -> None:
    put(engine, budget=SIZE, budget_where="metered", max_running=1)
    engine.fetched(engine.add(plain_server.file(SIZE, "/at-home")))
    engine.manager.heed(metered=True)
    engine.fetched(engine.add(plain_server.file(SIZE, "/on-the-way")))
    waiting = engine.add(plain_server.file(SIZE, "/wait"))
    look(engine)
    assert engine.state(waiting) is _S.QUEUED
    assert engine.manager.budget is not None
    assert SIZE <= engine.manager.budget.used < 2 * SIZE
    engine.manager.heed(metered=False)
    look(engine)
    engine.fetched(waiting)


@pytest.mark.parametrize(("day", "hours"), [("2026-03-29", 23), ("2026-10-25", 25), ("2026-06-01", 24)])
def test_midnight_comes_when_the_wall_says_so(day: str, hours: int) -> None:
    zone = ZoneInfo("Europe/Berlin")
    begins = datetime.fromisoformat(day).replace(tzinfo=zone).timestamp()
    end = _midnight(date.fromisoformat(day) + timedelta(days=1), lambda at: _wall(at, zone), begins)
    assert end - begins == hours * 3600


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


def test_an_engine_times_handshakes_with_the_server_it_fetches_from(engine: Engine, plain_server: FaultyServer) -> None:
    put(engine, leave_room=True)
    download_id = stalled(engine, plain_server)
    engine.until(lambda: engine.manager._line.room is not None)
    assert plain_server.connections_accepted >= 2
    plain_server.heal()
    engine.manager.remove([download_id])
    engine.until_still()
    engine.manager._settle()
    assert engine.manager._line.room is None
