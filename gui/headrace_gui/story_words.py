"""The story of a download in words: a sentence for each entry, what it means for the file, and when it was."""

from collections.abc import Callable, Mapping
from enum import Enum
from types import MappingProxyType
from typing import Final

from headrace.outcomes import FileVerdict
from headrace.states import FailureReason, Notice
from headrace.story import Datum, StoryEntry, StoryKind
from PySide6.QtCore import QDateTime, QLocale, QTime

from headrace_gui import hold_words, words
from headrace_gui.failure_words import reason_words
from headrace_gui.harmless import harmless
from headrace_gui.texts import QT_TRANSLATE_NOOP, SEPARATOR, translate

_K = StoryKind
_V = FileVerdict
Facts = dict[str, Datum]


class Sign(Enum):
    """What an entry means for the file."""

    INFO = "info"
    OK = "ok"
    WARNING = "warning"
    ERROR = "error"


SIGN_NAMES: Mapping[Sign, str] = MappingProxyType(
    {
        Sign.INFO: QT_TRANSLATE_NOOP("Story", "Information"),
        Sign.OK: QT_TRANSLATE_NOOP("Story", "Success"),
        Sign.WARNING: QT_TRANSLATE_NOOP("Story", "Warning"),
        Sign.ERROR: QT_TRANSLATE_NOOP("Story", "Error"),
    }
)
_SIGNS: Mapping[StoryKind, Sign] = MappingProxyType(
    dict.fromkeys(_K, Sign.INFO)
    | dict.fromkeys((_K.RETRY, _K.LOST, _K.SOURCE_LEFT, _K.BLOCKS_BAD), Sign.WARNING)
    | {_K.VERIFIED: Sign.OK, _K.FINISHED: Sign.OK, _K.FAILED: Sign.ERROR}
)
_VERDICT_SIGNS: Mapping[FileVerdict, Sign] = MappingProxyType(
    dict.fromkeys(_V, Sign.ERROR)
    | {_V.RIGHT: Sign.OK}
    | dict.fromkeys((_V.SIZE_ONLY, _V.UNKNOWN, _V.STOPPED), Sign.INFO)
)
_HARMLESS: Final = frozenset(
    {Notice.SKIPPED_EXISTING, Notice.JOINED_BY_OVERLAP, Notice.NAME_CLEANED, Notice.ENDED_BY_USER}
)
"""Notices that say how something was done, and of which nobody need beware."""
_OWN_PROOF: Final = "xxh3"

NOTICES: Mapping[Notice, str] = MappingProxyType(
    {
        Notice.RESTARTED_CHANGED: QT_TRANSLATE_NOOP("Story", "Begun anew: the file on the server has changed"),
        Notice.RESTARTED_NO_RESUME: QT_TRANSLATE_NOOP("Story", "Begun anew: the server cannot resume safely"),
        Notice.RESTARTED_PART_LOST: QT_TRANSLATE_NOOP(
            "Story", "Begun anew: the unfinished file was missing or had been changed"
        ),
        Notice.LENGTH_UNKNOWN: QT_TRANSLATE_NOOP(
            "Story", "The server does not say how long the file is, so a cut would look like its end"
        ),
        Notice.SKIPPED_EXISTING: QT_TRANSLATE_NOOP(
            "Story", "A file of that name was there already, so nothing was fetched"
        ),
        Notice.JOINED_BY_OVERLAP: QT_TRANSLATE_NOOP(
            "Story", "The server names no version, so the bytes around each join were compared"
        ),
        Notice.BLOCKS_REFETCHED: QT_TRANSLATE_NOOP("Story", "Blocks on disk had been changed and were fetched again"),
        Notice.LABEL_WRONG: QT_TRANSLATE_NOOP(
            "Story", "The server called it compressed and it was not; it was saved as it came"
        ),
        Notice.TYPE_UNEXPECTED: QT_TRANSLATE_NOOP(
            "Story", "The server says it is another kind of file than its name promises"
        ),
        Notice.NAME_CLEANED: QT_TRANSLATE_NOOP(
            "Story", "Characters that would hide the name's true ending were removed"
        ),
        Notice.WEAK_CHECKSUM: QT_TRANSLATE_NOOP("Story", "The only checksum known shows accidents, not forgeries"),
        Notice.SOURCE_DROPPED: QT_TRANSLATE_NOOP("Story", "One of its addresses failed or had another file"),
        Notice.DISK_DEGRADED: QT_TRANSLATE_NOOP(
            "Story", "The disk cannot set room aside, so it may run full on the way"
        ),
        Notice.FEED_GAPS: QT_TRANSLATE_NOOP("Story", "The feed was interrupted; the gaps are listed beside the file"),
        Notice.ENDED_BY_USER: QT_TRANSLATE_NOOP("Story", "Ended on request; the file holds what had come"),
        Notice.ORIGIN_NOT_MARKED: QT_TRANSLATE_NOOP("Story", "The file could not be marked with where it came from"),
        Notice.RESTARTED_TAKEN_OVER: QT_TRANSLATE_NOOP(
            "Story", "Begun anew: what another program had left was not right"
        ),
        Notice.TAKEN_OVER_UNPROVEN: QT_TRANSLATE_NOOP(
            "Story", "No checksum is known: of what another program had left only samples were compared"
        ),
    }
)


