"""Runs people's commands, a few at a time, beside everything else."""

import logging
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Condition, Thread
from typing import Final

_LOG: Final = logging.getLogger(__name__)
_AT_ONCE: Final = 4
_WAITING: Final = 1_000
"""Commands that wait for others to end; beyond that the oldest is dropped, and that is logged."""


@dataclass(frozen=True, slots=True)
class Errand:
    """One command to run."""

    command: Sequence[str]
    folder: Path
    """Where it is run, if that is there."""
    said: bytes
    """What it may read from standard input."""


class Commands:
    """Threads that are there only while commands run. Methods may be called from any thread.

    What a command prints goes nowhere; it outlives this program.
    """

    def __init__(self, troubled: Callable[[str, str], object]) -> None:
        """`troubled` is told the program and the reason where one cannot be started, in a thread of its own."""
        self._troubled = troubled
        self._changed = Condition()
        self._waiting: deque[Errand] = deque()
        self._threads = 0
        self._closed = False

    def run(self, errand: Errand) -> None:
        """Have a command run behind those that wait."""
        with self._changed:
            if self._closed:
                return
            if len(self._waiting) >= _WAITING:
                self._waiting.popleft()
                _LOG.warning("a command was dropped: those before it do not end")
            self._waiting.append(errand)
            if self._threads < _AT_ONCE:
                self._threads += 1
                Thread(target=self._work, name="command", daemon=True).start()

    def close(self) -> None:
        """Begin no more."""
        with self._changed:
            self._closed = True
            self._waiting.clear()

    def _work(self) -> None:
        while (errand := self._next()) is not None:
            self._do(errand)

    def _next(self) -> Errand | None:
        with self._changed:
            if self._waiting:
                return self._waiting.popleft()
            self._threads -= 1
            return None

    def _do(self, errand: Errand) -> None:
        program = errand.command[0]
        folder = errand.folder if errand.folder.is_dir() else None
        try:
            process = subprocess.Popen(  # noqa: S603 - what the person set, as arguments, without a shell
                list(errand.command),
                cwd=folder,
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0) if sys.platform == "win32" else 0,
            )
        except (OSError, ValueError) as error:
            why = getattr(error, "strerror", None) or str(error)
            _LOG.warning("%s could not be run: %s", Path(program).name, why)
            self._troubled(program, why)
            return
        try:
            process.communicate(errand.said)
        except OSError:  # it does not want to hear
            process.wait()
        if process.returncode:
            _LOG.warning("%s ended with status %d", Path(program).name, process.returncode)
