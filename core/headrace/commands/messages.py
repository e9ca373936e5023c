"""The terminal's words: one sentence per failure and notice, and the rule for text that others made."""

import unicodedata
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from headrace.states import Failure, FailureReason, Notice

_R = FailureReason
FAILURES: Mapping[FailureReason, str] = MappingProxyType(
    {
        _R.BAD_ADDRESS: "the address cannot be used",
        _R.NAME_NOT_FOUND: "the host name was not found; check the address and the network",
        _R.CONNECT_FAILED: "no connection to the server; check the network or try later",
        _R.CONNECT_TIMEOUT: "the server did not answer the connection attempt in time",
        _R.CONNECTION_LOST: "the connection was lost; the same command continues",
        _R.STALLED: "the server sent nothing for too long; the same command continues",
        _R.TLS_CERTIFICATE: "the server's certificate is not trusted",
        _R.TLS_ERROR: "no secure connection could be agreed with the server",
        _R.NOT_HTTP: "the server does not speak HTTP at this address",
        _R.TOO_MANY_REDIRECTS: "the server redirects without end",
        _R.UNSAFE_REDIRECT: "the server redirects to an address that is not safe to follow",
        _R.SHORT_BODY: "the server sent less than it announced; the same command continues",
        _R.SLOW_HEADERS: "the server took too long to finish its answer's headers; the same command tries again",
        _R.TOO_SLOW: "the server sends next to nothing; the same command continues",
        _R.PRIVATE_REDIRECT: "a public server leads to an address inside a private network; see --allow",
        _R.NOT_FOUND: "the server has no such file",
        _R.FORBIDDEN: "the server does not permit access",
        _R.GONE: "the file was removed from the server",
        _R.LOGIN_NEEDED: "the server asks for a login; give it in the address or with --header",
        _R.PROXY_LOGIN_NEEDED: "the proxy asks for a login",
        _R.TOO_MANY_REQUESTS: "the server answers no more requests for now; try later",
        _R.SERVER_BUSY: "the server is too busy; try later",
        _R.SERVER_ERROR: "the server failed; try later",
        _R.REQUEST_REFUSED: "the server refused the request",
        _R.NO_CONTENT: "the server answered without a file",
        _R.BAD_RANGE: "the server answered with another part of the file than was asked for",
        _R.BAD_RESPONSE: "the server's answer contradicts itself",
        _R.NOT_THE_FILE: "a web page or another kind of file came instead of this one; see --allow",
        _R.DECODED_TOO_LARGE: "the body unpacks to far more than was sent; see --allow",
        _R.CONTENT_CUT: "the content ends before its own end mark",
        _R.DISK_FULL: "the disk is full; make room and run the same command again",
        _R.NO_PERMISSION: "writing to the folder is not permitted; choose another with --dir",
        _R.FOLDER_MISSING: "the folder is gone; make it again or choose another with --dir",
        _R.FILE_EXISTS: "a file of this name exists; see --if-exists",
        _R.DISK_ERROR: "the disk reported an error",
        _R.PART_FILE_CHANGED: "another program changed the part file; the same command begins anew",
        _R.FILE_TOO_LARGE: "the file is larger than this disk can hold in one file",
        _R.OTHER_DISK: "the disk with the unfinished file is not there; bring it back and run the same command again",
        _R.TOO_MANY_OPEN_FILES: "the program has as many files open as the system allows; it tries again",
        _R.CHECKSUM_MISMATCH: "the checksum does not match: this is not the file that was asked for",
        _R.SIZE_MISMATCH: "the size is not the one announced",
        _R.SOURCES_DIFFER: "the addresses do not lead to one and the same file",
        _R.INTERNAL: "the program made an error; -v shows more",
        _R.HEADERS_NEEDED: "the headers given at first are not kept; give them again with --header",
    }
)
NOTICES: Mapping[Notice, str] = MappingProxyType(
    {
        Notice.RESTARTED_CHANGED: "the file on the server had changed, so it was fetched anew",
        Notice.RESTARTED_NO_RESUME: "the server cannot continue safely, so it was fetched anew",
        Notice.RESTARTED_PART_LOST: "the part file was missing or altered, so it was fetched anew",
        Notice.LENGTH_UNKNOWN: "the server never said how long the file is, so a cut cannot be told from the end",
        Notice.SKIPPED_EXISTING: "a file of this name was there, so nothing was fetched",
        Notice.JOINED_BY_OVERLAP: "the server names no version; the joins were proven by comparing bytes around them",
        Notice.BLOCKS_REFETCHED: "blocks on disk had been altered and were fetched again",
        Notice.LABEL_WRONG: "the server called it compressed and it was not; it was saved as it came",
        Notice.TYPE_UNEXPECTED: "the server says it is another kind of file than its name promises",
        Notice.NAME_CLEANED: "characters that hide a name's true ending were removed",
        Notice.WEAK_CHECKSUM: "the checksum known shows accidents, not forgeries",
        Notice.SOURCE_DROPPED: "one of its addresses failed or had another file, and was left",
        Notice.DISK_DEGRADED: "the disk cannot set room aside, so it may run full on the way",
        Notice.FEED_GAPS: "the feed was interrupted; the gaps are in the log beside the file",
        Notice.ENDED_BY_USER: "ended on request; the file holds what had come",
        Notice.ORIGIN_NOT_MARKED: "the file could not be marked with where it came from",
    }
)
_UNSHOWABLE: Final = frozenset({"Cc", "Cs", "Zl", "Zp"})
_BIDIRECTIONAL: Final = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def printable(text: str) -> str:
    """Return `text` safe for a terminal: control, line-breaking and direction-changing characters become U+FFFD."""
    return "".join("\ufffd" if _is_unsafe(char) else char for char in text)


def _is_unsafe(char: str) -> bool:
    return char in _BIDIRECTIONAL or unicodedata.category(char) in _UNSHOWABLE


def failure_message(failure: Failure) -> str:
    """Return one sentence, without full stop, on why a download failed, with what is known besides in brackets."""
    facts = [
        f"HTTP status {failure.status}" if failure.status is not None else "",
        f"{failure.needed_bytes:,} bytes are needed" if failure.needed_bytes is not None else "",
        printable(failure.detail),
    ]
    known = ", ".join(fact for fact in facts if fact)
    return FAILURES[failure.reason] + (f" ({known})" if known else "")
