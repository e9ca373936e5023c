"""What a rule of a host makes of a request's headers. Pure functions."""

from collections.abc import Mapping
from typing import Final

from headrace.host_rules import HostRule

_RANGES: Final = frozenset({"range", "if-range"})


def with_manners(rule: HostRule | None, headers: Mapping[str, str]) -> Mapping[str, str]:
    """Return the headers with those of the rule that are not among them, and without ranges where it wants none.

    The rule must be that of the very host that is asked.
    """
    if rule is None:
        return headers
    there = {name.lower() for name in headers}
    told = {name: value for name, value in rule.fields.items() if name.lower() not in there}
    kept = {name: value for name, value in headers.items() if not (rule.from_start and name.lower() in _RANGES)}
    return told | kept
