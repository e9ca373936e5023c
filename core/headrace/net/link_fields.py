"""The Link header: where else a file lies (RFC 6249), as a server names its mirrors. Pure functions.

The caller sees to it that mirrors count only where the same answer has a digest of the whole file (RFC 6249 §2).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Final
from urllib.parse import urljoin

from headrace.addresses import checked_web_address, split_credentials

LINK_LIMIT: Final = 64
"""Links looked at in one answer, at most."""
LOWEST_PRIORITY: Final = 999_999
"""What a link without a priority has (RFC 6249 §3.1); 1 is the best."""

_HEADER_LIMIT: Final = 65_536
_ADDRESS_LIMIT: Final = 8_192
_PARAMETER_LIMIT: Final = 32
_QUOTED: Final = r'"(?:[^"\\]|\\.)*+"'
_LINK: Final = re.compile(rf'<([^<>]*+)>((?:[^",]|{_QUOTED})*+)', re.DOTALL)
"""A target and its parameters; a comma outside quotes ends a link (RFC 8288 §3)."""
_GAP: Final = r"[ \t\r\n]*+"
_PARAMETER: Final = re.compile(
    rf"""(?:\A|;){_GAP}([^\s;="]++){_GAP}(?:={_GAP}(?:({_QUOTED})|([^;"]*+)))?""",
    re.DOTALL,
)
_ESCAPE: Final = re.compile(r"\\(.)", re.DOTALL)
_PRIORITY: Final = re.compile("0{0,9}([1-9][0-9]{0,5})")
_SPACE: Final = " \t\r\n"


@dataclass(frozen=True, slots=True)
class Mirror:
    """Another address of the file."""

    address: str = field(repr=False)
    priority: int
    """From 1, the best, to LOWEST_PRIORITY."""
    preferred: bool
    """Whether it shares the first server's ETags (RFC 6249 §3.3)."""


@dataclass(frozen=True, slots=True)
class _Link:
    address: str
    relations: frozenset[str]
    parameters: dict[str, str]


def duplicates(value: str | None, base: str) -> list[Mirror]:
    """Return the mirrors that a Link header names, each once, preferred ones first and then by priority. Never raise.

    `value` is as `http.client` gives it; `base` is the address that answered. User info in a link is dropped.
    """
    found: dict[str, Mirror] = {}
    for link in _links(value, base):
        if "duplicate" in link.relations:
            mirror = Mirror(link.address, _priority(link.parameters.get("pri", "")), "pref" in link.parameters)
            known = found.get(link.address, mirror)
            found[link.address] = min(known, mirror, key=_order)
    return sorted(found.values(), key=_order)


def _order(mirror: Mirror) -> tuple[bool, int]:
    return not mirror.preferred, mirror.priority


def _links(value: str | None, base: str) -> Iterator[_Link]:
    """Yield the links that speak of `base` and lead elsewhere."""
    own = _resolved("", base)
    for match in islice(_LINK.finditer((value or "")[:_HEADER_LIMIT]), LINK_LIMIT):
        parameters = _parameters(match[2])
        address = _resolved(match[1], base)
        about_this = "anchor" not in parameters or _resolved(parameters["anchor"], base) == own
        if address is not None and address != own and about_this:
            yield _Link(address, frozenset(parameters.get("rel", "").lower().split()), parameters)


def _parameters(text: str) -> dict[str, str]:
    """Map names in lower case to values; of two with one name the first counts (RFC 8288 §3.3)."""
    found: dict[str, str] = {}
    for match in islice(_PARAMETER.finditer(text), _PARAMETER_LIMIT):
        value = _ESCAPE.sub(r"\1", match[2][1:-1]) if match[2] else (match[3] or "").strip(_SPACE)
        found.setdefault(match[1].lower(), value)
    return found


def _resolved(target: str, base: str) -> str | None:
    """Return the whole address, without user info; None where that is no clean one of http."""
    if len(target) > _ADDRESS_LIMIT:
        return None
    try:
        return split_credentials(checked_web_address(urljoin(base, target.strip(_SPACE))))[0]
    except ValueError:
        return None


def _priority(text: str) -> int:
    match = _PRIORITY.fullmatch(text)
    return int(match[1]) if match else LOWEST_PRIORITY
