"""Where a redirect leads, and whether it may be followed. Pure functions."""

import re
from typing import Final
from urllib.parse import quote, urljoin, urlsplit

from headrace.addresses import checked_web_address, host_of, split_credentials
from headrace.errors import DownloadError
from headrace.net.private_hosts import reach_of
from headrace.permissions import Permission
from headrace.states import FailureReason

REDIRECT_LIMIT: Final = 20
REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_LONGEST: Final = 1 << 14
_BACKSLASHED_HOST: Final = re.compile(r"\s*(?:[A-Za-z][A-Za-z0-9+.-]*:)?/*\\")
"""Programs differ on where a backslash at the beginning leads: to a folder, a host, or a share of Windows."""


def next_address(address: str, location: str | None, allow: frozenset[Permission] = frozenset()) -> str:
    """Return where a redirect from `address` leads, without user info and fragment.

    Raises DownloadError: BAD_RESPONSE without a usable Location, UNSAFE_REDIRECT for what is no address of the web or
    from https to http, PRIVATE_REDIRECT from a host into a network further inside. `allow` permits the last two.
    """
    if not location or len(location) > _LONGEST:
        raise DownloadError.of(FailureReason.BAD_RESPONSE, "a redirect without a usable address")
    target = _joined(address, location)
    plain = urlsplit(address).scheme == "https" and urlsplit(target).scheme == "http"
    if plain and Permission.PLAIN_HTTP not in allow:
        raise DownloadError.of(FailureReason.UNSAFE_REDIRECT, host_of(target))
    if _leads_inwards(address, target) and Permission.PRIVATE_ADDRESS not in allow:
        raise DownloadError.of(FailureReason.PRIVATE_REDIRECT, host_of(target))
    return target


def is_safe_step(address: str, target: str) -> bool:
    """Say whether a server's word may lead from one address to another: as secure as it, and no further inside."""
    plain = urlsplit(address).scheme == "https" and urlsplit(target).scheme == "http"
    return not plain and not _leads_inwards(address, target)


def _joined(address: str, location: str) -> str:
    here = urlsplit(address).hostname or ""
    if _BACKSLASHED_HOST.match(location):
        raise DownloadError.of(FailureReason.UNSAFE_REDIRECT, here)
    try:
        target, _ = split_credentials(checked_web_address(urljoin(address, _as_ascii(location))))
    except ValueError as error:
        raise DownloadError.of(FailureReason.UNSAFE_REDIRECT, here) from error
    return target


def _leads_inwards(address: str, target: str) -> bool:
    return reach_of(urlsplit(target).hostname or "") > reach_of(urlsplit(address).hostname or "")


def _as_ascii(location: str) -> str:
    """Return a Location whose raw bytes beyond ASCII are percent-encoded (headers arrive as Latin-1)."""
    return quote(location.encode("latin-1", "replace"), safe="%/:=&?~#+!$,;'@()*[]")
