"""All words a person reads about states, failures, sizes and times. Functions of their arguments and the locale."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

from headrace.filters import Category, StatusFilter
from headrace.snapshots import DownloadSnapshot
from headrace.states import DownloadState, Failure, FailureReason, Notice
from PySide6.QtCore import QDateTime, QLocale

_R = FailureReason
_S = DownloadState
_DOT: Final = " · "
_SPACE: Final = "\N{NO-BREAK SPACE}"
_UNITS: Final = ("B", "kB", "MB", "GB", "TB", "PB", "EB")

STATUS_NAMES: Mapping[StatusFilter, str] = MappingProxyType(
    {
        StatusFilter.ALL: "All",
        StatusFilter.ACTIVE: "Active",
        StatusFilter.WAITING: "Waiting",
        StatusFilter.PAUSED: "Paused",
        StatusFilter.FINISHED: "Finished",
        StatusFilter.FAILED: "Failed",
    }
)

CATEGORY_NAMES: Mapping[Category, str] = MappingProxyType(
    {
        Category.VIDEO: "Video",
        Category.MUSIC: "Music",
        Category.PICTURES: "Pictures",
        Category.DOCUMENTS: "Documents",
        Category.ARCHIVES: "Archives",
        Category.PROGRAMS: "Programs",
        Category.OTHER: "Other",
    }
)

STATE_NAMES: Mapping[DownloadState, str] = MappingProxyType(
    {
        _S.QUEUED: "Waiting",
        _S.CONNECTING: "Connecting",
        _S.DOWNLOADING: "Downloading",
        _S.RETRY_WAIT: "Trying again soon",
        _S.FINISHING: "Finishing",
        _S.PAUSED: "Paused",
        _S.FAILED: "Failed",
        _S.COMPLETED: "Done",
    }
)


class FailureWords(NamedTuple):
    """What happened, short enough for a row, and what a person can do about it."""

    what: str
    advice: str


FAILURES: Mapping[FailureReason, FailureWords] = MappingProxyType(
    {
        _R.BAD_ADDRESS: FailureWords("The address is not valid", "Copy it again from where you found it"),
        _R.NAME_NOT_FOUND: FailureWords("Server name not found", "Check the address and your connection"),
        _R.CONNECT_FAILED: FailureWords("Server cannot be reached", "Check your connection, or resume later"),
        _R.CONNECT_TIMEOUT: FailureWords("Server did not answer in time", "Resume later"),
        _R.CONNECTION_LOST: FailureWords("Connection lost", "Resume to go on from here"),
        _R.STALLED: FailureWords("Server stopped sending", "Resume to go on from here"),
        _R.TLS_CERTIFICATE: FailureWords(
            "Server could not prove who it is", "Check the address and this computer's clock"
        ),
        _R.TLS_ERROR: FailureWords("Secure connection failed", "Resume later"),
        _R.NOT_HTTP: FailureWords("This is not a web server", "Check the address"),
        _R.TOO_MANY_REDIRECTS: FailureWords("Server sends us round in circles", "Copy a fresh link"),
        _R.UNSAFE_REDIRECT: FailureWords("Server sends us to an unsafe address", "Ask for a secure link"),
        _R.SHORT_BODY: FailureWords("File arrived cut short", "Resume to fetch the rest"),
        _R.SLOW_HEADERS: FailureWords("Server never finished its answer", "Resume later"),
        _R.TOO_SLOW: FailureWords("Server sends next to nothing", "Resume to try once more"),
        _R.PRIVATE_REDIRECT: FailureWords(
            "Server leads into a private network", "Allow it only if the private address is yours"
        ),
        _R.NOT_FOUND: FailureWords("Server has no such file", "Copy a fresh link"),
        _R.FORBIDDEN: FailureWords("Access refused", "Copy a fresh link"),
        _R.GONE: FailureWords("File is gone from the server", "Look for another source"),
        _R.LOGIN_NEEDED: FailureWords("Server asks for a login", "Add it again as https://name:password@…"),
        _R.PROXY_LOGIN_NEEDED: FailureWords("Proxy asks for a login", "Check your proxy settings"),
        _R.TOO_MANY_REQUESTS: FailureWords("Server asked us to wait", "Resume later"),
        _R.SERVER_BUSY: FailureWords("Server is too busy", "Resume later"),
        _R.SERVER_ERROR: FailureWords("Server has a fault", "Resume later"),
        _R.REQUEST_REFUSED: FailureWords("Server refuses the request", "Copy a fresh link"),
        _R.NO_CONTENT: FailureWords("Server sent no file", "Check the address"),
        _R.BAD_RANGE: FailureWords("Server does not go on where we stopped", "Resume to try once more"),
        _R.BAD_RESPONSE: FailureWords("Server's answer makes no sense", "Resume later"),
        _R.NOT_THE_FILE: FailureWords(
            "A web page came instead of the file", "Log in with a browser, or copy a fresh link"
        ),
        _R.DECODED_TOO_LARGE: FailureWords("It unpacks to far too much", "Allow it only if you trust the server"),
        _R.CONTENT_CUT: FailureWords("Content ends before its own end", "Resume to fetch it anew"),
        _R.DISK_FULL: FailureWords("Disk is full", "Free space, then resume"),
        _R.NO_PERMISSION: FailureWords("Folder may not be written to", "Choose another folder"),
        _R.FOLDER_MISSING: FailureWords("Folder is missing", "Bring it back, then resume"),
        _R.FILE_EXISTS: FailureWords("A file of that name is there already", "Move it away, then resume"),
        _R.DISK_ERROR: FailureWords("Disk reports an error", "Check the disk, then resume"),
        _R.PART_FILE_CHANGED: FailureWords("Unfinished file was changed", "Resume to fetch it anew"),
        _R.FILE_TOO_LARGE: FailureWords("File is too large for this disk", "Choose another disk"),
        _R.OTHER_DISK: FailureWords("The disk of the unfinished file is gone", "Bring it back, then resume"),
        _R.TOO_MANY_OPEN_FILES: FailureWords("Too many files are open", "Resume when other downloads are done"),
        _R.CHECKSUM_MISMATCH: FailureWords("Checksum does not match", "Do not trust it; look for another source"),
        _R.SIZE_MISMATCH: FailureWords("Size is not what the server said", "Resume to fetch it anew"),
        _R.SOURCES_DIFFER: FailureWords("Its addresses lead to different files", "Keep the one you trust"),
        _R.INTERNAL: FailureWords("Headrace made a mistake", "Resume to try again, and please report it"),
        _R.HEADERS_NEEDED: FailureWords("Its login or headers are no longer known", "Add it again with them"),
    }
)

NOTICES: Mapping[Notice, str] = MappingProxyType(
    {
        Notice.RESTARTED_CHANGED: "fetched anew: the file on the server had changed",
        Notice.RESTARTED_NO_RESUME: "fetched anew: the server cannot resume safely",
        Notice.RESTARTED_PART_LOST: "fetched anew: the unfinished file was missing or changed",
        Notice.LENGTH_UNKNOWN: "length unknown",
        Notice.SKIPPED_EXISTING: "skipped, a file of that name was there already",
        Notice.JOINED_BY_OVERLAP: "joins compared, the server names no version",
        Notice.BLOCKS_REFETCHED: "altered blocks on disk fetched again",
        Notice.LABEL_WRONG: "saved as it came, though labelled compressed",
        Notice.TYPE_UNEXPECTED: "the server calls it another kind of file",
        Notice.NAME_CLEANED: "misleading characters removed from the name",
        Notice.WEAK_CHECKSUM: "checksum shows accidents, not forgeries",
        Notice.SOURCE_DROPPED: "one address was left",
        Notice.DISK_DEGRADED: "the disk cannot set room aside",
        Notice.FEED_GAPS: "the feed was interrupted",
        Notice.ENDED_BY_USER: "ended on request",
        Notice.ORIGIN_NOT_MARKED: "not marked with its origin",
    }
)


def number(value: float, decimals: int = 0) -> str:
    """Write a number as the locale has it."""
    return QLocale().toString(float(value), "f", decimals)


def counted(amount: int, noun: str, plural: str | None = None) -> str:
    """Write "1 download", "3 downloads"."""
    return f"{QLocale().toString(amount)} {noun if amount == 1 else plural or noun + 's'}"


def size(amount: float | None) -> str:
    """Write bytes in decimal units with up to three figures, such as "41.8 MB"; "" for unknown."""
    if amount is None:
        return ""
    value, unit = float(amount), 0
    while value >= 999.5 and unit < len(_UNITS) - 1:
        value, unit = value / 1000, unit + 1
    decimals = 1 if unit >= 2 and value < 99.95 else 0
    return f"{number(value, decimals)}{_SPACE}{_UNITS[unit]}"


def speed(rate: float | None) -> str:
    """Write bytes per second, such as "8.0 MB/s"; "" for unknown."""
    return "" if rate is None else f"{size(rate)}/s"


def limit(rate: int | None) -> str:
    """Write a speed limit; round ones without a needless decimal."""
    if rate is None:
        return "No limit"
    whole, rest = divmod(rate, 1_000_000)
    return f"{number(whole)}{_SPACE}MB/s" if whole and not rest else speed(rate)


def duration(seconds: float | None) -> str:
    """Write a time span as exactly as it deserves, such as "36 s", "1 min 26 s", "about 12 min"; "" for unknown."""
    if seconds is None:
        return ""
    whole = round(seconds)
    if whole < 1:
        return "a moment"
    if whole < 60:
        return f"{whole}{_SPACE}s"
    if whole < 600:
        return _pair(whole // 60, "min", whole % 60, "s")
    if whole < 3600:
        return f"about {round(whole / 60)}{_SPACE}min"
    return _long_duration(round(whole / 60))


def _long_duration(minutes: int) -> str:
    if minutes < 24 * 60:
        return _pair(minutes // 60, "h", minutes % 60, "min")
    days = round(minutes / (24 * 60))
    return f"about {counted(days, 'day')}" if days <= 30 else "over a month"


def _pair(large: int, large_unit: str, small: int, small_unit: str) -> str:
    first = f"{large}{_SPACE}{large_unit}"
    return f"{first} {small}{_SPACE}{small_unit}" if small else first


def time_left(snapshot: DownloadSnapshot) -> str:
    """Write how long a download will take still."""
    return duration(0.0 if snapshot.state is _S.FINISHING else snapshot.time_left)


def moment(then: float, now: float) -> str:
    """Write a point in time as people do: the time today, "yesterday", else the date. Unix seconds."""
    when, today = (QDateTime.fromSecsSinceEpoch(int(stamp)) for stamp in (then, now))
    days = when.date().daysTo(today.date())
    if days == 0:
        return QLocale().toString(when.time(), QLocale.FormatType.ShortFormat)
    if days == 1:
        return "yesterday"
    same_year = when.date().year() == today.date().year()
    return QLocale().toString(when.date(), "d MMM" if same_year else "d MMM yyyy")


def place_in_line(place: int) -> str:
    """Write "next in line", "2nd in line" for a place counted from 1."""
    if place == 1:
        return "next in line"
    ending = "th" if 10 <= place % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(place % 10, "th")
    return f"{place}{ending} in line"


def percent(fraction: float) -> str:
    """Write a fraction as whole percent, rounded down, so that 100 % means all of it."""
    return f"{int(min(max(fraction, 0.0), 1.0) * 100 + 1e-9)}{_SPACE}%"


def progress(snapshot: DownloadSnapshot) -> str:
    """Write what stands over (or in place of) the progress bar."""
    if snapshot.state in (_S.COMPLETED, _S.FINISHING, _S.CONNECTING) and not _partly(snapshot):
        return STATE_NAMES[snapshot.state]
    if snapshot.fraction is not None and (snapshot.received or snapshot.state is _S.DOWNLOADING):
        return percent(snapshot.fraction)
    if snapshot.received or snapshot.state is _S.DOWNLOADING:
        return f"{size(snapshot.received)} so far"
    return STATE_NAMES[_S.QUEUED if snapshot.state is _S.RETRY_WAIT else snapshot.state]


def _partly(snapshot: DownloadSnapshot) -> bool:
    return snapshot.state is _S.CONNECTING and snapshot.received > 0


def status(snapshot: DownloadSnapshot, now: float, place: int | None = None) -> str:
    """Write the second line of a row: what a person wants to know now. `place` is its place in line, from 1."""
    head = _HEADS[snapshot.state](snapshot, now, place)
    return _DOT.join([head, *_notice_words(snapshot)])


def _notice_words(snapshot: DownloadSnapshot) -> list[str]:
    return [NOTICES[notice] for notice in snapshot.notices if not _is_told(notice, snapshot)]


def _is_told(notice: Notice, snapshot: DownloadSnapshot) -> bool:
    return notice is Notice.SKIPPED_EXISTING and snapshot.state is _S.COMPLETED


def _queued(_snapshot: DownloadSnapshot, _now: float, place: int | None) -> str:
    return "Waiting for a free place" + (f"{_DOT}{place_in_line(place)}" if place else "")


def _connecting(snapshot: DownloadSnapshot, _now: float, _place: int | None) -> str:
    return f"Connecting to {snapshot.host}"


def _downloading(snapshot: DownloadSnapshot, _now: float, _place: int | None) -> str:
    parts = [f"from {snapshot.host}", counted(snapshot.connections, "connection")]
    if snapshot.speed == 0:
        parts[1:] = ["nothing is arriving at the moment"]
    if snapshot.resumable is False:
        parts.append("cannot be resumed")
    return _DOT.join(parts)


def _retry_wait(snapshot: DownloadSnapshot, now: float, _place: int | None) -> str:
    what = failure_words(snapshot.failure).what if snapshot.failure else "Interrupted"
    if snapshot.retry_at is None:
        return f"{what}, trying again soon"
    seconds = max(snapshot.retry_at - now, 0)
    return f"{what}, trying again " + (f"in {duration(seconds)}" if seconds >= 0.5 else "now")


def _finishing(_snapshot: DownloadSnapshot, _now: float, _place: int | None) -> str:
    return "Checking the file and saving it for good"


def _paused(snapshot: DownloadSnapshot, _now: float, _place: int | None) -> str:
    if not snapshot.received:
        return "Paused"
    if snapshot.resumable is False:
        return f"Paused{_DOT}will begin again, the server cannot resume"
    return f"Paused{_DOT}resumes from {size(snapshot.received)}"


def _failed(snapshot: DownloadSnapshot, _now: float, _place: int | None) -> str:
    if snapshot.failure is None:
        return "Failed"
    words = failure_words(snapshot.failure)
    kept = [f"{size(snapshot.received)} kept"] if snapshot.received and snapshot.resumable is not False else []
    return _DOT.join([words.what, words.advice, *kept])


def _completed(snapshot: DownloadSnapshot, _now: float, _place: int | None) -> str:
    if Notice.SKIPPED_EXISTING in snapshot.notices:
        return "Skipped, a file of that name was there already"
    if snapshot.checksum_verified:
        return f"Finished, verified by {checksum_name(snapshot.checksum_verified)}"
    return "Finished" if Notice.LENGTH_UNKNOWN in snapshot.notices else "Finished, length checked"


_HEADS = {
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
    words = FAILURES[failure.reason]
    if failure.needed_bytes is not None:
        return words._replace(what=f"{words.what} (needs {size(failure.needed_bytes)} more)")
    return words


def failure_sentence(failure: Failure) -> str:
    """Write a failure as one or two full sentences for a tooltip or a message, the server's status at the end."""
    words = failure_words(failure)
    status_words = f" The server's status was {failure.status}." if failure.status is not None else ""
    detail = f" ({failure.detail})" if failure.detail else ""
    return f"{words.what}. {words.advice}.{status_words}{detail}"


def row_sentence(snapshot: DownloadSnapshot, now: float, place: int | None = None) -> str:
    """Write a whole row as one sentence for screen readers."""
    parts = [snapshot.name, progress(snapshot), status(snapshot, now, place), size(snapshot.total)]
    parts.append(speed(snapshot.speed))
    parts.append(f"{duration(snapshot.time_left)} left" if snapshot.time_left is not None else "")
    return ", ".join(part for part in parts if part)
