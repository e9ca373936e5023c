"""Regular expressions that people write into rules: checked, tried, and compared with a deadline. Pure functions.

The syntax is that of Python's `re`; the engine is `regex`, for it can be given a deadline: there are expressions that
take years to find out that they do not fit, and a server chooses the names they are compared with.
"""

import logging
from collections.abc import Mapping
from enum import Enum
from functools import lru_cache
from typing import Final

import regex

_log = logging.getLogger(__name__)
MOST_CHARACTERS: Final = 200
"""Characters of an expression, at most."""
_MOST_COMPARED: Final = 2_000
"""Characters of a text that are compared."""
_DEADLINE: Final = 0.25
"""Seconds after which an expression is said not to fit."""
SLOW: Final = "(a|aa)+"
"""An expression that takes too long."""
_TRIED_WITH: Final = 60
_TRIAL: Final = 0.1
_MOST_TRIED: Final = 12


class Flaw(Enum):
    """What may be wrong with an expression."""

    LONG = "long"
    SYNTAX = "syntax"
    GROUP = "group"
    """A group has the name of something else."""
    SLOW = "slow"


class ExpressionError(ValueError):
    """An expression that cannot be; the text is a sentence for people, `detail` what is wrong with it."""

    def __init__(self, flaw: Flaw, sentence: str, detail: str = "") -> None:
        super().__init__(sentence)
        self.flaw, self.detail = flaw, detail


def checked_expression(text: str) -> str:
    """Return an expression without spaces around it, "" for none. Raises ExpressionError."""
    bare = text.strip()
    if len(bare) > MOST_CHARACTERS:
        raise ExpressionError(Flaw.LONG, f"an expression has {MOST_CHARACTERS} characters at most")
    try:
        _compiled(bare)
    except (regex.error, OverflowError, RecursionError) as error:
        said = str(error) or type(error).__name__
        raise ExpressionError(Flaw.SYNTAX, f"{bare!r} is no regular expression: {said}", said) from None
    return bare


def require_quick(text: str) -> None:
    """Raise ExpressionError SLOW for an expression that takes too long with texts made to vex it; 0.1 s at most."""
    characters = dict.fromkeys([*"a0-/", *(char for char in text if char.isalnum() or char in "._ ")])
    for char in list(characters)[:_MOST_TRIED]:
        try:
            _compiled(text).search(char * _TRIED_WITH + "\x00", timeout=_TRIAL)
        except TimeoutError:
            sentence = f"this expression takes too long: let no two ways of a repeat fit the same text, as in {SLOW}"
            raise ExpressionError(Flaw.SLOW, sentence) from None


def groups_in(text: str) -> tuple[int, tuple[str, ...]]:
    """Return how many groups a checked expression has, and the names of those that have one."""
    found = _compiled(text)
    return found.groups, tuple(found.groupindex)


def matched(text: str, value: str) -> tuple[tuple[str, ...], Mapping[str, str]] | None:
    """Return what the groups of a checked expression caught somewhere in a text, by number and by name.

    None where it does not fit, or has not found out within 0.25 s; a group that caught nothing is "".
    """
    try:
        found = _compiled(text).search(value[:_MOST_COMPARED], timeout=_DEADLINE)
    except TimeoutError:
        _log.warning("an expression of a rule took too long, and is taken not to fit: %s", text)
        return None
    if found is None:
        return None
    return tuple(each or "" for each in found.groups()), {key: each or "" for key, each in found.groupdict().items()}


@lru_cache(maxsize=500)
def _compiled(text: str) -> "regex.Pattern[str]":
    return regex.compile(text, regex.IGNORECASE)
