"""Faults: what the scripted server does wrong, to which requests, how often. A constructor gives one to `inject`."""

import gzip
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from tests.support.replies import BEFORE_HEAD as BEFORE_HEAD  # noqa: PLC0414 - exported
from tests.support.replies import Body, Framing, Gate, Reply, Request, Resource, Stop, framed, plain_reply

When = Callable[[Request], bool]
Edit = Callable[[Reply, Request], Reply | None]


def anyone(_request: Request) -> bool:
    """Match every request."""
    return True


@dataclass(eq=False)
class Fault:
    """One thing done wrong. Matched in the order of injection; all that match a request spoil its reply in turn."""

    edit: Edit = lambda _reply, _request: None
    """Change the reply in place, or return another one."""
    swap: Callable[[Resource], Resource] = lambda resource: resource
    """Change the resource before the reply is made of it."""
    when: When = anyone
    times: int | None = 1
    """How many requests it spoils; None for every one."""
    applied: int = 0
    gate: Gate = field(default_factory=Gate)
    """Where it stops a reply: wait for it there, release it from there."""

    def takes(self, request: Request) -> bool:
        """Say whether `request` is to be spoilt, and count it. Called by one thread at a time."""
        if (self.times is not None and self.applied >= self.times) or not self.when(request):
            return False
        self.applied += 1
        return True


@dataclass(eq=False)
class Welcome:
    """What is done to a fresh connection before TLS and before any request is read."""

    stop: Stop = Stop.HOLD
    greeting: bytes = b""
    """Sent in plain before the stop, even on a TLS port."""
    times: int | None = 1
    gate: Gate = field(default_factory=Gate)


def doing(act: Callable[[], object], fault: Fault) -> Fault:
    """Call `act` as each answer is spoilt, just before; the server makes the next ones of what it finds then."""
    spoil = fault.edit

    def edit(reply: Reply, request: Request) -> Reply | None:
        act()
        return spoil(reply, request)

    fault.edit = edit
    return fault


# Which requests: predicates to give as `when`.


def on_path(path: str) -> When:
    """Match requests for `path`."""
    return lambda request: request.path == path


def nth(*numbers: int) -> When:
    """Match the requests with these numbers, counted from 1 for each path."""
    return lambda request: request.nth in numbers


def from_nth(number: int) -> When:
    """Match every request from this number on, counted from 1 for each path."""
    return lambda request: request.nth >= number


def starting_at(low: int, high: int | None = None) -> When:
    """Match requests whose range begins at `low`, or from `low` up to and without `high`."""
    return lambda request: request.range_start is not None and low <= request.range_start < (high or low + 1)


def resuming(request: Request) -> bool:
    """Match requests whose range does not begin at 0."""
    return bool(request.range_start)


def every(*conditions: When) -> When:
    """Match where all of `conditions` do."""
    return lambda request: all(condition(request) for condition in conditions)


# Where and how a reply stops.


def stop(at: int, how: Stop, *, times: int | None = 1, when: When = anyone) -> Fault:
    """Stop the reply after `at` body bytes, or BEFORE_HEAD, in the given way."""

    gate = Gate()

    def edit(reply: Reply, request: Request) -> None:
        reply.stop_at, reply.stop, reply.gate = at, how, gate

    return Fault(edit, times=times, when=when, gate=gate)


def stall(at: int = BEFORE_HEAD, *, times: int | None = 1, when: When = anyone) -> Fault:
    """Fall silent after `at` body bytes with the connection open, until `gate.release` is set."""
    return stop(at, Stop.HOLD, times=times, when=when)


def cut(at: int, *, times: int | None = 1, when: When = anyone) -> Fault:
    """End the connection by FIN after `at` body bytes."""
    return stop(at, Stop.FIN, times=times, when=when)


def reset(at: int, *, times: int | None = 1, when: When = anyone) -> Fault:
    """Reset the connection after `at` body bytes have reached the client's system."""
    return stop(at, Stop.RST, times=times, when=when)


