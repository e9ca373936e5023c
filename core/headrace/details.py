"""What can be told of one download besides its snapshot: frozen, made only for the one a person looks at."""

from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from headrace.brakes import Bound
from headrace.snapshots import SegmentSnapshot

Headers = tuple[tuple[str, str], ...]


class ConnectionState(Enum):
    """What a connection does at the moment."""

    CONNECTING = "connecting"
    WAITING = "waiting"
    """Asked, and no answer yet."""
    RECEIVING = "receiving"
    HELD = "held"
    """Kept back by a speed limit, or by a disk that is slower."""
    ENDING = "ending"


@dataclass(frozen=True, slots=True)
class ConnectionSnapshot:
    """One connection at work: it fetches bytes [start, end) and has come to `position`."""

    number: int
    """Counted from 1 within the attempt; never given twice."""
    host: str
    """It is connected to this "host:port"."""
    start: int
    position: int
    end: int | None
    speed: float | None
    """Bytes per second over the last seconds, None until it can be told."""
    state: ConnectionState


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and its answer as they were sent, in order; values that are secret are masked."""

    at: float
    """Unix seconds of the request."""
    request_line: str
    request_headers: Headers
    status_line: str
    """Empty while there is no answer."""
    response_headers: Headers


@dataclass(frozen=True, slots=True)
class DownloadDetails:
    """The details of one download. Unknown is None or empty; secrets are masked; sizes in bytes."""

    id: str
    final_address: str | None
    """Where redirects led, masked."""
    content_type: str | None
    validator: str | None
    """The ETag, or the date where that is what tells versions apart."""
    validator_is_strong: bool | None
    last_modified: str | None
    segments: tuple[SegmentSnapshot, ...]
    """The whole file, whether it runs or not: of a finished one, one stretch."""
    connections: tuple[ConnectionSnapshot, ...]
    exchanges: tuple[Exchange, ...]
    """The newest last, some dozens at most; of this process alone, for headers are not stored."""
    mirrors: tuple[str, ...]
    checksum_expected: str | None
    """As "sha256:HEX", given by a person or told by the server."""
    part_path: Path | None
    """The growing file, None where there is none (any more)."""
    bound: Bound | None = None
    """What holds its speed back at most while it runs."""
