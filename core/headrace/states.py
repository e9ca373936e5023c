"""What a download can be, what may follow what, and why it failed: numbers and tables, no words for people."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, IntEnum
from types import MappingProxyType


class DownloadState(IntEnum):
    """Where a download stands. The numbers are stored: never reuse one."""

    QUEUED = 1
    CONNECTING = 2
    DOWNLOADING = 3
    RETRY_WAIT = 4
    FINISHING = 5
    PAUSED = 6
    FAILED = 7
    COMPLETED = 8


class Placing(IntEnum):
    """Who says where a download's file goes. The numbers are stored: never reuse one."""

    CHOSEN = 0
    """A person, or whoever added it; or it is finished."""
    OPEN = 1
    """The rules, once its server has answered; until then it is where they put it by its address."""
    SETTLED = 2
    """The rules have."""


_S = DownloadState
TRANSITIONS: Mapping[DownloadState, frozenset[DownloadState]] = MappingProxyType(
    {
        _S.QUEUED: frozenset({_S.CONNECTING, _S.PAUSED, _S.FAILED, _S.COMPLETED}),
        _S.CONNECTING: frozenset({_S.DOWNLOADING, _S.FINISHING, _S.RETRY_WAIT, _S.PAUSED, _S.FAILED, _S.COMPLETED}),
        _S.DOWNLOADING: frozenset({_S.FINISHING, _S.CONNECTING, _S.RETRY_WAIT, _S.PAUSED, _S.FAILED}),
        _S.RETRY_WAIT: frozenset({_S.QUEUED, _S.PAUSED}),
        _S.FINISHING: frozenset({_S.CONNECTING, _S.COMPLETED, _S.RETRY_WAIT, _S.PAUSED, _S.FAILED}),  # a part was wrong
        _S.PAUSED: frozenset({_S.QUEUED, _S.COMPLETED}),  # a stop may come after the last byte
        _S.FAILED: frozenset({_S.QUEUED}),
        _S.COMPLETED: frozenset({_S.QUEUED}),  # only where a person asks for the file anew
    }
)
"""The one table every change of state is checked against."""

RUNNING = frozenset({_S.CONNECTING, _S.DOWNLOADING, _S.FINISHING})
"""States in which a job holds a thread and a place among the running ones."""

UNFINISHED = frozenset(_S) - {_S.FAILED, _S.COMPLETED}


class FailureReason(IntEnum):
    """Why a download stopped. The numbers are stored and printed: never reuse one."""

    BAD_ADDRESS = 101
    NAME_NOT_FOUND = 102
    CONNECT_FAILED = 103
    CONNECT_TIMEOUT = 104
    CONNECTION_LOST = 105
    STALLED = 106
    TLS_CERTIFICATE = 107
    TLS_ERROR = 108
    NOT_HTTP = 109
    TOO_MANY_REDIRECTS = 110
    UNSAFE_REDIRECT = 111
    SHORT_BODY = 112
    SLOW_HEADERS = 113
    TOO_SLOW = 114
    PRIVATE_REDIRECT = 115
    PROXY_FAILED = 116
    CLIENT_CERTIFICATE = 117
    NETWORK_GONE = 118
    OFFLINE = 119
    EXTRA_MISSING = 120
    HOST_KEY_UNKNOWN = 121
    HOST_KEY_CHANGED = 122

    NOT_FOUND = 201
    FORBIDDEN = 202
    GONE = 203
    LOGIN_NEEDED = 204
    PROXY_LOGIN_NEEDED = 205
    TOO_MANY_REQUESTS = 206
    SERVER_BUSY = 207
    SERVER_ERROR = 208
    REQUEST_REFUSED = 209
    NO_CONTENT = 210
    BAD_RANGE = 211
    BAD_RESPONSE = 212
    NOT_THE_FILE = 213
    DECODED_TOO_LARGE = 214
    CONTENT_CUT = 215
    PROXY_REFUSED = 216
    LOGIN_PLUGIN_NEEDED = 221
    TICKET_NEEDED = 222

    DISK_FULL = 301
    NO_PERMISSION = 302
    FOLDER_MISSING = 303
    FILE_EXISTS = 304
    DISK_ERROR = 305
    PART_FILE_CHANGED = 306
    FILE_TOO_LARGE = 307
    OTHER_DISK = 308
    TOO_MANY_OPEN_FILES = 309
    NOT_TRASHED = 310
    LIST_RESTORED = 311
    NOT_TAKEN_OVER = 312
    PARTIAL_IN_USE = 313

    CHECKSUM_MISMATCH = 401
    SIZE_MISMATCH = 402
    SOURCES_DIFFER = 403

    INTERNAL = 501
    HEADERS_NEEDED = 502
    COOKIES_NEEDED = 503


