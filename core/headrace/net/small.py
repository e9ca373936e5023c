"""Small files that help a download, such as checksum files: fetched whole, or not at all."""

from http.client import HTTPException
from time import monotonic
from typing import Final

import requests
from urllib3.exceptions import HTTPError

from headrace.errors import DownloadError
from headrace.net.interrupt import Interrupt
from headrace.net.probe import Answer, RangeRequest, open_range

_PIECE: Final = 1 << 16
_WEB_PAGES: Final = frozenset({"text/html", "application/xhtml+xml"})


def fetch_small(
    session: requests.Session, address: str, interrupt: Interrupt, timeouts: tuple[float, float], limit: int = 1 << 20
) -> bytes | None:
    """Return the body at `address` if it comes by a 200, is no web page and has at most `limit` bytes; else None.

    No headers of the user are sent. `timeouts`: seconds to connect, and without a byte; the body as a whole may take as
    long as the latter. Whatever fails on the way gives None, but a stop: raises StoppedError.
    """
    try:
        with open_range(session, RangeRequest(address), interrupt, timeouts) as answer:
            return _body(answer, limit, monotonic() + timeouts[1])
    except (DownloadError, requests.RequestException, HTTPError, HTTPException, OSError, ValueError):
        interrupt.check()  # a socket that is shut down fails like any other
        return None


def _body(answer: Answer, limit: int, give_up: float) -> bytes | None:
    """Read a body that is acceptable; None as soon as it is known not to be."""
    remote = answer.remote
    if remote.status != 200 or remote.encoded or remote.media_type in _WEB_PAGES or (remote.length or 0) > limit:
        return None
    content = bytearray()
    for piece in answer.response.iter_content(_PIECE):
        content += piece
        if len(content) > limit or monotonic() > give_up:
            return None
    return bytes(content)
