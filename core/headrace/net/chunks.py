"""The chunked framing of a body (RFC 9112 section 7.1), taken away in place as the bytes arrive."""

import re
from http.client import HTTPException, LineTooLong
from typing import Final

from urllib3.exceptions import IncompleteRead

_LINE: Final = 1 << 16
"""Bytes of a size line with its extensions, at most."""
_LOOK: Final = 64
"""Bytes looked at for the end of a line at once: hardly any is longer."""
_TRAILER: Final = 1 << 18
"""Bytes of all trailer fields, at most."""
_SIZE: Final = re.compile(rb"([0-9A-Fa-f]{1,16})[ \t]*(?:;.*)?", re.DOTALL)
_LARGEST: Final = (1 << 63) - 1


class Chunks:
    """Takes chunk after chunk apart. Fed in any pieces, it keeps what is half a line until the rest comes.

    Strict where a fault would put wrong bytes into the file, lenient about bare line feeds and a missing last line.
    """

    def __init__(self) -> None:
        self.fault: Exception | None = None
        """What is wrong from here on; all content before it has been handed out."""
        self.complete = False
        """Whether the last chunk has come: no content follows."""
        self.ended = False
        """Whether the framing is over, trailer included."""
        self.surplus = 0
        """Bytes that came behind the end."""
        self.count = 0
        """Bytes of content so far."""
        self._missing = 0
        self._line = bytearray()
        self._trailer = 0
        self._expected = self._size_line

    def feed(self, view: memoryview) -> int:
        """Move the content within `view` to its beginning and return its size in bytes; read on until a fault."""
        read = kept = 0
        while read < len(view) and self.fault is None and not self.ended:
            if self._missing:
                size = min(self._missing, len(view) - read)
                if read != kept:
                    view[kept : kept + size] = view[read : read + size]
                read, kept = read + size, kept + size
                self._missing -= size
            else:
                read += self._read_line(view[read:])
        self.surplus += len(view) - read
        self.count += kept
        return kept

    def end(self) -> None:
        """Say that nothing more comes. Raises IncompleteRead unless the last chunk had come."""
        if not self.complete:
            raise IncompleteRead(self.count, self._missing or 1)

    def _read_line(self, view: memoryview) -> int:
        """Gather a line; let it be understood once it is whole. Return the bytes used."""
        held = len(self._line)
        self._line += view[:_LOOK]
        end = self._line.find(b"\n", held)
        if end >= 0:
            line = bytes(self._line[:end])
            self._line.clear()
            self._expected(line.removesuffix(b"\r"))
            return end + 1 - held
        if len(self._line) > _LINE:
            self.fault = LineTooLong("chunk size")
        return len(self._line) - held

    def _size_line(self, line: bytes) -> None:
        match = _SIZE.fullmatch(line)
        size = int(match[1], 16) if match else -1
        if not 0 <= size <= _LARGEST:
            self.fault = IncompleteRead(self.count, 1)
        self._missing = max(size, 0)
        self.complete = size == 0
        self._expected = self._trailer_line if self.complete else self._end_of_chunk

    def _end_of_chunk(self, line: bytes) -> None:
        if line:
            self.fault = IncompleteRead(self.count, 1)
        self._expected = self._size_line

    def _trailer_line(self, line: bytes) -> None:
        self._trailer += len(line)
        self.ended = not line
        if self._trailer > _TRAILER:
            self.fault = HTTPException("a trailer without an end")
