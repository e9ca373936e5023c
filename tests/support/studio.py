"""Recordings made over real sockets, each in a thread of its own, with a keeper that only remembers."""

import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import pytest
from headrace.recordings import Recording
from headrace.states import FailureReason
from headrace.transfer.events import JobEnded, JobEvent, JobFinished
from headrace.transfer.recording import RecordingJob
from headrace.transfer.tools import JobTools

from tests.support import faults
from tests.support.engine_parts import RecordingKeeper, make_plan
from tests.support.faulty_server import FaultyServer
from tests.support.job_tools import opened_tools
from tests.support.replies import Framing, Resource

FEED = b"".join(b"line %06d of the feed\n" % number for number in range(4000))
OTHER = b"".join(b"other %06d after a loss\n" % number for number in range(1000))
HALF = len(FEED) // 2
_GAP = re.compile(r"(\S+Z)\t(\S+Z|-)\t(\d+)\t(\w+)\t(.+)")
_E = TypeVar("_E", bound=JobEvent)


@dataclass
class Attempt:
    """A job in a thread of its own, and what it posted."""

    job: RecordingJob
    thread: threading.Thread
    changed: threading.Condition = field(default_factory=threading.Condition)
    events: list[JobEvent] = field(default_factory=list)
    tapped: bytearray = field(default_factory=bytearray)
    charsets: list[str | None] = field(default_factory=list)

    def post(self, event: JobEvent) -> None:
        with self.changed:
            self.events.append(event)
            self.changed.notify_all()

    def tap(self, download_id: str, data: memoryview, charset: str | None) -> None:
        assert download_id == self.job.plan.id
        self.tapped += data
        if charset not in self.charsets:
            self.charsets.append(charset)

    def until_received(self, count: int) -> None:
        deadline = time.monotonic() + 10
        while self.job.received < count:
            assert time.monotonic() < deadline, (self.job.received, self.events)
            assert self.thread.is_alive(), self.events
            time.sleep(0.002)

    def until_seen(self, kind: type[_E], count: int = 1) -> _E:
        with self.changed:
            seen = self.changed.wait_for(lambda: sum(isinstance(one, kind) for one in self.events) >= count, 10)
        assert seen, self.events
        return [one for one in self.events if isinstance(one, kind)][count - 1]

    def last(self, kind: type[_E]) -> _E:
        self.thread.join(20)
        assert not self.thread.is_alive(), self.events
        assert isinstance(self.events[-1], kind), self.events
        assert not any(isinstance(one, JobFinished | JobEnded) for one in self.events[:-1])
        return self.events[-1]

    def finished(self) -> JobFinished:
        return self.last(JobFinished)

    def ended(self) -> JobEnded:
        return self.last(JobEnded)

    def failure(self) -> FailureReason | None:
        """Return why it ended."""
        failure = self.ended().failure
        return None if failure is None else failure.reason


@dataclass
class Studio:
    """Starts recordings into one folder."""

    folder: Path
    tools: JobTools
    keeper: RecordingKeeper
    attempts: list[Attempt] = field(default_factory=list)

    def start(self, address: str, wishes: Recording | None = None, *, ended: bool = False, **facts: Any) -> Attempt:
        """Run a job in a thread, `ended` before it begins where asked for."""
        made: list[Attempt] = []
        attempt = partial(made.__getitem__, 0)
        tools = replace(
            self.tools,
            post=lambda event: attempt().post(event),
            tap=lambda *heard: attempt().tap(*heard),
        )
        usual: dict[str, Any] = {"address": address, "name": "feed", "idle_timeout": 0.3}
        job = RecordingJob(make_plan(self.folder, **(usual | facts)), tools, wishes or Recording())
        made.append(Attempt(job, threading.Thread(target=job.run)))
        self.attempts.append(made[0])
        if ended:
            job.end()
        made[0].thread.start()
        return made[0]

    def files(self) -> dict[str, bytes]:
        """Return the content of all files but part files and side logs."""
        found = (path for path in sorted(self.folder.iterdir()) if path.suffix not in (".part", ".log"))
        return {path.name: path.read_bytes() for path in found}

    def part(self) -> Path:
        (path,) = self.folder.glob("*.part")
        return path

    def gaps(self, name: str = "feed") -> list[tuple[str, ...]]:
        """Return what the side log says: times in order, then offset, reason and file of each gap."""
        path = self.folder / f"{name}.gaps.log"
        if not path.exists():
            return []
        head, *lines = path.read_text(encoding="utf-8").splitlines()
        assert head == "# lost\treturned\toffset\treason\tfile"
        found = [match.groups() for match in map(_GAP.fullmatch, lines) if match]
        assert len(found) == len(lines)
        assert all(lost <= returned or returned == "-" for lost, returned, *_ in found)
        return [tuple(rest) for _, _, *rest in found]


def feed(content: bytes = FEED, framing: Framing = Framing.CHUNKED, **facts: Any) -> Resource:
    usual: dict[str, Any] = {"etag": None, "content_type": "text/plain; charset=utf-8"}
    return Resource("/feed", content=content, framing=framing, **(usual | facts))


def other(*numbers: int, content: bytes = OTHER, **facts: Any) -> faults.Fault:
    """Serve other content to these requests."""
    return faults.swap(lambda old: replace(old, content=content, **facts), when=faults.nth(*numbers))


@contextmanager
def held(server: FaultyServer, at: int = HALF, **facts: Any) -> Iterator[None]:
    """Let the feed fall silent after `at` bytes until the block ends."""
    gate = server.inject(faults.stall(at, **facts)).gate
    try:
        yield
    finally:
        gate.release.set()


@contextmanager
def opened_studio(folder: Path, ca_file: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Studio]:
    """Open a studio that waits for milliseconds where people wait seconds; all its attempts end with the block."""
    monkeypatch.setattr("headrace.transfer.retry.BACKOFF_FIRST", 0.01)
    monkeypatch.setattr("headrace.transfer.retry.BACKOFF_LIMIT", 0.05)
    folder.mkdir()
    keeper = RecordingKeeper()
    with opened_tools(keeper, ca_file=ca_file) as tools:
        made = Studio(folder, tools, keeper)
        try:
            yield made
        finally:
            for attempt in made.attempts:
                attempt.job.stop()
                attempt.thread.join(10)