def sign_of(entry: StoryEntry) -> Sign:
    """Return what an entry means for the file."""
    if entry.kind in (_K.NOTED, _K.RESTARTED):
        number = entry.facts["notice"]
        return Sign.INFO if number is None or number in _HARMLESS else Sign.WARNING
    if entry.kind is _K.CHECKED:
        verdict = _verdict(entry.facts["verdict"])
        return Sign.INFO if verdict is None else _VERDICT_SIGNS[verdict]
    return _SIGNS[entry.kind]


def story_sentence(entry: StoryEntry) -> str:
    """Return what happened, in one line without a full stop."""
    return harmless(SEPARATOR.join(part for part in _SENTENCES[entry.kind](entry.facts) if part))


def sign_name(sign: Sign) -> str:
    """Return what a sign is called, for those who do not see it."""
    return translate("Story", SIGN_NAMES[sign])


# -- the parts of a sentence, the first of them whole by itself ----------------------------------------------------


def _added(facts: Facts) -> list[str]:
    mirrors = _whole(facts["mirrors"])
    added = translate("Story", "Added, from {host}").format(host=_named(facts["host"]))
    return [added, translate("Story", "%Ln more address(es)", "", mirrors) if mirrors else ""]


def _started(facts: Facts) -> list[str]:
    attempt = words.number(_whole(facts["attempt"]))
    return [translate("Story", "Attempt {number} begins").format(number=attempt)]


def _connected(facts: Facts) -> list[str]:
    total = facts["total"]
    length = translate("Story", "length unknown") if total is None else words.size(_whole(total))
    keeps = translate("Story", "can be resumed") if facts["resumable"] else translate("Story", "cannot be resumed")
    answers = translate("Story", "{host} answers").format(host=_named(facts["host"]))
    return [answers, length, keeps, _here(facts), _status(facts)]


def _connections(facts: Facts) -> list[str]:
    return [translate("Story", "%Ln connection(s) at work", "", _whole(facts["count"]))]


def _retry(facts: Facts) -> list[str]:
    wait = facts["wait"]
    if wait:
        again = translate("Story", "Trying again in {time}").format(time=words.duration(float(wait)))
    else:
        again = translate("Story", "Trying again at once")
    return [again, _reason(facts["reason"]), _status(facts)]


def _failed(facts: Facts) -> list[str]:
    return [translate("Story", "Failed"), _reason(facts["reason"]), _status(facts), _text(facts["detail"])]


def _notice(facts: Facts) -> list[str]:
    number = facts["notice"]
    if number is None:
        return [translate("Story", "Begun anew, as asked for")]
    known = next((text for notice, text in NOTICES.items() if notice == number), None)
    return [translate("Story", known) if known else translate("Story", "Notice {number}").format(number=number)]


def _source_left(facts: Facts) -> list[str]:
    left = translate("Story", "{host} is asked no more").format(host=_named(facts["host"]))
    return [left, _reason(facts["reason"])]


