"""Disks that stand still or go away for a while: everything else goes on, and so do they once the disk is back."""

import errno
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import pytest
from headrace.states import DownloadState, FailureReason
from PySide6.QtCore import QCoreApplication

from tests.support import faults, needs
from tests.support.crashes import Disk
from tests.support.disk_scenes import MIB, half_way, is_right, spec
from tests.support.engine import Engine
from tests.support.faulty_server import FaultyServer
from tests.support.invariant import assert_invariant
from tests.support.loop_disk import NotPermittedError, loop_disk
from tests.support.replies import Resource

if sys.platform != "linux":
    pytest.skip("disks that can be frozen: loop devices of Linux", allow_module_level=True)

S = DownloadState
SIZE: Final = 3 * MIB
LARGE: Final = 32 * MIB
STALL: Final = 1.0
"""Seconds a disk stands still: longer than anything that is not held up by it may take."""
ALIVE: Final = 0.25
"""Seconds the event loop may be held up on a busy machine."""


class Heart:
    """Beats in the event loop, and remembers the longest pause."""

    def __init__(self) -> None:
        self.longest, self._last = 0.0, time.monotonic()

    def beat(self) -> None:
        """Turn the loop once."""
        QCoreApplication.processEvents()
        now = time.monotonic()
        self.longest, self._last = max(self.longest, now - self._last), now
        time.sleep(0.001)

    def beat_until(self, condition: Callable[[], bool], seconds: float = 20.0) -> None:
        """Beat until `condition` holds. Raises TimeoutError."""
        until = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > until:
                raise TimeoutError
            self.beat()


@pytest.fixture
def freezing(engine: Engine, tmp_path: Path) -> Iterator[Path]:
    """Put a folder on a disk of its own that can be frozen: every write to it waits, and so does every flush."""
    needs.require("fsfreeze", "util-linux")
    engine.restart(find_checksums=False)
    place = tmp_path / "loop"
    place.mkdir()
    try:
        with loop_disk(place, 96 * MIB) as disk:
            (disk.folder / "target").mkdir()
            yield disk.folder
            engine.manager.pause_all()
            engine.until_still()
    except NotPermittedError as error:
        pytest.skip(str(error))


@contextmanager
def frozen(folder: Path) -> Iterator[None]:
    """Let the disk stand still for the length of the block."""
    subprocess.run(["fsfreeze", "--freeze", folder], check=True)
    try:
        yield
    finally:
        subprocess.run(["fsfreeze", "--unfreeze", folder], check=True)


def standing_still(number: Callable[[], int], seconds: float = 0.3) -> Callable[[], bool]:
    """Return what says whether a number has been the same for so long."""
    last, since = number(), time.monotonic()

    def still() -> bool:
        nonlocal last, since
        now = number()
        if now != last:
            last, since = now, time.monotonic()
        return time.monotonic() - since > seconds

    return still


@pytest.mark.calm
@pytest.mark.case("D12")
def test_d12_a_disk_that_stalls_holds_up_nobody_else_and_takes_no_memory(
    engine: Engine, plain_server: FaultyServer, freezing: Path
) -> None:
    target = freezing / "target"
    address = plain_server.add(Resource("/slow", size=LARGE, rate=16 * MIB))
    stalled = engine.manager.add([spec(address, target)])[0]
    engine.until_received(stalled, 2 * MIB)
    with frozen(freezing):
        heart = Heart()
        other = engine.add(plain_server.add(Resource("/other", size=SIZE, rate=6 * MIB, seed=2)))
        heart.beat_until(lambda: engine.state(other) is S.COMPLETED)
        heart.beat_until(standing_still(lambda: plain_server.requests[0].body_sent))  # the buffers between are full
        before = plain_server.requests[0].body_sent
        until = time.monotonic() + STALL / 2
        heart.beat_until(lambda: time.monotonic() > until)
        assert plain_server.requests[0].body_sent - before < MIB
        assert plain_server.requests[0].body_sent < LARGE
        assert engine.state(stalled) is S.DOWNLOADING
        assert_invariant_of(engine, plain_server)
    assert heart.longest < ALIVE
    is_right(engine, other, seed=2)
    is_right(engine, stalled, size=LARGE)
    assert len(plain_server.requests) == 2


