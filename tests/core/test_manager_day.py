"""Queues with hours, limits and bounds of their own, what starts regardless, quiet hours, metered networks."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from time import monotonic
from typing import Any

import pytest
from headrace.day import Hold, HoldReason
from headrace.profile import Profile
from headrace.queue_options import QueueOptions
from headrace.settings import Settings
from headrace.states import RUNNING, DownloadState
from headrace.story import StoryKind
from PySide6.QtCore import QCoreApplication

from tests.support import faults
from tests.support.changing import HALF, SIZE, stalled
from tests.support.engine import Engine
from tests.support.faulty_server import FaultyServer

_S = DownloadState
NOON = datetime(2026, 6, 1, 12).timestamp()  # noqa: DTZ001 - by the clock on this wall
NIGHT = QueueOptions("night", hours="22:00-06:00")
HOUR = 3600.0


class Sundial:
    """The clock of an engine's day."""

    def __init__(self, engine: Engine) -> None:
        self._engine, self.now = engine, NOON
        engine.manager._day._clock = lambda: self.now
        self.go_to(0)

    def go_to(self, hours: float) -> None:
        """Have it be so many hours after noon; the engine's timer is not waited for."""
        self.now = NOON + hours * HOUR
        self._engine.manager._tick()


@pytest.fixture
def engine(qapp: QCoreApplication, profile: Profile, tmp_path: Path) -> Iterator[Engine]:
    settings = Settings(tmp_path / "target", queues=("night", "slow"), queue_options=(NIGHT,))
    engine = Engine(profile, tmp_path / "target", settings)
    yield engine
    assert engine.close()


@pytest.fixture
def sundial(engine: Engine) -> Sundial:
    return Sundial(engine)


def put(engine: Engine, **changes: Any) -> None:
    engine.manager.apply_settings(replace(engine.manager.settings, **changes))


def started_now(engine: Engine, server: FaultyServer) -> str:
    """Begin a download of the closed queue that stops half-way until the server is healed."""
    server.inject(faults.stall(HALF))
    download_id = engine.add(server.file(SIZE), queue="night")
    assert engine.state(download_id) is _S.QUEUED
    engine.manager.start_now([download_id])
    engine.until_received(download_id, HALF)
    return download_id


def kinds(engine: Engine, download_id: str) -> list[StoryKind]:
    """Return what happened to a download."""
    told: list[StoryKind] = []
    engine.manager.story_told.connect(lambda _, story: told.extend(entry.kind for entry in story))
    engine.manager.ask_story(download_id)
    engine.until(lambda: bool(told))
    return told


def test_a_queue_waits_for_its_hours_and_then_starts(
    engine: Engine, plain_server: FaultyServer, sundial: Sundial
) -> None:
    seen: list[dict[str, Hold]] = []
    engine.manager.holds_changed.connect(lambda holds: seen.append(dict(holds)))
    waiting, other = (engine.add(plain_server.file(SIZE, f"/{queue}"), queue=queue) for queue in ("night", ""))
    engine.fetched(other)
    assert engine.state(waiting) is _S.QUEUED
    assert engine.manager.holds == {"night": Hold(HoldReason.HOURS, NOON + 10 * HOUR)}
    sundial.go_to(10)
    engine.fetched(waiting)
    assert seen == [{}]


def test_what_runs_is_stopped_when_the_hours_end_and_goes_on_with_its_bytes(
    engine: Engine, plain_server: FaultyServer, sundial: Sundial
) -> None:
    sundial.go_to(17)
    download_id = stalled(engine, plain_server, queue="night")
    received = engine.snapshot(download_id).received
    sundial.go_to(18)
    assert engine.state(download_id) is _S.QUEUED
    engine.until_still()
    assert engine.snapshot(download_id).received >= received > 0
    assert StoryKind.HELD in kinds(engine, download_id)
    plain_server.heal()
    sundial.go_to(34)
    assert engine.fetched(download_id).stat().st_size == SIZE


def test_a_queue_held_by_a_person_lets_what_runs_go_on(
    engine: Engine, plain_server: FaultyServer, sundial: Sundial
) -> None:
    running = stalled(engine, plain_server, queue="slow")
    put(engine, held_queues=("slow",))
    waiting = engine.add(plain_server.url("/other"), queue="slow")
    sundial.go_to(1)
    assert (engine.state(running) in RUNNING, engine.state(waiting)) == (True, _S.QUEUED)


def test_what_is_started_regardless_waits_for_nothing_and_is_not_stopped(
    engine: Engine, plain_server: FaultyServer, sundial: Sundial
) -> None:
    put(engine, max_running=1)
    first = stalled(engine, plain_server)
    wanted = engine.add(plain_server.file(SIZE, "/wanted"), queue="night", paused=True)
    engine.manager.start_now([wanted, "unknown"])
    engine.until_state(wanted, *RUNNING)
    assert engine.state(first) in RUNNING
    assert engine.snapshot(wanted).at_once
    sundial.go_to(10)
    sundial.go_to(18)
    assert engine.state(wanted) in {*RUNNING, _S.COMPLETED}
    plain_server.heal()
    engine.until_state(wanted, _S.COMPLETED)
    assert not engine.snapshot(wanted).at_once


