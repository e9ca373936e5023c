"""`headrace get [options] URL...`: download here and now in the terminal.

Scripts may rely on the options, the exit statuses (`exit_status.ExitStatus`), the lines on stdout (`finished PATH`,
`skipped PATH`) and the JSON objects (`report.JsonReporter`); `--help` says the same. All else is printed on stderr.
Downloads that the profile holds besides are left alone. The same command again continues what is partial. When the
reader of stdout goes away, the downloads go on and the exit status still tells how they ended.
"""

import logging
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from headrace.addresses import place_of, split_credentials
from headrace.commands.exit_status import CannotStartError, ExitStatus
from headrace.commands.follow import FollowPrinter
from headrace.commands.interrupts import Interrupts
from headrace.commands.option_types import UsageError
from headrace.commands.options import GetOptions, parse_options
from headrace.commands.passwords import asked_password
from headrace.commands.report import JsonReporter, LineReporter, Lines, LineStream, Reporter, problem_line
from headrace.logins import Login, Logins
from headrace.messages import printable
from headrace.net_options import NetContext, SystemProxies, no_system
from headrace.profile import Profile
from headrace.settings import Settings, load_settings


def main(
    argv: Sequence[str],
    system_proxies: SystemProxies = no_system,
    follow_network: Callable[[Any], object] | None = None,
) -> int:
    """Run `headrace get` with the arguments behind it; return the exit status. Wrong usage never loads Qt.

    `follow_network` has an engine know from then on which network there is.
    """
    err = LineStream(sys.stderr)
    try:
        options = parse_options(argv, sys.stdin.buffer if sys.stdin else None)
        with _logging(options, err), Interrupts() as interrupts:
            return _run(options, err, interrupts, (system_proxies, follow_network))
    except UsageError as error:
        err.write_line(f"headrace get: {error} (see headrace get --help)")
        return ExitStatus.USAGE
    except CannotStartError as error:
        err.write_line(problem_line(str(error)))
        return ExitStatus.FAILED
    except SystemExit as end:  # argparse, after --help and --version
        return int(end.code or 0)
    except KeyboardInterrupt:  # while the command line was read, which may wait for stdin
        return ExitStatus.INTERRUPTED


def _run(
    options: GetOptions,
    err: Lines,
    interrupts: Interrupts,
    system: tuple[SystemProxies, Callable[[Any], object] | None],
) -> int:
    profile = profile_at(options.profile)
    settings = options.settings_over(_saved_settings(profile))
    specs = options.specs_under(settings)
    if options.taken and not options.quiet:
        err.write_line(options.taken)
    if not options.by_rules:
        _make_folder(options.folder)
    reporter = _reporter(options, err)
    from headrace.qt_loading import load_qt  # noqa: PLC0415 - usage errors need not wait for Qt

    load_qt()
    from headrace.commands.fetch import Manner, fetch  # noqa: PLC0415 - as above

    context = NetContext(_logins(options), system[0])
    manner = Manner(_printer(options), context, system[1], options.over_budget)
    status, ended = fetch(profile, settings, specs, reporter, interrupts, manner)
    if not ended:
        _leave_at_once(status)
    return status


def _logins(options: GetOptions) -> Logins:
    logins = Logins()
    if options.user is not None:
        login = Login(options.user, asked_password(f"Password of {options.user}: "))
        for place in {place_of(split_credentials(spec.address)[0]) for spec in options.specs}:
            logins.give(place, login)
    return logins


def profile_at(folder: Path | None) -> Profile:
    """Return the profile in a folder, the usual one where that is None. Raises CannotStartError."""
    try:
        return Profile.at(folder)
    except OSError as error:
        raise CannotStartError(f"the profile folder {error.filename} cannot be used: {error.strerror}") from error


def _saved_settings(profile: Profile) -> Settings:
    try:
        return load_settings(profile.settings)
    except (ValueError, OSError) as error:
        raise CannotStartError(f"{error}; mend or remove the file") from error


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CannotStartError(
            f"the folder {folder} cannot be made: {error.strerror}; choose another with --dir"
        ) from error


def _printer(options: GetOptions) -> FollowPrinter | None:
    if not options.following:
        return None
    terminal = sys.stdout is not None and sys.stdout.isatty()
    return FollowPrinter(LineStream(sys.stdout), options.follow.pattern, options.follow.encoding, terminal=terminal)


def _reporter(options: GetOptions, err: Lines) -> Reporter:
    verbose = options.verbose > 0
    if options.json:
        return JsonReporter(LineStream(sys.stdout), err, verbose=verbose)
    if options.following:
        return LineReporter(err, err, quiet=options.quiet, verbose=verbose)
    if options.quiet or _logs(options) or sys.stderr is None or not sys.stderr.isatty():
        return LineReporter(LineStream(sys.stdout), err, quiet=options.quiet, verbose=verbose)
    from headrace.commands.terminal import BarsReporter  # noqa: PLC0415 - loads rich, for terminals alone

    return BarsReporter(sys.stdout, sys.stderr, verbose=verbose)


def _logs(options: GetOptions) -> bool:
    return options.verbose > 1


class _SafeFormatter(logging.Formatter):
    """Log lines whose text, made of what servers send, cannot steer the terminal."""

    def format(self, record: logging.LogRecord) -> str:
        return "\n".join(printable(line) for line in super().format(record).split("\n"))


class _LinesHandler(logging.Handler):
    def __init__(self, lines: Lines) -> None:
        super().__init__()
        self._lines = lines

    def emit(self, record: logging.LogRecord) -> None:
        self._lines.write_line(self.format(record))


@contextmanager
def _logging(options: GetOptions, err: Lines) -> Iterator[None]:
    """Show the engine's log with -vv. Only its own: other packages log addresses with their secrets."""
    log = logging.getLogger("headrace")
    handler = _LinesHandler(err) if _logs(options) else logging.NullHandler()
    handler.setFormatter(_SafeFormatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    level = log.level
    log.addHandler(handler)
    log.setLevel(logging.DEBUG if _logs(options) else level)
    try:
        yield
    finally:
        log.removeHandler(handler)
        log.setLevel(level)


def _leave_at_once(status: int) -> None:
    """End the process although a thread hangs: Qt would abort at the ordinary end. Every line was flushed."""
    os._exit(status)
