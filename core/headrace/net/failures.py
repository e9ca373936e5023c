"""From what the network raised to a numbered reason: one table, searched along the chain of causes."""

import errno
import http.client
import socket
import ssl
from collections.abc import Iterator

import requests
import urllib3.exceptions as urllib3_errors

from headrace.states import Failure, FailureReason

_R = FailureReason
_CUT = "UNEXPECTED_EOF_WHILE_READING"
"""What OpenSSL 3 says of a stream cut without close_notify, in a plain SSLError on some versions of Python."""
_TABLE: tuple[tuple[tuple[type[BaseException], ...], FailureReason], ...] = (
    ((ssl.SSLCertVerificationError,), _R.TLS_CERTIFICATE),
    ((socket.gaierror, urllib3_errors.NameResolutionError), _R.NAME_NOT_FOUND),
    ((ConnectionRefusedError, urllib3_errors.NewConnectionError), _R.CONNECT_FAILED),  # before its base class
    ((urllib3_errors.ConnectTimeoutError, requests.ConnectTimeout), _R.CONNECT_TIMEOUT),
    ((http.client.RemoteDisconnected,), _R.CONNECTION_LOST),
    ((urllib3_errors.IncompleteRead, http.client.IncompleteRead), _R.SHORT_BODY),
    ((urllib3_errors.ReadTimeoutError, requests.ReadTimeout, TimeoutError), _R.STALLED),
    ((ssl.SSLEOFError, ssl.SSLZeroReturnError, ConnectionError), _R.CONNECTION_LOST),
    ((ssl.SSLError,), _R.TLS_ERROR),
    ((http.client.BadStatusLine, http.client.UnknownProtocol), _R.NOT_HTTP),
    ((http.client.LineTooLong, http.client.HTTPException), _R.BAD_RESPONSE),
    ((urllib3_errors.DecodeError, requests.exceptions.ContentDecodingError), _R.BAD_RESPONSE),
    ((urllib3_errors.InvalidHeader, requests.exceptions.InvalidHeader), _R.BAD_RESPONSE),
    ((requests.exceptions.InvalidURL, requests.exceptions.InvalidSchema, UnicodeError), _R.BAD_ADDRESS),
    (
        (urllib3_errors.ProtocolError, requests.ConnectionError, requests.exceptions.ChunkedEncodingError),
        _R.CONNECTION_LOST,
    ),
    ((urllib3_errors.LocationParseError, urllib3_errors.LocationValueError), _R.BAD_ADDRESS),
)
_UNREACHABLE = {errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN, errno.EADDRNOTAVAIL}
_NO_MORE_FILES = {errno.EMFILE, errno.ENFILE}
"""The process, or the system, has as many files and connections open as it may: no fault of the server's."""


def network_failure(error: BaseException) -> Failure | None:
    """Return the failure for an exception raised while talking to a server; None if it is none of the network's."""
    chain = list(causes(error))
    if any(isinstance(cause, ssl.SSLError) and getattr(cause, "reason", None) == _CUT for cause in chain):
        return Failure(_R.CONNECTION_LOST, "cut without an end")
    if any(isinstance(cause, OSError) and cause.errno in _NO_MORE_FILES for cause in chain):
        return Failure(_R.TOO_MANY_OPEN_FILES, _detail(chain[-1], chain))
    for kinds, reason in _TABLE:
        for cause in chain:
            if isinstance(cause, kinds):
                return Failure(reason, _detail(cause, chain))
    if any(isinstance(cause, OSError) and cause.errno in _UNREACHABLE for cause in chain):
        return Failure(_R.CONNECT_FAILED, _detail(chain[-1], chain))
    return None


def causes(error: BaseException) -> Iterator[BaseException]:
    """Walk causes, contexts, and the exceptions that requests and urllib3 carry as arguments; each once."""
    seen: set[int] = set()
    waiting: list[BaseException] = [error]
    while waiting:
        current = waiting.pop(0)
        if id(current) in seen:
            continue
        seen.add(id(current))
        yield current
        inner = (current.__cause__, current.__context__, getattr(current, "reason", None), *current.args)
        waiting.extend(item for item in inner if isinstance(item, BaseException))


def _detail(error: BaseException, chain: list[BaseException]) -> str:
    """Return the system's own words of `error`, else of its chain: messages of requests quote whole addresses."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return error.verify_message
    words = (link.strerror for link in (error, *chain) if isinstance(link, OSError) and link.strerror)
    return next(words, type(error).__name__)