def test_a_pause_ends_that_it_starts_regardless(engine: Engine, plain_server: FaultyServer, sundial: Sundial) -> None:
    wanted = started_now(engine, plain_server)
    engine.manager.pause([wanted])
    assert not engine.snapshot(wanted).at_once
    engine.manager.resume([wanted])
    sundial.go_to(1)
    assert engine.state(wanted) is _S.QUEUED


def test_it_starts_regardless_after_a_restart_too(engine: Engine, plain_server: FaultyServer) -> None:
    put(engine, queue_options=(QueueOptions("night", hours="mon 00:00-00:01, tue 00:00-00:01"),))
    engine.settings = engine.manager.settings
    held = engine.add(plain_server.url("/held"), queue="night")
    wanted = started_now(engine, plain_server)
    engine.restart()
    engine.until_state(wanted, *RUNNING)
    assert engine.state(held) is _S.QUEUED


def test_a_queue_runs_as_many_at_once_as_it_may(engine: Engine, plain_server: FaultyServer) -> None:
    put(engine, queue_options=(QueueOptions("slow", max_running=1),))
    first = stalled(engine, plain_server, queue="slow")
    second, other = (engine.add(plain_server.url(f"/{queue}.bin"), queue=queue) for queue in ("slow", ""))
    engine.until_state(other, _S.COMPLETED, _S.FAILED, *RUNNING)
    assert engine.state(second) is _S.QUEUED
    put(engine, queue_options=(QueueOptions("slow", max_running=2),))
    engine.until(lambda: engine.state(second) is not _S.QUEUED)
    assert engine.state(first) in RUNNING


@pytest.mark.calm
@pytest.mark.parametrize("how", ["before", "while it runs", "by moving it", "by another name"])
def test_a_queue_holds_its_limit(engine: Engine, plain_server: FaultyServer, how: str) -> None:
    """2 MB at 1 MB/s, however the limit comes to be that of its queue."""
    limited = (QueueOptions("slow", limit=1_000_000),)
    if how in ("before", "by another name"):
        put(engine, queue_options=limited)
    elif how == "by moving it":
        put(engine, queue_options=(*limited, QueueOptions("night", limit=500_000)))
    else:
        put(engine, queue_options=(QueueOptions("slow", limit=200_000),))
    began = monotonic()
    download_id = engine.add(plain_server.file(2_000_000), queue="night" if how == "by moving it" else "slow")
    engine.until(lambda: engine.snapshot(download_id).received > 0)
    if how == "while it runs":
        put(engine, queue_options=limited)
    elif how == "by moving it":
        engine.manager.changes.set_queue([download_id], "slow")
    elif how == "by another name":
        engine.manager.changes.rename_queue("slow", "crawl")
        assert engine.manager.settings.options_of("crawl").limit == 1_000_000
    engine.fetched(download_id)
    assert 1.8 < monotonic() - began < 3.5


def test_options_go_with_their_queue(engine: Engine) -> None:
    engine.manager.changes.remove_queue("night")
    assert engine.manager.settings.queue_options == ()
    assert engine.manager.holds == {}


def test_it_gets_quiet_and_ends_being_so_at_the_hours_unless_a_person_says_so(engine: Engine, sundial: Sundial) -> None:
    put(engine, limit=900_000, quiet_limit=100_000, quiet_hours="20:00-08:00")
    limits = []
    for hours in (0, 8, 9, 20, 32):
        sundial.go_to(hours)
        limits.append(engine.manager.totals().limit)
    assert limits == [900_000, 100_000, 100_000, 900_000, 100_000]
    put(engine, quiet=False)
    sundial.go_to(33)
    assert engine.manager.totals().limit == 900_000, "a person's word counts until the hours end"
    sundial.go_to(44)
    sundial.go_to(56)
    assert engine.manager.totals().limit == 100_000


def test_it_is_quiet_from_the_start_in_the_quiet_hours(engine: Engine) -> None:
    engine.restart(quiet_hours="00:00-24:00", quiet_limit=100_000)
    assert engine.manager.settings.quiet
    assert engine.manager.totals().limit == 100_000


def test_a_metered_network_holds_all_while_it_is_one(engine: Engine, plain_server: FaultyServer) -> None:
    put(engine, hold_metered=True)
    download_id = stalled(engine, plain_server)
    engine.manager.heed(metered=True)
    assert engine.state(download_id) is _S.QUEUED
    assert set(engine.manager.holds.values()) == {Hold(HoldReason.METERED)}
    plain_server.heal()
    engine.manager.heed(metered=False)
    assert engine.fetched(download_id).stat().st_size == SIZE


def test_a_captive_portal_holds_the_world_and_nothing_at_home(engine: Engine, plain_server: FaultyServer) -> None:
    home = stalled(engine, plain_server)
    engine.manager.heed(portal=True)
    far = engine.add("http://far.example/file.bin")
    assert {hold.reason for hold in engine.manager.holds.values()} == {HoldReason.PORTAL}
    assert engine.state(home) is _S.DOWNLOADING
    plain_server.heal()
    engine.fetched(home)
    engine.fetched(engine.add(plain_server.file(SIZE, "/other")))
    assert engine.state(far) is _S.QUEUED


def test_a_closed_queue_keeps_no_timer_busy(engine: Engine, plain_server: FaultyServer, sundial: Sundial) -> None:
    engine.add(plain_server.url("/x"), queue="night")
    assert engine.manager._timer.interval() == 10_000
    put(engine, queue_options=())
    engine.until(lambda: engine.manager.snapshots()[0].state is not _S.QUEUED)
