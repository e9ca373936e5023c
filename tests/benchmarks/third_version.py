"""HTTP/3 beside the others: by libcurl and from caddy, since Headrace does not speak it. These figures are why."""

import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from typing import Final

from tests.benchmarks import ground
from tests.benchmarks.far_line import Line, reached
from tests.benchmarks.report import Cell, Table
from tests.support import needs
from tests.support.caddy import caddy
from tests.support.certificates import Certificates

MISSING: Final = "HTTP/3 is left out: it takes `apt install caddy` and `pip install pycurl`"
NOTE: Final = "HTTP/3: libcurl by pycurl, caddy for all three, seconds without a start; HTTP/1.1 has 8 connections"
Works = dict[str, tuple[Sequence[str], int]]
"""Names of files, and the bytes of each."""
_CONNECTIONS: Final = {"1.1": 8, "2": 1, "3": 1}
_PORT: Final = 4433
_TIMEOUT: Final = 120.0


@dataclass(frozen=True)
class Trial:
    """What is fetched over which line, None for none."""

    name: str
    line: Line | None
    works: Works


def is_there() -> bool:
    """Say whether caddy and pycurl are installed."""
    return needs.program("caddy") is not None and find_spec("pycurl") is not None


def table(
    folder: Path,
    certificates: Certificates,
    trials: Sequence[Trial],
    runs: int,
) -> Table:
    """Measure trials by each version."""
    found = Table("by libcurl", ("", *(f"HTTP/{version} s" for version in _CONNECTIONS)))
    for trial in trials:
        found.rows.extend(_rows(ground.fresh_folder(folder), certificates, trial, runs))
    return found


def _rows(
    folder: Path,
    certificates: Certificates,
    trial: Trial,
    runs: int,
) -> Iterator[tuple[Cell, ...]]:
    root = folder / "root"
    root.mkdir()
    for names, size in trial.works.values():
        for name in names:
            ground.make_file(root / name, size)
    with ExitStack() as stack:
        near, far, address = stack.enter_context(reached(trial.line))
        stack.enter_context(caddy(folder / "caddy", certificates, root, (address, _PORT), far))
        start = [*near, sys.executable, "-m", "tests.benchmarks.by_libcurl", str(certificates.ca_file)]
        for what, (names, size) in trial.works.items():
            asked = [str(size), *(f"https://{address}:{_PORT}/{name}" for name in names)]
            taken: dict[str, list[float]] = {version: [] for version in _CONNECTIONS}
            for version in [*_CONNECTIONS] * runs:
                taken[version].append(_seconds([*start, version, str(_CONNECTIONS[version]), *asked]))
            yield f"{trial.name}, {what}", *(median(taken[version]) for version in _CONNECTIONS)


def _seconds(command: Sequence[str]) -> float:
    done = subprocess.run(command, capture_output=True, text=True, timeout=_TIMEOUT, check=False)
    if done.returncode:
        raise RuntimeError(f"libcurl ended with {done.returncode}: {done.stderr[-500:]}")
    return float(done.stdout)
