"""Putting the machine to sleep, shutting it down, logging out: by what each system has for it, without any rights."""

import ctypes
import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import PureWindowsPath
from types import MappingProxyType
from typing import Any, Final, Protocol

from headrace.finale import Deed

_PATIENCE: Final = 30.0
"""Seconds for a program of the system to say that it has understood."""
Runner = Callable[[Sequence[str]], None]
"""Runs a program to its end. Raises OSError where it cannot be run, or failed."""


class Deeds(Protocol):
    """What can be done with this machine. Both wait for the system: call them in a thread."""

    def able(self) -> frozenset[Deed]:
        """Return what can be done here and now, without asking anybody for a password."""

    def do(self, deed: Deed) -> None:
        """Do it. Raises OSError with a sentence where the system refuses."""


def run_program(command: Sequence[str]) -> None:
    """Run a program of the system. Raises OSError with what it said."""
    try:
        done = subprocess.run(  # noqa: S603 - one of the tables below
            list(command), stdin=subprocess.DEVNULL, capture_output=True, timeout=_PATIENCE, check=False
        )
    except subprocess.TimeoutExpired:
        raise OSError(f"{command[0]} does not answer") from None
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip()
        raise OSError(said or f"{command[0]} ended with status {done.returncode}")


_WINDOWS: Final[Mapping[Deed, Sequence[str]]] = MappingProxyType(
    {
        Deed.HIBERNATE: ("/h",),
        Deed.SHUT_DOWN: ("/s", "/t", "0"),
        Deed.RESTART: ("/r", "/t", "0"),
        Deed.LOG_OUT: ("/l",),
    }
)
"""What shutdown.exe is told."""


def _shutdown_program() -> str:
    """Return Windows' own: by its bare name one that lies in the current folder would be run."""
    return str(PureWindowsPath(os.environ.get("SYSTEMROOT", "C:\\Windows"), "System32", "shutdown.exe"))


class WindowsDeeds:
    """By shutdown.exe; sleep, which that does not know, by the library behind the start menu."""

    def __init__(self, power: Any, run: Runner = run_program) -> None:
        """`power` is powrprof.dll."""
        self._power, self._run = power, run

    def able(self) -> frozenset[Deed]:
        """Return what can be done: some machines know no sleep, and hibernation may be switched off."""
        able = {Deed.SHUT_DOWN, Deed.RESTART, Deed.LOG_OUT}
        able |= {Deed.SLEEP} if self._power.IsPwrSuspendAllowed() else set()
        able |= {Deed.HIBERNATE} if self._power.IsPwrHibernateAllowed() else set()
        return frozenset(able)

    def do(self, deed: Deed) -> None:
        """Do it. Raises OSError."""
        if deed is not Deed.SLEEP:
            self._run((_shutdown_program(), *_WINDOWS[deed]))
        elif not self._power.SetSuspendState(0, 0, 0):
            raise OSError("Windows does not put this machine to sleep")


_MAC: Final[Mapping[Deed, Sequence[str]]] = MappingProxyType(
    {
        Deed.SLEEP: ("/usr/bin/pmset", "sleepnow"),
        Deed.SHUT_DOWN: ("/usr/bin/osascript", "-e", 'tell application "System Events" to shut down'),
        Deed.RESTART: ("/usr/bin/osascript", "-e", 'tell application "System Events" to restart'),
        Deed.LOG_OUT: ("/usr/bin/osascript", "-e", 'tell application "System Events" to «event aevtrlgo»'),
    }
)


class MacDeeds:
    """By Apple events, as the Apple menu does, and for sleep by pmset. macOS hibernates by itself alone."""

    def __init__(self, run: Runner = run_program) -> None:
        self._run = run

    def able(self) -> frozenset[Deed]:
        """Return what can be done."""
        return frozenset(_MAC)

    def do(self, deed: Deed) -> None:
        """Do it. Raises OSError."""
        self._run(_MAC[deed])


def deeds_for(platform: str = sys.platform) -> Deeds:
    """Return those of this system."""
    if platform == "win32":
        return WindowsDeeds(getattr(ctypes, "windll").powrprof)  # noqa: B009 - there on Windows alone
    if platform == "darwin":
        return MacDeeds()
    from headrace_gui.desktop.deeds_bus import BusDeeds  # noqa: PLC0415 - needs the message bus

    return BusDeeds()
