"""The console entry point: decides what is wanted before anything heavy is loaded."""

import gc
import os
import signal
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

_INTERRUPTED = 130


def main(argv: Sequence[str] | None = None) -> int:
    """Run the program; return its exit status: 0 fine, 1 cannot run here, 2 wrong usage, 130 interrupted.

    Main thread of a process of its own, which `get` ends by itself where the arguments are those of the process.
    """
    arguments = list(sys.argv[1:] if argv is None else argv)
    gc.disable()  # until GarbageCollector takes over: of what is loaded nothing is garbage, and all would be walked
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:  # else ignored, as by nohup
        signal.signal(signal.SIGINT, lambda *_: _end_at_once())
    if "_ARGCOMPLETE" in os.environ:
        from headrace.commands.whole import complete  # noqa: PLC0415 - as below

        complete()
    command = _COMMANDS.get(arguments[0]) if arguments else None
    if command is not None:
        status = command(arguments)
        return _left(status) if argv is None else status
    return _open_window(*_parse(arguments))


def _end_at_once() -> None:
    """End the process where Ctrl+C comes before what is started takes it over, or after it has ended.

    Python would raise an exception, and its import system passes over one that comes at the wrong moment.
    """
    os._exit(_INTERRUPTED)


def _left(status: int) -> int:
    """End the process without taking to pieces what it has loaded, which takes as long as to fetch a small file."""
    with suppress(OSError, ValueError):  # what cannot be written is told by Python, at an ordinary end
        for stream in (sys.stdout, sys.stderr):
            if stream is not None:
                stream.flush()
        os._exit(status)
    return status


def _parse(arguments: Sequence[str]) -> tuple[list[str], str | None, bool]:
    """Return the addresses, the folder of the profile, and whether to stay hidden."""
    import argparse  # noqa: PLC0415 - see main

    parser = argparse.ArgumentParser(
        prog="headrace",
        description="Open the download window, or hand addresses to the one that is open.",
        epilog=(
            "Without a window: 'headrace get URL' downloads on the command line, 'headrace run' is the engine alone. "
            "Commands for the program that runs: add, list, info, pause, resume, retry, remove, move, limit, quiet, "
            "budget, queue, login, trust, host, rules, sort, history, watch, wait, when-done, open, export, "
            "import, quit. 'headrace browser install' lets browsers hand downloads over. Each has --help."
        ),
    )
    parser.add_argument("addresses", metavar="URL", nargs="*", help="an address to add, or the file of a Metalink")
    parser.add_argument("--profile", metavar="DIR", help="the folder all state is kept in")
    parser.add_argument("--hidden", action="store_true", help="start in the tray, without showing the window")
    parser.add_argument("--version", action="version", version=f"headrace {_version()}")
    wanted = parser.parse_args(arguments)
    return wanted.addresses, wanted.profile, wanted.hidden


def _version() -> str:
    from headrace.version import __version__  # noqa: PLC0415 - see main

    return __version__


def _open_window(given: Sequence[str], folder: str | None, hidden: bool) -> int:  # noqa: FBT001 - as parsed
    from headrace.brought import Brought  # noqa: PLC0415 - see main
    from headrace.profile import Profile  # noqa: PLC0415 - see main

    from headrace_gui.desktop import hand_over, preflight  # noqa: PLC0415 - see main

    try:
        brought = Brought.of(given)
    except ValueError as error:
        return _fail(f"{error}.", 2)
    try:
        profile = Profile.at(folder)
    except OSError as error:
        return _fail(f"the profile folder cannot be used: {error}.", 1)
    if hand_over.hand_over(profile, brought):
        return 0
    problem = preflight.problem()
    if problem:
        return _fail(problem, 1)
    from headrace.opening import Opening  # noqa: PLC0415 - see main

    opening = Opening(profile, "window")
    from headrace.qt_loading import load_qt  # noqa: PLC0415 - as above

    load_qt()
    from headrace_gui.app import run  # noqa: PLC0415 - as above

    return run(profile, brought, hidden=hidden, opening=opening)


def _fail(sentence: str, status: int) -> int:
    print(f"headrace: {sentence}", file=sys.stderr)  # noqa: T201 - the command line's own voice
    return status


# Each command loads its own modules alone: none waits for those of another.


def _get(arguments: Sequence[str]) -> int:
    from headrace.commands.get import main as get  # noqa: PLC0415 - see above

    return get(arguments[1:], _system_proxies, _follow_network)


def _follow_network(manager: Any) -> None:
    from headrace_gui.desktop.network import follow_network  # noqa: PLC0415 - see above

    follow_network(manager)


def _system_proxies(address: str) -> Sequence[str]:
    from headrace_gui.desktop.system_proxies import system_proxies  # noqa: PLC0415 - see above

    return system_proxies(address)


def _run(arguments: Sequence[str]) -> int:
    from headrace.qt_loading import load_qt  # noqa: PLC0415 - see above

    load_qt()
    try:
        from headrace_gui.headless import main as run  # noqa: PLC0415 - see above
    except ImportError as error:  # of a library that Qt's network module needs
        return _fail(f"Qt cannot be loaded: {error}.", 1)
    return run(arguments[1:])


def _control(arguments: Sequence[str]) -> int:
    from headrace.commands.control import main as control  # noqa: PLC0415 - see above

    from headrace_gui.desktop.starting import StartedProgram  # noqa: PLC0415 - see above

    return control(arguments, StartedProgram)


def _native_host(arguments: Sequence[str]) -> int:
    from headrace.commands.native_host import main as native_host  # noqa: PLC0415 - see above

    from headrace_gui.desktop.starting import StartedProgram  # noqa: PLC0415 - see above

    return native_host(arguments[1:], StartedProgram)


def _browser(arguments: Sequence[str]) -> int:
    from headrace.commands.browser import main as browser  # noqa: PLC0415 - see above
    from headrace_resources.files import browser_folder  # noqa: PLC0415 - see above

    from headrace_gui.desktop.autostart import own_command  # noqa: PLC0415 - see above

    return browser(arguments[1:], own_command, browser_folder())


def _completion(arguments: Sequence[str]) -> int:
    from headrace.commands.whole import print_completion  # noqa: PLC0415 - see above

    return print_completion(list(arguments[1:]))


_CONTROL = (
    "add budget export history host import info limit list login move open pause queue quiet quit remove resume retry "
    "rules sort trust wait watch when-done"
)
_COMMANDS: dict[str, Callable[[Sequence[str]], int]] = {
    "get": _get,
    "run": _run,
    "browser": _browser,
    "native-host": _native_host,
    "completion": _completion,
    **dict.fromkeys(_CONTROL.split(), _control),
}


if __name__ == "__main__":
    sys.exit(main())
