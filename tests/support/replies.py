"""What a faultless server would answer: resources, requests as they came in, and the replies the faults then spoil."""

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.utils import formatdate
from enum import Enum

from tests.support import seeded

BEFORE_HEAD = -1
"""As the place of a stop: before the first byte of the answer."""

NOW = "now"

REASONS = {
    200: "OK",
    204: "No Content",
    206: "Partial Content",
    302: "Found",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    410: "Gone",
    412: "Precondition Failed",
    416: "Range Not Satisfiable",
    429: "Too Many Requests",
    503: "Service Unavailable",
}


class Framing(Enum):
    """How the end of a body is told."""

    LENGTH = "Content-Length"
    CHUNKED = "chunked"
    CLOSE = "the connection's end"


class Stop(Enum):
    """What happens at the place where a reply stops."""

    HOLD = "silence until released"
    FIN = "clean end of the connection, over TLS without close_notify"
    RST = "reset"


@dataclass(frozen=True)
class Gate:
    """Where something stops: the test sees that it was reached, and says when to go on."""

    reached: threading.Event = field(default_factory=threading.Event)
    release: threading.Event = field(default_factory=threading.Event)

    def wait(self, timeout: float = 10.0) -> None:
        """Wait until the place is reached. Raises TimeoutError."""
        if not self.reached.wait(timeout):
            raise TimeoutError(f"the server did not come to the stop within {timeout} s")


@dataclass(frozen=True)
class Resource:
    """One path and what a right answer for it is made of."""

    path: str
    size: int = 0
    seed: int = 1
    content: bytes | None = None
    """Literal content in the place of `size` seeded bytes."""
    etag: str | None = '"v1"'
    last_modified: str | None = None
    date: str | None = NOW
    """The Date header: NOW for the time of the answer, None for none."""
    content_type: str | None = "application/octet-stream"
    disposition: str | None = None
    headers: tuple[tuple[str, str], ...] = ()
    """Further headers; characters are sent as Latin-1, so any byte can be had."""
    accepts_ranges: bool = True
    honours_if_range: bool = True
    redirect: str | None = None
    """A Location to send on to; the content is the body of that answer."""
    redirect_status: int = 302
    framing: Framing = Framing.LENGTH
    rate: int | None = None
    """Bytes per second of each answer; None as fast as it goes."""

    @property
    def length(self) -> int:
        """Bytes of the whole content."""
        return self.size if self.content is None else len(self.content)

    def part(self, start: int, end: int) -> "Body":
        """Return the bytes [start, end) of the content as a body."""
        if self.content is not None:
            return Body(content=self.content[start:end])
        return Body(seed=self.seed, start=start, end=end)


@dataclass(frozen=True)
class Body:
    """Bytes to send: a stretch of a seeded body, or literal ones."""

    seed: int = 0
    start: int = 0
    end: int = 0
    content: bytes | None = None

    def __len__(self) -> int:
        return self.end - self.start if self.content is None else len(self.content)

    def pieces(self) -> Iterator[memoryview]:
        """Yield the bytes in order."""
        if self.content is None:
            yield from seeded.pieces(self.seed, self.start, self.end)
        else:
            yield memoryview(self.content)

    def whole(self) -> bytes:
        """Return all bytes at once."""
        return b"".join(self.pieces())


@dataclass
class Request:
    """One request as the server saw it and what became of it. Read it through the server, which guards it."""

    number: int
    """Counted from 1 over the whole server."""
    nth: int
    """Counted from 1 among the requests for this path."""
    connection: int
    method: str
    target: str
    headers: dict[str, str]
    """Names in lower case; of equal ones the last."""
    raw_headers: tuple[tuple[str, str], ...]
    time: float = field(default_factory=time.monotonic)
    status: int | None = None
    body_sent: int = 0
    """Body bytes given to the system, which may be more than the client has read."""
    finished: bool = False
    """Whether the server is done with it, for good or bad."""
    complete: bool = False
    """Whether everything the reply was to say was sent."""
    client_left: float | None = None
    """When the client was seen to have closed the connection while this reply was held or under way."""

    @property
    def path(self) -> str:
        """The target without its query."""
        return self.target.partition("?")[0]

    @property
    def range(self) -> str | None:
        """The Range header, None without one."""
        return self.headers.get("range")

    @property
    def range_start(self) -> int | None:
        """First byte asked for by a Range header of the form `bytes=N-`; None otherwise."""
        first = (self.range or "").removeprefix("bytes=").partition("-")[0]
        return int(first) if first.isdigit() else None


