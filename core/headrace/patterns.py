"""Patterns in addresses: `img[001-120].jpg` and `{a,b}` stand for many. Pure functions.

`[1-9]`, `[01-99]` and `[a-z]` count up or down, `[1-10:3]` in steps, `{jpg,png}` lists. Several in one text make
every combination, the last one turning fastest. A backslash before a bracket takes it as it is.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import prod
from typing import Final

MOST: Final = 100_000
"""Addresses that one pattern may stand for, where a person pastes it."""

_COUNTED: Final = r"(?P<first>[0-9]{1,18})-(?P<last>[0-9]{1,18})|(?P<from>[a-z])-(?P<to>[a-z])"
_CAPITALS: Final = r"(?P<From>[A-Z])-(?P<To>[A-Z])"
_LIST: Final = r"\{(?P<list>[^{}\[\]\s]*,[^{}\[\]\s]*)\}"
_PART: Final = re.compile(
    rf"\\(?P<bracket>[\[\]{{}}])|\[(?:{_COUNTED}|{_CAPITALS})(?::(?P<step>[0-9]{{1,9}}))?\]|{_LIST}", re.ASCII
)
"""An IPv6 host has colons and no hyphen between its brackets, so it is never one of these."""


@dataclass(frozen=True, slots=True)
class _Count:
    """Numbers or letters from one to another."""

    values: range
    width: int = 0
    """Digits of each number, at least."""
    letters: bool = False

    def __len__(self) -> int:
        return len(self.values)

    def __iter__(self) -> Iterator[str]:
        return map(chr, self.values) if self.letters else (f"{value:0{self.width}d}" for value in self.values)


_Part = _Count | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pattern:
    """A text taken apart: fixed pieces, and between them what turns."""

    fixed: tuple[str, ...]
    parts: tuple[_Part, ...]

    @property
    def count(self) -> int:
        """How many texts it stands for; 1 where nothing in it turns."""
        return prod(len(part) for part in self.parts)

    def __iter__(self) -> Iterator[str]:
        """Yield the texts one by one, however many there are."""
        return (self.fixed[0] + rest for rest in _endings(self.parts, self.fixed[1:]))


def pattern_of(text: str) -> Pattern:
    """Take `text` apart. What only looks like a pattern, such as `[x]` or `{one}`, stays as it is."""
    fixed, parts, end = [""], list[_Part](), 0
    for match in _PART.finditer(text):
        part = _part(match)
        fixed[-1] += text[end : match.start()] + (match["bracket"] or (match[0] if part is None else ""))
        end = match.end()
        if part is not None:
            parts.append(part)
            fixed.append("")
    fixed[-1] += text[end:]
    return Pattern(tuple(fixed), tuple(parts))


def has_pattern(text: str) -> bool:
    """Say whether `text` stands for something else than itself."""
    return any(match["bracket"] or _part(match) is not None for match in _PART.finditer(text))


def _part(match: re.Match[str]) -> _Part | None:
    """Return what turns in a match; None for an escaped bracket, and where the step is zero."""
    if match["bracket"] or (match["step"] and not int(match["step"])):
        return None
    if match["list"] is not None:
        return tuple(match["list"].split(","))
    step = int(match["step"] or 1)
    if match["first"] is None:
        first, last = match["from"] or match["From"], match["to"] or match["To"]
        return _Count(_span(ord(first), ord(last), step), letters=True)
    first, last = match["first"], match["last"]
    padded = any(len(each) > 1 and each[0] == "0" for each in (first, last))
    return _Count(_span(int(first), int(last), step), max(len(first), len(last)) if padded else 0)


def _span(first: int, last: int, step: int) -> range:
    return range(first, last + 1, step) if first <= last else range(first, last - 1, -step)


def _endings(parts: Sequence[_Part], fixed: Sequence[str]) -> Iterator[str]:
    """Yield all combinations, holding none of them in memory."""
    if not parts:
        yield ""
        return
    for value in parts[0]:
        for rest in _endings(parts[1:], fixed[1:]):
            yield value + fixed[0] + rest
