"""One run of `headrace get` that is caught at a known place and disturbed at the k-th of some system calls."""

import re
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.benchmarks.trial import TIMEOUT, Trial
from tests.support import faults, seeded
from tests.support.faulty_server import FaultyServer
from tests.support.processes import wait_until
from tests.support.replies import Resource
from tests.support.traced import TRACEABLE, Injection, threads, traced

_READY: Final = "caught"
_PROGRAM: Final = (
    f"{TRACEABLE}import sys\n"
    "import headrace.commands.fetch, headrace.commands.get\n"  # so that it is loaded before anything is traced
    "from headrace_gui.main import main\n"
    f"print('{_READY}', file=sys.stderr, flush=True)\n"
    "sys.stdin.read()\n"
    "sys.exit(main(sys.argv[1:]))\n"
)
_LINE: Final = re.compile(r"^(?:(?P<thread>\d+) +)?(?P<call>[a-z]\w*)\((?P<rest>.*)")
_SHORT: Final = re.compile(r"pwrite64\(\d+<(?P<path>[^>]*)>, .*, (?P<offset>\d+)\) += (?P<size>\d+) \(INJECTED\)")


@dataclass(frozen=True)
class Phase:
    """What is downloaded, and where the run is caught."""

    size: int
    """Bytes of the file."""
    from_start: bool = False
    """Before the command does anything, all threads; else just before its first request is answered, one thread."""
    resumed: bool = False
    """Behind an earlier run that was interrupted half-way."""

    @property
    def name(self) -> str:
        """For the tables."""
        size = f"{self.size >> 10} KiB" if self.size < 1 << 20 else f"{self.size >> 20} MiB"
        return f"{size}, {'from the start' if self.from_start else 'resumed' if self.resumed else 'from the answer'}"


@dataclass(frozen=True)
class Place:
    """Some system calls of one thread (by age, 0 is the oldest) or of each thread, and how many there were once."""

    phase: Phase
    thread: int | None
    calls: str
    count: int
    on: tuple[str, ...]
    """What they worked on: database, file, other."""


@dataclass(frozen=True)
class Disturbed:
    """How such a run ended."""

    status: int | None
    """None where it did not end."""
    threads: Sequence[int]
    """Those it had when it was caught, the oldest first."""
    lines: list[str]
    """What strace saw."""
    said: str

    @property
    def hit(self) -> bool:
        """Whether the k-th call came, and the fault with it."""
        return self.status == -signal.SIGKILL or any("(INJECTED)" in line for line in self.lines)


def disturbed(trial: Trial, phase: Phase, injection: Injection, thread: int | None) -> Disturbed:
    """Run the command of `trial` with the fault of `injection`."""
    if phase.resumed:
        _interrupted_half_way(trial)
    before = len(trial.said) if trial.log.exists() else 0
    log = trial.folder / "calls.strace"
    hold = None if phase.from_start else trial.server.inject(faults.stall(when=faults.on_path(trial.resource.path)))
    with trial.running([sys.executable, "-c", _PROGRAM, *trial.arguments]) as process, ExitStack() as stack:
        assert process.stdin is not None
        if hold is None:
            wait_until(lambda: _READY in trial.said[before:], "the program is loaded", TIMEOUT)
        else:
            process.stdin.close()
            hold.gate.wait(TIMEOUT)
        known = threads(process.pid)
        stack.enter_context(traced(process.pid, injection, log, thread=None if thread is None else known[thread]))
        process.stdin.close()
        if hold is not None:
            hold.gate.release.set()
        status = _status(process)
    return Disturbed(status, known, log.read_text(encoding="utf-8", errors="replace").splitlines(), trial.said[before:])


def killed_at_creation(trial: Trial) -> None:
    """Kill the command as soon as a file of its is in the target folder, the database being slow (C06)."""
    slow = Injection("fdatasync", "delay_enter=100000", "1+")
    with trial.running([sys.executable, "-c", _PROGRAM, *trial.arguments]) as process, ExitStack() as stack:
        assert process.stdin is not None
        wait_until(lambda: _READY in trial.said, "the program is loaded", TIMEOUT)
        stack.enter_context(traced(process.pid, slow, trial.folder / "calls.strace"))
        process.stdin.close()
        wait_until(lambda: any(trial.target.glob("*")), "a file in the target folder", TIMEOUT)
        process.kill()
        process.wait()


def _interrupted_half_way(trial: Trial) -> None:
    held = trial.server.inject(faults.stall(trial.resource.length // 2, when=faults.on_path(trial.resource.path)))
    with trial.running() as process:
        held.gate.wait()
        process.send_signal(signal.SIGINT)
        process.wait(TIMEOUT)


def _status(process: subprocess.Popen[bytes]) -> int | None:
    try:
        return process.wait(TIMEOUT)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        return None


def survey(trial: Trial, phase: Phase, groups: tuple[str, ...]) -> Iterator[Place]:
    """See what is called, by which thread, on what, when nothing disturbs; the trial is complete then."""
    seen = disturbed(trial, phase, Injection(",".join(groups)), None)
    if phase.from_start:
        yield from _places(phase, None, seen.lines, trial, groups)
        return
    for index, thread in enumerate(seen.threads):
        own = [line for line in seen.lines if _thread(line) == str(thread)]
        yield from _places(phase, index, own, trial, groups)


def _places(
    phase: Phase, index: int | None, lines: list[str], trial: Trial, groups: tuple[str, ...]
) -> Iterator[Place]:
    """Count per call; over several threads the greatest count of one thread, for that is how far k can go."""
    for group in groups:
        own = [line for line in lines if called(line) in group.split(",")]
        counts = Counter((_thread(line), called(line)) for line in own)
        if counts:
            on = tuple(sorted({works_on(line, trial) for line in own}))
            yield Place(phase, index, group, max(counts.values()), on)


def called(line: str) -> str | None:
    """Return the name of the call that begins on a line of strace's log."""
    found = _LINE.match(line)
    return found["call"] if found else None


def _thread(line: str) -> str | None:
    found = _LINE.match(line)
    return found["thread"] if found else None


def works_on(line: str, trial: Trial) -> str:
    """Say what a call works on."""
    if str(trial.target) in line:
        return "file"
    return "database" if trial.profile.database.name in line or f"<{trial.profile.folder}>" in line else "other"


def deliver(trial: Trial, lines: list[str]) -> None:
    """Write what writes that were cut short had reported as written: strace reports only, and writes nothing."""
    for found in filter(None, map(_SHORT.search, lines)):
        for path in (Path(found["path"]), trial.target / trial.name):
            if path.exists():
                offset = int(found["offset"])
                with path.open("r+b") as stream:
                    stream.seek(offset)
                    stream.write(seeded.body(trial.resource.seed, offset, offset + int(found["size"])))
                break


def trial_in(folder: Path, server: FaultyServer, resource: Resource, connections: int | None) -> Trial:
    """Return a trial that prints JSON."""
    trial = Trial(folder, server, resource, connections)
    trial.options += ["--json"]
    return trial
