"""What is told of a download on the Overview, as pairs of a name and words. Pure but for language and locale."""

from collections.abc import Iterator
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from enum import Enum

from headrace.addresses import redacted
from headrace.checksums import WEAK
from headrace.details import DownloadDetails
from headrace.snapshots import DownloadSnapshot
from headrace.states import DownloadState, FailureReason

from headrace_gui import words
from headrace_gui.failure_words import notice_words
from headrace_gui.texts import isolated, translate


class FactKind(Enum):
    """What a line is about; each has one at most."""

    FAILURE = "failure"
    ADDRESS = "address"
    FINAL_ADDRESS = "final_address"
    FOLDER = "folder"
    CHECKSUM = "checksum"
    SIZE = "size"
    TYPE = "type"
    VERSION = "version"
    CHANGED = "changed"
    MIRRORS = "mirrors"
    ADDED = "added"
    FINISHED = "finished"
    NOTICES = "notices"


class Tone(Enum):
    """How a value is meant, by an icon and a colour."""

    PLAIN = "plain"
    PROVEN = "proven"
    EXPECTED = "expected"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Fact:
    """One line: its name, its words, and what is copied where that is more than the words."""

    kind: FactKind
    name: str
    text: str
    tone: Tone = Tone.PLAIN
    copied: str = ""
    hint: str = ""


def facts(snapshot: DownloadSnapshot, details: DownloadDetails | None, now: float) -> list[Fact]:
    """Return the lines for a download, in order; lines with nothing to say are left out."""
    found = [
        *_failure(snapshot),
        *_addresses(snapshot, details),
        Fact(FactKind.FOLDER, translate("Details", "Folder"), str(snapshot.folder)),
        _checksum(snapshot, details),
        _size(snapshot),
        *_of_server(details),
        *_mirrors(details),
        Fact(FactKind.ADDED, translate("Details", "Added"), _when(snapshot.added_at, now)),
        *_finished(snapshot, now),
        *_notices(snapshot),
    ]
    return [fact for fact in found if fact.text]


def _failure(snapshot: DownloadSnapshot) -> Iterator[Fact]:
    if snapshot.failure is not None and snapshot.state is DownloadState.FAILED:
        text = words.failure_sentence(snapshot.failure)
        yield Fact(FactKind.FAILURE, translate("Details", "Failed"), text, Tone.WRONG)


def _addresses(snapshot: DownloadSnapshot, details: DownloadDetails | None) -> Iterator[Fact]:
    address = redacted(snapshot.address)
    yield Fact(FactKind.ADDRESS, translate("Details", "Address"), bare(address), copied=snapshot.address, hint=address)
    final = details.final_address if details else None
    if final and final not in (snapshot.address, address):
        yield Fact(FactKind.FINAL_ADDRESS, translate("Details", "Led to"), bare(final), copied=final, hint=final)


def bare(address: str) -> str:
    """Return an address without the scheme everybody expects; any other stays."""
    return address.removeprefix("https://")


def _checksum(snapshot: DownloadSnapshot, details: DownloadDetails | None) -> Fact:
    name = translate("Details", "Checksum")
    expected = (details.checksum_expected if details else None) or snapshot.checksum or ""
    digest = expected.partition(":")[2]
    algorithm = snapshot.checksum_verified or expected.partition(":")[0]
    known = words.checksum_name(algorithm) if algorithm else ""
    source = snapshot.checksum_source
    if snapshot.failure is not None and snapshot.failure.reason is FailureReason.CHECKSUM_MISMATCH:
        text = translate("Details", "{algorithm} does not match").format(algorithm=known or name)
        return Fact(FactKind.CHECKSUM, name, text, Tone.WRONG, expected, digest)
    if snapshot.checksum_verified:
        text = _right(known, source)
        tone = Tone.EXPECTED if algorithm in WEAK else Tone.PROVEN
        return Fact(FactKind.CHECKSUM, name, text, tone, expected, digest)
    if not known:
        return Fact(FactKind.CHECKSUM, name, translate("Details", "None known"))
    return Fact(FactKind.CHECKSUM, name, _wanted(known, source), Tone.EXPECTED, expected, digest)


