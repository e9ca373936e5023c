"""Every order of commands, server faults, disk faults and crashes: what is claimed is there, what is named is right.

The short form runs with all tests; `--hypothesis-profile thorough` runs the long one.
"""

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import hypothesis
import pytest
from headrace.profile import Profile
from headrace.settings import Settings
from headrace.states import DownloadState
from hypothesis import HealthCheck, Phase
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from PySide6.QtCore import QCoreApplication

from tests.support import faults, seeded
from tests.support.crashes import FAULTS, Disk, Wreck
from tests.support.engine import Engine
from tests.support.faults import Fault
from tests.support.faulty_server import FaultyServer
from tests.support.invariant import assert_invariant
from tests.support.replies import Framing, Resource

MIB: Final = 1 << 20
RESOURCES: Final = [
    Resource("/small", size=70_000, seed=1),
    Resource("/middle", size=2 * MIB + 5, seed=2, rate=10_000_000),
    Resource("/large", size=6 * MIB + 17, seed=3, rate=6_000_000),
    Resource("/chunks", size=700_000, seed=4, framing=Framing.CHUNKED, rate=4_000_000),
    Resource("/nameless", size=MIB + 3, seed=5, etag=None, rate=4_000_000),
]
VERSIONED: Final = {"/small", "/middle", "/large", "/chunks"}
SERVER_FAULTS: Final[dict[str, Callable[[int, int], Fault]]] = {
    "cut": lambda place, times: faults.cut(place, times=times),
    "reset": lambda place, times: faults.reset(place, times=times),
    "silence": lambda place, times: faults.stall(place, times=times),
    "no answer": lambda _, times: faults.stall(times=times),
    "busy": lambda _, times: faults.status(503, times=times),
    "gone": lambda _, times: faults.status(404, times=times),
    "another version": lambda _, times: faults.swap(
        another_version, times=times, when=lambda request: request.path in VERSIONED
    ),
    "no ranges": lambda _, times: faults.ignore_range(times=times),
    "wrong place": lambda place, times: faults.wrong_offset(max(1, place), times=times),
    "no place": lambda _, times: faults.content_range(None, times=times),
    "too little": lambda place, times: faults.shorter(max(1, place), times=times),
    "MIME": lambda _, times: faults.multipart(times=times),
    "too much": lambda _, times: faults.surplus(b"surplus", times=times),
    "compressed": lambda _, times: faults.gzipped(times=times),
}
MOST: Final = 6
"""Downloads on the list at one time."""
WAYS: Final = st.integers(0, MOST - 1)


def another_version(old: Resource) -> Resource:
    """Return what the server has in the place of `old` for a while; two such faults at once make no third version."""
    return replace(old, etag='"other"', seed=old.seed % 100 + 100)


