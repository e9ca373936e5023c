"""What may be shown of requests and answers: values that are secret, or may be, become dots. Pure functions."""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from headrace.addresses import redacted

MASK: Final = "•••"
_LONGEST_NAME: Final = 100
_LONGEST: Final = 500
"""Characters of one value that are kept."""
_LOOKED_AT: Final = 4 * _LONGEST
"""Characters of one value that are looked through: masking may shorten what is in front of a secret."""
_LEAST_SECRET: Final = 8
"""Characters that a person's value has at least for it to be looked for elsewhere: "de" would be found in any text."""

_SECRET_NAME: Final = re.compile(
    r"auth(?!ority)|cookie|token|secret|passw|credential|session|signature|csrf|xsrf|jwt|(?:^|[-_])(?:api)?key$", re.I
)
_HARMLESS: Final = frozenset({"www-authenticate", "proxy-authenticate"})
"""Names that sound secret and are only questions."""
_ADDRESSES: Final = frozenset({"location", "content-location", "refresh", "referer", "origin", "sourcemap"})
"""Headers whose values are addresses, be it without scheme and host."""
_ADDRESS: Final = re.compile(r"(?<=<)[^<>]+(?=>)|[A-Za-z][A-Za-z0-9+.-]*://[^\s<>\"]+")
"""An address within other text: between brackets, as in Link, or with its scheme."""
_BARE_TOKEN: Final = re.compile(r"(?<=[?&])[^=&#\s]{16,}(?=[&#\s]|$)")
"""A part of a query without a name, long enough for a token."""


def masked_address(address: str) -> str:
    """Return an address, or the path and query of one, without what in it may be a secret."""
    return _BARE_TOKEN.sub("***", redacted(address))


def masked_value(name: str, value: str, own: Iterable[str] = ()) -> str:
    """Return the value of header `name` as it may be shown, of 500 characters at most; `own` as in `secrets_of`."""
    if is_secret(name):
        return MASK
    value = without(value[:_LOOKED_AT], own)
    if name.lower() in _ADDRESSES:
        value = masked_address(value)
    elif "://" in value or "<" in value:
        value = _ADDRESS.sub(lambda found: masked_address(found.group()), value)
    return value[:_LONGEST]


def masked_line(line: str, own: Iterable[str] = ()) -> str:
    """Return the first line of a request or an answer as it may be shown, of 500 characters at most."""
    return masked_address(without(line[:_LOOKED_AT], own))[:_LONGEST]


def shown_name(name: str) -> str:
    """Return the name of a header, of 100 characters at most."""
    return name[:_LONGEST_NAME]


@lru_cache(maxsize=1024)
def is_secret(name: str) -> bool:
    """Say whether the header `name` usually carries a secret."""
    return name.lower() not in _HARMLESS and _SECRET_NAME.search(name) is not None


def secrets_of(headers: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """Return what must be found nowhere: values of the headers a person gave, and what follows a scheme in them."""
    found = {part for _, value in headers for part in (value, *value.split(" ")[1:]) if len(part) >= _LEAST_SECRET}
    return tuple(sorted(found, key=len, reverse=True))


def without(text: str, own: Iterable[str]) -> str:
    """Return `text` with each of `own` masked."""
    for secret in own:
        if secret in text:
            text = text.replace(secret, MASK)
    return text
