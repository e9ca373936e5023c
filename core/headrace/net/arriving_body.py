"""The body of a response, handed out as it arrives: a cut or stopped transfer loses no received byte."""

import io
import time
from collections.abc import Iterator
from http.client import HTTPResponse as PlainResponse
from typing import Any

from urllib3.exceptions import IncompleteRead
from urllib3.response import HTTPResponse

from headrace.errors import StoppedError
from headrace.net.connections import Call

PIECE = 1 << 20
"""Bytes of a full piece."""
_HAND_ON = 0.1
"""Seconds after which a piece is handed on though it is not full."""
_SMALL = 1 << 16


class ArrivingBody:
    """Stands in for `Response.raw` below `iter_content`. One thread reads; `Interrupt.stop` from another ends its wait.

    A body sent as it is and of known length fills one reusable buffer straight from the socket; a yielded piece is
    valid until the next. All other bodies (chunked, encoded, without length) take urllib3's way in small pieces.
    What was received before a stop is handed on; what a read brings after it belongs to nobody and is dropped.
    """

    def __init__(self, response: HTTPResponse, call: Call, *, decode: bool = False) -> None:
        self._response = response
        self._call = call
        self._plain: PlainResponse | None = response._original_response  # noqa: SLF001 - as requests itself reads it
        self.decode = decode
        """Whether to undo Content-Encoding; set before reading."""
        self.piece = PIECE
        """Bytes per piece at most; may be changed between pieces."""

    @property
    def _original_response(self) -> PlainResponse | None:
        """Where requests looks for cookies to keep in the session."""
        return self._plain

    @property
    def exact_length(self) -> int | None:
        """Bytes to come by Content-Length; None where the framing or the server does not say."""
        plain = self._plain
        return None if plain is None or plain.chunked else plain.length

    def stream(self, amt: int = PIECE, decode_content: bool | None = None) -> Iterator[Any]:  # noqa: ARG002, FBT001
        """Yield pieces of at most `amt` bytes. Raises what urllib3 raises, OSError, StoppedError; never ends short."""
        self.piece = min(self.piece, amt)
        length = self.exact_length
        yield from self._as_it_is(length) if length and not self._encoded else self._by_urllib3()
        self._release()

    @property
    def _encoded(self) -> bool:
        return self.decode and bool(self._response.headers.get("Content-Encoding"))

    def _by_urllib3(self) -> Iterator[bytes]:
        while True:
            piece = self._response.read1(min(_SMALL, self.piece), decode_content=self.decode)
            self._call.interrupt.check()  # a body without length ends "cleanly" when its socket is shut down
            if not piece:
                return
            yield piece

    def _as_it_is(self, missing: int) -> Iterator[memoryview]:
        buffered = memoryview(self._buffered(missing))
        missing -= len(buffered)
        while buffered:
            size = self.piece
            yield buffered[:size]
            buffered = buffered[size:]
        buffer = memoryview(bytearray(min(PIECE, missing)))
        while missing:
            count, fault = self._fill(buffer[: min(self.piece, missing)])
            missing -= count
            if count:
                yield buffer[:count]
            if fault is not None:
                raise fault
            if not count:
                raise IncompleteRead(0, missing)

    def _buffered(self, missing: int) -> bytes:
        """Empty the reader that parsed the headers; what it holds came before anything still in the socket."""
        reader: Any = self._plain.fp if self._plain else None
        piece: bytes = reader.read1(min(io.DEFAULT_BUFFER_SIZE, missing))  # so large is the buffer of that reader
        self._call.interrupt.check()
        if not piece:
            raise IncompleteRead(0, missing)
        return piece

    def _receive(self, view: memoryview) -> int:
        count: int = self._call.sock.recv_into(view)
        self._call.interrupt.check()
        return count

    def _fill(self, view: memoryview) -> tuple[int, Exception | None]:
        """Wait for bytes, then take what comes until `view` is full or a tenth of a second is over."""
        sock = self._call.sock
        filled = self._receive(view)
        if filled in (0, len(view)):
            return filled, None
        give_up, patience = time.monotonic() + _HAND_ON, sock.gettimeout()
        sock.settimeout(_HAND_ON)
        try:
            while filled < len(view) and time.monotonic() < give_up:
                count = self._receive(view[filled:])
                if not count:
                    break  # the end shows again at the next call
                filled += count
        except TimeoutError:
            pass
        except (OSError, StoppedError) as error:
            return filled, error  # raised once the bytes are handed on
        finally:
            sock.settimeout(patience)
        return filled, None

    def _release(self) -> None:
        """Give the connection back to its pool: the body was read to its end."""
        self._forget_handle()
        if self._plain is not None:
            self._plain.close()
        self._response.release_conn()

    def release_conn(self) -> None:
        """Do nothing: a connection goes back to its pool only after the last byte."""

    def close(self) -> None:
        """Close response and connection. Only the reading thread may call this."""
        self._forget_handle()
        self._response.close()

    def _forget_handle(self) -> None:
        handle = self._call.handle
        if handle is not None:
            self._call.interrupt.remove(handle.shut_down)
            if self._call.handle_is_loose:
                handle.close()
            self._call.handle = None
