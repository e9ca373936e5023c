"""Commands that a person wants run when something happens: a program and its arguments, never a shell. Pure."""

import re
import shlex
from collections.abc import Mapping, Sequence
from typing import Final

FACTS: Final = ("path", "folder", "id", "event", "state")
"""What may stand in braces in an argument. Names and addresses may not: a name may look like an option, and an address
may hold a secret, which every user of the machine would see in the list of processes."""
_PLAIN: Final = re.compile(r"[A-Za-z0-9_@%+=:,./{}-]+")
_MARK: Final = re.compile(r"\{([a-z]*)\}")


def split_command(text: str) -> tuple[str, ...]:
    """Split a command as a POSIX shell would, without doing anything else that one does. Raises ValueError."""
    try:
        parts = tuple(shlex.split(text))
    except ValueError:
        raise ValueError("a quotation mark is open") from None
    return checked_command(parts)


def join_command(parts: Sequence[str]) -> str:
    """Return what `split_command` makes these parts of, with as few quotation marks as it takes."""
    return " ".join(part if _PLAIN.fullmatch(part) else shlex.quote(part) for part in parts)


def checked_command(parts: Sequence[str]) -> tuple[str, ...]:
    """Return a command that can be run, or the empty one. Raises ValueError with a sentence."""
    if not all(isinstance(part, str) and "\0" not in part for part in parts):
        raise ValueError("a command is a list of texts")
    if parts and (not parts[0] or _MARK.search(parts[0])):
        raise ValueError("a command begins with a program")
    strange = [name for part in parts[1:] for name in _MARK.findall(part) if name not in FACTS]
    if strange:
        raise ValueError(f"there is no {{{strange[0]}}}, only {', '.join(f'{{{name}}}' for name in FACTS)}")
    return tuple(parts)


def filled(command: Sequence[str], facts: Mapping[str, str]) -> list[str]:
    """Return the arguments with facts in the place of their names; each stays one argument, whatever is in it."""
    return [command[0], *(_MARK.sub(lambda mark: facts.get(mark[1], ""), part) for part in command[1:])]
