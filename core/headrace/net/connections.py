"""Connections whose blocked reader can be woken from another thread, in every phase.

`response.close()` from another thread blocks behind the reader, `socket.close()` does not wake it, and an
SSLSocket's own `shutdown` drops the TLS layer, so that the reader is handed TLS records as content. What works is a
plain `shutdown` on a duplicate of the socket, taken before connecting. This module keeps that duplicate.
"""

import errno
import re
import socket
import ssl
from collections.abc import Callable
from contextlib import suppress
from contextvars import ContextVar
from dataclasses import dataclass
from email.message import Message
from functools import partial
from http.client import BadStatusLine, HTTPException, LineTooLong, RemoteDisconnected, parse_headers
from http.client import HTTPResponse as PlainResponse
from itertools import zip_longest
from typing import Any

from socks import ProxyConnectionError
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ConnectTimeoutError, HTTPError, NameResolutionError, NewConnectionError, SSLError
from urllib3.response import HTTPResponse
from urllib3.util import SKIP_HEADER
from urllib3.util.ssltransport import SSLTransport

from headrace.addresses import host_of
from headrace.errors import DownloadError
from headrace.exchanges import Wire
from headrace.net.binding import Way
from headrace.net.deadlines import HEADER_DEADLINE, TimedReader
from headrace.net.interrupt import Interrupt
from headrace.net.names import Resolved, resolve
from headrace.net.parties import Party
from headrace.net.proxied import is_to_be_asked_again, open_tunnel
from headrace.net.proxy_failures import proxy_failure, socks_failure, tunnel_failure
from headrace.net.proxy_identity import Nonce, ProxyIdentity
from headrace.net.racing import Race
from headrace.net.socket_handle import SocketHandle
from headrace.net.socks_proxies import plain, socks_socket
from headrace.net_options import Count, no_count
from headrace.proxies import Proxy
from headrace.states import Failure, FailureReason

_INTERIM_LIMIT = 100
_FIELD_NAME = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")


@dataclass(slots=True)
class Call:
    """One request under way in this thread: how it is interrupted, and what its connection turned out to be."""

    interrupt: Interrupt
    head_seconds: float = HEADER_DEADLINE
    """Seconds from the request to the end of the answer's head."""
    fresh: bool = False
    """Whether the request must go out on a connection of its own."""
    reused: bool = False
    """Whether the request went out on a connection that had served another before."""
    sock: Any = None
    handle: SocketHandle | None = None
    handle_is_loose: bool = False
    """Whether the connection gave its socket away to the response (Connection: close)."""
    wire: Wire | None = None
    """Where it is told what goes over the wire."""
    count: Count = no_count
    """Is told of the bytes of the body."""
    only_certificate: bool = False
    """Whether nothing is wanted but the server's certificate: then nothing is sent."""
    party: Party | None = None
    """For whom the connection is logged in; None where a login is told with each request, or there is none."""
    to_proxy: ProxyIdentity | None = None
    """Who asks the proxy that speaks HTTP, where there is one."""


class CertificateShown(Exception):  # noqa: N818 - no error: what was wanted is there
    """The certificate that a server shows, in DER."""


CURRENT_CALL: ContextVar[Call | None] = ContextVar("CURRENT_CALL", default=None)
"""The call the running thread makes: urllib3 passes nothing of ours from a request down to its connection."""