@dataclass
class Reply:
    """One answer, laid open so that a fault can spoil any part of it."""

    status: int
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: Body = field(default_factory=Body)
    framing: Framing = Framing.LENGTH
    interim: list[bytes] = field(default_factory=list)
    """Whole 1xx heads sent before the real one."""
    raw: bytes | None = None
    """These bytes in the place of head and body; the connection ends behind them."""
    head_pause: float = 0.0
    """Seconds between two header lines."""
    stop_at: int | None = None
    """Body bytes to send until `stop` happens; BEFORE_HEAD for none of the head either."""
    stop: Stop = Stop.FIN
    gate: Gate = field(default_factory=Gate)
    rate: int | None = None
    slow_from: int = 0
    """Body bytes sent at full speed before `rate` holds."""
    chunk_size: int = 65536
    last_chunk: bytes = b"0\r\n\r\n"
    surplus: bytes = b""
    """Sent behind the body, beyond what was announced."""
    close: bool = False
    ragged: bool = False
    """End a TLS connection without close_notify."""

    def set(self, name: str, value: str | None) -> None:
        """Give header `name` this one value; None removes it."""
        self.headers = [pair for pair in self.headers if pair[0].lower() != name.lower()]
        if value is not None:
            self.headers.append((name, value))

    def get(self, name: str) -> str | None:
        """Return the first value of header `name`."""
        return next((value for known, value in self.headers if known.lower() == name.lower()), None)

    def head(self) -> list[bytes]:
        """Return the lines of the head, the empty one last."""
        lines = [f"HTTP/1.1 {self.status} {REASONS.get(self.status, 'Status')}"]
        lines += [f"{name}: {value}" for name, value in self.headers]
        return [line.encode("latin-1") + b"\r\n" for line in [*lines, ""]]


def right_reply(resource: Resource | None, request: Request) -> Reply:
    """Return what a faultless server answers (RFC 9110)."""
    if resource is None:
        return plain_reply(404)
    if resource.redirect is not None:
        said = [("Location", resource.redirect), *resource.headers]
        return framed(Reply(resource.redirect_status, said, resource.part(0, resource.length)), resource)
    wanted = request.headers.get("if-match")
    if wanted is not None and wanted not in {"*", resource.etag}:
        return plain_reply(412)
    return _content_reply(resource, request)


def plain_reply(status: int, headers: tuple[tuple[str, str], ...] = (), content: bytes = b"") -> Reply:
    """Return an answer of `status` with literal content of known length; none for a status that allows none."""
    reply = Reply(status, list(headers), Body(content=content))
    if status not in {204, 304} and reply.get("Content-Length") is None:
        reply.set("Content-Length", str(len(content)))
    return reply


def _content_reply(resource: Resource, request: Request) -> Reply:
    wanted = _wanted_range(resource, request)
    if wanted is None:
        reply = Reply(200, _headers(resource), resource.part(0, resource.length))
    elif wanted[0] >= wanted[1]:
        return plain_reply(416, (("Content-Range", f"bytes */{resource.length}"),))
    else:
        start, end = wanted
        reply = Reply(206, _headers(resource), resource.part(start, end))
        reply.set("Content-Range", f"bytes {start}-{end - 1}/{resource.length}")
    return framed(reply, resource)


def framed(reply: Reply, resource: Resource) -> Reply:
    """Give `reply` the framing and the pace of `resource`."""
    reply.framing, reply.rate = resource.framing, resource.rate
    if reply.framing is Framing.LENGTH:
        reply.set("Content-Length", str(len(reply.body)))
    elif reply.framing is Framing.CHUNKED:
        reply.set("Transfer-Encoding", "chunked")
    else:
        reply.close = True
    return reply


def _headers(resource: Resource) -> list[tuple[str, str]]:
    known = (
        ("Date", formatdate(usegmt=True) if resource.date == NOW else resource.date),
        ("Content-Type", resource.content_type),
        ("ETag", resource.etag),
        ("Last-Modified", resource.last_modified),
        ("Content-Disposition", resource.disposition),
        ("Accept-Ranges", "bytes" if resource.accepts_ranges else None),
    )
    return [(name, value) for name, value in known if value is not None] + list(resource.headers)


def _wanted_range(resource: Resource, request: Request) -> tuple[int, int] | None:
    """Return the half-open range to send, empty where it cannot be satisfied; None for the whole content."""
    text = request.range
    if text is None or not resource.accepts_ranges or not _condition_holds(resource, request):
        return None
    unit, _, asked = text.partition("=")
    first, dash, last = asked.partition("-")
    if unit != "bytes" or not dash or not all(part.isdigit() or not part for part in (first, last)):
        return None
    if not first:
        return max(0, resource.length - int(last or 0)), resource.length
    return int(first), min(int(last) + 1 if last else resource.length, resource.length)


def _condition_holds(resource: Resource, request: Request) -> bool:
    """Say whether If-Range, where sent and honoured, names this content strongly (RFC 9110 section 13.1.5)."""
    wanted = request.headers.get("if-range")
    if wanted is None or not resource.honours_if_range:
        return True
    return not wanted.startswith("W/") and wanted in {resource.etag, resource.last_modified}
