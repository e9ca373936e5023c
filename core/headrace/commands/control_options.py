"""The command lines of `headrace add`, `list`, `pause` and so on: what a running program is asked for."""

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from headrace.after import WORDS, parse_after
from headrace.budgets import NAMED, PERIODS, PLACES, checked_place
from headrace.category_entries import BUILT_IN, OTHER
from headrace.commands.follow_options import add_recording, parse_duration, parse_size
from headrace.commands.history import add_history
from headrace.commands.option_types import Parser, one_of, told
from headrace.commands.options import LOGIN_HELP, add_addresses, add_files, add_requests
from headrace.filters import StatusFilter
from headrace.finale import Deed
from headrace.host_rules import OWN_NAME, USER_AGENTS
from headrace.lists import Format
from headrace.queue_options import RUNNING
from headrace.rates import parse_rate
from headrace.watches import KEEP

VERBS: Final = (
    *"add list info pause resume retry remove move limit quiet budget queue login trust".split(),
    *"host rules sort history watch wait when-done open export import quit".split(),
)
_PRIORITIES: Final = {"high": 1, "normal": 0, "low": -1}
RULE_PARTS: Final = (
    *("connections", "per_download", "limit", "pause", "user_agent"),
    *("referrer", "headers", "proxy", "from_start", "login", "http_version"),
)
"""What `host` may change of a rule."""
_EPILOG: Final = """\
A download is named by its id, by the beginning of one (4 characters or more), by its file's name, its address or its
host; * and ? in these stand for anything. Commands that change downloads want names, --state, --queue,
--category or --all.

The commands ask the program that runs with the profile, and start it in the background where none does; --no-start
keeps them from it. Without a display it is started as by 'headrace run'.

--json   one object a line. Keys of a download, null where unknown; bytes, bytes/s, seconds, Unix seconds:
         id address host name folder path state total received speed time_left connections resumable added finished
         retry_at failure{reason code message status} notices checksum verified_by verified_from queue place priority
         at_once category limit max_connections proxy cookies after average_speed missing
         recording private version_of
         watch{every keep next looked outcome failure looks changes versions coming}
         'info' adds: final_address content_type validator validator_is_strong last_modified mirrors part_path
         segments[start position end connected] active_connections[number host start position end speed state]
         held_back_to (B/s, the lowest limit it is under) held_back_by (download queue all room)
         Values in addresses are shown as *** without --secrets.
         'rules': {rule{number title enabled ...}}, of addresses {placed{address rules titles folder name category
         queue priority paused}}; 'sort': {move{id name from to}}
         'budget': {budget period day where used ends forecast counts_here spent}; 'quiet': {quiet limit hours
         leaving_room{limit usual slow}} (B/s and seconds)

exit status: 0 done, 1 not done (the sentence on stderr says why; 'wait': not all have arrived), 2 wrong usage,
130 interrupted."""


