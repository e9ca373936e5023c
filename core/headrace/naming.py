"""Names of files as a window sees them: what an address is called, and what is wrong with one a person types."""

import unicodedata
from enum import Enum
from typing import Final

from headrace.disk.file_names import chosen_name
from headrace.disk.file_names import name_from_address as name_from_address  # noqa: PLC0414 - exported
from headrace.disk.file_names import numbered as numbered  # noqa: PLC0414 - exported
from headrace.disk.file_names import safe_name as safe_name  # noqa: PLC0414 - exported

_CONTROLS: Final = frozenset({"Cc", "Cs", "Zl", "Zp"})
_LONGEST: Final = 255


class NameProblem(Enum):
    """Why some system could not have a file of a name."""

    EMPTY = "empty"
    FOLDER = "folder"
    """It holds a slash, or names a folder."""
    CONTROL = "control"
    """It holds a control character, or half of a character."""
    CHARACTER = "character"
    """It holds one of `< > : " | ? *`."""
    END = "end"
    """It ends with a dot or a space."""
    RESERVED = "reserved"
    """Windows keeps it for a device, or shows folders by it."""
    LONG = "long"
    """It has more bytes than a disk takes."""


def name_problem(name: str) -> NameProblem | None:
    """Say what is wrong with a name a person typed; None where every system can have it."""
    try:
        chosen_name(name)
    except ValueError:
        return _problem(name)
    return None


def _problem(name: str) -> NameProblem:
    if not name.strip():
        return NameProblem.EMPTY
    if name in {".", ".."} or "/" in name or "\\" in name:
        return NameProblem.FOLDER
    if any(unicodedata.category(char) in _CONTROLS for char in name):
        return NameProblem.CONTROL
    if any(char in '<>:"|?*\N{REPLACEMENT CHARACTER}' for char in name):
        return NameProblem.CHARACTER
    if name[-1] in ". ":
        return NameProblem.END
    too_long = len(name.encode("utf-8", "surrogatepass")) > _LONGEST
    return NameProblem.LONG if too_long else NameProblem.RESERVED
