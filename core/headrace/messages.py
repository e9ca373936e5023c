"""The terminal's words: one sentence per failure, notice and entry of a story, and the rule for text of others."""

import unicodedata
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final, cast

from headrace.day import HoldReason
from headrace.outcomes import FileVerdict
from headrace.states import Failure, FailureReason, Notice
from headrace.story import Datum, StoryEntry, StoryKind

_R = FailureReason
FAILURES: Mapping[FailureReason, str] = MappingProxyType(
    {
        _R.BAD_ADDRESS: "the address cannot be used",
        _R.NAME_NOT_FOUND: "the host name was not found; check the address and the network",
        _R.CONNECT_FAILED: "no connection to the server; check the network or try later",
        _R.CONNECT_TIMEOUT: "the server did not answer the connection attempt in time",
        _R.CONNECTION_LOST: "the connection was lost; the same command continues",
        _R.STALLED: "the server sent nothing for too long; the same command continues",
        _R.TLS_CERTIFICATE: "the server's certificate is not trusted; 'headrace trust' shows it",
        _R.TLS_ERROR: "no secure connection could be agreed with the server",
        _R.NOT_HTTP: "the server does not speak HTTP at this address",
        _R.TOO_MANY_REDIRECTS: "the server redirects without end",
        _R.UNSAFE_REDIRECT: "the server redirects to an address that is not safe to follow",
        _R.SHORT_BODY: "the server sent less than it announced; the same command continues",
        _R.SLOW_HEADERS: "the server took too long to finish its answer's headers; the same command tries again",
        _R.TOO_SLOW: "the server sends next to nothing; the same command continues",
        _R.PRIVATE_REDIRECT: "a public server leads to an address inside a private network; see --allow",
        _R.CLIENT_CERTIFICATE: "the certificate that is to be shown to this server cannot be used; see the settings",
        _R.OFFLINE: "there is no network; it goes on when there is one",
        _R.NETWORK_GONE: "the network that downloads are bound to is not there; it goes on when that is back",
        _R.EXTRA_MISSING: "this kind of address needs an extra that is not installed",
        _R.HOST_KEY_UNKNOWN: "the server's host key is not known yet; 'headrace trust' shows it",
        _R.HOST_KEY_CHANGED: "the server's host key is another one than before; 'headrace trust' shows it",
        _R.PROXY_FAILED: "the proxy cannot be reached; check it and the network",
        _R.NOT_FOUND: "the server has no such file",
        _R.FORBIDDEN: "the server does not permit access",
        _R.GONE: "the file was removed from the server",
        _R.LOGIN_NEEDED: "the server asks for a login; give it with --user, in the address or with --header",
        _R.PROXY_LOGIN_NEEDED: "the proxy asks for a login; give it in the proxy's address: http://name:password@host:port",
        _R.PROXY_REFUSED: "the proxy does not let this address through",
        _R.LOGIN_PLUGIN_NEEDED: "a Windows login (NTLM, Kerberos) is asked for; install what it needs",
        _R.TICKET_NEEDED: "there is no usable Kerberos ticket; get one by kinit, or log in with a name and a password",
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
        _R.NOT_TRASHED: "the file could not be moved to the trash and stays where it is",
        _R.LIST_RESTORED: "the list of downloads was damaged; an earlier copy is used and the damaged one kept",
        _R.NOT_TAKEN_OVER: "the unfinished file cannot be continued; tried again, the download begins from byte 0",
        _R.PARTIAL_IN_USE: "another program still writes to the unfinished file; end it there and try again",
        _R.TOO_MANY_OPEN_FILES: "the program has as many files open as the system allows; it tries again",
        _R.CHECKSUM_MISMATCH: "the checksum does not match: this is not the file that was asked for",
        _R.SIZE_MISMATCH: "the size is not the one announced",
        _R.SOURCES_DIFFER: "the addresses do not lead to one and the same file",
        _R.INTERNAL: "the program made an error; -vv shows more",
        _R.HEADERS_NEEDED: "the headers given at first are not kept; give them again with --header",
        _R.COOKIES_NEEDED: "its cookies are no longer known; give them again with --cookies or --cookies-from",
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
        Notice.RESTARTED_TAKEN_OVER: "what another program had left was not right, so the file was fetched anew",
        Notice.TAKEN_OVER_UNPROVEN: "of what another program had left only samples were compared with the server's",
    }
)
_K = StoryKind
STORIES: Mapping[StoryKind, str] = MappingProxyType(
    {
        _K.ADDED: "added, from {host}{mirrors}",
        _K.STARTED: "attempt {attempt} begins",
        _K.CONNECTED: "{host} answers{status}: {total}, {resumable}{received}",
        _K.RESTARTED: "{notice}",
        _K.CONNECTIONS: "{count} at work",
        _K.RETRY: "{reason}{status}; tried again {wait}",
        _K.PAUSED: "paused{received}",
        _K.RESUMED: "resumed{received}",
        _K.FAILED: "failed: {reason}{status}{detail}",
        _K.NOTED: "{notice}",
        _K.SOURCE_LEFT: "{host} is asked no more: {reason}",
        _K.VERIFIED: "the {algorithm} checksum{source} is right",
        _K.FINISHED: "finished: {size}, {seconds} after it was added",
        _K.REMOVED: "taken off the list",
        _K.RESTORED: "put back on the list",
        _K.LOST: "a connection to {host} ended early: {reason}{status}",
        _K.BLOCKS_BAD: "{size} on disk are not right and are fetched again",
        _K.STOPPED: "the program ended{received}",
        _K.TAKEN_UP: "found under way by the program's next start{received}",
        _K.READDRESSED: "goes on from another address, at {host}",
        _K.RENAMED: "called {name} from now on",
        _K.RELOCATED: "moved to {folder}",
        _K.CHECKED: "looked at again: {verdict}{proof}",
        _K.ASKED_ANEW: "asked for anew, from the first byte",
        _K.TAKEN_OVER: "{size} of another program's file taken over ({program}), after {samples} samples were compared",
        _K.HELD: "stopped: {hold}",
        _K.NEW_VERSION: "a new version, called {name}",
        _K.SUPERSEDED: "a newer version has come, called {name}",
    }
)
"""What happened, with the words of `_WORDS` in it."""
HOLDS: Mapping[str, str] = MappingProxyType(
    {
        HoldReason.PERSON.value: "its queue is held",
        HoldReason.HOURS.value: "the hours of its queue are over",
        HoldReason.PORTAL.value: "the network wants a login in a browser first",
        HoldReason.METERED.value: "the network counts bytes",
        HoldReason.BUDGET.value: "the data budget is used up",
    }
)
"""Why a queue stopped what ran, by the value of a day.HoldReason."""
WAITS: Mapping[str, str] = MappingProxyType({**HOLDS, HoldReason.HOURS.value: "out of its hours"})
"""Why it starts nothing."""
_BEGUN_ANEW: Mapping[Notice, str] = MappingProxyType(
    {
        Notice.RESTARTED_CHANGED: "the file on the server has changed; begun anew from its first byte",
        Notice.RESTARTED_NO_RESUME: "the server cannot continue safely; begun anew from the first byte",
        Notice.RESTARTED_PART_LOST: "the part file is missing or altered; begun anew from the first byte",
        Notice.RESTARTED_TAKEN_OVER: "what another program had left is not right; begun anew from the first byte",
    }
)
_PROOFS: Mapping[str, str] = MappingProxyType({"given": " that was given", "pieces": " of every piece"})
_VERDICTS: Mapping[str, str] = MappingProxyType(
    {
        FileVerdict.RIGHT.value: "the file is what it was",
        FileVerdict.SIZE_ONLY.value: "its size is right, and nothing else is known of it",
        FileVerdict.DIFFERS.value: "the file is not what it was any more",
        FileVerdict.MISSING.value: "the file is not there",
        FileVerdict.UNREADABLE.value: "the disk does not give the file",
        FileVerdict.UNKNOWN.value: "the file is there, and nothing is known of it",
    }
)
_UNSHOWABLE: Final = frozenset({"Cc", "Cs", "Zl", "Zp"})
_BIDIRECTIONAL: Final = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def printable(text: str) -> str:
    """Return `text` safe for a terminal: control, line-breaking and direction-changing characters become U+FFFD."""
    if text.isprintable():  # most texts are, and then none of those is in it
        return text
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


