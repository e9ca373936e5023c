"""What a running program and its commands say to each other: one JSON object a line. Pure."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, cast

MOST_BYTES: Final = 20_000_000
"""A line longer than this is refused."""
_VERB: Final = "do"
_LONGEST_LIST: Final = 100_000


class Arguments:
    """What a request says besides its verb. What is there and not as it must be raises ValueError with a sentence."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._values = values

    def only(self, *names: str) -> None:
        """Raise ValueError unless every name is one of these: a slip must not pass for something else."""
        for name in self._values:
            if name not in names:
                raise ValueError(f"there is no argument {name[:40]!r} here")

    def text(self, name: str) -> str | None:
        """Return a text, None where there is none."""
        return cast(str | None, self._of(name, str, "a text"))

    def texts(self, name: str) -> list[str]:
        """Return a list of texts, empty where there is none."""
        found = self.list(name)
        if not all(isinstance(each, str) for each in found):
            raise ValueError(f"{name} must be a list of texts")
        return found

    def list(self, name: str) -> list[Any]:
        """Return a list of anything, empty where there is none."""
        found = cast(list[Any], self._of(name, list, "a list") or [])
        if len(found) > _LONGEST_LIST:
            raise ValueError(f"{name} must have {_LONGEST_LIST:,} entries at most")
        return found

    def mapping(self, name: str) -> Mapping[str, Any] | None:
        """Return an object, None where there is none."""
        return cast(Mapping[str, Any] | None, self._of(name, dict, "an object"))

    def number(self, name: str) -> int | None:
        """Return a whole number, None where there is none."""
        return cast(int | None, self._of(name, int, "a whole number"))

    def flag(self, name: str) -> bool:
        """Return whether a switch is on."""
        return bool(self._of(name, bool, "true or false"))

    def _of(self, name: str, kind: type, what: str) -> object:
        value = self._values.get(name)
        if value is not None and type(value) is not kind:
            raise ValueError(f"{name} must be {what}")
        return value


@dataclass(frozen=True, slots=True)
class Request:
    """One thing that is asked of a running program."""

    verb: str
    arguments: Arguments


def line_of(values: Mapping[str, Any]) -> bytes:
    """Return one object as a line, ASCII only."""
    return json.dumps(values, allow_nan=False, separators=(",", ":")).encode("ascii") + b"\n"


def request_line(verb: str, **arguments: object) -> bytes:
    """Return the line that asks for something; arguments that are None, off or empty lists are left out."""
    given = {name: value for name, value in arguments.items() if value is not None and value is not False}
    given = {name: value for name, value in given.items() if value not in ([], ())}
    return line_of({_VERB: verb} | given)


def object_of(line: bytes) -> dict[str, Any]:
    """Read one object. Raise ValueError, with a sentence, for anything else."""
    try:
        found: Any = json.loads(line)
    except (ValueError, RecursionError):
        raise ValueError("a line is not JSON") from None
    if not isinstance(found, dict):
        raise ValueError("a line is not a JSON object")  # noqa: TRY004 - one error type for all that is wrong
    return found


def request_of(values: Mapping[str, Any]) -> Request:
    """Read a request. Raise ValueError, with a sentence, for anything else."""
    verb = values.get(_VERB)
    if not isinstance(verb, str):
        raise ValueError("a line asks for nothing")  # noqa: TRY004 - as above
    return Request(verb, Arguments({name: value for name, value in values.items() if name != _VERB}))
