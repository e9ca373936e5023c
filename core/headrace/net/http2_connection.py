"""An HTTP/2 connection (RFC 9113) over a socket of our own: many answers at once, each read by a thread of its own."""

import selectors
import socket
import ssl
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from threading import Condition, RLock, Thread
from time import monotonic
from typing import Any, Final

from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.errors import ErrorCodes
from h2.events import (
    DataReceived,
    Event,
    InformationalResponseReceived,
    ResponseReceived,
    StreamEnded,
    StreamReset,
)
from h2.exceptions import H2Error, ProtocolError
from h2.settings import SettingCodes, Settings

from headrace.net.connections import Call, WakeableHTTPSConnection
from headrace.net.http2_frames import GoAwayFilter
from headrace.net.http2_stream import Http2Stream
from headrace.net.idle import IDLE_SECONDS
from headrace.net.receiving import NOTHING_YET
from headrace.turns import Turn

_WINDOW: Final = 4 << 20
"""Bytes of one answer that may be on their way or wait to be taken."""
_CONNECTION_WINDOW: Final = 32 << 20
"""The same of all answers together."""
_SETTINGS: Final = {
    SettingCodes.ENABLE_PUSH: 0,
    SettingCodes.INITIAL_WINDOW_SIZE: _WINDOW,
}
_PIECE: Final = 1 << 18
"""Bytes read at once."""
_MOST_UNSENT: Final = 1 << 20
"""Bytes that a server which reads nothing may make us owe it."""
_INTERIM_LIMIT: Final = 100
_DEAF_SECONDS: Final = 5.0
"""Seconds of silence after which a connection that let somebody wait in vain is not asked again."""
Headers = Sequence[tuple[bytes, bytes]]


class UnansweredError(ConnectionResetError):
    """The connection ended, or was to end, before a request was heard: it may be sent again."""


class OldVersionWantedError(UnansweredError):
    """The server wants this very request by HTTP/1.1, as it does where a login belongs to a connection."""