def cut_every(size: int) -> Fault:
    """End the connection after each `size` body bytes, for ever."""
    return cut(size, times=None)


def slow(rate: int, *, after: int = 0, times: int | None = None, when: When = anyone) -> Fault:
    """Send `rate` bytes/s once `after` body bytes went out at full speed."""

    def edit(reply: Reply, request: Request) -> None:
        reply.rate, reply.slow_from = rate, after

    return Fault(edit, times=times, when=when)


# Other replies.


def status(
    code: int, *headers: tuple[str, str], content: bytes = b"", times: int | None = 1, when: When = anyone
) -> Fault:
    """Answer `code` with these headers and a short literal body."""
    return Fault(lambda _reply, _request: plain_reply(code, headers, content), times=times, when=when)


def raw(answer: bytes, *, times: int | None = 1, when: When = anyone) -> Fault:
    """Answer with these very bytes, then end the connection."""
    return Fault(lambda _reply, _request: Reply(0, raw=answer), times=times, when=when)


def swap(change: Callable[[Resource], Resource], *, times: int | None = None, when: When = anyone) -> Fault:
    """Answer as if the resource were what `change` makes of it."""
    return Fault(swap=change, times=times, when=when)


def replaced(*, etag: str = '"v2"', seed: int = 999, size: int | None = None, when: When = anyone) -> Fault:
    """Serve other content under another validator from now on; the size stays unless given."""

    def change(old: Resource) -> Resource:
        return replace(old, etag=etag, seed=seed, size=old.length if size is None else size, content=None)

    return swap(change, when=when)


def ignore_range(*, times: int | None = None, when: When = anyone) -> Fault:
    """Answer 200 with everything whatever the range."""
    said = ("Accept-Ranges", "bytes")
    return swap(lambda old: replace(old, accepts_ranges=False, headers=(*old.headers, said)), times=times, when=when)


def interim(count: int, code: int = 103, *, times: int | None = None, when: When = anyone) -> Fault:
    """Send `count` interim heads before each answer."""

    def edit(reply: Reply, request: Request) -> None:
        reply.interim = [f"HTTP/1.1 {code} Interim\r\nLink: </style.css>\r\n\r\n".encode()] * count

    return Fault(edit, times=times, when=when)


def header(name: str, *values: str | None, times: int | None = None, when: When = anyone) -> Fault:
    """Give header `name` these values, one line each; None removes it."""

    def edit(reply: Reply, request: Request) -> None:
        reply.set(name, None)
        reply.headers += [(name, value) for value in values if value is not None]

    return Fault(edit, times=times, when=when)


def slow_head(pause: float, *, times: int | None = 1, when: When = anyone) -> Fault:
    """Wait `pause` seconds between the lines of the head."""

    def edit(reply: Reply, request: Request) -> None:
        reply.head_pause = pause

    return Fault(edit, times=times, when=when)


def endless_head(pause: float, *, times: int | None = 1, when: When = anyone) -> Fault:
    """Send one more header line every `pause` seconds for longer than anyone waits."""

    def edit(reply: Reply, request: Request) -> None:
        reply.head_pause = pause
        reply.headers += [("X-More", str(number)) for number in range(100_000)]

    return Fault(edit, times=times, when=when)


# Wrong answers to ranges. They touch 206 alone.


def _partial(edit: Callable[[Reply, int, int, str], None], times: int | None, when: When) -> Fault:
    """Make a Fault of `edit(reply, first, last, total)` for replies whose Content-Range no other fault spoilt."""

    def edit_partial(reply: Reply, request: Request) -> None:
        span, _, total = (reply.get("Content-Range") or "").removeprefix("bytes ").partition("/")
        first, _, last = span.partition("-")
        if reply.status == 206 and first.isdecimal() and last.isdecimal():
            edit(reply, int(first), int(last), total)

    return Fault(edit_partial, times=times, when=when)


