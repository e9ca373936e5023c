"""The body of a response, handed out as it arrives: a cut or stopped transfer loses no received byte."""

import io
from collections.abc import Callable, Iterator
from functools import partial
from http.client import HTTPResponse as PlainResponse
from typing import Any

from urllib3.exceptions import IncompleteRead
from urllib3.response import HTTPResponse

from headrace.errors import DownloadError
from headrace.net.body import ENDLESS, PIECE, Body
from headrace.net.chunks import Chunks
from headrace.net.connections import Call
from headrace.net.headers import content_length
from headrace.net.receiving import NOTHING_YET, SOON, Receiver
from headrace.states import FailureReason


class ArrivingBody(Body):
    """The body of an answer by HTTP/1: from the socket straight into one reusable buffer, chunks taken apart there."""

    def __init__(self, response: HTTPResponse, call: Call) -> None:
        super().__init__(call)
        self._response = response
        self._plain: PlainResponse | None = response._original_response  # noqa: SLF001 - as requests itself reads it
        self._chunks = Chunks()
        self._is_reusable = True
        """Whether nothing is known to lie in the connection behind this body."""

    @property
    def _original_response(self) -> PlainResponse | None:
        """Where requests looks for cookies to keep in the session."""
        return self._plain

    @property
    def certificate(self) -> bytes | None:
        """The certificate the server showed on this connection, in DER; None where there is none."""
        shown: Any = getattr(self._call.sock, "getpeercert", None)
        return None if shown is None else shown(binary_form=True)

    @property
    def _codings(self) -> str | None:
        return self._response.headers.get("Content-Encoding")

    @property
    def exact_length(self) -> int | None:
        """Bytes to come by Content-Length; None where the framing or the server does not say. Raises DownloadError."""
        plain = self._plain
        if plain is None or self._is_chunked:
            return None
        announced = self._announced
        return plain.length if plain.length == 0 or announced is None else announced  # 0 also where no body may be

    @property
    def _announced(self) -> int | None:
        try:
            return content_length(self._response.headers.get("Content-Length"))
        except ValueError as error:
            raise DownloadError.of(FailureReason.BAD_RESPONSE, str(error)) from error

    @property
    def _is_chunked(self) -> bool:
        """Whether the body comes in chunks: http.client sees that in one spelling alone (RFC 9112 section 6.1)."""
        said = self._response.headers.get("Transfer-Encoding", "").lower().split(",")
        codings = {name.strip() for name in said} - {"", "identity"}
        if codings - {"chunked"}:
            raise DownloadError.of(FailureReason.BAD_RESPONSE, "a transfer coding that was not asked for")
        return bool(codings)

    def _as_sent(self) -> Iterator[memoryview]:
        if self._is_chunked:
            return self._in_chunks()
        return self._as_it_is(self.exact_length)

    def _as_it_is(self, length: int | None) -> Iterator[memoryview]:
        """Yield a body without framing of its own; where its length is unknown the connection's end is its end."""
        missing = ENDLESS if length is None else length
        buffered = memoryview(self._buffered() if missing else b"")
        self._is_reusable = len(buffered) <= missing
        buffered = buffered[:missing]
        missing -= len(buffered)
        yield from self._split(buffered)
        if not missing:
            return
        yield from self._straight(self._begin_to_receive(), missing, length)

    def _in_chunks(self) -> Iterator[memoryview]:
        """Yield the content of chunks. Raises where a length beside them disagrees (RFC 9112 section 6.3)."""
        length = None if self._decoder else self._announced  # a re-coding on the way leaves the old length behind
        buffered = memoryview(bytearray(self._buffered()))
        yield from self._split(buffered[: self._chunks.feed(buffered)])
        buffer, receiver = memoryview(bytearray(PIECE)), self._begin_to_receive()
        receive = partial(self._receive_content, receiver)
        count, fault = 1, None
        while count and fault is None:
            count, fault = self._content_of(receiver, buffer[: self.piece], receive)
            if count:
                yield buffer[:count]
        if fault is not None:
            raise fault
        self._is_reusable = self._chunks.ended and not self._chunks.surplus
        if length is not None:
            self._compare(length, self._chunks.count)

    def _compare(self, announced: int, came: int) -> None:
        if came < announced:
            raise IncompleteRead(came, announced - came)
        if came > announced:
            raise DownloadError.of(FailureReason.BAD_RESPONSE, "the chunks are longer than the length beside them")

    def _split(self, view: memoryview) -> Iterator[memoryview]:
        while view:
            size = self.piece
            yield view[:size]
            view = view[size:]

    def _buffered(self) -> bytes:
        """Empty the reader that parsed the headers; what it holds came before anything still in the socket."""
        reader: Any = self._plain.fp if self._plain else None
        piece: bytes = reader.read1(io.DEFAULT_BUFFER_SIZE)  # so large is the buffer of that reader
        self._call.count(len(piece))
        self._call.interrupt.check()
        return piece

    def _begin_to_receive(self) -> Receiver:
        self._receiver = Receiver(self._call.sock, self._call.interrupt, self._call.count)
        return self._receiver

    def _content_of(
        self, receiver: Receiver, view: memoryview, receive: Callable[[memoryview], int]
    ) -> tuple[int, Exception | None]:
        try:
            return receiver.fill(view, receive)
        except TimeoutError:
            if not self._chunks.complete:
                raise
            return 0, None

    def _receive_content(self, receiver: Receiver, view: memoryview) -> int:
        """Do for chunks what `Receiver.receive` does for bare bytes: take some content; 0 is its end."""
        chunks = self._chunks
        while chunks.fault is None and not chunks.ended:
            count = self._receive_behind_the_end(receiver, view) if chunks.complete else receiver.receive(view)
            if not count:
                chunks.end()
                return 0
            content = chunks.feed(view[:count])
            if content:
                return content
        if chunks.fault is not None:
            raise chunks.fault
        return 0

    def _receive_behind_the_end(self, receiver: Receiver, view: memoryview) -> int:
        """Wait a moment for the last line: without it the content is whole, only the connection is of no more use."""
        receiver.patience = SOON
        try:
            return receiver.receive(view)
        except NOTHING_YET:
            raise
        except OSError:
            self._call.interrupt.check()
            return 0

    def _release(self) -> None:
        """Give the connection back to its pool: the body was read to its end. Surplus bytes would be the next head."""
        self._forget_handle()
        if self._receiver is not None:
            self._receiver.end()
        if not self._is_reusable or getattr(self._call.sock, "pending", int)():
            self._response.close()
            return
        if self._plain is not None:
            self._plain.close()
        self._response.release_conn()

    def close(self) -> None:
        """Close response and connection. Only the reading thread may call this."""
        self.rest()
        self._forget_handle()
        self._response.close()

    def _forget_handle(self) -> None:
        handle = self._call.handle
        if handle is not None:
            self._call.interrupt.remove(handle.shut_down)
            if self._call.handle_is_loose:
                handle.close()
            self._call.handle = None
