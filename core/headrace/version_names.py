"""Names of versions: the newest has the plain one, earlier ones bear the minute at which they came. Pure."""

import re
from datetime import datetime, tzinfo
from typing import Final

from headrace.disk.file_names import labelled, numbered

_NUMBER: Final = re.compile(r" \([0-9]{1,9}\)(?=\.|\Z)")


def stamped(name: str, at: float, zone: tzinfo | None = None, number: int = 1) -> str:
    """Return the name of an earlier version, by the minute at which it came: "name (2026-11-23 08.15).ext".

    `zone` None is the computer's; from `number` 2 on there is a number besides.
    """
    named = labelled(name, datetime.fromtimestamp(at, zone).strftime("%Y-%m-%d %H.%M"))
    return named if number == 1 else numbered(named, number)


def is_one_name(one: str, other: str) -> bool:
    """Say whether two names are the same but for a number that was put into them."""
    return _NUMBER.sub("", one) == _NUMBER.sub("", other)
