"""Asking a server about a file before anybody downloads it: one byte is asked for, none is kept."""

from dataclasses import dataclass
from typing import Final

import requests

from headrace.errors import DownloadError
from headrace.net.headers import unsatisfied_total
from headrace.net.interrupt import Interrupt
from headrace.net.probe import Answer, RangeRequest, RemoteFile, Verdict, open_range
from headrace.permissions import Permission
from headrace.states import FailureReason

_NO_RANGE_PLEASE: Final = frozenset({400, 403, 405, 416, 501})
"""Statuses by which servers, or what stands before them, refuse a range and not the file."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a server said of a file."""

    remote: RemoteFile
    total: int | None
    """Bytes of the whole file, None where the server does not say."""
    resumable: bool
    """Whether a download of it could be continued."""


@dataclass(frozen=True, slots=True)
class Terms:
    """On what terms a server is asked."""

    unless: tuple[tuple[str, str], ...] = ()
    """Conditions of RFC 9110 section 13.1: where they hold, it is enough to be told that nothing has changed."""
    allow: frozenset[Permission] = frozenset()
    """What is done although it is refused otherwise."""

    def request(self, address: str, headers: tuple[tuple[str, str], ...], last: int | None = None) -> RangeRequest:
        """Return a request on these terms, for bytes up to `last` or for all."""
        return RangeRequest(address, headers, last=last, unless=self.unless, allow=self.allow)


_USUAL: Final = Terms()


def ask(
    session: requests.Session,
    address: str,
    headers: tuple[tuple[str, str], ...],
    interrupt: Interrupt,
    timeouts: tuple[float, float],
    terms: Terms = _USUAL,
) -> Asked:
    """Ask for byte 0 of a file by GET, read the head of the answer and leave; `headers` go to the first origin only.

    A range shows whether the server knows ranges, tells the length, and spares what would be sent until the connection
    is closed; HEAD is refused, or answered differently, by too many. Where the range is refused the whole is asked for
    once. Where conditions in `terms` hold, the answer is that it is unchanged. Raises
    DownloadError, StoppedError, and whatever the network raises.
    """
    try:
        found = _ask_range(session, terms.request(address, headers, last=0), interrupt, timeouts)
    except DownloadError as error:
        if error.failure.status not in _NO_RANGE_PLEASE:
            raise
        found = None
    if found is not None:
        return found
    with open_range(session, terms.request(address, headers), interrupt, timeouts) as answer:
        if answer.verdict not in (Verdict.WHOLE, Verdict.UNCHANGED):
            raise DownloadError.of(FailureReason.BAD_RESPONSE, status=answer.remote.status)
        return Asked(answer.remote, answer.remote.total, resumable=False)


def _ask_range(
    session: requests.Session, wanted: RangeRequest, interrupt: Interrupt, timeouts: tuple[float, float]
) -> Asked | None:
    """Ask for a range; None where the server took the request and refused the range."""
    with open_range(session, wanted, interrupt, timeouts) as answer:
        remote = answer.remote
        if remote.status == 416:
            empty = unsatisfied_total(answer.response.headers.get("Content-Range")) == 0
            return Asked(remote, 0, resumable=False) if empty else None
        if answer.verdict in (Verdict.WHOLE, Verdict.UNCHANGED):
            return Asked(remote, remote.total, resumable=False)
        if answer.verdict is not Verdict.CONTINUE:
            return None
        return _part(answer)


def _part(answer: Answer) -> Asked:
    """Read a 206; its one byte is read too, so that the connection can serve the next question."""
    remote = answer.remote
    if remote.length == 1:
        for _ in answer.response.iter_content(1):
            pass
    total = remote.range.total if remote.range else None
    return Asked(remote, total, resumable=remote.validator is not None or total is not None)