def _right(algorithm: str, source: str | None) -> str:
    if source == "given":
        return translate("Details", "{algorithm} right, as given by you").format(algorithm=algorithm)
    if source == "pieces":
        return translate("Details", "{algorithm} right, piece by piece").format(algorithm=algorithm)
    if source:
        return translate("Details", "{algorithm} right, found in {source}").format(algorithm=algorithm, source=source)
    return translate("Details", "{algorithm} right").format(algorithm=algorithm)


def _wanted(algorithm: str, source: str | None) -> str:
    if source == "given":
        return translate("Details", "{algorithm} expected, given by you").format(algorithm=algorithm)
    if source and source != "pieces":
        text = translate("Details", "{algorithm} expected, found in {source}")
        return text.format(algorithm=algorithm, source=source)
    return translate("Details", "{algorithm} expected").format(algorithm=algorithm)


def _size(snapshot: DownloadSnapshot) -> Fact:
    name, received = translate("Details", "Size"), words.size(snapshot.received)
    exact = snapshot.received if snapshot.total is None else snapshot.total
    hint = translate("Details", "%Ln byte(s)", "", exact) if exact < 1 << 31 else _bytes(exact)
    if snapshot.total is None:
        text = translate("Details", "Unknown, {size} so far").format(size=received)
    elif snapshot.received >= snapshot.total:
        text = words.size(snapshot.total)
    else:
        text = translate("Details", "{total}, {received} of it here")
        text = text.format(total=isolated(words.size(snapshot.total)), received=isolated(received))
    return Fact(FactKind.SIZE, name, text, hint=hint)


def _bytes(amount: int) -> str:
    #: A number of bytes above two thousand million
    return translate("Details", "{number} bytes").format(number=words.number(amount))


def _of_server(details: DownloadDetails | None) -> Iterator[Fact]:
    if details is None:
        return
    yield Fact(FactKind.TYPE, translate("Details", "Type"), details.content_type or "")
    yield Fact(FactKind.VERSION, translate("Details", "Version"), _version(details), hint=_version_hint(details))
    yield Fact(FactKind.CHANGED, translate("Details", "Last changed"), _http_date(details.last_modified))


def _version(details: DownloadDetails) -> str:
    if details.validator is None or details.validator == details.last_modified:
        return ""
    if details.validator_is_strong is None:
        return details.validator
    strong, weak = translate("Details", "{tag} (strong)"), translate("Details", "{tag} (weak)")
    return (strong if details.validator_is_strong else weak).format(tag=details.validator)


def _version_hint(details: DownloadDetails) -> str:
    if details.validator is None or details.validator_is_strong is None:
        return ""
    if details.validator_is_strong:
        return translate("Details", "The server names this very version: a resumed download is sure to fit")
    return translate("Details", "The server names no exact version: joins are compared byte by byte")


def _http_date(text: str | None) -> str:
    try:
        return words.full_moment(parsedate_to_datetime(text).timestamp()) if text else ""
    except (ValueError, TypeError, OverflowError):
        return ""


def _mirrors(details: DownloadDetails | None) -> Iterator[Fact]:
    if details is not None and details.mirrors:
        text = translate("Details", "%Ln further address(es)", "", len(details.mirrors))
        lines = "\n".join(details.mirrors)
        yield Fact(FactKind.MIRRORS, translate("Details", "Mirrors"), text, copied=lines, hint=lines)


def _finished(snapshot: DownloadSnapshot, now: float) -> Iterator[Fact]:
    if snapshot.finished_at is None:
        return
    text = _when(snapshot.finished_at, now)
    if snapshot.average_speed:
        took = words.duration(snapshot.received / snapshot.average_speed)
        text = translate("Details", "{moment}, took {time}").format(moment=text, time=took)
    yield Fact(FactKind.FINISHED, translate("Details", "Finished"), text)


def _when(then: float, now: float) -> str:
    """Write a point in time: the time of day alone for today."""
    time_of_day = words.moment(then, then)
    return time_of_day if words.moment(then, now) == time_of_day else words.full_moment(then)


def _notices(snapshot: DownloadSnapshot) -> Iterator[Fact]:
    lines = "\n".join(_sentence(notice_words(notice)) for notice in snapshot.notices)
    yield Fact(FactKind.NOTICES, translate("Details", "Notes"), lines)


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
