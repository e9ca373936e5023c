"""Clocks that jump, machines that sleep, and disks set back to an earlier day."""

import shutil
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest
from headrace.states import DownloadState, Notice

from tests.support import faults
from tests.support.disk_scenes import MIB, SIZE, half_way, is_right
from tests.support.engine import Engine
from tests.support.faulty_server import FaultyServer
from tests.support.get_command import GetCommand
from tests.support.invariant import assert_invariant
from tests.support.replies import Resource

S = DownloadState
TEN_YEARS: Final = 10 * 365 * 86_400.0
WALL: Final = time.time
"""The clock of the machine, whatever the tests make of it."""


class WallClock:
    """The wall clock of every module of the engine; the monotonic one is never set by anybody."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.ahead = 0.0
        monkeypatch.setattr(time, "time", self)
        for name, module in list(sys.modules.items()):
            if name.startswith("headrace.") and module.__dict__.get("time") is WALL:
                monkeypatch.setattr(module, "time", self)

    def __call__(self) -> float:
        return WALL() + self.ahead


@pytest.fixture
def clock(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> WallClock:
    """Return the clock of the running engine."""
    made = WallClock(monkeypatch)
    engine.restart()
    return made


@pytest.mark.case("D23")
@pytest.mark.parametrize("jump", [TEN_YEARS, -TEN_YEARS], ids=["ahead", "back"])
def test_d23_a_jump_while_bytes_arrive_is_not_even_seen(
    engine: Engine, clock: WallClock, plain_server: FaultyServer, jump: float
) -> None:
    download_id = engine.add(plain_server.add(Resource("/file", size=SIZE, rate=4 * MIB)))
    engine.until_received(download_id, SIZE // 4)
    clock.ahead = jump
    engine.until_received(download_id, SIZE // 2)
    clock.ahead = 0.0
    is_right(engine, download_id)
    shown = [one for one in engine.seen if one.id == download_id]
    assert min(one.speed for one in shown if one.speed is not None) >= 0
    assert max(one.speed for one in shown if one.speed is not None) < 100 * MIB
    assert all(0 <= one.time_left < 60 for one in shown if one.time_left is not None)
    assert len(plain_server.requests) == 1


@pytest.mark.case("D23")
@pytest.mark.parametrize("jump", [TEN_YEARS, -TEN_YEARS], ids=["ahead", "back"])
def test_d23_an_appointment_is_kept_at_once_where_the_clock_jumps(
    engine: Engine, clock: WallClock, plain_server: FaultyServer, jump: float
) -> None:
    plain_server.inject(faults.status(503, ("Retry-After", "3600")))
    download_id = engine.add(plain_server.file(SIZE))
    engine.until_state(download_id, S.RETRY_WAIT)
    clock.ahead = jump
    is_right(engine, download_id)


@pytest.mark.case("D23")
@pytest.mark.parametrize("jump", [TEN_YEARS, -TEN_YEARS], ids=["ahead", "back"])
def test_d23_what_was_paused_goes_on_and_what_was_removed_can_be_restored(
    engine: Engine, clock: WallClock, plain_server: FaultyServer, jump: float
) -> None:
    download_id = half_way(engine, plain_server)
    engine.manager.remove([download_id])
    clock.ahead = jump
    engine.manager._tick()
    engine.manager.restore([download_id])
    engine.restart()
    assert engine.snapshot(download_id).received == SIZE // 2
    engine.manager.resume([download_id])
    is_right(engine, download_id)
    assert plain_server.requests[-1].range_start is not None
    later = engine.add(plain_server.file(SIZE, "/later"))
    assert [one.id for one in engine.manager.snapshots()] == [download_id, later]
    is_right(engine, later)
    assert_invariant(engine, plain_server)


# Asleep.


@pytest.mark.case("C14")
@pytest.mark.skipif(sys.platform == "win32", reason="no signal stops a process there")
def test_c14_after_a_sleep_the_server_is_asked_again_with_its_version(
    tmp_path: Path, plain_server: FaultyServer
) -> None:
    command = GetCommand(tmp_path / "target", tmp_path / "profile")
    plain_server.inject(faults.reset(SIZE // 2))
    address = plain_server.add(Resource("/file", size=SIZE, rate=4 * MIB, etag='"v1"'))
    with command.start("--json", address) as running:
        plain_server.wait_until(lambda seen: seen.body_sent > SIZE // 4)
        running.process.send_signal(signal.SIGSTOP)
        time.sleep(0.5)  # the connection is long gone when the machine wakes
        running.process.send_signal(signal.SIGCONT)
        assert running.wait().status == 0
    first, second = plain_server.requests
    assert (second.range_start or 0) > 0
    assert second.headers["if-range"] == '"v1"'
    assert command.files() == {"file": SIZE}
    assert first.body_sent + second.body_sent < SIZE + MIB


# Set back.


def profile_of(engine: Engine) -> Path:
    """Copy the profile of a closed engine."""
    copy = engine.profile.folder.with_name("snapshot")
    shutil.copytree(engine.profile.folder, copy)
    return copy


def put_back(engine: Engine, copy: Path) -> None:
    """Set the profile back to the copy."""
    shutil.rmtree(engine.profile.folder)
    copy.rename(engine.profile.folder)


def _keep(_part: Path, _old: bytes) -> None:
    """Leave the newer file there."""


def _older(part: Path, old: bytes) -> None:
    """Set the file back too, on the same inode, with another time."""
    with part.open("r+b") as stream:
        stream.write(old)
        stream.truncate()


def _emptied(part: Path, old: bytes) -> None:
    """Set the file back further than the database: none of its bytes were there yet."""
    _older(part, bytes(len(old)))


@pytest.mark.case("C14")
@pytest.mark.parametrize("set_back", [_keep, _older, _emptied])
def test_c14_set_back_to_an_earlier_day_every_claim_is_checked_and_the_server_asked(
    engine: Engine, plain_server: FaultyServer, set_back: Callable[[Path, bytes], None]
) -> None:
    download_id = half_way(engine, plain_server)
    assert engine.close()
    snapshot, (part,) = profile_of(engine), engine.parts()
    old = part.read_bytes()
    engine.manager = engine._open()
    gate = plain_server.inject(faults.stall(SIZE // 4)).gate
    engine.manager.resume([download_id])
    engine.until_received(download_id, SIZE * 5 // 8)
    assert engine.close()
    gate.release.set()
    set_back(part, old)
    put_back(engine, snapshot)
    engine.manager = engine._open()
    engine.manager.resume([download_id])
    is_right(engine, download_id)
    notices = engine.snapshot(download_id).notices
    assert (Notice.BLOCKS_REFETCHED in notices or Notice.RESTARTED_PART_LOST in notices) == (set_back is _emptied)
    last = plain_server.requests[-1]
    if set_back is not _emptied:
        assert last.headers["if-range"] == '"v1"'
        assert (last.range_start or 0) >= SIZE // 2 - MIB
    assert_invariant(engine, plain_server)


@pytest.mark.case("C14")
def test_c14_set_back_to_before_the_file_on_the_server_changed(engine: Engine, plain_server: FaultyServer) -> None:
    download_id = half_way(engine, plain_server)
    assert engine.close()
    snapshot = profile_of(engine)
    plain_server.add(Resource("/file", size=SIZE, seed=7, etag='"v2"'))
    put_back(engine, snapshot)
    engine.manager = engine._open()
    engine.manager.resume([download_id])
    is_right(engine, download_id, seed=7)
    assert Notice.RESTARTED_CHANGED in engine.snapshot(download_id).notices
    assert_invariant(engine, plain_server)


def test_the_clock_of_these_tests_is_the_engines(clock: WallClock) -> None:
    from headrace import intake, manager, runner  # noqa: PLC0415

    clock.ahead = TEN_YEARS
    clocks: list[Any] = [module.__dict__["time"] for module in (intake, manager, runner)]
    assert min(tick() for tick in clocks) > WALL() + TEN_YEARS / 2
