"""What is remembered of downloads that have ended: entries, what is asked of them, and sums. Pure."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import IntEnum, StrEnum
from pathlib import Path
from typing import Any, Final

from headrace.activity import average_speed
from headrace.addresses import host_of
from headrace.masking import masked_address
from headrace.states import DownloadState, Failure, FailureReason, Notice
from headrace.store.records import DownloadRecord

_MASKED: Final = "***"


class Outcome(IntEnum):
    """How a download ended. The numbers are stored: never reuse one."""

    FINISHED = 1
    FAILED = 2
    REMOVED = 3
    """Taken off the list before it was finished."""


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One download that has ended. Unknown is None; sizes in bytes, times in Unix seconds."""

    number: int
    """Its place in the history: later ones have greater numbers, and none is given twice."""
    download_id: str
    outcome: Outcome
    ended_at: float
    day: date
    """The local day on which it ended, as it was called there and then."""
    name: str
    folder: Path
    address: str
    """Without login, the values in its query masked."""
    host: str
    final_host: str | None
    """Where redirects led, where that is another host."""
    size: int | None
    received: int
    """How many bytes came, over all attempts."""
    seconds: float
    """How long bytes were coming."""
    added_at: float
    proven: str | None = None
    """What proved the finished file and where that came from, such as "sha256 given"."""
    failure: Failure | None = None

    @property
    def path(self) -> Path:
        """Where the file was put, or was to be."""
        return self.folder / self.name

    @property
    def speed(self) -> float | None:
        """Bytes per second over the time in which bytes were coming; None where that was too short to tell."""
        return average_speed(self.seconds, self.received)

    @property
    def is_masked(self) -> bool:
        """Whether something of its address is not kept, so that it cannot be asked for again."""
        return _MASKED in self.address


class Period(StrEnum):
    """What sums are over."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    HOST = "host"


@dataclass(frozen=True, slots=True)
class Figure:
    """The sum over the entries of one day, week, month or host."""

    key: str
    """A day as ISO 8601 has it, the Monday of a week, the first of a month; or a host."""
    files: int
    """How many were finished."""
    received: int
    """How many bytes of them came."""
    seconds: float
    came: int | None = None
    """How many came from the network in that time in all, finished or not; None where that was not counted."""

    @property
    def shown(self) -> int:
        """The bytes that a person is told of: all that came, where that is known."""
        return self.received if self.came is None else self.came

    @property
    def speed(self) -> float | None:
        """Bytes per second over the time in which bytes were coming."""
        return average_speed(self.seconds, self.received)


@dataclass(frozen=True, slots=True)
class HistoryQuery:
    """Which entries are meant: all of it must be so."""

    words: str = ""
    """Each of these begins a word of name or address."""
    host: str | None = None
    outcome: Outcome | None = None
    first: date | None = None
    last: date | None = None
    """The days from `first` to `last`, both included."""


def ended(record: DownloadRecord, at: float, day: date, *, was_partial: bool = False) -> HistoryEntry | None:
    """Return what is to be remembered of a download as it is; None where nothing was fetched or tried.

    `at` is when that came to be; `was_partial` says whether some of its bytes were another program's.
    """
    outcome = _OUTCOMES.get(record.state, Outcome.REMOVED)
    was_tried = outcome is Outcome.FAILED or record.active_bytes or record.received or record.attempts
    is_known = outcome is Outcome.FINISHED or was_tried
    if not is_known or Notice.SKIPPED_EXISTING in record.notices:
        return None
    host = host_of(record.address)
    final = None if record.final_address is None else host_of(record.final_address)
    proof = None if record.checksum_verified is None else f"{record.checksum_verified} {record.checksum_source or ''}"
    return HistoryEntry(
        number=0,
        download_id=record.id,
        outcome=outcome,
        ended_at=at,
        day=day,
        name=record.name,
        folder=record.folder,
        address=masked_address(record.address),
        host=host,
        final_host=None if final == host else final,
        size=record.total,
        received=record.active_bytes if was_partial else max(record.active_bytes, record.received),
        seconds=record.active_seconds,
        added_at=record.added_at,
        proven=proof and proof.strip(),
        failure=record.failure if outcome is not Outcome.FINISHED else None,
    )


_OUTCOMES: Final[Mapping[DownloadState, Outcome]] = {
    DownloadState.COMPLETED: Outcome.FINISHED,
    DownloadState.FAILED: Outcome.FAILED,
}


def entry_json(entry: HistoryEntry) -> dict[str, Any]:
    """Return an entry for files and scripts; the keys are a promise."""
    failure = entry.failure
    return {
        "number": entry.number,
        "id": entry.download_id,
        "outcome": entry.outcome.name.lower(),
        "ended": entry.ended_at,
        "day": entry.day.isoformat(),
        "name": entry.name,
        "folder": str(entry.folder),
        "address": entry.address,
        "host": entry.host,
        "final_host": entry.final_host,
        "size": entry.size,
        "received": entry.received,
        "seconds": entry.seconds,
        "average_speed": entry.speed,
        "added": entry.added_at,
        "proven": entry.proven,
        "failure": None if failure is None else [failure.reason.name.lower(), failure.detail, failure.status],
    }


def entry_from(values: Mapping[str, Any], number: int) -> HistoryEntry:
    """Read what `entry_json` made. Raises ValueError, TypeError or KeyError."""
    reason, detail, status = values["failure"] or (None, "", None)
    return HistoryEntry(
        number=number,
        download_id=values["id"],
        outcome=Outcome[values["outcome"].upper()],
        ended_at=float(values["ended"]),
        day=date.fromisoformat(values["day"]),
        name=values["name"],
        folder=Path(values["folder"]),
        address=values["address"],
        host=values["host"],
        final_host=values["final_host"],
        size=values["size"],
        received=int(values["received"]),
        seconds=float(values["seconds"]),
        added_at=float(values["added"]),
        proven=values["proven"],
        failure=None if reason is None else Failure(FailureReason[reason.upper()], detail, status),
    )


def entry_text(entry: HistoryEntry) -> str:
    """Return an entry as one line of ASCII, also where its name is no Unicode."""
    return json.dumps(entry_json(entry), separators=(",", ":"))
