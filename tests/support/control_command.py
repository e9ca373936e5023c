"""`headrace run` and the commands that ask it, as processes of their own, without a display."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic, sleep
from typing import Any, Final

from headrace.control.channel import Channel
from headrace.profile import Profile

from tests.support.get_command import Done
from tests.support.processes import end

_PROGRAM: Final = "import sys; from headrace_gui.main import main; sys.exit(main())"
_SECONDS: Final = 60.0


@dataclass
class Control:
    """Runs commands for one profile, whose downloads go to a folder of its own."""

    profile: Profile
    folder: Path
    env: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        hidden = {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM", "HEADRACE_PROFILE"}
        self.env = {key: value for key, value in os.environ.items() if key not in hidden} | self.env

    def command(self, verb: str, *arguments: str) -> list[str]:
        return [sys.executable, "-c", _PROGRAM, verb, "--profile", str(self.profile.folder), *arguments]

    def run(self, verb: str, *arguments: str, stdin: str = "") -> Done:
        """Run a command to its end."""
        done = subprocess.run(
            self.command(verb, *arguments),
            input=stdin,
            capture_output=True,
            text=True,
            encoding="utf-8",
            env=self.env,
            timeout=_SECONDS,
            check=False,
        )
        assert "Traceback" not in done.stderr, done.stderr
        return Done(done.returncode, done.stdout, done.stderr)

    def rows(self, verb: str, *arguments: str) -> list[dict[str, Any]]:
        """Run a command that prints downloads as JSON."""
        done = self.run(verb, "--json", *arguments)
        assert (done.status, done.err) == (0, ""), done
        return done.objects

    @contextmanager
    def running(self, *arguments: str) -> Iterator[subprocess.Popen[str]]:
        """Run the engine without a window; it listens when this returns."""
        process = subprocess.Popen(self.command("run", *arguments), env=self.env, stderr=subprocess.PIPE, text=True)
        try:
            self.until_it_listens(process)
            yield process
        finally:
            end(process)
            assert process.stderr is not None
            process.stderr.close()

    def until_it_listens(self, process: subprocess.Popen[str] | None = None) -> None:
        """Wait until the program answers."""
        deadline = monotonic() + _SECONDS
        while True:
            try:
                Channel(self.profile).close()
                return
            except OSError:
                assert monotonic() < deadline, "nobody listens"
                assert process is None or process.poll() is None, process
                sleep(0.02)
