"""The command line of `headrace get`: text in, one checked GetOptions out. Nothing is started."""

import argparse
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO, Any

from headrace.addresses import checked_address, host_of, split_credentials
from headrace.binding import checked_binding
from headrace.commands.cookie_options import add_cookies
from headrace.commands.follow_options import FollowWishes, add_follow, follow_wishes
from headrace.commands.option_types import Parser, UsageError, file_name, harmless, number, one_of, told
from headrace.commands.wanted import wanted
from headrace.extras import require_for_version
from headrace.host_rules import HTTP_VERSIONS, LOGINS, HostRule, asked_by, with_login
from headrace.proxies import checked_choice
from headrace.rates import parse_rate
from headrace.settings import IP_VERSIONS, Settings
from headrace.spec import Checksum, DownloadSpec, IfExists, Permission, parse_header
from headrace.version import __version__

_DESCRIPTION = "Download files here and now, and continue what is partial when the same command is run again."
LOGIN_HELP = "ticket: show your Kerberos ticket; basic: tell the password readably where something safer is offered"
_EPILOG = """\
RATE is in bytes per second: 500K, 2M, 1.5G in powers of 1000; 500KiB, 2MiB in powers of 1024; 0 lifts a saved limit.

--allow private  follow a redirect from a public host into a private network
        http     follow a redirect from https to http
        type     take a web page, or another kind of file, in the place of the one asked for
        large    unpack a body that is far larger than what was sent

output: `finished PATH` or `skipped PATH` on stdout for each file, `failed ADDRESS: why` and notes on stderr;
        bars on stderr where it is a terminal. Query values of addresses are shown as ***.
        --json writes objects with "event", "id", "time" (Unix seconds) and, null where unknown:
          added     address folder name               in the order of the command line
          progress  received total speed time_left state        at most one a second for each download
          finished  path size checksum checksum_source skipped notices
                    checksum is the algorithm that proved the file, its source "given", "pieces", or whoever told it
          failed    reason code message status

exit status: 0 all arrived, 1 at least one failed, 2 wrong usage (nothing was started), 3 a data budget is used up,
        130 interrupted.
Ctrl+C, SIGTERM or SIGHUP stop in order and keep what has arrived; a second one ends the process at once."""


@dataclass(frozen=True, slots=True)
class GetOptions:
    """What one `headrace get` was asked for. None leaves a setting as it is saved; a limit of 0 lifts it."""

    specs: tuple[DownloadSpec, ...]
    folder: Path
    by_rules: bool = False
    """Whether files go where the rules of the settings say."""
    profile: Path | None = None
    max_running: int | None = None
    idle_timeout: float | None = None
    tries: int | None = None
    limit: int | None = None
    binding: str | None = None
    ip_version: str | None = None
    taken: str = ""
    """Which cookies were taken out of a browser's store; "" for none."""
    over_budget: bool = False
    """Whether all is fetched although a data budget is used up."""
    http_version: str | None = None
    """By which version of HTTP the addresses' own servers are asked."""
    user: str | None = None
    """Who logs in at the addresses' own servers."""
    login: str | None = None
    """How logging in differs at the addresses' own hosts, as a host's rule has it."""
    follow: FollowWishes = field(default_factory=FollowWishes)
    json: bool = False
    quiet: bool = False
    verbose: int = 0
    """1 prints the story of each download, 2 the log besides."""

    @property
    def following(self) -> bool:
        """Whether lines of the one file are printed while it is written."""
        return self.follow.recording is not None and self.follow.recording.follow

    def specs_under(self, settings: Settings) -> tuple[DownloadSpec, ...]:
        """Return what is to be fetched, for the download folder and the rules of `settings` where those are wanted."""
        if not self.by_rules:
            return self.specs
        return tuple(replace(spec, folder=settings.download_folder, by_rules=True) for spec in self.specs)

    def settings_over(self, saved: Settings) -> Settings:
        """Return `saved` with what the command line replaces. Raises UsageError where that makes no settings.

        --timeout shortens the connection attempt too, and who names a --limit wants it in quiet hours as well.
        """
        names = ("max_running", "idle_timeout", "tries", "binding", "ip_version")
        given = {name: getattr(self, name) for name in names}
        changes: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
        if self.idle_timeout is not None:
            changes["connect_timeout"] = min(saved.connect_timeout, self.idle_timeout)
        if self.limit is not None:
            changes |= {"limit": self.limit or None, "quiet": False, "quiet_hours": ""}
        try:
            return replace(saved, **changes, host_rules=self._rules_over(saved.host_rules))
        except ValueError as error:
            raise UsageError(str(error)) from None

    def _rules_over(self, rules: tuple[HostRule, ...]) -> tuple[HostRule, ...]:
        if self.http_version is not None:
            addresses = (split_credentials(one)[0] for spec in self.specs for one in (spec.address, *spec.mirrors))
            hosts = dict.fromkeys(host_of(address) for address in addresses if address.startswith("https:"))
            rules = asked_by(self.http_version, hosts, rules)
        if self.login is not None:
            for host in dict.fromkeys(host_of(spec.address) for spec in self.specs):
                rules = with_login(rules, host, self.login)
        return rules


