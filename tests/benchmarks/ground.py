"""What the benchmarks run on: programs as processes with their cost measured, and an nginx with one file."""

import contextlib
import mmap
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from headrace.profile import Profile
from headrace.settings import Settings, save_settings

from tests.benchmarks.report import MissingProgramError
from tests.support import needs, nginx, seeded
from tests.support.certificates import make_certificates
from tests.support.desktop import Desktop, running_desktop
from tests.support.processes import end

DESKTOP: Final = ("Xvfb", "openbox", "xdotool", "import", "xev")
"""Programs that a benchmark with windows needs."""
SEED: Final = 1
"""Of the content of every file."""
_MORE_PACKAGES: Final = {"xev": "x11-utils"}
_SAMPLE_SECONDS: Final = 0.02
_REST: Final = 0.3
_WARM_BESIDES: Final = 512 << 20
"""Bytes of memory for all but the file."""

Word = str | os.PathLike[str]
Command = Sequence[Word]


@dataclass(frozen=True)
class Ran:
    """A process that came to a good end: seconds from before its start to its end, CPU seconds, bytes of memory."""

    seconds: float
    cpu: float
    peak_rss: int
    output: str


def headrace(*arguments: Word) -> list[Word]:
    """Return the command line that runs what the installed command `headrace` runs."""
    return [sys.executable, "-c", "import sys; from headrace_gui.main import main; sys.exit(main())", *arguments]


def require(*programs: str) -> None:
    """Raise MissingProgramError for the first of `programs` that is not installed."""
    for name in programs:
        if needs.program(name) is None:
            package = _MORE_PACKAGES.get(name) or needs.PACKAGES.get(name, name)
            raise MissingProgramError(f"needs {name}: apt install {package}")


def ran(command: Command, folder: Path, timeout: float) -> Ran:
    """Run `command` to its end, its output kept in `folder`. Raises RuntimeError where it fails or takes too long."""
    output, errors = folder / "output.log", folder / "errors.log"
    with output.open("wb") as out, errors.open("wb") as err:
        began = time.perf_counter()
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=err, cwd=folder)
        peak, killer = _PeakMemory(process.pid), threading.Timer(timeout, process.kill)
        killer.start()
        try:
            _, status, usage = os.wait4(process.pid, 0)
            seconds = time.perf_counter() - began
            process.returncode = os.waitstatus_to_exitcode(status)
        finally:
            killer.cancel()
            peak_rss = peak.stop()
            end(process)
    if process.returncode:
        said = errors.read_text(encoding="utf-8", errors="replace")
        raise RuntimeError(f"{command[0]} ended with {process.returncode} after {seconds:.1f} s: {said}")
    return Ran(seconds, usage.ru_utime + usage.ru_stime, peak_rss, output.read_text(encoding="utf-8"))


class _PeakMemory:
    """Reads a process's high-water mark of resident memory until it is gone.

    Not `ru_maxrss`: that also counts the memory of the process which started it, as it was before the exec.
    """

    def __init__(self, pid: int) -> None:
        self._status = Path(f"/proc/{pid}/status")
        self._peak = 0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="peak memory")
        self._thread.start()

    def stop(self) -> int:
        """Return the greatest number of bytes seen."""
        self._over.set()
        self._thread.join()
        return self._peak

    def _watch(self) -> None:
        while not self._over.wait(_SAMPLE_SECONDS):
            with contextlib.suppress(OSError):
                lines = self._status.read_text(encoding="ascii", errors="replace").splitlines()
                self._peak = max([self._peak, *(_kilobytes(line) for line in lines if line.startswith("VmHWM"))])


def _kilobytes(line: str) -> int:
    return int(line.split()[1]) * 1024


@contextlib.contextmanager
def served_file(folder: Path, size: int) -> Iterator[nginx.Nginx]:
    """Run nginx, plain and TLS, with one file of `size` random bytes named `file`."""
    certificates = make_certificates(folder)
    with nginx.serving(folder / "nginx", certificates) as server:
        server.file("file", size, SEED)
        yield server


def make_file(path: Path, size: int) -> None:
    """Write a file of `size` bytes that `seeded.first_difference` knows by SEED."""
    with path.open("wb") as stream:
        stream.writelines(seeded.pieces(SEED, 0, size))


def make_profile(folder: Path, target: Path, ca_file: Path, **others: Any) -> Profile:
    """Make a profile in `folder` whose engine saves to `target` and trusts `ca_file`; with other settings, if any."""
    profile = Profile.at(folder)
    target.mkdir(exist_ok=True)
    save_settings(replace(Settings(target, ca_file=ca_file), **others), profile.settings)
    return profile


def discard(path: Path) -> None:
    """Remove a file and let the disk come to rest, so that one run does not pay for the writes of another."""
    path.unlink(missing_ok=True)
    os.sync()


def settle(size: int) -> None:
    """Before a run over `size` bytes: let the disk come to rest, then take up memory and give it back.

    What the run before left to write would be charged to the next. And a virtual machine's host may take back memory
    that is free: the first touch then costs more than a second of CPU per GiB, for whoever comes after a pause.
    """
    os.sync()
    time.sleep(_REST)
    available = os.sysconf("SC_AVPHYS_PAGES") * mmap.PAGESIZE
    wanted = min(size + _WARM_BESIDES, available // 2)
    mmap.mmap(-1, wanted, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | mmap.MAP_POPULATE).close()


@dataclass(frozen=True)
class WindowProgram:
    """A program that opens a window with such a title."""

    name: str
    command: Command
    title: str


def window_programs(profile: Path) -> tuple[WindowProgram, WindowProgram]:
    """Return Headrace's window of `profile`, and the bare window it is measured against."""
    own = WindowProgram("Headrace", headrace("--profile", profile), "^Headrace")
    bare: Command = [sys.executable, Path(__file__).with_name("bare_window.py")]
    return own, WindowProgram("bare PySide6 window", bare, "^Bare window")


@contextlib.contextmanager
def window(desktop: Desktop, program: WindowProgram) -> Iterator[tuple[subprocess.Popen[bytes], float]]:
    """Run a program, ended by its id with the block; give it and the time (perf_counter) just before its start."""
    with (desktop.folder / "window.log").open("ab") as stream:
        began = time.perf_counter()
        process = subprocess.Popen(
            program.command, stdin=subprocess.DEVNULL, stdout=stream, stderr=stream, env=desktop.env, cwd=desktop.folder
        )
    try:
        yield process, began
    finally:
        end(process)
        desktop.wait_until_gone(program.title)


@contextlib.contextmanager
def desktop(folder: Path) -> Iterator[Desktop]:
    """Run a desktop with its files in `folder`."""
    folder.mkdir()
    with running_desktop(folder) as running:
        yield running


def fresh_folder(parent: Path) -> Path:
    """Make a folder of its own in `parent`."""
    return Path(tempfile.mkdtemp(dir=parent))
