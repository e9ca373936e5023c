"""What the add dialog says of a row, of a command and of a name: words, and how they are meant."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType
from typing import Final

from headrace.checksums import Checksum
from headrace.curl_command import Remark
from headrace.file_facts import FileFacts
from headrace.states import Failure, FailureReason

from headrace_gui import words
from headrace_gui.dialogs.add_clashes import Clash, ClashKind, Way
from headrace_gui.texts import QT_TRANSLATE_NOOP, SEPARATOR, translate

_R = FailureReason


class Tone(Enum):
    """How a state is meant, and with it its colour."""

    FAINT = "faint"
    PLAIN = "plain"
    GOOD = "good"
    WARNING = "warning"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class State:
    """The words at the end of a row, with an icon before them, or none."""

    text: str
    tone: Tone = Tone.PLAIN
    icon: str = ""
    offers: bool = False
    """Whether a person may choose something else there."""


_FAILURES: Final[Mapping[FailureReason, str]] = MappingProxyType(
    {
        _R.NOT_FOUND: QT_TRANSLATE_NOOP("Add", "{status}, not found"),
        _R.GONE: QT_TRANSLATE_NOOP("Add", "{status}, gone"),
        _R.FORBIDDEN: QT_TRANSLATE_NOOP("Add", "{status}, refused"),
        _R.REQUEST_REFUSED: QT_TRANSLATE_NOOP("Add", "{status}, refused"),
        _R.LOGIN_NEEDED: QT_TRANSLATE_NOOP("Add", "needs a login"),
        _R.LOGIN_PLUGIN_NEEDED: QT_TRANSLATE_NOOP("Add", "needs a login"),
        _R.TICKET_NEEDED: QT_TRANSLATE_NOOP("Add", "needs a login"),
        _R.PROXY_LOGIN_NEEDED: QT_TRANSLATE_NOOP("Add", "proxy needs a login"),
        _R.PROXY_FAILED: QT_TRANSLATE_NOOP("Add", "proxy cannot be reached"),
        _R.PROXY_REFUSED: QT_TRANSLATE_NOOP("Add", "proxy refuses"),
        _R.TOO_MANY_REQUESTS: QT_TRANSLATE_NOOP("Add", "{status}, too many requests"),
        _R.SERVER_BUSY: QT_TRANSLATE_NOOP("Add", "{status}, server is busy"),
        _R.SERVER_ERROR: QT_TRANSLATE_NOOP("Add", "{status}, server has a fault"),
        _R.NAME_NOT_FOUND: QT_TRANSLATE_NOOP("Add", "no such server"),
        _R.CONNECT_FAILED: QT_TRANSLATE_NOOP("Add", "cannot be reached"),
        _R.CONNECT_TIMEOUT: QT_TRANSLATE_NOOP("Add", "does not answer"),
        _R.STALLED: QT_TRANSLATE_NOOP("Add", "does not answer"),
        _R.SLOW_HEADERS: QT_TRANSLATE_NOOP("Add", "does not answer"),
        _R.CONNECTION_LOST: QT_TRANSLATE_NOOP("Add", "connection lost"),
        _R.TLS_CERTIFICATE: QT_TRANSLATE_NOOP("Add", "not to be trusted"),
        _R.EXTRA_MISSING: QT_TRANSLATE_NOOP("Add", "needs an extra: {detail}"),
        _R.HOST_KEY_UNKNOWN: QT_TRANSLATE_NOOP("Add", "host key is not known"),
        _R.HOST_KEY_CHANGED: QT_TRANSLATE_NOOP("Add", "host key has changed"),
        _R.TLS_ERROR: QT_TRANSLATE_NOOP("Add", "not secure"),
        _R.UNSAFE_REDIRECT: QT_TRANSLATE_NOOP("Add", "leads to an unsafe place"),
        _R.PRIVATE_REDIRECT: QT_TRANSLATE_NOOP("Add", "leads into a private network"),
        _R.TOO_MANY_REDIRECTS: QT_TRANSLATE_NOOP("Add", "leads in circles"),
        _R.NO_CONTENT: QT_TRANSLATE_NOOP("Add", "no file there"),
        _R.BAD_RESPONSE: QT_TRANSLATE_NOOP("Add", "answer makes no sense"),
        _R.NOT_HTTP: QT_TRANSLATE_NOOP("Add", "no web server"),
    }
)
_CLASHES: Final[Mapping[ClashKind, str]] = MappingProxyType(
    {
        ClashKind.UNFINISHED: QT_TRANSLATE_NOOP("Add", "already in the list"),
        ClashKind.FINISHED: QT_TRANSLATE_NOOP("Add", "already in the list"),
        ClashKind.FILE: QT_TRANSLATE_NOOP("Add", "file is there already"),
        ClashKind.RIVAL: QT_TRANSLATE_NOOP("Add", "name is taken in the list"),
    }
)
_WAYS: Final[Mapping[Way, str]] = MappingProxyType(
    {
        Way.RESUME: QT_TRANSLATE_NOOP("Add", "will be resumed"),
        Way.AGAIN: QT_TRANSLATE_NOOP("Add", "again, new name"),
        Way.REPLACE: QT_TRANSLATE_NOOP("Add", "will be replaced"),
    }
)
_WAY_ICONS: Final = MappingProxyType({Way.RESUME: "play", Way.AGAIN: "plus", Way.REPLACE: "retry"})
REMARKS: Final[Mapping[Remark, str]] = MappingProxyType(
    {
        Remark.PROXY: QT_TRANSLATE_NOOP("Add", "The command's proxy is not used."),
        Remark.CERTIFICATE: QT_TRANSLATE_NOOP("Add", "Certificates are checked as always, whatever the command says."),
        Remark.COOKIE_FILE: QT_TRANSLATE_NOOP("Add", "The command's file of cookies is not read."),
        Remark.OTHER_FILE: QT_TRANSLATE_NOOP("Add", "The files that the command names are not read."),
        Remark.RANGE: QT_TRANSLATE_NOOP("Add", "The command asks for a part; the whole file is fetched."),
        Remark.LOGIN_KIND: QT_TRANSLATE_NOOP("Add", "The command logs in by a scheme that is not supported."),
        Remark.HEADER: QT_TRANSLATE_NOOP("Add", "A header of the command cannot be sent and is left out."),
    }
)


def of_fault(fault: str) -> State:
    """Return the state of what is no address."""
    return State(fault, Tone.BAD)


def of_clash(clash: Clash, way: Way) -> State:
    """Return the state of what is there already."""
    if way is Way.SKIP:
        return State(translate("Add", _CLASHES[clash.kind]), Tone.WARNING, "copy", offers=True)
    tone = Tone.WARNING if way is Way.REPLACE else Tone.PLAIN
    return State(translate("Add", _WAYS[way]), tone, _WAY_ICONS[way], offers=True)


def of_facts(facts: FileFacts | None, *, asking: bool, checksum: Checksum | None) -> State:
    """Return the state of an address that was asked, is being asked or never was."""
    if asking:
        return State(translate("Add", "asking…"), Tone.FAINT, "clock")
    if facts is None:
        return State(checksum_short(checksum), icon="shield") if checksum is not None else State("")
    if facts.failure is not None:
        return State(failure_words(facts.failure), Tone.BAD, "alert")
    if facts.is_page:
        return State(translate("Add", "a web page"), Tone.WARNING, "alert")
    return _of_file(facts, checksum)


def _of_file(facts: FileFacts, checksum: Checksum | None) -> State:
    if not facts.resumable:
        return State(translate("Add", "cannot be resumed"), icon="info")
    resumable = translate("Add", "resumable")
    if checksum is None:
        return State(resumable, icon="check")
    return State(SEPARATOR.join((resumable, words.checksum_name(checksum.algorithm))), icon="shield")


def failure_words(failure: Failure) -> str:
    """Say in two or three words why there is no file."""
    short = _FAILURES.get(failure.reason)
    if short is None or (failure.status is None and "{status}" in short):
        return words.failure_words(failure).what
    return translate("Add", short).format(status=failure.status, detail=failure.detail)


def checksum_short(checksum: Checksum) -> str:
    """Say that a checksum is expected, such as "SHA-256 expected"."""
    return translate("Add", "{checksum} expected").format(checksum=words.checksum_name(checksum.algorithm))


def checksum_line(checksum: Checksum) -> str:
    """Say which checksum the file must have."""
    name = words.checksum_name(checksum.algorithm)
    return translate("Add", "{algorithm} must be {digest}").format(algorithm=name, digest=checksum.digest)


def remark_words(remark: Remark) -> str:
    """Say what a command asks for that is not done."""
    return translate("Add", REMARKS[remark])


def way_name(way: Way) -> str:
    """Return what a button that chooses it is called."""
    return {
        Way.SKIP: translate("Add", "Skip"),
        Way.RESUME: translate("Add", "Resume"),
        Way.AGAIN: translate("Add", "Keep both"),
        Way.REPLACE: translate("Add", "Replace"),
    }[way]


def way_hint(way: Way) -> str:
    """Say at more length what it does."""
    return {
        Way.SKIP: translate("Add", "Leave what is there, and add nothing"),
        Way.RESUME: translate("Add", "Go on with the download in the list"),
        Way.AGAIN: translate("Add", "Fetch again, under a new name"),
        Way.REPLACE: translate("Add", "Fetch again; the new file takes the place of the old one"),
    }[way]
