"""Plugs: how other protocols than HTTP/1 are spoken for the engine, which asks and is answered as by a web server."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

import requests

from headrace.net.connections import Call
from headrace.net.idle import IdleConnections
from headrace.net.tls import TlsContexts
from headrace.net_options import NetContext, NetOptions
from headrace.proxies import Proxy


@dataclass(frozen=True, slots=True)
class Terms:
    """On what terms one request is made."""

    connect: float
    """Seconds to connect."""
    silence: float
    """Seconds without a byte until a connection is given up."""
    via: Proxy | None = None
    """The proxy that was chosen. A plug that cannot go through it refuses; it never goes past it."""


@dataclass(frozen=True, slots=True)
class Grounds:
    """What the plugs of one transport stand on."""

    options: NetOptions
    context: NetContext
    tls: TlsContexts
    idle: IdleConnections
    """Where connections wait for their next request, and are closed when none comes."""


class Stream(Protocol):
    """The bytes of one answer on their way. One thread uses it."""

    def take(self, view: memoryview) -> int:
        """Take what has come, without waiting; return how many bytes, 0 at the end.

        Raises BlockingIOError where nothing has come yet, OSError for a loss, DownloadError.
        """

    def wait(self, seconds: float | None) -> bool:
        """Wait until `take` has something to say, None for as long as that lasts; say whether it has.

        A stop of the call's interrupt, from another thread, ends the wait with True at once.
        """

    def leave(self, *, whole: bool) -> None:
        """Be told, once, that nothing more is read. `whole`: all that was announced was, else the rest is of no use.

        Raises nothing.
        """


@dataclass(frozen=True, slots=True)
class PlugAnswer:
    """One answer, as a web server would give it (RFC 9110)."""

    status: int
    headers: Sequence[tuple[str, str]] = ()
    """Content-Length, Content-Range, ETag and the like. Where no length is known and the protocol itself tells the end,
    `Transfer-Encoding: chunked` says so."""
    stream: Stream | None = field(default=None, repr=False)
    """The body; None for an empty one."""
    version: str = "HTTP/1.1"
    """What is spoken, as it is shown with the status."""


class DeclinedError(Exception):
    """The plug does not serve this address after all; nothing was sent."""


class Plug(Protocol):
    """Speaks one protocol. Thread-safe: many threads open at once."""

    def open(self, request: requests.PreparedRequest, call: Call, terms: Terms) -> PlugAnswer:
        """Ask, and return the head of the answer, the body unread; blocks, and `call.interrupt` wakes it.

        Range and If-Range are heeded, Authorization is the login. `call.wire.asked()` may be told when the question is
        out, `call.reused` is set where it went out on a connection that had served another, `call.fresh` wants a new
        one; `call.only_certificate` wants CertificateShown raised and nothing sent. Who reads the body counts it.
        Raises DownloadError for a failure with a reason of its own, StoppedError, and OSError, EOFError or what urllib3
        raises for those of the network; DeclinedError where the usual way is to be taken instead.
        """

    def drop_idle(self) -> None:
        """Close the connections that wait for a request."""

    def close(self) -> None:
        """Close them, and end what the plug keeps running; no request is under way."""
