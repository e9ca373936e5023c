"""What it means where a proxy fails, refuses, or cannot reach the server: told apart from faults of the server."""

import re
import ssl
from typing import Final

from socks import SOCKS4Error, SOCKS5AuthError, SOCKS5Error

from headrace.errors import DownloadError
from headrace.proxies import Proxy
from headrace.states import Failure, FailureReason

_CODE: Final = re.compile("0x0?([0-9a-f]+)")
_NOT_ALLOWED: Final = frozenset({"2", "5c", "5d"})
"""Answers by which SOCKS proxies refuse: it is not the server that cannot be reached (RFC 1928 section 6)."""
_UNREACHABLE: Final = frozenset({500, 502, 503, 504})


def proxy_failure(proxy: Proxy, error: BaseException | None = None) -> DownloadError:
    """Return the failure where the proxy itself cannot be reached, or is not whom it should be."""
    why = f": {error.verify_message}" if isinstance(error, ssl.SSLCertVerificationError) else ""
    return DownloadError(Failure(FailureReason.PROXY_FAILED, f"{proxy.bare}{why}"))


def asks_for_login(status: int, server: str | None) -> bool:
    """Say whether it is the proxy that wants a login, or another; tinyproxy 1.11 answers a wrong one with 401."""
    return status == 407 or (status == 401 and (server or "").startswith("tinyproxy"))


def tunnel_failure(status: int, proxy: str) -> DownloadError:
    """Return what an answer to CONNECT other than 200 means (RFC 9110 section 9.3.6)."""
    if status in (401, 407):  # no server has been asked yet
        return DownloadError(Failure(FailureReason.PROXY_LOGIN_NEEDED, proxy, status=status))
    if status in _UNREACHABLE:
        return DownloadError(Failure(FailureReason.CONNECT_FAILED, f"{proxy} cannot reach it", status=status))
    return DownloadError(Failure(FailureReason.PROXY_REFUSED, proxy, status=status))


def socks_failure(error: OSError, proxy: Proxy) -> DownloadError:
    """Return what a failure on the way through a SOCKS proxy means."""
    inner = getattr(error, "socket_err", None)  # PySocks takes its own errors for ones of the socket
    if isinstance(inner, SOCKS5AuthError | SOCKS5Error | SOCKS4Error):
        error = inner
    if isinstance(error, SOCKS5AuthError):
        return DownloadError(Failure(FailureReason.PROXY_LOGIN_NEEDED, str(proxy)))
    if isinstance(error, SOCKS5Error | SOCKS4Error):
        code = _CODE.search(str(error))
        if code and code[1] in _NOT_ALLOWED:
            return DownloadError(Failure(FailureReason.PROXY_REFUSED, str(proxy)))
        return DownloadError(Failure(FailureReason.CONNECT_FAILED, f"{proxy} cannot reach it"))
    return proxy_failure(proxy, error)