class PatientResponse(PlainResponse):
    """A response that passes over interim answers (RFC 9110 section 15.2) and whose head has a deadline."""

    def __init__(self, sock: socket.socket, *args: Any, **kwargs: Any) -> None:
        self._reader = TimedReader(sock, current_call().head_seconds)
        self._interim = 0
        super().__init__(self._reader, *args, **kwargs)  # type: ignore[arg-type]  # it wants nothing but makefile

    def begin(self) -> None:
        """Read the head. Raises DownloadError SLOW_HEADERS, and HTTPException for a head that is none or is cut."""
        super().begin()
        if self._reader.cut:  # http.client takes that for the head's end, and the body for an empty one
            raise RemoteDisconnected("the connection ended within the head")
        self._reader.relax()
        _recover_fields(self.headers)

    def _read_status(self) -> tuple[str, int, str]:
        while True:
            try:
                version, status, reason = super()._read_status()  # type: ignore[misc]
            except LineTooLong as error:
                raise BadStatusLine("64 KiB without an end of line") from error
            if status == 101 or not 100 <= status <= 199:
                return version, status, reason
            self._interim += 1
            if self._interim > _INTERIM_LIMIT:
                raise HTTPException(f"more than {_INTERIM_LIMIT} interim answers")
            parse_headers(self.fp)


def _recover_fields(headers: Message) -> None:
    """Take up the fields behind a line that is none: the parser stops there, and framing must not be missed."""
    rest = headers.get_payload()
    for line in rest.splitlines() if isinstance(rest, str) else ():
        name, colon, value = line.partition(":")
        if colon and _FIELD_NAME.fullmatch(name):
            headers[name] = value.strip()


