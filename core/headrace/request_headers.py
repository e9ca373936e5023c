"""Request headers that a person gives. Pure functions."""

import re
from typing import Final

_TOKEN: Final = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_OURS: Final = frozenset({"range", "if-range", "accept-encoding", "host", "content-length", "transfer-encoding"})


def parse_header(text: str) -> tuple[str, str]:
    """Read one `Name: value` request header. Raise ValueError for a bad one or one that the engine sets itself."""
    name, colon, value = text.partition(":")
    name = name.strip()
    if not colon or not _TOKEN.fullmatch(name):
        raise ValueError("a header is written 'Name: value'")
    value = checked_value(name, value)
    if name.lower() in _OURS:
        raise ValueError(f"header {name} is set by the program itself")
    return name, value


def checked_value(name: str, value: str) -> str:
    """Return what header `name` may carry, without spaces around it. Raise ValueError with a sentence."""
    value = value.strip()
    if any(ord(char) < 32 and char != "\t" for char in value) or "\x7f" in value:
        raise ValueError(f"the value of header {name} holds a control character")
    if any(ord(char) > 255 for char in value):
        raise ValueError(f"the value of header {name} holds a character that HTTP cannot send")
    return value
