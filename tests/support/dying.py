"""Processes with an engine of their own that die where a test wants it: forked from one that is ready."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from headrace.profile import Profile

from tests.support.processes import end

ROOT: Final = Path(__file__).parents[2]
SURVIVED: Final = 0
"""The exit status of a process that came to nothing worse."""


@dataclass(frozen=True)
class Life:
    """What a process does, and where it ends."""

    profile: str
    folder: str
    at: str = ""
    """The dotted name, below `headrace`, of the function at whose call it dies; none for a life to the end."""
    call: int = 1
    """At which call of that function, from 1."""
    whose: str = ""
    """The address in the work for which calls count; none for all calls."""
    statement: int = 0
    """Before which SQL statement of a migration it dies, from 1; 0 for none."""
    after: bool = False
    """Whether the call is done first."""
    how: str = "SIGKILL"
    """The signal it dies of; SIGABRT comes from a fatal error of Qt."""
    add: tuple[str, ...] = ()
    """Addresses to add."""
    checksum: str | None = None
    remove: tuple[str, ...] = ()
    """Ids to remove, files included."""
    continuing: bool = True
    """Whether what was running goes on by itself."""


class Zygote:
    """Makes processes, one at a time."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process

    def live(self, profile: Profile, folder: Path, **facts: Any) -> int:
        """Have a process live and end; return its exit status, negative for the signal it died of."""
        life = Life(str(profile.folder), str(folder), **facts)
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(asdict(life)).encode() + b"\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        assert line, "the process that makes processes is gone"
        return int(line)


@contextmanager
def zygote() -> Iterator[Zygote]:
    """Start the process that makes processes. Needs a system that forks."""
    command = [sys.executable, "-m", "tests.support.dying_engine"]
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as process:
        try:
            yield Zygote(process)
        finally:
            end(process)
