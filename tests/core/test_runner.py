"""Jobs for items: what their reports make of facts and states."""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import pytest
from headrace.item import DownloadItem
from headrace.net.headers import RETRY_AFTER_LIMIT
from headrace.runner import Runner
from headrace.settings import Settings
from headrace.snapshots import SegmentSnapshot
from headrace.states import DownloadState, Failure, FailureReason, Notice
from headrace.transfer.body import GLANCE
from headrace.transfer.events import JobConnected, JobConnecting, JobEnded, JobEvent, JobFinished, JobFinishing
from headrace.transfer.plan import JobPlan
from headrace.transfer.retry import PROGRESS_RESETS_BUDGET
from headrace.transfer.tools import JobTools

from tests.support import faults, seeded
from tests.support.engine_parts import RecordingKeeper, make_claims, make_item
from tests.support.faulty_server import FaultyServer

S = DownloadState
R = FailureReason
CLAIMS = make_claims((0, 5, 10), total=10)
CONNECTED = JobConnected("server.bin", 10, resumable=True, notices=(Notice.RESTARTED_CHANGED,))
FINISHED = JobFinished("final.bin", 10, (Notice.LENGTH_UNKNOWN,), "sha256")
STOPPED = JobEnded(CLAIMS, 5, ())


@dataclass
class FakeJob:
    """A job that does nothing but say what it was given."""

    plan: JobPlan
    tools: JobTools
    received: int = 3
    stopped: bool = False
    device: int | None = None

    def run(self) -> None: ...

    def stop(self, _failure: Failure | None = None) -> None:
        self.stopped = True

    def look_around(self, _now: float, *, upset: bool) -> None: ...

    def segments(self) -> tuple[SegmentSnapshot, ...]:
        return (SegmentSnapshot(0, self.received, 10, connected=True),)


@dataclass
class FakeWorker:
    """A thread that never is one."""

    task: Callable[[], None]
    started: bool = False
    waits: list[int | None] = field(default_factory=list)
    ends: bool = True
    may_start = staticmethod(lambda: True)

    def start(self) -> None:
        self.started = True

    def wait(self, milliseconds: int | None = None) -> bool:
        self.waits.append(milliseconds)
        return self.ends


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(tmp_path, tries=3, limit=5000, connect_timeout=4.0, idle_timeout=7.0)


@pytest.fixture
def runner(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Runner]:
    monkeypatch.setattr("headrace.transfer.workshop.DownloadJob", FakeJob)
    monkeypatch.setattr("headrace.runner.SegmentWorker", FakeWorker)
    made = Runner(settings, RecordingKeeper(), lambda _item, _event: None)
    yield made
    made.close(1.0)


def job_of(runner: Runner, item: DownloadItem) -> FakeJob:
    job: Any = runner._jobs[item.id][1]
    assert isinstance(job, FakeJob)
    return job


def started(runner: Runner, *events: JobEvent, **facts: Any) -> DownloadItem:
    """Return an item whose job has told of these events."""
    item = make_item(**facts)
    runner.start(item)
    for event in events:
        runner.handle(item, event)
    return item


def ended(reason: FailureReason, received: int = 5, **data: Any) -> JobEnded:
    return JobEnded(CLAIMS, received, (), Failure(reason, **data))


# Starting.


def test_a_job_gets_the_items_facts_and_the_settings(runner: Runner, tmp_path: Path) -> None:
    item = make_item(folder=tmp_path, claims=CLAIMS, name_wanted=True)
    item.headers, item.restart = (("X-Key", "value"),), True
    runner.start(item)
    plan = job_of(runner, item).plan
    assert (plan.id, plan.address, plan.folder, plan.name) == (item.id, item.record.address, tmp_path, "1.bin")
    assert (plan.claims, plan.name_wanted, plan.headers, plan.restart) == (CLAIMS, True, (("X-Key", "value"),), True)
    assert (plan.connect_timeout, plan.idle_timeout) == (4.0, 7.0)
    assert "value" not in repr(plan)
    assert (item.state, item.restart, len(runner), item.id in runner) == (S.CONNECTING, False, 1, True)


def test_the_common_and_the_own_limit_hold(runner: Runner) -> None:
    item = started(runner, limit=70)
    assert [limiter.rate for limiter in job_of(runner, item).tools.limiters] == [5000, None, 70]
    assert job_of(runner, item).tools.limiters[2] is item.limiter


