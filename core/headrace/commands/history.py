"""`headrace history`: prints what is remembered, sums of it, writes it to a file, or has it forgotten."""

import argparse
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from headrace.commands.control_print import Printer
from headrace.commands.exit_status import CannotStartError
from headrace.commands.option_types import told
from headrace.history import Outcome, Period, entry_from
from headrace.history_export import write_entries

Ask = Callable[[str, Mapping[str, object]], Iterator[dict[str, Any]]]
_MOST: Final = 100


def add_history(parser: argparse.ArgumentParser) -> None:
    """Add the options of `headrace history`."""
    parser.add_argument("words", nargs="*", metavar="WORD", help="each begins a word of the name or the address")
    add = parser.add_argument_group("which").add_argument
    add("--since", type=_day, metavar="DAY", help="ended on this day or later: 2026-05-31, or 7d for a week ago")
    add("--until", type=_day, metavar="DAY", help="ended on this day or earlier")
    add("--host", metavar="HOST", help="fetched from this host")
    add("--outcome", choices=tuple(one.name.lower() for one in Outcome), help="how it ended")
    add(
        "-n", "--most", type=_count, default=_MOST, metavar="N", help=f"so many, the latest; 0 for all (usual: {_MOST})"
    )
    add = parser.add_argument_group("what").add_mutually_exclusive_group().add_argument
    add("--figures", choices=tuple(Period), help="print sums instead: files, bytes, average speed")
    add("-o", "--output", type=Path, metavar="FILE", help="write all of it to this new file: .csv, else JSON")
    add("--clear", action="store_true", help="delete what is meant from the history for good; files stay")
    parser.add_argument("--all", action="store_true", help="with --clear: everything")


def history(given: argparse.Namespace, ask: Ask, printer: Printer) -> None:
    """Do what the command line asks for. Raises as `ask` does, OSError, CannotStartError."""
    query: dict[str, object] = {
        "words": " ".join(given.words) or None,
        "host": given.host,
        "outcome": given.outcome,
        "since": given.since,
        "until": given.until,
    }
    if given.clear:
        printer.all(ask("history-clear", query | {"all": given.all}))
    elif given.figures is not None:
        printer.all(ask("history-figures", query | {"period": given.figures}))
    elif given.output is not None:
        _write(given.output, ask("history", query))
    else:
        printer.all(ask("history", query | {"most": given.most}))


def _write(path: Path, answers: Iterator[dict[str, Any]]) -> None:
    rows = (answer["entry"] for answer in answers)
    entries = (entry_from(row, row["number"]) for row in rows)
    try:
        with path.open("x", encoding="utf-8", newline="") as stream:
            write_entries(entries, stream, as_csv=path.suffix.lower() == ".csv")
    except FileExistsError:
        raise CannotStartError(f"{path} is there already; choose another name") from None


def _day_of(text: str) -> str:
    days = text.removesuffix("d")
    if text.endswith("d") and days.isdecimal() and len(days) < 6:
        return (datetime.now().astimezone().date() - timedelta(days=int(days))).isoformat()
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise ValueError("give a day such as 2026-05-31, or 7d for seven days ago") from None


def _count_of(text: str) -> int:
    if not text.isdecimal():
        raise ValueError("give a number, 0 for all")
    return int(text[:9])


_day: Final = told(_day_of)
_count: Final = told(_count_of)