def _verified(facts: Facts) -> list[str]:
    algorithm, source = words.checksum_name(_named(facts["algorithm"])), facts["source"]
    if source == "given":
        return [translate("Story", "The {algorithm} checksum you gave is right").format(algorithm=algorithm)]
    if source == "pieces":
        return [translate("Story", "The {algorithm} checksum of every piece is right").format(algorithm=algorithm)]
    if not source:
        return [translate("Story", "The {algorithm} checksum is right").format(algorithm=algorithm)]
    found = translate("Story", "The {algorithm} checksum from {source} is right")
    return [found.format(algorithm=algorithm, source=source)]


def _finished(facts: Facts) -> list[str]:
    seconds = facts["seconds"]
    took = words.duration(float(seconds)) if seconds is not None else ""
    after = translate("Story", "{time} after it was added").format(time=took) if took else ""
    return [translate("Story", "Finished"), words.size(_whole(facts["size"])), after]


def _lost(facts: Facts) -> list[str]:
    ended = translate("Story", "A connection to {host} ended early").format(host=_named(facts["host"]))
    reason = facts["reason"]
    cause = translate("Story", "the server sent no more") if reason is None else _reason(reason)
    return [ended, cause, _status(facts)]


def _blocks_bad(facts: Facts) -> list[str]:
    bad = translate("Story", "{size} on disk had been changed and are fetched again")
    return [bad.format(size=words.size(_whole(facts["size"])))]


def _readdressed(facts: Facts) -> list[str]:
    return [translate("Story", "Goes on from another address, at {host}").format(host=_named(facts["host"]))]


def _renamed(facts: Facts) -> list[str]:
    return [translate("Story", "Renamed to {name}").format(name=_named(facts["name"]))]


def _relocated(facts: Facts) -> list[str]:
    return [translate("Story", "Moved to {folder}").format(folder=_named(facts["folder"]))]


_VERDICTS: Mapping[FileVerdict, str] = MappingProxyType(
    {
        _V.RIGHT: QT_TRANSLATE_NOOP("Story", "Checked again: every byte is right"),
        _V.SIZE_ONLY: QT_TRANSLATE_NOOP("Story", "Checked again: the size is right, and nothing more is known"),
        _V.DIFFERS: QT_TRANSLATE_NOOP("Story", "Checked again: it is not the file any more that was downloaded"),
        _V.MISSING: QT_TRANSLATE_NOOP("Story", "Checked again: the file is no longer there"),
        _V.UNREADABLE: QT_TRANSLATE_NOOP("Story", "Checked again: the file cannot be read"),
        _V.UNKNOWN: QT_TRANSLATE_NOOP("Story", "Checked again: the file is there, and nothing more is known"),
        _V.STOPPED: QT_TRANSLATE_NOOP("Story", "The check was stopped"),
    }
)


def _checked(facts: Facts) -> list[str]:
    verdict, proof = _verdict(facts["verdict"]), _text(facts["proof"])
    said = translate("Story", "Checked again") if verdict is None else translate("Story", _VERDICTS[verdict])
    if proof.startswith(_OWN_PROOF):
        return [said, translate("Story", "by the digests Headrace kept of it")]
    return [said, words.checksum_name(proof) if proof else ""]


def _taken_over(facts: Facts) -> list[str]:
    size = words.size(_whole(facts["size"]))
    return [
        translate("Story", "{size} of another program's file taken over").format(size=size),
        translate("Story", "%Ln sample(s) compared with the server's", "", _whole(facts["samples"])),
    ]


def _new_version(facts: Facts) -> list[str]:
    return [translate("Story", "A new version of a watched file, now called {name}").format(name=_named(facts["name"]))]


def _superseded(facts: Facts) -> list[str]:
    return [translate("Story", "A newer version has the name {name} now").format(name=_named(facts["name"]))]


def _plain(source: str) -> Callable[[Facts], list[str]]:
    """Return what tells an entry by one sentence, and by how much was there where that is known."""
    return lambda facts: [translate("Story", source), _here(facts) if "received" in facts else ""]