def parse_options(argv: Sequence[str], stdin: IO[bytes] | None = None) -> GetOptions:
    """Read the arguments behind `headrace get`. Raise UsageError; SystemExit(0) after --help and --version."""
    given = get_parser().parse_intermixed_args(list(argv))
    try:
        return _checked(given, stdin)
    except (ValueError, OSError) as error:
        raise UsageError(harmless(str(error))) from None


def _checked(given: argparse.Namespace, stdin: IO[bytes] | None) -> GetOptions:
    folder = Path(given.dir or ".").expanduser().absolute()
    specs = wanted(given, folder, stdin)
    if not specs:
        raise ValueError("no address was given; name one or more, or a file of them with --input or --metalink")
    require_for_version(given.http or "")
    wishes = follow_wishes(given)
    if given.follow and given.json:
        raise ValueError("--follow prints lines of the file and --json prints objects; choose one of them")
    if given.by_rules and (given.dir or given.take_over):
        raise ValueError("--by-rules chooses the folder; leave --dir and --take-over out")
    alone = {"--name": given.name, "--checksum": given.checksum, "--mirror": given.mirror, "--follow": given.follow}
    for option, value in alone.items():
        if value and len(specs) > 1:
            raise ValueError(f"{option} fits one address only; run the command once for each address")
    return GetOptions(
        specs,
        folder,
        by_rules=given.by_rules,
        profile=given.profile,
        max_running=given.jobs,
        idle_timeout=given.timeout,
        tries=given.tries,
        limit=given.limit,
        over_budget=given.over_budget,
        binding=given.bind,
        ip_version=given.ip,
        taken=getattr(given, "taken", ""),
        http_version=given.http,
        user=given.user,
        login=given.login,
        follow=wishes,
        json=given.json,
        quiet=given.quiet,
        verbose=given.verbose,
    )