@pytest.mark.case("D12")
def test_d12_what_a_person_does_meanwhile_is_done_at_once(
    engine: Engine, plain_server: FaultyServer, freezing: Path
) -> None:
    address = plain_server.add(Resource("/slow", size=LARGE, rate=16 * MIB))
    stalled = engine.manager.add([spec(address, freezing / "target")])[0]
    engine.until_received(stalled, 2 * MIB)
    with frozen(freezing):
        until = time.monotonic() + 0.3
        engine.until(lambda: time.monotonic() > until)
        began = time.monotonic()
        engine.manager.pause([stalled])
        engine.manager.resume([stalled])
        engine.manager.pause([stalled])
        assert engine.state(stalled) is S.PAUSED
        assert time.monotonic() - began < ALIVE
    engine.until_still()
    assert_invariant_of(engine, plain_server)
    engine.manager.resume([stalled])
    is_right(engine, stalled, size=LARGE)
    assert plain_server.requests[-1].range_start is not None


def assert_invariant_of(engine: Engine, server: FaultyServer) -> None:
    """See that all that must always hold does; the disk of the test is its own."""
    assert_invariant(engine, server, besides=["loop"])


# A share of the network.


@pytest.mark.case("D11")
def test_d11_a_share_that_hangs_and_comes_back_is_waited_for(
    engine: Engine, plain_server: FaultyServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine.restart(idle_timeout=STALL / 2)
    disk = Disk(monkeypatch)
    download_id = engine.add(plain_server.add(Resource("/file", size=SIZE, rate=4 * MIB)))
    engine.until_received(download_id, SIZE // 4)
    with disk.standing_still():
        heart = Heart()
        until = time.monotonic() + STALL
        heart.beat_until(lambda: time.monotonic() > until)
        held = engine.snapshot(download_id).received
        assert held < SIZE
        assert engine.state(download_id) is S.DOWNLOADING
    assert heart.longest < ALIVE
    is_right(engine, download_id)
    assert_invariant(engine, plain_server)


GONE: Final = [
    (errno.ESTALE, FailureReason.OTHER_DISK),
    (errno.EHOSTDOWN, FailureReason.OTHER_DISK),
    (errno.ENOTCONN, FailureReason.OTHER_DISK),
    (errno.ETIMEDOUT, FailureReason.DISK_ERROR),
    (errno.EIO, FailureReason.DISK_ERROR),
]


@pytest.mark.case("D11")
@pytest.mark.parametrize("call", ["write_at", "flush_data"])
@pytest.mark.parametrize(("number", "reason"), GONE, ids=[errno.errorcode[number] for number, _ in GONE])
def test_d11_a_share_that_goes_away_is_named_and_taken_up_again(
    engine: Engine,
    plain_server: FaultyServer,
    monkeypatch: pytest.MonkeyPatch,
    call: str,
    number: int,
    reason: FailureReason,
) -> None:
    disk = Disk(monkeypatch)
    gate = plain_server.inject(faults.stall(SIZE // 2)).gate
    download_id = engine.add(plain_server.file(SIZE))
    engine.until_received(download_id, SIZE // 2)
    claimed = until_claimed(engine, download_id, SIZE // 2)
    disk.fail(call, number, times=1000)
    gate.release.set()
    assert engine.failed(download_id) is reason
    engine.until_still()
    assert_invariant(engine, plain_server)
    disk.heal()
    engine.manager.resume([download_id])
    is_right(engine, download_id)
    assert (plain_server.requests[-1].range_start or 0) > claimed - MIB
    assert_invariant(engine, plain_server)


def until_claimed(engine: Engine, download_id: str, count: int) -> int:
    """Wait until so many bytes are claimed in the database; return them."""
    job = engine.manager._runner._jobs[download_id][1]
    engine.until(lambda: (claims := job._attempt.holding.claimed) is not None and claims.received >= count)  # type: ignore[attr-defined]
    assert engine.manager._store.flush(5)
    return count


@pytest.mark.case("D11")
def test_d11_a_share_that_is_away_at_the_start_is_named_and_nothing_is_written_below(
    engine: Engine, plain_server: FaultyServer
) -> None:
    download_id = half_way(engine, plain_server)
    away = engine.folder.with_name("away")
    engine.folder.rename(away)
    engine.manager.resume([download_id])
    assert engine.failed(download_id) in {FailureReason.FOLDER_MISSING, FailureReason.OTHER_DISK}
    assert not engine.folder.exists()
    away.rename(engine.folder)
    engine.manager.resume([download_id])
    is_right(engine, download_id)
    assert engine.files() == ["file"]
    assert plain_server.requests[-1].range_start is not None
