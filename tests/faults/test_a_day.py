"""A day as people have it: networks that go, count bytes or want a login, sleep, hours, queues, crashes, in any order.

At every moment each download that does not run says why, and in the evening every one arrives. The short form runs with
all tests; `--hypothesis-profile thorough` runs the long one.
"""

import socket
import time
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import hypothesis
import pytest
from headrace.day import HoldReason
from headrace.profile import Profile
from headrace.queue_options import QueueOptions
from headrace.settings import Settings
from headrace.snapshots import DownloadSnapshot
from headrace.states import RUNNING, DownloadState
from hypothesis import HealthCheck, Phase
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from PySide6.QtCore import QCoreApplication

from tests.support import faults, seeded
from tests.support.crashes import Disk, Wreck
from tests.support.engine import Engine
from tests.support.faulty_server import FaultyServer
from tests.support.replies import Resource

_S = DownloadState
MIB: Final = 1 << 20
HOUR: Final = 3600.0
EVENING: Final = datetime(2026, 6, 1, 20).timestamp()  # noqa: DTZ001 - by the clock on this wall; a Monday
MOST: Final = 5
QUEUES: Final = ("", "night", "office")
HOURS: Final = (
    QueueOptions("night", hours="22:00-06:00", max_running=1),
    QueueOptions("office", hours="mon-fri 08:00-18:00", limit=4_000_000),
)
RESOURCES: Final = [
    Resource("/small", size=70_000, seed=1),
    Resource("/middle", size=2 * MIB + 5, seed=2, rate=8_000_000),
    Resource("/large", size=4 * MIB + 17, seed=3, rate=6_000_000),
]