def story_sentence(entry: StoryEntry) -> str:
    """Return one sentence, without full stop, on what happened to a download."""
    words = {name: _WORDS[name](datum) for name, datum in entry.facts.items()}
    return printable(STORIES[entry.kind].format_map(words))


def duration(seconds: float) -> str:
    """Return a time in words, such as 0.2 s, 12 s, 3 min 20 s or 2 h 5 min."""
    whole = round(seconds)
    if whole < 60:
        return f"{seconds:.1f} s" if seconds < 9.95 and seconds != whole else f"{whole} s"
    minutes, rest = divmod(whole, 60)
    hours, left = divmod(minutes, 60)
    return f"{hours} h {left} min" if hours else f"{minutes} min {rest} s"


def clock_text(seconds: float | None) -> str:
    """Return a time such as 0:07, 12:30 or 1:02:03; nothing where it is not known."""
    if seconds is None:
        return ""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def _counted(number: Datum, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def _cause(reason: Datum) -> str:
    """Return what is behind a failure, without the advice that is for its end."""
    if reason is None:
        return "the server ended the body"
    known = FAILURES.get(cast(FailureReason, reason))
    return known.partition(";")[0] if known else f"reason {reason}"


def _notice(number: Datum) -> str:
    if number is None:
        return "begun anew from the first byte"
    notice = cast(Notice, number)
    return _BEGUN_ANEW.get(notice) or NOTICES.get(notice) or f"notice {number}"


def _proof(source: Datum) -> str:
    return "" if source is None else _PROOFS.get(str(source), f" from {source}")


_WORDS: Mapping[str, Callable[[Datum], str]] = MappingProxyType(
    {
        "algorithm": str,
        "attempt": str,
        "count": lambda number: _counted(number, "connection"),
        "folder": str,
        "hold": lambda value: HOLDS.get(str(value), str(value)),
        "name": str,
        "proof": lambda name: "" if name is None else f", by its {name} digest",
        "verdict": lambda value: _VERDICTS.get(str(value), str(value)),
        "detail": lambda text: f": {text}" if text else "",
        "host": str,
        "mirrors": lambda number: f" and {_counted(number, 'mirror')}" if number else "",
        "notice": _notice,
        "reason": _cause,
        "received": lambda number: f", {_counted(number, 'byte')} here" if number else "",
        "program": str,
        "samples": str,
        "resumable": lambda yes: "a pause keeps what has come" if yes else "a pause loses what has come",
        "seconds": lambda seconds: duration(cast(float, seconds)),
        "size": lambda number: _counted(number, "byte"),
        "source": _proof,
        "status": lambda number: "" if number is None else f" (HTTP status {number})",
        "total": lambda number: "length unknown" if number is None else _counted(number, "byte"),
        "wait": lambda seconds: f"in {duration(cast(float, seconds))}" if seconds else "at once",
    }
)
"""How each of the data in story.FIELDS is put into words."""