class Downloads(RuleBasedStateMachine):
    """A real engine, real sockets, a real database, and all that can happen to them."""

    def __init__(self, folder: Path, ca_file: Path, disk: Disk) -> None:
        super().__init__()
        self.folder, self.disk = folder, disk
        self.server = FaultyServer().__enter__()
        for resource in RESOURCES:
            self.server.add(resource)
        settings = Settings(
            folder / "target",
            ca_file=ca_file,
            max_connections=4,
            connect_timeout=2.0,
            idle_timeout=0.5,
            find_checksums=False,
        )
        self.engine = Engine(Profile.at(folder / "profile"), folder / "target", settings)
        self.engine.manager._runner.hosts.learn(f"127.0.0.1:{self.server.port}", 4)
        self.removed: list[str] = []

    @property
    def ids(self) -> list[str]:
        """The downloads on the list."""
        return [one.id for one in self.engine.manager.snapshots()]

    def chosen(self, number: int) -> list[str]:
        """Return one download, or none where the list is empty."""
        ids = self.ids
        return [ids[number % len(ids)]] if ids else []

    # -- what a person does ------------------------------------------------------------------------------------

    @precondition(lambda self: len(self.ids) < MOST)
    @rule(resource=st.sampled_from(RESOURCES), paused=st.booleans(), number=st.integers(1, 2))
    def add(self, resource: Resource, paused: bool, number: int) -> None:
        self.engine.add(self.server.url(f"{resource.path}?{number}"), paused=paused)

    @rule(number=WAYS)
    def pause(self, number: int) -> None:
        self.engine.manager.pause(self.chosen(number))

    @rule(number=WAYS)
    def resume(self, number: int) -> None:
        self.engine.manager.resume(self.chosen(number))

    @rule(number=WAYS)
    def pause_and_resume(self, number: int) -> None:
        self.engine.manager.pause(self.chosen(number))
        self.engine.manager.resume(self.chosen(number))

    @rule(number=WAYS, with_files=st.booleans())
    def remove(self, number: int, with_files: bool) -> None:
        self.removed += self.chosen(number)
        self.engine.manager.remove(self.chosen(number), with_files=with_files, for_good=True)

    @precondition(lambda self: self.removed)
    @rule()
    def restore(self) -> None:
        self.engine.manager.restore(self.removed)
        self.removed.clear()

    @rule(milliseconds=st.integers(0, 150))
    def work(self, milliseconds: int) -> None:
        until = time.monotonic() + milliseconds / 1000
        self.engine.until(lambda: time.monotonic() >= until)

    # -- what goes wrong ---------------------------------------------------------------------------------------

    @rule(kind=st.sampled_from(sorted(SERVER_FAULTS)), place=st.integers(0, MIB), times=st.integers(1, 3))
    def server_fault(self, kind: str, place: int, times: int) -> None:
        self.server.inject(SERVER_FAULTS[kind](place, times))

    @rule(fault=st.sampled_from(FAULTS), times=st.integers(1, 2))
    def disk_fault(self, fault: tuple[str, int], times: int) -> None:
        self.disk.fail(*fault, times)

    @rule()
    def heal(self) -> None:
        self.server.heal()
        self.disk.heal()

    @rule()
    def quit_and_start(self) -> None:
        self.disk.heal()
        self.engine.restart()
        self.removed.clear()

    @rule(power=st.booleans())
    def crash(self, power: bool) -> None:
        with self.disk.standing_still():
            wreck = Wreck(self.engine.profile, self.engine.folder)
        self.disk.heal()
        assert self.engine.close()
        wreck.put_back(power=power)
        self.engine.manager = self.engine._open()
        self.removed.clear()

    # -- what must hold ----------------------------------------------------------------------------------------

    @invariant()
    def what_is_claimed_is_there(self) -> None:
        with self.disk.standing_still():
            assert_invariant(self.engine, self.server, also=map(another_version, RESOURCES))

    def teardown(self) -> None:
        """With everything healed every download comes to its end, and every file is right."""
        try:
            self.heal()
            self._finish()
            self.what_is_claimed_is_there()
        finally:
            self.disk.heal()
            closed = self.engine.close()
            self.server.close()
        assert closed

    def _finish(self) -> None:
        for _ in range(4):
            self.engine.manager.resume(self.ids)
            self.engine.until(lambda: not self.engine.manager._sweeps)  # they are resumed in several turns
            self.engine.until(lambda: self.engine.manager.totals().active + self.engine.manager.totals().waiting == 0)
        found = self.engine.manager.snapshots()
        assert {one.state for one in found} <= {DownloadState.COMPLETED}, found
        for one in found:
            resource = next(known for known in RESOURCES if f"{known.path}?" in one.address)
            sides = [seeded.first_difference(one.path, seed, resource.size) for seed in seeds_of(resource)]
            assert None in sides, (one, sides)


def seeds_of(resource: Resource) -> tuple[int, int]:
    """Return the seeds of all versions there ever were."""
    return resource.seed, another_version(resource).seed


def length() -> hypothesis.settings:
    """Return how long to look: as the profile says where it is the thorough one."""
    usual: dict[str, Any] = {"deadline": None, "suppress_health_check": list(HealthCheck)}
    if hypothesis.settings().max_examples > 1000:
        return hypothesis.settings(stateful_step_count=100, **usual)
    return hypothesis.settings(max_examples=15, stateful_step_count=25, phases=[Phase.generate], database=None, **usual)


@pytest.mark.case("U17")
@pytest.mark.timeout(0)
def test_u17_whatever_happens_what_is_claimed_is_there(
    qapp: QCoreApplication, tmp_path_factory: pytest.TempPathFactory, certificates: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("headrace.transfer.retry.BACKOFF_FIRST", 0.01)
    monkeypatch.setattr("headrace.transfer.retry.BACKOFF_LIMIT", 0.05)
    monkeypatch.setattr("headrace.manager._TICK_WAITING", 20)
    monkeypatch.setattr("headrace.manager._TICK_RUNNING", 50)
    disk = Disk(monkeypatch)

    class Machine(Downloads):
        def __init__(self) -> None:
            super().__init__(tmp_path_factory.mktemp("machine"), certificates.ca_file, disk)

    run_state_machine_as_test(Machine, settings=length())
