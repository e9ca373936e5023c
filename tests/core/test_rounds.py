"""Rounds: again and again, in one thread, never in a hurry."""

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from headrace.transfer.rounds import _FEW_YOUNG, Rounds

PACE = 0.01


@dataclass(eq=False)
class Job:
    """Notes when it was checkpointed; takes `seconds` for it, or until `go` where that is given."""

    seconds: float = 0.0
    go: threading.Event | None = None
    times: list[float] = field(default_factory=list)
    came: threading.Event = field(default_factory=threading.Event)

    def checkpoint(self) -> None:
        self.times.append(time.monotonic())
        self.came.set()
        if self.go is not None:
            self.go.wait(5)
        time.sleep(self.seconds)

    def wait_for(self, count: int) -> None:
        deadline = time.monotonic() + 5
        while len(self.times) < count:
            assert time.monotonic() < deadline, "no checkpoint"
            time.sleep(0.002)


def checkpoints(pace: float) -> "Rounds[Job]":
    return Rounds("checkpoints", lambda job: job.checkpoint(), pace, share=4.0)


@pytest.fixture
def checkpointer() -> Iterator["Rounds[Job]"]:
    made = checkpoints(PACE)
    yield made
    assert made.close(5)


def test_every_job_is_checkpointed_again_and_again(checkpointer: "Rounds[Job]") -> None:
    jobs = [Job(), Job(), Job()]
    for job in jobs:
        checkpointer.register(job)
    for job in jobs:
        job.wait_for(3)


def test_not_more_often_than_the_pace(checkpointer: "Rounds[Job]") -> None:
    job = Job()
    checkpointer.register(job)
    job.wait_for(5)
    assert job.times[4] - job.times[0] >= 4 * PACE * 0.9


def test_the_young_are_visited_oftener(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("headrace.transfer.rounds._YOUNG", 0.3)
    rounds = Rounds[Job]("rounds", lambda job: job.checkpoint(), 0.4, young_pace=PACE)
    old, young = Job(), Job()
    rounds.register(old)
    old.wait_for(5)
    time.sleep(0.4)
    count = len(old.times)
    rounds.register(young)
    young.wait_for(5)
    assert len(old.times) <= count + 1, "who is young no more is visited at the usual pace"
    assert young.times[4] - young.times[0] >= 4 * PACE * 0.9
    time.sleep(0.5)
    count = len(young.times)
    time.sleep(0.5)
    assert count + 1 <= len(young.times) <= count + 2
    assert rounds.close(5)


def test_many_young_ones_are_visited_at_the_usual_pace() -> None:
    rounds = Rounds[Job]("rounds", lambda job: job.checkpoint(), 0.3, young_pace=PACE)
    jobs = [Job() for _ in range(_FEW_YOUNG + 1)]
    for job in jobs:
        rounds.register(job)
    jobs[0].wait_for(2)
    assert jobs[0].times[1] - jobs[0].times[0] >= 0.3 * 0.9
    rounds.forget(jobs[-1])
    count = len(jobs[0].times)
    jobs[0].wait_for(count + 4)
    assert jobs[0].times[count + 3] - jobs[0].times[count] < 0.3
    assert rounds.close(5)


def test_a_slow_disk_is_left_alone_for_longer(checkpointer: "Rounds[Job]") -> None:
    job = Job(seconds=0.03)
    checkpointer.register(job)
    job.wait_for(3)
    assert job.times[2] - job.times[1] >= 0.03 * 5 * 0.9


def test_a_forgotten_job_is_left_alone(checkpointer: "Rounds[Job]") -> None:
    gone, stays = Job(), Job()
    checkpointer.register(gone)
    checkpointer.register(stays)
    gone.wait_for(1)
    checkpointer.forget(gone)
    checkpointer.forget(gone)
    stays.wait_for(len(stays.times) + 1)  # one under way may still end
    before = len(gone.times)
    stays.wait_for(len(stays.times) + 3)
    assert len(gone.times) == before


def test_after_a_pause_without_jobs_it_goes_on(checkpointer: "Rounds[Job]") -> None:
    for _ in range(3):
        job = Job()
        checkpointer.register(job)
        job.wait_for(1)
        checkpointer.forget(job)
        time.sleep(2 * PACE)


def test_registering_does_not_wait_for_a_stuck_disk(checkpointer: "Rounds[Job]") -> None:
    stuck = Job(go=threading.Event())
    checkpointer.register(stuck)
    assert stuck.came.wait(5)
    began = time.monotonic()
    checkpointer.register(Job())
    checkpointer.forget(stuck)
    assert time.monotonic() - began < 0.05
    assert stuck.go is not None
    stuck.go.set()


def test_closing_says_whether_the_thread_ended(checkpointer: "Rounds[Job]") -> None:
    stuck = Job(go=threading.Event())
    checkpointer.register(stuck)
    assert stuck.came.wait(5)
    assert not checkpointer.close(0.02)
    assert stuck.go is not None
    stuck.go.set()
    assert checkpointer.close(5)


def test_closing_is_immediate() -> None:
    patient = checkpoints(60.0)
    patient.register(Job())
    began = time.monotonic()
    assert patient.close(5)
    assert time.monotonic() - began < 0.5
