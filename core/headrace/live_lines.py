"""Lines of text as they are shown while they arrive: what one is, which are kept, what is no text at all. Pure."""

import codecs
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import Enum
from itertools import repeat
from operator import itemgetter
from typing import Final, NamedTuple, Protocol

KEPT_LINES: Final = 100_000
KEPT_SIZE: Final = 16 << 20
"""Bytes of memory for the texts of kept lines; whoever shows them keeps as much again."""
LOOKED_AT: Final = 4096
"""Bytes at the beginning of a file by which is told whether it is text."""

Spans = tuple[int, ...]
"""Where in a line something was found: start, length, start, length, in UTF-16 units as Qt counts."""
Line = tuple[str, Spans]
"""Plain tuples, which the garbage collector leaves alone however many there are."""
_AT_ONCE: Final = 4_000
_CONTROLS: Final = frozenset(range(0x20)) - frozenset(b"\t\n\r\f\b\x1b") | {0x7F}
_NO_TEXT_FROM: Final = 0.05
"""Part of characters that are none, from which on bytes are no text."""


class NoteKind(Enum):
    """What has to be said between the lines."""

    EARLIER = "earlier"
    """So many bytes stand before what is shown."""
    PASSED_OVER = "passed over"
    """So many bytes came faster than they could be shown."""
    ANEW = "anew"
    """The file was begun anew from its first byte."""
    NEXT_FILE = "next file"
    """A recording goes on in another file."""


class Note(NamedTuple):
    """Something said between the lines; `size` in bytes."""

    kind: NoteKind
    size: int = 0


Entry = Line | Note


class Finder(Protocol):
    """Looks for something in lines. Called in the thread of a feed, so it must come back soon, whatever the line."""

    def find(self, line: str) -> Spans | None:
        """Return where it is found, empty for a match of no length; None where it is not."""


def found_in(
    entries: Iterable[Entry], finder: Finder | None, *, only: bool, is_over: Callable[[], bool] = lambda: False
) -> list[Entry] | None:
    """Return entries, with what `finder` finds in each, where nothing was found yet; with `only`, those and notes.

    None once `is_over`, which is asked with every line, says that nobody wants to know any more.
    """
    if finder is None:
        return list(entries)
    kept: list[Entry] = []
    for entry in entries:
        if isinstance(entry, Note):
            kept.append(entry)
            continue
        if is_over():
            return None
        spans = finder.find(entry[0])
        if spans is not None or not only:
            kept.append((entry[0], spans or ()))
    return kept


def size_of(entries: Sequence[Entry]) -> int:
    """Return the bytes of memory the texts of entries take, at about 60 ns for each."""
    return sum(sum(map(sys.getsizeof, map(itemgetter(0), few))) for few in _in_pieces(entries))


def lines_in(entries: Sequence[Entry]) -> int:
    """Return how many entries are lines, as fast as `size_of`."""
    return len(entries) - sum(sum(map(isinstance, few, repeat(Note))) for few in _in_pieces(entries))


def _in_pieces(entries: Sequence[Entry]) -> Iterator[Sequence[Entry]]:
    """Part entries, since other threads wait for the whole of what is counted by one call."""
    if len(entries) <= _AT_ONCE:
        return iter((entries,))
    return (entries[place : place + _AT_ONCE] for place in range(0, len(entries), _AT_ONCE))


class Fit(NamedTuple):
    """What is to be kept besides, measured once: that takes a while for a hundred thousand lines."""

    fresh: Sequence[Entry]
    size: int
    lines: int
    excess: int
    """How many of the oldest must go first."""


class KeptLines:
    """The newest entries, bounded in number and in memory."""

    def __init__(self, lines: int = KEPT_LINES, size: int = KEPT_SIZE) -> None:
        self.entries: list[Entry] = []
        self.lines = 0
        """How many of the entries are lines."""
        self._most_entries, self._most_size = lines, size
        self._size = 0

    def fit(self, fresh: Sequence[Entry]) -> Fit:
        """Return the end of `fresh` that can be kept, and what must go for it."""
        fresh = fresh[-self._most_entries :]
        size, first = size_of(fresh), 0
        while size > self._most_size:
            size -= size_of(fresh[first : first + 1])
            first += 1
        fresh = fresh[first:] if first else fresh
        return Fit(fresh, size, lines_in(fresh), self._excess(len(fresh), size))

    def _excess(self, count: int, size: int) -> int:
        gone = max(0, len(self.entries) + count - self._most_entries)
        over = self._size + size - self._most_size - size_of(self.entries[:gone])
        while over > 0 and gone < len(self.entries):
            over -= size_of(self.entries[gone : gone + 1])
            gone += 1
        return gone

    def drop(self, count: int) -> None:
        """Let the oldest go."""
        gone = self.entries[:count]
        self._size -= size_of(gone)
        self.lines -= lines_in(gone)
        del self.entries[:count]

    def extend(self, fit: Fit) -> None:
        """Put entries behind the others, once their excess is gone."""
        self.entries.extend(fit.fresh)
        self._size += fit.size
        self.lines += fit.lines

    def push(self, fresh: Sequence[Entry]) -> None:
        """Put entries behind the others, and let go of as many of the oldest as it takes."""
        fit = self.fit(fresh)
        self.drop(fit.excess)
        self.extend(fit)

    def clear(self) -> None:
        """Let all go."""
        self.entries = []
        self._size = self.lines = 0


def is_text(head: bytes, codec: str) -> bool:
    """Tell whether the first bytes of a file, of which the last character may be cut, are text in that codec."""
    text = codecs.getincrementaldecoder(codec)("replace").decode(head)
    if not text:
        return True
    if "\0" in text:
        return False
    strange = sum(char == "\ufffd" or ord(char) in _CONTROLS for char in text)
    return strange <= len(text) * _NO_TEXT_FROM or (strange == text.count("\ufffd") and _is_eight_bit(head))


def _is_eight_bit(head: bytes) -> bool:
    """Tell whether bytes that are no UTF-8 may be text of one byte a character: letters in plenty, controls none."""
    return sum(byte < 0x80 for byte in head) >= len(head) * 0.4 and not _CONTROLS & set(head)