_SENTENCES: Mapping[StoryKind, Callable[[Facts], list[str]]] = MappingProxyType(
    {
        _K.ADDED: _added,
        _K.STARTED: _started,
        _K.CONNECTED: _connected,
        _K.RESTARTED: _notice,
        _K.CONNECTIONS: _connections,
        _K.RETRY: _retry,
        _K.PAUSED: _plain(QT_TRANSLATE_NOOP("Story", "Paused")),
        _K.RESUMED: _plain(QT_TRANSLATE_NOOP("Story", "Resumed")),
        _K.FAILED: _failed,
        _K.NOTED: _notice,
        _K.SOURCE_LEFT: _source_left,
        _K.VERIFIED: _verified,
        _K.FINISHED: _finished,
        _K.REMOVED: _plain(QT_TRANSLATE_NOOP("Story", "Taken off the list")),
        _K.RESTORED: _plain(QT_TRANSLATE_NOOP("Story", "Put back on the list")),
        _K.LOST: _lost,
        _K.BLOCKS_BAD: _blocks_bad,
        _K.STOPPED: _plain(QT_TRANSLATE_NOOP("Story", "Headrace was closed")),
        _K.TAKEN_UP: _plain(QT_TRANSLATE_NOOP("Story", "Headrace started and found it under way")),
        _K.READDRESSED: _readdressed,
        _K.RENAMED: _renamed,
        _K.RELOCATED: _relocated,
        _K.CHECKED: _checked,
        _K.TAKEN_OVER: _taken_over,
        _K.HELD: lambda facts: [hold_words.stopped(_text(facts["hold"])) or translate("Story", "Stopped")],
        _K.NEW_VERSION: _new_version,
        _K.SUPERSEDED: _superseded,
        _K.ASKED_ANEW: _plain(QT_TRANSLATE_NOOP("Story", "Asked for anew, from the first byte")),
    }
)


def _here(facts: Facts) -> str:
    received = _whole(facts["received"])
    return translate("Story", "{size} here").format(size=words.size(received)) if received else ""


def _status(facts: Facts) -> str:
    status = facts["status"]
    return "" if status is None else translate("Story", "HTTP status {status}").format(status=status)


def _reason(number: Datum) -> str:
    """Return what is behind a failure; the number of one that another version of the program knew."""
    if number is None:
        return ""
    known = next((reason for reason in FailureReason if reason == number), None)
    return reason_words(known).what if known else translate("Story", "Reason {number}").format(number=number)


def _verdict(value: Datum) -> FileVerdict | None:
    return next((verdict for verdict in FileVerdict if verdict.value == value), None)


def _whole(number: Datum) -> int:
    return int(number or 0)


def _text(text: Datum) -> str:
    return "" if text is None else str(text)


def _named(text: Datum) -> str:
    return _text(text) or "?"


# -- when it was ---------------------------------------------------------------------------------------------------


def time_of_day(at: float) -> str:
    """Write a time of day with its seconds, as the locale has it. Unix seconds."""
    return clock_time(_when(at).time())


def clock_time(time: QTime) -> str:
    """Write what a clock shows, with its seconds, as the locale has it."""
    locale = QLocale()
    form = locale.timeFormat(QLocale.FormatType.ShortFormat)
    if "s" not in form:
        minutes = "mm" if "mm" in form else "m"
        mark = "." if f".{minutes}" in form else ":"
        form = form.replace(minutes, f"{minutes}{mark}ss", 1)
    return locale.toString(time, form)


def day(at: float) -> str:
    """Write a day in full, such as "Saturday, 14 March 2026". Unix seconds."""
    return QLocale().toString(_when(at).date(), QLocale.FormatType.LongFormat)


def sortable_moment(at: float) -> str:
    """Write a point in time for text that is copied, the same in every language. Unix seconds."""
    return _when(at).toString("yyyy-MM-dd HH:mm:ss")


def is_same_day(one: float, other: float) -> bool:
    """Tell whether two points in time are on one day here."""
    return _when(one).date() == _when(other).date()


def _when(at: float) -> QDateTime:
    return QDateTime.fromMSecsSinceEpoch(int(at * 1000))
