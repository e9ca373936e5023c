"""What became of a change that a person asked for: frozen facts, no words for people. Pure."""

from dataclasses import dataclass
from enum import Enum
from typing import Final

from headrace.states import Failure


class Keep(Enum):
    """The one value that leaves an option as it is, for None is a value of its own."""

    KEEP = "keep"


KEEP: Final = Keep.KEEP


class ChangeKind(Enum):
    """What was asked for."""

    RENAMED = "renamed"
    RELOCATED = "relocated"
    VERIFYING = "verifying"
    """A finished file is being read: `fraction` says how far; VERIFIED ends it."""
    VERIFIED = "verified"


class FileVerdict(Enum):
    """What a look at a finished file showed."""

    RIGHT = "right"
    """Every byte is as it was when it was downloaded, by `proof`."""
    SIZE_ONLY = "size_only"
    """Only its size is known, and that is right: a changed byte would not show."""
    DIFFERS = "differs"
    """It is not the file that was downloaded any more, by `proof`; `span` says where, as far as that is known."""
    MISSING = "missing"
    UNREADABLE = "unreadable"
    """The disk does not give it; `failure` says why."""
    UNKNOWN = "unknown"
    """It is there, and nothing is known of what it should be."""
    STOPPED = "stopped"
    """Nobody knows: somebody stopped the look."""


@dataclass(frozen=True, slots=True)
class ChangeOutcome:
    """How a change of one download ended, or how far it is. It went well where `failure` is None."""

    id: str
    kind: ChangeKind
    failure: Failure | None = None
    detail: str = ""
    """RENAMED: the name it has now. RELOCATED: the folder it is in now. VERIFIED: where the checksum came from."""
    verdict: FileVerdict | None = None
    """VERIFIED: what the look showed; RENAMED, RELOCATED: MISSING where there is no file to be moved."""
    proof: str | None = None
    """The algorithm that showed it, such as "sha256"; "xxh3" for what the program itself keeps of every file."""
    span: tuple[int, int] | None = None
    """DIFFERS: the first bytes [start, end) that are not right, None where that cannot be told."""
    fraction: float | None = None
    """VERIFYING: how much of the file was read, from 0.0 to 1.0."""
