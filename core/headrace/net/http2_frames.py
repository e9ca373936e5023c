"""Frames of HTTP/2 taken out of what arrives before the library sees them. Pure."""

import struct
from typing import Final

_HEAD: Final = 9
"""Bytes before each frame (RFC 9113 section 4.1)."""
_GOAWAY: Final = 7
_LONGEST: Final = 1 << 14
"""Bytes of a frame that a server may send (section 4.2); the library refuses a longer one."""


class GoAwayFilter:
    """Passes on what arrives and keeps GOAWAY back: the library takes nothing behind one, though answers go on.

    RFC 9113 section 6.8: the streams up to the last one it names are served to their end.
    """

    def __init__(self) -> None:
        self.last_stream: int | None = None
        """The highest stream that the server still answers, once it said that it will end the connection."""
        self._waiting = bytearray()
        """The beginning of a frame's head, or of a GOAWAY."""
        self._passing = 0
        """Bytes to pass on of the frame that is under way."""

    def feed(self, data: bytes) -> bytes:
        """Return what the library is to have of `data`."""
        if self._passing >= len(data):
            self._passing -= len(data)
            return data
        passed = [data[: self._passing]]
        self._waiting += data[self._passing :]
        self._passing = 0
        while len(self._waiting) >= _HEAD:
            length, kind = int.from_bytes(self._waiting[:3], "big"), self._waiting[3]
            size = _HEAD + length
            if kind == _GOAWAY and 8 <= length <= _LONGEST:
                if len(self._waiting) < size:
                    break
                self._note(bytes(self._waiting[_HEAD : _HEAD + 4]))
            else:
                passed.append(bytes(self._waiting[:size]))
                self._passing = max(0, size - len(self._waiting))
            del self._waiting[:size]
        return b"".join(passed)

    def _note(self, last: bytes) -> None:
        stream = struct.unpack(">I", last)[0] & 0x7FFFFFFF
        self.last_stream = stream if self.last_stream is None else min(self.last_stream, stream)