class Http2Connection:
    """Thread-safe. A thread of its own reads the socket, as long as the connection lasts."""

    def __init__(self, made: WakeableHTTPSConnection, idle_seconds: float = IDLE_SECONDS) -> None:
        """Take over a connection that is made; it ends by itself when it served nobody for so long."""
        self._made, self._idle_seconds = made, idle_seconds
        self._idle_since = monotonic()
        self._sock: Any = made.sock
        self._sock.settimeout(0.0)
        self._lock = RLock()
        self._room = Condition(self._lock)
        self._streams: dict[int, Http2Stream] = {}
        self._unsent = bytearray()
        self._goaway = GoAwayFilter()
        self._heard_at = monotonic()
        self._ended = False
        self._retired = False
        self._reader, self._waker = socket.socketpair()
        self._reader.setblocking(False)  # noqa: FBT003 - the name of a method of the library
        self._waker.setblocking(False)  # noqa: FBT003
        self._h2 = H2Connection(H2Configuration(client_side=True, header_encoding="latin-1"))
        self._h2.local_settings = Settings(client=True, initial_values=_SETTINGS)
        self._h2.initiate_connection()
        self._h2.increment_flow_control_window(_CONNECTION_WINDOW - 65_535)
        self._thread = Thread(target=self._run, name="HTTP/2 connection", daemon=True)

    def start(self) -> None:
        """Begin to speak."""
        self._flush()
        self._thread.start()

    @property
    def usable(self) -> bool:
        """Whether further requests may be sent on it."""
        return not (self._ended or self._retired)

    # -- asking ------------------------------------------------------------------------------------------------

    def ask(self, headers: Headers, call: Call, seconds: float) -> Http2Stream | None:
        """Send a request without a body; None where the server takes no further one within so many seconds.

        Raises UnansweredError, StoppedError.
        """
        call.interrupt.add(self._wake)
        try:
            with self._room:
                self._room.wait_for(lambda: call.interrupt.stopped or not self.usable or self._has_room, seconds)
                call.interrupt.check()
                if self.usable and not self._has_room:
                    return None
                stream = self._begun(headers, call)
        finally:
            call.interrupt.remove(self._wake)
        stream.watch()
        return stream

    @property
    def _has_room(self) -> bool:
        return self._h2.open_outbound_streams < min(self._h2.remote_settings.max_concurrent_streams, 1000)

    def _begun(self, headers: Headers, call: Call) -> Http2Stream:
        if not self.usable:
            raise UnansweredError("the connection ends")
        try:
            number = self._h2.get_next_available_stream_id()
            stream = Http2Stream(self, self._lock, number, call)
            self._h2.send_headers(number, headers, end_stream=True)
        except H2Error as error:
            self._end(partial(UnansweredError, "the connection is of no more use"))
            raise UnansweredError("the connection is of no more use") from error
        self._streams[number] = stream
        self._flush()
        return stream

    def _wake(self) -> None:
        with self._room:
            self._room.notify_all()

    # -- what streams tell -------------------------------------------------------------------------------------

    def taken(self, number: int, size: int) -> None:
        """Let the server send as many bytes more."""
        if not self._ended:
            with suppress(H2Error):
                self._h2.acknowledge_received_data(size, number)
            self._flush()

    def left(self, stream: Http2Stream) -> None:
        """Have the rest of a stream not be sent, and what came of it and was not taken not count."""
        if self._streams.pop(stream.number, None) is None or self._ended:
            return
        with suppress(H2Error):
            if stream.unread:
                self._h2.acknowledge_received_data(stream.unread, stream.number)
        if not stream.ended and stream.fault is None:
            with suppress(H2Error):
                self._h2.reset_stream(stream.number, ErrorCodes.CANCEL)
            self._retired = self._retired or monotonic() - self._heard_at >= _DEAF_SECONDS
        self._flush()
        self._room.notify_all()
        self._rest()

    def _rest(self) -> None:
        self._idle_since = monotonic()
        if not self._streams and not self.usable:
            self._end(partial(UnansweredError, "the connection has ended"))

    def retire(self) -> None:
        """Serve no further request, and end with the last that is under way."""
        with self._lock:
            self._retired = True
            self._room.notify_all()
            if not self._streams:
                self.close()

    def close(self) -> None:
        """End it; whoever still reads is told of a loss. Never blocks for long."""
        with self._lock:
            if not self._ended:
                with suppress(H2Error):
                    self._h2.close_connection()
                self._flush()
            self._end(partial(ConnectionResetError, "the connection was closed"))

    def join(self) -> None:
        """Wait until its thread has ended; `close` came before."""
        self._thread.join()

    # -- its thread --------------------------------------------------------------------------------------------

    def _run(self) -> None:
        try:
            self._serve()
        finally:
            with self._lock:
                self._end(partial(ConnectionResetError, "the connection ended"))
                self._made.close()
                self._reader.close()
                self._waker.close()

    def _serve(self) -> None:
        turn = Turn()
        with selectors.DefaultSelector() as selector:
            selector.register(self._sock, selectors.EVENT_READ)
            selector.register(self._reader, selectors.EVENT_READ)
            while not self._ended:
                wanted = selectors.EVENT_READ | (selectors.EVENT_WRITE if self._unsent else 0)
                selector.modify(self._sock, wanted)
                selector.select(self._idle_seconds)
                with turn:
                    self._move()
                self._end_idle()

    def _end_idle(self) -> None:
        with self._lock:
            is_idle = not self._streams and monotonic() - self._idle_since >= self._idle_seconds
        if is_idle:
            self.close()

    def _move(self) -> None:
        """Send what is owed, and take in what has come."""
        with suppress(BlockingIOError):
            self._reader.recv(1 << 10)
        there_is_more = True
        while there_is_more and not self._ended:
            with self._lock:
                self._flush()
                data, fault = self._received()
                there_is_more = len(data) >= _PIECE
                if data:
                    self._take_in(data)
                if fault is not None:
                    self._end(fault)

    def _received(self) -> tuple[bytearray, Callable[[], Exception] | None]:
        """Return what has come, and what went wrong behind it; TLS hands out 16 KiB at a time."""
        data = bytearray()
        while len(data) < _PIECE:
            try:
                piece = self._sock.recv(_PIECE)
            except NOTHING_YET:
                break
            except OSError as error:
                return data, partial(_again, error)
            if not piece:
                return data, partial(ConnectionResetError, "the connection ended")
            data += piece
        return data, None

    def _take_in(self, data: bytearray) -> None:
        self._heard_at = monotonic()
        try:
            for event in self._h2.receive_data(self._goaway.feed(bytes(data))):
                self._note(event)
        except ProtocolError as error:
            self._flush()
            self._end(partial(ConnectionResetError, f"the server broke the rules of HTTP/2 ({type(error).__name__})"))
            return
        self._heed_goaway()
        self._room.notify_all()

    def _note(self, event: Event) -> None:
        if isinstance(event, DataReceived):
            self._note_data(event)
            return
        stream = self._streams.get(getattr(event, "stream_id", None) or 0)
        if stream is None:
            return
        if isinstance(event, ResponseReceived):
            stream.head = [(str(name), str(value)) for name, value in event.headers or ()]
        elif isinstance(event, InformationalResponseReceived):
            stream.interim += 1
            if stream.interim > _INTERIM_LIMIT:
                self._end(partial(ConnectionResetError, f"more than {_INTERIM_LIMIT} interim answers"))
        elif isinstance(event, StreamEnded):
            stream.ended = True
        elif isinstance(event, StreamReset):
            stream.fail(partial(_reset, event.error_code))
        stream.tell()

    def _note_data(self, event: DataReceived) -> None:
        size, number = len(event.data or b""), event.stream_id or 0
        stream = self._streams.get(number)
        unwanted = (event.flow_controlled_length or 0) - (size if stream is not None else 0)
        if unwanted:  # padding, and what comes for nobody
            self._h2.acknowledge_received_data(unwanted, number)
        if stream is not None and size:
            stream.put(event.data or b"")

    def _heed_goaway(self) -> None:
        last = self._goaway.last_stream
        if last is None:
            return
        self._retired = True
        for stream in list(self._streams.values()):
            if stream.number > last:
                stream.fail(partial(UnansweredError, "the server ends the connection"))
        if not self._streams:
            self._end(partial(UnansweredError, "the server ends the connection"))

    def _flush(self) -> None:
        """Send what the library wants sent, as far as the socket takes it; the thread sees to the rest."""
        with self._lock:
            if self._ended:
                return
            self._unsent += self._h2.data_to_send()
            try:
                while self._unsent:
                    del self._unsent[: self._sock.send(self._unsent)]
            except NOTHING_YET:
                if len(self._unsent) > _MOST_UNSENT:
                    self._end(partial(ConnectionResetError, "the server reads nothing"))
                self._nudge()
            except OSError:  # what came before is still to be read, and says what happened
                self._retired, self._unsent = True, bytearray()
                self._nudge()

    def _nudge(self) -> None:
        with suppress(OSError):
            self._waker.send(b"\0")

    def _end(self, fault: Callable[[], Exception]) -> None:
        """Serve nobody any more; the thread closes the socket."""
        if self._ended:
            return
        self._ended = True
        for stream in self._streams.values():
            stream.fail(fault)
        self._room.notify_all()
        self._nudge()


def _again(error: OSError) -> Exception:
    """Return an error like one that was raised already, for another thread."""
    if isinstance(error, ssl.SSLError):
        return type(error)(*error.args)
    return ConnectionResetError(*error.args)


def _reset(code: int | None) -> Exception:
    """Return what a stream that the server reset is (RFC 9113 section 8.7 on which of them were never heard)."""
    if code == ErrorCodes.REFUSED_STREAM:
        return UnansweredError("the server refused the request for now")
    if code == ErrorCodes.HTTP_1_1_REQUIRED:
        return OldVersionWantedError("the server wants HTTP/1.1")
    return ConnectionResetError("the server cut the answer")
