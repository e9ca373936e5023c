"""Watches: when an address is looked at again, what a look asks for, and what its answer means. Pure.

Moments are Unix seconds and spans are seconds of real time: no clock that is put forward or back for summer counts.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum
from typing import Final

from headrace.answers import AnswerFacts
from headrace.file_facts import FileFacts
from headrace.states import Failure, FailureReason

MINUTE: Final = 60
HOUR: Final = 60 * MINUTE
DAY: Final = 24 * HOUR
EVERY: Final = (MINUTE, 366 * DAY)
"""Seconds between two looks, at least and at most."""
KEEP: Final = (1, 1000)
"""Versions kept, the newest among them."""
USUAL_EVERY: Final = DAY
USUAL_KEEP: Final = 5
_LONGEST_WAIT: Final = DAY
"""Seconds to which failures and Cache-Control stretch an interval, unless it is longer itself."""
_SPREAD: Final = 0.1
_MOST_SPREAD: Final = 300.0
_START_GAP: Final = 2.0
"""Seconds that each look that is overdue at the start adds to the time over which all of them are spread."""
_START_SPREAD: Final = (5.0, 600.0)
_CALM: Final = 10.0 * MINUTE
"""Seconds for which a program that crashed again and again looks at nothing by itself."""
_AHEAD: Final = 2.0
"""A look further ahead than so many times the longest wait was planned by a clock that has been put back since."""
_TAG: Final = re.compile(r'(?:W/)?"[\x21\x23-\x7e]{0,1000}"')
_DATE: Final = re.compile(r"[\x20-\x7e]{8,64}")
_DATE_STEP: Final = 2.0
"""Seconds by which a disk may round the date of a file."""
_ROTATIONS: Final = 2
"""Times a server has called the same bytes by another tag until its tags say nothing any more."""
_SOON: Final = 15 * MINUTE
"""Seconds until the next look, at most, where this computer had no network: no server was asked."""
_NO_NETWORK: Final = frozenset({FailureReason.OFFLINE, FailureReason.NETWORK_GONE})
_NOT_THE_SERVERS: Final = _NO_NETWORK | {FailureReason.TOO_MANY_OPEN_FILES, FailureReason.INTERNAL}
"""Failures of this side: no server is asked less often for them."""


class LookOutcome(Enum):
    """What became of the last look. The values are stored."""

    NONE = "none"
    """There was none yet."""
    SAME = "same"
    """The server says that nothing has changed."""
    SAME_BYTES = "same_bytes"
    """The server said that something had, and sent the same bytes."""
    NEW = "new"
    """There is a new version."""
    FAILED = "failed"
    """The server did not say; `failure` says why."""


@dataclass(frozen=True, slots=True)
class Validators:
    """What a server said of a version, to know it by."""

    etag: str | None = None
    modified: str | None = None
    """The Last-Modified field as it came."""
    size: int | None = None

    @classmethod
    def of(cls, facts: FileFacts) -> "Validators":
        """Return those of an answer; fields that could not be sent back are left out."""
        etag = facts.etag.strip() if facts.etag and _TAG.fullmatch(facts.etag.strip()) else None
        date = facts.last_modified.strip() if facts.last_modified else ""
        return cls(etag, date if _DATE.fullmatch(date) else None, facts.size)

    @classmethod
    def told(cls, answer: AnswerFacts | None, size: int | None) -> "Validators":
        """Return those of a version that was fetched in this process; `size` is its own."""
        if answer is None:
            return cls(size=size)
        return cls.of(FileFacts("", etag=answer.validator, last_modified=answer.last_modified, size=size))

    def conditions(self) -> tuple[tuple[str, str], ...]:
        """Return the condition of a request (RFC 9110 section 13.1): by the tag if there is one, else by the date."""
        if self.etag is not None:
            return (("If-None-Match", self.etag),)
        return () if self.modified is None else (("If-Modified-Since", self.modified),)

    def is_known(self) -> bool:
        """Say whether a version can be told from another by these."""
        return self.etag is not None or self.modified is not None


@dataclass(frozen=True, slots=True)
class Watch:
    """One watched download, by the id of its newest version. Raises ValueError with a sentence."""

    id: str
    every: int = USUAL_EVERY
    """Seconds between two looks, at least."""
    keep: int | None = USUAL_KEEP
    """Versions kept, the newest among them; None for all."""
    next_at: float = 0.0
    looked_at: float | None = None
    known: Validators = Validators()
    """Of the newest version."""
    fails: int = 0
    """Looks that failed since the last that did not."""
    rotations: int = 0
    """How often the same bytes came under another tag and the same date."""
    looks: int = 0
    changes: int = 0
    outcome: LookOutcome = LookOutcome.NONE
    failure: Failure | None = None
    versions: tuple[str, ...] = ()
    """Downloads that are earlier versions, the latest first."""
    coming: str | None = None
    """The download that fetches what may be a new version."""
    offered: Validators = Validators()
    """What the server said of that one."""
    plain: str = ""
    """The name that the newest version is to have; "" until one has come whose bytes differ."""

    def __post_init__(self) -> None:
        if not EVERY[0] <= self.every <= EVERY[1]:
            raise ValueError("an address is looked at every minute at most, and once a year at least")
        if self.keep is not None and not KEEP[0] <= self.keep <= KEEP[1]:
            raise ValueError(f"from {KEEP[0]} to {KEEP[1]} versions can be kept, or all")


# -- when ------------------------------------------------------------------------------------------------------


def asked(watch: Watch, now: float, chance: float) -> Watch:
    """Return a watch whose look begins: should the program die meanwhile, it is not asked again too soon."""
    return replace(watch, looked_at=now, looks=watch.looks + 1, next_at=_next(watch.every, now, chance))


def postponed(watch: Watch, now: float, chance: float) -> Watch:
    """Return a watch that is due while there is nothing to be looked at."""
    return replace(watch, next_at=_next(watch.every, now, chance))


def _next(wait: float, now: float, chance: float) -> float:
    """Return a moment `wait` seconds from `now`, or a little later by `chance` (0 to 1): many do not come at once."""
    return now + wait + min(wait * _SPREAD, _MOST_SPREAD) * chance


def after_same(watch: Watch, facts: FileFacts, now: float, chance: float) -> Watch:
    """Return a watch whose look found nothing new; Cache-Control may make the next one later, never sooner."""
    fresh = min(facts.fresh_for or 0.0, float(_LONGEST_WAIT))
    found = Validators.of(facts)
    known = watch.known
    if not facts.is_unchanged:
        known = replace(found, size=found.size if found.size is not None else known.size)
    return replace(
        watch,
        known=known,
        fails=0,
        failure=None,
        outcome=LookOutcome.SAME,
        next_at=_next(max(watch.every, fresh), now, chance),
    )


def after_failure(watch: Watch, failure: Failure, now: float, chance: float) -> Watch:
    """Return a watch whose look failed: each failure doubles the wait, up to a day; Retry-After is always heeded."""
    fails = watch.fails + (failure.reason not in _NOT_THE_SERVERS)
    grown = watch.every * 2 ** min(max(fails - 1, 0), 12)
    wait = max(float(watch.every), min(float(grown), float(_LONGEST_WAIT)), failure.retry_after or 0.0)
    if failure.reason in _NO_NETWORK:
        wait = float(min(watch.every, _SOON))
    return replace(watch, fails=fails, failure=failure, outcome=LookOutcome.FAILED, next_at=_next(wait, now, chance))


def at_start(watches: Sequence[Watch], now: float, chances: Sequence[float], *, careful: bool = False) -> list[Watch]:
    """Return watches as a new process takes them up: what is overdue is looked at soon, spread out.

    After several crashes, when it has to be `careful`, only once it has run for a while.
    """
    overdue = sum(watch.next_at <= now for watch in watches)
    least, most = (_CALM if careful else _START_SPREAD[0]), _START_SPREAD[1]
    span = min(_START_GAP * overdue, most)
    return [
        replace(watch, next_at=now + least + span * chance) if watch.next_at <= now else sane(watch, now)
        for watch, chance in zip(watches, chances, strict=True)
    ]


def sane(watch: Watch, now: float) -> Watch:
    """Return a watch whose next look is not further away than any wait: the clock may have been put back."""
    if watch.next_at - now <= max(watch.every, _LONGEST_WAIT) * _AHEAD:
        return watch
    return replace(watch, next_at=now + watch.every)


# -- what an answer means --------------------------------------------------------------------------------------


def is_same(watch: Watch, facts: FileFacts, dated: float | None) -> bool:
    """Say whether an answer tells of the version that is there; where it does not, its bytes have to be compared.

    `dated` is the Unix time its file was last modified, which the engine sets to the server's: of a version of which no
    validator is known, its size and that date are enough.
    """
    if facts.is_unchanged:
        return True
    known, found = watch.known, Validators.of(facts)
    if None not in (known.size, found.size) and known.size != found.size:
        return False
    if not known.is_known():
        same = None not in (facts.modified, dated) and abs((facts.modified or 0.0) - (dated or 0.0)) <= _DATE_STEP
        return same and known.size is not None and known.size == found.size
    if known.etag is not None and found.etag is not None:
        same = _opaque(known.etag) == _opaque(found.etag)
        if same or watch.rotations < _ROTATIONS:
            return same
    return known.modified is not None and known.modified == found.modified


def conditions_of(watch: Watch) -> tuple[tuple[str, str], ...]:
    """Return the condition of the next request; a tag that changes by itself is not sent where there is a date."""
    known = watch.known
    tells = watch.rotations < _ROTATIONS or known.modified is None
    return (known if tells else replace(known, etag=None)).conditions()


def _opaque(tag: str) -> str:
    """Return what is compared of a tag by weak comparison (RFC 9110 section 8.8.3.2)."""
    return tag.removeprefix("W/")


# -- versions --------------------------------------------------------------------------------------------------


def coming(watch: Watch, download_id: str, facts: FileFacts) -> Watch:
    """Return a watch for which a download fetches what may be a new version."""
    return replace(watch, coming=download_id, offered=Validators.of(facts), fails=0, failure=None, plain="")


def after_same_bytes(watch: Watch, found: Validators) -> Watch:
    """Return a watch whose new version was none."""
    known = watch.known
    rotated = None not in (known.etag, found.etag) and known.modified is not None and known.modified == found.modified
    return replace(
        watch,
        known=found,
        coming=None,
        plain="",
        fails=0,
        failure=None,
        outcome=LookOutcome.SAME_BYTES,
        rotations=watch.rotations + 1 if rotated else 0,
    )


def given_up(watch: Watch, *, by_person: bool) -> Watch:
    """Return a watch without the download that fetched a version; who took it off the list does not want it again."""
    known = watch.offered if by_person and watch.offered.is_known() else watch.known
    return replace(watch, coming=None, plain="", known=known)


def after_new(watch: Watch, found: Validators, there: Sequence[str]) -> Watch:
    """Return a watch whose newest version has come; `there` are the earlier ones that are still on the list."""
    return replace(
        watch,
        id=watch.coming or watch.id,
        known=found,
        coming=None,
        plain="",
        fails=0,
        failure=None,
        rotations=0,
        changes=watch.changes + 1,
        outcome=LookOutcome.NEW,
        versions=tuple(there),
    )


def kept(watch: Watch) -> tuple[Watch, tuple[str, ...]]:
    """Return a watch with the earlier versions that are kept, and the ids of those that are too many."""
    if watch.keep is None:
        return watch, ()
    older = watch.keep - 1
    return replace(watch, versions=watch.versions[:older]), watch.versions[older:]