def test_headers_whose_values_are_lost_are_asked_for(runner: Runner) -> None:
    item = started(runner, header_names=("Authorization",))
    assert (item.state, item.record.failure, len(runner)) == (S.FAILED, Failure(R.HEADERS_NEEDED), 0)


def test_new_settings_are_in_force_at_once(runner: Runner, settings: Settings, tmp_path: Path) -> None:
    started(runner)
    runner.apply(Settings(tmp_path, idle_timeout=99.0))
    second = started(runner, id="ab" * 8)
    assert job_of(runner, second).plan.idle_timeout == 99.0


# What jobs tell.


def test_a_download_from_its_first_answer_to_its_end(runner: Runner) -> None:
    item = started(runner, JobConnecting())
    seen = [item.state]
    for event in (CONNECTED, JobConnecting(), CONNECTED, JobFinishing(), FINISHED):
        runner.handle(item, event)
        seen.append(item.state)
    assert seen == [S.CONNECTING, S.DOWNLOADING, S.CONNECTING, S.DOWNLOADING, S.FINISHING, S.COMPLETED]
    record = item.record
    assert (record.name, record.total, record.received, record.checksum_verified) == ("final.bin", 10, 10, "sha256")
    assert record.notices == (Notice.RESTARTED_CHANGED, Notice.LENGTH_UNKNOWN)
    assert (record.claims, record.failure, record.resumable) == (None, None, True)
    assert record.finished_at == pytest.approx(time.time(), abs=5)
    assert len(runner) == 0


def test_what_the_server_said_is_shown(runner: Runner) -> None:
    record = started(runner, CONNECTED, failure=Failure(R.STALLED)).record
    assert (record.name, record.total, record.resumable, record.received) == ("server.bin", 10, True, 3)
    assert (record.failure, record.notices) == (None, (Notice.RESTARTED_CHANGED,))


def test_a_notice_is_given_once(runner: Runner) -> None:
    item = started(runner, CONNECTED, CONNECTED, notices=(Notice.RESTARTED_CHANGED, Notice.RESTARTED_NO_RESUME))
    assert item.record.notices == (Notice.RESTARTED_CHANGED, Notice.RESTARTED_NO_RESUME)


@pytest.mark.parametrize(
    ("reason", "state", "restart"),
    [
        (R.CONNECTION_LOST, S.RETRY_WAIT, False),
        (R.STALLED, S.RETRY_WAIT, False),
        (R.SERVER_BUSY, S.RETRY_WAIT, False),
        (R.BAD_RANGE, S.RETRY_WAIT, False),
        (R.PART_FILE_CHANGED, S.RETRY_WAIT, True),
        (R.NOT_FOUND, S.FAILED, False),
        (R.DISK_FULL, S.FAILED, False),
        (R.TLS_CERTIFICATE, S.FAILED, False),
        (R.CHECKSUM_MISMATCH, S.FAILED, False),
        (R.INTERNAL, S.FAILED, False),
    ],
)
@pytest.mark.parametrize("events", [(), (CONNECTED,), (CONNECTED, JobFinishing())], ids=["asking", "body", "finishing"])
def test_what_follows_a_failure(
    runner: Runner, events: tuple[JobEvent, ...], reason: FailureReason, state: DownloadState, restart: bool
) -> None:
    item = started(runner, *events)
    runner.handle(item, ended(reason))
    record = item.record
    assert (item.state, item.restart, len(runner)) == (state, restart, 0)
    assert (record.failure, record.attempts) == (Failure(reason), 1)
    assert (record.claims, record.received) == (CLAIMS, 5)
    assert (record.retry_at is not None) == (state is S.RETRY_WAIT)


@pytest.mark.parametrize(
    ("asked", "low", "high"), [(None, 1.0, 1.0), (30.0, 30.0, 30.0), (float(RETRY_AFTER_LIMIT), 21_600, 21_600)]
)
def test_the_wait_is_what_the_server_asked(runner: Runner, asked: float | None, low: float, high: float) -> None:
    item = started(runner, ended(R.SERVER_BUSY, retry_after=asked))
    assert item.record.retry_at is not None
    assert low - 1 <= item.record.retry_at - time.time() <= high + 1


