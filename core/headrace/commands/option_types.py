"""Types of options: text of a command line in, checked values out, with a sentence where they cannot be."""

import argparse
from collections.abc import Callable
from dataclasses import replace
from enum import Enum
from typing import Any, NoReturn, TypeVar, cast

from headrace.addresses import redacted
from headrace.messages import printable
from headrace.settings import Settings

_T = TypeVar("_T")
_E = TypeVar("_E", bound=Enum)


class UsageError(ValueError):
    """The command line cannot be used; the text is one sentence for people, free of secrets."""


class Parser(argparse.ArgumentParser):
    """Raises UsageError where argparse would end the process."""

    def error(self, message: str) -> NoReturn:
        """Raise UsageError."""
        raise UsageError(harmless(message))


def harmless(text: str) -> str:
    """Return a sentence free of secrets and control characters."""
    return redacted(printable(text))


def told(parse: Callable[[str], _T]) -> Callable[[str], _T]:
    """Let argparse show the sentence of a ValueError instead of the name of the function."""

    def convert(text: str) -> _T:
        try:
            return parse(text)
        except ValueError as error:
            raise argparse.ArgumentTypeError(str(error)) from None

    return convert


def number(setting: str, kind: Callable[[str], float]) -> Callable[[str], float]:
    """Read a number within the bounds of `setting`."""

    def parse(text: str) -> float:
        try:
            change: dict[str, Any] = {setting: kind(text)}
        except ValueError:
            raise ValueError(f"{text!r} is not such a number") from None
        try:
            return cast(float, getattr(replace(Settings(), **change), setting))
        except ValueError as error:
            raise ValueError("it must" + str(error).partition(" must")[2]) from None

    return told(parse)


def one_of(choices: type[_E]) -> Callable[[str], _E]:
    """Read one of an enumeration's values."""

    def parse(text: str) -> _E:
        try:
            return choices(text)
        except ValueError:
            raise ValueError(f"choose one of {', '.join(choice.value for choice in choices)}") from None

    return told(parse)


def file_name(text: str) -> str:
    """Read a name without folders and control characters."""
    if text in {"", ".", ".."} or set(text) & set("/\\") or text != printable(text):
        raise ValueError("give a file name without folders and control characters; --dir takes the folder")
    return text