class ResumeAdvice(Enum):
    """What happens after a failure: again after a wait, again from byte 0, or a person decides."""

    WAIT = "wait"
    RESTART = "restart"
    ASK = "ask"


_R = FailureReason
_WAIT = (
    _R.NAME_NOT_FOUND,
    _R.CONNECT_FAILED,
    _R.CONNECT_TIMEOUT,
    _R.CONNECTION_LOST,
    _R.STALLED,
    _R.SHORT_BODY,
    _R.SLOW_HEADERS,
    _R.TOO_SLOW,
    _R.TLS_ERROR,
    _R.PROXY_FAILED,
    _R.NETWORK_GONE,
    _R.OFFLINE,
    _R.TOO_MANY_REQUESTS,
    _R.SERVER_BUSY,
    _R.SERVER_ERROR,
    _R.BAD_RANGE,
    _R.CONTENT_CUT,
    _R.TOO_MANY_OPEN_FILES,
)
ADVICE: Mapping[FailureReason, ResumeAdvice] = MappingProxyType(
    dict.fromkeys(FailureReason, ResumeAdvice.ASK)
    | dict.fromkeys(_WAIT, ResumeAdvice.WAIT)
    | {_R.PART_FILE_CHANGED: ResumeAdvice.RESTART}
)
"""The one table that maps a reason to what happens next."""


class Notice(IntEnum):
    """Something a person should know of a download that goes on or is done. Stored: never reuse a number."""

    RESTARTED_CHANGED = 1
    """The file on the server is another one now: it was fetched anew from byte 0."""
    RESTARTED_NO_RESUME = 2
    """The server cannot continue a download safely: it was fetched anew from byte 0."""
    RESTARTED_PART_LOST = 3
    """The part file was missing or altered: it was fetched anew from byte 0."""
    LENGTH_UNKNOWN = 4
    """The server never said how long the file is, so a cut cannot be told from the end."""
    SKIPPED_EXISTING = 5
    """A file of that name was there and the download was to be skipped then."""
    JOINED_BY_OVERLAP = 6
    """The server names no version of the file; that it is one was shown by comparing bytes around each join."""
    BLOCKS_REFETCHED = 7
    """Blocks on disk were not what had been written there: they alone were fetched again."""
    LABEL_WRONG = 8
    """The server labelled the body as compressed and it was not: it was saved as it came."""
    TYPE_UNEXPECTED = 9
    """The name promises another kind of file than the server says it sent."""
    NAME_CLEANED = 10
    """Characters that hide a name's true ending were taken out of it."""
    WEAK_CHECKSUM = 11
    """The only checksum known is of a kind that shows accidents, not forgeries."""
    SOURCE_DROPPED = 12
    """One of several addresses did not have the same file, or failed, and was left."""
    DISK_DEGRADED = 13
    """The disk lacks something that is used elsewhere, such as room set aside before the first byte."""
    FEED_GAPS = 14
    """A live feed was interrupted: what was sent meanwhile is not in the file."""
    ENDED_BY_USER = 15
    """The recording was ended by the user; the file holds what had come."""
    ORIGIN_NOT_MARKED = 16
    """The mark that says where the file came from could not be set."""
    RESTARTED_TAKEN_OVER = 17
    """What another program had left of the file was not right: it was fetched anew from byte 0."""
    TAKEN_OVER_UNPROVEN = 18
    """Of what another program had left only samples were compared with the server's; no checksum was known."""


@dataclass(frozen=True, slots=True)
class Failure:
    """One failure: the reason, and the data its words need. `detail` is already free of secrets."""

    reason: FailureReason
    detail: str = ""
    status: int | None = None
    retry_after: float | None = None
    """Seconds the server asked to wait, None where it did not say."""
    needed_bytes: int | None = None