def get_parser() -> Parser:
    """Return what reads the arguments behind `headrace get`."""
    parser = Parser(
        prog="headrace get",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    add_addresses(parser)
    add_files(parser)
    parser.add_argument("--by-rules", action="store_true", help="save where the rules of the settings say instead")
    _add_transfer(parser)
    add_follow(parser)
    _add_program(parser)
    return parser


def add_addresses(parser: argparse.ArgumentParser) -> None:
    """Add the addresses themselves."""
    parser.add_argument(
        "addresses",
        nargs="*",
        metavar="URL",
        help="an address with http, https, ftp, ftps or sftp, or a Metalink: a file named .meta4 or .metalink",
    )


def add_files(parser: argparse.ArgumentParser, told_folder: str = "this folder") -> None:
    """Add what names the files, and where they go unless the command line says it."""
    add = parser.add_argument_group("files").add_argument
    add(
        "-i",
        "--input",
        action="append",
        default=[],
        metavar="FILE",
        help="take addresses from FILE, one a line; - is stdin; blank lines and lines with # are skipped",
    )
    add(
        "--metalink",
        type=Path,
        action="append",
        default=[],
        metavar="FILE",
        help="fetch each file that the Metalink FILE describes, from its mirrors and checked by its hashes; repeatable",
    )
    add(
        "--mirror",
        type=told(checked_address),
        action="append",
        default=[],
        metavar="URL",
        help="a further address of the one file, to fetch from at the same time; repeatable",
    )
    add("-d", "--dir", metavar="DIR", help=f"save in DIR, made where missing (default: {told_folder})")
    add("-o", "--name", type=told(file_name), metavar="NAME", help="save the one file under NAME")
    add(
        "--if-exists",
        type=one_of(IfExists),
        default=IfExists.RENAME,
        metavar="WHAT",
        help="where the name is taken: rename (default), overwrite, skip or fail",
    )
    add("--checksum", type=told(Checksum.parse), metavar="ALGO:HEX", help="the one file must have this digest")
    add(
        "--take-over",
        type=Path,
        metavar="FILE",
        help="go on with FILE, which another program left unfinished, in its folder: of aria2, wget, curl, Persepolis, "
        "or a browser's .part or .crdownload, whose address need not be given",
    )


def _add_transfer(parser: argparse.ArgumentParser) -> None:
    add = add_requests(parser)
    add("-j", "--jobs", type=number("max_running", int), metavar="N", help="files at once")
    add("--limit", type=told(parse_rate), metavar="RATE", help="speed of all together, at most, in quiet hours as well")
    add("--over-budget", action="store_true", help="fetch it although a data budget is used up")
    add(
        "--timeout",
        type=number("idle_timeout", float),
        metavar="SECONDS",
        help="give up a connection that brings no byte for so long",
    )
    add(
        "--bind",
        type=told(checked_binding),
        metavar="ADDRESS",
        help="go out by this address or interface of the computer",
    )
    add("--ip", choices=IP_VERSIONS, metavar="VERSION", help="connect to IPv4 (4) or IPv6 addresses (6) alone, or any")
    add(
        "--http",
        choices=HTTP_VERSIONS[1:],
        metavar="VERSION",
        help="ask the servers of the addresses by this version of HTTP, where they speak it: 1.1, or 2, all requests "
        "over one connection",
    )
    add(
        "--user",
        metavar="NAME",
        help="log in under NAME; the password is in HEADRACE_PASSWORD, or asked for",
    )
    add("--login", choices=LOGINS, metavar="HOW", help=LOGIN_HELP)
    add("--tries", type=number("tries", int), metavar="N", help="attempts without progress until a file fails")


def add_requests(parser: argparse.ArgumentParser) -> Callable[..., argparse.Action]:
    """Add how files are asked for; return what adds more to the same group."""
    add = parser.add_argument_group("transfer").add_argument
    add("-x", "--connections", type=number("max_connections", int), metavar="N", help="connections per file, at most")
    add(
        "--header",
        type=told(parse_header),
        action="append",
        default=[],
        metavar="'K: V'",
        help="send this request header, to the address's own host only; repeatable",
    )
    add_cookies(add)
    add(
        "--proxy",
        type=told(checked_choice),
        metavar="PROXY",
        help="reach servers by this proxy, http, https, socks4, socks4a, socks5 or socks5h, or 'direct', 'system', "
        "'environment' (default: as in the settings)",
    )
    add(
        "--allow",
        type=one_of(Permission),
        action="append",
        default=[],
        metavar="WHAT",
        help="do what is refused otherwise, see below; repeatable",
    )
    add(
        "--private",
        action="store_true",
        help="keep nothing of it but the file: no history, no log, no mark; what is not finished when the program ends "
        "is deleted",
    )
    return add


def _add_program(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument_group("program").add_argument
    add("--profile", type=Path, metavar="DIR", help="where all state lives (default: HEADRACE_PROFILE or the user's)")
    add("--json", action="store_true", help="write one JSON object a line to stdout")
    add("-q", "--quiet", action="store_true", help="print errors only")
    add(
        "-v",
        "--verbose",
        action="count",
        default=0,
        help="print to stderr what happens to each file, as it happens; -vv prints the log besides, and no bars",
    )
    add("--version", action="version", version=f"headrace {__version__}")
