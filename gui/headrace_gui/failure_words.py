"""Words for what went wrong and for what a person should know: one table each, by the engine's numbers."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from headrace.states import FailureReason, Notice

from headrace_gui.texts import QT_TRANSLATE_NOOP, translate

_R = FailureReason


class FailureWords(NamedTuple):
    """What happened, short enough for a row, and what a person can do about it."""

    what: str
    advice: str


FAILURES: Mapping[FailureReason, FailureWords] = MappingProxyType(
    {
        _R.BAD_ADDRESS: FailureWords(
            QT_TRANSLATE_NOOP("Failures", "The address is not valid"),
            QT_TRANSLATE_NOOP("Failures", "Copy it again from where you found it"),
        ),
        _R.NAME_NOT_FOUND: FailureWords(
            QT_TRANSLATE_NOOP("Failures", "Server name not found"),
            QT_TRANSLATE_NOOP("Failures", "Check the address and your connection"),
        ),
        _R.CONNECT_FAILED: FailureWords(
            QT_TRANSLATE_NOOP("Failures", "Server cannot be reached"),
            QT_TRANSLATE_NOOP("Failures", "Check your connection, or resume later"),
        ),
        _R.CONNECT_TIMEOUT: FailureWords(
            QT_TRANSLATE_NOOP("Failures", "Server did not answer in time"),
            QT_TRANSLATE_NOOP("Failures", "Resume later"),
        ),
        _R.CONNECTION_LOST: FailureWords(
            QT_TRANSLATE_NOOP("Failures", "Connection lost"), QT_TRANSLATE_NOOP("Failures", "Resume to go on from here")
        ),
        _R.STALLED: FailureWords(
            QT_TRANSLATE_NOOP("Failures", "Server stopped sending"),
            QT_TRANSLATE_NOOP("Failures", "Resume to go on from here"),
        ),
        _R.TLS_CERTIFICATE: FailureWords(
            QT_TRANSLATE_NOOP("Failures", "Server could not prove who it is"),
            QT_TRANSLATE_NOOP("Failures", "Look at its certificate"),
        ),
        _R.OFFLINE: FailureWords(
            QT_TRANSLATE_NOOP("Failures", "There is no network"),
            QT_TRANSLATE_NOOP("Failures", "It goes on when there is one"),
        ),
        _R.NETWORK_GONE: FailureWords(
            QT_TRANSLATE_NOOP("Failures", "The chosen network is not there"),
            QT_TRANSLATE_NOOP("Failures", "Bring it back, or choose another in the settings"),
        ),
        _R.CLIENT_CERTIFICATE: FailureWords(
            QT_TRANSLATE_NOOP("Failures", "Your certificate cannot be used here"),
            QT_TRANSLATE_NOOP("Failures", "Choose another in the settings"),
        ),
        _R.EXTRA_MISSING: FailureWords(
            QT_TRANSLATE_NOOP("Failures", "An extra is missing for this kind of address"),
            QT_TRANSLATE_NOOP("Failures", "Install it, then resume"),
        ),
        _R.HOST_KEY_UNKNOWN: FailureWords(
            QT_TRANSLATE_NOOP("Failures", "Server's host key is not known yet"),
            QT_TRANSLATE_NOOP("Failures", "Look at it, and trust it if it is the server's"),
        ),
        _R.HOST_KEY_CHANGED: FailureWords(
            QT_TRANSLATE_NOOP("Failures", "Server's host key has changed"),
            QT_TRANSLATE_NOOP("Failures", "Ask who runs the server before you trust the new one"),
        ),
        _R.TLS_ERROR: FailureWords(
            QT_TRANSLATE_NOOP("Failures", "Secure connection failed"), QT_TRANSLATE_NOOP("Failures", "Resume later")
        ),
        _R.NOT_HTTP: FailureWords(
            QT_TRANSLATE_NOOP("Failures", "This is not a web server"),
            QT_TRANSLATE_NOOP("Failures", "Check the address"),
        ),
        _R.TOO_MANY_REDIRECTS: FailureWords(
            QT_TRANSLATE_NOOP("Failures", "Server sends us round in circles"),
            QT_TRANSLATE_NOOP("Failures", "Copy a fresh link"),
        ),
        _R.UNSAFE_REDIRECT: FailureWords(
            QT_TRANSLATE_NOOP("Failures", "Server sends us to an unsafe address"),
            QT_TRANSLATE_NOOP("Failures", "Ask for a secure link"),
        ),
        _R.SHORT_BODY: FailureWords(
            QT_TRANSLATE_NOOP("Failures", "File arrived cut short"),
            QT_TRANSLATE_NOOP("Failures", "Resume to fetch the rest"),
        ),
        _R.SLOW_HEADERS: FailureWords(
            QT_TRANSLATE_NOOP("Failures", "Server never finished its answer"),
            QT_TRANSLATE_NOOP("Failures", "Resume later"),
        ),
        _R.TOO_SLOW: FailureWords(
            QT_TRANSLATE_NOOP("Failures", "Server sends next to nothing"),
            QT_TRANSLATE_NOOP("Failures", "Resume to try once more"),
        ),
        _R.PRIVATE_REDIRECT: FailureWords(
            QT_TRANSLATE_NOOP("Failures", "Server leads into a private network"),
            QT_TRANSLATE_NOOP("Failures", "Allow it only if the private address is yours"),
        ),
        _R.NOT_FOUND: FailureWords(
            QT_TRANSLATE_NOOP("Failures", "Server has no such file"), QT_TRANSLATE_NOOP("Failures", "Copy a fresh link")
        ),
        _R.FORBIDDEN: FailureWords(
            QT_TRANSLATE_NOOP("Failures", "Access refused"), QT_TRANSLATE_NOOP("Failures", "Copy a fresh link")
        ),
        _R.GONE: FailureWords(
            QT_TRANSLATE_NOOP("Failures", "File is gone from the server"),
            QT_TRANSLATE_NOOP("Failures", "Look for another source"),
        ),
        _R.LOGIN_NEEDED: FailureWords(
            QT_TRANSLATE_NOOP("Failures", "Server asks for a login"),
            QT_TRANSLATE_NOOP("Failures", "Log in here, or with a browser"),
        ),
        _R.PROXY_LOGIN_NEEDED: FailureWords(
            QT_TRANSLATE_NOOP("Failures", "Proxy asks for a login"),
            QT_TRANSLATE_NOOP("Failures", "Log in here"),
        ),
        _R.LOGIN_PLUGIN_NEEDED: FailureWords(
            QT_TRANSLATE_NOOP("Failures", "Windows login needed"),
            QT_TRANSLATE_NOOP("Failures", "Install what it needs, then log in"),
        ),
        _R.TICKET_NEEDED: FailureWords(
            QT_TRANSLATE_NOOP("Failures", "No usable Kerberos ticket"),
            QT_TRANSLATE_NOOP("Failures", "Get a ticket (kinit) and resume, or log in here"),
        ),
        _R.PROXY_FAILED: FailureWords(
            QT_TRANSLATE_NOOP("Failures", "Proxy cannot be reached"),
            QT_TRANSLATE_NOOP("Failures", "Check your proxy settings"),
        ),
        _R.PROXY_REFUSED: FailureWords(
            QT_TRANSLATE_NOOP("Failures", "Proxy does not let this address through"),
            QT_TRANSLATE_NOOP("Failures", "Check your proxy settings"),
        ),
        _R.TOO_MANY_REQUESTS: FailureWords(
            QT_TRANSLATE_NOOP("Failures", "Server asked us to wait"), QT_TRANSLATE_NOOP("Failures", "Resume later")
        ),
        _R.SERVER_BUSY: FailureWords(
            QT_TRANSLATE_NOOP("Failures", "Server is too busy"), QT_TRANSLATE_NOOP("Failures", "Resume later")
        ),
        _R.SERVER_ERROR: FailureWords(
            QT_TRANSLATE_NOOP("Failures", "Server has a fault"), QT_TRANSLATE_NOOP("Failures", "Resume later")
        ),
        _R.REQUEST_REFUSED: FailureWords(
            QT_TRANSLATE_NOOP("Failures", "Server refuses the request"),
            QT_TRANSLATE_NOOP("Failures", "Copy a fresh link"),
        ),
        _R.NO_CONTENT: FailureWords(
            QT_TRANSLATE_NOOP("Failures", "Server sent no file"), QT_TRANSLATE_NOOP("Failures", "Check the address")
        ),
        _R.BAD_RANGE: FailureWords(
            QT_TRANSLATE_NOOP("Failures", "Server does not go on where we stopped"),
            QT_TRANSLATE_NOOP("Failures", "Resume to try once more"),
        ),
        _R.BAD_RESPONSE: FailureWords(
            QT_TRANSLATE_NOOP("Failures", "Server's answer makes no sense"),
            QT_TRANSLATE_NOOP("Failures", "Resume later"),
        ),
        _R.NOT_THE_FILE: FailureWords(
            QT_TRANSLATE_NOOP("Failures", "A web page came instead of the file"),
            QT_TRANSLATE_NOOP("Failures", "Log in with a browser, or copy a fresh link"),
        ),
        _R.DECODED_TOO_LARGE: FailureWords(
            QT_TRANSLATE_NOOP("Failures", "It unpacks to far too much"),
            QT_TRANSLATE_NOOP("Failures", "Allow it only if you trust the server"),
        ),
        _R.CONTENT_CUT: FailureWords(
            QT_TRANSLATE_NOOP("Failures", "Content ends before its own end"),
            QT_TRANSLATE_NOOP("Failures", "Resume to fetch it anew"),
        ),
        _R.DISK_FULL: FailureWords(
            QT_TRANSLATE_NOOP("Failures", "Disk is full"), QT_TRANSLATE_NOOP("Failures", "Free space, then resume")
        ),
        _R.NO_PERMISSION: FailureWords(
            QT_TRANSLATE_NOOP("Failures", "Folder may not be written to"),
            QT_TRANSLATE_NOOP("Failures", "Choose another folder"),
        ),
        _R.FOLDER_MISSING: FailureWords(
            QT_TRANSLATE_NOOP("Failures", "Folder is missing"),
            QT_TRANSLATE_NOOP("Failures", "Bring it back, then resume"),
        ),
        _R.FILE_EXISTS: FailureWords(
            QT_TRANSLATE_NOOP("Failures", "A file of that name is there already"),
            QT_TRANSLATE_NOOP("Failures", "Move it away, then resume"),
        ),
        _R.DISK_ERROR: FailureWords(
            QT_TRANSLATE_NOOP("Failures", "Disk reports an error"),
            QT_TRANSLATE_NOOP("Failures", "Check the disk, then resume"),
        ),
        _R.PART_FILE_CHANGED: FailureWords(
            QT_TRANSLATE_NOOP("Failures", "Unfinished file was changed"),
            QT_TRANSLATE_NOOP("Failures", "Resume to fetch it anew"),
        ),
        _R.FILE_TOO_LARGE: FailureWords(
            QT_TRANSLATE_NOOP("Failures", "File is too large for this disk"),
            QT_TRANSLATE_NOOP("Failures", "Choose another disk"),
        ),
        _R.OTHER_DISK: FailureWords(
            QT_TRANSLATE_NOOP("Failures", "The disk of the unfinished file is gone"),
            QT_TRANSLATE_NOOP("Failures", "Bring it back, then resume"),
        ),
        _R.NOT_TRASHED: FailureWords(
            QT_TRANSLATE_NOOP("Failures", "File cannot be moved to the trash"),
            QT_TRANSLATE_NOOP("Failures", "It stays where it is; delete it by hand"),
        ),
        _R.LIST_RESTORED: FailureWords(
            QT_TRANSLATE_NOOP("Failures", "The list of downloads was damaged"),
            QT_TRANSLATE_NOOP("Failures", "An earlier copy is used; the damaged one is kept"),
        ),
        _R.TOO_MANY_OPEN_FILES: FailureWords(
            QT_TRANSLATE_NOOP("Failures", "Too many files are open"),
            QT_TRANSLATE_NOOP("Failures", "Resume when other downloads are done"),
        ),
        _R.CHECKSUM_MISMATCH: FailureWords(
            QT_TRANSLATE_NOOP("Failures", "Checksum does not match"),
            QT_TRANSLATE_NOOP("Failures", "Do not trust it; look for another source"),
        ),
        _R.SIZE_MISMATCH: FailureWords(
            QT_TRANSLATE_NOOP("Failures", "Size is not what the server said"),
            QT_TRANSLATE_NOOP("Failures", "Resume to fetch it anew"),
        ),
        _R.SOURCES_DIFFER: FailureWords(
            QT_TRANSLATE_NOOP("Failures", "Its addresses lead to different files"),
            QT_TRANSLATE_NOOP("Failures", "Keep the one you trust"),
        ),
        _R.NOT_TAKEN_OVER: FailureWords(
            QT_TRANSLATE_NOOP("Failures", "The other program's file cannot be continued"),
            QT_TRANSLATE_NOOP("Failures", "Resume to fetch all of it; that file stays where it is"),
        ),
        _R.PARTIAL_IN_USE: FailureWords(
            QT_TRANSLATE_NOOP("Failures", "Another program still writes to the file"),
            QT_TRANSLATE_NOOP("Failures", "End the download there, then resume"),
        ),
        _R.INTERNAL: FailureWords(
            QT_TRANSLATE_NOOP("Failures", "Headrace made a mistake"),
            QT_TRANSLATE_NOOP("Failures", "Resume to try again, and please report it"),
        ),
        _R.HEADERS_NEEDED: FailureWords(
            QT_TRANSLATE_NOOP("Failures", "Its login or headers are no longer known"),
            QT_TRANSLATE_NOOP("Failures", "Add it again with them"),
        ),
        _R.COOKIES_NEEDED: FailureWords(
            QT_TRANSLATE_NOOP("Failures", "Its cookies are no longer known"),
            QT_TRANSLATE_NOOP("Failures", "Give them again, then it goes on"),
        ),
    }
)

NOTICES: Mapping[Notice, str] = MappingProxyType(
    {
        Notice.RESTARTED_CHANGED: QT_TRANSLATE_NOOP("Notices", "fetched anew: the file on the server had changed"),
        Notice.RESTARTED_NO_RESUME: QT_TRANSLATE_NOOP("Notices", "fetched anew: the server cannot resume safely"),
        Notice.RESTARTED_PART_LOST: QT_TRANSLATE_NOOP(
            "Notices", "fetched anew: the unfinished file was missing or changed"
        ),
        Notice.LENGTH_UNKNOWN: QT_TRANSLATE_NOOP("Notices", "length unknown"),
        Notice.SKIPPED_EXISTING: QT_TRANSLATE_NOOP("Notices", "skipped, a file of that name was there already"),
        Notice.JOINED_BY_OVERLAP: QT_TRANSLATE_NOOP("Notices", "joins compared, the server names no version"),
        Notice.BLOCKS_REFETCHED: QT_TRANSLATE_NOOP("Notices", "altered blocks on disk fetched again"),
        Notice.LABEL_WRONG: QT_TRANSLATE_NOOP("Notices", "saved as it came, though labelled compressed"),
        Notice.TYPE_UNEXPECTED: QT_TRANSLATE_NOOP("Notices", "the server calls it another kind of file"),
        Notice.NAME_CLEANED: QT_TRANSLATE_NOOP("Notices", "misleading characters removed from the name"),
        Notice.WEAK_CHECKSUM: QT_TRANSLATE_NOOP("Notices", "checksum shows accidents, not forgeries"),
        Notice.SOURCE_DROPPED: QT_TRANSLATE_NOOP("Notices", "one address was given up"),
        Notice.DISK_DEGRADED: QT_TRANSLATE_NOOP("Notices", "the disk cannot set room aside"),
        Notice.FEED_GAPS: QT_TRANSLATE_NOOP("Notices", "the feed was interrupted"),
        Notice.ENDED_BY_USER: QT_TRANSLATE_NOOP("Notices", "ended on request"),
        Notice.ORIGIN_NOT_MARKED: QT_TRANSLATE_NOOP("Notices", "not marked with its origin"),
        Notice.RESTARTED_TAKEN_OVER: QT_TRANSLATE_NOOP(
            "Notices", "fetched anew: what another program had left was not right"
        ),
        Notice.TAKEN_OVER_UNPROVEN: QT_TRANSLATE_NOOP("Notices", "partly another program's, compared in samples"),
    }
)


def reason_words(reason: FailureReason) -> FailureWords:
    """Return the words for a reason in the person's language."""
    source = FAILURES[reason]
    return FailureWords(translate("Failures", source.what), translate("Failures", source.advice))


def notice_words(notice: Notice) -> str:
    """Return the words for a notice in the person's language."""
    return translate("Notices", NOTICES[notice])
