"""Passwords for commands: never in arguments, which everybody may read."""

import os
import sys
from getpass import getpass
from typing import Final

from headrace.commands.option_types import UsageError

VARIABLE: Final = "HEADRACE_PASSWORD"


def asked_password(question: str) -> str:
    """Return a password: out of HEADRACE_PASSWORD, asked for in the terminal, or the first line of stdin.

    Raises UsageError where there is none to be had.
    """
    given = os.environ.get(VARIABLE)
    if given is not None:
        return given
    if sys.stdin is None:
        raise UsageError(f"no password was given; set {VARIABLE}")
    if sys.stdin.isatty():
        return getpass(question)
    line = sys.stdin.readline()
    if not line:
        raise UsageError(f"no password was given; write it to stdin, or set {VARIABLE}")
    return line.rstrip("\r\n")
