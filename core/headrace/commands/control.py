"""`headrace add`, `list`, `pause` and so on: asks the program that runs with a profile, and prints what it says.

Scripts may rely on the options, the exit statuses and the JSON objects; `--help` says the same.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import IO, Any, Final, Protocol

from headrace.commands.control_options import RULE_PARTS, control_parser, priority_of
from headrace.commands.control_print import Printer
from headrace.commands.exit_status import CannotStartError, ExitStatus
from headrace.commands.get import profile_at
from headrace.commands.history import history
from headrace.commands.option_types import UsageError, harmless
from headrace.commands.passwords import asked_password
from headrace.commands.report import LineStream, problem_line
from headrace.commands.wanted import wanted
from headrace.control.channel import Channel, RefusedError
from headrace.control.lines import request_line
from headrace.disk.file_names import name_from_address
from headrace.lists import MOST_BYTES, read_list, written
from headrace.profile import Profile
from headrace.spec import DownloadSpec
from headrace.spec_json import spec_to_json
from headrace.takeover.finding import has_notes

_START_PATIENCE: Final = 30.0
_LOOK_EVERY: Final = 0.05
_BATCH_BYTES: Final = 500_000
_NOTHING: Final[Mapping[str, object]] = MappingProxyType({})


class Started(Protocol):
    """A program that was started in the background."""

    def poll(self) -> int | None:
        """Return the exit status, None while it runs."""

    def said(self) -> str:
        """Return what it printed to stderr."""


Starter = Callable[[Profile], Started]


class _NotDoneError(Exception):
    """What was asked for did not come about; the sentence was printed."""


def main(argv: Sequence[str], start: Starter) -> int:
    """Run the command of that verb, with the arguments behind it; return the exit status. Loads no Qt.

    `start` starts the program where none runs.
    """
    verb, err = argv[0], LineStream(sys.stderr)
    try:
        given = control_parser(verb).parse_intermixed_args(list(argv[1:]))
        return _done(verb, given, _Way(given, start), Printer(LineStream(sys.stdout), err, json=given.json))
    except UsageError as error:
        err.write_line(f"headrace {verb}: {error} (see headrace {verb} --help)")
        return ExitStatus.USAGE
    except RefusedError as error:
        err.write_line(problem_line(str(error)))
        return ExitStatus.USAGE if error.kind == "usage" else ExitStatus.FAILED
    except (CannotStartError, OSError, ValueError) as error:
        err.write_line(problem_line(str(error)))
        return ExitStatus.FAILED
    except SystemExit as end:  # argparse, after --help
        return int(end.code or 0)
    except KeyboardInterrupt:
        return ExitStatus.INTERRUPTED


def _done(verb: str, given: argparse.Namespace, way: "_Way", printer: Printer) -> ExitStatus:
    try:
        _DO.get(verb, _simple)(verb, given, way, printer)
    except _NotDoneError:
        return ExitStatus.FAILED
    return ExitStatus.ARRIVED


class _Way:
    """The way to the program, found when it is first needed."""

    def __init__(self, given: argparse.Namespace, start: Starter) -> None:
        self._profile = given.profile
        self._start = None if given.no_start else start

    def ask(
        self, verb: str, arguments: Mapping[str, object] = _NOTHING, patience: float | None = 10.0
    ) -> Iterator[dict[str, Any]]:
        """Ask for one thing on a channel of its own. Raises as Channel.ask does, and CannotStartError."""
        with reached(profile_at(self._profile), self._start) as channel:
            yield from channel.ask(request_line(verb, **arguments), patience)

    def is_there(self) -> bool:
        """Say whether the program runs."""
        try:
            Channel(profile_at(self._profile)).close()
        except OSError:
            return False
        return True


def reached(profile: Profile, start: Starter | None) -> Channel:
    """Return a way to the program, started by `start` where none runs. Raises CannotStartError."""
    try:
        return Channel(profile)
    except OSError:
        if start is None:
            raise CannotStartError(f"no program runs with the profile {profile.folder}") from None
    started, end = start(profile), time.monotonic() + _START_PATIENCE
    while time.monotonic() < end:
        time.sleep(_LOOK_EVERY)
        status = started.poll()
        try:
            return Channel(profile)
        except OSError:
            if status:
                said = started.said().strip().removeprefix("headrace: ") or f"it ended with status {status}"
                raise CannotStartError(f"the program could not be started: {said}") from None
    raise CannotStartError(f"the program was started and does not answer within {_START_PATIENCE:g} seconds")


def _choice(given: argparse.Namespace) -> dict[str, object]:
    state = None if given.state is None else given.state.value
    named = {} if given.category is None else {"category": given.category}  # which an older program would not know
    return {"which": given.which, "state": state, "queue": given.queue, "all": given.all, **named}


def _simple(verb: str, given: argparse.Namespace, way: _Way, printer: Printer) -> None:
    """Do what needs nothing but downloads and switches."""
    switches = {name: getattr(given, name) for name in ("anew", "files", "for_good", "now") if hasattr(given, name)}
    printer.all(way.ask(verb, _choice(given) | switches))


def _add(_verb: str, given: argparse.Namespace, way: _Way, printer: Printer) -> None:
    if given.dialog:
        _offer(given, way)
        return
    ids: list[str] = []
    downloads = _downloads(given, sys.stdin.buffer if sys.stdin else None)
    printer.note(getattr(given, "taken", ""))
    for batch in _batches(downloads):
        for answer in way.ask("add", {"downloads": batch}):
            printer.one(answer)
            ids.append(answer["row"]["id"])
    if given.wait:
        _ended(way.ask("wait", {"ids": ids}, None), printer)


def _offer(given: argparse.Namespace, way: _Way) -> None:
    list(way.ask("add", {"offer": "\n".join(given.addresses)}))


def _downloads(given: argparse.Namespace, stdin: IO[bytes] | None) -> list[dict[str, Any]]:
    """Return what is to be added; without a folder where the command line names none. Raises UsageError."""
    folder = Path(given.dir or ".").expanduser().absolute()
    own: dict[str, Any] = {
        "paused": given.paused,
        "queue": given.queue,
        "priority": priority_of(given),
    }
    own["after"] = given.then
    try:
        specs = [replace(spec, limit=given.limit or None, **own) for spec in wanted(given, folder, stdin)]
    except (ValueError, OSError) as error:
        raise UsageError(harmless(str(error))) from None
    if not specs:
        raise UsageError("no address was given; name one or more, or a file of them with --input or --metalink")
    if len(specs) > 1 and (given.name or given.checksum or given.mirror):
        raise UsageError("--name, --checksum and --mirror fit one address only; run the command once for each")
    named = {} if given.category is None else {"category": given.category}  # the running program knows all of them
    rows = [spec_to_json(spec) | named for spec in specs]
    return rows if given.dir or given.take_over else _without_folders(rows)


def _without_folders(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return downloads that go to the folder of the program they are given to."""
    return [{key: row[key] for key in row if key != "folder"} for row in rows]