def again(runner: Runner, item: DownloadItem, event: JobEvent) -> DownloadState:
    """Let the waiting item try again, and fail."""
    item.change(S.QUEUED)
    runner.start(item)
    runner.handle(item, event)
    return item.state


def test_after_the_last_try_it_has_failed(runner: Runner) -> None:
    item = started(runner, ended(R.STALLED))
    states = [again(runner, item, ended(R.STALLED)) for _ in range(2)]
    assert (states, item.record.attempts) == ([S.RETRY_WAIT, S.FAILED], 3)


def test_progress_gives_the_full_budget_back(runner: Runner) -> None:
    item = started(runner, ended(R.STALLED, 0))
    for number in range(1, 6):
        assert again(runner, item, ended(R.STALLED, number * PROGRESS_RESETS_BUDGET)) is S.RETRY_WAIT
        assert item.record.attempts == 1
    assert again(runner, item, ended(R.STALLED, 6 * PROGRESS_RESETS_BUDGET - 1)) is S.RETRY_WAIT
    assert item.record.attempts == 2


# Stopped from outside.


def test_a_stopped_job_changes_facts_but_no_state(runner: Runner) -> None:
    item = started(runner, CONNECTED)
    runner.stop(item)
    item.change(S.PAUSED)
    for event in (JobConnecting(), CONNECTED, JobFinishing()):
        runner.handle(item, event)
        assert item.state is S.PAUSED
    assert item.id in runner
    runner.handle(item, STOPPED)
    assert (item.state, item.record.claims, item.record.received) == (S.PAUSED, CLAIMS, 5)
    assert item.id not in runner


@pytest.mark.parametrize("meanwhile", [(S.PAUSED,), (S.PAUSED, S.QUEUED)], ids=["paused", "queued again"])
def test_a_stop_after_the_last_byte_is_a_completion(runner: Runner, meanwhile: tuple[DownloadState, ...]) -> None:
    item = started(runner, CONNECTED, JobFinishing())
    runner.stop(item)
    for state in meanwhile:
        item.change(state)
    runner.handle(item, FINISHED)
    assert (item.state, item.record.name) == (S.COMPLETED, "final.bin")


def test_a_job_of_before_does_not_touch_what_is_queued_again(runner: Runner) -> None:
    item = started(runner, CONNECTED)
    runner.stop(item)
    item.change(S.PAUSED)
    item.change(S.QUEUED)
    runner.handle(item, CONNECTED)
    runner.handle(item, STOPPED)
    assert (item.state, item.record.failure) == (S.QUEUED, None)