def wrong_offset(shift: int, *, honest: bool = True, times: int | None = None, when: When = resuming) -> Fault:
    """Send the bytes `shift` further on than asked for, saying so in Content-Range, or not where not `honest`."""

    def edit(reply: Reply, first: int, last: int, total: str) -> None:
        body = reply.body
        reply.body = replace(body, start=max(0, body.start + shift), end=max(0, body.end + shift))
        if honest:
            reply.set("Content-Range", f"bytes {max(0, first + shift)}-{max(0, last + shift)}/{total}")
        reply.set("Content-Length", str(len(reply.body)))

    return _partial(edit, times, when)


def content_range(*values: str | None, times: int | None = None, when: When = resuming) -> Fault:
    """Say these Content-Range values, or none for None; `{first}`, `{last}`, `{total}` stand for the right ones."""

    def edit(reply: Reply, first: int, last: int, total: str) -> None:
        reply.set("Content-Range", None)
        said = (value.format(first=first, last=last, total=total) for value in values if value is not None)
        reply.headers += [("Content-Range", value) for value in said]

    return _partial(edit, times, when)


def shorter(size: int, *, times: int | None = None, when: When = resuming) -> Fault:
    """Answer only the first `size` bytes of the range, and say so."""

    def edit(reply: Reply, first: int, last: int, total: str) -> None:
        last = min(last, first + size - 1)
        reply.body = replace(reply.body, end=min(reply.body.end, reply.body.start + size))
        reply.set("Content-Range", f"bytes {first}-{last}/{total}")
        reply.set("Content-Length", str(len(reply.body)))

    return _partial(edit, times, when)


def multipart(*, times: int | None = None, when: When = resuming) -> Fault:
    """Wrap the range into multipart/byteranges."""

    def edit(reply: Reply, first: int, last: int, total: str) -> None:
        part = f"--EDGE\r\nContent-Range: bytes {first}-{last}/{total}\r\n\r\n".encode()
        reply.body = Body(content=part + reply.body.whole() + b"\r\n--EDGE--\r\n")
        reply.set("Content-Range", None)
        reply.set("Content-Type", "multipart/byteranges; boundary=EDGE")
        reply.set("Content-Length", str(len(reply.body)))

    return _partial(edit, times, when)


# Wrong bodies.


def gzipped(*, keep: int | None = None, times: int | None = None, when: When = anyone) -> Fault:
    """Send the body as a gzip stream, or only the first `keep` bytes of that, properly framed."""

    def edit(reply: Reply, request: Request) -> None:
        reply.body = Body(content=gzip.compress(reply.body.whole(), compresslevel=1)[:keep])
        reply.set("Content-Encoding", "gzip")
        if reply.framing is Framing.LENGTH:
            reply.set("Content-Length", str(len(reply.body)))

    return Fault(edit, times=times, when=when)


def surplus(extra: bytes, *, times: int | None = None, when: When = anyone) -> Fault:
    """Send `extra` behind the body, beyond what Content-Length says."""

    def edit(reply: Reply, request: Request) -> None:
        reply.surplus = extra

    return Fault(edit, times=times, when=when)


def ragged(*, times: int | None = None, when: When = anyone) -> Fault:
    """End TLS connections without close_notify."""

    def edit(reply: Reply, request: Request) -> None:
        reply.ragged = reply.close = True

    return Fault(edit, times=times, when=when)


def last_chunk(ending: bytes, *, at: int | None = None, times: int | None = None, when: When = anyone) -> Fault:
    """End a chunked body with `ending` in the place of its last chunk, after `at` bytes of content where given."""

    def edit(reply: Reply, request: Request) -> None:
        reply.last_chunk, reply.close = ending, True
        if at is not None:
            reply.body = replace(reply.body, end=reply.body.start + at)

    return Fault(edit, times=times, when=when)


def reframed(framing: Framing, *, times: int | None = None, when: When = anyone) -> Fault:
    """Tell the body's end in this way instead."""

    def edit(reply: Reply, request: Request) -> None:
        reply.set("Content-Length", None)
        framed(reply, Resource("", framing=framing))

    return Fault(edit, times=times, when=when)
