"""HTTP/2 behind the protocol of plugs: the requests to one server share a connection that is made as any other."""

from dataclasses import dataclass, field
from threading import Condition
from time import monotonic
from typing import Any, Final

import requests

from headrace.addresses import host_of, origin_of
from headrace.errors import DownloadError
from headrace.net.connections import Call, WakeableHTTPSConnection
from headrace.net.http2_connection import Headers, Http2Connection, OldVersionWantedError, UnansweredError
from headrace.net.http2_stream import Http2Stream
from headrace.net.plugs import DeclinedError, PlugAnswer, Terms
from headrace.net.pools import WakeableHTTPSPool
from headrace.net.sessions import WakeableAdapter
from headrace.net.tls import TlsContexts
from headrace.net_options import NetContext, NetOptions
from headrace.proxies import Proxy
from headrace.states import FailureReason

OFFERED: Final = ("h2", "http/1.1")
"""What servers are offered; one that takes the second is asked by HTTP/1.1."""
_DECLINED_SECONDS: Final = 600.0
"""For how long a server that does not speak it is not asked whether it does."""
_OF_THE_CONNECTION: Final = frozenset(
    {
        *("connection", "host", "keep-alive", "te", "transfer-encoding", "upgrade"),
        *("proxy-authorization", "proxy-connection"),
    }
)
"""Headers that mean nothing here (RFC 9113 section 8.2.2), or are said in another way."""


class Http2Pool(WakeableHTTPSPool):
    """Makes connections, and keeps none."""

    def connected(self, seconds: float) -> Any:
        """Return a new connection, shaken hands with, through the proxy where there is one."""
        made: Any = self._new_conn()
        made.timeout = seconds
        try:
            if self.proxy is None:
                made.connect()
            else:
                self._prepare_proxy(made)
        except BaseException:
            made.close()
            raise
        return made


@dataclass(slots=True)
class _Place:
    """A server, and the way to it."""

    changed: Condition = field(default_factory=Condition)
    connection: Http2Connection | None = None
    connecting: bool = False
    declined_at: float | None = None

    @property
    def declines(self) -> bool:
        return self.declined_at is not None and monotonic() - self.declined_at < _DECLINED_SECONDS

    def wake(self) -> None:
        with self.changed:
            self.changed.notify_all()


class Http2Adapter(WakeableAdapter):
    """Knows about proxies, certificates and what else holds for a host, and makes the connections."""

    https_pool = Http2Pool

    def __init__(self, options: NetOptions, context: NetContext) -> None:
        super().__init__(options, context)
        self.tls = TlsContexts(options, OFFERED)


def plug(options: NetOptions, context: NetContext) -> "Http2Plug":
    """Return the plug of a transport."""
    return Http2Plug(Http2Adapter(options, context))


