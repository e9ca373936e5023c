"""From the start of the process to the window on the screen, next to a bare PySide6 window."""

from pathlib import Path
from statistics import median
from typing import Final

from tests.benchmarks import ground, mapped_windows
from tests.benchmarks.ground import WindowProgram
from tests.benchmarks.mapped_windows import MappedWindows
from tests.benchmarks.report import Bar, Report, Table, Wishes, percentile, spread
from tests.support.desktop import Desktop
from tests.support.processes import wait_until

NEEDS: Final = ground.DESKTOP
_RUNS: Final = 10
_TIMEOUT: Final = 30.0
_BAR: Final = 0.45
_NOTES: Final = [
    "from just before the start of the process to its window being mapped, under Xvfb and openbox, A B A B",
    "warm: a run of each went before, so files are in the system's cache and modules are compiled",
    mapped_windows.RESOLUTION,
]


def measure(folder: Path, wishes: Wishes) -> Report:
    """Start both windows again and again, in turn."""
    programs = ground.window_programs(folder / "profile")
    found: dict[str, list[float]] = {program.name: [] for program in programs}
    with ground.desktop(folder / "desktop") as desktop, mapped_windows.watching(desktop) as windows:
        for run in range((wishes.runs or _RUNS) + 1):
            for program in programs:
                seconds = _start(desktop, windows, program)
                if run:  # the first one warms up
                    found[program.name].append(seconds)
    rows = [(name, *spread(seconds), percentile(seconds, 90)) for name, seconds in found.items()]
    table = Table(
        f"start to mapped window, {wishes.runs or _RUNS} runs", ("seconds", "median", "min", "max", "p90"), [*rows]
    )
    own = median(found[programs[0].name])
    return Report("start", _NOTES, [table], [Bar("median start of the window", own, _BAR, "s")])


def _start(desktop: Desktop, windows: MappedWindows, program: WindowProgram) -> float:
    """Start the program, see that the window mapped is its own, end it; return the seconds."""
    windows.forget()
    with ground.window(desktop, program) as (_, began):
        mapped = windows.wait(_TIMEOUT)
        wait_until(lambda: bool(desktop.windows(program.title)), f"a window {program.title}")
    return mapped - began
