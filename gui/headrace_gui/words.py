"""The words a person reads about downloads: what state they are in, and a line of what one wants to know now."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from headrace.categories import in_force
from headrace.category_entries import CategoryEntry
from headrace.day import Hold
from headrace.filters import Category, StatusFilter
from headrace.snapshots import DownloadSnapshot
from headrace.states import DownloadState, Failure, FailureReason, Notice

from headrace_gui import hold_words
from headrace_gui.failure_words import FAILURES as FAILURES  # noqa: PLC0414 - exported
from headrace_gui.failure_words import NOTICES as NOTICES  # noqa: PLC0414 - exported
from headrace_gui.failure_words import FailureWords, notice_words, reason_words
from headrace_gui.texts import QT_TRANSLATE_NOOP, SEPARATOR, isolated, translate
from headrace_gui.units import duration as duration  # noqa: PLC0414 - exported
from headrace_gui.units import full_moment as full_moment  # noqa: PLC0414 - exported
from headrace_gui.units import limit as limit  # noqa: PLC0414 - exported
from headrace_gui.units import moment as moment  # noqa: PLC0414 - exported
from headrace_gui.units import number as number  # noqa: PLC0414 - exported
from headrace_gui.units import percent as percent  # noqa: PLC0414 - exported
from headrace_gui.units import size as size  # noqa: PLC0414 - exported
from headrace_gui.units import speed as speed  # noqa: PLC0414 - exported
from headrace_gui.watch_words import watch_parts

_S = DownloadState
_HEADER_STARTS: Final = ("repr-", "content-", "digest", "x-")

STATUS_NAMES: Final[Mapping[StatusFilter, str]] = MappingProxyType(
    {
        StatusFilter.ALL: QT_TRANSLATE_NOOP("Words", "All"),
        StatusFilter.ACTIVE: QT_TRANSLATE_NOOP("Words", "Active"),
        StatusFilter.WAITING: QT_TRANSLATE_NOOP("Words", "Waiting"),
        StatusFilter.PAUSED: QT_TRANSLATE_NOOP("Words", "Paused"),
        StatusFilter.FINISHED: QT_TRANSLATE_NOOP("Words", "Finished"),
        StatusFilter.FAILED: QT_TRANSLATE_NOOP("Words", "Failed"),
    }
)

CATEGORY_NAMES: Final[Mapping[Category, str]] = MappingProxyType(
    {
        Category.VIDEO: QT_TRANSLATE_NOOP("Words", "Video"),
        Category.MUSIC: QT_TRANSLATE_NOOP("Words", "Music"),
        Category.PICTURES: QT_TRANSLATE_NOOP("Words", "Pictures"),
        Category.DOCUMENTS: QT_TRANSLATE_NOOP("Words", "Documents"),
        Category.ARCHIVES: QT_TRANSLATE_NOOP("Words", "Archives"),
        Category.PROGRAMS: QT_TRANSLATE_NOOP("Words", "Programs"),
        Category.OTHER: QT_TRANSLATE_NOOP("Words", "Other"),
    }
)

STATE_NAMES: Final[Mapping[DownloadState, str]] = MappingProxyType(
    {
        _S.QUEUED: QT_TRANSLATE_NOOP("Words", "Waiting"),
        _S.CONNECTING: QT_TRANSLATE_NOOP("Words", "Connecting"),
        _S.DOWNLOADING: QT_TRANSLATE_NOOP("Words", "Downloading"),
        _S.RETRY_WAIT: QT_TRANSLATE_NOOP("Words", "Trying again soon"),
        _S.FINISHING: QT_TRANSLATE_NOOP("Words", "Finishing"),
        _S.PAUSED: QT_TRANSLATE_NOOP("Words", "Paused"),
        _S.FAILED: QT_TRANSLATE_NOOP("Words", "Failed"),
        _S.COMPLETED: QT_TRANSLATE_NOOP("Words", "Done"),
    }
)


def status_name(group: StatusFilter) -> str:
    """Return what a group of states is called."""
    return translate("Words", STATUS_NAMES[group])


def category_name(category: Category) -> str:
    """Return what a category is called: as a person calls it, else in the language in force."""
    entry = in_force().entries.get(category)
    return name_of_entry(entry) if entry is not None else usual_category_name(category.value)


def name_of_entry(entry: CategoryEntry) -> str:
    """Return what a category is called that may not be in force."""
    return entry.name or usual_category_name(entry.key)


def usual_category_name(key: str) -> str:
    """Return what a built-in category is called until a person calls it otherwise."""
    return next((translate("Words", name) for kind, name in CATEGORY_NAMES.items() if kind.value == key), key)


def state_name(state: DownloadState) -> str:
    """Return what a state is called."""
    return translate("Words", STATE_NAMES[state])


def connections(count: int) -> str:
    """Write "1 connection", "8 connections"."""
    return translate("Words", "%Ln connection(s)", "", count)


def downloads(count: int) -> str:
    """Write "1 download", "3 downloads"."""
    return translate("Words", "%Ln download(s)", "", count)


def time_left(snapshot: DownloadSnapshot) -> str:
    """Write how long a download will take still."""
    return duration(0.0 if snapshot.state is _S.FINISHING else snapshot.time_left)


def progress(snapshot: DownloadSnapshot) -> str:
    """Write what stands over (or in place of) the progress bar."""
    if snapshot.is_missing and snapshot.state is _S.COMPLETED:
        return translate("Words", "Missing", "a file that is gone")
    if snapshot.state in (_S.COMPLETED, _S.FINISHING, _S.CONNECTING) and not _partly(snapshot):
        return state_name(snapshot.state)
    if snapshot.fraction is not None and (snapshot.received or snapshot.state is _S.DOWNLOADING):
        return percent(snapshot.fraction)
    if snapshot.received or snapshot.state is _S.DOWNLOADING:
        return translate("Words", "{size} so far").format(size=size(snapshot.received))
    return state_name(_S.QUEUED if snapshot.state is _S.RETRY_WAIT else snapshot.state)


def _partly(snapshot: DownloadSnapshot) -> bool:
    return snapshot.state is _S.CONNECTING and snapshot.received > 0


def status(snapshot: DownloadSnapshot, now: float, place: int | None = None, hold: Hold | None = None) -> str:
    """Write the second line of a row: what a person wants to know now.

    `place` is its place in line, from 1; `hold` keeps its queue from starting anything.
    """
    head = hold_words.waiting(hold, now) if hold else _HEADS[snapshot.state](snapshot, now, place)
    kept = [translate("Words", "Private")] if snapshot.is_private else []
    return SEPARATOR.join([*kept, head, *watch_parts(snapshot, now), *_notice_words(snapshot)])


def _notice_words(snapshot: DownloadSnapshot) -> list[str]:
    return [notice_words(notice) for notice in snapshot.notices if not _is_told(notice, snapshot)]


def _is_told(notice: Notice, snapshot: DownloadSnapshot) -> bool:
    return notice is Notice.SKIPPED_EXISTING and snapshot.state is _S.COMPLETED


def _queued(snapshot: DownloadSnapshot, _now: float, place: int | None) -> str:
    if place is None:
        return translate("Words", "Waiting for a free place")
    if snapshot.queue:
        return translate("Words", "Waiting in {queue}, number {place} in line").format(
            queue=snapshot.queue, place=number(place)
        )
    return place_in_line(place)


def place_in_line(place: int) -> str:
    """Write a place in the queue, counted from 1."""
    if place == 1:
        return translate("Words", "Waiting for a free place, next in line")
    return translate("Words", "Waiting for a free place, number {place} in line").format(place=number(place))


def _connecting(snapshot: DownloadSnapshot, _now: float, _place: int | None) -> str:
    return translate("Words", "Connecting to {host}").format(host=snapshot.host)


def _downloading(snapshot: DownloadSnapshot, _now: float, _place: int | None) -> str:
    parts = [translate("Words", "from {host}").format(host=snapshot.host)]
    stands_still = snapshot.speed == 0
    parts.append(
        translate("Words", "nothing is arriving at the moment") if stands_still else connections(snapshot.connections)
    )
    if snapshot.limit is not None:
        parts.append(translate("Words", "limited to {speed}").format(speed=limit(snapshot.limit)))
    if snapshot.resumable is False:
        parts.append(translate("Words", "cannot be resumed"))
    return SEPARATOR.join(parts)


def _retry_wait(snapshot: DownloadSnapshot, now: float, _place: int | None) -> str:
    failure = snapshot.failure
    what = failure_words(failure).what if failure else translate("Words", "Interrupted")
    if snapshot.retry_at is None:
        return translate("Words", "{reason}, trying again soon").format(reason=what)
    seconds = max(snapshot.retry_at - now, 0)
    if seconds < 0.5:
        return translate("Words", "{reason}, trying again now").format(reason=what)
    return translate("Words", "{reason}, trying again in {time}").format(reason=what, time=duration(seconds))


def _finishing(_snapshot: DownloadSnapshot, _now: float, _place: int | None) -> str:
    return translate("Words", "Checking the file and saving it for good")


def _paused(snapshot: DownloadSnapshot, _now: float, _place: int | None) -> str:
    if not snapshot.received:
        return state_name(_S.PAUSED)
    if snapshot.resumable is False:
        return translate("Words", "Paused · will begin again, the server cannot resume")
    return translate("Words", "Paused · resumes from {size}").format(size=size(snapshot.received))


def _failed(snapshot: DownloadSnapshot, _now: float, _place: int | None) -> str:
    if snapshot.failure is None:
        return state_name(_S.FAILED)
    words = failure_words(snapshot.failure)
    parts = [words.what, words.advice]
    if snapshot.received and snapshot.resumable is not False:
        parts.append(translate("Words", "{size} kept").format(size=size(snapshot.received)))
    return SEPARATOR.join(parts)


def _completed(snapshot: DownloadSnapshot, _now: float, _place: int | None) -> str:
    if snapshot.is_missing:
        return translate("Words", "File is no longer there")
    if Notice.SKIPPED_EXISTING in snapshot.notices:
        return translate("Words", "Skipped, a file of that name was there already")
    if snapshot.checksum_verified:
        return _verified(checksum_name(snapshot.checksum_verified), snapshot.checksum_source)
    if Notice.LENGTH_UNKNOWN in snapshot.notices:
        return state_of_finished()
    return translate("Words", "Finished, length checked")


def state_of_finished() -> str:
    """Write that a download is finished, and no more."""
    return translate("Words", "Finished", "a download's state")


def _verified(algorithm: str, source: str | None) -> str:
    """Say what proved a file: the checksum file it was found in where there was one, else the algorithm."""
    found = source if source and _is_file(source) else algorithm
    return translate("Words", "Finished, verified by {proof}").format(proof=found)


def _is_file(source: str) -> bool:
    """Tell whether a checksum came from a file, not from a person, a Metalink or a header."""
    return source not in ("given", "pieces") and not source.lower().startswith(_HEADER_STARTS)


_HEADS: Final = {
    _S.QUEUED: _queued,
    _S.CONNECTING: _connecting,
    _S.DOWNLOADING: _downloading,
    _S.RETRY_WAIT: _retry_wait,
    _S.FINISHING: _finishing,
    _S.PAUSED: _paused,
    _S.FAILED: _failed,
    _S.COMPLETED: _completed,
}


def checksum_name(algorithm: str) -> str:
    """Write an algorithm as people know it: "sha256" is "SHA-256"."""
    upper = algorithm.upper()
    return (
        f"SHA-{upper[3:]}" if upper.startswith("SHA") and upper[3:].isdigit() else upper.replace("BLAKE2B", "BLAKE2b")
    )


def failure_words(failure: Failure) -> FailureWords:
    """Return the words of a failure, with the data it carries worked in."""
    words = reason_words(failure.reason)
    if failure.needed_bytes is not None:
        needs = translate("Words", "{what} (needs {size} more)")
        return words._replace(what=needs.format(what=words.what, size=size(failure.needed_bytes)))
    command = failure.detail.partition(": ")[2] if failure.reason is FailureReason.LOGIN_PLUGIN_NEEDED else ""
    if command:
        return words._replace(what=translate("Words", "To log in: {command}").format(command=isolated(command)))
    return words


def failure_sentence(failure: Failure) -> str:
    """Write a failure as one or two full sentences for a tooltip or a message, the server's status at the end."""
    words = failure_words(failure)
    text = translate("Words", "{what}. {advice}.").format(what=words.what, advice=words.advice)
    if failure.status is not None:
        text += " " + translate("Words", "The server's status was {status}.").format(status=failure.status)
    return text + (f" ({failure.detail})" if failure.detail else "")


def row_sentence(snapshot: DownloadSnapshot, now: float, place: int | None = None, hold: Hold | None = None) -> str:
    """Write a whole row as one sentence for screen readers."""
    parts = [snapshot.name, progress(snapshot), status(snapshot, now, place, hold), size(snapshot.total)]
    parts.append(speed(snapshot.speed))
    if snapshot.time_left is not None:
        parts.append(translate("Words", "{time} left").format(time=duration(snapshot.time_left)))
    return ", ".join(part for part in parts if part)
