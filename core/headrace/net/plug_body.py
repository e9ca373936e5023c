"""The body of an answer that a plug brings."""

from collections.abc import Iterator, Mapping
from typing import Any

from headrace.errors import DownloadError
from headrace.net.body import ENDLESS, Body
from headrace.net.connections import Call
from headrace.net.headers import content_length
from headrace.net.plugs import Stream
from headrace.net.receiving import Receiver
from headrace.states import FailureReason


class PlugBody(Body):
    """Reads a stream as the engine reads bodies: in turns, counted, nothing after a stop, never short of its length."""

    def __init__(self, stream: Stream | None, headers: Mapping[str, str], call: Call, silence: float) -> None:
        """`silence`: seconds without a byte until the stream is given up."""
        super().__init__(call)
        self._stream, self._headers, self._silence = stream, headers, silence

    @property
    def _codings(self) -> str | None:
        return self._headers.get("Content-Encoding")

    @property
    def exact_length(self) -> int | None:
        """Bytes to come by Content-Length; None where nobody says. Raises DownloadError."""
        try:
            return 0 if self._stream is None else content_length(self._headers.get("Content-Length"))
        except ValueError as error:
            raise DownloadError.of(FailureReason.BAD_RESPONSE, str(error)) from error

    def _as_sent(self) -> Iterator[memoryview]:
        length = self.exact_length
        if self._stream is None or length == 0:
            return
        self._receiver = StreamReceiver(self._stream, self._call, self._silence)
        yield from self._straight(self._receiver, ENDLESS if length is None else length, length)

    def _release(self) -> None:
        self._leave(whole=True)

    def close(self) -> None:
        """Leave the stream, and the connection where it was not read to its end. Only the reading thread may."""
        self._leave(whole=False)

    def _leave(self, *, whole: bool) -> None:
        self.rest()
        stream, self._stream = self._stream, None
        if stream is not None:
            stream.leave(whole=whole)


class StreamReceiver(Receiver):
    """Takes bytes from a stream, as its base does from a socket."""

    def __init__(self, stream: Stream, call: Call, silence: float) -> None:
        super().__init__(_Faceless(stream, silence), call.interrupt, call.count)
        self._stream = stream

    def _wait(self, seconds: float | None, lacking: OSError) -> bool:  # noqa: ARG002 - a stream knows what it lacks
        return self._stream.wait(seconds)


class _Faceless:
    """A stream with what a receiver asks a socket for."""

    def __init__(self, stream: Stream, silence: float) -> None:
        self.recv_into, self._silence = stream.take, silence

    def gettimeout(self) -> float:
        return self._silence

    def settimeout(self, _seconds: Any) -> None:
        """Do nothing: a stream never blocks."""