def test_only_running_items_with_news_are_read(runner: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("headrace.item.monotonic", lambda: 100.0)
    first = started(runner, CONNECTED)
    second = started(runner, CONNECTED, id="ab" * 8)
    runner.stop(second)
    second.change(S.PAUSED)
    job_of(runner, first).received = 8
    assert runner.readings(101.0) == [first]
    assert (first.record.received, first.speed) == (8, 5.0)


def test_closing_stops_all_and_waits_no_longer_than_told(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("headrace.transfer.workshop.DownloadJob", FakeJob)
    monkeypatch.setattr("headrace.runner.SegmentWorker", FakeWorker)
    runner = Runner(settings, RecordingKeeper(), lambda _item, _event: None)
    item = started(runner)
    worker: Any = runner._jobs[item.id][2]
    worker.ends = False
    assert not runner.close(0.5)
    assert job_of(runner, item).stopped
    assert all(wait is not None and 0 <= wait <= 500 for wait in worker.waits)
    worker.ends = True
    assert runner.close(0.5)


# With real jobs and threads.


class Pump:
    """A runner with real jobs, whose reports wait in a queue for the test's thread."""

    def __init__(self, settings: Settings) -> None:
        self.mail: SimpleQueue[tuple[DownloadItem, JobEvent]] = SimpleQueue()
        self.threads: set[int] = set()
        self.keeper = RecordingKeeper()
        self.runner = Runner(settings, self.keeper, self._post)

    def _post(self, item: DownloadItem, event: JobEvent) -> None:
        self.threads.add(threading.get_ident())
        self.mail.put((item, event))

    def until(self, condition: Callable[[], bool]) -> None:
        deadline = time.monotonic() + 5
        while not condition():
            assert time.monotonic() < deadline, "not seen in time"
            if self.mail.empty():
                time.sleep(0.002)
            else:
                self.runner.handle(*self.mail.get())


@pytest.fixture
def pump(tmp_path: Path) -> Iterator[Pump]:
    made = Pump(Settings(tmp_path, idle_timeout=5.0))
    yield made
    assert made.runner.close(2.0)


def test_a_real_job_runs_to_its_end(pump: Pump, plain_server: FaultyServer, tmp_path: Path) -> None:
    item = make_item(address=plain_server.file(300_000), folder=tmp_path)
    pump.runner.start(item)
    pump.until(lambda: item.state is S.COMPLETED)
    assert seeded.first_difference(tmp_path / item.record.name, 1, 300_000) is None
    assert threading.get_ident() not in pump.threads
    assert len(pump.runner) == 0


def test_a_real_job_is_stopped_and_goes_on(pump: Pump, plain_server: FaultyServer, tmp_path: Path) -> None:
    item = make_item(address=plain_server.file(300_000), folder=tmp_path)
    fault = plain_server.inject(faults.stall(100_000))
    pump.runner.start(item)
    fault.gate.wait()
    pump.until(lambda: bool(pump.runner.readings(time.monotonic())) and item.record.received == 100_000)
    began = time.monotonic()
    pump.runner.stop(item)
    assert time.monotonic() - began < 0.02
    item.change(S.PAUSED)
    pump.until(lambda: item.id not in pump.runner)
    assert time.monotonic() - began < 0.25
    assert (item.state, item.record.received) == (S.PAUSED, 100_000)
    item.change(S.QUEUED)
    pump.runner.start(item)
    pump.until(lambda: item.state is S.COMPLETED)
    assert plain_server.requests[1].range == f"bytes={100_000 - GLANCE}-"
    assert seeded.first_difference(tmp_path / item.record.name, 1, 300_000) is None


def test_a_login_page_in_the_place_of_the_rest_leaves_the_part_file(
    pump: Pump, plain_server: FaultyServer, tmp_path: Path
) -> None:
    item = make_item(address=plain_server.file(300_000), folder=tmp_path)
    plain_server.inject(faults.cut(10_000))
    pump.runner.start(item)
    pump.until(lambda: item.state is S.RETRY_WAIT)
    plain_server.inject(faults.status(200, ("Content-Type", "text/html"), content=b"<html>please log in</html>"))
    item.change(S.QUEUED)
    pump.runner.start(item)
    pump.until(lambda: item.state is S.FAILED)
    assert item.record.failure == Failure(R.LOGIN_NEEDED, "a web page came instead of the file", 200)
    item.queue_again()
    pump.runner.start(item)
    pump.until(lambda: item.state is S.COMPLETED)
    assert plain_server.requests[-1].range == f"bytes={10_000 - GLANCE}-"
    assert seeded.first_difference(tmp_path / item.record.name, 1, 300_000) is None


def test_a_limit_taken_away_sets_a_waiting_job_free(pump: Pump, plain_server: FaultyServer, tmp_path: Path) -> None:
    item = make_item(address=plain_server.file(3_000_000), folder=tmp_path)
    pump.runner.apply(Settings(tmp_path, limit=1000))
    pump.runner.start(item)
    pump.until(lambda: item.state is S.DOWNLOADING)
    time.sleep(0.1)
    pump.runner.apply(Settings(tmp_path, limit=None))
    began = time.monotonic()
    pump.until(lambda: item.state is S.COMPLETED)
    assert time.monotonic() - began < 1.0


def test_an_exception_that_nobody_thought_of_fails_one_job(
    pump: Pump, plain_server: FaultyServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_args: Any) -> Any:
        raise ZeroDivisionError("http://user:canary@example.org/")

    address = plain_server.file(1000)
    with monkeypatch.context() as patched:
        patched.setattr("headrace.transfer.target.choose_name", broken)
        first = make_item(1, address=address, folder=tmp_path)
        pump.runner.start(first)
        pump.until(lambda: first.state is S.FAILED)
    assert first.record.failure == Failure(R.INTERNAL, "ZeroDivisionError")
    second = make_item(2, address=address, folder=tmp_path)
    pump.runner.start(second)
    pump.until(lambda: second.state is S.COMPLETED)
