"""The manual page, written from the parsers: `python -m tests.manual` after any change of the command line."""

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from headrace.commands.whole import command_parsers

PAGE: Final = Path(__file__).parents[1] / "resources" / "linux" / "headrace.1"
_HEAD: Final = r""".TH HEADRACE 1 "" Headrace "User Commands"
.SH NAME
headrace \- download manager that proves every byte it writes
.SH SYNOPSIS
.B headrace
[\-\-profile \fIDIR\fR] [\-\-hidden] [\fIURL\fR ...]
.br
.B headrace
\fICOMMAND\fR [\fIoption\fR ...]
.SH DESCRIPTION
Without a command, the download window is opened, or the one that is open comes to the front and takes the addresses;
with \fB\-\-hidden\fR it waits in the tray until it is called.
The commands \fBget\fR and \fBrun\fR work by themselves; all others ask the program that runs with the profile.
.SH COMMANDS
"""
_TAIL: Final = r""".SH ENVIRONMENT
.TP
.B HEADRACE_PROFILE
The folder all state lives in, where \fB\-\-profile\fR names none.
.SH FILES
.TP
.I ~/.local/share/headrace
The usual profile: list of downloads, settings, log.
"""


def manual() -> str:
    """Return the page, without a date: it changes with the program alone."""
    epilogs: dict[str, str] = {}
    lines = [line for name, parser in command_parsers() for line in _command(name, parser, epilogs)]
    notes = [line for title, text in epilogs.items() for line in (f".SS {title}", ".nf", *map(_roff, _lines(text)))]
    return _HEAD + "\n".join([*lines, ".SH NOTES", *_closed(notes)]) + "\n" + _TAIL


def _command(name: str, parser: argparse.ArgumentParser, epilogs: dict[str, str]) -> Iterator[str]:
    yield f".SS headrace {name}"
    yield _roff(str(parser.description))
    for group in parser._action_groups:
        for action in group._group_actions:
            if not isinstance(action, argparse._HelpAction):
                yield from (".TP", _spelled(action), _roff(str(action.help or "")))
    if parser.epilog:
        shared = [title for title, text in epilogs.items() if text == parser.epilog]
        if not shared:
            title = name if name in {"get", "run", "browser", "completion"} else "commands for the program that runs"
            epilogs[title] = parser.epilog


def _spelled(action: argparse.Action) -> str:
    value = action.metavar or "|".join(map(str, action.choices or ()))
    if not action.option_strings:
        return rf"\fI{_roff(str(value))}\fR"
    names = ", ".join(rf"\fB{_roff(name)}\fR" for name in action.option_strings)
    return rf"{names} \fI{_roff(str(value))}\fR" if value else names


def _lines(text: str) -> list[str]:
    return text.splitlines()


def _closed(lines: list[str]) -> Iterator[str]:
    """End each preformatted part before the next begins."""
    opened = False
    for line in lines:
        if line.startswith(".SS") and opened:
            yield ".fi"
        opened = opened or line == ".nf"
        yield line
    yield ".fi"


def _roff(text: str) -> str:
    escaped = text.replace("\\", r"\e").replace("-", r"\-")
    return rf"\&{escaped}" if escaped.startswith((".", "'")) else escaped


if __name__ == "__main__":
    PAGE.write_text(manual(), encoding="utf-8")