class Http2Plug:
    """One for a transport. Thread-safe."""

    def __init__(self, adapter: Http2Adapter) -> None:
        self._adapter = adapter
        self._lock = Condition()
        self._places: dict[tuple[Any, ...], _Place] = {}

    def open(self, request: requests.PreparedRequest, call: Call, terms: Terms) -> PlugAnswer:
        """Ask for a file. Raises what `Plug.open` does: DeclinedError for what HTTP/1.1 is better for."""
        via = terms.via
        if request.method != "GET" or call.only_certificate or call.party is not None:
            raise DeclinedError  # a login of NTLM's kind belongs to a connection, and here it is shared
        if via is not None and via.scheme == "https":
            raise DeclinedError  # TLS within TLS cannot be read and written at once
        place = self._place(request.url or "", via)
        connection = self._connection(place, request, call, terms)
        headers = _headers(request)
        try:
            stream = connection.ask(headers, call, terms.connect)
            if stream is None:
                raise DeclinedError
            _tell(request, headers, call)
            return self._answer(stream, terms)
        except UnansweredError as error:
            if isinstance(error, OldVersionWantedError):
                place.declined_at = monotonic()
            call.reused = True  # then it is asked once more, on another connection
            raise

    def _answer(self, stream: Http2Stream, terms: Terms) -> PlugAnswer:
        try:
            head = dict(fields := list(stream.await_head(terms.silence)))
            status = _status(head.get(":status", ""))
        except BaseException:
            stream.leave(whole=False)
            raise
        told = [(name, value) for name, value in fields if not name.startswith(":")]
        if "content-length" not in head:
            told.append(("transfer-encoding", "chunked"))
        return PlugAnswer(status, told, stream, "HTTP/2")

    # -- connections -------------------------------------------------------------------------------------------

    def _place(self, address: str, via: Proxy | None) -> _Place:
        key = (*origin_of(address), None if via is None else via.address)
        with self._lock:
            return self._places.setdefault(key, _Place())

    def _connection(
        self, place: _Place, request: requests.PreparedRequest, call: Call, terms: Terms
    ) -> Http2Connection:
        """Return the connection to a place; of those who need one, one makes it, and the others wait."""
        call.interrupt.add(place.wake)
        try:
            with place.changed:
                place.changed.wait_for(lambda: call.interrupt.stopped or not place.connecting)
                call.interrupt.check()
                if place.declines:
                    raise DeclinedError
                if place.connection is not None and place.connection.usable:
                    call.reused = True
                    return place.connection
                place.connecting = True
        finally:
            call.interrupt.remove(place.wake)
        made = None
        try:
            made = self._connected(place, request, terms)
        finally:
            with place.changed:
                place.connection, place.connecting = made, False
                place.changed.notify_all()
        return made

    def _connected(self, place: _Place, request: requests.PreparedRequest, terms: Terms) -> Http2Connection:
        proxies = {} if terms.via is None else {"all": terms.via.address}
        pool: Any = self._adapter.get_connection_with_tls_context(request, verify=True, proxies=proxies)
        made: WakeableHTTPSConnection = pool.connected(terms.connect)
        sock: Any = made.sock
        if sock.selected_alpn_protocol() != OFFERED[0]:
            made.close()
            place.declined_at = monotonic()
            raise DeclinedError
        made.leave_call()
        connection = Http2Connection(made)
        connection.start()
        return connection

    def drop_idle(self) -> None:
        """Have the next requests go out on new connections; what is under way goes on."""
        for place in self._all():
            with place.changed:
                connection, place.connection, place.declined_at = place.connection, None, None
            if connection is not None:
                connection.retire()

    def close(self) -> None:
        """End all connections, and their threads."""
        for place in self._all():
            if place.connection is not None:
                place.connection.close()
                place.connection.join()

    def _all(self) -> list[_Place]:
        with self._lock:
            return list(self._places.values())


def _headers(request: requests.PreparedRequest) -> Headers:
    """Return a request's head as HTTP/2 has it: names in small letters, the first line as fields."""
    given = {name.lower(): value for name, value in request.headers.items()}
    fields = {
        ":method": request.method or "GET",
        ":scheme": "https",
        ":authority": given.get("host", host_of(request.url or "")),
        ":path": request.path_url,
    } | {name: value for name, value in given.items() if name not in _OF_THE_CONNECTION}
    return [(_bytes(name), _bytes(value)) for name, value in fields.items()]


def _status(text: str) -> int:
    if len(text) != 3 or not text.isascii() or not text.isdigit():
        raise DownloadError.of(FailureReason.BAD_RESPONSE, "its status is no number")
    return int(text)


def _bytes(text: str | bytes) -> bytes:
    return text if isinstance(text, bytes) else text.encode("latin-1")


def _tell(request: requests.PreparedRequest, headers: Headers, call: Call) -> None:
    if call.wire is None:
        return
    call.wire.line(f"{request.method} {request.path_url} HTTP/2")
    for name, value in headers:
        if not name.startswith(b":"):
            call.wire.field(name.decode("latin-1"), value.decode("latin-1"))
    call.wire.asked()
