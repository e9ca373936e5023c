"""What goes wrong in a call, as aria2 tells it, and how aria2 numbers why a download stopped. Pure."""

from collections.abc import Mapping
from types import MappingProxyType

from headrace.states import Failure, FailureReason

_R = FailureReason
FAILED = 1
"""The code of everything that a method refuses."""
INVALID_REQUEST = -32600
PARSE_ERROR = -32700


class RpcError(Exception):
    """A call cannot be done; `code` is that of JSON-RPC, the text a sentence."""

    def __init__(self, message: str, code: int = FAILED) -> None:
        super().__init__(message)
        self.code = code


CODES: Mapping[FailureReason, int] = MappingProxyType(
    {
        _R.CONNECT_TIMEOUT: 2,
        _R.STALLED: 2,
        _R.SLOW_HEADERS: 2,
        _R.NOT_FOUND: 3,
        _R.GONE: 3,
        _R.TOO_SLOW: 5,
        _R.CONNECT_FAILED: 6,
        _R.CONNECTION_LOST: 6,
        _R.TLS_CERTIFICATE: 6,
        _R.TLS_ERROR: 6,
        _R.HOST_KEY_UNKNOWN: 6,
        _R.HOST_KEY_CHANGED: 6,
        _R.SHORT_BODY: 6,
        _R.CONTENT_CUT: 6,
        _R.BAD_RANGE: 8,
        _R.DISK_FULL: 9,
        _R.FILE_EXISTS: 13,
        _R.OTHER_DISK: 15,
        _R.PART_FILE_CHANGED: 15,
        _R.TOO_MANY_OPEN_FILES: 15,
        _R.NO_PERMISSION: 16,
        _R.FILE_TOO_LARGE: 17,
        _R.DISK_ERROR: 17,
        _R.FOLDER_MISSING: 18,
        _R.NAME_NOT_FOUND: 19,
        _R.NOT_HTTP: 22,
        _R.NO_CONTENT: 22,
        _R.BAD_RESPONSE: 22,
        _R.NOT_THE_FILE: 22,
        _R.REQUEST_REFUSED: 22,
        _R.DECODED_TOO_LARGE: 22,
        _R.FORBIDDEN: 22,
        _R.TOO_MANY_REDIRECTS: 23,
        _R.UNSAFE_REDIRECT: 23,
        _R.PRIVATE_REDIRECT: 23,
        _R.LOGIN_NEEDED: 24,
        _R.PROXY_LOGIN_NEEDED: 24,
        _R.LOGIN_PLUGIN_NEEDED: 24,
        _R.TICKET_NEEDED: 24,
        _R.PROXY_REFUSED: 22,
        _R.CLIENT_CERTIFICATE: 24,
        _R.OFFLINE: 6,
        _R.NETWORK_GONE: 6,
        _R.HEADERS_NEEDED: 24,
        _R.COOKIES_NEEDED: 24,
        _R.BAD_ADDRESS: 28,
        _R.TOO_MANY_REQUESTS: 29,
        _R.SERVER_BUSY: 29,
        _R.SERVER_ERROR: 29,
        _R.CHECKSUM_MISMATCH: 32,
        _R.SIZE_MISMATCH: 32,
        _R.SOURCES_DIFFER: 32,
    }
)
"""The exit status of aria2 (aria2c(1), "EXIT STATUS") that says most nearly the same; all others are 1, unknown."""


def error_code(failure: Failure | None) -> int:
    """Return how aria2 numbers a failure; 0 where there is none."""
    return 0 if failure is None else CODES.get(failure.reason, 1)