def _batches(downloads: list[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    """Yield downloads in as many as one request may well hold."""
    batch: list[dict[str, Any]] = []
    size = 0
    for one in downloads:
        batch.append(one)
        size += len(json.dumps(one))
        if size > _BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _export(verb: str, given: argparse.Namespace, way: _Way, printer: Printer) -> None:
    rows = (answer["download"] for answer in way.ask(verb, _choice(given)))
    lines = written(rows, given.format)
    if given.output is None:
        printer.lines(lines)
        return
    try:
        with given.output.open("x", encoding="utf-8", newline="\n") as file:
            file.writelines(f"{line}\n" for line in lines)
    except FileExistsError:
        raise CannotStartError(f"{given.output} is there already; choose another name") from None


def _import(_verb: str, given: argparse.Namespace, way: _Way, printer: Printer) -> None:
    folder = Path(given.dir or ".").expanduser().absolute()
    specs = [spec for path in given.files for spec in _in_list(path, folder, with_folders=given.keep_folders)]
    specs = [_left(spec) for spec in specs] if given.take_over else specs
    rows = [spec_to_json(replace(spec, paused=spec.paused or given.paused)) for spec in specs]
    keeps = given.dir or given.keep_folders or given.take_over
    downloads = rows if keeps else _without_folders(rows)
    for batch in _batches(downloads):
        printer.all(way.ask("add", {"downloads": batch}))


def _left(spec: DownloadSpec) -> DownloadSpec:
    """Return a download as one that goes on with what aria2 or Persepolis left in its folder, if they did."""
    path = spec.folder / (spec.name or name_from_address(spec.address))
    return replace(spec, name=path.name, partial=path) if has_notes(path) else spec


def _in_list(path: Path, folder: Path, *, with_folders: bool) -> list[DownloadSpec]:
    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
        return read_list(data, folder, with_folders=with_folders)
    except OSError as error:
        raise UsageError(f"the list {path} cannot be read: {error.strerror or error}") from None
    except ValueError as error:
        raise UsageError(harmless(f"{path} cannot be used: {error}")) from None


def _list(verb: str, given: argparse.Namespace, way: _Way, printer: Printer) -> None:
    answers = way.ask(verb, _choice(given) | {"secrets": given.secrets})
    if verb == "info":
        printer.in_full(answers)
    else:
        printer.all(answers)


def _move(verb: str, given: argparse.Namespace, way: _Way, printer: Printer) -> None:
    by = -given.up if given.up else given.down
    place = 0 if given.top else -1 if given.bottom else given.to and given.to - 1
    printer.all(way.ask(verb, _choice(given) | {"places": by, "to": place}))


def _limit(verb: str, given: argparse.Namespace, way: _Way, printer: Printer) -> None:
    printer.all(way.ask(verb, _choice(given) | {"rate": given.rate}))


def _quiet(verb: str, given: argparse.Namespace, way: _Way, printer: Printer) -> None:
    printer.all(way.ask(verb, {"on": given.wanted == "on", "off": given.wanted == "off"}))


def _budget(verb: str, given: argparse.Namespace, way: _Way, printer: Printer) -> None:
    printer.all(way.ask(verb, {"amount": given.amount, "period": given.period, "day": given.day, "where": given.where}))


def _queue(verb: str, given: argparse.Namespace, way: _Way, printer: Printer) -> None:
    folder = given.folder and str(Path(given.folder).expanduser().absolute())
    deeds = {name: getattr(given, name) for name in ("name", "add", "remove", "rename", "hold", "release")}
    options = {"limit": given.limit, "running": given.running, "folder": folder, "hours": given.hours}
    wanted = any(value not in (None, False) for key, value in (deeds | options).items() if key != "name")
    if wanted and given.name is None:
        raise UsageError("name the queue; '' is the main one")
    printer.all(way.ask(verb, deeds | options))


def _login(verb: str, given: argparse.Namespace, way: _Way, printer: Printer) -> None:
    values = {"place": given.place, "user": given.user, "keep": given.keep, "forget": given.forget}
    if given.place is not None and not given.forget:
        values["password"] = asked_password(f"Password for {harmless(given.place)}: ")
    printer.all(way.ask(verb, values, None))


def _trust(verb: str, given: argparse.Namespace, way: _Way, printer: Printer) -> None:
    printer.all(way.ask(verb, {"host": given.host, "digest": given.sha256, "forget": given.forget}, None))


def _rules(verb: str, given: argparse.Namespace, way: _Way, printer: Printer) -> None:
    facts = {"addresses": given.addresses, "name": given.name, "size": given.size, "queue": given.queue}
    printer.all(way.ask(verb, facts))


def _sort(verb: str, given: argparse.Namespace, way: _Way, printer: Printer) -> None:
    printer.all(way.ask(verb, _choice(given) | {"dry": given.dry_run}))


def _host(verb: str, given: argparse.Namespace, way: _Way, printer: Printer) -> None:
    changes = {name: value for name in RULE_PARTS if (value := getattr(given, name)) is not None}
    if given.host is None and (changes or given.remove):
        raise UsageError("say which host")
    if given.remove and changes:
        raise UsageError("either change the rule or remove it")
    values = {"host": given.host, "changes": changes or None, "remove": given.remove, "forget": given.forget}
    printer.all(way.ask(verb, values))


def _when_done(verb: str, given: argparse.Namespace, way: _Way, printer: Printer) -> None:
    if given.always and given.deed is None:
        raise UsageError("--always needs to be told what happens each time")
    deed = None if given.deed is None else given.deed.value
    printer.all(way.ask(verb, {"deed": deed, "always": given.always}, 30.0))


def _watch(verb: str, given: argparse.Namespace, way: _Way, printer: Printer) -> None:
    deed = "list" if given.list else "stop" if given.stop else "now" if given.now else "watch"
    addresses = [each for each in given.which if "://" in each]
    choice = _choice(given) | {"which": [each for each in given.which if "://" not in each]}
    every = None if given.every is None else round(given.every)
    values = {"addresses": addresses, "every": every, "keep": given.keep, "deed": deed}
    printer.watches(way.ask(verb, choice | values, None))


def _wait(verb: str, given: argparse.Namespace, way: _Way, printer: Printer) -> None:
    choice = _choice(given)
    if not (given.which or given.all or given.state or given.category or given.queue is not None):
        choice["all"] = True
    try:
        _ended(way.ask(verb, choice, given.timeout), printer)
    except TimeoutError:
        raise CannotStartError(f"not all have ended after {given.timeout:g} seconds") from None


def _ended(answers: Iterator[dict[str, Any]], printer: Printer) -> None:
    if not printer.ended(answers):
        raise _NotDoneError


def _open(verb: str, given: argparse.Namespace, way: _Way, printer: Printer) -> None:
    choice = _choice(given)
    if any(value for value in choice.values()):
        printer.all(way.ask(verb, choice | {"folder": given.folder}))
    else:
        list(way.ask("raise"))


def _history(_verb: str, given: argparse.Namespace, way: _Way, printer: Printer) -> None:
    history(given, lambda verb, values: way.ask(verb, values, None), printer)


def _quit(verb: str, _given: argparse.Namespace, way: _Way, _printer: Printer) -> None:
    if way.is_there():
        list(way.ask(verb))


_DO: Final = {
    "add": _add,
    "list": _list,
    "info": _list,
    "export": _export,
    "import": _import,
    "move": _move,
    "limit": _limit,
    "quiet": _quiet,
    "budget": _budget,
    "queue": _queue,
    "login": _login,
    "trust": _trust,
    "rules": _rules,
    "sort": _sort,
    "host": _host,
    "wait": _wait,
    "when-done": _when_done,
    "watch": _watch,
    "open": _open,
    "history": _history,
    "quit": _quit,
}
