"""`headrace get` as a process of its own: without a display, with a profile and a folder of its own."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

from tests.support.invariant import content_of
from tests.support.processes import end

_PROGRAM: Final = (
    "import signal, sys\n"
    "signal.signal(signal.SIGINT, signal.default_int_handler)\n"  # a runner in the background has it ignored
    "from headrace_gui.main import main\n"
    "if sys.platform != 'win32':\n"
    "    signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGINT])\n"
    "sys.exit(main(['get', *sys.argv[1:]]))\n"
)
_SECONDS: Final = 100.0

Json = dict[str, Any]


@dataclass(frozen=True)
class Done:
    """An ended command."""

    status: int
    out: str
    err: str

    @property
    def objects(self) -> list[Json]:
        """The JSON objects on stdout."""
        return [json.loads(line) for line in self.out.splitlines()]

    def events(self, name: str) -> list[Json]:
        """Return the JSON objects of one event."""
        return [one for one in self.objects if one["event"] == name]


class Running:
    """A command that runs; its stdout is read as it comes."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self.process = process
        self.lines: list[str] = []

    @property
    def out(self) -> IO[bytes]:
        """The reading end of its stdout."""
        assert self.process.stdout is not None
        return self.process.stdout

    def next_event(self, name: str) -> Json:
        """Read JSON lines until one of this event. Raises EOFError where none comes."""
        for line in self.out:
            self.lines.append(line.decode())
            found: Json = json.loads(line)
            if found["event"] == name:
                return found
        raise EOFError(f"no {name} in {self.lines}")

    def interrupt(self) -> None:
        """Do what Ctrl+C does (on Windows, where that reaches no single process, Ctrl+Break)."""
        if sys.platform == "win32":
            self.process.send_signal(signal.CTRL_BREAK_EVENT)
        else:
            self.process.send_signal(signal.SIGINT)

    def wait(self, stdin: str = "") -> Done:
        """Hand it `stdin` and wait for its end. Asserts that no exception was printed."""
        out, err = self.process.communicate(stdin.encode(), timeout=_SECONDS)
        done = Done(self.process.returncode, "".join(self.lines) + out.decode(), (err or b"").decode())
        assert "Traceback" not in done.err, done.err
        assert "Exception ignored" not in done.err, done.err
        return done


def _own_group() -> int:
    """Return the flag without which Ctrl+Break on Windows would reach the test too."""
    if sys.platform == "win32":
        return subprocess.CREATE_NEW_PROCESS_GROUP
    return 0


@contextmanager
def _interruptions_wait() -> Iterator[None]:
    """Have a process begin with interruptions held back until its program is there: Python itself may lose one."""
    if sys.platform == "win32":
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@dataclass(frozen=True)
class GetCommand:
    """Runs `headrace get` with files in `folder` and all state in `profile`."""

    folder: Path
    profile: Path

    @contextmanager
    def start(
        self, *arguments: str, stderr: int = subprocess.PIPE, environment: Mapping[str, str] | None = None
    ) -> Iterator[Running]:
        """Run it until the end of the block; `-d folder` is added. `stderr` may be a descriptor."""
        with self._process(arguments, stderr, environment or {}) as process:
            try:
                yield Running(process)
            finally:
                end(process)

    def run(self, *arguments: str, stdin: str = "") -> Done:
        """Run it to its end."""
        with self.start(*arguments) as command:
            return command.wait(stdin)

    def _process(
        self, arguments: tuple[str, ...], stderr: int, environment: Mapping[str, str]
    ) -> subprocess.Popen[bytes]:
        with _interruptions_wait():
            return subprocess.Popen(
                [sys.executable, "-W", "error", "-c", _PROGRAM, "-d", str(self.folder), *arguments],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=stderr,
                env={**self.environment, **environment},
                creationflags=_own_group(),
            )

    @property
    def environment(self) -> dict[str, str]:
        """The environment without anything of a display."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("QT_", "WAYLAND_"))}
        kept.pop("DISPLAY", None)
        return kept | {"HEADRACE_PROFILE": str(self.profile), "PYTHONIOENCODING": "utf-8"}

    def files(self) -> dict[str, int]:
        """Return names and sizes in the folder."""
        return {path.name: path.stat().st_size for path in self.folder.iterdir()} if self.folder.exists() else {}

    def state_bytes(self) -> bytes:
        """Return all bytes of the profile."""
        return b"".join(content_of(path) for path in self.profile.iterdir() if path.is_file())
