"""The whole command line as one parser: for completion in shells, and for the manual page."""

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from headrace.commands.browser import browser_parser
from headrace.commands.control_options import VERBS, control_parser
from headrace.commands.option_types import number
from headrace.commands.options import get_parser
from headrace.control.channel import Channel
from headrace.control.lines import request_line
from headrace.profile import Profile

SHELLS: Final = ("bash", "zsh", "fish")
_DESCRIPTION: Final = (
    "Without a command: open the download window, or hand addresses to the one that is open. The commands 'get' and "
    "'run' work by themselves; all others ask the program that runs."
)


def whole_parser() -> argparse.ArgumentParser:
    """Return a parser that knows every command; it is not what reads them."""
    parser = argparse.ArgumentParser(prog="headrace", description=_DESCRIPTION, allow_abbrev=False)
    commands = parser.add_subparsers(metavar="COMMAND", dest="command")
    for name, one in command_parsers():
        text = str(one.description)
        added = commands.add_parser(
            name,
            parents=[one],
            add_help=False,
            help=text,
            description=text,
            epilog=one.epilog,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        _complete_downloads(added)
    return parser


def command_parsers() -> Iterator[tuple[str, argparse.ArgumentParser]]:
    """Yield each command with what reads its arguments."""
    yield "get", get_parser()
    yield "run", run_parser()
    yield from ((verb, control_parser(verb)) for verb in VERBS)
    yield "browser", browser_parser()
    yield "completion", completion_parser()


def run_parser() -> argparse.ArgumentParser:
    """Return what reads the arguments behind `headrace run`."""
    parser = argparse.ArgumentParser(
        prog="headrace run",
        description="Run the engine without a window, until it is ended by a signal or 'headrace quit'.",
        epilog="It is used by 'headrace add', 'headrace list' and the other commands: see 'headrace list --help'.",
    )
    add = parser.add_argument
    add("--profile", type=Path, metavar="DIR", help="the folder all state is kept in")
    add("--rpc", action="store_true", help="serve programs made for aria2, whatever the settings say")
    add("--rpc-port", type=number("rpc_port", int), metavar="PORT", help="at this port (6800 unless set otherwise)")
    add("--rpc-everywhere", action="store_true", help="on all addresses of this machine, not only for its own programs")
    add(
        "--rpc-secret-file",
        type=Path,
        metavar="FILE",
        help="with the token in this file, or that in HEADRACE_RPC_SECRET; else one is made and printed",
    )
    return parser


def completion_parser() -> argparse.ArgumentParser:
    """Return what reads the arguments behind `headrace completion`."""
    parser = argparse.ArgumentParser(
        prog="headrace completion",
        description="Print what lets a shell complete commands, options and the names of downloads.",
        epilog=(
            'bash: eval "$(headrace completion bash)" in ~/.bashrc\n'
            'zsh:  eval "$(headrace completion zsh)" in ~/.zshrc, behind compinit\n'
            "fish: headrace completion fish > ~/.config/fish/completions/headrace.fish"
        ),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("shell", choices=SHELLS)
    return parser


def complete() -> None:
    """Print what the shell asks for, by its environment, and end the process."""
    import argcomplete  # noqa: PLC0415 - for this alone

    argcomplete.autocomplete(whole_parser())


def print_completion(arguments: list[str]) -> int:
    """Run `headrace completion`."""
    from argcomplete.shell_integration import shellcode  # noqa: PLC0415 - for this alone

    dialect: Any = {"shell": completion_parser().parse_args(arguments).shell}  # only named: none is started
    print(shellcode(["headrace"], **dialect))  # noqa: T201 - what was asked for
    return 0


def _complete_downloads(parser: argparse.ArgumentParser) -> None:
    for action in parser._actions:  # noqa: SLF001 - argparse gives no other way to its arguments
        if action.dest == "which":
            action.completer = _downloads  # type: ignore[attr-defined]


def _downloads(prefix: str, parsed_args: argparse.Namespace, **_: Any) -> list[str]:
    """Return the names and ids on the list that begin so; none where no program runs."""
    try:
        with Channel(Profile.at(parsed_args.profile)) as channel:
            rows = [answer["row"] for answer in channel.ask(request_line("list", all=True))]
    except Exception:  # noqa: BLE001 - a completion never fails
        return []
    return [name for row in rows for name in (row["name"], row["id"]) if name.startswith(prefix)]
