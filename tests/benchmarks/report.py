"""What all benchmarks share: wishes, statistics, tables of plain text, and the bars figures are held against."""

import datetime as dt
import importlib.metadata
import os
import platform
import shlex
import statistics
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from math import ceil
from pathlib import Path
from typing import Any, Final

MIB: Final = 1 << 20
GIB: Final = 1 << 30
MB: Final = 1_000_000

Cell = str | float | None


class MissingProgramError(RuntimeError):
    """A system program that a benchmark needs is not installed; the text names it and its package."""


@dataclass(frozen=True)
class Wishes:
    """What the command line asked for; None takes the benchmark's own default."""

    folder: Path
    runs: int | None = None
    size: int | None = None
    """Bytes of a file."""
    kills: int | None = None
    pauses: int | None = None
    cuts: int | None = None
    """Power cuts."""
    connections: int | None = None
    """Of one download, at most."""
    rest: float | None = None
    """Seconds for which a window is left alone."""
    seconds: float | None = None
    """For which each limit is measured."""
    seed: int = 1
    """Of every random choice."""
    rows: int | None = None
    """Of a long list."""
    only: str = ""
    """What the names of those works hold that are done; all of them where it is empty."""


@dataclass(frozen=True)
class Table:
    """A table to print; numbers are printed with three significant digits, None as a dash."""

    title: str
    head: tuple[str, ...]
    rows: list[tuple[Cell, ...]] = field(default_factory=list)

    def lines(self) -> list[str]:
        """Return the table as lines: the first column to the left, the others to the right."""
        texts = [self.head, *(tuple(shown(cell) for cell in row) for row in self.rows)]
        widths = [max(len(row[column]) for row in texts) for column in range(len(self.head))]
        return [self.title, *(f"  {_aligned(row, widths)}" for row in texts)]


@dataclass(frozen=True)
class Bar:
    """A figure and the bound this release is held against."""

    what: str
    value: float
    bound: float
    unit: str = ""
    at_least: bool = False

    @property
    def met(self) -> bool:
        """Whether the figure keeps the bound."""
        return self.value >= self.bound if self.at_least else self.value <= self.bound

    def line(self) -> str:
        """Return the bar as one line."""
        sign = ">=" if self.at_least else "<="
        verdict = "met" if self.met else "missed"
        return f"bar {self.what}: {shown(self.value)} {sign} {self.bound:g} {self.unit}".rstrip() + f": {verdict}"


@dataclass(frozen=True)
class Chart:
    """Figures to draw side by side."""

    title: str
    unit: str
    bars: list[tuple[str, float, float, float]] = field(default_factory=list)
    """Name, median, least and greatest."""


@dataclass(frozen=True)
class Report:
    """What one benchmark found."""

    name: str
    notes: list[str]
    tables: list[Table]
    bars: list[Bar]
    charts: list[Chart] = field(default_factory=list)

    def text(self) -> str:
        """Return the report as plain text."""
        blocks = ["\n".join(table.lines()) for table in self.tables]
        blocks += ["\n".join(f"note: {note}" for note in self.notes), "\n".join(bar.line() for bar in self.bars)]
        return "\n\n".join([f"== {self.name} ==", *(block for block in blocks if block)])

    def as_json(self) -> dict[str, Any]:
        """Return the report for JSON, numbers unrounded."""
        return asdict(self) | {"bars": [asdict(bar) | {"met": bar.met} for bar in self.bars]}


def shown(cell: Cell) -> str:
    """Return a cell as it is printed."""
    if cell is None:
        return "-"
    if isinstance(cell, str):
        return cell
    if isinstance(cell, int) or abs(cell) >= 100:
        return f"{cell:.0f}"
    return f"{cell:.3g}"


def spread(values: Sequence[float]) -> tuple[float, float, float]:
    """Return median, least and greatest of `values`."""
    return statistics.median(values), min(values), max(values)


def percentile(values: Sequence[float], percent: float) -> float:
    """Return the value that `percent` of `values` do not exceed (nearest rank)."""
    return sorted(values)[max(0, ceil(len(values) * percent / 100) - 1)]


def tail(values: Sequence[float], scale: float = 1.0) -> tuple[float, float, float]:
    """Return p50, p99 and maximum of `values`, times `scale`."""
    return percentile(values, 50) * scale, percentile(values, 99) * scale, max(values) * scale


def surroundings(arguments: Sequence[str]) -> dict[str, str]:
    """Return what a figure is worth nothing without: machine, versions, date and the command."""
    qt = importlib.metadata.version("PySide6-Essentials")
    load = f", load {os.getloadavg()[0]:.2f} at the start" if hasattr(os, "getloadavg") else ""
    return {
        "machine": f"{os.cpu_count()} CPUs{_model()}, {platform.system()} {platform.release()}{load}",
        "versions": f"Python {platform.python_version()}, Qt (PySide6) {qt}",
        "date": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "command": shlex.join([Path(sys.executable).name, "-m", "tests.benchmarks", *arguments]),
    }


def _model() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        return ""
    return next((f" ({line.partition(':')[2].strip()})" for line in lines if line.startswith("model name")), "")


def _aligned(row: tuple[str, ...], widths: list[int]) -> str:
    first, *others = (
        text.rjust(width) if column else text.ljust(width)
        for column, (text, width) in enumerate(zip(row, widths, strict=True))
    )
    return "  ".join([first, *others]).rstrip()
