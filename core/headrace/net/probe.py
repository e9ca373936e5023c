"""One request for a file or a stretch of it: redirects followed by hand, the answer judged before a byte of body."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum
from time import time

import requests

from headrace.addresses import origin_of, place_of
from headrace.answers import AnswerFacts
from headrace.checksums import FoundDigest
from headrace.errors import DownloadError
from headrace.masking import masked_address
from headrace.net.body import Body
from headrace.net.digest_fields import found_digests
from headrace.net.disposition import disposition_filename
from headrace.net.headers import (
    ContentRange,
    charset,
    content_length,
    content_range,
    fresh_for,
    http_date,
    media_type,
    retry_after,
    strong_validator,
    unsatisfied_total,
)
from headrace.net.interrupt import Interrupt
from headrace.net.link_fields import duplicates
from headrace.net.proxy_failures import asks_for_login
from headrace.net.redirects import REDIRECT_LIMIT, REDIRECTS, next_address
from headrace.net.sessions import proxy_for
from headrace.net.visits import Visit
from headrace.permissions import Permission
from headrace.proxies import Proxy
from headrace.states import Failure, FailureReason

_HINT_SEPARATOR = "\n"
"""No header value holds one."""
_BUSY = {408, 425, 500, 502, 503, 504, 520, 521, 522, 523, 524}
_BY_STATUS = {
    401: FailureReason.LOGIN_NEEDED,
    403: FailureReason.FORBIDDEN,
    404: FailureReason.NOT_FOUND,
    407: FailureReason.PROXY_LOGIN_NEEDED,
    410: FailureReason.GONE,
    429: FailureReason.TOO_MANY_REQUESTS,
}


@dataclass(frozen=True, slots=True)
class RangeRequest:
    """What to ask: the whole file, or bytes from `first` on if it is still the one `validator` names."""

    address: str
    headers: tuple[tuple[str, str], ...] = ()
    first: int = 0
    last: int | None = None
    validator: str | None = None
    total: int | None = None
    hint: str | None = None
    """What was said of the version before, where no strong validator binds the server."""
    origin: str | None = None
    """The address whose origin may see `headers`; None for `address` itself."""
    allow: frozenset[Permission] = frozenset()
    ignore_tags: bool = False
    """Whether ETags of this server differ for one and the same file, and so say nothing."""
    overlap: int = 0
    """Bytes from `first` on that are there, and asked for to be compared."""
    unless: tuple[tuple[str, str], ...] = ()
    """Conditions (RFC 9110 section 13.1) under which nothing but a 304 is wanted; they go to every origin."""

    @property
    def ranged(self) -> bool:
        """Whether a Range header goes out."""
        return self.first > 0 or self.last is not None

    def header_fields(self) -> dict[str, str]:
        """Return conditions and range; If-Range with a strong validator only, never alone (RFC 9110 section 13.1.5)."""
        fields = dict(self.unless)
        if not self.ranged:
            return fields
        last = "" if self.last is None else self.last
        fields["Range"] = f"bytes={self.first}-{last}"
        return fields | ({"If-Range": self.validator} if self.validator else {})


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """What the server said of the file, in one answer."""

    address: str
    """The final address, after redirects."""
    status: int
    length: int | None
    """Bytes of body announced."""
    total: int | None
    """Bytes of the whole file, None where the server does not say."""
    range: ContentRange | None
    validator: str | None
    etag: str | None
    last_modified: str | None
    accepts_ranges: bool
    name: str | None
    media_type: str | None
    encoded: bool
    hint: str = _HINT_SEPARATOR
    """ETag and date as they came, whatever they are worth."""
    modified: float | None = None
    """When the file was last changed, in Unix seconds, as far as the server can be believed."""
    charset: str | None = None
    digests: tuple[FoundDigest, ...] = ()
    duplicates: tuple[str, ...] = ()
    """Further addresses of the same file, by RFC 6249."""
    redirected: bool = False
    """Whether the address is another than the one that was asked first."""
    fresh_for: float | None = None
    """Seconds for which the server expects no other version."""

    @property
    def resumable(self) -> bool:
        """Whether a later request may continue (RFC 9110 section 15.3.7.3): one strong validator, and no re-coding."""
        return self.validator is not None and self.accepts_ranges and not self.encoded

    @property
    def facts(self) -> AnswerFacts:
        """What people may be told of the file."""
        named = self.validator or self.etag or self.last_modified
        return AnswerFacts(
            final_address=masked_address(self.address) if self.redirected else None,
            content_type=self.media_type,
            validator=named,
            is_strong=self.validator is not None if named else None,
            last_modified=self.last_modified,
        )


class Verdict(Enum):
    """What the answer is good for."""

    CONTINUE = "continue"
    """206: exactly the bytes asked for, of the same file."""
    WHOLE = "whole"
    """200: the file from byte 0."""
    CHANGED = "changed"
    """The file is another one now; the body must not be used."""
    REJECT = "reject"
    """The answer contradicts itself or the request; the body must not be used."""
    NOTHING_LEFT = "nothing left"
    """416: a file whose length was not known ends with the last byte that is there."""
    UNCHANGED = "unchanged"
    """304: the conditions of the request hold; there is no body."""


@dataclass(slots=True)
class Answer:
    """An open response: headers judged, body unread."""

    response: requests.Response
    remote: RemoteFile
    verdict: Verdict

    @property
    def body(self) -> Body:
        """The body, to set piece size and decoding on."""
        raw = self.response.raw
        if not isinstance(raw, Body):
            raise TypeError("the response came from another adapter")
        return raw


def _go_on(_address: str) -> None:
    """Ask any address at once."""


@contextmanager
def open_range(
    session: requests.Session,
    ask: RangeRequest,
    interrupt: Interrupt,
    timeouts: tuple[float, float],
    arrive: Callable[[str], None] = _go_on,
) -> Iterator[Answer]:
    """Ask for a stretch and hold the answer open. `arrive` is called before each address that is asked, and may wait.

    Raises DownloadError for an answer that is a failure, StoppedError, and whatever the network raises.
    """
    response, address = _follow(session, ask, interrupt, timeouts, arrive)
    try:
        redirected = address != (ask.origin or ask.address)
        remote = describe(response, ignore_tags=ask.ignore_tags, redirected=redirected)
        yield Answer(response, remote, judge(remote, ask, response.headers.get("Content-Range")))
    finally:
        response.close()


def _follow(
    session: requests.Session,
    ask: RangeRequest,
    interrupt: Interrupt,
    timeouts: tuple[float, float],
    arrive: Callable[[str], None],
) -> tuple[requests.Response, str]:
    """Send the request along its redirects; return the answer and whose it is.

    Headers of the user go to the first origin, a server's cookies to it.
    """
    address, origin = ask.address, origin_of(ask.origin or ask.address)
    visit = Visit(session, interrupt, timeouts)
    for _ in range(REDIRECT_LIMIT + 1):
        arrive(address)
        own = dict(ask.headers) if origin_of(address) == origin else {}
        response = visit.admitted(address, own, ask.header_fields())
        if response.status_code not in REDIRECTS:
            if not (response.status_code == 304 and ask.unless):
                _raise_for_status(response, address, proxy_for(session, address))
            return response, address
        location = response.headers.get("Location")
        response.close()  # unread: a redirect's body may be endless
        address = next_address(address, location, ask.allow)
    raise DownloadError.of(FailureReason.TOO_MANY_REDIRECTS)


def _raise_for_status(response: requests.Response, address: str, proxy: Proxy | None) -> None:
    """Raise DownloadError, response closed, for every status that carries no file."""
    status = response.status_code
    if status in (200, 203, 206, 412, 416):
        return
    wait = retry_after(response.headers.get("Retry-After"), time())
    response.close()
    if proxy is not None and asks_for_login(status, response.headers.get("Server")):
        raise DownloadError(Failure(FailureReason.PROXY_LOGIN_NEEDED, str(proxy.bare), status=status))
    who = place_of(address) if status == 401 else ""
    raise DownloadError(Failure(status_reason(status), who, status=status, retry_after=wait))


def status_reason(status: int) -> FailureReason:
    """Return the reason for a final status that carries no file."""
    if status in _BY_STATUS:
        return _BY_STATUS[status]
    if status in _BUSY:
        return FailureReason.SERVER_ERROR if status == 500 else FailureReason.SERVER_BUSY
    if status < 400:
        return FailureReason.NO_CONTENT
    return FailureReason.REQUEST_REFUSED if status < 500 else FailureReason.BAD_RESPONSE


def describe(response: requests.Response, *, ignore_tags: bool = False, redirected: bool = False) -> RemoteFile:
    """Read what the headers say. Raises DownloadError where lengths contradict each other."""
    headers = response.headers
    try:
        length = content_length(headers.get("Content-Length"))
    except ValueError as error:
        raise DownloadError.of(FailureReason.BAD_RESPONSE, str(error)) from error
    status = response.status_code
    part = content_range(headers.get("Content-Range")) if status == 206 else None
    encoded = headers.get("Content-Encoding", "identity").strip().lower() not in ("", "identity")
    etag, modified = None if ignore_tags else headers.get("ETag"), headers.get("Last-Modified")
    validator = None if status == 203 else strong_validator(etag, modified, headers.get("Date"), now=time())
    accepts = headers.get("Accept-Ranges", "").strip().lower() != "none"  # silence is no refusal: If-Range guards it
    whole = part.total if part else length
    return RemoteFile(
        address=response.url,
        status=status,
        length=length,
        total=None if encoded else whole,
        range=part,
        validator=validator,
        etag=etag,
        last_modified=modified,
        accepts_ranges=accepts,
        name=disposition_filename(headers.get("Content-Disposition")),
        media_type=media_type(headers.get("Content-Type")),
        encoded=encoded,
        hint=f"{etag or ''}{_HINT_SEPARATOR}{modified or ''}",
        modified=http_date(modified),
        charset=charset(headers.get("Content-Type")),
        digests=tuple(found_digests(headers, whole=status == 200)),
        duplicates=tuple(mirror.address for mirror in duplicates(headers.get("Link"), response.url)),
        redirected=redirected,
        fresh_for=fresh_for(headers.get("Cache-Control"), headers.get("Age")),
    )


def judge(remote: RemoteFile, ask: RangeRequest, range_header: str | None = None) -> Verdict:
    """Compare an answer with what was asked, before its body is touched (RFC 9110 sections 14.4, 15.3.7, 15.5.17)."""
    if remote.status in (200, 203):
        return Verdict.WHOLE
    if remote.status == 304:
        return Verdict.UNCHANGED
    if remote.status == 412:
        return Verdict.CHANGED
    if remote.status == 416:
        return _judge_refused_range(unsatisfied_total(range_header), ask)
    if not ask.ranged:
        raise DownloadError.of(FailureReason.BAD_RESPONSE, "a part, though the whole was asked for", status=206)
    return _judge_part(remote, ask)


def _judge_refused_range(total: int | None, ask: RangeRequest) -> Verdict:
    if ask.total is None and ask.validator is not None and total == ask.first + ask.overlap:
        return Verdict.NOTHING_LEFT
    return Verdict.REJECT if total is None or total == ask.total else Verdict.CHANGED


def _judge_part(remote: RemoteFile, ask: RangeRequest) -> Verdict:
    part = remote.range
    if part is None or remote.encoded or part.first != ask.first:
        return Verdict.REJECT
    if ask.last is not None and part.last > ask.last:
        return Verdict.REJECT
    if part.total is not None and ask.total is not None and part.total != ask.total:
        return Verdict.CHANGED
    if ask.validator is not None and _names_another(remote, ask.validator):
        return Verdict.CHANGED
    if ask.validator is None and ask.hint is not None and _differ(ask.hint, remote.hint):
        return Verdict.CHANGED
    return Verdict.CONTINUE


def _differ(before: str, now: str) -> bool:
    """Say whether two hints contradict each other; what only one of them has is no contradiction."""
    pairs = zip(before.split(_HINT_SEPARATOR), now.split(_HINT_SEPARATOR), strict=False)
    return any(old and new and old != new for old, new in pairs)


def _names_another(remote: RemoteFile, validator: str) -> bool:
    """Say whether the answer has a validator of the same kind and another value; none is no contradiction."""
    given = remote.etag if validator.startswith('"') else remote.last_modified
    return given is not None and given != validator
