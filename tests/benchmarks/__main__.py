"""The figures of a release: `python -m tests.benchmarks NAME`, or `all`. Exit status 0 when the run worked.

Everything runs against loopback in a folder of its own that is removed at the end. With --enforce, a figure that
misses its bar makes the exit status 1. Needs the project installed with its `dev` extra, and Linux.
"""

import argparse
import importlib
import json
import os
import signal
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from tests.benchmarks import ground
from tests.benchmarks.report import MIB, MissingProgramError, Report, Wishes, surroundings

NAMES: Final = (
    "throughput",
    "peers",
    "start",
    "memory",
    "stall",
    "window",
    "jobs",
    "stop",
    "kill",
    "points",
    "power",
    "rivals",
    "limits",
    "room",
    "versions",
    "rpc",
    "soak",
)


def main(argv: Sequence[str]) -> int:
    """Run what is asked for and print it; return the exit status."""
    given = _parser().parse_args(argv)
    signal.signal(signal.SIGTERM, lambda number, _frame: sys.exit(128 + number))  # so that all is cleaned up
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed program is compiled once, not at every start
    names = NAMES if given.name == "all" else (given.name,)
    facts = surroundings(argv)
    head = "\n".join(f"{what}: {text}" for what, text in facts.items())
    print(head, flush=True)
    try:
        reports = [_printed(name, _wishes(given)) for name in names]
    except MissingProgramError as error:
        print(f"benchmarks: {error}", file=sys.stderr)
        return 1
    if given.plots:
        plots: Any = importlib.import_module("tests.benchmarks.plots")
        plots.draw(reports, given.plots)
    if given.text:
        given.text.write_text("\n\n".join([head, *(report.text() for report in reports)]) + "\n", encoding="utf-8")
    if given.json:
        given.json.write_text(_json(facts, reports), encoding="utf-8")
    missed = any(not bar.met for report in reports for bar in report.bars)
    return int(missed and given.enforce)


def _printed(name: str, wishes: Wishes) -> Report:
    """Run one benchmark in a folder of its own and print its report. Raises MissingProgramError."""
    module: Any = importlib.import_module(f"tests.benchmarks.{name}")
    ground.require(*module.NEEDS)
    with tempfile.TemporaryDirectory(prefix="headrace-", dir=wishes.folder) as folder:
        report: Report = module.measure(Path(folder), wishes)
    print(f"\n{report.text()}", flush=True)
    return report


def _json(facts: dict[str, str], reports: list[Report]) -> str:
    return json.dumps(facts | {"reports": [report.as_json() for report in reports]}, indent=2) + "\n"


def _wishes(given: argparse.Namespace) -> Wishes:
    size = None if given.size is None else given.size * MIB
    names = ("folder", "runs", "kills", "pauses", "cuts", "connections", "rest", "seconds", "seed", "only", "rows")
    return Wishes(size=size, **{name: getattr(given, name) for name in names})


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    add = parser.add_argument
    add("name", choices=("all", *NAMES), help="which benchmark")
    add("--runs", type=_positive, metavar="N", help="runs; stop: pauses in each phase; points: a sample; rivals: cases")
    add("--size", type=_positive, metavar="MIB", help="size of the files downloaded, in MiB")
    add("--kills", type=_positive, metavar="N", help="kill: how many")
    add("--pauses", type=_positive, metavar="N", help="stop: pauses of the one download that is paused again and again")
    add("--cuts", type=_positive, metavar="N", help="power: how many power cuts")
    add("--connections", type=_positive, metavar="N", help="kill, points, power: connections of a download, at most")
    add("--rest", type=float, metavar="SECONDS", help="memory, stall, window: of each measurement (default 5 or 10)")
    add(
        "--seconds",
        type=float,
        metavar="SECONDS",
        help="limits: for each (default 10); soak: in all (600)",
    )
    add("--only", default="", metavar="TEXT", help="peers, window: the works with this in their names")
    add("--rows", type=_positive, metavar="N", help="window: length of the list (100000); jobs: the most jobs (1000)")
    add("--seed", type=int, default=1, metavar="N", help="of the random choices (default 1)")
    add("--folder", type=Path, default=Path(tempfile.gettempdir()), metavar="DIR", help="on the disk to measure on")
    add("--json", type=Path, metavar="FILE", help="write all figures there, too")
    add("--text", type=Path, metavar="FILE", help="write what is printed there, too")
    add("--plots", type=Path, metavar="DIR", help="draw charts there, as PNG and SVG")
    add("--enforce", action="store_true", help="exit status 1 where a bar is missed")
    return parser


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be 1 or more")
    return number


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