def control_parser(verb: str) -> Parser:
    """Return what reads the arguments behind `headrace VERB`."""
    what, add = _VERBS[verb]
    parser = Parser(
        prog=f"headrace {verb}",
        description=what,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    add(parser)
    group = parser.add_argument_group("program").add_argument
    group("--profile", type=Path, metavar="DIR", help="where all state lives (default: HEADRACE_PROFILE or the user's)")
    group("--json", action="store_true", help="print JSON objects, one a line")
    group("--no-start", action="store_true", help="do nothing where the program does not run")
    return parser


def _choice(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("downloads")
    group.add_argument("which", nargs="*", metavar="DOWNLOAD", help="id, beginning of an id, name, address or pattern")
    add = group.add_argument
    states = [state for state in StatusFilter if state is not StatusFilter.ALL]
    add("--state", type=one_of(StatusFilter), metavar="STATE", help=f"those that are {_listed(states)}")
    add("--queue", metavar="NAME", help="those in this queue; '' is the main one")
    add("--category", metavar="NAME", help="those in this category, by its key or its name")
    add("--all", action="store_true", help="all of them")


def _listed(choices: Sequence[StatusFilter]) -> str:
    values = [choice.value for choice in choices]
    return f"{', '.join(values[:-1])} or {values[-1]}"


def _add(parser: argparse.ArgumentParser) -> None:
    add_addresses(parser)
    add_files(parser, "as the rules say, or the program's")
    transfer = add_requests(parser)
    transfer("--limit", type=told(parse_rate), metavar="RATE", help="speed of each of them, at most")
    add_recording(transfer)
    add = parser.add_argument_group("list").add_argument
    add("--paused", action="store_true", help="add without starting")
    add("--queue", default="", metavar="NAME", help="the queue to wait in")
    usual = ", ".join((*BUILT_IN, OTHER))
    add("--category", metavar="NAME", help=f"{usual}, or one of your own, by its name")
    add("--priority", choices=tuple(_PRIORITIES), default="normal", help="before or after others")
    add(
        "--then",
        type=told(parse_after),
        metavar="STEPS",
        help=f"what happens to each file when it is there: {', '.join(WORDS)}, with commas between them, or 'nothing' "
        "(default: as in the settings)",
    )
    add("--dialog", action="store_true", help="open the window's dialog with these addresses instead")
    add("--wait", action="store_true", help="return when all of them have ended, as 'headrace wait' does")
    parser.set_defaults(follow=False, grep=None, fixed=False, encoding=None)


def priority_of(given: argparse.Namespace) -> int:
    """Return the priority that `add` was given."""
    return _PRIORITIES[given.priority]


def _list(parser: argparse.ArgumentParser) -> None:
    _choice(parser)
    parser.add_argument("--secrets", action="store_true", help="show values in addresses")


def _retry(parser: argparse.ArgumentParser) -> None:
    _choice(parser)
    parser.add_argument("--anew", action="store_true", help="fetch finished ones again; their files stay")


def _remove(parser: argparse.ArgumentParser) -> None:
    _choice(parser)
    parser.add_argument("--files", action="store_true", help="move finished files to the trash as well")
    parser.add_argument("--for-good", action="store_true", help="with --files: delete them instead")


def _move(parser: argparse.ArgumentParser) -> None:
    _choice(parser)
    where = parser.add_argument_group("where").add_mutually_exclusive_group(required=True).add_argument
    where("--up", type=_places, metavar="N", help="before so many others")
    where("--down", type=_places, metavar="N", help="behind so many others")
    where("--to", type=_places, metavar="N", help="to this place, counted from 1")
    where("--top", action="store_true", help="before all others")
    where("--bottom", action="store_true", help="behind all others")


def _limit(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "rate", type=told(parse_rate), nargs="?", metavar="RATE", help="such as 500K or 2MiB; 0 for none; none to ask"
    )
    _choice(parser)


def _resume(parser: argparse.ArgumentParser) -> None:
    _choice(parser)
    parser.add_argument("--now", action="store_true", help="regardless of queues, their hours, and how many run")


def _quiet(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("wanted", nargs="?", choices=("on", "off"), help="none to ask")


def _amount(text: str) -> int:
    return 0 if text.strip() == "0" else parse_size(text)


def _budget(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("amount", nargs="?", type=told(_amount), metavar="SIZE", help="20G, 500M; 0 removes it")
    parser.add_argument("--per", dest="period", choices=PERIODS, help="the one that begins anew each of these")
    parser.add_argument("--day", type=int, metavar="N", help="the day on which its month begins, from 1 to 28")
    places = f"the one for these networks: {', '.join(PLACES)}, or {NAMED}NAME"
    parser.add_argument("--where", type=told(checked_place), metavar="WHERE", help=places)


def _queue(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", nargs="?", metavar="NAME", help="a queue; '' is the main one; none for all of them")
    deeds = parser.add_argument_group("queue").add_mutually_exclusive_group().add_argument
    deeds("--add", action="store_true", help="make it")
    deeds("--remove", action="store_true", help="remove it; its downloads go to the main one")
    deeds("--rename", metavar="NEW", help="give it another name")
    deeds("--hold", action="store_true", help="have it start nothing new")
    deeds("--release", action="store_true", help="let it go on")
    add = parser.add_argument_group("options of the queue").add_argument
    add("--limit", type=told(parse_rate), metavar="RATE", help="speed of its downloads together; 0 for none")
    add("--running", type=_count, metavar="N", help="its downloads at once; 0 for as many as in all")
    add("--folder", metavar="DIR", help="where its downloads go that are added without --dir; '' for the program's")
    add("--hours", metavar="HOURS", help="when it starts downloads, such as 'mon-fri 22:00-06:00'; '' for always")


def _login(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "place", nargs="?", metavar="PLACE", help="such as https://example.org or socks5h://127.0.0.1:1080"
    )
    parser.add_argument("--user", default="", metavar="NAME", help="the user; without one it is a token (Bearer)")
    parser.add_argument("--keep", action="store_true", help="keep it in the system's keyring")
    parser.add_argument("--forget", action="store_true", help="use and keep it no more")


def _trust(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("host", nargs="?", metavar="HOST", help="such as nas.lan, example.org:8443, sftp://nas.lan")
    parser.add_argument(
        "--sha256", metavar="HEX", help="trust the certificate or host key with this fingerprint, and no other, there"
    )
    parser.add_argument("--forget", action="store_true", help="trust it no more")


def _rules(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("addresses", nargs="*", metavar="URL", help="say where this goes")
    parser.add_argument("-o", "--name", metavar="NAME", help="as if its server called it so")
    parser.add_argument("--size", type=told(parse_size), metavar="SIZE", help="as if it had so many bytes: 700M, 4GiB")
    parser.add_argument("--queue", metavar="NAME", help="as if it waited in this queue")


def _sort(parser: argparse.ArgumentParser) -> None:
    _choice(parser)
    parser.add_argument("--dry-run", action="store_true", help="print what would be moved, and move nothing")


def _host(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "host",
        nargs="?",
        metavar="HOST",
        help="example.org is this host alone, *.example.org it and all below it; a port may follow, as in nas.lan:8080",
    )
    add = parser.add_argument_group("rule; 0 and '' take back").add_argument
    add("--connections", type=int, metavar="N", help="connections to it at most, all downloads together")
    add("--per-download", type=int, metavar="N", help="connections of one download at most")
    add("--limit", type=told(parse_rate), metavar="RATE", help="speed of all downloads from it together")
    add("--pause", type=float, metavar="SECONDS", help="from one request to it to the next, at least")
    add("--user-agent", metavar="TEXT", help=f"{OWN_NAME}, {', '.join(USER_AGENTS)}, or a text of your own")
    add("--referer", dest="referrer", metavar="ADDRESS", help="the page that links are said to be on")
    add("--header", action="append", dest="headers", metavar="'NAME: VALUE'", help="all further headers; repeat it")
    add("--proxy", metavar="PROXY", help="reach it by this proxy, or 'direct', 'system', 'environment'")
    add("--login", metavar="HOW", help=LOGIN_HELP)
    add("--from-start", action=argparse.BooleanOptionalAction, help="fetch files from byte 0 only, without ranges")
    add("--http", dest="http_version", choices=("1.1", "2"), help="2: all requests over one connection; 1.1 as usual")
    add = parser.add_argument_group("end").add_argument
    add("--remove", action="store_true", help="remove its rule")
    add("--forget", action="store_true", help="forget what was learnt of it, or without HOST of all; rules stay")


def _watch(parser: argparse.ArgumentParser) -> None:
    _choice(parser)
    add = parser.add_argument_group("watching").add_argument
    add("--every", type=told(parse_duration), metavar="TIME", help="between two looks: 90s, 15m, 2h, 7d (default: 1d)")
    add("--keep", type=told(_versions_of), metavar="N", help="versions to keep, or 'all' (default: 5)")
    deed = parser.add_mutually_exclusive_group().add_argument
    deed("--list", action="store_true", help="print what is watched, what is due first at the top")
    deed("--now", action="store_true", help="look now, and return when what was found is here")
    deed("--stop", action="store_true", help="watch no more; all versions stay")


def _versions_of(text: str) -> int:
    """Return how many versions to keep, 0 for all."""
    if text == "all":
        return 0
    if not text.isdecimal() or not KEEP[0] <= int(text[:9]) <= KEEP[1]:
        raise ValueError(f"give a number of versions, from {KEEP[0]} to {KEEP[1]}, or 'all'")
    return int(text)


def _wait(parser: argparse.ArgumentParser) -> None:
    _choice(parser)
    parser.add_argument("--timeout", type=_seconds, metavar="SECONDS", help="give up after so long")


def _when_done(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("deed", nargs="?", type=one_of(Deed), metavar="WHAT", help=", ".join(one.value for one in Deed))
    parser.add_argument("--always", action="store_true", help="each time, not only this time")


def _open(parser: argparse.ArgumentParser) -> None:
    _choice(parser)
    parser.add_argument("--folder", action="store_true", help="show the files in their folders")


def _export(parser: argparse.ArgumentParser) -> None:
    _choice(parser)
    add = parser.add_argument_group("list").add_argument
    add("--format", type=one_of(Format), default=Format.JSON, metavar="FORM", help=_forms())
    add("-o", "--output", type=Path, metavar="FILE", help="write to this file, which must not be there yet")


def _forms() -> str:
    return f"{', '.join(form.value for form in Format)} (default: json, which 'import' reads as a whole)"


def _import(parser: argparse.ArgumentParser) -> None:
    what = "a list that Headrace exported, a Metalink, an input file or session of aria2, or a text with addresses"
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help=what)
    parser.add_argument("-d", "--dir", metavar="DIR", help="save in DIR (default: the program's)")
    parser.add_argument("--keep-folders", action="store_true", help="save in the folders that the list names")
    parser.add_argument(
        "--take-over",
        action="store_true",
        help="go on with the files that aria2 or Persepolis left unfinished in those folders",
    )
    parser.add_argument("--paused", action="store_true", help="add without starting")


def _nothing(parser: argparse.ArgumentParser) -> None:
    pass


def _places_of(text: str) -> int:
    if not text.isdecimal() or not int(text[:9]) > 0:
        raise ValueError("give a number of places, from 1")
    return min(int(text[:9]), 100_000_000)


def _seconds_of(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds <= 1e9:
        raise ValueError("give a number of seconds")
    return seconds


def _count_of(text: str) -> int:
    if not text.isdecimal() or int(text[:9]) > RUNNING[1]:
        raise ValueError(f"give a number of downloads, from 0 to {RUNNING[1]}")
    return int(text)


_places: Final = told(_places_of)
_count: Final = told(_count_of)
_seconds: Final = told(_seconds_of)
_VERBS: Final[dict[str, tuple[str, Callable[[argparse.ArgumentParser], None]]]] = {
    "add": ("Add downloads to the program's list. Prints the id, state and name of each.", _add),
    "list": ("Print downloads, in the order of the queue.", _list),
    "info": ("Print all that is known of downloads.", _list),
    "pause": ("Stop downloads and keep their bytes.", _choice),
    "resume": ("Have paused, waiting or failed downloads go on.", _resume),
    "retry": ("Have failed downloads go on.", _retry),
    "remove": ("Take downloads off the list; for ten seconds the window can undo it.", _remove),
    "move": ("Move downloads in the queue.", _move),
    "limit": ("Limit the speed of downloads, or of all together where none is named; without RATE print it.", _limit),
    "quiet": ("Put the quiet limit in force, or end that; without a word print what is so.", _quiet),
    "budget": ("Print how the data budgets stand and what will have come in the end, or set one.", _budget),
    "queue": ("Print queues, make, rename, remove, hold or release one, or set its options.", _queue),
    "login": (
        "Give a login for a server or a proxy, to all that waits for it; without PLACE print those that are kept.",
        _login,
    ),
    "trust": (
        "Print the certificate or key of a host, or trust the one with a fingerprint; without HOST those trusted.",
        _trust,
    ),
    "rules": ("Print the rules of where downloads go, or where they put addresses.", _rules),
    "sort": ("Move downloads, finished or not, to the folders where the rules want them; their names stay.", _sort),
    "host": (
        "Print the rule of a host and what was learnt of it, or change the rule; without HOST print all of them.",
        _host,
    ),
    "history": (
        "Print what is remembered of downloads that have ended, the latest first, be they on the list or not.",
        add_history,
    ),
    "watch": (
        "Look at the addresses of downloads again and again, and fetch what has changed; an address is added first.",
        _watch,
    ),
    "wait": ("Wait until downloads have ended, one way or the other; without names, for all.", _wait),
    "when-done": (
        "Say what happens a minute after the last download has ended; without WHAT print what is planned.",
        _when_done,
    ),
    "open": ("Open finished files as the desktop does; without names, bring the window to the front.", _open),
    "export": ("Print downloads as a list, for this program or others; without names, all.", _export),
    "import": ("Add the downloads of lists. They go to one folder, unless the list may choose.", _import),
    "quit": ("End the program. What runs goes on at its next start.", _nothing),
}
