"""What people read of watched addresses: in rows, in the dialog, in notifications."""

from headrace.snapshots import DownloadSnapshot
from headrace.watches import LookOutcome, Watch

from headrace_gui.failure_words import reason_words
from headrace_gui.texts import translate
from headrace_gui.units import full_moment, moment


def watch_parts(snapshot: DownloadSnapshot, now: float) -> list[str]:
    """Return what a row says of its watch, if there is one. Unix seconds."""
    if snapshot.version_of is not None:
        return [translate("Watch", "changed version of a watched file")]
    return [] if snapshot.watch is None else [_part(snapshot.watch, now)]


def _part(watch: Watch, now: float) -> str:
    if watch.coming is not None:
        return translate("Watch", "watched: a change, being fetched")
    if watch.failure is not None:
        reason = reason_words(watch.failure.reason).what
        return translate("Watch", "watched: {reason}").format(reason=reason)
    if watch.looked_at is None:
        return translate("Watch", "watched")
    looked = moment(watch.looked_at, now)
    if watch.outcome is LookOutcome.NEW:
        return translate("Watch", "watched: new version, {time}").format(time=looked)
    return translate("Watch", "watched: no change, {time}").format(time=looked)


def watch_sentences(watch: Watch) -> str:
    """Return what the dialog says of a watch: the last look and what it found, and the next one."""
    parts = []
    if watch.looked_at is not None:
        last = translate("Watch", "Last look: {time}, {outcome}.")
        parts.append(last.format(time=full_moment(watch.looked_at), outcome=_outcome(watch)))
    parts.append(translate("Watch", "Next look: {time}.").format(time=full_moment(watch.next_at)))
    if watch.versions:
        parts.append(translate("Watch", "%Ln earlier version(s) kept.", "", len(watch.versions)))
    return " ".join(parts)


def _outcome(watch: Watch) -> str:
    if watch.failure is not None:
        return reason_words(watch.failure.reason).what
    if watch.coming is not None:
        return translate("Watch", "something has changed")
    if watch.outcome is LookOutcome.NEW:
        return translate("Watch", "a new version")
    return translate("Watch", "no change")


def arrived(name: str) -> str:
    """Tell that another version of a file is there."""
    return translate("Watch", "A new version of {name} has arrived").format(name=name)