class World:
    """Clock, network and sleep of the computer that an engine believes to be on."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now, self.slept, self.is_online = EVENING, 0.0, True
        self._ask = socket.getaddrinfo
        for module in ("offline", "runner"):
            monkeypatch.setattr(f"headrace.{module}.own_addresses", self.addresses)
        monkeypatch.setattr("headrace.runner.sleepless", lambda: time.monotonic() + self.slept)
        monkeypatch.setattr("headrace.net.names.socket.getaddrinfo", self.answer)

    def addresses(self) -> frozenset[str]:
        return frozenset({"192.0.2.99"} if self.is_online else ())

    def answer(self, host: Any, *args: Any, **facts: Any) -> Any:
        if host != "public.test":
            return self._ask(host, *args, **facts)
        if not self.is_online:
            raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")
        return self._ask("127.0.0.1", *args, **facts)


class Day(RuleBasedStateMachine):
    """A real engine, a real server, a real database, and all that can happen around them."""

    def __init__(self, folder: Path, world: World, disk: Disk) -> None:
        super().__init__()
        self.world, self.disk = world, disk
        world.now, world.slept, world.is_online = EVENING, 0.0, True
        self.server = FaultyServer().__enter__()
        for resource in RESOURCES:
            self.server.add(resource)
        settings = Settings(
            folder / "target",
            max_running=2,
            idle_timeout=1.0,
            find_checksums=False,
            hold_metered=True,
            queues=QUEUES[1:],
            queue_options=HOURS,
            quiet_hours="23:00-07:00",
            quiet_limit=20_000_000,
        )
        self.engine = Engine(Profile.at(folder / "profile"), folder / "target", settings)
        self.engine.manager._day._clock = lambda: self.world.now
        self.pass_time(0)

    # -- what a person does ------------------------------------------------------------------------------------

    @precondition(lambda self: len(self.engine.manager.ids()) < MOST)
    @rule(resource=st.sampled_from(RESOURCES), queue=st.sampled_from(QUEUES), number=st.integers(1, 3))
    def add(self, resource: Resource, queue: str, number: int) -> None:
        address = self.server.url(f"{resource.path}?{number}", host="public.test")
        self.engine.add(address, queue=queue)

    @rule(number=st.integers(0, MOST - 1))
    def start_now(self, number: int) -> None:
        self.engine.manager.start_now(self.engine.manager.ids()[number : number + 1])

    @rule(number=st.integers(0, MOST - 1), queue=st.sampled_from(QUEUES))
    def move(self, number: int, queue: str) -> None:
        self.engine.manager.changes.set_queue(self.engine.manager.ids()[number : number + 1], queue)

    @rule(held=st.sets(st.sampled_from(QUEUES)))
    def hold(self, held: set[str]) -> None:
        self.put(held_queues=tuple(sorted(held)))

    @rule(quiet=st.booleans())
    def make_quiet(self, quiet: bool) -> None:
        self.put(quiet=quiet)

    def put(self, **changes: Any) -> None:
        self.engine.manager.apply_settings(replace(self.engine.manager.settings, **changes))

    # -- what the day brings -----------------------------------------------------------------------------------

    @rule(online=st.booleans())
    def network(self, online: bool) -> None:
        self.world.is_online = online
        if not online:
            self.server.inject(faults.reset(0, times=2))

    @rule(metered=st.booleans(), portal=st.booleans())
    def kind_of_network(self, metered: bool, portal: bool) -> None:
        self.engine.manager.heed(metered=metered, portal=portal)

    @rule(hours=st.integers(1, 9))
    def pass_time(self, hours: int) -> None:
        self.world.now += hours * HOUR
        self.engine.manager._tick()

    @rule(hours=st.integers(1, 12))
    def sleep(self, hours: int) -> None:
        self.world.slept += hours * HOUR
        self.pass_time(hours)

    @rule(milliseconds=st.integers(0, 120))
    def work(self, milliseconds: int) -> None:
        until = time.monotonic() + milliseconds / 1000
        self.engine.until(lambda: time.monotonic() >= until)

    @rule(kind=st.sampled_from(["cut", "busy", "silence"]))
    def server_fault(self, kind: str) -> None:
        made = {
            "cut": faults.cut(30_000, times=1),
            "busy": faults.status(503, times=2),
            "silence": faults.stall(9, times=1),
        }
        self.server.inject(made[kind])

    @rule()
    def quit_and_start(self) -> None:
        assert self.engine.close()
        self.open_again()

    @rule(power=st.booleans())
    def crash(self, power: bool) -> None:
        with self.disk.standing_still():
            wreck = Wreck(self.engine.profile, self.engine.folder)
        assert self.engine.close()
        wreck.put_back(power=power)
        self.open_again()

    def open_again(self) -> None:
        """Start the program with the settings it had; the system tells it anew what kind of network there is."""
        self.engine.settings = self.engine.manager.settings
        self.engine.manager = self.engine._open()
        self.engine.manager._day._clock = lambda: self.world.now
        self.pass_time(0)

    # -- what must hold ----------------------------------------------------------------------------------------

    @invariant()
    def each_says_why_it_does_not_run(self) -> None:
        for one in self.engine.manager.snapshots():
            self.engine.until(lambda key=one.id: self._is_explained(self.engine.snapshot(key)), 10)  # type: ignore[misc]

    def _is_explained(self, one: DownloadSnapshot) -> bool:
        if one.state is _S.QUEUED:
            return self._has_to_wait(one)
        if one.state is _S.RETRY_WAIT:
            return one.failure is not None and one.retry_at is not None
        if one.state is _S.FAILED:
            return one.failure is not None
        return one.state in RUNNING or (one.state is _S.COMPLETED and one.path.exists())  # nobody here pauses anything

    def _has_to_wait(self, one: DownloadSnapshot) -> bool:
        """Say whether its queue is kept from starting it, or others have all the places there are."""
        hold = self.engine.manager.holds.get(one.queue)
        if hold is not None and not one.at_once:
            return hold.reason is not HoldReason.HOURS or hold.until is not None
        room = self.engine.manager._day.room()
        return not one.at_once and (room.total <= 0 or room.queues.get(one.queue, 1) <= 0)

    def _is_at_work(self) -> bool:
        totals = self.engine.manager.totals()
        return totals.active + totals.waiting > 0

    def teardown(self) -> None:
        """In the evening all is well again: whatever is on the list arrives, byte for byte."""
        try:
            self.world.is_online = True
            self.server.heal()
            self.engine.manager.heed(metered=False, portal=False)
            self.put(held_queues=(), quiet=False, max_running=9, queue_options=())
            for _ in range(5):
                self.engine.manager.resume(self.engine.manager.ids())
                self.engine.until(lambda: not self.engine.manager._sweeps and not self._is_at_work())
            found = self.engine.manager.snapshots()
            assert {one.state for one in found} <= {_S.COMPLETED}, found
            for one in found:
                resource = next(known for known in RESOURCES if f"{known.path}?" in one.address)
                assert seeded.first_difference(one.path, resource.seed, resource.size) is None, one
        finally:
            closed = self.engine.close()
            self.server.close()
        assert closed


def length() -> hypothesis.settings:
    """Return how long to look: as the profile says where it is the thorough one."""
    usual: dict[str, Any] = {"deadline": None, "suppress_health_check": list(HealthCheck)}
    if hypothesis.settings().max_examples > 1000:
        return hypothesis.settings(max_examples=300, stateful_step_count=80, **usual)
    return hypothesis.settings(max_examples=10, stateful_step_count=25, phases=[Phase.generate], database=None, **usual)


@pytest.mark.timeout(0)
def test_whatever_the_day_brings_each_download_is_explained_and_arrives(
    qapp: QCoreApplication, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("headrace.transfer.retry.BACKOFF_FIRST", 0.01)
    monkeypatch.setattr("headrace.transfer.retry.BACKOFF_LIMIT", 0.05)
    monkeypatch.setattr("headrace.runner._LOOK_AGAIN", 0.2)
    monkeypatch.setattr("headrace.manager._TICK_WAITING", 20)
    monkeypatch.setattr("headrace.manager._TICK_RUNNING", 50)
    world, disk = World(monkeypatch), Disk(monkeypatch)

    class Machine(Day):
        def __init__(self) -> None:
            super().__init__(tmp_path_factory.mktemp("day"), world, disk)

    run_state_machine_as_test(Machine, settings=length())
