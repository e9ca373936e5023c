"""Where one file of a recording ends and the next begins. Pure: `now` is monotonic seconds, passed in."""

import re
from pathlib import PurePath
from typing import Final

from headrace.recordings import Recording

LINE_WITHIN: Final = (1 << 16, 5.0)
"""Bytes and seconds that a text may run on for the end of its line."""

_STAMP: Final = re.compile(r"-([0-9]{8}T[0-9]{6}Z)(?=\.|\Z)")
_STAMP_BYTES: Final = len("-20261121T101500Z")
_NAME_BYTES: Final = 255 - len(".0123456789abcdef.part") - len(" (9999)")


def stamped(name: str, stamp: str) -> str:
    """Put the time at which a piece began, such as 20261121T101500Z, before the extension; 255 bytes at most, in all.

    Pieces so named sort as they came.
    """
    suffix = PurePath(name).suffix if len(PurePath(name).suffix) <= 16 else ""
    room = _NAME_BYTES - _STAMP_BYTES - len(suffix.encode())
    stem = name.removesuffix(suffix).encode()[:room].decode("utf-8", "ignore")
    return f"{stem}-{stamp}{suffix}"


def stamp_in(name: str) -> str | None:
    """Return the last stamp in the name of a piece or of its part file; None where there is none."""
    found = _STAMP.findall(name)
    return found[-1] if found else None


class RollOver:
    """Decides for one recording. Text ends with a line if one ends within LINE_WITHIN, other content at the byte.

    Size and time are looked at when bytes come: a silent feed keeps its piece. UTF-16 and UTF-32 are no text here.
    """

    def __init__(self, wishes: Recording) -> None:
        self._size = wishes.roll_size
        self._seconds = wishes.roll_seconds
        self.text = False
        """Whether lines are looked for."""
        self._began = 0.0
        self._due: tuple[int, float] | None = None
        self._line_ended = False

    def begin(self, now: float) -> None:
        """Note that a piece begins."""
        self._began, self._due, self._line_ended = now, None, False

    def cut(self, data: memoryview, position: int, now: float) -> int | None:
        """Say how many bytes of `data`, which comes at `position` of the piece, end it; None if it goes on behind them.

        Never 0 at the beginning of a piece, so that none is empty.
        """
        if self._due is None:
            self._due = self._newly_due(len(data), position, now)
        if self._due is None:
            place = None
        elif self.text:
            place = self._line_end(data, position, now, *self._due)
        else:
            place = max(0, self._due[0] - position)
        if place is None and data:
            self._line_ended = data[-1] == ord("\n")
        return place

    def _newly_due(self, count: int, position: int, now: float) -> tuple[int, float] | None:
        if position and self._seconds is not None and now - self._began >= self._seconds:
            return position, now
        if self._size is not None and position + count >= self._size:
            return self._size, now
        return None

    def _line_end(self, data: memoryview, position: int, now: float, due: int, since: float) -> int | None:
        first, latest = max(0, due - position), due + LINE_WITHIN[0] - position
        if first == 0 and (self._line_ended or now - since >= LINE_WITHIN[1] or latest <= 0):
            return 0
        start = max(0, first - 1)  # a line that ends where the cut is due
        found = bytes(data[start:latest]).find(b"\n")
        if found >= 0:
            return start + found + 1
        return latest if len(data) >= latest else None
