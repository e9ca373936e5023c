"""The control file that aria2 keeps beside an unfinished file, as its manual describes it. Pure."""

import struct
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from headrace.takeover.partial import Stretch, joined

SUFFIX: Final = ".aria2"
MOST_BYTES: Final = 64 << 20
"""Of a control file: enough for any."""
_BLOCK: Final = 16 << 10
"""Bytes of a block of a piece that is on its way."""


@dataclass(frozen=True, slots=True)
class Control:
    """What a control file says."""

    total: int
    stretches: tuple[Stretch, ...]


class _Reader:
    """Walks along the file; raises ValueError where it ends too early."""

    def __init__(self, data: bytes, order: str) -> None:
        self._data, self._order, self._at = data, order, 6

    def number(self, kind: str) -> int:
        """Read a number of struct's `kind`."""
        return int(struct.unpack(self._order + kind, self.bytes(struct.calcsize("=" + kind)))[0])

    def bytes(self, count: int) -> bytes:
        """Read so many bytes."""
        found = self._data[self._at : self._at + count]
        if len(found) < count:
            raise ValueError("aria2's control file is cut off")
        self._at += count
        return found


def read_control(data: bytes, size: int) -> Control:
    """Read a control file; `size` is that of the file it belongs to. Raises ValueError with a sentence."""
    version = data[:2]
    if version not in (b"\0\0", b"\0\1"):
        raise ValueError("this is not a control file of aria2")
    own_order = "<" if sys.byteorder == "little" else ">"
    reader = _Reader(data, ">" if version == b"\0\1" else own_order)
    reader.bytes(reader.number("I"))  # an info hash: BitTorrent
    piece, total, _ = reader.number("I"), reader.number("Q"), reader.number("Q")
    if not piece or not total:
        raise ValueError("aria2's control file says nothing of the file's length")
    field = reader.bytes(reader.number("I"))
    if len(field) * 8 < -(-total // piece):
        raise ValueError("aria2's control file contradicts itself")
    stretches = [*_ones(field, piece, total), *_on_their_way(reader, piece)]
    return Control(total, joined(stretches, min(total, size)))


def _ones(field: bytes, piece: int, total: int) -> Iterator[Stretch]:
    """Yield a stretch for each bit that is set, the highest of the first byte being the first piece."""
    for index in range(-(-total // piece)):
        if field[index >> 3] & 0x80 >> (index & 7):
            yield index * piece, (index + 1) * piece


def _on_their_way(reader: _Reader, piece: int) -> Iterator[Stretch]:
    for _ in range(reader.number("I")):
        index, length = reader.number("I"), reader.number("I")
        blocks = reader.bytes(reader.number("I"))
        if length > piece or len(blocks) * 8 < -(-length // _BLOCK):
            raise ValueError("aria2's control file contradicts itself")
        for start, end in _ones(blocks, _BLOCK, length):
            yield index * piece + start, index * piece + min(end, length)