class WakeableHTTPConnection(HTTPConnection):
    """A connection that keeps a SocketHandle from before connect() and registers it with the current Call."""

    response_class = PatientResponse
    party: Party | None = None
    """For whom it is logged in while it is in use."""
    nonce: Nonce | None = None
    """Of a digest that is told to the proxy."""
    _handle: SocketHandle | None = None
    _again: Callable[[Any], None]
    """Sends the request of the current call once more."""
    _served = 0

    def __init__(self, *args: Any, way: Way, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._way, self._via = way, way.via

    def _new_conn(self) -> socket.socket:
        return self._way.met(self._connected(current_call()))

    def _connected(self, call: Call) -> socket.socket:
        if self._via is None:
            return self._connect_any(call)
        if self._via.is_socks:
            return self._through(call, self._via)
        try:
            return self._connect_any(call)
        except HTTPError as error:
            raise proxy_failure(self._via, error) from error

    def _connect_any(self, call: Call) -> socket.socket:
        """Connect to whichever address of the host answers first."""
        found = self._way.usable(by_turns(self._resolved(call)))
        failure = OSError(errno.EADDRNOTAVAIL, "it has no address of the version of IP that is wanted")
        try:
            if len(found) == 1:
                return self._connect_to(call, socket.socket(*found[0][:3]), found[0][4])
            if found:
                return self._race(call, found)
        except OSError as error:
            call.interrupt.check()
            failure = error
        if isinstance(failure, TimeoutError):
            raise ConnectTimeoutError(self, f"{self.host} did not answer") from failure
        raise NewConnectionError(self, f"cannot connect to {self.host}: {failure}") from failure

    def _race(self, call: Call, found: list[tuple[Any, ...]]) -> socket.socket:
        sock, handle = Race(self._prepared, call.interrupt, self._seconds()).run(found)
        self._keep(handle, call)
        sock.settimeout(self._seconds())
        call.interrupt.check()  # a stop between the two found nothing to shut down
        return sock

    def _prepared(self, address: tuple[Any, ...]) -> socket.socket:
        """Return a socket for a resolved address, with its options and bound."""
        sock = socket.socket(*address[:3])
        try:
            self._set_up(sock)
        except BaseException:
            sock.close()
            raise
        return sock

    def _set_up(self, sock: socket.socket) -> None:
        for option in self.socket_options or ():
            sock.setsockopt(*option)
        self._way.bind(sock)

    def _through(self, call: Call, proxy: Proxy) -> socket.socket:
        """Connect through a SOCKS proxy, which is told a name, or an address that was looked up here."""
        target = self._dns_host, self.port
        if not proxy.looks_names_up:
            found = self._way.usable(by_turns(self._resolved(call)))
            target = next(
                (each[4][:2] for each in found if proxy.scheme != "socks4" or each[0] == socket.AF_INET), target
            )
        try:
            for family, kind, protocol, _, address in self._way.usable(by_turns(self._proxy_found(call, proxy))):
                sock = socks_socket((family, kind, protocol), proxy, address)
                with suppress(ProxyConnectionError):  # then another of its addresses may do
                    return plain(self._connect_to(call, sock, target))
        except OSError as error:
            call.interrupt.check()
            raise socks_failure(error, proxy) from error
        call.interrupt.check()
        raise proxy_failure(proxy)

    def _proxy_found(self, call: Call, proxy: Proxy) -> Resolved:
        return resolve(proxy.host, proxy.port, call.interrupt, self._seconds())

    def _resolved(self, call: Call) -> Resolved:
        try:
            return resolve(self._dns_host, self.port, call.interrupt, self._seconds())
        except TimeoutError as error:
            raise ConnectTimeoutError(self, str(error)) from error
        except OSError as error:
            raise NameResolutionError(self.host, self, _as_gaierror(error)) from error

    def _connect_to(self, call: Call, sock: socket.socket, address: Any) -> socket.socket:
        try:
            self._keep(SocketHandle(sock), call)
            self._set_up(sock)
            sock.settimeout(self._seconds())
            call.interrupt.check()
            sock.connect(address)
            call.interrupt.check()  # a stop that came before the connection found nothing to shut down
        except BaseException:
            sock.close()
            self._drop_handle()
            raise
        return sock

    def _tunnel(self) -> None:
        """Have a proxy connect to the server. Raises DownloadError where it answers that it does not."""
        status = open_tunnel(self, current_call().to_proxy)
        if status != 200:
            raise tunnel_failure(status, str(self._via))

    def _seconds(self) -> float | None:
        return self.timeout if isinstance(self.timeout, int | float) else None

    def _keep(self, handle: SocketHandle, call: Call) -> None:
        self._handle = handle
        self._served = 0
        call.interrupt.add(handle.shut_down)

    def _drop_handle(self) -> None:
        call = CURRENT_CALL.get()
        if self._handle is not None:
            if call is not None:
                call.interrupt.remove(self._handle.shut_down)
            self._handle.close()
            self._handle = None

    def request(self, method: str, url: str, body: Any = None, headers: Any = None, **kwargs: Any) -> None:
        """Send a request as urllib3 does, with the connection's handle registered for the current call."""
        call = current_call()
        self._again = partial(type(self).request, method=method, url=url, body=body, headers=headers, **kwargs)
        value = None if (who := self._who(call)) is None else who.value(method, url, self)
        headers = {**(headers or {}), "Proxy-Authorization": value} if value else headers
        if self._handle is not None:
            call.reused = self._served > 0
            call.interrupt.add(self._handle.shut_down)
        super().request(method, url, body, headers, **kwargs)
        self._served += 1
        if call.wire is not None:
            call.wire.asked()

    def _who(self, call: Call) -> ProxyIdentity | None:
        """Return who asks, where it is the proxy that is asked and not a server behind its tunnel."""
        return call.to_proxy if self._tunnel_host is None else None

    def putrequest(self, method: str, url: str, *args: Any, **kwargs: Any) -> None:
        """Begin a request as urllib3 does, and tell its first line."""
        if (wire := current_call().wire) is not None:
            wire.line(f"{method} {url} HTTP/1.1")
        super().putrequest(method, url, *args, **kwargs)

    def putheader(self, header: Any, *values: Any) -> None:
        """Send a header as urllib3 does, and tell it."""
        wire = current_call().wire
        if wire is not None and SKIP_HEADER not in values:
            wire.field(_text(header), ", ".join(map(_text, values)))
        super().putheader(header, *values)

    def getresponse(self) -> HTTPResponse:  # type: ignore[override]
        """Read the headers; where a proxy wants a login first, ask it again. Raises AskAgain, DownloadError."""
        call = current_call()
        while True:
            response, who = self._answer(call), self._who(call)
            try:
                if who is None or not is_to_be_asked_again(self, response, who):
                    return response
            except BaseException:
                self._handle = call.handle  # close() follows and gives it back
                response.close()
                raise
            reused = call.reused
            self._again(self)
            call.reused = reused

    def _answer(self, call: Call) -> HTTPResponse:
        """Read the headers; the handle survives a connection that gives its socket away to the response."""
        handle, self._handle = self._handle, None
        call.sock, call.handle = self.sock, handle
        try:
            response = super().getresponse()
        except BaseException:
            self._handle = handle  # close() follows and gives it back
            raise
        call.handle_is_loose = self.sock is None
        if not call.handle_is_loose:
            self._handle = handle
        if call.wire is not None:
            call.wire.answered(_status_line(response), response.headers.items())
        return response

    def leave_call(self) -> None:
        """Have a stop of the current call not end the connection any more: from now on it serves others, too."""
        if self._handle is not None:
            current_call().interrupt.remove(self._handle.shut_down)

    def close(self) -> None:
        """Close the connection and its handle, so that the server sees the end."""
        super().close()
        self._drop_handle()


class WakeableHTTPSConnection(WakeableHTTPConnection, HTTPSConnection):
    """The same over TLS, where a stream cut without close_notify is an error and not an end."""

    def connect(self) -> None:
        """Connect and shake hands; see RFC 8446 section 6.1 for why a ragged end must raise."""
        try:
            super().connect()
        except (ssl.SSLError, SSLError) as error:
            meant = self._meant(error)
            if meant is None:
                raise
            raise meant from error
        if current_call().only_certificate and isinstance(self.sock, ssl.SSLSocket | SSLTransport):
            raise CertificateShown(self.sock.getpeercert(binary_form=True) or b"")
        if isinstance(self.sock, ssl.SSLSocket | SSLTransport):
            vars(self.sock)["suppress_ragged_eofs"] = False  # a plain attribute of both, absent from their stubs

    def _meant(self, error: Exception) -> DownloadError | None:
        """Return what a failed handshake means, where it says more than that it failed."""
        if self._via is not None and self._via.scheme == "https" and self.proxy_is_verified is None:
            return proxy_failure(self._via, error)
        if isinstance(error, ssl.SSLCertVerificationError):
            why = error.verify_message
        elif isinstance(error, SSLError):
            why = "it shows another certificate than the one that is trusted"
        else:
            return None
        host, port = (self._tunnel_host, self._tunnel_port) if self._tunnel_host else (self.host, self.port)
        place = host_of(f"https://[{host.strip('[]')}]:{port}/" if ":" in host else f"https://{host}:{port}/")
        return DownloadError(Failure(FailureReason.TLS_CERTIFICATE, f"{place}: {why}"))


def by_turns(found: Resolved) -> list[tuple[Any, ...]]:
    """Order addresses so that families take turns (RFC 8305 section 4): a dead one then costs one timeout, not all."""
    first = [address for address in found if address[0] == found[0][0]]
    others = [address for address in found if address[0] != found[0][0]]
    return [address for pair in zip_longest(first, others) for address in pair if address is not None]


def current_call() -> Call:
    """Return the call the running thread makes. Raises RuntimeError where it makes none."""
    call = CURRENT_CALL.get()
    if call is None:
        raise RuntimeError("a connection is used outside Transport.get")
    return call


def _status_line(response: HTTPResponse) -> str:
    major, minor = divmod(response.version, 10)
    return f"HTTP/{major}.{minor} {response.status} {response.reason or ''}".rstrip()


def _text(value: Any) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)


def _as_gaierror(error: OSError) -> socket.gaierror:
    return error if isinstance(error, socket.gaierror) else socket.gaierror(str(error))
