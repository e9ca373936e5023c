"""Content-Encoding undone under limits (RFC 9110 section 8.4): a bomb costs neither memory nor disk."""

import re
from collections.abc import Callable, Generator, Iterator
from typing import Final

from headrace.errors import DownloadError
from headrace.net.codings import Coding, Data, Stream, coding
from headrace.states import FailureReason

OUTPUT_LIMIT: Final = 1 << 30
"""Bytes of output, at most, unless allowed."""
RATIO_FREE: Final = 16 << 20
"""Bytes of output that may come out of any input."""
RATIO_LIMIT: Final = 100
"""Bytes of output for each of input, at most, beyond RATIO_FREE."""
CODINGS_LIMIT: Final = 3
LARGEST_PIECE: Final = 1 << 20
"""Bytes of output handed on at once, at most."""

_SLICE: Final = 1 << 16
"""Bytes of input given at once, at most: decoders copy what they do not use."""
_NO_CODINGS: Final = {"none", "binary", "7bit", "8bit", "utf-8", "utf8", "aws-chunked"}
"""What servers write in the place of a coding though the body is as it is."""
_UNPRINTABLE: Final = re.compile(r"[^\x21-\x7e]")


class Decoder:
    """Undoes the codings a body came in, the last first. It says at the end whether the body was whole.

    Output never exceeds the limits, and memory stays within some pieces whatever the input. One thread uses it.
    """

    def __init__(self, codings: str, *, allow_large: bool = False, check: Callable[[], object] = lambda: None) -> None:
        """Take up a Content-Encoding; `check` is called before each step, and may raise.

        Raises DownloadError BAD_RESPONSE for a coding that cannot be undone here.
        """
        names = [name.strip().lower() for name in codings.split(",")]
        names = [name for name in names if name not in ("", "identity")]
        self._has_no_coding = any(name in _NO_CODINGS for name in names)
        self._allow_large = allow_large
        self._check = check
        self._input = 0
        self._stages = [_Stage(_known(name), self._watch) for name in reversed(names) if name not in _NO_CODINGS]
        if len(self._stages) > CODINGS_LIMIT:
            raise DownloadError.of(FailureReason.BAD_RESPONSE, f"{len(self._stages)} encodings on top of one another")

    @property
    def as_it_came(self) -> bool:
        """Whether the body is not in a coding it was said to be in, and is passed on unchanged."""
        return self._has_no_coding or any(stage.as_it_came for stage in self._stages)

    def decode(self, data: Data, largest: Callable[[], int] = lambda: LARGEST_PIECE) -> Iterator[Data]:
        """Yield what `data` holds in pieces of at most `largest()` bytes; a piece is valid until the next.

        Raises DownloadError BAD_RESPONSE for damage and DECODED_TOO_LARGE where a limit is passed.
        """
        for start in range(0, len(data), _SLICE):
            piece = data[start : start + _SLICE]
            self._input += len(piece)
            yield from self._through(self._stages, piece, largest)

    def finish(self) -> None:
        """Say that nothing more comes. Raises DownloadError CONTENT_CUT unless each coding came to its end."""
        if not all(stage.whole for stage in self._stages):
            raise DownloadError.of(FailureReason.CONTENT_CUT)

    def _through(self, stages: list["_Stage"], data: Data, largest: Callable[[], int]) -> Iterator[Data]:
        if not stages:
            yield from _split(data, largest)
        elif len(stages) == 1:
            yield from stages[0].decode(data, largest)
        else:
            for piece in stages[0].decode(data, lambda: _SLICE):
                yield from self._through(stages[1:], piece, largest)

    def _watch(self, output: int) -> None:
        """Let one coding go on whose output is this large. Raises DownloadError, and what `check` raises."""
        self._check()
        if self._allow_large or output <= RATIO_FREE:
            return
        if output > OUTPUT_LIMIT or output > RATIO_LIMIT * self._input:
            raise DownloadError.of(FailureReason.DECODED_TOO_LARGE)


class _Stage:
    """Undoes one coding, stream after stream; or passes on what is not in it at all."""

    def __init__(self, kind: Coding, watch: Callable[[int], None]) -> None:
        self._coding, self._watch = kind, watch
        self._stream: Stream | None = None
        self._streams = 0
        self._head = b""
        """The beginning of a stream, too short to tell."""
        self._tried: bytearray | None = None if kind.marked else bytearray()
        """What was given without any output so far, where only the attempt tells whether it is in the coding."""
        self._over = False
        self._output = 0
        self.as_it_came = False

    @property
    def whole(self) -> bool:
        """Whether the body may end here."""
        at_end = self._stream is None and self._streams > 0 and not self._head
        return self.as_it_came or self._over or at_end

    def decode(self, data: Data, largest: Callable[[], int]) -> Iterator[Data]:
        """Yield output. Raises DownloadError BAD_RESPONSE for damage, and what `watch` raises."""
        while len(data) and not self._over:
            if self.as_it_came:
                yield from _split(data, largest)
                return
            if self._stream is None:
                data = self._begin(data)
            else:
                data = yield from self._run(self._stream, data, largest)

    def _begin(self, data: Data) -> Data:
        """Open a stream as soon as it can be seen that there is one; return the input to go on with."""
        head = self._head + bytes(data)
        if self._streams:
            head = head.lstrip(b"\0")  # padding
        begins = self._coding.begins(head)
        self._head = head if begins is None else b""
        if begins:
            self._stream = self._coding.open(head)
            self._streams += 1
        elif begins is False:  # rubbish behind the last stream is nobody's
            self._over = self._streams > 0
            self.as_it_came = not self._over
        return b"" if begins is None else head

    def _run(self, stream: Stream, data: Data, largest: Callable[[], int]) -> Generator[Data, None, Data]:
        """Yield what comes out of `data`; return what of it lies behind the end of the stream."""
        more = True
        while more and not stream.eof:
            self._watch(self._output)
            try:
                piece, data, more = stream.feed(self._try(data), largest())
            except self._coding.errors as error:
                return self._refused(error)
            self._output += len(piece)
            self._watch(self._output)
            if piece:
                self._tried = None
                yield from _split(piece, largest)  # brotli's module takes its bound for a hint
        if not stream.eof:
            return b""
        self._stream = None
        self._over = not self._coding.repeats
        return stream.unused_data

    def _try(self, data: Data) -> Data:
        """Remember what is given until output shows that it is in the coding."""
        if self._tried is not None:
            self._tried += data
            if len(self._tried) > 2 * _SLICE:
                self._tried = None
        return data

    def _refused(self, error: Exception) -> Data:
        """Return the body so far, to be passed on as it came. Raises DownloadError where some was in the coding."""
        if self._tried is None:
            raise DownloadError.of(FailureReason.BAD_RESPONSE, "a damaged encoding") from error
        self.as_it_came = True
        return bytes(self._tried)


def _known(name: str) -> Coding:
    found = coding(name)
    if found is None:
        raise DownloadError.of(FailureReason.BAD_RESPONSE, f"encoding {_UNPRINTABLE.sub('?', name)[:40]}")
    return found


def _split(data: Data, largest: Callable[[], int]) -> Iterator[Data]:
    while len(data):
        size = largest()
        yield data[:size]
        data = data[size:]
