"""What the engine reads of every answer's body, whichever protocol brings it."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import Any

from urllib3.exceptions import IncompleteRead

from headrace.net.codings import Data
from headrace.net.connections import Call
from headrace.net.decoding import Decoder
from headrace.net.receiving import Receiver

PIECE = 1 << 20
"""Bytes of a full piece."""
ENDLESS = 1 << 63
"""Bytes to come where nobody says how many."""


class Body(ABC):
    """Stands in for `Response.raw` below `iter_content`. One thread reads; `Interrupt.stop` from another ends its wait.

    A yielded piece is valid until the next. What was received before a stop is handed on; what a read brings after it
    belongs to nobody and is dropped.
    """

    def __init__(self, call: Call) -> None:
        self._call = call
        self.decode = False
        """Whether to undo Content-Encoding; set before reading."""
        self.allow_large = False
        """Whether decoding may pass the limits of net.decoding; set before reading."""
        self.piece = PIECE
        """Bytes per piece at most; may be changed between pieces."""
        self._decoder: Decoder | None = None
        self._receiver: Receiver | None = None

    @property
    def arrived(self) -> int:
        """Bytes that came from the server, handed on or not; may be read from any thread."""
        return self._receiver.arrived if self._receiver else 0

    @property
    def label_was_wrong(self) -> bool:
        """Whether the body, decoded so far, was not in a coding it was labelled with, and came as it was sent."""
        return self._decoder is not None and self._decoder.as_it_came

    @property
    @abstractmethod
    def exact_length(self) -> int | None:
        """Bytes to come by Content-Length; None where the framing or the server does not say. Raises DownloadError."""

    @property
    @abstractmethod
    def _codings(self) -> str | None:
        """What Content-Encoding says."""

    @abstractmethod
    def _as_sent(self) -> Iterator[memoryview]:
        """Yield the body as it comes, never ending short."""

    @abstractmethod
    def _release(self) -> None:
        """Be told that the body was read to its end."""

    @abstractmethod
    def close(self) -> None:
        """Leave the body, and the connection where it was not read to its end. For the reading thread alone."""

    def stream(self, amt: int = PIECE, decode_content: bool | None = None) -> Iterator[Any]:  # noqa: ARG002, FBT001
        """Yield pieces of at most `amt` bytes; never end short.

        Raises what urllib3 raises, OSError, StoppedError, and DownloadError for what the decoder refuses.
        """
        self.piece = min(self.piece, amt)
        codings = self._codings if self.decode else None
        if codings and self.exact_length != 0:
            check = self._call.interrupt.check
            self._decoder = Decoder(codings, allow_large=self.allow_large, check=check)
            yield from self._decoded(self._decoder)
        else:
            yield from self._as_sent()
        self._release()

    def _decoded(self, decoder: Decoder) -> Iterator[Data]:
        for piece in self._as_sent():
            yield from decoder.decode(piece, lambda: self.piece)
        decoder.finish()

    def _straight(self, receiver: Receiver, missing: int, length: int | None) -> Iterator[memoryview]:
        """Yield what comes until nothing is missing; where `length` is unknown the connection's end is its end."""
        buffer = memoryview(bytearray(min(PIECE, missing)))
        while missing:
            count, fault = receiver.fill(buffer[: min(self.piece, missing)], receiver.receive)
            missing -= count
            if count:
                yield buffer[:count]
            if fault is not None:
                raise fault
            if not count:
                if length is None:
                    return
                raise IncompleteRead(length - missing, missing)

    def release_conn(self) -> None:  # noqa: B027 - what urllib3 offers is not wanted of any body
        """Do nothing: a connection is used again only after the last byte."""

    def rest(self) -> None:
        """Say that the piece has been used: others have their turn at moving bytes."""
        if self._receiver is not None:
            self._receiver.rest()
