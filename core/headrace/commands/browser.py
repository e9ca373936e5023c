"""`headrace browser install|remove|status`: has browsers find this program, for the extension in them."""

import argparse
import re
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from headrace.browser import manifests
from headrace.browser.allowed import allow_ids, own_folder
from headrace.browser.places import BROWSERS, Place, places
from headrace.commands.exit_status import ExitStatus
from headrace.commands.option_types import Parser, UsageError, told
from headrace.commands.report import Lines, LineStream, problem_line

_ID: Final = re.compile(r"[a-p]{32}|[\w.+-]+@[\w.-]+|\{[0-9a-fA-F-]{36}\}")
_EPILOG: Final = """\
The extension itself is loaded in the browser: in Chromium and its kin on the page of extensions, with developer mode
on, by 'Load unpacked'; in Firefox on about:debugging. 'status' prints the folder it is in."""


def browser_parser() -> Parser:
    """Return what reads the arguments behind `headrace browser`."""
    parser = Parser(
        prog="headrace browser",
        description="Have browsers find this program, so that the extension in them can hand downloads over.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("deed", choices=("install", "remove", "status"), help="what to do, for this user alone")
    add("browsers", nargs="*", metavar="BROWSER", help=f"{', '.join(BROWSERS)}; all that were started here, if none")
    add("--extension-id", type=told(_id), action="append", default=[], metavar="ID", help="allow this one too")
    return parser


def _id(text: str) -> str:
    if not _ID.fullmatch(text):
        raise ValueError("an extension's id has 32 letters from a to p, or looks like name@host or {UUID}")
    return text


def main(argv: Sequence[str], command: Callable[[], list[str]], extension: Path) -> int:
    """Run the command; return the exit status.

    `command` says how this program is started; `extension` is the folder with the extension.
    """
    out, err = LineStream(sys.stdout), LineStream(sys.stderr)
    try:
        given = browser_parser().parse_args(list(argv))
        wanted = _wanted(given.browsers)
        _DEEDS[given.deed](given, wanted, command, out)
    except UsageError as error:
        err.write_line(f"headrace browser: {error} (see headrace browser --help)")
        return ExitStatus.USAGE
    except OSError as error:
        err.write_line(problem_line(f"{error.filename or ''}: {error.strerror or error}"))
        return ExitStatus.FAILED
    except SystemExit as end:  # argparse, after --help
        return int(end.code or 0)
    if given.deed != "remove":
        out.write_line(f"extension: {extension}")
    return ExitStatus.ARRIVED


def _wanted(names: Sequence[str]) -> list[Place]:
    """Return the places of these browsers, or of those that were started here. Raises UsageError."""
    known = list(places(sys.platform, Path.home(), own_folder()))
    if not names:
        return [place for place in known if sys.platform == "win32" or Path(place.home).is_dir()]
    by_name = {place.browser.casefold(): place for place in known}
    if strange := [name for name in names if name.casefold() not in by_name]:
        raise UsageError(f"{strange[0]!r} is none of {', '.join(BROWSERS)}")
    return [by_name[name.casefold()] for name in names]


def _install(given: argparse.Namespace, wanted: list[Place], command: Callable[[], list[str]], out: Lines) -> None:
    if not wanted:
        raise UsageError(f"no browser was started here yet; name one of {', '.join(BROWSERS)}")
    launcher = manifests.write_launcher(own_folder(), command())
    allow_ids(given.extension_id)
    for place in wanted:
        manifests.install(place, launcher, given.extension_id)
        out.write_line(f"{place.browser}: installed, {manifests.path_of(place)}")


def _remove(_given: argparse.Namespace, wanted: list[Place], _command: Callable[[], list[str]], out: Lines) -> None:
    for place in wanted:
        out.write_line(f"{place.browser}: {'removed' if manifests.remove(place) else 'was not installed'}")


def _status(_given: argparse.Namespace, wanted: list[Place], _command: Callable[[], list[str]], out: Lines) -> None:
    for place in wanted:
        there = manifests.is_installed(place)
        out.write_line(f"{place.browser}: {'installed' if there else 'not installed'}, {manifests.path_of(place)}")


_DEEDS: Final = {"install": _install, "remove": _remove, "status": _status}
