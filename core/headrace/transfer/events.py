"""What a job tells the manager: frozen, posted from worker threads, read in the manager's thread."""

from dataclasses import dataclass, field
from threading import Event

from headrace.answers import AnswerFacts
from headrace.checksums import FoundDigest
from headrace.claims import Claims
from headrace.rules import Placed
from headrace.states import Failure, Notice
from headrace.story import Datum, StoryKind


@dataclass(frozen=True, slots=True)
class JobConnected:
    """The server answered and the part file is there: facts to show and to keep."""

    name: str
    total: int | None
    resumable: bool
    notices: tuple[Notice, ...]
    host: str = ""
    """Which server answered, as "host:port"."""
    status: int | None = None
    """The answer's HTTP status."""
    told: FoundDigest | None = None
    """What the server says the whole file hashes to."""
    received: int = 0
    """Bytes that were there when it answered."""
    facts: AnswerFacts | None = None
    """What else it said of the file."""


@dataclass(frozen=True, slots=True)
class JobPlaced:
    """The server has told what the rules needed to know; nothing is written yet."""

    found: Placed
    kept: Event = field(default_factory=Event, compare=False)
    """Set once the record says so; the job waits for it."""


@dataclass(frozen=True, slots=True)
class JobConnecting:
    """The job asks the server again, within the same attempt."""


@dataclass(frozen=True, slots=True)
class JobFinishing:
    """All bytes are there; they are being verified, flushed and published."""


@dataclass(frozen=True, slots=True)
class JobFinished:
    """The file is complete under its final name; nothing of the job is left."""

    name: str
    size: int
    notices: tuple[Notice, ...]
    checksum_verified: str | None
    checksum_source: str | None = None
    """Where the checksum came from that proved the file."""
    told: FoundDigest | None = None
    """That checksum, where it was a server that told it."""
    proof: str | None = None
    """What the file can be recognised by later (`transfer.proof`)."""


@dataclass(frozen=True, slots=True)
class JobEnded:
    """The job stopped (no failure) or failed; claims are what a later attempt may build on."""

    claims: Claims | None
    received: int
    notices: tuple[Notice, ...]
    failure: Failure | None = None


@dataclass(frozen=True, slots=True)
class JobNoted:
    """Something for the download's story that changes no state; `data` as story.FIELDS has it."""

    kind: StoryKind
    data: tuple[Datum, ...]


JobEvent = JobConnected | JobPlaced | JobConnecting | JobFinishing | JobFinished | JobEnded | JobNoted
